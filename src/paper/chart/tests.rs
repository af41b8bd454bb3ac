use super::drawing::escaped;
use super::*;
use crate::board::example::{disclosed_example, earlier, october};
use crate::board::{BoardFigures, BudgetFigures, Month};
use crate::compliance::{ForecastBooked, GroupCounts, Rate, UnitCourses};
use crate::policy::ProcessChange;
use crate::register::FinancialYear;

fn all(figures: &BoardFigures, earlier: &[BoardFigures]) -> Vec<Chart> {
    let figures = &disclosed_example(figures, earlier);
    [trend(figures), courses(figures), outlook(figures), budget(figures), heat_map(figures)]
        .into_iter()
        .filter_map(Result::unwrap)
        .collect()
}

#[test]
fn the_words_of_every_chart_of_a_month_with_a_year_behind_it() {
    let words: Vec<String> = all(&october(), &earlier())
        .iter()
        .map(|chart| {
            format!(
                "{}: {}\n{}\n{}\n{}\n",
                chart.name,
                chart.title,
                chart.says,
                chart.reading,
                chart.figures.join("\n")
            )
        })
        .collect();
    insta::assert_snapshot!(words.join("\n"));
}

#[test]
fn a_chart_is_a_picture_that_a_screen_reader_can_name_and_read_out() {
    for chart in all(&october(), &earlier()) {
        let svg = &chart.svg;
        assert!(
            svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1120 "),
            "{svg:.200}"
        );
        assert!(svg.contains("role=\"img\"") && svg.trim_end().ends_with("</svg>"), "{}", chart.name);
        assert!(svg.contains(&format!("-title\">{}</title>", escaped(&chart.title))), "{}", chart.name);
        assert!(
            svg.contains(&format!("-figures\">{}</desc>", escaped(&chart.figures.join(" ")))),
            "{}",
            chart.name
        );
        let png = chart.png().unwrap();
        assert!(png.starts_with(b"\x89PNG") && png.len() < 120_000, "{}: {} bytes", chart.name, png.len());
        assert_eq!(png, chart.png().unwrap(), "the same figures give the same bytes");
    }
}

#[test]
fn a_change_bases_the_limits_anew_and_says_why() {
    let mut months = months(&[500, 510, 500, 510, 500, 510, 800, 810, 800, 810, 800, 810]);
    let mut last = months.pop().unwrap();
    last.changes = vec![ProcessChange {
        on: "2026-05-04".parse().unwrap(),
        what: "Level 3 moved to e-learning".to_owned(),
    }];
    let figures = disclosed_example(&last, &months);
    let told = said(&figures);
    for words in [
        "October 2026 is within the usual variation, 77.8% to 83.2%",
        "they rest on 6 months since 4 May 2026",
        "The target of 90.0% is above the usual variation",
    ] {
        assert!(told.contains(words), "{words} in {told}");
    }
    let figures = trend(&figures).unwrap().unwrap().figures.join(" ");
    assert!(figures.contains("Mean 50.5%") && figures.contains("Mean 80.5%"), "{figures}");
    assert!(figures.contains("since 4 May 2026 (Level 3 moved to e-learning)"), "{figures}");
    last.changes[0].on = "2026-07-01".parse().unwrap();
    let told = said(&disclosed_example(&last, &months));
    assert_eq!(
        told,
        "4 months have a summary since 1 July 2026 (Level 3 moved to e-learning). From six on, process limits show \
         whether a month differs from the usual."
    );
}

#[test]
fn the_icons_of_the_verdict_are_told_apart_and_named() {
    let mut seen = std::collections::BTreeMap::new();
    for rates in [
        &[500, 520, 490, 510, 500, 510][..],
        &[910, 890, 920, 880, 900, 910],
        &[960, 958, 962, 960, 959, 960, 961, 960, 959, 960, 961, 975],
        &[500, 520, 490, 510, 500, 510, 500, 520, 490, 510, 500, 380],
    ] {
        let mut months = months(rates);
        let last = months.pop().unwrap();
        for line in verdict(&disclosed_example(&last, &months)).unwrap().lines() {
            let icon = line.icon.as_ref().unwrap();
            assert!(icon.png().unwrap().starts_with(b"\x89PNG"));
            assert!(icon.svg.contains(&format!("-title\">{}</title>", icon.title)), "{}", icon.svg);
            seen.insert(icon.title.clone(), icon.svg.split_once("</title>").unwrap().1.to_owned());
        }
    }
    assert_eq!(seen.len(), 6, "{:?}", seen.keys());
    let shapes: std::collections::BTreeSet<&String> = seen.values().collect();
    assert_eq!(shapes.len(), 6);
}

#[test]
fn the_figures_of_a_chart_are_those_of_the_summary() {
    let (october, earlier) = (october(), earlier());
    let charts = all(&october, &earlier);
    let figures = |name: &str| charts.iter().find(|chart| chart.name == name).unwrap().figures.join(" ");
    for month in disclosed_example(&october, &earlier).trend {
        let rate = month.staff.value().unwrap().shown();
        assert!(figures("trend").contains(&format!("{}: {rate}.", month.month.short())));
    }
    for month in &october.forecast {
        let short = Month::of(month.as_at).short();
        assert!(figures("outlook").contains(&format!("{short}: {}.", month.staff.shown())), "{short}");
    }
    for course in october.courses.iter().filter(|course| course.counts.requirements.counted > 0) {
        assert!(figures("courses").contains(&course.counts.requirements.shown()), "{}", course.key);
    }
    assert!(figures("budget").contains(october.budget.used.unwrap().shown().as_str()));
}

/// Months up to October 2026 with these many of 1,000 staff up to date.
fn months(up_to_date: &[u64]) -> Vec<BoardFigures> {
    let back = (0..up_to_date.len()).rev();
    back.zip(up_to_date)
        .map(|(back, &up_to_date)| {
            let month = october().month.minus(u32::try_from(back).unwrap());
            let counts = GroupCounts { staff: Rate { counted: 1_000, up_to_date }, ..october().counts };
            BoardFigures { month, as_at: month.last_day(), counts, ..october() }
        })
        .collect()
}

fn said(figures: &Disclosed) -> String {
    verdict(figures).unwrap().lines().map(|line| line.words.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_trend_says_in_words_what_the_last_month_means_and_whether_the_target_will_be_met() {
    for (up_to_date, words) in [
        (&[500, 520][..], "2 months have a summary. From six on, process limits show"),
        (&[500, 520, 490, 510, 500, 510], "October 2026 is within the usual variation, 45.7% to 55.3%"),
        (&[500, 520, 490, 510, 500, 510], "rest on 6 months"),
        (&[500, 520, 490, 510, 500, 510], "The target of 90.0% is above the usual variation"),
        (
            &[910, 890, 920, 880, 900, 910, 890, 920, 880, 900, 910, 900],
            "some months will meet it and others miss it",
        ),
        (&[960, 958, 962, 960, 959, 960, 961, 960, 959, 960, 961, 960], "(consistently passing)"),
        (
            &[500, 520, 490, 510, 500, 510, 500, 520, 490, 510, 500, 620],
            "October 2026 is above the upper process limit of 56.2%: something has changed for the better",
        ),
        (
            &[560, 510, 550, 510, 540, 490, 440, 480, 450, 490, 440, 480],
            "October 2026 is one of seven or more summaries in a row below the mean of 49.5%: something has changed for \
             the worse",
        ),
        // Seven months, of which six fell and the first rose.
        (
            &[500, 540, 530, 520, 510, 500, 490, 480],
            "October 2026 is the last of 6 falls in a row, from summary to summary: something has changed for the worse",
        ),
        (
            &[580, 540, 550, 560, 570, 580, 590, 600],
            "October 2026 is the last of 6 rises in a row, from summary to summary",
        ),
        (
            &[500, 510, 500, 510, 500, 510, 500, 510, 500, 510, 500, 930],
            "consistently falling short): October 2026 met it, and it will be met only while that lasts",
        ),
        (
            &[960, 961, 960, 961, 960, 961, 960, 961, 960, 961, 960, 500],
            "consistently passing): October 2026 missed it all the same",
        ),
    ] {
        let mut months = months(up_to_date);
        let last = months.pop().unwrap();
        let told = said(&disclosed_example(&last, &months));
        assert!(told.contains(words), "{words:?} in {told}");
        assert!(!told.contains("rest on") || up_to_date.len() < 12, "{told}");
    }
    let first = disclosed_example(&months(&[500]).remove(0), &[]);
    assert_eq!(trend(&first).unwrap(), None, "a first summary has no trend");
    assert_eq!(verdict(&first), None);
}

#[test]
fn booked_places_are_a_second_line_where_they_change_anything() {
    let mut figures = october();
    for month in &mut figures.forecast {
        let staff = Rate { up_to_date: month.staff.up_to_date + 20, ..month.staff };
        month.booked = Some(ForecastBooked { staff, headline: None, courses: Vec::new() });
    }
    let with = outlook(&disclosed_example(&figures, &[])).unwrap().unwrap();
    assert!(with.says.ends_with("with the places booked so far it is 29.7% then."), "{}", with.says);
    assert!(
        with.figures.join(" ").contains("Nov 2026: 52.5% (56.0% as booked)."),
        "{}",
        with.figures.join(" ")
    );
    assert!(with.svg.contains("As booked 29.7%"));
    for month in &mut figures.forecast {
        month.booked = Some(ForecastBooked { staff: month.staff, headline: None, courses: Vec::new() });
    }
    let without = outlook(&disclosed_example(&figures, &[])).unwrap().unwrap();
    assert!(without.says.ends_with("No booked place changes that.") && !without.svg.contains("As booked"));
}

#[test]
fn nothing_is_drawn_where_there_is_nothing_to_show() {
    let figures = BoardFigures {
        counts: GroupCounts::default(),
        courses: Vec::new(),
        unit_courses: Vec::new(),
        budget: BudgetFigures::of("RMV", FinancialYear(2026), october().as_at, None, [], 0),
        ..october()
    };
    assert_eq!(all(&figures, &[]), []);
}

#[test]
fn the_share_of_fewer_than_five_people_is_in_no_chart() {
    let mut figures = october();
    let courses = figures.courses.len();
    let rates = |up_to_date, counted| vec![Rate { counted, up_to_date }; courses];
    let unit = |unit: &str, courses| UnitCourses { unit: unit.to_owned(), courses };
    for course in &mut figures.courses {
        course.counts.requirements = Rate { counted: 117, up_to_date: 70 };
    }
    figures.unit_courses = vec![
        unit("Large", rates(60, 100)),
        unit("Few", rates(1, 4)),
        unit("Five", rates(2, 5)),
        unit("", rates(7, 8)),
    ];
    let chart = heat_map(&disclosed_example(&figures, &[])).unwrap().unwrap();
    assert!(
        chart.figures.join(" ").contains("Few: SGC-L1 under 5,")
            && chart.figures.join(" ").contains("Five: SGC-L1 withheld,")
    );
    assert!(
        chart.figures.join(" ").contains("No unit recorded: SGC-L1 87.5%"),
        "{}",
        chart.figures.join(" ")
    );
    assert!(!chart.figures.join(" ").contains("25.0%") && !chart.svg.contains("25.0%"));
}

#[test]
fn a_heat_map_shows_the_second_level_where_the_first_is_one_unit_and_says_how_many_it_leaves_out() {
    let mut figures = october();
    let of = |unit: String, up_to_date| UnitCourses {
        unit,
        courses: vec![Rate { counted: 100, up_to_date }; figures.courses.len()],
    };
    figures.unit_courses = std::iter::once(of("Trust".to_owned(), 50))
        .chain((0..17).map(|number| of(format!("Trust / Ward {number}"), 90 - number)))
        .collect();
    let chart = heat_map(&disclosed_example(&figures, &[])).unwrap().unwrap();
    assert!(
        chart.figures[0].starts_with("Ward 16: ") && !chart.figures.join(" ").contains("Trust:"),
        "{}",
        chart.figures.join(" ")
    );
    assert!(chart.says.ends_with("Not shown: 2 units with fewer people not up to date."), "{}", chart.says);
    assert_eq!(chart.figures.len(), 15);
}

#[test]
fn what_units_and_courses_are_called_cannot_break_a_picture() {
    let mut figures = october();
    figures.courses[0].title = Some("</text><script>alert(1)</script>\u{202e} & \"co\"\n".to_owned());
    figures.courses[0].key = "<svg onload=x>".to_owned();
    figures.unit_courses[0].unit = "]]> <g> &amp; \u{0}".to_owned();
    for chart in all(&figures, &earlier()) {
        assert!(!chart.svg.contains("<script") && !chart.svg.contains("<g>"), "{}", chart.svg);
        assert_eq!(chart.svg.matches("<svg").count(), 1);
        chart.png().unwrap();
    }
}
