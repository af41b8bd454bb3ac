//! Cases worked by hand: a unit's people and the courses they need tell of each other.

use super::*;

/// A unit: the people of it up to date and counted, and the same of two courses.
type UnitFigures = (&'static str, (u64, u64), [(u64, u64); 2]);

/// The figures of these units, which are all there are.
fn figures(units: &[UnitFigures]) -> BoardFigures {
    let sum = |of: &dyn Fn(&UnitFigures) -> (u64, u64)| {
        units.iter().map(of).fold(Rate::default(), |sum, (up_to_date, counted)| {
            rate(sum.up_to_date + up_to_date, sum.counted + counted)
        })
    };
    let mut figures = october();
    let counts = |staff: Rate| GroupCounts { in_post: staff.counted, staff, ..GroupCounts::default() };
    figures.counts = GroupCounts { requirements: sum(&|unit| unit.2[0]), ..counts(sum(&|unit| unit.1)) };
    figures.courses.truncate(2);
    for (at, course) in figures.courses.iter_mut().enumerate() {
        course.counts = GroupCounts { requirements: sum(&|unit| unit.2[at]), ..GroupCounts::default() };
    }
    let (staff_groups, job_titles) = (vec![figures.staff_groups[0].clone()], Vec::new());
    (figures.staff_groups, figures.job_titles) = (staff_groups, job_titles);
    figures.staff_groups[0].counts = figures.counts;
    let unit = |of: &UnitFigures| Group {
        key: of.0.to_owned(),
        counts: counts(rate(of.1.0, of.1.1)),
        ..october().units[0].clone()
    };
    figures.units = units.iter().map(unit).collect();
    let courses = |of: &UnitFigures| of.2.map(|(up_to_date, counted)| rate(up_to_date, counted)).to_vec();
    figures.unit_courses =
        units.iter().map(|of| UnitCourses { unit: of.0.to_owned(), courses: courses(of) }).collect();
    figures
}

/// What is told of each unit and its courses, and of the courses: the counts, `<5` or `-`.
fn told(units: &[UnitFigures]) -> Vec<String> {
    let told = disclosed_example(&figures(units), &[]);
    let words = |of: &Shown<Rate>| match of {
        Shown::As(rate) => format!("{}/{}", rate.up_to_date, rate.counted),
        Shown::Withheld(Withheld::UnderFive) => "<5".to_owned(),
        Shown::Withheld(Withheld::Beside) => "-".to_owned(),
    };
    let rows = told.units.iter().flatten().zip(&told.unit_courses).map(|(unit, row)| {
        let cells: Vec<String> = row.courses.iter().map(words).collect();
        format!("{}: {}, {}", unit.key, words(&unit.counts.staff), cells.join(" "))
    });
    let courses: Vec<String> = told.courses.iter().map(|course| words(&course.people())).collect();
    rows.chain([format!("all: {}", courses.join(" "))]).collect()
}

#[test]
fn where_nothing_is_of_few_everything_is_told() {
    assert_eq!(
        told(&[("Medicine", (12, 15), [(9, 10), (13, 15)]), ("Surgery", (5, 9), [(6, 9), (7, 8)])]),
        ["Medicine: 12/15, 9/10 13/15", "Surgery: 5/9, 6/9 7/8", "all: 15/19 20/23"]
    );
}

#[test]
fn a_unit_of_which_all_are_up_to_date_does_not_say_who_is_not_elsewhere() {
    // Of the 10 who need the first course 6 are up to date. Were Medicine's 15 of 15 told, none of the 4 who are not
    // could be of Medicine, and Surgery would be 0 of 4.
    let units: [UnitFigures; 4] = [
        ("Medicine", (15, 15), [(6, 6), (15, 15)]),
        ("Surgery", (0, 4), [(0, 4), (0, 0)]),
        ("Women", (5, 10), [(0, 0), (5, 10)]),
        ("Estates", (30, 40), [(0, 0), (30, 40)]),
    ];
    assert_eq!(
        told(&units),
        [
            "Medicine: -, - -",
            "Surgery: <5, <5 0/0",
            "Women: -, 0/0 -",
            "Estates: 30/40, 0/0 30/40",
            "all: 6/10 50/65",
        ]
    );
}

#[test]
fn beside_a_unit_of_which_some_are_not_up_to_date_no_more_is_withheld_than_its_course() {
    let units: [UnitFigures; 4] = [
        ("Medicine", (11, 15), [(4, 6), (13, 15)]),
        ("Surgery", (2, 4), [(2, 4), (0, 0)]),
        ("Women", (5, 10), [(0, 0), (5, 10)]),
        ("Estates", (30, 40), [(0, 0), (30, 40)]),
    ];
    assert_eq!(
        told(&units),
        [
            "Medicine: 11/15, - -",
            "Surgery: <5, <5 0/0",
            "Women: -, 0/0 -",
            "Estates: 30/40, 0/0 30/40",
            "all: 6/10 48/65",
        ]
    );
}

#[test]
fn how_many_are_counted_does_not_say_how_many_need_a_course_of_few() {
    // Each of the 24 needs a course, and 20 of them the second: at least 4 need the first, and "under 5" is at most 4.
    let units: [UnitFigures; 2] =
        [("Medicine", (8, 12), [(1, 2), (7, 10)]), ("Surgery", (9, 12), [(2, 2), (7, 10)])];
    assert_eq!(
        told(&units),
        ["Medicine: 8/12, <5 -", "Surgery: 9/12, <5 -", "all: <5 -"],
        "no course is told, nor what all of them add up to"
    );
    let told = disclosed_example(&figures(&units), &[]);
    assert!(told.counts.pairs.value().is_none() && told.actions.is_none());
    assert!(told.headline.unwrap().lacking_one.value().is_none(), "20 of those not told may lack it");
}

#[test]
fn where_everybody_needs_a_course_its_people_are_those_of_the_unit() {
    // The second course is needed by all, so that what is withheld of it in Medicine is of 15 people. The table of units
    // says so, and nothing of how many of them are up to date.
    let units: [UnitFigures; 2] =
        [("Medicine", (8, 15), [(2, 3), (9, 15)]), ("Surgery", (20, 30), [(21, 29), (25, 30)])];
    assert_eq!(told(&units), ["Medicine: 8/15, <5 -", "Surgery: 20/30, - -", "all: 23/32 34/45"],);
}
