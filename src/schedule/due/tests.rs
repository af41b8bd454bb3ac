use chrono_tz::Europe::London;

use super::*;
use crate::schedule::overview::overview;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn job(name: JobName, expression: &str) -> ScheduledJob {
    ScheduledJob::new(name, expression.parse().unwrap(), |_| Ok(String::new()))
}

fn done(job: &str, slot: &str) -> LedgerLine {
    let slot = at(slot);
    LedgerLine {
        job: job.to_owned(),
        slot: Slot(slot),
        started_at: slot,
        finished_at: Some(slot),
        lease_until: slot + LEASE,
        outcome: Some(RunOutcome::Done),
        detail: String::new(),
    }
}

fn begun(job: &str, slot: &str) -> LedgerLine {
    LedgerLine { finished_at: None, outcome: None, ..done(job, slot) }
}

fn due_now(runs: &[LedgerLine], jobs: &[ScheduledJob], now: &str) -> Vec<(JobName, String)> {
    let ledger: RunLedger = runs.iter().cloned().collect();
    let found = due(&ledger, jobs, at(now), London);
    found.into_iter().map(|(name, slot)| (name, slot.0.format("%m-%dT%H:%M").to_string())).collect()
}

#[test]
fn a_first_start_has_nothing_to_make_up_for_and_its_next_slot_is_the_first_to_run() {
    let jobs = [job("reminders", "0 0 8 * * *")];
    let now = at("2026-11-24T10:00:00Z");
    assert_eq!(due_now(&[], &jobs, "2026-11-24T10:00:00Z"), []);
    let first = first_slots(&RunLedger::default(), &jobs, now, London);
    assert_eq!(first, [("reminders", Slot(at("2026-11-24T08:00:00Z")))]);
    let skipped =
        LedgerLine { outcome: Some(RunOutcome::Skipped), ..done("reminders", "2026-11-24T08:00:00Z") };
    let ledger = RunLedger::from_iter([skipped.clone()]);
    assert_eq!(first_slots(&ledger, &jobs, now, London), [], "only once");
    assert_eq!(due_now(std::slice::from_ref(&skipped), &jobs, "2026-11-25T07:59:59Z"), []);
    let next = due_now(&[skipped], &jobs, "2026-11-25T08:00:00Z");
    assert_eq!(next, [("reminders", "11-25T08:00".to_owned())]);
}

#[test]
fn after_eleven_days_off_over_a_month_end_and_a_clock_change_each_job_is_due_once() {
    let jobs = [
        job("inbox", "0 * * * * *"),
        job("reminders", "0 0 8 * * *"),
        job("nightly", "0 30 1 * * *"),
        job("board-summary", "0 0 9 1 * *"),
        job("yearly", "0 0 9 1 4 *"),
    ];
    let runs = [
        done("inbox", "2026-10-23T16:00:00Z"),
        done("reminders", "2026-10-23T07:00:00Z"),
        done("nightly", "2026-10-23T00:30:00Z"),
        done("board-summary", "2026-10-01T08:00:00Z"),
        done("yearly", "2026-04-01T08:00:00Z"),
    ];
    let found = due_now(&runs, &jobs, "2026-11-03T10:00:20Z");
    let expected = [
        ("inbox", "11-03T10:00"),
        ("reminders", "11-03T08:00"),
        ("nightly", "11-03T01:30"),
        ("board-summary", "11-01T09:00"),
    ];
    assert_eq!(found, expected.map(|(name, slot)| (name, slot.to_owned())));
    let after =
        ["2026-11-03T10:00:00Z", "2026-11-03T08:00:00Z", "2026-11-03T01:30:00Z", "2026-11-01T09:00:00Z"];
    let runs: Vec<LedgerLine> = runs
        .into_iter()
        .chain(expected.iter().zip(after).map(|((name, _), slot)| done(name, slot)))
        .collect();
    assert_eq!(due_now(&runs, &jobs, "2026-11-03T10:00:59Z"), [], "and not again");
}

#[test]
fn a_job_at_work_is_not_due_and_one_cut_off_is_due_again_when_its_lease_has_run_out() {
    let jobs = [job("reminders", "0 0 8 * * *")];
    let runs = [done("reminders", "2026-11-23T08:00:00Z"), begun("reminders", "2026-11-24T08:00:00Z")];
    for (now, expected) in [
        ("2026-11-24T08:00:01Z", None),
        ("2026-11-24T08:01:59Z", None),
        ("2026-11-24T08:02:00Z", Some("11-24T08:00")),
        ("2026-11-25T07:59:59Z", Some("11-24T08:00")),
        ("2026-11-25T08:00:00Z", Some("11-25T08:00")),
    ] {
        let found = due_now(&runs, &jobs, now);
        assert_eq!(found.first().map(|(_, slot)| slot.as_str()), expected, "{now}");
    }
}

#[test]
fn a_failed_run_is_tried_again_on_its_day_the_more_seldom_the_longer_it_fails() {
    let jobs = [job("reminders", "0 0 8 * * *")];
    let slot = "2026-11-24T08:00:00Z";
    for (failed_at, now, expected) in [
        ("2026-11-24T08:00:10Z", "2026-11-24T08:15:09Z", None),
        ("2026-11-24T08:00:10Z", "2026-11-24T08:15:10Z", Some("11-24T08:00")),
        ("2026-11-24T08:20:00Z", "2026-11-24T08:39:59Z", None),
        ("2026-11-24T08:20:00Z", "2026-11-24T08:40:00Z", Some("11-24T08:00")),
        ("2026-11-24T10:00:00Z", "2026-11-24T11:59:59Z", None),
        ("2026-11-24T10:00:00Z", "2026-11-24T12:00:00Z", Some("11-24T08:00")),
        ("2026-11-24T16:00:00Z", "2026-11-24T20:00:00Z", Some("11-24T08:00")),
        ("2026-11-24T16:00:00Z", "2026-11-24T23:59:59Z", Some("11-24T08:00")),
        ("2026-11-24T16:00:00Z", "2026-11-25T00:00:00Z", None), // not in the night
        ("2026-11-24T16:00:00Z", "2026-11-25T07:59:59Z", None),
        ("2026-11-24T16:00:00Z", "2026-11-25T08:00:00Z", Some("11-25T08:00")),
        ("2026-11-24T16:00:00Z", "2026-11-24T12:00:00Z", None), // the clock was set back
    ] {
        let failed = LedgerLine {
            finished_at: Some(at(failed_at)),
            outcome: Some(RunOutcome::Failed),
            ..done("reminders", slot)
        };
        let overview = overview(&RunLedger::from_iter([failed.clone()]), &jobs, at(now), London).remove(0);
        let found = due_now(&[failed], &jobs, now);
        assert_eq!(
            found.first().map(|(_, slot)| slot.as_str()),
            expected,
            "failed at {failed_at}, now {now}"
        );
        assert_eq!(overview.late_seconds, 0, "failed at {failed_at}, now {now}");
    }
}

#[test]
fn a_lease_given_by_a_clock_that_was_ahead_holds_nobody_up() {
    let run =
        LedgerLine { lease_until: at("2030-01-01T00:00:00Z"), ..begun("reminders", "2026-11-24T08:00:00Z") };
    assert!(!run.is_at_work(at("2026-11-24T08:00:30Z")));
    let run = begun("reminders", "2026-11-24T08:00:00Z");
    assert!(run.is_at_work(at("2026-11-24T08:00:00Z")));
    assert!(run.is_at_work(at("2026-11-24T07:59:59.990Z")), "who asks read the clock before who began");
    assert!(!run.is_at_work(at("2026-11-24T07:57:59Z")));
    assert!(!run.is_at_work(at("2026-11-24T08:02:00Z")));
}

#[test]
fn the_overview_shows_the_last_run_the_next_and_how_late_what_waits_is() {
    let jobs = [job("reminders", "0 0 8 * * *"), job("backup", "0 0 2 * * *")];
    let ledger = RunLedger::from_iter([done("reminders", "2026-11-23T08:00:00Z")]);
    let seen = overview(&ledger, &jobs, at("2026-11-24T08:05:00Z"), London);
    let json = serde_json::to_value(&seen).unwrap();
    assert_eq!(
        json,
        serde_json::json!([
            {
                "job": "reminders",
                "expression": "0 0 8 * * *",
                "last_slot": "2026-11-23T08:00:00Z",
                "last_started_at": "2026-11-23T08:00:00Z",
                "last_finished_at": "2026-11-23T08:00:00Z",
                "last_outcome": "done",
                "last_detail": "",
                "next_run": "2026-11-25T08:00:00Z",
                "late_at_most_seconds": 86_400,
                "late_seconds": 300,
            },
            {
                "job": "backup",
                "expression": "0 0 2 * * *",
                "last_slot": null,
                "last_started_at": null,
                "last_finished_at": null,
                "last_outcome": null,
                "last_detail": "",
                "next_run": "2026-11-25T02:00:00Z",
                "late_at_most_seconds": 86_400,
                "late_seconds": 0,
            },
        ])
    );
}
