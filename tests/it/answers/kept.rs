//! The kept picture: whatever happened meanwhile, what is answered from it is what the register answers.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use refresher::answers::{self, AnsweredFrom, JudgedBy, KeptPictures, PeopleFilter, Question, Viewer};
use refresher::app::App;
use refresher::audit::Actor;
use refresher::bounces::BounceWeight;
use refresher::bounces::store::{self as bounces, NewBounce, NotedFile};
use refresher::compliance::GroupBy;
use refresher::db::Locks;
use refresher::import::{self, FileKind, Force};
use refresher::jobs::{self, PurgeConfirmed};
use refresher::register::store as register;

use super::{OTHER_POLICY, POLICY, today, trusts};
use crate::support::trust::{Trust, at};

/// Something that changes what is answered.
#[derive(Debug, Clone)]
enum Step {
    Moves { who: usize, unit: usize },
    Joins { number: u8 },
    Leaves { who: usize },
    Trains { who: usize, month: u32 },
    IsExempt { who: usize },
    IsBooked { who: usize },
    Bounces { who: usize },
    Undo { pick: usize },
    Policy { other: bool },
    Night,
    Purge,
}

const NUMBERS: [&str; 7] = ["1101", "1102", "1103", "1104", "1105", "1106", "1107"];
const NAMES: [&str; 7] = ["Alder", "Birch", "Cedar", "Daphne", "Elder", "Fennel", "Ginger"];
const UNITS: [&str; 4] = ["Surgery / Ward 1", "Medicine", "Day Unit", "Aardvark"];

fn step() -> impl Strategy<Value = Step> {
    let who = 0..NUMBERS.len();
    prop_oneof![
        3 => (who.clone(), 0..UNITS.len()).prop_map(|(who, unit)| Step::Moves { who, unit }),
        2 => (0u8..3).prop_map(|number| Step::Joins { number }),
        1 => who.clone().prop_map(|who| Step::Leaves { who }),
        3 => (who.clone(), 1u32..10).prop_map(|(who, month)| Step::Trains { who, month }),
        1 => who.clone().prop_map(|who| Step::IsExempt { who }),
        1 => who.clone().prop_map(|who| Step::IsBooked { who }),
        2 => who.prop_map(|who| Step::Bounces { who }),
        2 => any::<usize>().prop_map(|pick| Step::Undo { pick }),
        1 => any::<bool>().prop_map(|other| Step::Policy { other }),
        1 => Just(Step::Night),
        1 => Just(Step::Purge),
    ]
}

fn partial(trust: &Trust, now: DateTime<Utc>, rows: &str) {
    let header = "organisation,employee_number,first_name,last_name,email,job_title,staff_group,unit,start_date,\
        leave_date,assignment_number\n";
    let app = trust.app(now);
    trust.write("some.csv", &format!("{header}{rows}"));
    let how = jobs::HowToImport { force: Force::Everything, partial: true, ..jobs::HowToImport::default() };
    let file = trust.folder.path().join("some.csv");
    jobs::import_file(&app, FileKind::Staff, &file, &how, app.today()).unwrap();
}

fn post(who: usize, unit: &str, leave: &str) -> String {
    let (number, name) = (NUMBERS[who], NAMES[who]);
    let email = format!("{}@example.org", name.to_lowercase());
    format!("RXX,{number},,{name},{email},Nurse,Nursing,{unit},2020-01-01,{leave},{number}-1\n")
}

fn bounce(app: &App, address: &str, now: DateTime<Utc>) {
    let bounce = NewBounce {
        message_id: None,
        address: address.to_owned(),
        failed_address: address.to_owned(),
        weight: BounceWeight::Hard,
        status: "5.1.1".to_owned(),
        reason: String::new(),
    };
    let noted = NotedFile {
        content_hash: format!("{address} {now}"),
        report_id: None,
        file: "report.eml".to_owned(),
        finding: String::new(),
        bounces: vec![bounce],
    };
    app.db.write_stamped(Locks::ALL, app.clock, |conn| bounces::note(conn, &noted)).unwrap();
}

fn happens(trust: &Trust, step: &Step, now: DateTime<Utc>) {
    let import = |kind, rows: &str| trust.import_at(now, kind, rows, Force::Everything);
    let number = |who: usize| NUMBERS[who];
    match step {
        Step::Moves { who, unit } => partial(trust, now, &post(*who, UNITS[*unit], "")),
        Step::Joins { number } => {
            let row = format!(
                "RYY,09{number},,Newcomer,n{number}@example.org,Nurse,Nursing,Aardvark,2026-11-01,,\n"
            );
            partial(trust, now, &row);
        }
        Step::Leaves { who } => partial(trust, now, &post(*who, "Surgery", "2026-11-20")),
        Step::Trains { who, month } => import(
            FileKind::Training,
            &format!(
                "organisation,employee_number,course,completed_on\nRXX,{},CHILDREN,2026-0{month}-02\n",
                number(*who)
            ),
        ),
        Step::IsExempt { who } => import(
            FileKind::Exemptions,
            &format!(
                "organisation,employee_number,course,from,until,reason\nRXX,{},CHILDREN,2026-11-02,,away\n",
                number(*who)
            ),
        ),
        Step::IsBooked { who } => import(
            FileKind::Bookings,
            &format!(
                "organisation,employee_number,course,date,place\nRXX,{},ADULTS,2026-12-12,Hall\n",
                number(*who)
            ),
        ),
        Step::Bounces { who } => {
            bounce(&trust.app(now), &format!("{}@example.org", NAMES[*who].to_lowercase()), now)
        }
        Step::Undo { pick } => {
            let app = trust.app(now);
            let imports = app.db.read(register::imports).unwrap();
            let id = imports[pick % imports.len()].id;
            // What stands in the way is told, and nothing is done.
            import::undo(&app.db, id, &Actor::named("test"), app.today(), app.clock).ok();
        }
        Step::Policy { other } => trust.write("policy.toml", if *other { OTHER_POLICY } else { POLICY }),
        Step::Night => {}
        Step::Purge => {
            let app = trust.app(now + TimeDelta::days(3_000));
            let by = Actor::named("test");
            jobs::purge_leavers(&app, PurgeConfirmed::Yes, &by, app.today(), now).unwrap();
        }
    }
}

/// Everything that is told of a question, however it is answered.
fn told(app: &App, question: &Question, viewer: &Viewer) -> String {
    let by = [GroupBy::Course, GroupBy::Unit, GroupBy::StaffGroup, GroupBy::Organisation];
    let status = answers::status(app, question, viewer, &by).unwrap();
    let people = answers::people(app, question, viewer, &PeopleFilter::default()).unwrap();
    let called = PeopleFilter { search: Some("al".to_owned()), ..PeopleFilter::default() };
    let called = answers::people(app, question, viewer, &called).unwrap();
    let forecast = answers::forecast(app, question, viewer, 3).unwrap();
    let rows: Vec<String> = people.sheet().rows.map(|row| format!("{row:?}")).collect();
    let json = serde_json::to_string_pretty(&(status, people, called, forecast)).unwrap();
    format!("{json}\n{}", rows.join("\n"))
}

fn agree(app: &App, pictures: &Arc<KeptPictures>) {
    let viewers = [
        (Viewer::Everything, None),
        (Viewer::Everything, Some("RYY")),
        (Viewer::Organisation("RXX".to_owned()), None),
        (Viewer::Organisation("RYY".to_owned()), None),
    ];
    for (viewer, organisation) in viewers {
        for as_at in [None, Some(app.today() - TimeDelta::days(40))] {
            let asked = Question::asked(app, as_at, None, organisation, JudgedBy::PolicyThen).unwrap();
            let kept = pictures.answering(app, asked.clone(), &viewer).unwrap();
            assert!(matches!(kept.from, AnsweredFrom::Picture(_)));
            assert_eq!(kept, asked, "a picture in time is of just what was asked");
            assert_eq!(told(app, &kept, &viewer), told(app, &asked, &viewer), "{viewer:?} {as_at:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_a_picture_answers_as_the_register_does(steps in prop::collection::vec(step(), 1..8)) {
        let trust = trusts();
        let pictures = Arc::new(KeptPictures::default());
        let mut now = at(today(), 9, 0);
        agree(&trust.app(now), &pictures);
        for step in steps {
            now += if matches!(step, Step::Night) { TimeDelta::days(1) } else { TimeDelta::minutes(1) };
            happens(&trust, &step, now);
            agree(&trust.app(now), &pictures);
        }
    }
}

#[test]
fn somebody_who_sees_a_part_is_answered_from_the_register() {
    let trust = trusts();
    let app = trust.app(at(today(), 9, 0));
    let pictures = Arc::new(KeptPictures::default());
    let viewer = Viewer::Unit { organisation: "RXX".to_owned(), unit: "Surgery".to_owned() };
    let asked = Question::asked(&app, None, None, None, JudgedBy::PolicyThen).unwrap();
    let question = pictures.answering(&app, asked, &viewer).unwrap();
    assert!(matches!(question.from, AnsweredFrom::Register));
}
