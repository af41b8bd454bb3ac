//! Of two rows about the same one of which is rejected, neither is used.

use super::*;

/// The sound rows that are left of a file, and its rejected lines.
fn left<K: ImportedKind>(content: &str) -> (usize, Vec<u64>) {
    let file = ScratchFile::new("f.csv", content.replace('|', "\n") + "\n");
    let known = TestContext::new();
    let checked = crate::import::read::<K>(file.path(), &ReadOptions::default(), &known.known())
        .unwrap_or_else(|error| panic!("{error}\n{content}"));
    assert_adds_up(&checked);
    let mut lines: Vec<u64> = checked.rejected.iter().map(|remark| remark.line).collect();
    lines.dedup();
    (checked.rows.len(), lines)
}

#[test]
fn a_person_whose_other_row_is_rejected_is_left_as_they_are() {
    const HEADER: &str = "Employee Number,Last Name,Position Title,Assignment Number,Start Date";
    for (rows, rows_left, lines) in [
        ("7,Archer,Matron,,01/04/2020|7,Archer,Nurse,,xx", 0, vec![2, 3]),
        ("7,Archer,Nurse,,xx|7,Archer,Matron,,01/04/2020|8,Bell,Nurse,,01/04/2020", 1, vec![2, 3]),
        ("7,Archer,Matron,7-1,01/04/2020|7,Archer,Nurse,7-1,xx", 0, vec![2, 3]),
        // Every row of the person.
        (
            "7,Archer,Matron,7-1,01/04/2020|7,Archer,Nurse,7-2,01/04/2020|7,Archer,Nurse,7-1,xx",
            0,
            vec![2, 3, 4],
        ),
        ("7,Archer,Matron,7-1,01/04/2020|7,Archer,Nurse,,xx", 0, vec![2, 3]),
        // Another post, another person.
        ("7,Archer,Matron,7-1,01/04/2020|7,Archer,Nurse,7-2,xx", 1, vec![3]),
        ("7,Archer,Matron,,01/04/2020|8,Archer,Nurse,,xx", 1, vec![3]),
        // Whose the rejected row is can't be told.
        ("7,Archer,Matron,,01/04/2020|1.2E+07,Archer,Nurse,,xx", 1, vec![3]),
    ] {
        assert_eq!(left::<StaffLists>(&format!("{HEADER}|{rows}")), (rows_left, lines), "{rows}");
    }
}

#[test]
fn a_completion_that_another_row_leaves_in_doubt_is_not_taken() {
    const HEADER: &str = "Employee Number,Course,Completion Date,Hours,Certificate,Status";
    for (rows, rows_left, lines) in [
        ("7,SGC-L2,12/03/2025,4,,Passed|7,SGC-L2,12/03/2025,four,,Passed", 0, vec![2, 3]),
        ("7,SGC-L2,12/03/2025,four,,Passed|7,SGC-L2,12/03/2025,4,,Passed", 0, vec![2, 3]),
        ("7,SGC-L2,12/03/2025,4,,Passed|7,SGC-L2,12/03/2025,4,,Perhaps", 0, vec![2, 3]),
        ("7,SGC-L2,12/03/2025,4,,Passed|7,SGC-L2,12/03/2025,4,,", 0, vec![2, 3]),
        ("7,SGC-L2,12/03/2025,4,C1,Passed|7,SGC-L2,12/03/2025,four,C1,Passed", 0, vec![2, 3]),
        ("7,SGC-L2,12/03/2025,4,C1,Passed|7,SGC-L2,12/03/2025,four,C2,Passed", 1, vec![3]),
        ("7,SGC-L2,12/03/2025,4,,Passed|7,SGA-L1,12/03/2025,four,,Passed", 1, vec![3]),
        ("7,SGC-L2,12/03/2025,4,,Passed|7,SGC-L2,13/03/2025,four,,Passed", 1, vec![3]),
        ("7,SGC-L2,12/03/2025,4,,Passed|7,SGC-L2,xx,4,,Passed", 1, vec![3]),
        // What was no completion contradicts none.
        ("7,SGC-L2,12/03/2025,4,,Passed|7,SGC-L2,12/03/2025,4,,Failed", 1, vec![]),
    ] {
        assert_eq!(left::<TrainingRecords>(&format!("{HEADER}|{rows}")), (rows_left, lines), "{rows}");
    }
}

#[test]
fn every_other_kind_leaves_out_what_is_in_doubt() {
    let cases = [
        (
            left::<BookedPlaces>(
                "Employee Number,Course,Date,Status|7,SGC-L2,12/03/2027,Booked|7,SGC-L2,12/03/2027,Perhaps|8,SGC-L2,12/03/2027,Booked",
            ),
            "bookings",
        ),
        (
            left::<ExemptionLists>(
                "Employee Number,Course,From,Until,Reason|7,SGC-L2,01/01/2026,01/01/2027,ill|7,SGC-L2,01/01/2026,xx,ill|8,,,,ill",
            ),
            "exemptions",
        ),
        (
            left::<BudgetLists>(
                "Financial Year,Allocated,Dedicated|2026-27,100,yes|2026-27,lots,yes|2027-28,100,no",
            ),
            "budget",
        ),
        (
            left::<ExpenseLists>(
                "Date,Description,Amount,Reference|01/05/2026,Room,100,R1|01/05/2026,Room,lots,R1|01/05/2026,Room,9,",
            ),
            "expenses",
        ),
        (
            left::<OrganisationLists>("Code,Name,Kind|RXA,A Trust,acute|RXA,A Trust,odd|RXB,B Trust,acute"),
            "organisations",
        ),
    ];
    for (found, kind) in cases {
        assert_eq!(found, (1, vec![2, 3]), "{kind}");
    }
}
