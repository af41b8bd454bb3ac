//! Quotes that take in rows, and cells of several lines that take in nothing (spec 3.7, *CSV out of shape*).

use super::*;

const STAFF: &str = "employee_number,first_name,last_name,email,job_title,staff_group,unit,start_date";
const TRAINING: &str = "employee_number,course,completed_on,provider,hours";
const EXPENSES: &str = "date,description,amount,people,reference";

/// Reads a file of the kind; gives the lines that are taken, and those that are rejected.
fn lines<K: ImportedKind>(content: &str) -> (Vec<u64>, Vec<u64>) {
    let file = ScratchFile::new("file.csv", content);
    let checked =
        crate::import::read::<K>(file.path(), &ReadOptions::default(), &TestContext::new().known()).unwrap();
    let is_swallow = |remark: &Remark| remark.reason.starts_with("a quote in this row takes in the row");
    assert!(checked.rejected.iter().all(is_swallow), "{content}: {:?}", checked.rejected);
    assert_eq!(checked.warnings, [], "{content}");
    assert_eq!(checked.rejected_unknown, !checked.rejected.is_empty(), "{content}");
    let rejected = checked.rejected.iter().map(|remark| remark.line).collect();
    (checked.rows.iter().map(|(line, _)| *line).collect(), rejected)
}

#[test]
fn a_quote_that_takes_in_the_next_row_rejects_both_wherever_it_closes() {
    let start = "1,Ann,Ash,a@example.org,Nurse,NM,Surgery,01/04/2020\n";
    for rows in [
        // Opened and closed in one column.
        "2,F,L,b@example.org,\"Nurse,NM,Surgery,01/04/2020\n3,F,L,c@example.org,Nurse\",NM,Surgery,01/04/2020\n",
        "2,\"F,L,b@example.org,Nurse,NM,Surgery,01/04/2020\n3,F\",L,c@example.org,Nurse,NM,Surgery,01/04/2020\n",
        "2,F,L,b@example.org,Nurse,NM,Surgery,\"01/04/2020\n3,F,L,c@example.org,Nurse,NM,Surgery,01/04/2020\"\n",
        "\"2,F,L,b@example.org,Nurse,NM,Surgery,01/04/2020\n3\",F,L,c@example.org,Nurse,NM,Surgery,01/04/2020\n",
        // In columns further to the left or right.
        "2,F,L,b@example.org,Nurse,NM,\"Surgery,01/04/2020\n3,F\",L,c@example.org,Nurse,NM,Surgery,01/04/2020\n",
        "2,F,\"L,b@example.org,Nurse,NM,Surgery,01/04/2020\n3,F,L,c@example.org,Nurse,NM\",Surgery,01/04/2020\n",
        // Of a row that has quotes itself.
        "2,F,L,b@example.org,\"Nurse,NM,Surgery,01/04/2020\n3,F,L,c@example.org,Nurse\",NM,\"Surgery, A\",01/04/2020\n",
        "2,F,L,b@example.org,\"Nurse,NM,Surgery,01/04/2020\n3,F,L,c@example.org,Nurse\",NM,\"A\nB\",01/04/2020\n",
        // Of two rows.
        "2,F,L,b@example.org,\"Nurse,NM,Surgery,01/04/2020\n3,F,L,c@example.org,Nurse,NM,Surgery,01/04/2020\n4,F,L,d@example.org,Nurse\",NM,Surgery,01/04/2020\n",
    ] {
        for separator in [',', ';', '\t'] {
            let content = format!("{STAFF}\n{start}{rows}").replace(',', &separator.to_string());
            assert_eq!(lines::<StaffLists>(&content), (vec![2], vec![3]), "{content}");
        }
    }
    let training = format!(
        "{TRAINING}\n2,SGC-L2,2026-01-01,\"Trust,7\n3,SGC-L2,2026-01-01,Trust\",7\n4,SGC-L2,2026-01-01,Trust,7\n"
    );
    assert_eq!(lines::<TrainingRecords>(&training), (vec![4], vec![2]));
    let expenses = format!("{EXPENSES}\n2026-01-01,\"Day,5,1,R1\n2026-01-02,Day\",5,1,R2\n");
    assert_eq!(lines::<ExpenseLists>(&expenses), (vec![], vec![2]));
}

#[test]
fn a_cell_of_several_lines_is_taken_where_what_follows_is_shorter_than_a_row() {
    for rows in [
        "1,Ann,Ash,a@example.org,\"Nurse\nWard 5\",NM,Surgery,01/04/2020\n",
        "1,Ann,Ash,a@example.org,\"Nurse, of\nWard 5, Block B, Level 2\",NM,Surgery,01/04/2020\n",
        "1,Ann,Ash,a@example.org,\"Nurse\n\nWard 5,\n\",NM,Surgery,01/04/2020\n",
        "1,\"Ann\nMay\",\"Ash\nBell\",a@example.org,Nurse,\"N,\nM\",\"Surgery, A\",01/04/2020\n",
        "1,Ann,Ash,a@example.org,Nurse,NM,\"12 High Street,\nLondon, SW1, England, UK\",01/04/2020\n",
        "\"1\",\"Ann\",\"Ash\",\"a@example.org\",\"Nurse, \"\"A\"\"\",\"NM\",\"Surgery\",\"01/04/2020\"\n",
        "\"1\n\",Ann,Ash,a@example.org,Nurse,NM,Surgery,01/04/2020\n",
    ] {
        let content = format!("{STAFF}\n{rows}");
        assert_eq!(lines::<StaffLists>(&content), (vec![2], vec![]), "{content}");
        // As the list of rejected rows has it when it comes back.
        let content = format!("{STAFF},reason\n{},\"a, b\"\n", rows.trim_end());
        assert_eq!(lines::<StaffLists>(&content), (vec![2], vec![]), "{content}");
    }
}

#[test]
fn a_row_that_swallowed_another_is_rejected_again_when_it_comes_back() {
    let content = format!(
        "{STAFF}\n1,F,L,b@example.org,\"Nurse,NM,Surgery,01/04/2020\n2,F,L,c@example.org,Nurse\",NM,Surgery,01/04/2020\n"
    );
    let file = ScratchFile::new("staff.csv", content);
    let checked = staff_in(file.path()).unwrap();
    let written = write_rejected_of(&file, &checked).unwrap();
    let again = staff_in(&written).unwrap();
    assert_eq!((faults(&again), again.rows.len()), (vec![(2, "")], 0));
}
