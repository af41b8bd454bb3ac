//! What a board reads in the place of figures of few people, and why.

use refresher::access::AccessRole;
use refresher::import::FileKind;
use serde_json::Value;

use crate::support::console::{Browser, Console, Page};
use crate::support::trust::{Trust, day, instant};

const POLICY: &str = "target = 90.0\n[[course]]\ncode = 'CHILDREN'\ntitle = 'Children'\nvalid_months = 36\n\
                      [[requirement]]\ncourse = 'CHILDREN'\n";

/// A trust of these units, each with so many people, of whom so many are trained.
fn console(units: &[(&str, usize, usize)]) -> Console {
    let trust = Trust::new(POLICY);
    let mut staff = "employee_number,first_name,last_name,email,unit,start_date\n".to_owned();
    let mut training = "employee_number,course,completed_on\n".to_owned();
    for (unit, people, trained) in units {
        for number in 0..*people {
            let who = format!("{unit}{number}");
            staff.push_str(&format!("{who},Ann,{who},{who}@example.org,{unit},2020-01-01\n"));
            if number < *trained {
                training.push_str(&format!("{who},CHILDREN,2026-01-05\n"));
            }
        }
    }
    trust.import(day("2026-11-02"), FileKind::Staff, &staff);
    trust.import(day("2026-11-02"), FileKind::Training, &training);
    Console::of(trust, instant("2026-11-24T09:00:00Z"))
}

/// The words of the cells of the row with this id.
fn cells(page: &Page<'_>, id: &str) -> Vec<String> {
    let row = page.body.split(&format!("<tr data-id=\"{id}\">")).nth(1);
    let row = row.unwrap_or_else(|| panic!("no row {id}: {}", page.body)).split("</tr>").next().unwrap();
    let row = row.replace("</th>", "\n").replace("</td>", "\n");
    let without_tags = |cell: &str| {
        let texts = cell.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        texts.collect::<String>().trim().to_owned()
    };
    row.lines().map(without_tags).collect()
}

fn json(browser: &Browser<'_>, path: &str) -> Value {
    serde_json::from_str(&browser.get(path).has(200).body).unwrap()
}

const WHY: &str = "Groups that count fewer than 5 people show “under 5” in place of their figures";

#[test]
fn a_board_reads_under_5_of_groups_that_count_1_to_4_and_withheld_of_others_wherever_it_looks() {
    // Of Alpha as few are not up to date as may not be told; of Beta and Gamma all may be.
    let console = console(&[("Alpha", 20, 17), ("Beta", 20, 10), ("Delta", 3, 0), ("Gamma", 30, 15)]);
    let board = console.user("board@example.org", AccessRole::Board).signs_in();
    board.get("/");
    let expected = [("Alpha", "withheld"), ("Delta", "under 5"), ("Beta", "20"), ("Gamma", "30")];
    for (page, files) in [("/units", "/units"), ("/?by=unit", "/")] {
        let query = page.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
        let shown = board.get(page).has(200).says(WHY);
        let csv = board.get(&format!("{files}.csv{query}")).has(200);
        let document = json(&board, &format!("{files}.json{query}"));
        for (unit, counted) in expected {
            let found = cells(&shown, unit);
            assert_eq!(found[2], counted, "{page}, {unit}: {found:?}");
            assert!(!found.contains(&"–".to_owned()), "{page}, {unit}: {found:?}");
            let line = csv.body.lines().find(|line| line.contains(&format!(",{unit},"))).unwrap();
            assert!(line.contains(&format!(",{counted},")), "{page}: {line}");
            let group = document["groups"].as_array().unwrap().iter().find(|group| group["key"] == unit);
            let of = |part: &str| group.unwrap()[part]["withheld"].clone();
            let mark = if counted.parse::<u32>().is_ok() { Value::Null } else { counted.into() };
            assert_eq!([of("staff"), of("requirements")], [mark.clone(), mark], "{page}, {unit}");
        }
        if files == "/" {
            shown.says("57.5%");
        }
    }
    board.get("/courses").has(200).never_says(WHY);
    let hr = console.user("hr@example.org", AccessRole::Hr).signs_in();
    hr.get("/");
    hr.get("/units").has(200).never_says(WHY);
    assert_eq!(cells(&hr.get("/units"), "Delta")[2], "3");
}

#[test]
fn the_headline_and_the_forecast_of_few_say_so_in_the_place_of_each_figure() {
    for (people, trained, words) in [(3, 1, "under 5"), (20, 17, "withheld"), (20, 3, "withheld")] {
        let console = console(&[("Alpha", people, trained)]);
        let board = console.user("board@example.org", AccessRole::Board).signs_in();
        board.get("/");
        let page = board.get("/").has(200).says(WHY).says(&format!("Against the target {words} (90%)"));
        page.says(&format!("Staff up to date {words}")).says(&format!("People in post {words}"));
        let csv = board.get("/.csv").has(200);
        let everyone = csv.body.lines().nth(1).unwrap();
        assert!(everyone.starts_with("everyone,") && everyone.contains(words), "{everyone}");
        assert_eq!(json(&board, "/.json")["staff"]["withheld"], words);
        for path in ["/forecast", "/courses/CHILDREN"] {
            let page = board.get(path).has(200).says(WHY);
            let found = cells(&page, "2026-11-30");
            assert_eq!(found[1], words, "{path}: {found:?}");
            assert!(!found.contains(&"–".to_owned()), "{path}: {found:?}");
        }
        let month = &json(&board, "/forecast.json")["months"][0];
        assert_eq!([&month["staff"]["withheld"], &month["courses"][0]["withheld"]], [words, words]);
        let csv = board.get("/forecast.csv").has(200);
        assert!(csv.body.lines().nth(1).unwrap().contains(words), "{}", csv.body);
    }
}
