//! Ten years of daily planning runs over generated registers, every day and every person checked against rules written
//! out anew here: nothing told twice, nothing due left untold for longer than one sending day, the account equal to the
//! person (spec 2.8).
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use refresher::audit::Actor;
use refresher::compliance::{Assessment, Judge, Presence, TrainingState};
use refresher::import::FileKind;
use refresher::jobs::{PlannedParts, Writing, plan_reminders};
use refresher::outbox::{MessageKind, MessageState as Sent};
use refresher::plan::{
    Account, DigestReceiver, MailBrake, Plan, PlanHistory, SendingDay, Weekly, WeeklyList, rehearse,
};
use refresher::policy::{CourseIndex, Policy, parse};
use refresher::register::{
    Address, Assignment, Exemption, Indexed, Organisation, OrganisationIndex, OrganisationKind, Person,
    PersonIndex, Record, View, ViewBuilder,
};
use refresher::schedule::Calendar;

use crate::support::trust::{Trust, at, day};

const POLICY: &str = r#"
due_soon_days = 90
absent_statuses = ["Maternity"]
[[course]]
code = "L1"
title = "Level 1"
valid_months = 36
[[course]]
code = "L2"
title = "Level 2"
valid_months = 12
satisfies = ["L1"]
[[course]]
code = "PREVENT"
title = "Prevent"
[[requirement]]
course = "L1"
within_days = 30
[[requirement]]
course = "L2"
job_titles = ["Nurse"]
within_days = 90
[[requirement]]
course = "PREVENT"
within_days = 0
from = 2029-04-01
[reminders]
max_messages = 30.0
"#;

/// Numbers that follow from a seed alone.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        // Knuth's MMIX generator; its high bits are good enough for this.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn day(&mut self, from: NaiveDate, within_days: u64) -> NaiveDate {
        from + Days::new(self.below(within_days))
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.below(sides) == 0
    }
}

const FIRST: &str = "2026-01-01";
const DAYS: u64 = 3_652;

/// People of two organisations who come, go, are away, are exempt, and train in no particular order, for ten years.
fn register(seed: u64, people: u32) -> View {
    let mut dice = Dice(seed);
    let (first, mut builder) = (day(FIRST), ViewBuilder::default());
    for code in ["RXA", "RXB"] {
        builder.view.organisations.push(Organisation {
            code: code.to_owned(),
            name: code.to_owned(),
            kind: OrganisationKind::Acute,
            safeguarding_email: format!("contact@{}.test", code.to_lowercase()),
        });
    }
    builder.view.courses = ["L1", "L2", "PREVENT", "OLD"].map(str::to_owned).to_vec().into();
    for number in 0..people {
        // All of the first organisation come first; it is large enough for the mail brake.
        let organisation = OrganisationIndex::from(u16::from(number >= people * 3 / 4));
        builder.view.people.push(Person {
            staff_id: i32::try_from(number).unwrap() + 1,
            organisation,
            employee_number: format!("{number:04}").into(),
            address: if dice.one_in(6) { Address::Missing } else { Address::Reached },
        });
        for post in 0..1 + dice.below(2) {
            let start_on = if dice.one_in(2) { day("2019-06-01") } else { dice.day(first, DAYS) };
            let leave_on = dice.one_in(3).then(|| dice.day(start_on, 2_500));
            let manager = format!("{:04}", dice.below(u64::from(people)));
            let mut text = |text: &str| builder.view.texts.intern(text);
            let assignment = Assignment {
                number: post.to_string().into(),
                primary: post == 0,
                job_title: text(if dice.one_in(2) { "Nurse" } else { "Porter" }),
                staff_group: text(""),
                unit: text("Ward"),
                manager: text(if dice.one_in(5) { "" } else { &manager }),
                status: text(if dice.one_in(8) { "Maternity" } else { "" }),
                category: text(""),
                start_on,
                leave_on,
            };
            builder.assignment(number.into(), assignment);
        }
        for _ in 0..dice.below(14) {
            let completed_on = dice.day(day("2022-01-01"), DAYS + 1_400);
            let expires_on = dice.one_in(9).then(|| dice.day(completed_on, 800));
            let course = u16::try_from(dice.below(4)).unwrap().into();
            builder.record(
                number.into(),
                Record { completed_on, expires_on, hours: None, course, participatory: false },
            );
        }
        if dice.one_in(4) {
            let from = dice.day(first, DAYS);
            let exemption = Exemption { course: None, from: Some(from), until: Some(dice.day(from, 400)) };
            builder.exemption(number.into(), exemption);
        }
    }
    builder.finish()
}

/// The sending days of the ten years, each with the digests due in the first of a week.
fn days(organisations: usize) -> Vec<SendingDay> {
    let calendar = Calendar::default();
    let mut weeks = HashSet::new();
    let all = day(FIRST).iter_days().take(DAYS as usize).filter(|on| calendar.is_working_day(*on));
    all.map(|on| {
        let first_of_week = weeks.insert((on.iso_week().year(), on.iso_week().week()));
        let due = Weekly { digests: WeeklyList::Due, ..Weekly::default() };
        let weekly = Indexed::filled(due, if first_of_week { organisations } else { 0 });
        SendingDay { on, weekly }
    })
    .collect()
}

/// The stages of the default rules reached with so many days to go, by writing them all down.
fn latest_stage(to_go: i64) -> Option<i32> {
    let before = [90, 60, 30, 14, 7, 1].into_iter();
    let weekly = (0..=12).map(|n| -1 - 7 * n);
    let monthly = (1..200).map(|n| -85 - 30 * n);
    let reached = before.chain(weekly).chain(monthly).filter(|stage| to_go <= i64::from(*stage));
    reached.min()
}

type Promise = (PersonIndex, CourseIndex, NaiveDate, i32);

/// What the rules ask of one person on one day.
enum Owed {
    NothingDue,
    NoEmail,
    AlreadyTold,
    /// To be told these.
    Messaged(BTreeSet<Promise>),
}

/// Looks at a person as if nobody had before.
fn owed(
    view: &View,
    person: PersonIndex,
    assessment: &Assessment,
    told: &HashSet<Promise>,
    on: NaiveDate,
) -> Owed {
    let reminded = |state| {
        matches!(
            state,
            TrainingState::DueSoon | TrainingState::Lapsed | TrainingState::NotDone | TrainingState::InGrace
        )
    };
    let courses = assessment.courses.iter().filter(|course| reminded(course.state));
    let due: BTreeSet<Promise> = courses
        .filter_map(|course| {
            let due_on = course.due_on?;
            Some((person, course.course, due_on, latest_stage((due_on - on).num_days())?))
        })
        .collect();
    if due.is_empty() {
        return Owed::NothingDue;
    }
    if !view.is_reached(person) {
        return Owed::NoEmail;
    }
    let new: BTreeSet<Promise> = due.into_iter().filter(|promise| !told.contains(promise)).collect();
    if new.is_empty() { Owed::AlreadyTold } else { Owed::Messaged(new) }
}

/// Everything that is checked of one day's plan.
fn check_day(judge: &Judge<'_>, plan: &Plan, today: &SendingDay, told: &mut HashSet<Promise>) -> Account {
    let (view, on) = (judge.view, today.on);
    let planned: HashMap<PersonIndex, _> =
        plan.reminders.iter().map(|reminder| (reminder.person, reminder)).collect();
    assert_eq!(planned.len(), plan.reminders.len(), "{on}: two reminders to one person");
    let mut accounts = Indexed::filled(Account::default(), view.organisations.len());
    let mut lists: BTreeMap<(OrganisationIndex, DigestReceiver), BTreeSet<(PersonIndex, CourseIndex)>> =
        BTreeMap::new();
    let mut assessment = Assessment::default();
    for (person, who) in view.people.placed() {
        judge.assess(person, on, on, &mut assessment);
        let account = accounts.get_mut(who.organisation).unwrap();
        account.in_post += u64::from(assessment.presence != Presence::NotInPost);
        if assessment.presence != Presence::Present {
            assert!(!planned.contains_key(&person), "{on}: mail to somebody who is not there");
            continue;
        }
        let reminder = planned.get(&person);
        match owed(view, person, &assessment, told, on) {
            Owed::NothingDue => account.nothing_due += 1,
            Owed::NoEmail => account.no_email += 1,
            Owed::AlreadyTold => account.already_told += 1,
            Owed::Messaged(new) => {
                let items = &reminder.unwrap_or_else(|| panic!("{on}: {person:?} is left untold")).items;
                let triggering = items.iter().filter(|item| item.triggers);
                let tells: BTreeSet<Promise> =
                    triggering.map(|item| (person, item.course, item.due_on, item.stage.unwrap())).collect();
                assert_eq!(tells, new, "{on}: {person:?}");
                assert!(tells.iter().all(|promise| told.insert(*promise)), "{on}: {person:?} is told twice");
                account.messaged += 1;
                continue;
            }
        }
        assert!(reminder.is_none(), "{on}: {person:?} is mailed for nothing");
    }
    if !today.weekly.is_empty() {
        expect_digests(judge, on, &mut lists);
    }
    let mut found = BTreeMap::new();
    for digest in &plan.digests {
        let items = digest.items.iter().map(|one| (one.person, one.item.course)).collect();
        assert!(found.insert((digest.organisation, digest.receiver), items).is_none(), "{on}: two digests");
    }
    assert_eq!(found, lists, "{on}");
    check_brake(view, plan, &mut accounts);
    assert_eq!(plan.accounts, accounts, "{on}");
    accounts.into_iter().fold(Account::default(), |mut all, one| {
        all += one;
        all
    })
}

/// Who is to be listed to whom, post by post.
fn expect_digests(
    judge: &Judge<'_>,
    on: NaiveDate,
    lists: &mut BTreeMap<(OrganisationIndex, DigestReceiver), BTreeSet<(PersonIndex, CourseIndex)>>,
) {
    let view = judge.view;
    let mut assessment = Assessment::default();
    for (person, who) in view.people.placed() {
        judge.assess(person, on, on, &mut assessment);
        let near = |due_on: Option<NaiveDate>| due_on.is_some_and(|due_on| (due_on - on).num_days() <= 30);
        let listed: Vec<CourseIndex> = assessment
            .courses
            .iter()
            .filter(|course| {
                matches!(course.state, TrainingState::Lapsed | TrainingState::NotDone) || near(course.due_on)
            })
            .map(|course| course.course)
            .collect();
        let posts = view.assignments(person).iter();
        for post in posts.filter(|post| post.held_on(on) && view.texts.get(post.status) != "Maternity") {
            let number = view.texts.get(post.manager);
            let manager = view.people.position(|other| {
                other.organisation == who.organisation && *other.employee_number == *number
            });
            let reachable = |manager: &PersonIndex| {
                *manager != person
                    && judge.presence(*manager, on) == Presence::Present
                    && view.is_reached(*manager)
            };
            let receiver = manager.filter(reachable).map_or(DigestReceiver::Contact, DigestReceiver::Manager);
            for course in &listed {
                lists.entry((who.organisation, receiver)).or_default().insert((person, *course));
            }
        }
    }
}

/// 50 reminders or more, to more than 30% of its people: everything of that organisation is held, and of no other.
fn check_brake(view: &View, plan: &Plan, accounts: &mut Indexed<OrganisationIndex, Account>) {
    for organisation in accounts.places() {
        let account = accounts.get_mut(organisation).unwrap();
        let holds = account.messaged >= 50 && account.messaged * 10 > account.in_post * 3;
        let reminders = plan
            .reminders
            .iter()
            .filter(|one| view.people.get(one.person).unwrap().organisation == organisation);
        let digests = plan.digests.iter().filter(|one| one.organisation == organisation);
        let brakes = reminders.map(|one| one.brake).chain(digests.map(|one| one.brake));
        for brake in brakes {
            assert_eq!(brake == MailBrake::Held, holds);
        }
        if holds {
            account.held = std::mem::take(&mut account.messaged);
        }
    }
}

fn policy() -> Policy {
    parse(POLICY, "policy.toml").unwrap().policy
}

#[test]
fn ten_years_of_days_tell_everybody_everything_once_and_in_time() {
    for seed in 1..=2 {
        let (view, policy) = (register(seed, 90), policy());
        let judge = Judge::new(&view, &policy);
        let days = days(view.organisations.len());
        let plans = rehearse(&judge, &PlanHistory::default(), &days);
        assert_eq!(plans.len(), days.len());
        let mut told = HashSet::new();
        let mut all = Account::default();
        for (today, plan) in days.iter().zip(&plans) {
            all += check_day(&judge, plan, today, &mut told);
        }
        // Nothing is held: there are never fifty reminders on a day.
        let seen = [all.nothing_due, all.no_email, all.already_told, all.messaged];
        assert!(seen.iter().all(|count| *count > 20), "seed {seed} shows nothing of some: {all:?}");
        let digests: usize = plans.iter().map(|plan| plan.digests.len()).sum();
        assert!(digests > 5_000, "{digests}");
    }
}

/// A few people, in a database, with HR at work all the while: what was planned is sent the same day, and a second look
/// on any day finds nothing more to do.
#[tokio::test(flavor = "multi_thread")]
async fn two_years_in_the_database_leave_nothing_over_on_any_day() {
    let first = day("2027-01-01");
    let mut trust = Trust::new(POLICY);
    trust.keep_open(at(first, 6, 0));
    let mut dice = Dice(7);
    let calendar = Calendar::default();
    let (mut weeks, mut sending_days) = (BTreeSet::new(), 0);
    // Long enough for a leap day and for a course of a year to lapse.
    for on in first.iter_days().take(2 * 366).filter(|on| on.weekday() != Weekday::Sun) {
        if on.day() == 1 || on == first {
            trust.import(on, FileKind::Staff, &staff_list(&mut dice, on));
        }
        if on.day() == 15 {
            let rows: String = (0..4)
                .map(|_| {
                    let course = ["L1", "L2", "PREVENT"][usize::try_from(dice.below(3)).unwrap()];
                    format!("{:02},{course},{}\n", dice.below(4), on - Days::new(dice.below(40)))
                })
                .collect();
            trust.import(on, FileKind::Training, &format!("employee_number,course,completed_on\n{rows}"));
        }
        let planned = trust.plan(on, PlannedParts::Both);
        assert_eq!(!planned.days.is_empty(), calendar.is_working_day(on), "{on}");
        if planned.days.is_empty() {
            continue;
        }
        sending_days += 1;
        let due = planned.totals();
        let whole_week = weeks.insert((on.iso_week().year(), on.iso_week().week()));
        assert!(whole_week || due.of(MessageKind::ManagerDigest) == 0, "{on}: a second time in a week");
        if sending_days % 5 == 0 {
            let app = trust.app(at(on, 8, 0));
            let by = Actor::of_process();
            let again = plan_reminders(&app, None, on, app.now(), &by, PlannedParts::Both, Writing::Nothing);
            let again = again.unwrap();
            assert_eq!(again.totals().messages(), 0, "{on}");
            let (first, second) = (planned.account(), again.account());
            assert_eq!(second.already_told, first.already_told + first.messaged, "{on}");
            assert_eq!(second.considered(), first.considered(), "{on}");
        }
        if due.messages() > 0 {
            let sent = trust.deliver(at(on, 8, 30)).await;
            assert_eq!(sent.sent, due.messages(), "{on}");
        }
    }
    let messages = trust.messages();
    assert!(messages.iter().all(|message| message.state == Sent::Sent));
    let mut seen = HashSet::new();
    for message in messages.iter().filter(|message| message.kind == MessageKind::Reminder) {
        assert!(seen.insert((message.staff_id, message.planned_on)), "two on a day");
    }
    assert!(seen.len() > 100, "{}", seen.len());
    let mut weekly = HashSet::new();
    for message in messages.iter().filter(|message| message.kind == MessageKind::ManagerDigest) {
        let week = message.planned_on.iso_week();
        assert!(weekly.insert((message.staff_id, week.year(), week.week())), "two in a week");
    }
    assert!(weekly.len() > 100, "{}", weekly.len());
}

/// Ten people or so; who is in it, managed by whom and away changes from month to month.
fn staff_list(dice: &mut Dice, on: NaiveDate) -> String {
    let mut list = "employee_number,last_name,email,start_date,leave_date,job_title,manager_employee_number,\
                    assignment_status\n"
        .to_owned();
    for number in 0..12 {
        // The first four stay, so that nobody who was trained is ever unknown.
        if number >= 4 && dice.one_in(5) {
            continue;
        }
        let email = if dice.one_in(9) { String::new() } else { format!("p{number}@example.org") };
        let job = if number % 2 == 0 { "Nurse" } else { "Porter" };
        let leave =
            if number >= 4 && dice.one_in(20) { (on + Days::new(12)).to_string() } else { String::new() };
        let status = if dice.one_in(15) { "Maternity" } else { "Active" };
        let manager = dice.below(6);
        list.push_str(&format!(
            "{number:02},Tree{number},{email},2024-03-0{},{leave},{job},{manager:02},{status}\n",
            number % 9 + 1
        ));
    }
    list
}
