//! A file whose rows are judged several at a time comes to what it comes to when one is judged after the other.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// One row after the other.
const IN_TURN: RowJudges = RowJudges { threads: 1, after: 0, together: 1 };

/// The headers above the rows below.
const OF_RECORDS: &str = "employee_number,email,course,completed_on,expires_on,status,organisation,provider";
const OF_PEOPLE: &str =
    "employee_number,last_name,start_date,assignment_status,organisation,org_l1,org_l2,email";

/// What the check of a training row may hang on: a status that others have or lack, an expiry far away, which is told once,
/// an organisation that is none, by a code or by what may be a ward, and where it stands among the organisations named.
const RECORDS: [&str; 24] = [
    "1,,SGC-L2,2025-01-01,,Passed,,\n",
    "2,,SGC-L2,2025-01-01,,Passed,RX1,\n",
    "3,,SGC-L2,2025-01-01,,Passed,RX2,A provider whose name is too long to be kept in place\n",
    "4,,SGC-L2,2025-01-01,,Passed,other nhs trust,\n",
    "5,,SGC-L2,2025-01-01,,Passed,RX9,\n",
    "6,,SGC-L2,2025-01-01,,Passed,Ward 7,\n",
    "7,,SGC-L2,2025-01-01,,,,\n",
    "8,,SGC-L2,2025-01-01,,Failed,,\n",
    "9,,SGC-L2,2025-01-01,,Perhaps,,\n",
    "10,,SGC-L2,2025-01-01,2082-01-01,Passed,,\n",
    "11,,SGC-L2,2027-01-01,,Passed,RX2,\n",
    "12,,Fire,2025-01-01,,Passed,RX2,\n",
    "13,,Knots,2025-01-01,,Passed,RX1,\n",
    ",ann@example.org,SGA-L1,2025-01-01,,Passed,RX2,\n",
    ",nobody,SGA-L1,2025-01-01,,Passed,RX2,\n",
    ",,SGA-L1,2025-01-01,,Passed,RX2,\n",
    "Total 14,,,,,,,\n",
    ",,,,,,,A note that stands alone\n",
    ",,,,,,,\n",
    "\n",
    "employee_number,email,course,completed_on,expires_on,status,organisation,provider\n",
    "15,,SGC-L2,2025-01-01,,Passed,,\"a\nb\"\n",
    "16,,SGC-L2,2025-01-01,,Passed,,,,,more\n",
    "17,,SGC-L2,2025-01-01,,Passed,,\"opened\n",
];

/// The same of a staff list: a status that nobody knows is told once, and a slash in a level.
const PEOPLE: [&str; 14] = [
    "1,Ito,2020-01-01,Active Assignment,RX1,Medicine,Ward 1,a@example.org\n",
    "2,Bello,2020-01-01,Strange,RX2,Medicine,Ward 1,b@example.org\n",
    "3,Cole,2020-01-01,strange,RX2,Surgery,Ward 2,\n",
    "4,Daly,2020-01-01,Odd,,Surgery,Ward 2,not an address\n",
    "5,Ezra,2020-01-01,,RX1,Obs/Gynae,Ward 3,\n",
    "6,Fern,2020-01-01,,RX1,Obs/Gynae,Ward 3/4,\n",
    "7,Gray,2020-01-01,,Ward 9,Surgery,,\n",
    "8,,2020-01-01,,RX1,Surgery,,\n",
    "1,Ito,2020-01-01,Active Assignment,RX1,Medicine,Ward 1,a@example.org\n",
    "1,Other,2020-01-01,Active Assignment,RX1,Medicine,Ward 1,a@example.org\n",
    "Total,,,,,,,\n",
    ",,,,,,,\n",
    "9,Hope,2020-01-01,,RX1,Surgery,\"a\nb\",\n",
    "10,Ines,2020-01-01,,RX1,Surgery,,,more\n",
];

fn read_by<K: ImportedKind>(judges: RowJudges, file: &ScratchFile) -> String
where
    CheckedFile<K::Row>: std::fmt::Debug,
{
    let mut world = TestContext::new();
    world.give_validity(12);
    world.ignore_course("Fire*");
    let limits = Limits { rows: 25, ..Limits::default() };
    let options = ReadOptions { judges, limits, ..ReadOptions::default() };
    match crate::import::read::<K>(file.path(), &options, &world.known()) {
        Ok(checked) => format!("{checked:#?}"),
        Err(error) => error.to_string(),
    }
}

fn assert_alike<K: ImportedKind>(judges: RowJudges, header: &str, rows: &[&str])
where
    CheckedFile<K::Row>: std::fmt::Debug,
{
    let file = ScratchFile::new("a file.csv", format!("{header}\n{}", rows.concat()));
    assert_eq!(read_by::<K>(judges, &file), read_by::<K>(IN_TURN, &file), "{judges:?} {rows:#?}");
}

fn judges() -> impl Strategy<Value = RowJudges> {
    (2..4usize, 0..4usize, 1..5usize).prop_map(|(threads, after, together)| RowJudges {
        threads,
        after,
        together,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_judged_several_at_a_time_come_to_the_same(
        judges in judges(),
        rows in proptest::collection::vec(select(&RECORDS[..]), 0..30),
    ) {
        assert_alike::<TrainingRecords>(judges, OF_RECORDS, &rows);
    }

    #[test]
    fn people_judged_several_at_a_time_come_to_the_same(
        judges in judges(),
        rows in proptest::collection::vec(select(&PEOPLE[..]), 0..30),
    ) {
        assert_alike::<StaffLists>(judges, OF_PEOPLE, &rows);
    }
}

#[test]
fn a_book_judged_several_at_a_time_comes_to_the_same() {
    let book = ScratchFile::new("records.xlsx", include_bytes!("books/records.xlsx"));
    let in_turn = read_by::<TrainingRecords>(IN_TURN, &book);
    for together in 1..5 {
        let judges = RowJudges { threads: 2, after: 0, together };
        assert_eq!(read_by::<TrainingRecords>(judges, &book), in_turn);
    }
}

/// It is judged in its turn, and what stands below it too.
#[test]
fn a_row_that_is_large_by_itself_stays_in_its_place() {
    let large = format!("18,,SGC-L2,2025-01-01,,Passed,RX2,{}\n", "x".repeat(100_000));
    for at in 0..6 {
        let mut rows = vec![RECORDS[0], RECORDS[2], RECORDS[7], RECORDS[8], RECORDS[9], RECORDS[1]];
        rows.insert(at, &large);
        for together in 1..4 {
            assert_alike::<TrainingRecords>(RowJudges { threads: 2, after: 1, together }, OF_RECORDS, &rows);
        }
    }
}

/// A status that the policy knows is no news in whichever letters it is written, and however often.
#[test]
fn known_statuses_in_ever_other_letters_keep_no_unknown_one_from_being_told() {
    let spelt = |number: usize| {
        let letters = "active assignment".chars().enumerate();
        let letters = letters.map(|(at, c)| if number >> at & 1 == 1 { c.to_ascii_uppercase() } else { c });
        format!("{number},Ito,2020-01-01,{}\n", letters.collect::<String>())
    };
    let rows: String = (0..10_050).map(spelt).collect();
    let content =
        format!("employee_number,last_name,start_date,assignment_status\n{rows}99999,Zed,2020-01-01,Zed\n");
    let file = ScratchFile::new("staff.csv", content);
    for threads in [1, 2] {
        let judges = RowJudges { threads, ..RowJudges::default() };
        let options = ReadOptions { judges, ..ReadOptions::default() };
        let checked =
            crate::import::read::<StaffLists>(file.path(), &options, &TestContext::new().known()).unwrap();
        assert_eq!((checked.rows.len(), checked.warnings.len()), (10_051, 1), "{threads}");
    }
}

/// Of two faults the one that stands first in the file is told, though the other is met while rows above are judged.
#[test]
fn a_fault_of_a_row_comes_before_one_of_the_file_below_it() {
    let judges = RowJudges { threads: 3, after: 0, together: 2 };
    let sound = RECORDS[0];
    for above in [20, 24, 25, 26] {
        let rows = [vec![sound; above], vec![RECORDS[23]]].concat();
        assert_alike::<TrainingRecords>(judges, OF_RECORDS, &rows);
    }
}
