//! Claiming messages, and what becomes of them.

use super::*;

#[test]
fn a_message_is_in_one_hand_until_the_lease_is_over_to_the_second() {
    let outbox = TestOutbox::new();
    let id = outbox.added(&message());
    let first = outbox.claim(0).unwrap();
    assert_eq!(first.message.listed.id, id);
    assert_eq!(outbox.claim(1), None);
    let almost = at(2) - TimeDelta::seconds(1);
    let early = outbox.write(|conn| claim(conn, &MailRoute::default(), (almost, day(0)), (1, &[]), LEASE));
    assert_eq!(early, []);
    let second = outbox.claim(2).unwrap();
    assert_ne!(first.token, second.token);
    assert_eq!(outbox.record(&first, &deferred(), 2), AttemptRecorded::Superseded);
    assert_eq!(outbox.shown(id).listed.state, MessageState::Sending);
    assert_eq!(
        outbox.record(&first, &AttemptOutcome::Sent, 2),
        AttemptRecorded::Now(MessageState::Sent),
        "a confirmation is a fact"
    );
    assert_eq!(outbox.record(&second, &deferred(), 2), AttemptRecorded::Superseded);
    assert_eq!(outbox.shown(id).listed.state, MessageState::Sent);
}

#[test]
fn what_has_been_due_longest_goes_first() {
    let outbox = TestOutbox::new();
    let first = outbox.added(&message());
    let claimed = outbox.claim(0).unwrap();
    outbox.record(&claimed, &deferred(), 0);
    let second = outbox.added(&message());
    let order = [0, 1].map(|minute| outbox.claim(minute).unwrap().message.listed.id);
    assert_eq!(order, [second, first], "the deferred one is due a minute later");
    assert_eq!(outbox.claim(1), None);
}

#[test]
fn what_waits_is_due_since_it_was_queued_or_was_to_be_tried_again_or_was_put_off_to() {
    let outbox = TestOutbox::new();
    let since = |minute: i64| outbox.write(|conn| due_since(conn, day(minute))).remove("RXX");
    assert_eq!(since(0), None);
    let id = outbox.added(&message());
    assert_eq!(since(0), Some(at(0)));
    let claimed = outbox.claim(0).unwrap();
    assert_eq!(since(0), None, "it is in hand");
    outbox.record(&claimed, &deferred(), 0);
    assert_eq!(since(0), Some(at(1)));
    outbox.claim(1).unwrap();
    outbox.write(|conn| put_off(conn, id, day(0) + Days::new(1), day(0)));
    assert_eq!(since(0), None, "it is not its day");
    let midnight = (day(0) + Days::new(1)).and_time(chrono::NaiveTime::MIN).and_utc();
    assert_eq!(since(24 * 60), Some(midnight));
    outbox.added(&message());
    assert_eq!(since(24 * 60), Some(at(0)), "the longest");
}

#[test]
fn each_outcome_leaves_the_state_and_the_attempts_it_should() {
    let why = || "why".to_owned();
    for (outcome, state, attempts, due) in [
        (AttemptOutcome::Sent, MessageState::Sent, 1, None),
        (AttemptOutcome::Deferred { reason: why() }, MessageState::Deferred, 1, Some(at(1))),
        (AttemptOutcome::Failed { reason: why() }, MessageState::Failed, 1, None),
        (AttemptOutcome::Released, MessageState::Queued, 0, None),
    ] {
        let outbox = TestOutbox::new();
        let id = outbox.promised(vec![told_of_stage(1, 30)]);
        let claimed = outbox.claim(0).unwrap();
        assert_eq!(outbox.record(&claimed, &outcome, 0), AttemptRecorded::Now(state));
        let listed = outbox.shown(id).listed;
        assert_eq!(
            (listed.state, listed.attempts, listed.next_attempt_at),
            (state, attempts, due),
            "{outcome:?}"
        );
        assert_eq!(listed.sent_at.is_some(), state == MessageState::Sent);
        assert_eq!(
            listed.last_attempt_at.is_some(),
            attempts == 1,
            "only an attempt counts against the rate"
        );
        let promised = outbox.write(|conn| promised_stages(conn, None)).len();
        assert_eq!(promised, 1, "{outcome:?}");
    }
}

#[test]
fn a_stop_of_delivery_puts_a_deferred_message_back_as_it_was() {
    let outbox = TestOutbox::new();
    let id = outbox.added(&message());
    let claimed = outbox.claim(0).unwrap();
    outbox.record(&claimed, &deferred(), 0);
    let before = outbox.shown(id);
    let claimed = outbox.claim(5).unwrap();
    assert_eq!(
        outbox.record(&claimed, &AttemptOutcome::Released, 5),
        AttemptRecorded::Now(MessageState::Deferred)
    );
    assert_eq!(outbox.shown(id), before);
}

#[test]
fn a_message_is_given_up_five_days_after_its_first_attempt_and_a_retry_starts_afresh() {
    let outbox = TestOutbox::new();
    let id = outbox.added(&message());
    let mut minute = 0;
    while let Some(claimed) = outbox.claim(minute) {
        outbox.record(&claimed, &deferred(), minute);
        let next = outbox.shown(id).listed.next_attempt_at;
        minute = next.map_or(minute + 1, |next| (next - at(0)).num_minutes());
    }
    let listed = outbox.shown(id).listed;
    assert_eq!((listed.state, listed.attempts), (MessageState::Failed, 34));
    assert!(listed.last_error.unwrap().contains("451 later"));

    assert_eq!(outbox.write(retry_failed), 1);
    let claimed = outbox.claim(minute).unwrap();
    assert_eq!(outbox.record(&claimed, &deferred(), minute), AttemptRecorded::Now(MessageState::Deferred));
    assert_eq!(outbox.shown(id).listed.attempts, 1);
}

#[test]
fn several_are_claimed_at_once_and_none_that_this_process_has() {
    let outbox = TestOutbox::new();
    let ids: Vec<i32> = (0..5).map(|_| outbox.added(&message())).collect();
    let claim = |minute, at_most, in_hand: &[i32]| {
        let claimed = outbox.claim_several(minute, at_most, in_hand);
        claimed.iter().map(|one| one.message.listed.id).collect::<Vec<_>>()
    };
    assert_eq!(claim(0, 2, &[]), ids[..2]);
    assert_eq!(claim(0, 2, &[]), ids[2..4]);
    // The machine slept for an hour: both leases are over, but the first message is still on its way from here.
    assert_eq!(claim(60, 9, &ids[..1]), [ids[4], ids[1], ids[2], ids[3]]);
    assert_eq!(claim(60, 9, &[]), ids[..1]);
}

/// Claims up to so many messages besides those in hand, and makes none of them out.
fn claim_only(outbox: &TestOutbox, minute: i64, at_most: usize, in_hand: &[i32]) -> Vec<ClaimedMessage> {
    let moment = (at(minute), day(minute));
    outbox.write(|conn| claim(conn, &MailRoute::default(), moment, (at_most, in_hand), LEASE))
}

#[test]
fn what_is_claimed_is_passed_over_until_its_lease_is_over_and_what_is_in_hand_for_good() {
    let outbox = TestOutbox::new();
    let ids: Vec<i32> = (0..5).map(|_| outbox.added(&message())).collect();
    let claimed = |minute, at_most, in_hand: &[i32]| -> Vec<i32> {
        let claimed = claim_only(&outbox, minute, at_most, in_hand);
        claimed.into_iter().map(|one| one.message.listed.id).collect()
    };
    assert!(outbox.write(|conn| any_due(conn, &MailRoute::default(), (at(1), day(1)), &ids[..4])));
    assert!(!outbox.write(|conn| any_due(conn, &MailRoute::default(), (at(1), day(1)), &ids)));
    assert_eq!(claimed(1, 2, &[]), ids[..2]);
    assert_eq!(claimed(1, 1, &ids[..2]), ids[2..3]);
    assert_eq!(claimed(1, usize::MAX, &[ids[3]]), ids[4..]);
    assert_eq!(claimed(4, usize::MAX, &[ids[1], ids[3]]), [ids[0], ids[2], ids[4]]);
}

#[test]
fn what_changed_since_it_was_claimed_is_not_made_out() {
    for change in [
        "state = 'held', claim = NULL",
        "state = 'cancelled', claim = NULL",
        "state = 'queued', claim = NULL",
        "claim = 'another'",
    ] {
        let outbox = TestOutbox::new();
        outbox.promised(vec![told_of_stage(1, 30)]);
        let claimed = claim_only(&outbox, 1, 1, &[]).pop().unwrap();
        let sql = format!("UPDATE message SET {change}");
        outbox.write(|conn| diesel::sql_query(&sql).execute(conn));
        let changed = outbox.shown(claimed.message.listed.id);
        let handed = as_it_is(&claimed.message);
        let made_out = outbox.write(|conn| make_out(conn, claimed.clone(), handed, (at(1), day(1)), LEASE));
        assert_eq!(made_out, None, "{change}");
        outbox.write(|conn| give_back(conn, &claimed));
        assert_eq!(outbox.shown(changed.listed.id), changed, "{change}");
    }
    let outbox = TestOutbox::new();
    outbox.promised(vec![told_of_stage(1, 30)]);
    let claimed = claim_only(&outbox, 1, 1, &[]).pop().unwrap();
    let handed = as_it_is(&claimed.message);
    assert!(outbox.write(|conn| make_out(conn, claimed, handed, (at(1), day(1)), LEASE)).is_some());
}

#[test]
fn what_was_claimed_and_never_handed_over_stands_as_before() {
    let outbox = TestOutbox::new();
    let promised = outbox.promised(vec![told_of_stage(1, 30)]);
    let deferred_once = outbox.added(&message());
    let in_doubt = outbox.added(&message());
    let put_off_once = outbox.added(&message());
    for claimed in outbox.claim_several(0, 9, &[promised]) {
        match claimed.message.listed.id {
            id if id == deferred_once => drop(outbox.record(&claimed, &deferred(), 0)),
            id if id == put_off_once => outbox.write(|conn| put_off(conn, id, day(0), day(0))),
            id => assert_eq!(id, in_doubt),
        }
    }
    let all = [promised, deferred_once, in_doubt, put_off_once];
    let before = all.map(|id| outbox.shown(id));
    let later = 60;
    let claimed = claim_only(&outbox, later, 9, &[]);
    assert_eq!(claimed.len(), 4);
    for one in &claimed {
        assert_eq!(outbox.shown(one.message.listed.id).listed.state, MessageState::Sending);
        outbox.write(|conn| give_back(conn, one));
    }
    assert_eq!(all.map(|id| outbox.shown(id)), before);
    // Nor where it was made out, and its turn didn't come; but for the days.
    for one in outbox.claim_several(later, 9, &[]) {
        outbox.record(&one, &AttemptOutcome::NotTried, later);
    }
    let heads = |message: Message| {
        let listed = crate::outbox::ListedMessage { in_doubt_on: None, ..message.listed };
        Message { head: None, listed, ..message }
    };
    assert_eq!(all.map(|id| heads(outbox.shown(id))), before.map(heads));
}

#[test]
fn what_was_tried_within_a_time_counts_what_is_in_hand_and_not_what_a_wrong_clock_stamped() {
    let outbox = TestOutbox::new();
    for _ in 0..4 {
        outbox.added(&message());
    }
    for minute in [0, 1] {
        let claimed = outbox.claim(minute).unwrap();
        outbox.record(&claimed, &deferred(), minute);
    }
    let hour = TimeDelta::hours(1);
    let tried =
        |window, minute| outbox.write(|conn| tried_within(conn, &MailRoute::default(), window, at(minute)));
    assert_eq!(tried(hour, 59), 2);
    assert_eq!(tried(hour, 60), 1, "an attempt an hour ago no longer counts");
    outbox.claim(2).unwrap();
    assert_eq!(tried(hour, 2), 3, "one is in hand");
    assert_eq!(tried(hour, -30), 3, "the clock was set back by half an hour");
    assert_eq!(tried(hour, -120), 1, "the clock was set back by two hours: only what is in hand");
    let nth = |limit, minute| {
        outbox.write(|conn| nth_recent_attempt(conn, &MailRoute::default(), limit, hour, at(minute)))
    };
    assert_eq!([nth(1, 2), nth(2, 2), nth(3, 2)], [None, Some(at(1)), Some(at(0))]);
    assert_eq!(nth(2, -120), None);
}

#[test]
fn nothing_waits_for_a_time_that_was_wrong() {
    let outbox = TestOutbox::new();
    let (left, waits) = (outbox.added(&message()), outbox.added(&message()));
    const YEAR: i64 = 366 * 24 * 60;
    outbox.claim(YEAR).unwrap();
    let second = outbox.claim(YEAR).unwrap();
    outbox.record(&second, &deferred(), YEAR);
    // The clock is set back by a year. Whoever has the first message keeps it for two minutes from now.
    assert_eq!(outbox.claim(0), None);
    assert_eq!(outbox.claim(1), None);
    let taken_up = outbox.claim(2).unwrap();
    assert_eq!(taken_up.message.listed.id, left);
    outbox.record(&taken_up, &AttemptOutcome::Sent, 2);
    // The other waits no longer than any would, and is not tried for a year and five days.
    let claimed = outbox.claim(4 * 60).unwrap();
    assert_eq!(claimed.message.listed.id, waits);
    outbox.record(&claimed, &deferred(), 4 * 60);
    let first_attempt = outbox.shown(waits).listed.first_attempt_at;
    assert_eq!(first_attempt, Some(at(4 * 60)));
}

#[test]
fn what_became_of_a_message_that_was_purged_meanwhile_holds_up_nothing() {
    let outbox = TestOutbox::new();
    let id = outbox.added(&message());
    let claimed = outbox.claim(0).unwrap();
    outbox.write(|conn| diesel::sql_query(format!("DELETE FROM message WHERE id = {id}")).execute(conn));
    assert_eq!(outbox.record(&claimed, &AttemptOutcome::Sent, 0), AttemptRecorded::Superseded);
}
