//! Staff lists and training records with the columns of other systems.

use super::*;
use crate::sample::day;

/// Reads a staff list where only RX1 is known.
fn of_one(content: &str) -> Result<CheckedFile<StaffRow>, ImportError> {
    of_one_with(content, &ReadOptions::default())
}

fn of_one_with(content: &str, options: &ReadOptions) -> Result<CheckedFile<StaffRow>, ImportError> {
    let (file, world) = (ScratchFile::new("staff.csv", content), TestContext::new());
    let (codes, names) = (["RX1".to_owned()], ["Example NHS Trust".to_owned()]);
    let known = CheckContext { organisations: &codes, organisation_names: &names, ..world.known() };
    read::<StaffLists>(file.path(), options, &known)
}

#[test]
fn a_word_for_a_place_is_a_unit_where_nothing_better_is_there() {
    for (headers, cells, unit, unused) in [
        ("Ward", "Ward 5", "Ward 5", &[][..]),
        ("Department", "Surgery", "Surgery", &[]),
        ("Location", "Site", "Site", &[]),
        ("Team", "Blue", "Blue", &[]),
        ("SERVICE", "Therapies", "Therapies", &[]),
        ("Ward,unit", "Ward 5,Surgery / Theatres", "Surgery / Theatres", &["Ward"]),
        ("Ward,Organisation Unit", "Ward 5,Surgery", "Surgery", &["Ward"]),
        ("Ward,Org L2,Org L3", "Ward 5,Surgery,Theatres", "Surgery / Theatres", &["Ward"]),
        ("Org L2,Location,Team", "Surgery,Site,Blue", "Surgery", &["Location", "Team"]),
    ] {
        let checked =
            staff(format!("employee_number,last_name,start_date,{headers}\n1,Ito,2020-01-01,{cells}\n"))
                .unwrap();
        assert_eq!(checked.rows[0].1.post.unit, unit, "{headers}");
        assert_eq!(checked.ignored_columns, unused, "{headers}");
    }
    // Of two words for places the first.
    let checked =
        staff("employee_number,last_name,start_date,Team,Ward\n1,Ito,2020-01-01,Blue,Ward 5\n").unwrap();
    assert_eq!(checked.rows[0].1.post.unit, "Blue");
    assert_eq!(checked.warnings.len(), 1);
}

#[test]
fn a_full_name_stands_for_the_two_names() {
    let checked = staff("Employee Number,Name,Start Date\n1,\"Archer, Mrs Ann\",2020-01-01\n2,Dr Jan van der Berg,2020-01-01\n3,,2020-01-01\n").unwrap();
    let names: Vec<_> = checked
        .rows
        .iter()
        .map(|(_, row)| (row.person.first_name.as_str(), row.person.last_name.as_str()))
        .collect();
    assert_eq!(names, [("Ann", "Archer"), ("Jan", "van der Berg")]);
    assert_eq!(checked.rejected[0].column, "Name");
    assert!(!checked.absent_columns.contains(&"first_name"), "{:?}", checked.absent_columns);
    // Beside the two names it says nothing.
    let checked =
        staff("employee_number,full_name,last_name,start_date\n1,Ann Archer,Bell,2020-01-01\n").unwrap();
    assert_eq!(checked.rows[0].1.person.last_name, "Bell");
}

#[test]
fn a_first_name_beside_a_column_called_name_is_kept() {
    for (headers, cells, first, last) in [
        ("Name,First Name", "Archer,Ann", "Ann", "Archer"),
        ("Forename,Name", "Jan,van der Berg", "Jan", "van der Berg"),
        ("Name,First Name", "Ann Archer,Ann", "Ann", "Archer"),
        ("Name,First Name", "Archer,", "", "Archer"),
        ("Full Name,First Name", "Ann Archer,Ann", "Ann", "Archer"),
    ] {
        let list = format!("Employee Number,{headers},Start Date\n1,{cells},2020-01-01\n");
        let checked = staff(list).unwrap();
        let person = &checked.rows[0].1.person;
        assert_eq!(
            (person.first_name.as_str(), person.last_name.as_str()),
            (first, last),
            "{headers}: {cells}"
        );
    }
}

#[test]
fn a_list_without_start_dates_is_taken_with_one_for_those_who_are_new() {
    let list = "employee_number,last_name,Ward\n1,Ito,5\n";
    let error = staff(list).unwrap_err().to_string();
    assert!(error.contains("give --start-date DATE for the people who are new"), "{error}");
    let options = ReadOptions { start_on: Some(day("2026-04-01")), ..ReadOptions::default() };
    let checked = of_one_with(list, &options).unwrap();
    assert_eq!(checked.rows[0].1.start_on, day("2026-04-01"));
    assert!(checked.absent_columns.contains(&"start_date"));
    // A column that is there counts, and is asked for in every row.
    let with = "employee_number,last_name,start_date\n1,Ito,2020-01-01\n2,Roy,\n";
    let checked = of_one_with(with, &options).unwrap();
    assert_eq!((checked.rows.len(), checked.rejected_lines()), (1, 1));
    assert_eq!(checked.rows[0].1.start_on, day("2020-01-01"));
}

#[test]
fn an_organisation_may_be_written_by_name() {
    let checked = staff("employee_number,last_name,start_date,organisation\n1,Ito,2020-01-01,other  NHS trust\n2,Roy,2020-01-01,rx1\n").unwrap();
    assert_eq!(checked.organisations[..], ["RX2", "RX1"]);
    assert!(checked.rejected.is_empty());
}

#[test]
fn a_column_of_organisations_that_holds_none_is_left_out_where_only_one_is_known() {
    let list = "employee_number,last_name,start_date,Organisation\n1,Ito,2020-01-01,Ward 5\n2,Roy,2020-01-01,Ward 6\n3,Ali,2020-01-01,\n";
    let checked = of_one(list).unwrap();
    assert_eq!((checked.rows.len(), checked.rejected_lines()), (3, 0));
    assert_eq!(checked.organisations[..], ["RX1"]);
    assert_eq!(checked.ignored_columns, ["Organisation"]);
    let told: Vec<&str> = checked.warnings.iter().map(|warning| warning.reason.as_str()).collect();
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("no value of Organisation is a known organisation (Ward 5, Ward 6)"),
        "{told:?}"
    );
    // Where several are known it can't be told whose the rows are.
    let error = staff(list).unwrap_err().to_string();
    assert!(error.contains("(Ward 5, Ward 6)") && error.contains("RX1, RX2"), "{error}");
}

#[test]
fn one_known_organisation_makes_the_other_values_faults_above_it_and_below() {
    for order in [["Ward 5", "RX1", "Ward 6"], ["RX1", "Ward 5", "Ward 6"]] {
        let rows: Vec<String> =
            (1..).zip(order).map(|(number, value)| format!("{number},Ito,2020-01-01,{value}\n")).collect();
        let checked =
            of_one(&format!("employee_number,last_name,start_date,organisation\n{}", rows.concat())).unwrap();
        assert_eq!((checked.rows.len(), checked.rejected_lines()), (1, 2), "{order:?}");
        assert!(checked.rejected_unknown || !checked.rejected_people.is_empty(), "{order:?}");
        assert_eq!(checked.rejected[0].column, "organisation");
    }
}

#[test]
fn a_training_record_may_name_the_person_by_address() {
    let file = ScratchFile::new(
        "training.csv",
        "Email Address,Username,Course,Completed Date,employee_number\nAnn@Example.org,x,SGC-L2,2026-01-01,\n,ben@example.org,SGC-L2,2026-01-01,\n,ben,SGC-L2,2026-01-01,\n,,SGC-L2,2026-01-01,\n,,SGC-L2,2026-01-01,0042\n",
    );
    let checked =
        read::<TrainingRecords>(file.path(), &ReadOptions::default(), &TestContext::new().known()).unwrap();
    let who: Vec<&str> = checked.rows.iter().map(|(_, row)| row.employee_number.as_str()).collect();
    assert_eq!(who, ["ann@example.org", "ben@example.org", "0042"]);
    assert_eq!(checked.by_address, [2, 3]);
    let faults: Vec<u64> = checked.rejected.iter().map(|fault| fault.line).collect();
    assert_eq!(faults, [4, 5]);
}

#[test]
fn two_columns_are_enough_where_a_kind_needs_no_more() {
    let file = ScratchFile::new("budget.csv", "Year,Allocated\n2026-27,1000\n");
    let checked =
        read::<BudgetLists>(file.path(), &ReadOptions::default(), &TestContext::new().known()).unwrap();
    assert_eq!(checked.rows.len(), 1);
    let file = ScratchFile::new("organisations.csv", "List of 2026\ncode,name\nRX9,Ninth\n");
    let checked =
        read::<OrganisationLists>(file.path(), &ReadOptions::default(), &TestContext::new().known()).unwrap();
    assert_eq!((checked.rows.len(), checked.header_line), (1, 2));
    let file = ScratchFile::new("expenses.csv", "date,amount\n2026-05-01,5\n");
    let checked =
        read::<ExpenseLists>(file.path(), &ReadOptions::default(), &TestContext::new().known()).unwrap();
    assert_eq!(checked.rows.len(), 1);
    let file = ScratchFile::new("exemptions.csv", "employee_number,reason\n1,Long leave\n");
    let checked =
        read::<ExemptionLists>(file.path(), &ReadOptions::default(), &TestContext::new().known()).unwrap();
    assert_eq!(checked.rows.len(), 1);
}

#[test]
fn a_map_leaves_columns_out_puts_words_into_ours_and_stands_over_the_usual_one() {
    let usual = ScratchFile::new(
        "usual.toml",
        "[staff]\n'Payroll ID' = 'employee_number'\n'Email' = ''\n'Area' = 'unit'\n[staff.status]\n'On the Sick' = 'Maternity'\n",
    );
    let map = ScratchFile::new("map.toml", "[staff]\nArea = 'job_title'\n");
    let list = "Payroll ID,last_name,start_date,email,Area,assignment_status\n1,Ito,2020-01-01,a@example.org,Nurse,on the  sick\n";
    let (usual, map) = (Some(usual.path().to_owned()), Some(map.path().to_owned()));
    let checked =
        of_one_with(list, &ReadOptions { usual_map: usual.clone(), ..ReadOptions::default() }).unwrap();
    let row = &checked.rows[0].1;
    assert_eq!((row.person.email.as_str(), row.post.unit.as_str()), ("", "Nurse"));
    assert_eq!(row.post.assignment_status, "Maternity");
    assert_eq!(checked.ignored_columns, ["email"]);
    let checked =
        of_one_with(list, &ReadOptions { usual_map: usual, map, ..ReadOptions::default() }).unwrap();
    let row = &checked.rows[0].1;
    assert_eq!((row.post.job_title.as_str(), row.post.unit.as_str()), ("Nurse", ""));
}

#[test]
fn a_header_that_nothing_reads_may_stand_twice() {
    let checked = staff("employee_number,last_name,start_date,Notes,Notes\n1,Ito,2020-01-01,a,b\n").unwrap();
    assert_eq!(checked.rows.len(), 1);
    let error = staff("employee_number,last_name,start_date,email,E-mail\n1,Ito,2020-01-01,a,b\n");
    assert!(error.unwrap_err().to_string().contains("twice"));
}
