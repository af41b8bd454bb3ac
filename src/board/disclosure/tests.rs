use super::figure::Amount;
use super::sums::Sums;
use super::*;
use crate::board::example::{disclosed_example, earlier, october};
use crate::board::{BridgeStep, Cause};
use crate::compliance::{ForecastBooked, Group, GroupCounts, JobTitleGroup, Rate, UnitCourses};

mod across;
mod worked;

fn rate(up_to_date: u64, counted: u64) -> Rate {
    Rate { counted, up_to_date }
}

/// What stands in the place of each part of a whole: the counts, `<5`, `-`, or `none` where no part can be told.
fn parts(parts: &[(u64, u64)]) -> String {
    let amount = |rate: Rate| Amount { in_post: Some(rate.counted), rate };
    let all = parts.iter().fold(Rate::default(), |all, (up_to_date, counted)| {
        rate(all.up_to_date + up_to_date, all.counted + counted)
    });
    let mut sums = Sums::of(amount(all));
    let places: Vec<usize> =
        parts.iter().map(|(up, counted)| sums.add(Sums::ALL, amount(rate(*up, *counted)), None)).collect();
    if !sums.protect() {
        return "none".to_owned();
    }
    let told = places.iter().zip(parts).map(|(place, (up, counted))| match sums.why(*place) {
        None => format!("{up}/{counted}"),
        Some(Withheld::UnderFive) => "<5".to_owned(),
        Some(Withheld::Beside) => "-".to_owned(),
    });
    told.collect::<Vec<_>>().join(" ")
}

#[test]
fn beside_a_small_part_the_smallest_are_withheld_until_it_cannot_be_worked_out() {
    for (what, of, expected) in [
        ("nothing is small", &[(5, 10), (0, 0), (9, 17)][..], "5/10 0/0 9/17"),
        ("the smallest other", &[(1, 3), (9, 17), (3, 8)], "<5 9/17 -"),
        ("two small ones keep each other", &[(1, 3), (2, 4), (9, 17)], "<5 <5 9/17"),
        ("two of 1 to 4 that add up to 2 are 1 each", &[(1, 1), (0, 1), (9, 17), (4, 9)], "<5 <5 9/17 -"),
        ("two of 1 to 4 that add up to 8 are 4 each", &[(1, 4), (3, 4), (9, 17), (4, 9)], "<5 <5 9/17 -"),
        ("together of 3, they are a group of 3", &[(1, 1), (0, 2), (9, 17), (4, 9)], "<5 <5 9/17 -"),
        ("1 beside 5 is 1, the least of each", &[(1, 1), (2, 5), (9, 17), (4, 9)], "<5 - 9/17 -"),
        ("nobody of those withheld is up to date", &[(0, 3), (0, 8), (9, 17), (4, 30)], "<5 - - 4/30"),
        ("everybody of those withheld is", &[(3, 3), (8, 8), (17, 17), (4, 30)], "<5 - 17/17 -"),
        ("everybody everywhere is: the whole says so", &[(3, 3), (8, 8), (17, 17)], "<5 - 17/17"),
        ("5 people, each alone", &[(1, 1), (0, 1), (1, 1), (1, 1), (1, 1)], "none"),
        ("8 people, 4 and 4", &[(1, 4), (2, 4)], "none"),
        ("a whole of few", &[(1, 1), (0, 2)], "<5 <5"),
        ("a whole of few, each alone", &[(1, 1), (0, 1), (1, 1), (0, 1)], "none"),
    ] {
        assert_eq!(parts(of), expected, "{what}");
    }
}

#[test]
fn a_whole_is_withheld_where_its_parts_cannot_keep_a_secret_and_a_chain_is_withheld_to_its_end() {
    let mut figures = october();
    let unit = |key: &str, up_to_date, counted| {
        let counts =
            GroupCounts { in_post: counted, staff: rate(up_to_date, counted), ..GroupCounts::default() };
        Group { key: key.to_owned(), counts, ..october().units[0].clone() }
    };
    figures.counts = GroupCounts { in_post: 100, staff: rate(60, 100), ..GroupCounts::default() };
    figures.units = vec![
        unit("Large", 41, 60),
        unit("Pair", 3, 8),
        unit("Pair / One", 1, 4),
        unit("Pair / Two", 2, 4),
        unit("Single", 11, 17),
        unit("Single / Only", 11, 17),
        unit("Single / Only / Only", 11, 17),
        unit("With its own", 5, 15),
        unit("With its own / Few", 1, 3),
        unit("With its own / Some", 3, 10),
    ];
    let units = disclosed_example(&figures, &[]).units.unwrap();
    let words: Vec<String> = units
        .iter()
        .map(|unit| format!("{}: {}", unit.key, unit.counts.staff.words(|staff| staff.counted.to_string())))
        .collect();
    assert_eq!(
        words,
        [
            "Large: 60",
            // Of 8 people in two units of 1 to 4, each has 4.
            "Pair: withheld",
            "Pair / One: under 5",
            "Pair / Two: under 5",
            "Single: 17",
            "Single / Only: 17",
            "Single / Only / Only: 17",
            // The smallest beside the pair; whom it has itself, 2 people, are in no row.
            "With its own: withheld",
            "With its own / Few: under 5",
            "With its own / Some: 10",
        ]
    );
}

/// A job title with its people up to date and counted.
type Title = (&'static str, u64, u64);

/// What is told of staff groups and of the job titles within them, given the people of each.
fn titles(of: &[(&str, &[Title])]) -> (String, String) {
    let group = |key: &str, staff: Rate| Group {
        key: key.to_owned(),
        counts: GroupCounts { in_post: staff.counted, staff, ..GroupCounts::default() },
        ..october().staff_groups[0].clone()
    };
    let sum = |titles: &[Title]| {
        titles.iter().fold(Rate::default(), |sum, (_, up_to_date, counted)| {
            rate(sum.up_to_date + up_to_date, sum.counted + counted)
        })
    };
    let mut figures = october();
    figures.counts.staff = of
        .iter()
        .map(|(_, titles)| sum(titles))
        .fold(Rate::default(), |all, of| rate(all.up_to_date + of.up_to_date, all.counted + of.counted));
    figures.counts.in_post = figures.counts.staff.counted;
    figures.staff_groups = of.iter().map(|(key, titles)| group(key, sum(titles))).collect();
    let titles = of.iter().flat_map(|(staff_group, titles)| {
        titles.iter().map(|(title, up_to_date, counted)| JobTitleGroup {
            staff_group: (*staff_group).to_owned(),
            group: group(title, rate(*up_to_date, *counted)),
        })
    });
    figures.job_titles = titles.collect();
    let told = disclosed_example(&figures, &[]);
    let words = |group: &DisclosedGroup| {
        format!("{} {}", group.key, group.counts.staff.words(|staff| staff.counted.to_string()))
    };
    let all = |words: Vec<String>| words.join(", ");
    (
        told.staff_groups.map_or("none".to_owned(), |groups| all(groups.iter().map(words).collect())),
        told.job_titles
            .map_or("none".to_owned(), |titles| all(titles.iter().map(|of| words(&of.group)).collect())),
    )
}

#[test]
fn a_job_title_and_its_staff_group_do_not_tell_of_each_other() {
    let large: (&str, &[_]) = ("Nursing", &[("Nurse", 40, 60), ("Sister", 9, 17), ("Manager", 4, 9)]);
    for (what, of, groups, job_titles) in [
        (
            "nothing is small",
            vec![large, ("Estates", &[("Porter", 5, 11)][..])],
            "Nursing 86, Estates 11",
            "Nurse 60, Sister 17, Manager 9, Porter 11",
        ),
        (
            "a small title takes the smallest beside it in its staff group with it",
            vec![large, ("Estates", &[("Porter", 5, 11), ("Driver", 1, 2), ("Painter", 8, 8)])],
            "Nursing 86, Estates 21",
            "Nurse 60, Sister 17, Manager 9, Porter 11, Driver under 5, Painter withheld",
        ),
        (
            "the title of all people of a withheld staff group is withheld with it",
            vec![large, ("Estates", &[("Porter", 5, 11)]), ("Other", &[("Chaplain", 1, 2)])],
            "Nursing 86, Estates withheld, Other under 5",
            "Nurse 60, Sister 17, Manager 9, Porter withheld, Chaplain under 5",
        ),
        (
            "one title in two staff groups is two",
            vec![large, ("Estates", &[("Porter", 5, 11), ("Manager", 2, 3), ("Driver", 6, 9)])],
            "Nursing 86, Estates 23",
            "Nurse 60, Sister 17, Manager 9, Porter 11, Manager under 5, Driver withheld",
        ),
        (
            "where titles can't be told their staff groups still are",
            vec![("", &[("A", 1, 1), ("B", 0, 1), ("C", 1, 1), ("D", 1, 1), ("E", 1, 1)])],
            " 5",
            "none",
        ),
    ] {
        let (of_groups, of_titles) = titles(&of);
        assert_eq!((of_groups.as_str(), of_titles.as_str()), (groups, job_titles), "{what}");
    }
    let mut frozen_before = october();
    frozen_before.job_titles = Vec::new();
    let told = serde_json::to_value(disclosed_example(&frozen_before, &[])).unwrap();
    assert!(told.get("job_titles").is_none() && told.get("lists_withheld").is_none(), "{told}");
}

#[test]
fn a_unit_that_is_withheld_is_withheld_under_every_course_and_a_course_in_every_unit() {
    let mut figures = october();
    figures.units.retain(|unit| !unit.key.contains(" / "));
    figures.units[0].counts.staff = rate(2, 3);
    figures.units[2].counts.staff.counted += 76;
    figures.units[2].counts.staff.up_to_date += 59;
    figures.courses[1].counts.requirements = rate(1, 2);
    figures.unit_courses = ["Corporate", "Medicine and Emergency Care", "Surgery", "Women and Children"]
        .iter()
        .map(|unit| UnitCourses { unit: (*unit).to_owned(), courses: vec![rate(10, 20); 6] })
        .collect();
    let told = disclosed_example(&figures, &[]);
    let told_of = |unit: usize, course: usize| told.unit_courses[unit].courses[course].value();
    let withheld: Vec<bool> =
        told.units.iter().flatten().map(|unit| unit.counts.staff.value().is_none()).collect();
    assert_eq!(withheld, [true, false, false, true], "and the smallest beside it");
    for course in 0..6 {
        assert_eq!((told_of(0, course), told_of(3, course)), (None, None), "{course}");
    }
    assert!((0..4).all(|unit| told_of(unit, 1).is_none()));
    assert_eq!(told_of(2, 2), Some(&rate(10, 20)));
    // All courses together, less those told, would be the one withheld.
    assert!(told.counts.pairs.value().is_none() && told.courses[1].counts.value().is_none());
    let actions = told.actions.unwrap();
    assert!(actions.courses.iter().all(|course| course.course != "SGC-L2") && actions.courses_withheld == 1);
    let at_the_end = |course: &DisclosedCourseActions| {
        course
            .months
            .iter()
            .find(|month| month.as_at == actions.until)
            .unwrap()
            .places
            .value()
            .copied()
            .unwrap()
    };
    let sum: u64 = actions.courses.iter().map(|course| at_the_end(course).to_train).sum();
    assert_eq!(actions.to_train, sum, "the sums are over the courses told");
    assert!(told.forecast.iter().all(|month| month.courses[1].ahead.value().is_none()));
}

#[test]
fn a_month_of_few_people_is_withheld_with_all_that_is_compared_with_it() {
    let mut figures = october();
    let mut earlier = earlier();
    earlier[11].counts.staff = rate(2, 3);
    figures.bridge.as_mut().unwrap().from = rate(2, 3);
    figures.restatement.as_mut().unwrap().reported = rate(2, 3);
    let told = disclosed_example(&figures, &earlier);
    let september = told.trend.iter().rev().nth(1).unwrap();
    assert!(september.staff.value().is_none());
    assert_eq!(crate::board::compare(&told.trend, 1), crate::board::MonthComparison::Withheld);
    let bridge = told.bridge.unwrap();
    assert!(bridge.from.value().is_none() && bridge.steps.value().is_none());
    assert!(told.restatement.unwrap().steps.value().is_none());
}

#[test]
fn one_cause_of_few_people_is_never_withheld_alone() {
    let step = |cause, people, up_to_date| BridgeStep { cause, people, counted: 0, up_to_date };
    for (steps, expected) in [
        (vec![step(Cause::Trained, 9, 9), step(Cause::Lapsed, 6, -6)], Some("9 6")),
        (
            vec![step(Cause::Trained, 9, 9), step(Cause::Corrected, 1, 1), step(Cause::Lapsed, 6, -6)],
            Some("9 under 5 withheld"),
        ),
        (
            vec![step(Cause::Trained, 9, 9), step(Cause::Corrected, 1, 1), step(Cause::Lapsed, 2, -2)],
            Some("9 under 5 under 5"),
        ),
        (vec![step(Cause::Trained, 1, 1)], None),
        (vec![], Some("")),
    ] {
        let mut figures = october();
        figures.bridge.as_mut().unwrap().steps = steps;
        let bridge = disclosed_example(&figures, &[]).bridge.unwrap();
        let words = bridge.steps.value().map(|steps| {
            let each = steps.iter().map(|step| step.moves.words(|moves| moves.people.to_string()));
            each.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(words.as_deref(), expected);
    }
}

#[test]
fn what_is_withheld_is_null_in_json_and_says_so_beside_it() {
    let mut figures = october();
    figures.staff_groups[7].counts.staff = rate(2, 2);
    let json = serde_json::to_value(disclosed_example(&figures, &[])).unwrap();
    let group = json["staff_groups"].as_array().unwrap().iter().find(|group| group["key"] == "").unwrap();
    assert_eq!(
        group["counts"],
        serde_json::json!({
            "in_post": null,
            "staff": {"counted": null, "up_to_date": null, "withheld": "under 5"},
        })
    );
    let group =
        json["staff_groups"].as_array().unwrap().iter().find(|group| group["key"] == "Estates and Ancillary");
    assert!(group.is_some_and(|group| group["counts"]["staff"]["counted"] == 22), "no more than it takes");
    let beside = json["staff_groups"]
        .as_array()
        .unwrap()
        .iter()
        .find(|of| of["counts"]["staff"]["withheld"] == "withheld");
    assert_eq!(beside.unwrap()["key"], "Add Prof Scientific and Technic");
    let step =
        json["bridge"]["steps"].as_array().unwrap().iter().find(|step| step["cause"] == "exemption").unwrap();
    assert_eq!(
        *step,
        serde_json::json!({"cause": "exemption", "people": null, "counted": null, "up_to_date": null, "withheld": "under 5"})
    );
}

/// What is told of how many lack one course only, and of what the places asked for make of the headline.
fn of_the_headline(figures: &BoardFigures) -> String {
    let headline = disclosed_example(figures, &[]).headline.unwrap();
    let with_places = headline.with_places.unwrap();
    format!(
        "{}, {}",
        headline.lacking_one.words(u64::to_string),
        with_places.words(|rate| format!("{}/{}", rate.up_to_date, rate.counted))
    )
}

#[test]
fn how_many_lack_one_course_only_is_told_where_it_says_nothing_of_a_course_of_few() {
    // 266 are not up to date; 10, 47, 83, 77 and 71 people lack the courses told, 288 together.
    let told = |lacking_one, few: &[(u64, u64)]| {
        let mut figures = october();
        figures.headline.as_mut().unwrap().lacking_one = lacking_one;
        for (course, (up_to_date, counted)) in figures.courses.iter_mut().rev().zip(few) {
            course.counts.requirements = rate(*up_to_date, *counted);
        }
        of_the_headline(&figures).split(',').next().unwrap().to_owned()
    };
    assert_eq!(told(130, &[]), "130", "all courses are told, and so is all that they lack together");
    // One is of few: 244 + 22 x 2 are 288, which the courses told make up by themselves.
    for (lacking_one, expected) in [(244, "244"), (243, "withheld"), (266, "withheld"), (260, "260")] {
        assert_eq!(told(lacking_one, &[(1, 4)]), expected, "{lacking_one}");
    }
    let mut figures = october();
    figures.counts.staff = rate(574, 578);
    assert!(of_the_headline(&figures).starts_with("under 5"), "4 are not up to date");
    figures.counts.staff = rate(1, 3);
    assert!(of_the_headline(&figures).starts_with("withheld"), "3 are counted");
}

#[test]
fn what_places_make_of_the_headline_is_told_where_it_says_nothing_of_a_course_of_few() {
    let mut figures = october();
    assert!(of_the_headline(&figures).ends_with("436/577"), "every course is told");
    figures.courses[5].counts.requirements = rate(1, 4);
    for month in &mut figures.forecast {
        let booked = ForecastBooked { staff: month.staff, headline: None, courses: month.courses.clone() };
        month.booked = Some(booked);
    }
    // By March 454 people lack the courses told, and 218 places are asked for: 236 lacks are left, if each is taken up.
    for (left, expected) in [(236, "341/577"), (237, "withheld"), (4, "573/577"), (3, "withheld")] {
        figures.headline.as_mut().unwrap().with_places = Some(rate(577 - left, 577));
        assert!(of_the_headline(&figures).ends_with(expected), "{left}: {}", of_the_headline(&figures));
    }
}

#[test]
fn the_hash_printed_tells_no_guess_at_what_is_withheld_from_another_and_tells_what_is_shown() {
    let with = |up_to_date: u64, shown: u64| {
        let mut figures = october();
        figures.courses[5].counts.requirements = rate(up_to_date, 4);
        figures.counts.due_soon = shown;
        figures.courses[0].counts.due_soon = shown;
        figures
    };
    let printed = |figures: &BoardFigures| disclosed_example(figures, &[]).snapshot;
    let exact = |figures: &BoardFigures| figures.content().unwrap().1;
    let of_one = with(1, 9);
    for guess in [with(0, 9), with(2, 9), with(3, 9), with(4, 9)] {
        assert_eq!(printed(&guess), printed(&of_one), "{:?}", guess.courses[5].counts.requirements);
        assert_ne!(exact(&guess), exact(&of_one), "the database still tells them apart");
    }
    assert_ne!(printed(&with(1, 8)), printed(&of_one));
    assert_eq!(printed(&of_one).len(), 64);
    let json = serde_json::to_value(disclosed_example(&of_one, &[])).unwrap();
    assert_eq!(json["snapshot"], printed(&of_one));
}
