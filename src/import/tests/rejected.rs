use super::*;

fn written(name: &str, content: &str) -> (ScratchFile, CheckedFile<StaffRow>, String) {
    let file = ScratchFile::new(name, content);
    let checked = staff_in(file.path()).unwrap();
    let target = write_rejected_of(&file, &checked).unwrap();
    assert_eq!(target, rejected_path(file.path()));
    let text = std::fs::read_to_string(target).unwrap();
    (file, checked, text)
}

#[test]
fn rejected_rows_are_written_with_their_cells_and_reasons() {
    let (_file, _, text) = written(
        "staff.csv",
        "Title row\nEmployee Number;Surname;Hire Date;Notes\n1;Ito;2020-01-01;\n2;;31/02/2026;=1+1\n3;\"R;oy\";x;\n",
    );
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "\u{feff}Employee Number,Surname,Hire Date,Notes,reason");
    assert!(
        lines[1].starts_with("2,,31/02/2026,'=1+1,\"Hire Date: 31/02/2026 is not a date"),
        "{}",
        lines[1]
    );
    assert!(lines[1].contains("; Surname: "));
    assert!(lines[2].starts_with("3,R;oy,x,,"));
    assert_eq!(lines.len(), 3);
}

#[test]
fn a_file_of_rejected_rows_put_right_is_read_and_written_again() {
    let (file, ..) =
        written("staff.csv", "employee_number,last_name,start_date\n-1,Ito,never\n2,Roy,never\n");
    let text = std::fs::read_to_string(rejected_path(file.path())).unwrap();
    assert!(text.contains("'-1,Ito,never"), "{text}");
    let (_file, again, text) = written("again.csv", &text.replacen("never", "2020-01-01", 1));
    assert!(again.ends_in_reason);
    assert_eq!(again.rows[0].1.employee_number, "-1");
    assert_eq!(text.lines().next(), Some("\u{feff}employee_number,last_name,start_date,reason"));
    assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("2,Roy,never,\"start_date: ")), "{text}");
}

#[test]
fn rows_rejected_for_another_row_are_written_too() {
    let (_file, _, text) =
        written("staff.csv", "employee_number,last_name,start_date\n1,Ito,2020-01-01\n1,Ito,2020-01-02\n");
    assert_eq!(text.lines().count(), 3);
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    let file = ScratchFile::new("staff.csv", "employee_number,last_name,start_date\n1,Ito,never\n");
    std::fs::create_dir(rejected_path(file.path())).unwrap();
    let checked = staff_in(file.path()).unwrap();
    let error = write_rejected_of(&file, &checked).unwrap_err();
    assert!(error.to_string().contains("can't be written"), "{error}");
}
