//! What an answer holds is for its viewer, and what a question reads is of those it is about.

mod kept;
mod reads;
pub mod viewers;

use chrono::NaiveDate;
use refresher::answers::{Answer, JudgedBy, Question};
use refresher::app::App;

use refresher::import::FileKind;
use refresher::register::store;

use crate::support::trust::{Trust, at, day};

const POLICY: &str = "due_soon_days = 30\n\
    [[course]]\ncode = 'CHILDREN'\ntitle = 'Children'\nvalid_months = 12\n\
    [[course]]\ncode = 'ADULTS'\ntitle = 'Adults'\nvalid_months = 12\n\
    [[requirement]]\ncourse = 'CHILDREN'\n\
    [[requirement]]\ncourse = 'ADULTS'\nunits = ['Surgery*']\n\
    [[statement]]\nid = 'supervision'\nquestion = 'Is there supervision?'\nanswers = ['yes', 'no']\n";

/// The same, but that everybody needs both courses.
const OTHER_POLICY: &str = "due_soon_days = 30\n\
    [[course]]\ncode = 'CHILDREN'\ntitle = 'Children'\nvalid_months = 12\n\
    [[course]]\ncode = 'ADULTS'\ntitle = 'Adults'\nvalid_months = 12\n\
    [[requirement]]\ncourse = 'CHILDREN'\n[[requirement]]\ncourse = 'ADULTS'\n";

/// A Tuesday.
fn today() -> NaiveDate {
    day("2026-11-24")
}

/// Somebody of the trusts: organisation, number, last name, unit, staff group, job title, manager, posts apart.
pub struct Somebody {
    pub organisation: &'static str,
    pub number: &'static str,
    pub name: &'static str,
    pub unit: &'static str,
    pub job: &'static str,
    pub manager: &'static str,
}

const fn one(
    organisation: &'static str,
    number: &'static str,
    name: &'static str,
    unit: &'static str,
    job: &'static str,
    manager: &'static str,
) -> Somebody {
    Somebody { organisation, number, name, unit, job, manager }
}

/// Everyone in post; each is named as nobody else, and so is each unit and job. Fennel has a second post, in Surgery.
/// `1103` is a number of both organisations.
pub const EVERYBODY: [Somebody; 10] = [
    one("RXX", "1101", "Alder", "Headquarters", "Director", ""),
    one("RXX", "1102", "Birch", "Surgery", "Matron", "1101"),
    one("RXX", "1103", "Cedar", "Surgery / Ward 1", "Surgical Nurse", "1102"),
    one("RXX", "1104", "Daphne", "Surgery / Ward 2", "Theatre Nurse", "1102"),
    one("RXX", "1105", "Elder", "Medicine / Ward 7", "Medical Nurse", "1102"),
    one("RXX", "1106", "Fennel", "Therapies", "Dietician", "1101"),
    one("RXX", "1107", "Ginger", "Estates", "Porter", "9999"),
    one("RYY", "1103", "Hazel", "Surgery / Outpost", "Visiting Nurse", ""),
    one("RYY", "2201", "Iris", "Community", "Health Visitor", "1103"),
    one("RYY", "2202", "Juniper", "Clinics", "School Nurse", "1103"),
];

/// Two trusts with a bit of everything: a past, people who left, money, answers, exemptions, places, mail and months.
pub fn trusts() -> Trust {
    let boards = "[[board]]\norganisation = 'RXX'\nrecipients = ['board.x@example.org']\n\
        [[board]]\norganisation = 'RYY'\nrecipients = ['board.y@example.org']\n";
    let trust = Trust::with_settings(POLICY, boards);
    trust.write("other.toml", OTHER_POLICY);
    let first = day("2026-10-05");
    trust.import(
        first,
        FileKind::Organisations,
        "code,name,kind,safeguarding_email\nRYY,Otherborough Trust,community,y@example.org\n",
    );
    for organisation in ["RXX", "RYY"] {
        // Who left, and the post that ended, are of Surgery too; the second list takes what the first said back.
        trust.import(first, FileKind::Staff, &staff(organisation, "Interim"));
        trust.import(first, FileKind::Staff, &staff(organisation, ""));
        trust.import(first, FileKind::Training, &training(organisation));
        trust.import(first, FileKind::Exemptions, &exemptions(organisation));
        trust.import(first, FileKind::Bookings, &bookings(organisation));
        let budget = format!("organisation,financial_year,allocated\n{organisation},2026-27,1000.00\n");
        trust.import(first, FileKind::Budget, &budget);
        let answers =
            format!("organisation,statement,answer,answered_on\n{organisation},supervision,yes,2026-10-01\n");
        trust.import(first, FileKind::Assurance, &answers);
    }
    trust.plan(today(), refresher::jobs::PlannedParts::Both);
    trust
}

fn of(organisation: &str) -> impl Iterator<Item = &'static Somebody> {
    let organisation = organisation.to_owned();
    EVERYBODY.iter().filter(move |who| who.organisation == organisation)
}

fn staff(organisation: &str, before_names: &str) -> String {
    let mut list = "organisation,employee_number,first_name,last_name,email,job_title,staff_group,unit,\
        manager_employee_number,start_date,leave_date,assignment_number,primary\n"
        .to_owned();
    let mut row = |number: &str,
                   name: &str,
                   job: &str,
                   unit: &str,
                   manager: &str,
                   leave: &str,
                   post: &str| {
        let email = format!("{}@example.org", name.to_lowercase());
        let primary = if post == "1" { "yes" } else { "no" };
        list.push_str(&format!(
            "{organisation},{number},{before_names},{name},{email},{job},Nursing,{unit},{manager},2020-01-01,{leave},\
             {number}-{post},{primary}\n"
        ));
    };
    for who in of(organisation) {
        row(who.number, who.name, who.job, who.unit, who.manager, "", "1");
    }
    if organisation == "RXX" {
        row("1106", "Fennel", "Theatre Dietician", "Surgery / Ward 3", "1101", "", "2");
        row("1105", "Elder", "Former Nurse", "Surgery / Ward 4", "1101", "2026-10-31", "2");
    }
    list
}

fn training(organisation: &str) -> String {
    let rows = of(organisation).enumerate().map(|(place, who)| {
        let month = place % 9 + 1;
        format!("{organisation},{},CHILDREN,2025-0{month}-01,{}-cert\n", who.number, who.name)
    });
    format!("organisation,employee_number,course,completed_on,certificate\n{}", rows.collect::<String>())
}

fn exemptions(organisation: &str) -> String {
    let rows = of(organisation).map(|who| {
        format!("{organisation},{},ADULTS,2026-11-01,2027-01-31,{} is abroad\n", who.number, who.name)
    });
    format!("organisation,employee_number,course,from,until,reason\n{}", rows.collect::<String>())
}

fn bookings(organisation: &str) -> String {
    let rows = of(organisation)
        .map(|who| format!("{organisation},{},CHILDREN,2026-12-10,Room {}\n", who.number, who.name));
    format!("organisation,employee_number,course,date,place\n{}", rows.collect::<String>())
}

fn app(trust: &Trust) -> App {
    App::clone(&trust.app(at(today(), 9, 0)))
}

/// The register's number of somebody.
pub fn staff_id(app: &App, organisation: &str, number: &str) -> i32 {
    let whom = app.db.read(|conn| store::find_staff_member(conn, number, Some(organisation)));
    whom.unwrap().unwrap().id
}

fn question(app: &App, organisation: Option<&str>) -> Question {
    Question::asked(app, None, None, organisation, JudgedBy::PolicyThen).unwrap()
}

/// The answer in all its forms but rows.
fn shown(answer: &impl Answer) -> String {
    format!("{}\n{}", serde_json::to_string_pretty(answer).unwrap(), answer.words(80))
}
