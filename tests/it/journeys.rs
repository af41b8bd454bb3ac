//! Two months in the life of a small trust, day by day on a fixed clock, through the schedule, the outbox and delivery.
//! The whole mail stream is a snapshot that was worked out by hand from spec 2.8 and 2.9.
//!
//! The spring of 2026: the clocks go forward on Sunday 29 March; 3 and 6 April are Good Friday and Easter Monday. The
//! daemon starts on Friday 27 February, and is off from the evening of Monday 20 April to the Monday after, 11:20.

use std::fmt::Write as _;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Europe::London;
use refresher::clock::Clock;
use refresher::import::{FileKind, Force};
use refresher::jobs;
use refresher::outbox::{MessageKind, MessageState, store};
use refresher::schedule::store::last_runs;
use refresher::schedule::{RunOutcome, Runner};
use tokio::sync::watch;

use crate::support::trust::{Trust, at, day};

const BOARD: &str = r#"
[[board]]
organisation = "RXX"
recipients = ["board.secretary@example.org"]
"#;

const POLICY: &str = r#"
absent_statuses = ["Maternity"]
[[course]]
code = "L1"
title = "Safeguarding Level 1"
valid_months = 36
[[course]]
code = "L2"
title = "Safeguarding Level 2"
valid_months = 36
satisfies = ["L1"]
[[requirement]]
course = "L1"
within_days = 30
[[requirement]]
course = "L2"
staff_groups = ["Nursing"]
within_days = 90
"#;

const STAFF_HEADER: &str = "employee_number,first_name,last_name,email,staff_group,job_title,unit,\
    manager_employee_number,start_date,leave_date,assignment_status\n";

/// Lapse dates: Aisha 15 April, Tom 1 March, Maria 1 June 2028, Gwen 20 March, Hugo 25 March, Ines 1 February, Jo 10
/// March, Kit 18 April.
const STAFF: &str = "\
    001,Aisha,Bello,aisha@example.org,Nursing,Nurse,Ward 1,003,2019-01-01,,Active\n\
    002,Tom,Okafor,tom@example.org,Estates,Porter,Facilities,003,2019-01-01,,Active\n\
    003,Maria,Costa,maria@example.org,Nursing,Matron,Ward 1,,2019-01-01,,Active\n\
    005,Gwen,Price,gwen@example.org,Nursing,Nurse,Ward 1,003,2019-01-01,,Active\n\
    006,Hugo,Lind,hugo@example.org,Estates,Porter,Facilities,003,2019-01-01,,Active\n\
    007,Ines,Rocha,ines@example.org,Nursing,Nurse,Ward 1,003,2019-01-01,,Active\n\
    008,Jo,Marsh,,Estates,Porter,Facilities,003,2019-01-01,,Active\n\
    009,Kit,Vance,kit@example.org,Estates,Porter,Facilities,003,2019-01-01,,Active\n";

const TRAINING: &str = "employee_number,course,completed_on\n\
    001,L2,2023-04-15\n002,L1,2023-03-01\n003,L2,2025-06-01\n005,L2,2023-03-20\n006,L1,2023-03-25\n\
    007,L2,2023-02-01\n008,L1,2023-03-10\n009,L1,2023-04-18\n";

/// The trust as it is lived in.
struct Journey {
    trust: Trust,
    /// What was imported when, beside the mail.
    events: Vec<(DateTime<Utc>, String)>,
}

impl Journey {
    fn new() -> Self {
        Self { trust: Trust::with_settings(POLICY, BOARD), events: Vec::new() }
    }

    fn import(&mut self, now: DateTime<Utc>, kind: FileKind, content: &str, what: &str) {
        self.trust.import_at(now, kind, content, Force::default());
        self.events.push((now, what.to_owned()));
    }

    /// One look of the daemon at the clock: what is due runs, what is queued goes.
    async fn tick(&self, now: DateTime<Utc>) {
        let app = self.trust.app(now);
        let (_stop, shutdown) = watch::channel(false);
        let runner = Runner::new(app.db.clone(), London, jobs::all(&app).unwrap());
        for (job, outcome) in runner.tick(Clock::Fixed(now), shutdown).await {
            assert_eq!(outcome, RunOutcome::Done, "{job} at {now}");
        }
        let round = self.trust.deliver(now).await;
        assert_eq!((round.deferred, round.failed, round.stopped), (0, 0, None));
    }

    /// The daemon looks at every hour of these days, but for the time that it is off.
    async fn live(&self, from: NaiveDate, until: NaiveDate) {
        let off = at(day("2026-04-20"), 20, 0)..at(day("2026-04-27"), 11, 20);
        for today in from.iter_days().take_while(|today| *today <= until) {
            for hour in 6..=10 {
                let now = at(today, hour, 0);
                if !off.contains(&now) {
                    self.tick(now).await;
                }
            }
            if today == day("2026-04-27") {
                self.tick(off.end).await;
            }
        }
    }

    fn text(&self, id: i32) -> String {
        let app = self.trust.app(at(day("2026-05-01"), 12, 0));
        let message = app.db.read(|conn| store::show(conn, id)).unwrap().unwrap();
        format!("To: {}\nSubject: {}\n\n{}", message.listed.recipient, message.listed.subject, message.text)
    }

    /// What the job said of each day on which it planned.
    fn accounts(&self) -> Vec<(DateTime<Utc>, String)> {
        let app = self.trust.app(at(day("2026-05-01"), 12, 0));
        let runs = app.db.read(|conn| last_runs(conn, 1_000)).unwrap();
        let planned =
            runs.into_iter().filter(|run| run.job == jobs::REMINDERS && run.detail.contains("considered"));
        let mut accounts: Vec<_> = planned.map(|run| (run.started_at, run.detail)).collect();
        accounts.sort();
        accounts
    }
}

/// Lives the two months, with what HR brings in between.
async fn two_months() -> Journey {
    let staff = |changed: &[(&str, &str)]| {
        let list =
            STAFF.to_owned() + "004,Femi,Ade,femi@example.org,Nursing,Nurse,Ward 1,003,2026-03-09,,Active\n";
        STAFF_HEADER.to_owned() + &changed.iter().fold(list, |list, (from, to)| list.replace(from, to))
    };
    let mut journey = Journey::new();
    let first = at(day("2026-02-27"), 9, 30);
    journey.import(first, FileKind::Staff, &(STAFF_HEADER.to_owned() + STAFF), "eight people");
    journey.import(first, FileKind::Training, TRAINING, "their training");
    journey.tick(at(day("2026-02-27"), 10, 0)).await;

    journey.live(day("2026-02-28"), day("2026-03-05")).await;
    let gwen = (
        "gwen@example.org,Nursing,Nurse,Ward 1,003,2019-01-01,",
        "gwen@example.org,Nursing,Nurse,Ward 1,003,2019-01-01,2026-03-12",
    );
    journey.import(
        at(day("2026-03-05"), 14, 0),
        FileKind::Staff,
        &staff(&[gwen]),
        "Femi starts on 9 March, Gwen leaves on the 12th",
    );

    journey.live(day("2026-03-06"), day("2026-03-16")).await;
    let hugo = (
        "hugo@example.org,Estates,Porter,Facilities,003,2019-01-01,,Active",
        "hugo@example.org,Estates,Porter,Facilities,003,2019-01-01,,Maternity",
    );
    journey.import(at(day("2026-03-16"), 14, 0), FileKind::Staff, &staff(&[gwen, hugo]), "Hugo is away");
    let exemption = "employee_number,course,from,until,reason\n007,,2026-03-17,2026-04-12,Secondment\n";
    journey.import(
        at(day("2026-03-16"), 14, 0),
        FileKind::Exemptions,
        exemption,
        "Ines is exempt until 12 April",
    );

    journey.live(day("2026-03-17"), day("2026-03-25")).await;
    journey.import(
        at(day("2026-03-25"), 14, 0),
        FileKind::Training,
        "employee_number,course,completed_on\n001,L2,2026-03-25\n",
        "Aisha renewed",
    );

    journey.live(day("2026-03-26"), day("2026-04-02")).await;
    journey.import(
        at(day("2026-04-02"), 14, 0),
        FileKind::Training,
        "employee_number,course,completed_on\n004,L2,2026-04-02\n",
        "Femi was trained",
    );

    journey.live(day("2026-04-03"), day("2026-04-08")).await;
    journey.import(at(day("2026-04-08"), 14, 0), FileKind::Staff, &staff(&[gwen]), "Hugo is back");

    journey.live(day("2026-04-09"), day("2026-05-01")).await;
    journey
}

#[tokio::test(flavor = "multi_thread")]
async fn two_months_of_days_bring_the_mail_that_the_rules_ask_for() {
    let journey = two_months().await;
    let messages = journey.trust.messages();
    assert!(messages.iter().all(|message| message.state == MessageState::Sent), "{messages:#?}");
    assert_eq!(journey.trust.memory.sent().len(), messages.len(), "each was sent once");

    let mut lines: Vec<(DateTime<Utc>, String)> =
        journey.events.iter().map(|(at, what)| (*at, format!("  HR: {what}"))).collect();
    for (at, detail) in journey.accounts() {
        // Digests are counted beside the people.
        let people = detail.split(';').next().unwrap();
        let numbers: Vec<u32> =
            people.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect();
        assert_eq!(
            numbers[0],
            numbers[1..].iter().sum::<u32>(),
            "what was looked at does not add up: {detail}"
        );
        lines.push((at, format!("  {detail}")));
    }
    for message in &messages {
        let who = message.recipient.split('@').next().unwrap();
        lines.push((
            message.sent_at.unwrap(),
            format!("{} to {who}: {}", message.kind.as_str(), message.subject),
        ));
    }
    lines.sort_by_key(|(at, _)| *at);
    let mut stream = String::new();
    for (at, line) in lines {
        writeln!(stream, "{} {line}", at.with_timezone(&London).format("%a %d %b %H:%M")).unwrap();
    }
    insta::assert_snapshot!("two-months", stream);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mails_of_the_two_months_read_well() {
    let journey = two_months().await;
    let messages = journey.trust.messages();
    let nth = |kind: MessageKind, who: &str, nth: usize| {
        let found = messages
            .iter()
            .filter(|message| message.kind == kind && message.recipient.starts_with(who))
            .nth(nth);
        journey.text(found.unwrap().id)
    };
    let reminders = [("femi", 0), ("aisha", 0), ("tom", 0), ("ines", 4)]
        .map(|(who, n)| nth(MessageKind::Reminder, who, n));
    insta::assert_snapshot!("two-months-reminders", reminders.join("\n\n=====\n\n"));
    let digests = [0, 8].map(|n| nth(MessageKind::ManagerDigest, "maria", n));
    insta::assert_snapshot!("two-months-digests", digests.join("\n\n=====\n\n"));
    // Of March, sent on the first of April: with a month before it.
    insta::assert_snapshot!("two-months-board-summary", nth(MessageKind::BoardSummary, "board", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_lived_again_changes_nothing() {
    let mut journey = Journey::new();
    let first = at(day("2026-02-27"), 9, 30);
    journey.import(first, FileKind::Staff, &(STAFF_HEADER.to_owned() + STAFF), "eight people");
    journey.import(first, FileKind::Training, TRAINING, "their training");
    journey.tick(at(day("2026-02-27"), 10, 0)).await;
    let monday = day("2026-03-02");
    journey.live(day("2026-02-28"), monday).await;
    let sent = journey.trust.memory.sent().len();
    assert!(sent > 5);
    for _ in 0..2 {
        journey.live(monday, monday).await;
    }
    // The clock steps back a day, and forward again.
    journey.live(monday - Days::new(1), monday).await;
    assert_eq!(journey.trust.memory.sent().len(), sent);
}
