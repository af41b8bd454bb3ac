use proptest::prelude::*;

use refresher::import::{
    self, CheckedFile, ExemptionRow, ImportOptions, ImportOutcome, ImportStep, RecordDetails, TrainingRow,
};
use refresher::register::Hours;
use refresher::register::store::{self, KnownAt};

use serde_json::json;

use super::given::*;
use crate::support::program::Folder;

/// (applied, unchanged, added, corrected, rejected lines)
fn counts(report: &ImportOutcome) -> (u64, u64, u64, u64, usize) {
    let lines = report.rejected_lines().len();
    assert_eq!(report.rows, report.applied + report.unchanged + lines as u64, "rows add up: {report:?}");
    (report.applied, report.unchanged, report.records_added, report.records_corrected, lines)
}

fn with(mut row: TrainingRow, change: impl Fn(&mut TrainingRow)) -> TrainingRow {
    change(&mut row);
    row
}

fn register() -> Register {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    register
}

/// A record with everything that a file may have no column for.
fn full(number: &str, certificate: &str) -> TrainingRow {
    with(record(number, 1, "2026-01-01"), |row| {
        row.expires_on = Some(day("2028-01-01"));
        row.certificate = certificate.into();
        *details(row) = RecordDetails {
            hours: Some(Hours(400)),
            participatory: Some(true),
            provider: "College".into(),
            cost_pence: Some(1_250),
        };
    })
}

const MAY_BE_ABSENT: [&str; 6] = ["certificate", "cost", "expires_on", "hours", "mode", "provider"];

fn without(
    columns: &[&'static str],
    rows: impl IntoIterator<Item = TrainingRow>,
) -> CheckedFile<TrainingRow> {
    CheckedFile { absent_columns: columns.to_vec(), ..file(rows) }
}

/// Of so many people, all records are read in one go, and compared meanwhile.
#[test]
fn of_a_file_about_ten_thousand_people_what_changed_alone_is_corrected() {
    const PEOPLE: u32 = 10_050;
    let register = Register::new();
    register.staff(1, &file(people(1..=PEOPLE)));
    let all = |provider: &str| {
        file((1..=PEOPLE).rev().map(|number| {
            with(record(&format!("{number:03}"), 1, "2026-01-01"), |row| {
                let provider = if number % 1_000 == 0 { provider } else { "" };
                *details(row) = RecordDetails { provider: provider.into(), ..RecordDetails::default() };
            })
        }))
    };
    assert_eq!(counts(&register.training(2, &all("One"))), (10_050, 0, 10_050, 0, 0));
    assert_eq!(counts(&register.training(3, &all("Two"))), (10, 10_040, 0, 10, 0));
    assert_eq!(counts(&register.training(4, &all("Two"))), (0, 10_050, 0, 0, 0));
}

#[test]
fn what_a_file_has_no_column_for_corrects_nothing_and_counts_no_completion_twice() {
    let register = register();
    register.training(2, &file([full("001", "A1"), full("002", "A2")]));
    let bare = ["001", "002"].map(|number| record(number, 1, "2026-01-01"));
    let report = register.training(3, &without(&MAY_BE_ABSENT, bare));
    assert_eq!(counts(&report), (0, 2, 0, 0, 0));
    let said =
        MAY_BE_ABSENT.map(|column| format!("the file has no column for {column}: what is known is kept"));
    assert_eq!(report.notes, said);
    assert_eq!(register.facts(KnownAt::Latest), register.facts(KnownAt::At(minute(2))));
    for (minutes, column) in (4..).zip(MAY_BE_ABSENT) {
        let lacking = with(full("001", "A1"), |row| match column {
            "certificate" => row.certificate = "".into(),
            "cost" => details(row).cost_pence = None,
            "expires_on" => row.expires_on = None,
            "hours" => details(row).hours = None,
            "mode" => details(row).participatory = None,
            _ => details(row).provider = "".into(),
        });
        let report = register.training(minutes, &without(&[column], [lacking]));
        assert_eq!(counts(&report), (0, 1, 0, 0, 0), "{column}");
    }
}

#[test]
fn a_correction_keeps_what_the_file_has_no_column_for_and_an_empty_cell_clears() {
    let register = register();
    register.training(2, &file([full("001", "A1")]));
    let shorter = with(record("001", 1, "2026-01-01"), |row| details(row).hours = Some(Hours(200)));
    let report = register.training(3, &without(&["certificate", "expires_on", "cost"], [shorter]));
    assert_eq!(counts(&report), (1, 0, 0, 1, 0));
    let person = register.view(KnownAt::Latest).people[0].staff_id;
    let records = register.db.read(|conn| store::person_records(conn, KnownAt::Latest, person)).unwrap();
    let [record] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!((record.certificate.as_str(), record.expires_on), ("A1", Some(day("2028-01-01"))));
    assert_eq!((record.cost_pence, record.hours), (Some(1_250), Some(Hours(200))));
    assert_eq!((record.participatory, record.provider.as_str()), (None, ""), "their cells were empty");
    let new = with(full("001", ""), |row| row.completed_on = day("2026-02-02"));
    assert_eq!(counts(&register.training(4, &without(&["certificate"], [new]))), (1, 0, 1, 0, 0));
}

#[test]
fn records_are_added_corrected_or_left_alone() {
    let first = || record("001", 1, "2026-01-01");
    for (case, rows, expected, facts) in [
        ("the same", vec![first()], (0, 1, 0, 0, 0), vec!["RXA 001 did C1 on 2026-01-01"]),
        (
            "another course",
            vec![with(first(), |row| row.course = 0.into())],
            (1, 0, 1, 0, 0),
            vec!["RXA 001 did C1 on 2026-01-01", "RXA 001 did C0 on 2026-01-01"],
        ),
        (
            "the day after",
            vec![with(first(), |row| row.completed_on = day("2026-01-02"))],
            (1, 0, 1, 0, 0),
            vec!["RXA 001 did C1 on 2026-01-01", "RXA 001 did C1 on 2026-01-02"],
        ),
        (
            "a certificate that comes later",
            vec![with(first(), |row| row.certificate = "A1".into())],
            (1, 0, 0, 1, 0),
            vec!["RXA 001 did C1 on 2026-01-01"],
        ),
        (
            "two certificates",
            vec![
                with(first(), |row| row.certificate = "A1".into()),
                with(first(), |row| row.certificate = "B1".into()),
            ],
            (2, 0, 2, 0, 0),
            vec!["RXA 001 did C1 on 2026-01-01"; 3],
        ),
        (
            "other hours",
            vec![with(first(), |row| details(row).hours = Some(Hours(350)))],
            (1, 0, 0, 1, 0),
            vec!["RXA 001 did C1 on 2026-01-01 3.5h"],
        ),
        (
            "another expiry",
            vec![with(first(), |row| row.expires_on = Some(day("2027-01-01")))],
            (1, 0, 0, 1, 0),
            vec!["RXA 001 did C1 on 2026-01-01 to 2027-01-01"],
        ),
        (
            "another cost",
            vec![with(first(), |row| details(row).cost_pence = Some(1))],
            (1, 0, 0, 1, 0),
            vec!["RXA 001 did C1 on 2026-01-01"],
        ),
    ] {
        let register = register();
        assert_eq!(counts(&register.training(2, &file([first()]))), (1, 0, 1, 0, 0));
        let before = register.facts(KnownAt::Latest);
        assert_eq!(counts(&register.training(3, &file(rows))), expected, "{case}");
        let did: Vec<String> =
            register.facts(KnownAt::Latest).into_iter().filter(|fact| fact.contains("did")).collect();
        assert_eq!(did, facts, "{case}");
        assert_eq!(register.facts(KnownAt::At(minute(2))), before, "{case}: what was known stays known");
    }
}

#[test]
fn somebody_unknown_rejects_the_row_with_what_to_do() {
    let register = register();
    let mut rows: Vec<TrainingRow> =
        (1..=20).map(|number| record(&format!("{number:03}"), 0, "2026-01-01")).collect();
    rows.push(record("7", 0, "2026-02-01"));
    rows.push(record("X9", 0, "2026-02-01"));
    let report = register.training(2, &file(rows));
    assert_eq!(counts(&report), (20, 0, 20, 0, 2));
    let reasons = report.rejected_lines();
    assert!(reasons[&22][0].contains("007, which differs only in leading zeros"), "{reasons:?}");
    assert!(reasons[&23][0].contains("RXA has no staff member with this number"), "{reasons:?}");
    assert_eq!(
        (report.rejected[0].column.as_str(), report.rejected[0].value.as_str()),
        ("Employee Number", "7")
    );
}

#[test]
fn zeros_that_the_register_lacks_are_not_blamed_on_a_file_of_records() {
    let report = register().training_with(2, &file([record("0007", 0, "2026-02-01")]), &forced("2026-11-01"));
    let reason = &report.rejected[0].reason;
    assert!(reason.starts_with("the register has 007, without the leading zeros of this number"), "{reason}");
    assert!(reason.contains("import undo ID"), "{reason}");
}

#[test]
fn too_many_unknown_people_refuse_the_file() {
    let register = register();
    let unknown = ["X5", "X6", "X7", "X8", "X9"].map(|number| record(number, 0, "2026-02-01"));
    let rows = || file([record("001", 0, "2026-01-01")].into_iter().chain(unknown.clone()));
    let report = register.training(2, &rows());
    assert!(report.refused.unwrap().contains("5 of 6 rows"));
    assert!(register.facts(KnownAt::Latest).iter().all(|fact| !fact.contains("did")));
    let report = register.training_with(2, &rows(), &forced("2026-11-01"));
    assert_eq!((report.refused.as_deref(), counts(&report)), (None, (1, 0, 1, 0, 5)));
}

#[test]
fn people_who_have_left_still_get_their_records() {
    let register = register();
    register.staff_with(2, &file(people(1..=1)), &forced("2026-11-01"));
    assert_eq!(counts(&register.training(3, &file([record("020", 0, "2026-01-01")]))), (1, 0, 1, 0, 0));
}

#[test]
fn repeats_count_as_unchanged_and_contradictions_are_rejected() {
    let register = register();
    let mut rows: Vec<TrainingRow> =
        (1..=20).map(|number| record(&format!("{number:03}"), 0, "2026-01-01")).collect();
    rows.push(record("001", 0, "2026-01-01"));
    rows.push(with(record("002", 0, "2026-01-01"), |row| details(row).hours = Some(Hours(100))));
    let report = register.training(2, &file(rows));
    assert_eq!(counts(&report), (19, 1, 19, 0, 2));
    let collapsed = CheckedFile { repeats: 3, row_count: 4, ..file([record("001", 0, "2026-01-01")]) };
    assert_eq!(counts(&register.training(3, &collapsed)), (0, 4, 0, 0, 0));
}

#[test]
fn a_record_in_full_can_be_read_back() {
    let register = register();
    let full = with(record("001", 3, "2026-01-01"), |row| {
        row.expires_on = Some(day("2027-01-01"));
        details(row).hours = Some(Hours(125));
        details(row).participatory = Some(false);
        details(row).provider = "Example College".into();
        row.certificate = "C-1".into();
        details(row).cost_pence = Some(12_050);
    });
    register.training(2, &file([full.clone(), record("002", 3, "2026-01-01")]));
    let staff_id = register.view(KnownAt::Latest).people[0].staff_id;
    let read = |known| register.db.read(|conn| store::person_records(conn, known, staff_id));
    let [known] = read(KnownAt::Latest).unwrap().try_into().unwrap();
    assert_eq!(known.course, "C3");
    assert_eq!(
        (known.completed_on, known.expires_on, known.hours),
        (full.completed_on, full.expires_on, full.details.hours)
    );
    assert_eq!(
        (known.participatory, known.cost_pence),
        (full.details.participatory, full.details.cost_pence)
    );
    assert_eq!((&*known.provider, &*known.certificate), (&*full.details.provider, &*full.certificate));
    assert_eq!(read(KnownAt::At(minute(1))).unwrap(), vec![]);
}

#[test]
fn exemptions_are_found_again_by_person_course_and_first_day() {
    let register = register();
    let row = |until: Option<&str>| ExemptionRow {
        organisation: 0.into(),
        employee_number: "001".into(),
        course: None,
        from_on: Some(day("2026-01-01")),
        until_on: until.map(day),
        reason: "Long-term sickness".into(),
        refused: false,
    };
    let import = |minutes, rows: Vec<ExemptionRow>| {
        let (source, options) = (source(minutes), options("2026-11-01"));
        import::apply::<import::ExemptionLists>(
            &register.db,
            &source,
            &file(rows),
            &policy(),
            &options,
            minute(minutes),
        )
        .unwrap()
    };
    let exempt = || -> Vec<String> {
        register.facts(KnownAt::Latest).into_iter().filter(|fact| fact.contains("exempt")).collect()
    };
    assert_eq!(import(2, vec![row(None)]).applied, 1);
    assert_eq!(import(3, vec![row(None)]).unchanged, 1);
    assert_eq!(exempt(), ["RXA 001 exempt all Some(2026-01-01) None"]);
    assert_eq!(import(4, vec![row(Some("2026-06-30"))]).applied, 1);
    assert_eq!(exempt(), ["RXA 001 exempt all Some(2026-01-01) Some(2026-06-30)"]);
    assert_eq!(import(5, vec![ExemptionRow { course: Some(2.into()), ..row(None) }]).applied, 1);
    assert_eq!(exempt().len(), 2);
    let unknown = import(6, vec![ExemptionRow { employee_number: "999".into(), ..row(None) }]);
    assert_eq!((unknown.applied, unknown.rejected_lines().len()), (0, 1));
    let unknown = (990..995).map(|n| ExemptionRow { employee_number: n.to_string(), ..row(None) });
    assert!(import(7, unknown.collect()).refused.is_some());
}

#[test]
fn an_import_says_how_far_it_has_come() {
    let register = register();
    let options = options("2026-11-01");
    let rows = [record("001", 0, "2026-01-01"), record("002", 0, "2026-01-01")];
    register.training_with(2, &file(rows.clone()), &options);
    assert_eq!(options.progress.now(), (ImportStep::Recording, 2, 2));
    register.staff_with(3, &file(people(1..=21)), &options);
    assert_eq!(options.progress.now(), (ImportStep::Recording, 1, 1));
    register.training_with(4, &file(rows), &ImportOptions { dry_run: true, ..options.clone() });
    assert_eq!(options.progress.now(), (ImportStep::Comparing, 0, 0), "a dry run records nothing");
}

fn records() -> impl Strategy<Value = Vec<TrainingRow>> {
    let row = (1u32..=20, 0u16..4, 1u32..=28, prop::option::of(0u32..3), "[AB]?", "[xyz]?");
    prop::collection::vec(row, 1..60).prop_map(|rows| {
        rows.into_iter()
            .map(|(number, course, on, hours, certificate, provider)| {
                let row = record(&format!("{number:03}"), course, &format!("2026-01-{on:02}"));
                with(TrainingRow { certificate: certificate.into(), ..row }, |row| {
                    details(row).hours = hours.map(Hours);
                    details(row).provider = provider.as_str().into();
                })
            })
            .collect()
    })
}

/// Whose completion a record is, of which course, when, and by which certificate.
type RecordKey = (String, usize, chrono::NaiveDate, ecow::EcoString);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_same_content_twice_changes_nothing_and_the_register_holds_the_last_word(
        first in records(), second in records()
    ) {
        let register = register();
        let always = ImportOptions { ..forced("2026-11-01") };
        let mut expected: std::collections::BTreeMap<RecordKey, Option<Hours>> = std::collections::BTreeMap::new();
        for (minutes, rows) in [(2, first), (4, second)] {
            // Of what one file tells in two ways neither is used.
            let mut said: std::collections::BTreeMap<_, Vec<&TrainingRow>> = std::collections::BTreeMap::new();
            for row in &rows {
                let key = (row.employee_number.to_string(), row.course.place(), row.completed_on, row.certificate.clone());
                said.entry(key).or_default().push(row);
            }
            said.retain(|_, of_it| of_it.iter().all(|row| row == &of_it[0]));
            let known = expected.clone();
            for ((number, course, on, certificate), of_it) in &said {
                let is_of_day = |key: &RecordKey| (&key.0, key.1, key.2) == (number, *course, *on);
                let of_day: Vec<&RecordKey> = known.keys().filter(|key| is_of_day(key)).collect();
                let mut key = (number.clone(), *course, *on, certificate.clone());
                // One row beside one record is the same completion where one alone has a certificate, which stays.
                if let ([record], 1) = (&of_day[..], said.keys().filter(|key| is_of_day(key)).count())
                    && record.3.is_empty() != certificate.is_empty()
                {
                    expected.remove(*record);
                    key.3 = if certificate.is_empty() { record.3.clone() } else { certificate.clone() };
                }
                expected.insert(key, of_it[0].details.hours);
            }
            let report = register.training_with(minutes, &file(rows.clone()), &always);
            counts(&report);
            let before = register.facts(KnownAt::Latest);
            let again = register.training_with(minutes + 1, &file(rows), &always);
            prop_assert_eq!((again.applied, again.records_added, again.records_corrected), (0, 0, 0));
            prop_assert_eq!(register.facts(KnownAt::Latest), before.clone());
            prop_assert_eq!(register.facts(KnownAt::At(minute(minutes))), before);
        }
        let view = register.view(KnownAt::Latest);
        let mut seen: Vec<_> = view.everyone()
            .flat_map(|person| view.records(person).iter().map(move |record| (person, record)))
            .map(|(person, record)| {
                let course = view.course_code(record.course).to_owned();
                (view.employee_number(person).to_owned(), course, record.completed_on, record.hours)
            })
            .collect();
        let mut wanted: Vec<_> = expected
            .into_iter()
            .map(|((number, course, on, _), hours)| (number, format!("C{course}"), on, hours))
            .collect();
        seen.sort();
        wanted.sort();
        prop_assert_eq!(seen, wanted);
    }
}

#[test]
fn what_is_skipped_is_counted_told_and_bears_on_no_brake() {
    let folder = Folder::with_everything();
    let mut rows =
        String::from("employee_number,course,completed_on,status\n00123457,SGC-L1,2026-11-02,Passed\n");
    for day in 1..=20 {
        rows += &format!("00123457,SGC-L2,2026-10-{day:02},Failed\n");
    }
    rows += "00123457,SGA-L1,2026-11-03,Not attended\n";
    folder.write("export.csv", rows);
    let report = folder.run("--json import training export.csv").ended(0).json();
    assert_eq!(report["skipped"], json!({ "not_a_completion": 21, "not_our_course": 0 }));
    assert_eq!(
        (&report["rows"], &report["applied"], &report["unchanged"]),
        (&json!(22), &json!(1), &json!(0))
    );
    let notes = report["notes"].to_string();
    assert!(notes.contains("not a completion: 21 rows skipped (Failed 20, Not attended 1)"), "{notes}");
    let explained = folder.run("--json explain 00123457").ended(0).json();
    assert!(!explained.to_string().contains("2026-10-"), "{explained}");
    let shown = folder.run(&format!("--json import show {}", report["id"])).ended(0).json();
    assert_eq!(shown["skipped"], 21);
    // Five rows of six are rejected, and sixty more are nobody's concern: the brake counts the six.
    let policy = folder.read("policy.toml").replace("ignored_courses = []", "ignored_courses = [\"Fire*\"]");
    folder.write("policy.toml", policy);
    let mut rows = String::from("employee_number,course,completed_on\n00123457,PREVENT-AWARE,2026-11-02\n");
    for day in 1..=60 {
        rows += &format!("00123457,Fire Safety,2026-{:02}-{:02}\n", 8 + day % 3, 1 + day % 20);
    }
    let nonsense: String = (2..7).map(|day| format!("00123457,Nonsense,2026-11-0{day}\n")).collect();
    folder.write("all.csv", rows.clone() + &nonsense);
    let refused = folder.run("--json import training all.csv").ended(3).json();
    assert!(refused["refused"].as_str().unwrap().contains("5 of 6"), "{refused}");
    folder.write("all.csv", rows);
    let ran = folder.run("import training all.csv").ended(0);
    assert!(
        ran.err.contains("not our course: 60 rows skipped") && ran.err.contains("(Fire Safety 60)"),
        "{ran:?}"
    );
    folder.write("none.csv", "employee_number,course,completed_on\n00123457,Fire Safety,2026-11-02\n");
    let ran = folder.run("import training none.csv").ended(0);
    assert!(ran.err.contains("every row of the file was skipped"), "{ran:?}");
}

/// Of the register or beside it in the file, and whichever comes first.
#[test]
fn a_certificate_that_differs_from_a_known_one_only_by_zeros_or_marks_is_no_second_completion() {
    for (known, odd) in
        [("00123", "123"), ("123", "00123"), ("00123", "'00123"), ("A 1", "A1"), ("A1", "A1?")]
    {
        let register = register();
        register.training(2, &file([full("001", known)]));
        let report = register.training(3, &file([full("001", odd)]));
        assert_eq!(counts(&report), (0, 0, 0, 0, 1), "{known} {odd}");
        assert!(report.rejected[0].reason.starts_with(&format!("{known} is known")), "{:?}", report.rejected);
        assert_eq!(register.facts(KnownAt::Latest), register.facts(KnownAt::At(minute(2))), "{known} {odd}");
        let report = register.training(4, &file([full("002", known), full("002", odd)]));
        assert_eq!(counts(&report), (0, 0, 0, 0, 2), "{known} {odd}");
        assert!(report.rejected.iter().all(|one| one.reason.contains("differ only by zeros")));
        let others = [full("003", known), with(full("003", odd), |row| row.completed_on = day("2026-01-02"))];
        assert_eq!(counts(&register.training(5, &file(others))), (2, 0, 2, 0, 0), "of another day");
        let different = [full("004", known), full("004", "B7"), full("004", "B8")];
        assert_eq!(counts(&register.training(6, &file(different))), (3, 0, 3, 0, 0), "of other numbers");
    }
}

/// By number and by address, so that reading could not see that it is one completion.
#[test]
fn a_completion_named_in_two_ways_with_different_content_is_used_neither_way() {
    let register = register();
    let later = |number: &str| with(full(number, "A1"), |row| row.expires_on = Some(day("2029-01-01")));
    let address = "ann001@example.org";
    let by_address =
        |rows: [TrainingRow; 2], lines: Vec<u64>| CheckedFile { by_address: lines, ..file(rows) };
    let told = |report: &ImportOutcome| report.rejected.iter().map(|one| one.line).collect::<Vec<_>>();
    let report = register.training(2, &by_address([full(address, "A1"), later("001")], vec![2]));
    assert_eq!((counts(&report), told(&report)), ((0, 0, 0, 0, 2), vec![2, 3]), "{:?}", report.rejected);
    let report = register.training(3, &by_address([later("001"), full(address, "A1")], vec![3]));
    assert_eq!((counts(&report), told(&report)), ((0, 0, 0, 0, 2), vec![2, 3]), "{:?}", report.rejected);
    let report = register.training(4, &by_address([full(address, "A1"), full("001", "A1")], vec![2]));
    assert_eq!(counts(&report), (1, 1, 1, 0, 0), "of equal content they are one");
}
