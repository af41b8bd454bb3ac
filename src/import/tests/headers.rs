//! Headers that are nearly right: what is said of them.

use super::*;

const ROW: &str = "1,Ito,2020-01-01,Theatres\n";

fn refusal(content: &str) -> String {
    staff(content).unwrap_err().to_string()
}

fn warnings<Row>(checked: &CheckedFile<Row>) -> Vec<(u64, &str, &str)> {
    checked
        .warnings
        .iter()
        .map(|remark| (remark.line, remark.column.as_str(), remark.reason.as_str()))
        .collect()
}

#[test]
fn a_misspelt_column_is_asked_about_and_not_used() {
    let checked = staff(format!("Employee Number,Surname,Hire Date,Departement\n{ROW}")).unwrap();
    assert_eq!((checked.rows.len(), checked.rows[0].1.post.unit.as_str()), (1, ""));
    let expected = "this column is not used: if it is meant for unit, call it so, or map it with --map";
    assert_eq!(warnings(&checked), [(1, "Departement", expected)]);
    // Not where another column says the same, nor where the name is that of another thing.
    for header in ["Unit,Departement", "Department Name,Notes", "Org L2,Org L9"] {
        let checked = staff(format!("Employee Number,Surname,Hire Date,{header}\n{ROW}")).unwrap();
        assert_eq!(warnings(&checked), [], "{header}");
    }
}

#[test]
fn a_misspelt_required_column_is_named() {
    let error = refusal(&format!("Employe Number,Surname,Hire Date,Unit\n{ROW}"));
    let expected = "lacks the required employee_number (is Employe Number meant for employee_number?)";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_header_is_found_below_999_rows_and_no_further_down() {
    let below = |rows: usize| {
        format!("{}employee_number,last_name,start_date\n1,Ito,2020-01-01\n", "Staff list\n".repeat(rows))
    };
    assert_eq!(staff(below(999)).unwrap().rows.len(), 1);
    assert!(refusal(&below(1000)).contains("none of the first 1000 rows names"));
}

#[test]
fn the_row_that_comes_nearest_to_a_header_is_named() {
    let error = refusal(&format!("A list\n\nEmploye Number,Surname,Hire Dat\n{ROW}"));
    let expected = "staff files (line 3 comes nearest, with Surname; is Employe Number meant for \
                    employee_number?; is Hire Dat meant for start_date?). Required are";
    assert!(error.contains(expected), "{error}");
    assert!(refusal("a,b\nc,d\n").contains("staff files. Required are"));
}

#[test]
fn a_file_of_another_kind_is_told_as_such() {
    let error = refusal("Records\nEmployee Number;Competence Name;Date Last Awarded\n1;SGC-L2;2020-01-01\n");
    let expected = "is no staff file: the header on its line 2 is that of training files";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn what_a_map_names_in_vain_is_told() {
    let map =
        ScratchFile::new("map.toml", "[staff]\n\"Ward\" = \"unit\"\n\"Payroll\" = \"employee_number\"\n");
    let options = ReadOptions { map: Some(map.path().to_owned()), ..ReadOptions::default() };
    let read = |header: &str| {
        let file = ScratchFile::new("staff.csv", format!("{header}\n{ROW}"));
        crate::import::read::<StaffLists>(file.path(), &options, &TestContext::new().known()).unwrap()
    };
    assert_eq!(warnings(&read("Payroll,Surname,Hire Date,Ward")), []);
    // One map may serve several exports.
    assert_eq!(warnings(&read("Employee Number,Surname,Hire Date,Ward")), []);
    let expected = "--map says which header means unit, and no header here does: check how the map spells it";
    assert_eq!(warnings(&read("Payroll,Surname,Hire Date,Wards")), [(1, "", expected)]);
}

#[test]
fn a_sheet_of_a_file_without_sheets_is_told_to_be_ignored() {
    let file = ScratchFile::new("staff.csv", format!("Employee Number,Surname,Hire Date,Unit\n{ROW}"));
    let options = ReadOptions { sheet: Some("Staff".into()), ..ReadOptions::default() };
    let checked =
        crate::import::read::<StaffLists>(file.path(), &options, &TestContext::new().known()).unwrap();
    assert_eq!(checked.rows.len(), 1);
    assert!(warnings(&checked)[0].2.contains("--sheet Staff was not used"));
}
