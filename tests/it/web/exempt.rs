//! `/people/ID/exemptions`: exempting somebody, and ending it.

use refresher::access::{AccessGrant, AccessRole, GrantScope};
use refresher::audit;
use refresher::import::FileKind;
use refresher::register::store as register;

use crate::support::console::{Browser, Console};
use crate::support::trust::day;

fn console() -> Console {
    let console = Console::start();
    console.trust.import(
        day("2026-11-20"),
        FileKind::Staff,
        "employee_number,first_name,last_name,email,job_title,unit,start_date\n\
         0042,Tom,Okafor,tom@example.org,Nurse,Surgery,2020-01-01\n",
    );
    console
}

/// The page of Tom's exemptions.
fn page_of_tom(console: &Console) -> String {
    let who = console.app().db.read(|conn| register::find_staff_member(conn, "0042", None)).unwrap().unwrap();
    format!("/people/{}/exemptions", who.id)
}

fn hr(console: &Console) -> Browser<'_> {
    console.user("hr@example.org", AccessRole::Hr).signs_in()
}

/// What the audit log says that accounts did about exemptions, in order.
fn done_by_accounts(console: &Console) -> Vec<String> {
    let entries = console.app().db.read(|conn| audit::entries(conn, 100)).unwrap();
    let is_ours = |entry: &&audit::AuditEntry| {
        entry.actor.starts_with("account ") && entry.action.starts_with("exempt-")
    };
    let mut actions: Vec<String> = entries.iter().filter(is_ours).map(|entry| entry.action.clone()).collect();
    actions.reverse();
    actions
}

const LEAVE: [(&str, &str); 4] =
    [("course", "all"), ("from", "1 November 2026"), ("until", "31/01/2027"), ("reason", "Maternity leave")];

#[test]
fn an_exemption_is_added_corrected_ended_and_withdrawn_as_by_the_command() {
    let console = console();
    let (hr, path) = (hr(&console), page_of_tom(&console));
    hr.get(&path).has(200).says("They were never exempt from anything").submit("exempt", &LEAVE).sees(&path);
    hr.get(&path).says("They are exempt from all courses until 31 January 2027").says("Maternity leave");
    let longer: Vec<(&str, &str)> =
        LEAVE.into_iter().map(|(name, said)| (name, if name == "until" { "" } else { said })).collect();
    hr.get(&path).submit("exempt", &longer).sees(&path);
    hr.get(&path).says("is corrected: until it is ended");
    let end = [("which", "all 2026-11-01"), ("last_day", "20 November 2026")];
    hr.get(&path).submit("end-exemption", &end).sees(&path);
    hr.get(&path).says("holds until 20 November 2026").says("over").never_says("data-do=\"end-exemption\"");
    let to_come = [("course", "all"), ("from", "2027-01-01"), ("until", ""), ("reason", "Secondment")];
    hr.get(&path).submit("exempt", &to_come).sees(&path);
    hr.get(&path).submit("end-exemption", &[("which", "all 2027-01-01"), ("last_day", "")]).sees(&path);
    hr.get(&path).says("is withdrawn").never_says("Secondment");
    // It stands in the history as done by the account, and can be taken back.
    assert_eq!(
        done_by_accounts(&console),
        ["exempt-add", "exempt-add", "exempt-end", "exempt-add", "exempt-end"]
    );
}

#[test]
fn a_form_that_is_sent_twice_exempts_once_and_answers_alike() {
    let console = console();
    let (hr, path) = (hr(&console), page_of_tom(&console));
    let form = hr.get(&path);
    form.submit("exempt", &LEAVE).sees(&path);
    form.submit("exempt", &LEAVE).sees(&path);
    let page = hr.get(&path);
    let end = [("which", "all 2026-11-01"), ("last_day", "20 November 2026")];
    page.submit("end-exemption", &end).sees(&path);
    page.submit("end-exemption", &end).sees(&path);
    assert_eq!(done_by_accounts(&console), ["exempt-add", "exempt-end"]);
}

#[test]
fn wrong_input_comes_back_with_what_is_wrong_and_changes_nothing() {
    let console = console();
    let (hr, path) = (hr(&console), page_of_tom(&console));
    for (name, value, words) in [
        ("from", "31 February 2027", "Enter a day that exists"),
        ("until", "soon", "Enter a day that exists"),
        ("until", "1 October 2026", "is before the first, 1 November 2026"),
        ("reason", "  ", "Say why, in a few words"),
        ("course", "Cookery", "Cookery"),
    ] {
        let typed: Vec<(&str, &str)> =
            LEAVE.into_iter().map(|(of, said)| (of, if of == name { value } else { said })).collect();
        let page = hr.get(&path).submit("exempt", &typed).has(422).says(words).says("There is a problem");
        assert!(
            name == "reason" || page.body.contains("value=\"Maternity leave\""),
            "what was typed comes back"
        );
    }
    hr.get(&path).says("They were never exempt").submit("exempt", &LEAVE).sees(&path);
    for (which, last_day, words) in [
        ("all 2026-11-02", "", "does not stand any more"),
        ("all 2026-11-01", "1 March 2027", "It ends on 31 January 2027 already"),
        ("all 2026-11-01", "x", "Enter a day that exists"),
    ] {
        let typed = [("which", which), ("last_day", last_day)];
        hr.get(&path).submit("end-exemption", &typed).has(422).says(words);
    }
    hr.get(&path).says("31 January 2027");
}

#[test]
fn nobody_exempts_but_hr_of_the_organisation() {
    let console = console();
    console.trust.import(
        day("2026-11-20"),
        FileKind::Organisations,
        "code,name,kind,safeguarding_email\nRYY,Other Trust,community,other@example.org\n",
    );
    let path = page_of_tom(&console);
    let hr = hr(&console);
    hr.get(&path.replace("/exemptions", "")).has(200).says("Exempt them, or end an exemption");
    for role in [AccessRole::Operator, AccessRole::Manager, AccessRole::Board, AccessRole::Auditor] {
        let browser = console.user(&format!("{role}@example.org"), role).signs_in();
        browser.get(&path).has(404);
        let (_, token) = browser.get("/account").form("sign-out");
        let mut fields: Vec<(&str, &str)> =
            token.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend([("form_key", "k")].into_iter().chain(LEAVE));
        browser.post(&path.replace("exemptions", "exempt"), &fields).has(404);
        browser.post(&path.replace("exemptions", "end-exemption"), &fields).has(404);
        if matches!(role, AccessRole::Manager | AccessRole::Auditor) {
            browser.get(&path.replace("/exemptions", "")).has(200).never_says("Exempt them");
        }
    }
    let elsewhere = AccessGrant {
        role: AccessRole::Hr,
        organisation: Some("RYY".to_owned()),
        scope: GrantScope::Everyone,
    };
    console.invite_with("both@example.org", elsewhere);
    hr.get("/people/9999/exemptions").has(404);
    hr.get("/people/x/exemptions").has(404);
}
