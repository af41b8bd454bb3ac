//! Staff lists in which a number is nobody's, or a post is two people's.

use super::*;

fn list(rows: &str) -> CheckedFile<StaffRow> {
    staff(format!("employee_number,last_name,first_name,start_date,assignment_number\n{rows}")).unwrap()
}

#[test]
fn a_row_of_a_vacant_post_names_nobody_and_one_of_a_person_without_a_number_anybody() {
    for (row, may_be_anybody) in [
        ("Vacancy,Vacant,,2020-01-01,", false),
        ("Vacant,,,2020-01-01,", false),
        ("Vacancy,Dean,Dev,2020-01-01,", true),
        ("TBC,Dean,Dev,2020-01-01,", true),
    ] {
        let checked = list(&format!("{row}\n7,Ash,Ann,2020-01-01,\n"));
        assert_eq!((checked.rows.len(), checked.rejected_unknown), (1, may_be_anybody), "{row}");
    }
}

#[test]
fn one_assignment_number_under_two_people_is_neithers() {
    for (posts, taken) in [
        (["00101", "00101", "00102"], 1),
        (["00101", "00103", "00102"], 3),
        // These count the posts of each.
        (["1", "1", "2"], 3),
    ] {
        let rows = (1..).zip(posts).map(|(who, post)| format!("{who},Ash,A,2020-01-01,{post}\n"));
        let checked = list(&rows.collect::<String>());
        assert_eq!(checked.rows.len(), taken, "{posts:?}");
    }
    let rows = (1..=20).map(|who| format!("{who},Ash,A,2020-01-01,Band 5\n"));
    assert_eq!(list(&rows.collect::<String>()).rows.len(), 20, "a column of something else");
}
