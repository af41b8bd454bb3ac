use chrono_tz::Europe::London;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn expression(text: &str) -> Expression {
    text.parse().unwrap()
}

/// The slots of an expression between two instants, by going forward.
fn slots(text: &str, after: &str, until: &str) -> Vec<String> {
    let (expression, until) = (expression(text), at(until));
    let mut found = Vec::new();
    let mut from = at(after);
    while let Some(slot) = expression.next_slot(London, from).filter(|slot| slot.0 <= until) {
        found.push(slot.0.format("%dT%H:%M").to_string());
        from = slot.0;
    }
    found
}

#[test]
fn a_local_time_in_the_gap_of_march_runs_once_at_its_end() {
    // 2027-03-28: at 01:00 UTC the clock goes from 01:00 to 02:00.
    for (text, expected) in [
        ("0 30 0 * * *", vec!["28T00:30", "28T23:30"]),
        ("0 0 1 * * *", vec!["28T01:00", "29T00:00"]),
        ("0 30 1 * * *", vec!["28T01:00", "29T00:30"]),
        ("0 15,45 1 * * *", vec!["28T01:00", "29T00:15", "29T00:45"]),
        ("0 */20 1 * * *", vec!["28T01:00", "29T00:00", "29T00:20", "29T00:40"]),
        ("0 30 1,2 * * *", vec!["28T01:00", "28T01:30", "29T00:30", "29T01:30"]),
        ("0 0 2 * * *", vec!["28T01:00", "29T01:00"]),
        ("0 0 8 * * *", vec!["28T07:00"]),
    ] {
        assert_eq!(slots(text, "2027-03-28T00:00:00Z", "2027-03-29T02:00:00Z"), expected, "{text}");
    }
}

#[test]
fn a_local_time_in_the_fold_of_october_runs_once_at_the_first() {
    // 2026-10-25: at 01:00 UTC the clock goes from 02:00 back to 01:00.
    for (text, expected) in [
        ("0 30 0 * * *", vec!["24T23:30", "26T00:30"]),
        ("0 0 1 * * *", vec!["25T00:00", "26T01:00"]),
        ("0 30 1 * * *", vec!["25T00:30", "26T01:30"]),
        ("0 */20 1 * * *", vec!["25T00:00", "25T00:20", "25T00:40", "26T01:00", "26T01:20", "26T01:40"]),
        ("0 0 2 * * *", vec!["25T02:00", "26T02:00"]),
        ("0 0 8 * * *", vec!["25T08:00"]),
    ] {
        assert_eq!(slots(text, "2026-10-24T23:15:00Z", "2026-10-26T02:30:00Z"), expected, "{text}");
    }
}

#[test]
fn eight_in_the_morning_stays_eight_on_the_wall_through_both_changes() {
    assert_eq!(
        slots("0 0 8 * * *", "2026-10-24T00:00:00Z", "2026-10-27T00:00:00Z"),
        ["24T07:00", "25T08:00", "26T08:00"]
    );
    assert_eq!(
        slots("0 0 8 * * *", "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z"),
        ["28T08:00", "29T07:00", "30T07:00"]
    );
}

#[test]
fn every_minute_is_one_slot_for_the_gap_and_pauses_in_the_second_pass_of_the_fold() {
    let gap = slots("0 * * * * *", "2027-03-28T00:58:00Z", "2027-03-28T01:02:00Z");
    assert_eq!(gap, ["28T00:59", "28T01:00", "28T01:01", "28T01:02"]);
    let fold = slots("0 * * * * *", "2026-10-25T00:58:00Z", "2026-10-25T02:01:00Z");
    assert_eq!(fold, ["25T00:59", "25T02:00", "25T02:01"]);
}

#[test]
fn the_latest_slot_is_at_or_before_now_and_after_the_last_one() {
    let eight = "0 0 8 * * *";
    let half_past_one = "0 30 1 * * *";
    let minutes = "0 * * * * *";
    for (text, after, now, expected) in [
        (eight, None, "2026-11-24T07:59:59Z", Some("2026-11-23T08:00:00Z")),
        (eight, None, "2026-11-24T08:00:00Z", Some("2026-11-24T08:00:00Z")),
        (eight, None, "2026-11-24T08:00:00.900Z", Some("2026-11-24T08:00:00Z")),
        (eight, Some("2026-11-23T08:00:00Z"), "2026-11-24T07:59:59.999Z", None),
        (eight, Some("2026-11-23T08:00:00Z"), "2026-11-24T08:00:00Z", Some("2026-11-24T08:00:00Z")),
        (eight, Some("2026-11-24T08:00:00Z"), "2026-11-24T08:00:00Z", None),
        (eight, Some("2026-11-01T08:00:00Z"), "2026-11-24T12:00:00Z", Some("2026-11-24T08:00:00Z")),
        (half_past_one, None, "2027-03-28T00:59:59Z", Some("2027-03-27T01:30:00Z")),
        (half_past_one, None, "2027-03-28T01:00:00Z", Some("2027-03-28T01:00:00Z")),
        (half_past_one, Some("2027-03-28T01:00:00Z"), "2027-03-28T12:00:00Z", None),
        (half_past_one, None, "2026-10-25T00:29:59Z", Some("2026-10-24T00:30:00Z")),
        (half_past_one, None, "2026-10-25T00:30:00Z", Some("2026-10-25T00:30:00Z")),
        (half_past_one, None, "2026-10-25T01:10:00Z", Some("2026-10-25T00:30:00Z")),
        (half_past_one, Some("2026-10-25T00:30:00Z"), "2026-10-25T01:30:00Z", None),
        (minutes, None, "2027-03-28T01:00:30Z", Some("2027-03-28T01:00:00Z")),
        (minutes, None, "2026-10-25T01:30:00Z", Some("2026-10-25T00:59:00Z")),
        (minutes, None, "2026-10-25T02:00:00Z", Some("2026-10-25T02:00:00Z")),
    ] {
        let found = expression(text).latest_slot(London, after.map(|after| Slot(at(after))), at(now));
        assert_eq!(found, expected.map(|slot| Slot(at(slot))), "{text} after {after:?} at {now}");
    }
}

#[test]
fn going_back_finds_what_going_forward_found_for_every_quarter_hour_of_both_changes() {
    let texts = ["0 30 1 * * *", "0 */20 * * * *", "0 10 1,2 * * MON,SUN", "30 0 */2 * * *", "0 0 8 L * *"];
    for text in texts {
        let expression = expression(text);
        for start in ["2026-10-24T20:00:00Z", "2027-03-27T20:00:00Z", "2026-02-27T20:00:00Z"] {
            let from = at(start) - chrono::TimeDelta::days(40);
            let mut forward: Vec<Slot> = Vec::new();
            let mut last = from;
            while last < at(start) + chrono::TimeDelta::days(3) {
                let slot = expression.next_slot(London, last).unwrap();
                assert!(slot.0 > last, "{text}: time goes forward");
                last = slot.0;
                forward.push(slot);
            }
            for quarter in 0..192 {
                let now = at(start) + chrono::TimeDelta::minutes(15 * quarter);
                let expected = forward.iter().rfind(|slot| slot.0 <= now).copied();
                let found = expression.latest_slot(London, Some(Slot(from)), now);
                assert_eq!(found, expected, "{text} at {now}");
            }
        }
    }
}

#[test]
fn the_time_zone_library_and_croner_do_what_this_file_corrects() {
    // Pinned so that an upgrade that changes it is noticed: croner by itself passes over the gap, or snaps to its end,
    // by the form of the expression.
    let gap = London.from_utc_datetime(&at("2027-03-28T00:30:00Z").naive_utc());
    for (text, expected) in
        [("0 30 1 * * *", "2027-03-28T01:00:00Z"), ("0 15,45 1 * * *", "2027-03-29T00:15:00Z")]
    {
        let found = expression(text).cron.find_next_occurrence(&gap, false).unwrap();
        assert_eq!(found.to_utc(), at(expected), "{text}");
    }
    let fold = London.from_utc_datetime(&at("2026-10-24T23:30:00Z").naive_utc());
    for (text, expected) in [("0 30 1 * * *", 1), ("0 15,45 1 * * *", 4)] {
        let until = at("2026-10-25T12:00:00Z");
        let expression = expression(text);
        let found = expression.cron.iter_after(fold).take_while(|time| time.to_utc() < until).count();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn other_zones_gaps_and_folds_follow_the_same_rule() {
    let half_past_two: Expression = expression("0 30 2 * * *");
    // Lord Howe Island moves by half an hour, at 02:00.
    let zone = chrono_tz::Australia::Lord_Howe;
    let slot = half_past_two.next_slot(zone, at("2026-10-03T12:00:00Z")).unwrap();
    assert_eq!(slot.0, at("2026-10-03T15:30:00Z"), "the gap ends at 02:30");
    let quarter_past = expression("0 15 2 * * *");
    let slot = quarter_past.next_slot(zone, at("2026-10-03T12:00:00Z")).unwrap();
    assert_eq!(slot.0, at("2026-10-03T15:30:00Z"));
}

#[test]
fn an_expression_that_cannot_be_used_says_why() {
    for (text, names) in [
        ("", "six fields"),
        ("0 8 * * *", "six fields"),
        ("0 0 8 * * * 2027", "six fields"),
        ("0 0 25 * * *", "six fields"),
        ("every morning", "six fields"),
        ("0 0 8 30 2 *", "never comes"),
    ] {
        let message = text.parse::<Expression>().unwrap_err().to_string();
        assert!(message.contains(names), "{text}: {message}");
    }
    assert_eq!(expression("0 0 8 29 2 *").to_string(), "0 0 8 29 2 *");
}
