mod claims;
mod doubt;
mod known_then;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;

use super::change::cancel_standing;
use super::promised_stages::promised_stages;
use super::*;
use crate::db::{Conn, Db, Durability, IfMissing, Locks};
use crate::mail::{MailPart, PartPlace, Rendered};
use crate::outbox::MailRoute;
use crate::outbox::{
    AttemptOutcome, AttemptRecorded, ChangeOutcome, ClaimedMessage, EnqueueOutcome, InitialState, Message,
    MessageKind, MessagePromise, MessageState, MessageToSend, MessageWords, NewMessage, PromisedStage,
    UnwordedMessage,
};
use crate::plan::ToldReview;
use crate::sample::database::url;

/// A database with one organisation (1) and two staff members (1 and 2).
struct TestOutbox {
    db: Db,
    _folder: tempfile::TempDir,
}

impl TestOutbox {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&url(&folder.path().join("refresher.db")), IfMissing::Create).unwrap();
        let outbox = Self { db, _folder: folder };
        outbox.write(|conn| {
            for sql in [
                "INSERT INTO organisation (id, code) VALUES (1, 'RXX')",
                "INSERT INTO staff (id, organisation_id, employee_number) VALUES (1, 1, '0001'), (2, 1, '0002')",
            ] {
                diesel::sql_query(sql).execute(conn)?;
            }
            Ok(())
        });
        outbox
    }

    fn write<T>(&self, write: impl FnOnce(&mut Conn) -> QueryResult<T>) -> T {
        self.db.write_lasting(Locks::ALL, Durability::AtOnce, write).unwrap()
    }

    fn add(&self, new: &NewMessage) -> EnqueueOutcome {
        self.write(|conn| enqueue(conn, new, InitialState::Queued, "trust.example.org", at(0)))
    }

    fn promise(&self, new: &UnwordedMessage, initially: InitialState) -> EnqueueOutcome {
        self.write(|conn| promise(conn, new, initially, "trust.example.org", at(0)))
    }

    fn added(&self, new: &NewMessage) -> i32 {
        id_of(self.add(new))
    }

    fn promised(&self, told: Vec<PromisedStage>) -> i32 {
        id_of(self.promise(&reminder(told), InitialState::Queued))
    }

    fn claim(&self, minute: i64) -> Option<ClaimedMessage> {
        self.claim_several(minute, 1, &[]).pop()
    }

    /// Claims what is due, in the words it has or else in some.
    fn claim_several(&self, minute: i64, at_most: usize, in_hand: &[i32]) -> Vec<ClaimedMessage> {
        let moment = (at(minute), day(minute));
        self.write(|conn| {
            heed_the_clock(conn, moment, LEASE)?;
            let claimed = claim(conn, &MailRoute::default(), moment, (at_most, in_hand), LEASE)?;
            claimed.into_iter().map(|one| make_out_as_it_is(conn, one, moment)).collect()
        })
    }

    fn record(&self, claimed: &ClaimedMessage, outcome: &AttemptOutcome, minute: i64) -> AttemptRecorded {
        self.write(
            |conn| Ok(record(conn, &MailRoute::default(), [(claimed, outcome, at(minute))])?.remove(0)),
        )
    }

    fn shown(&self, id: i32) -> Message {
        self.write(|conn| show(conn, id)).unwrap()
    }
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::minutes(minute)
}

fn told_of_stage(staff_id: i32, stage: i32) -> PromisedStage {
    let due_on = NaiveDate::from_ymd_opt(2027, 3, 1).unwrap();
    PromisedStage { staff_id, course: "SGC-L2".to_owned(), due_on, stage }
}

fn content() -> Rendered {
    Rendered {
        subject: "Your training lapses soon".to_owned(),
        text: "text".to_owned(),
        html: "<p>html</p>".to_owned(),
        parts: Vec::new(),
    }
}

/// A message with words.
fn message() -> NewMessage {
    NewMessage {
        kind: MessageKind::Operator,
        organisation_id: 1,
        staff_id: None,
        recipient: "ada@example.org".to_owned(),
        content: content(),
        once_key: None,
        planned_on: NaiveDate::from_ymd_opt(2027, 1, 15).unwrap(),
    }
}

/// What a reminder promises.
fn reminder(told: Vec<PromisedStage>) -> UnwordedMessage {
    UnwordedMessage {
        kind: MessageKind::Reminder,
        organisation_id: 1,
        staff_id: told.first().map(|told| told.staff_id),
        recipient: "ada@example.org".to_owned(),
        planned_on: NaiveDate::from_ymd_opt(2027, 1, 15).unwrap(),
        planned_from: 0,
        tells: MessagePromise::Courses(told),
    }
}

fn id_of(queued: EnqueueOutcome) -> i32 {
    match queued {
        EnqueueOutcome::Enqueued(id) => id,
        EnqueueOutcome::AlreadyPromised => panic!("already promised"),
    }
}

fn day(minute: i64) -> NaiveDate {
    at(minute).date_naive()
}

fn make_out_as_it_is(
    conn: &mut Conn,
    claimed: ClaimedMessage,
    moment: (DateTime<Utc>, NaiveDate),
) -> QueryResult<ClaimedMessage> {
    let handing = as_it_is(&claimed.message);
    Ok(make_out(conn, claimed, handing, moment, LEASE)?.unwrap())
}

/// To whom it is planned, in the words it has or else in some.
fn as_it_is(message: &Message) -> MessageToSend {
    let words =
        message.listed.worded_at.is_none().then(|| MessageWords { content: content(), lists: Vec::new() });
    MessageToSend { recipient: message.listed.recipient.clone(), head: None, words }
}

fn deferred() -> AttemptOutcome {
    AttemptOutcome::Deferred { reason: "451 later".to_owned() }
}

#[test]
fn what_was_promised_is_not_promised_again_until_it_is_cancelled() {
    let outbox = TestOutbox::new();
    let first = outbox.promised(vec![told_of_stage(1, 30)]);
    for (again, told, same) in [
        ("the same", vec![told_of_stage(1, 30)], true),
        ("the same among others", vec![told_of_stage(1, 7), told_of_stage(1, 30)], true),
        ("another person", vec![told_of_stage(2, 30)], false),
        ("another stage", vec![told_of_stage(1, 14)], false),
    ] {
        let again_promised = outbox.promise(&reminder(told), InitialState::Queued);
        assert_eq!(again_promised == EnqueueOutcome::AlreadyPromised, same, "{again}");
    }
    assert_eq!(
        outbox.write(|conn| promised_stages(conn, Some(1))).len(),
        3,
        "a refused message writes nothing"
    );
    assert!(outbox.write(|conn| promised_stages(conn, Some(2))).is_empty());

    let newest = outbox.write(|conn| list(conn, None)).pop().unwrap().id;
    assert_eq!(
        outbox.write(|conn| cancel(conn, first, "not needed", at(1))),
        ChangeOutcome::NotPossible(MessageState::Cancelled),
        "the newer message to the same person has taken over what it was to tell"
    );
    assert_eq!(outbox.write(|conn| cancel(conn, newest, "not needed", at(1))), ChangeOutcome::Done);
    assert_eq!(outbox.write(|conn| told_of(conn, 1, Some(at(9)))).len(), 0);
    outbox.promised(vec![told_of_stage(1, 30)]);
}

#[test]
fn a_once_key_is_queued_once_and_is_free_again_after_a_cancel() {
    let outbox = TestOutbox::new();
    let summary = NewMessage { once_key: Some("board-summary RXX 2027-01".to_owned()), ..message() };
    let id = outbox.added(&summary);
    assert_eq!(outbox.add(&summary), EnqueueOutcome::AlreadyPromised);
    outbox.write(|conn| cancel(conn, id, "wrong month", at(0)));
    assert!(matches!(outbox.add(&summary), EnqueueOutcome::Enqueued(_)));
}

#[test]
fn a_message_id_is_fixed_when_queued_and_carries_the_senders_domain() {
    let outbox = TestOutbox::new();
    let id = outbox.added(&message());
    let before = outbox.shown(id).listed.message_id;
    assert!(before.starts_with('<') && before.ends_with("@trust.example.org>"), "{before}");
    let claimed = outbox.claim(0).unwrap();
    outbox.record(&claimed, &deferred(), 0);
    assert_eq!(outbox.claim(1).unwrap().message.listed.message_id, before);
}

#[test]
fn held_messages_wait_for_release_or_cancel() {
    let outbox = TestOutbox::new();
    let hold = |told| outbox.promise(&reminder(told), InitialState::Held);
    hold(vec![told_of_stage(1, 30)]);
    hold(vec![told_of_stage(2, 30)]);
    assert_eq!(outbox.claim(0), None);
    assert_eq!(outbox.write(|conn| waiting(conn, &MailRoute::default(), at(0))).count, 0);
    let again = outbox.promise(&reminder(vec![told_of_stage(1, 30)]), InitialState::Queued);
    assert_eq!(again, EnqueueOutcome::AlreadyPromised, "held is planned");
    assert_eq!(outbox.write(|conn| release_held(conn, None, at(60))), 2);
    assert_eq!(outbox.claim(60).unwrap().message.listed.queued_at, at(60));
    hold(vec![told_of_stage(2, 7)]);
    assert_eq!(outbox.write(|conn| cancel_held(conn, None, "not this time", at(61))), 1);
    assert_eq!(outbox.write(|conn| release_held(conn, None, at(61))), 0);
}

#[test]
fn held_messages_of_one_organisation_are_released_and_cancelled_by_themselves() {
    let outbox = TestOutbox::new();
    outbox.write(|conn| {
        diesel::sql_query("INSERT INTO organisation (id, code) VALUES (2, 'RAA')").execute(conn).map(drop)
    });
    let hold = |organisation_id| {
        let message = NewMessage { organisation_id, ..message() };
        outbox.write(|conn| enqueue(conn, &message, InitialState::Held, "example.org", at(0)));
    };
    let held = || {
        let held = outbox.write(|conn| by_organisation(conn, MessageState::Held)).into_iter();
        held.map(|of| (of.organisation_id, of.code, of.messages)).collect::<Vec<_>>()
    };
    assert_eq!(held(), []);
    [1, 1, 2, 1, 2].into_iter().for_each(hold);
    assert_eq!(held(), [(2, "RAA".to_owned(), 2), (1, "RXX".to_owned(), 3)]);
    assert_eq!(outbox.write(|conn| release_held(conn, Some(2), at(1))), 2);
    assert_eq!(held(), [(1, "RXX".to_owned(), 3)]);
    hold(2);
    assert_eq!(outbox.write(|conn| cancel_held(conn, Some(1), "wrong", at(2))), 3);
    assert_eq!(held(), [(2, "RAA".to_owned(), 1)]);
    assert_eq!(outbox.write(|conn| release_held(conn, Some(1), at(3))), 0);
}

#[test]
fn only_what_still_stands_can_be_cancelled_or_tried_again() {
    let why = || "why".to_owned();
    for (outcome, cancels, retries) in [
        (None, ChangeOutcome::Done, ChangeOutcome::NotPossible(MessageState::Queued)),
        (
            Some(AttemptOutcome::Sent),
            ChangeOutcome::NotPossible(MessageState::Sent),
            ChangeOutcome::NotPossible(MessageState::Sent),
        ),
        (Some(deferred()), ChangeOutcome::Done, ChangeOutcome::Done),
        (Some(AttemptOutcome::Failed { reason: why() }), ChangeOutcome::Done, ChangeOutcome::Done),
    ] {
        for (what, expected) in [("cancel", cancels), ("retry", retries)] {
            let outbox = TestOutbox::new();
            let id = outbox.added(&message());
            if let Some(outcome) = &outcome {
                let claimed = outbox.claim(0).unwrap();
                outbox.record(&claimed, outcome, 0);
            }
            let changed = outbox.write(|conn| match what {
                "cancel" => cancel(conn, id, "why", at(0)),
                _ => retry(conn, id, at(0)),
            });
            assert_eq!(changed, expected, "{what} after {outcome:?}");
        }
    }
    let outbox = TestOutbox::new();
    let gone = outbox.added(&message());
    outbox.write(|conn| cancel(conn, gone, "why", at(0)));
    let no = ChangeOutcome::NotPossible(MessageState::Cancelled);
    assert_eq!(outbox.write(|conn| cancel(conn, gone, "why", at(0))), no);
    assert_eq!(outbox.write(|conn| retry(conn, gone, at(0))), no);
    assert_eq!(outbox.write(|conn| cancel(conn, 7, "why", at(0))), ChangeOutcome::NotFound);
    assert_eq!(outbox.write(|conn| retry(conn, 7, at(0))), ChangeOutcome::NotFound);
    let id = outbox.added(&message());
    outbox.claim(0).unwrap();
    assert_eq!(outbox.write(|conn| cancel_standing(conn, &[id], "why", at(1))), 0, "it is in hand");
    assert_eq!(outbox.write(|conn| cancel_standing(conn, &[id], "why", at(2))), 1, "the lease is over");
}

#[test]
fn lists_counts_and_recent_attempts_say_what_is_there() {
    let outbox = TestOutbox::new();
    for _ in 0..3 {
        outbox.added(&message());
    }
    for minute in [0, 1] {
        let claimed = outbox.claim(minute).unwrap();
        outbox.record(&claimed, &AttemptOutcome::Sent, minute);
    }
    let ids = |state| outbox.write(|conn| list(conn, state)).iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(
        (ids(None), ids(Some(MessageState::Sent)), ids(Some(MessageState::Queued))),
        (vec![1, 2, 3], vec![1, 2], vec![3])
    );
    let counts = outbox.write(counts);
    assert_eq!(counts.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [0, 1, 0, 2, 0, 0, 0]);
    let day = TimeDelta::hours(24);
    let nth = [1, 2, 3]
        .map(|nth| outbox.write(|conn| nth_recent_attempt(conn, &MailRoute::default(), nth, day, at(1))));
    assert_eq!(nth, [Some(at(1)), Some(at(0)), None]);
    let waits = outbox.write(|conn| waiting(conn, &MailRoute::default(), at(24 * 60)));
    assert_eq!((waits.count, waits.tried_last_day), (1, 1), "an attempt 24 hours ago no longer counts");
}

#[test]
fn what_a_message_carries_is_kept_whole_and_in_order() {
    let outbox = TestOutbox::new();
    let part = |name: &str, place| MailPart {
        name: name.to_owned(),
        content_type: "image/png".to_owned(),
        place,
        content: vec![0, 255, 13, 10],
    };
    let mut new = message();
    new.content.parts = vec![part("trend.png", PartPlace::Inline), part("paper.pdf", PartPlace::Attached)];
    let id = outbox.added(&new);
    assert_eq!(outbox.write(|conn| show(conn, id)).unwrap().parts, new.content.parts);
}

#[test]
fn words_that_can_not_be_read_are_said_so_by_the_message_and_hold_up_no_others() {
    for (damage, is_of_part) in [
        ("UPDATE message_body SET content = substr(content, 1, 9) WHERE message_id = 2", false),
        ("UPDATE message_body SET encoding = 'plain' WHERE message_id = 2", false),
        ("UPDATE message_part SET encoding = 'zstd' WHERE message_id = 2", true),
    ] {
        let outbox = TestOutbox::new();
        let mut new = NewMessage { staff_id: Some(1), ..message() };
        new.content.text = "Safeguarding training lapses soon. ".repeat(20);
        new.content.parts.push(MailPart {
            name: "trend.png".to_owned(),
            content_type: "image/png".to_owned(),
            place: PartPlace::Inline,
            content: vec![0, 255, 13, 10],
        });
        for _ in 0..3 {
            outbox.added(&new);
        }
        outbox.write(|conn| diesel::sql_query(damage).execute(conn));
        let shown = outbox.write(|conn| show_all(conn, &[1, 2, 3]));
        let told: Vec<bool> = shown.iter().map(|one| one.unreadable.is_some()).collect();
        assert_eq!(told, [false, true, false], "{damage}");
        let why = shown[1].unreadable.as_ref().unwrap().to_string();
        assert!(why.starts_with("the words of message 2 can't be read ("), "{why}");
        assert_eq!((shown[1].text.as_str(), &shown[1].parts), ("", &Vec::new()));
        assert_eq!((&shown[0].text, &shown[2].parts), (&new.content.text, &new.content.parts));
        let theirs = outbox.write(|conn| messages_to(conn, 1));
        let texts: Vec<bool> = theirs.iter().map(|one| one.text.is_some()).collect();
        assert_eq!(texts, [true, is_of_part, true], "{damage}");
        assert_eq!(theirs[1].unreadable.is_some(), !is_of_part, "{damage}");
    }
}

#[test]
fn a_purge_takes_words_that_nobody_can_read_as_naming_somebody() {
    let outbox = TestOutbox::new();
    for _ in 0..2 {
        outbox.added(&message());
    }
    let damage = "UPDATE message_body SET encoding = 'zstd' WHERE message_id = 2";
    outbox.write(|conn| diesel::sql_query(damage).execute(conn));
    let nobody = std::collections::HashSet::new();
    let sought = PeopleSought {
        addresses: &nobody,
        booked: &[],
        surely_removed: &|_| None,
        removed: &|_| None,
        identifies: &|_| false,
        names: &|_| false,
        may_name: &|_| false,
        is_of_forgotten_file: &|_, _| false,
        kept_from: at(0),
    };
    let purged = outbox.write(|conn| forget(conn, &[], &sought, at(1)));
    assert_eq!(purged, PurgedMessages { messages: 0, mentions: 1 });
    assert_eq!(outbox.write(kept_words), [1].into());
    let shown = outbox.shown(2);
    assert!(shown.text.contains("were removed") && shown.html.starts_with("<p>"), "{shown:?}");
    assert_eq!(shown.unreadable, None);
}

#[test]
fn what_an_older_message_promised_is_the_newers_until_the_older_arrives_after_all() {
    let reviewed = |months_overdue| ToldReview {
        organisation: "RXX".to_owned(),
        statement: "supervision".to_owned(),
        review_by: day(0),
        months_overdue,
        recipient: "ada@example.org".to_owned(),
    };
    let week = |weeks: u64| MessagePromise::Week(day(0) + Days::new(7 * weeks));
    for (kind, staff_id, first, second) in [
        (
            MessageKind::Reminder,
            Some(1),
            MessagePromise::Courses(vec![told_of_stage(1, 30)]),
            MessagePromise::Courses(vec![told_of_stage(1, 7)]),
        ),
        (MessageKind::ManagerDigest, Some(1), week(0), week(1)),
        (MessageKind::Escalation, None, week(0), week(1)),
        (
            MessageKind::AssuranceReview,
            None,
            MessagePromise::Reviews(vec![reviewed(0)]),
            MessagePromise::Reviews(vec![reviewed(1)]),
        ),
    ] {
        let outbox = TestOutbox::new();
        let message = |tells: &MessagePromise| UnwordedMessage {
            kind,
            staff_id,
            tells: tells.clone(),
            ..reminder(Vec::new())
        };
        let older = id_of(outbox.promise(&message(&first), InitialState::Queued));
        let claimed = outbox.claim(0).unwrap();
        let newer = id_of(outbox.promise(&message(&second), InitialState::Queued));
        outbox.write(|conn| mark_superseded(conn, older, newer, at(2)));
        let kept = |id| outbox.write(|conn| promises::of_message(conn, id)).len();
        assert_eq!((kept(older), kept(newer)), (0, 2), "{kind}");
        assert_eq!(
            outbox.promise(&message(&first), InitialState::Queued),
            EnqueueOutcome::AlreadyPromised,
            "{kind}"
        );
        outbox.record(&claimed, &AttemptOutcome::Sent, 1);
        assert_eq!((kept(older), kept(newer)), (1, 1), "{kind}");
        assert_eq!(
            outbox.promise(&message(&first), InitialState::Queued),
            EnqueueOutcome::AlreadyPromised,
            "{kind}"
        );
    }
}
