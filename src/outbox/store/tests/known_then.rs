//! What somebody was told, as known at an instant.

use super::*;
use crate::plan::Account;

/// Each stage that the person 1 was told of, as known then: the stage, the message, and whether it was sent.
fn known(outbox: &TestOutbox, minute: i64) -> Vec<(i32, i32, bool)> {
    let told = outbox.write(|conn| told_of(conn, 1, Some(at(minute))));
    told.iter().map(|one| (one.told.stage, one.message, one.sent_at.is_some())).collect()
}

fn promise_at(outbox: &TestOutbox, told: Vec<PromisedStage>, initially: InitialState, minute: i64) -> i32 {
    id_of(outbox.write(|conn| promise(conn, &reminder(told), initially, "trust.example.org", at(minute))))
}

/// Holds that no answer given before is another after `changed`.
fn stays(outbox: &TestOutbox, until: i64, changed: impl FnOnce()) {
    let before: Vec<_> = (0..=until).map(|minute| known(outbox, minute)).collect();
    changed();
    let after: Vec<_> = (0..=until).map(|minute| known(outbox, minute)).collect();
    assert_eq!(after, before);
}

#[test]
fn whatever_becomes_of_a_mail_what_was_known_of_it_before_stays() {
    let outbox = TestOutbox::new();
    let held = promise_at(&outbox, vec![told_of_stage(1, 30)], InitialState::Held, 1);
    assert_eq!((known(&outbox, 0), known(&outbox, 1)), (vec![], vec![(30, held, false)]));
    stays(&outbox, 2, || {
        assert_eq!(outbox.write(|conn| release_held(conn, None, at(3))), 1);
    });
    stays(&outbox, 3, || {
        // A newer one takes over what it was to tell.
        promise_at(&outbox, vec![told_of_stage(1, 14)], InitialState::Queued, 4);
    });
    let newer = known(&outbox, 4)[0].1;
    assert_eq!(known(&outbox, 3), [(30, held, false)]);
    assert_eq!(known(&outbox, 4), [(14, newer, false), (30, newer, false)]);
    let claimed = outbox.claim(5).unwrap();
    stays(&outbox, 5, || {
        outbox.record(&claimed, &AttemptOutcome::Sent, 6);
    });
    assert_eq!(known(&outbox, 6), [(14, newer, true), (30, newer, true)]);

    let other = promise_at(&outbox, vec![told_of_stage(1, 7)], InitialState::Queued, 10);
    let claimed = outbox.claim(11).unwrap();
    stays(&outbox, 19, || {
        assert_eq!(outbox.write(|conn| cancel(conn, other, "not needed", at(20))), ChangeOutcome::Done);
    });
    assert!(!known(&outbox, 20).iter().any(|one| one.0 == 7));
    // It arrived all the same.
    stays(&outbox, 29, || {
        outbox.record(&claimed, &AttemptOutcome::Sent, 30);
    });
    assert!(known(&outbox, 30).contains(&(7, other, true)));
    assert!(!known(&outbox, 25).contains(&(7, other, true)));
}

#[test]
fn within_a_planning_run_nobody_knows_yet_what_it_promises_and_takes_back() {
    let outbox = TestOutbox::new();
    let older = promise_at(&outbox, vec![told_of_stage(1, 30)], InitialState::Queued, 1);
    stays(&outbox, 7, || {
        let run = outbox.db.write_stamped(Locks::ALL, at(8), |conn| {
            let message = reminder(vec![told_of_stage(1, 14)]);
            promise(conn, &message, InitialState::Queued, "trust.example.org", at(5))?;
            record_planning_run(conn, 1, at(5).date_naive(), at(5), &Account::default())
        });
        run.unwrap();
    });
    let newer = known(&outbox, 8)[0].1;
    assert_ne!(newer, older);
    assert_eq!(known(&outbox, 8), [(14, newer, false), (30, newer, false)]);
}
