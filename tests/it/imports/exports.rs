//! Exports of learning systems as they come (`exports/README.md`), with the built program: who is up to date by them, and
//! what is said of those that can't be imported.

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::support::program::Folder;

/// A file, and what comes of it: exit status, applied, skipped, rejected, and who has which course in date by it.
struct Export {
    name: &'static str,
    text: &'static str,
    status: i32,
    counts: [u64; 3],
    trained: &'static [(&'static str, &'static str)],
}

const STAFF: &str = include_str!("exports/staff.csv");
const BOTH: &[(&str, &str)] = &[("20000001", "SGC-L2"), ("20000004", "SGC-L1")];
const ASHA: &[(&str, &str)] = &[("20000001", "SGC-L2")];

const EXPORTS: [Export; 8] = [
    Export {
        name: "esr-competences",
        text: include_str!("exports/esr-competences.csv"),
        status: 0,
        counts: [4, 1, 0],
        trained: &[("20000001", "SGC-L2"), ("20000003", "SGC-L2"), ("20000004", "SGC-L1")],
    },
    Export {
        name: "esr-compliance",
        text: include_str!("exports/esr-compliance.csv"),
        status: 0,
        counts: [2, 2, 0],
        trained: ASHA,
    },
    Export {
        name: "elfh-activity",
        text: include_str!("exports/elfh-activity.csv"),
        status: 4,
        counts: [1, 2, 1],
        trained: ASHA,
    },
    Export {
        name: "moodle-participants",
        text: include_str!("exports/moodle-participants.csv"),
        status: 0,
        counts: [2, 2, 0],
        trained: BOTH,
    },
    Export {
        name: "totara-completion",
        text: include_str!("exports/totara-completion.csv"),
        status: 0,
        counts: [2, 2, 0],
        trained: BOTH,
    },
    Export {
        name: "kallidus",
        text: include_str!("exports/kallidus.csv"),
        status: 4,
        counts: [1, 2, 1],
        trained: ASHA,
    },
    Export {
        name: "learning-pool",
        text: include_str!("exports/learning-pool.csv"),
        status: 0,
        counts: [2, 0, 0],
        trained: BOTH,
    },
    Export {
        name: "learning-pool-stream",
        text: include_str!("exports/learning-pool-stream.csv"),
        status: 0,
        counts: [2, 0, 0],
        trained: BOTH,
    },
];

/// Reports that can't be imported: what the message must call them, and have done about them.
const REFUSED: [(&str, &str, &str, &str); 5] = [
    (
        "moodle-completion",
        include_str!("exports/moodle-completion.csv"),
        "looks like a Moodle report of the completion of one course",
        "make a custom report of the source Course participants",
    ),
    (
        "totara-default",
        include_str!("exports/totara-default.csv"),
        "looks like a Totara report of course completions",
        "add the column User's Email or User ID Number",
    ),
    (
        "esr-own-compliance",
        include_str!("exports/esr-own-compliance.csv"),
        "looks like somebody's own compliance list from ESR",
        "add a column Employee Number",
    ),
    (
        "esr-compliance-no-dates",
        include_str!("exports/esr-compliance-no-dates.csv"),
        "looks like an ESR compliance report",
        "add Date Last Awarded",
    ),
    (
        "esr-compliance-summary",
        "Org L4,Staff Group,Assignment Count,Required,Achieved,Compliance %\nTheatres,Students,4,4,3,75%\n",
        "looks like an ESR compliance summary",
        "run Competences held",
    ),
];

/// The rows of a file, cell by cell.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn written(rows: &[Vec<String>], separator: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(separator).flexible(true).from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

/// The same file as programs and people pass it on, with the ending of its name.
fn dressed(text: &str) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let plain = rows(text);
    let header = plain.iter().position(|row| row.iter().filter(|cell| !cell.is_empty()).count() > 2).unwrap();
    let mut capitals = plain.clone();
    capitals[header].iter_mut().for_each(|cell| *cell = cell.to_uppercase().replace(' ', "_"));
    let titled =
        [vec![vec!["Learning report, November 2026".to_owned()], vec![String::new()]], plain.clone()]
            .concat();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, row) in (0..).zip(&titled) {
        for (column, cell) in (0..).zip(row) {
            sheet.write(at, column, cell).unwrap();
        }
    }
    vec![
        ("as it comes", "csv", text.as_bytes().to_vec()),
        ("with a mark before it", "csv", ["\u{feff}".as_bytes(), text.as_bytes()].concat()),
        ("with semicolons", "csv", written(&plain, b';')),
        ("with tabs", "txt", written(&plain, b'\t')),
        ("in capitals", "csv", written(&capitals, b',')),
        ("below a title", "csv", written(&titled, b',')),
        ("as a workbook", "xlsx", book.save_to_buffer().unwrap()),
    ]
}

fn with_staff() -> Folder {
    let folder = Folder::new();
    folder.write("staff.csv", STAFF);
    json(&folder, 0, "import staff staff.csv");
    folder
}

fn json(folder: &Folder, status: i32, words: &str) -> Value {
    folder.run(&format!("--json --today 2026-11-24 {words}")).ended(status).json()
}

/// Who has which course in date, of those who are asked for it.
fn in_date(folder: &Folder) -> Vec<(String, String)> {
    let staff = json(folder, 0, "staff");
    let of = |person: &Value| {
        let number = person["employee_number"].as_str().unwrap().to_owned();
        let courses = person["courses"].as_array().unwrap().clone();
        let is_met =
            |course: &&Value| ["up_to_date", "due_soon"].contains(&course["state"].as_str().unwrap());
        let met: Vec<Value> = courses.iter().filter(is_met).cloned().collect();
        met.into_iter().map(move |course| (number.clone(), course["course"].as_str().unwrap().to_owned()))
    };
    staff["people"].as_array().unwrap().iter().flat_map(of).collect()
}

#[test]
fn what_a_learning_system_exports_makes_those_up_to_date_who_completed_it_and_nobody_else() {
    for Export { name, text, status, counts: [applied, skipped, rejected], trained } in EXPORTS {
        for (how, ending, bytes) in dressed(text) {
            let folder = with_staff();
            folder.write(&format!("records.{ending}"), bytes);
            let report = json(&folder, status, &format!("import training records.{ending}"));
            let counted = [&report["applied"], &report["skipped"]["not_a_completion"]];
            assert_eq!(counted, [&json!(applied), &json!(skipped)], "{name} {how}: {report:#}");
            assert_eq!(
                report["rejected"].as_array().unwrap().len() as u64,
                rejected,
                "{name} {how}: {report:#}"
            );
            let trained: Vec<(String, String)> =
                trained.iter().map(|(number, course)| ((*number).into(), (*course).into())).collect();
            assert_eq!(in_date(&folder), trained, "{name} {how}");
        }
    }
}

#[test]
fn a_report_that_can_t_be_imported_is_called_what_it_is_with_what_to_do() {
    let folder = with_staff();
    for (name, text, called, to_do) in REFUSED {
        for (how, ending, bytes) in dressed(text) {
            folder.write(&format!("records.{ending}"), bytes);
            let said = folder.run(&format!("import training records.{ending}")).ended(1).err;
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(said.contains(called) && said.contains(to_do), "{name} {how}: {said}");
        }
    }
    assert_eq!(in_date(&folder), []);
}

#[test]
fn a_staff_list_of_esr_goes_in_with_its_titles_units_and_second_posts() {
    for (how, ending, bytes) in dressed(include_str!("exports/esr-staff.csv")) {
        let folder = Folder::new();
        folder.write(&format!("staff.{ending}"), bytes);
        let report = json(&folder, 0, &format!("import staff staff.{ending}"));
        assert_eq!((&report["joiners"], &report["rows"]), (&json!(3), &json!(4)), "{how}: {report:#}");
        let ann = json(&folder, 0, "explain 30000001");
        let posts: Vec<(&str, &str)> = ann["assignments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|post| (post["job_title"].as_str().unwrap(), post["unit"].as_str().unwrap()))
            .collect();
        assert_eq!(
            posts,
            [("Staff Nurse", "Surgery Division / Theatres / Recovery"), ("Bank Nurse", "Bank")],
            "{how}"
        );
        assert_eq!(json(&folder, 0, "explain 30000002")["absent"], true, "{how}");
    }
}
