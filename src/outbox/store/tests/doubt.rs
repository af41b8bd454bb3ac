//! Messages that may have arrived, and those that came after what is held.

use super::*;

fn cut_off() -> AttemptOutcome {
    AttemptOutcome::CutOff { reason: "the connection was lost".to_owned() }
}

/// Whether the receiver of this message had another of its kind on the day of this minute.
fn had_another(outbox: &TestOutbox, id: i32, minute: i64) -> bool {
    let listed = outbox.shown(id).listed;
    outbox.write(|conn| OtherMail::read(conn, &[&listed], day(minute))?.had_another(conn, &listed))
}

const NEXT_DAY: i64 = 24 * 60;

#[test]
fn what_may_have_arrived_is_not_superseded_and_counts_as_had_that_day() {
    // How each attempt ended, if it did, a quarter of an hour apart; whether the message may have arrived.
    for (attempts, in_doubt) in [
        (vec![Some(deferred())], false),
        (vec![Some(deferred()), Some(deferred())], false),
        (vec![Some(AttemptOutcome::Released)], false),
        (vec![Some(AttemptOutcome::RefusedUs)], false),
        (vec![Some(cut_off())], true),
        (vec![Some(AttemptOutcome::BrokenOff)], true),
        (vec![None], true),
        (vec![None, Some(deferred())], true),
        (vec![Some(cut_off()), Some(deferred())], true),
        (vec![Some(AttemptOutcome::BrokenOff), Some(deferred())], true),
        (vec![Some(cut_off()), Some(AttemptOutcome::Released)], true),
    ] {
        let outbox = TestOutbox::new();
        let older = outbox.promised(vec![told_of_stage(1, 30)]);
        for (minute, ended) in (0..).step_by(15).zip(&attempts) {
            let claimed = outbox.claim(minute).unwrap();
            if let Some(ended) = ended {
                outbox.record(&claimed, ended, minute);
            }
        }
        let before = outbox.shown(older);
        let newer = outbox.promised(vec![told_of_stage(1, 14)]);
        let after = outbox.shown(older);
        assert_eq!(after.listed.is_in_doubt(), in_doubt, "{attempts:?}");
        if in_doubt {
            assert_eq!(after, before, "{attempts:?}");
        } else {
            assert_eq!(after.listed.state, MessageState::Cancelled, "{attempts:?}");
        }
        assert_eq!(had_another(&outbox, newer, 60), in_doubt, "{attempts:?}");
        assert!(!had_another(&outbox, newer, NEXT_DAY), "{attempts:?}");
        assert_eq!(outbox.shown(newer).listed.state, MessageState::Queued);
    }
}

#[test]
fn what_was_tried_and_may_have_arrived_waits_for_another_day_with_the_same_words() {
    let outbox = TestOutbox::new();
    let id = outbox.promised(vec![told_of_stage(1, 30)]);
    let claimed = outbox.claim(0).unwrap();
    outbox.record(&claimed, &cut_off(), 0);
    let words = outbox.shown(id);
    outbox.claim(NEXT_DAY).unwrap();
    outbox.write(|conn| put_off(conn, id, day(2 * NEXT_DAY), day(NEXT_DAY)));
    assert!(outbox.shown(id).listed.waits_its_turn());
    assert_eq!(outbox.claim(NEXT_DAY + 300), None);
    // Handed back on that day, it is due again all the same.
    let claimed = outbox.claim(2 * NEXT_DAY).unwrap();
    assert_eq!(claimed.message.text, words.text);
    outbox.record(&claimed, &AttemptOutcome::Released, 2 * NEXT_DAY);
    assert_eq!(outbox.shown(id).listed.worded_at, words.listed.worded_at);
    assert!(outbox.claim(2 * NEXT_DAY + 1).is_some());
}
