//! Whatever happens in whatever order: nobody gets two messages of a kind on a day, and what is said is what the whole
//! register says on the day it is put into words.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use refresher::answers::{self, Question};
use refresher::compliance::{Assessment, Judge};

use refresher::delivery::{MailSecurity, SmtpSettings, Transport, TransportSettings};
use refresher::import::FileKind;
use refresher::jobs::PlannedParts;
use refresher::outbox::{DigestItem, ListedMessage, MessageKind, MessageState, store};
use refresher::plan::{DigestReceiver, PlanHistory, SendingDay, Weekly, WeeklyList, plan};
use refresher::register::store::ViewDetail;

use super::{HEADER, POLICY, deliver_over, monday, text, write};
use crate::support::trust::{Trust, at};
use refresher::register::{Indexed, PersonIndex};

const PEOPLE: u8 = 6;

#[derive(Debug, Clone)]
enum Step {
    Sleep(u8),
    Plan,
    Hold,
    Release,
    Deliver,
    DeliverInVain,
    Staff(u64),
    Train { who: u8, beta: bool, lapses_in: i64 },
    Cancel(u8),
    RetryFailed,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (1u8..5).prop_map(Step::Sleep),
        5 => Just(Step::Plan),
        1 => Just(Step::Hold),
        2 => Just(Step::Release),
        5 => Just(Step::Deliver),
        1 => Just(Step::DeliverInVain),
        2 => any::<u64>().prop_map(Step::Staff),
        3 => (0..PEOPLE, any::<bool>(), -40i64..60)
            .prop_map(|(who, beta, lapses_in)| Step::Train { who, beta, lapses_in }),
        1 => any::<u8>().prop_map(Step::Cancel),
        1 => Just(Step::RetryFailed),
    ]
}

/// Everybody, with what the bits of a number say about them: there or not, away, without an address, another person, led
/// by whom.
fn list(bits: u64) -> String {
    let row = |who: u8| {
        let of = |shift: u32, values: u64| (bits.rotate_right(u32::from(who) * 9 + shift)) % values;
        if who > 0 && of(0, 8) == 0 {
            return String::new();
        }
        let name = if of(3, 6) == 0 { "Other" } else { "Tree" };
        let email = match of(5, 7) {
            0 => String::new(),
            1 => format!("new{who}@example.org"),
            _ => format!("p{who}@example.org"),
        };
        let status = if of(7, 9) == 0 { "Maternity" } else { "" };
        format!("{who:02},{name}{who},{email},2020-01-01,{:02},{status}\n", of(1, 5))
    };
    let rows: String = (0..PEOPLE).map(row).collect();
    format!("{HEADER}{rows}")
}

/// A mail server that is not there.
fn nowhere() -> Transport {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    Transport::new(TransportSettings::Smtp(SmtpSettings::new("127.0.0.1", port, MailSecurity::None))).unwrap()
}

struct Life {
    trust: Trust,
    on: NaiveDate,
    minutes: i64,
    mailed: usize,
    had: HashSet<(MessageKind, i32, Option<i32>, NaiveDate)>,
}

impl Life {
    fn now(&self) -> DateTime<Utc> {
        at(self.on, 8, 0) + TimeDelta::minutes(self.minutes)
    }

    async fn live(&mut self, step: &Step) {
        self.minutes += 10;
        let (on, now) = (self.on, self.now());
        match step {
            Step::Sleep(days) => (self.on, self.minutes) = (on + TimeDelta::days(i64::from(*days)), 0),
            Step::Plan => {
                self.trust.plan(on, PlannedParts::Both);
            }
            Step::Hold => {
                write(&self.trust, now, store::hold_waiting);
            }
            Step::Release => {
                write(&self.trust, now, |conn| store::release_held(conn, None, now));
            }
            Step::Deliver => {
                self.trust.deliver(now).await;
                self.check_what_was_mailed();
            }
            Step::DeliverInVain => {
                deliver_over(&self.trust, now, nowhere()).await;
            }
            Step::Staff(bits) => self.trust.import(on, FileKind::Staff, &list(*bits)),
            Step::Train { who, beta, lapses_in } => {
                let row = format!(
                    "{who:02},{},{},{}\n",
                    if *beta { "B" } else { "A" },
                    on - TimeDelta::days(60),
                    on + TimeDelta::days(*lapses_in)
                );
                let content = format!("employee_number,course,completed_on,expires_on\n{row}");
                self.trust.import(on, FileKind::Training, &content);
            }
            Step::Cancel(which) => {
                let messages = self.trust.messages();
                if let Some(one) = messages.get(usize::from(*which) % messages.len().max(1)) {
                    write(&self.trust, now, |conn| store::cancel(conn, one.id, "by hand", now));
                }
            }
            Step::RetryFailed => {
                write(&self.trust, now, store::retry_failed);
            }
        }
    }

    fn check_what_was_mailed(&mut self) {
        let messages: BTreeMap<String, ListedMessage> =
            self.trust.messages().into_iter().map(|one| (one.message_id.clone(), one)).collect();
        let sent = self.trust.memory.sent();
        for mail in &sent[self.mailed..] {
            let message = &messages[&mail.message_id];
            assert_eq!(message.state, MessageState::Sent);
            let to = (message.kind, message.organisation_id, message.staff_id, self.on);
            assert!(self.had.insert(to), "{}: two of a kind on a day: {message:?}", self.on);
            // A further attempt says what the first said.
            if message.worded_at == Some(self.now()) {
                self.check_words(message);
            }
        }
        self.mailed = sent.len();
    }

    /// Compares what a message says with the whole register of the day.
    fn check_words(&self, message: &ListedMessage) {
        let app = self.trust.app(self.now());
        let policy = answers::policy_of(&app, self.on).unwrap();
        let view =
            answers::view(&app, &Question::now(self.on, self.now(), None), ViewDetail::WithNames).unwrap();
        let judge = Judge::new(&view, &policy);
        let staff_id = |person: PersonIndex| view.people.get(person).unwrap().staff_id;
        match message.kind {
            MessageKind::Reminder => {
                let person = view.people.position(|who| Some(who.staff_id) == message.staff_id).unwrap();
                let mut assessment = Assessment::default();
                judge.assess(person, self.on, self.on, &mut assessment);
                let said = text(&self.trust, message.id);
                for (number, course) in policy.courses.placed() {
                    let is_due =
                        assessment.courses.iter().any(|one| one.course == number && one.state.is_reminded());
                    assert_eq!(said.contains(&course.title), is_due, "{}: {said}", self.on);
                }
            }
            MessageKind::ManagerDigest => {
                let today = SendingDay {
                    on: self.on,
                    weekly: Indexed::filled(
                        Weekly { digests: WeeklyList::Due, ..Weekly::default() },
                        view.organisations.len(),
                    ),
                };
                let due = plan(&judge, &PlanHistory::default(), &today).digests.into_iter().find(|digest| {
                    match digest.receiver {
                        DigestReceiver::Manager(person) => Some(staff_id(person)) == message.staff_id,
                        DigestReceiver::Contact => message.staff_id.is_none(),
                        DigestReceiver::Escalated => false,
                    }
                });
                let due: BTreeSet<DigestItem> = due
                    .unwrap()
                    .items
                    .iter()
                    .map(|one| DigestItem {
                        staff_id: staff_id(one.person),
                        course: policy.courses[one.item.course.place()].code.clone(),
                        due_on: one.item.due_on,
                    })
                    .collect();
                let listed = app.db.read(|conn| store::digest_items(conn, message.id)).unwrap();
                assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), due, "{}", self.on);
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, ..ProptestConfig::default() })]
    #[test]
    fn nobody_gets_two_of_a_kind_a_day_and_what_is_said_is_so(
        first in any::<u64>(),
        steps in prop::collection::vec(step(), 10..45),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut trust = Trust::new(POLICY);
        trust.keep_open(at(monday(), 6, 0));
        let mut life = Life { trust, on: monday(), minutes: 0, mailed: 0, had: HashSet::new() };
        runtime.block_on(async {
            // Everybody once, so that whoever is trained is known.
            life.live(&Step::Staff(u64::MAX)).await;
            for step in [Step::Staff(first)].iter().chain(&steps) {
                life.live(step).await;
            }
        });
    }
}
