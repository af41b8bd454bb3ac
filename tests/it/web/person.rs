//! A person's page: the hours that count, and how it is found by an employee number.

use refresher::access::{AccessGrant, AccessRole, GrantScope};
use refresher::answers::{Answer, JudgedBy, Question, Viewer};
use refresher::import::FileKind;

use super::data::path_of;
use crate::answers::{staff_id, trusts};
use crate::support::console::Console;
use crate::support::trust::{Trust, day, instant};

const BY_HOURS: &str = "[[course]]\ncode = 'CHILDREN'\ntitle = 'Children'\nvalid_months = 36\ndefault_hours = 4\n\
    [[course]]\ncode = 'FIRE'\ntitle = 'Fire'\nvalid_months = 36\n\
    [[requirement]]\ncourse = 'CHILDREN'\nhours = 8\nparticipatory_share = 0.5\n[[requirement]]\ncourse = 'FIRE'\n";

#[test]
fn the_hours_that_count_are_said_by_course_and_record_as_the_command_says_them() {
    let trust = Trust::new(BY_HOURS);
    let staff = "employee_number,first_name,last_name,email,start_date\n0042,Tom,Okafor,tom@example.org,2020-01-01\n\
                 0043,Ann,Birch,ann@example.org,2020-01-01\n";
    trust.import(day("2026-11-02"), FileKind::Staff, staff);
    let training = "employee_number,course,completed_on,hours,mode\n0042,CHILDREN,2025-01-01,11.5,e-learning\n\
                    0042,CHILDREN,2025-02-01,2,participatory\n0042,CHILDREN,2025-03-01,,e-learning\n\
                    0042,FIRE,2025-04-01,3,e-learning\n";
    trust.import(day("2026-11-02"), FileKind::Training, training);
    let console = Console::of(trust, instant("2026-11-24T09:00:00Z"));
    let hr = console.user("hr@example.org", AccessRole::Hr).signs_in();
    hr.get("/");
    let app = console.app();
    let question = Question::asked(&app, None, None, None, JudgedBy::PolicyThen).unwrap();
    let told = refresher::answers::person(&app, &question, &Viewer::Everything, "0042").unwrap();
    let words = told.words(400);
    let page = hr.get(&path_of(&console, "0042")).has(200);
    for said in [
        "17.5 of 8 hours, 2 of 4 participatory",
        "11.5 hours, e-learning",
        "2 hours, participatory",
        "4 hours by default, e-learning",
        // Of a course that asks for none, what the record has.
        "3 hours",
    ] {
        assert!(words.contains(said), "{said}: {words}");
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    assert!(page.text().contains("Hours that count"), "{}", page.text());
    hr.get(&path_of(&console, "0043")).has(200).says("0 of 8 hours, 0 of 4 participatory");
}

#[test]
fn a_person_is_found_by_their_number_and_nobody_outside_the_grant_otherwise_than_nobody() {
    let console = Console::of(trusts(), instant("2026-11-24T09:00:00Z"));
    let app = console.app();
    let id = |code: &str, number: &str| format!("/people/{}", staff_id(&app, code, number));
    let hr = console.user("hr@example.org", AccessRole::Hr).signs_in();
    hr.get("/");
    hr.get("/people/find?organisation=RXX&employee_number=1103").sees(&id("RXX", "1103"));
    hr.get("/people/find?employee_number=1103").sees(&id("RXX", "1103"));
    let absent = hr.get("/people/find?organisation=RXX&employee_number=0").has(404).body.clone();
    for outside in [
        "organisation=RYY&employee_number=1103",
        "organisation=RQQ&employee_number=1103",
        "employee_number=2201",
        "organisation=RXX&employee_number=2201",
    ] {
        assert_eq!(hr.get(&format!("/people/find?{outside}")).has(404).body, absent, "{outside}");
    }
    for unsound in ["", "organisation=RXX", "employee_number=", "employee_number=1103&colour=red"] {
        hr.get(&format!("/people/find?{unsound}")).has(422).never_says("Cedar");
    }
    hr.get("/people/find").says("Enter an employee number");
    // Of several who have a number none is meant before an organisation is said.
    let all = console.user_of_all("all@example.org", AccessRole::Hr).signs_in();
    all.get("/");
    all.get("/people/find?employee_number=1103").has(404);
    all.get("/people/find?organisation=RYY&employee_number=1103").sees(&id("RYY", "1103"));
    // A manager finds whom they see.
    let scope = GrantScope::Unit("Surgery".to_owned());
    let grant = AccessGrant { role: AccessRole::Manager, organisation: Some("RXX".to_owned()), scope };
    console.invite_with("manager@example.org", grant);
    let manager = console.opens("manager@example.org").signs_in();
    manager.get("/");
    manager.get("/people/find?employee_number=1103").sees(&id("RXX", "1103"));
    manager.get("/people/find?employee_number=1107").has(404);
    let board = console.user("board@example.org", AccessRole::Board).signs_in();
    board.get("/people/find?employee_number=1103").has(404);
}
