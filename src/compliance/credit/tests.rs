use super::*;
use crate::sample::day;

fn credit(completed: &str, lapses: &str, hours: u32, participatory: bool) -> Credit {
    let lapses_on = (!lapses.is_empty()).then(|| day(lapses));
    Credit { completed_on: day(completed), lapses_on, hours: Hours(hours), participatory }
}

const LONG_AGO: &str = "2000-01-01";

#[test]
fn a_lapse_date_is_the_expiry_else_calendar_months_later_clamped_else_never() {
    for (completed, expires, months, lapse) in [
        ("2024-02-29", None, Some(36), Some("2027-02-28")),
        ("2024-02-29", None, Some(48), Some("2028-02-29")),
        ("2026-08-31", None, Some(6), Some("2027-02-28")),
        ("2027-08-31", None, Some(6), Some("2028-02-29")),
        ("2019-04-01", None, Some(12), Some("2020-04-01")),
        ("2026-01-31", None, Some(1), Some("2026-02-28")),
        ("2026-01-31", Some("2026-12-24"), Some(1), Some("2026-12-24")),
        ("2026-01-31", Some("2026-12-24"), None, Some("2026-12-24")),
        ("2026-01-31", None, None, None),
    ] {
        let found = lapse_date(day(completed), expires.map(day), months);
        assert_eq!(found, lapse.map(day), "{completed} {expires:?} {months:?}");
    }
}

#[test]
fn one_record_is_met_from_its_completion_through_its_lapse_date() {
    let credits = [credit("2023-11-22", "2026-11-22", 0, false)];
    for (on, met, lapse) in [
        ("2023-11-22", true, Some("2026-11-22")),
        ("2026-11-21", true, Some("2026-11-22")),
        ("2026-11-22", true, Some("2026-11-22")),
        ("2026-11-23", false, Some("2026-11-22")),
    ] {
        let found = credit_standing(&credits, Threshold::default(), day(LONG_AGO), day(on));
        assert_eq!((found.met, found.lapse_on), (met, lapse.map(day)), "on {on}");
    }
}

#[test]
fn the_latest_lapse_date_of_several_records_holds_and_never_is_the_latest() {
    let two = [credit("2023-01-01", "2026-01-01", 0, false), credit("2024-01-01", "2025-01-01", 0, false)];
    assert_eq!(
        credit_standing(&two, Threshold::default(), day(LONG_AGO), day("2024-06-01")).lapse_on,
        Some(day("2026-01-01"))
    );
    let never = [credit("2023-01-01", "", 0, false), credit("2024-01-01", "2025-01-01", 0, false)];
    let found = credit_standing(&never, Threshold::default(), day(LONG_AGO), day("2030-06-01"));
    assert_eq!((found.met, found.lapse_on), (true, None));
}

#[test]
fn met_before_the_start_only_is_not_met_since_the_start() {
    let credits = [credit("2020-01-01", "2023-01-01", 0, false)];
    for (start, since) in [("2023-01-01", true), ("2023-01-02", false)] {
        let found = credit_standing(&credits, Threshold::default(), day(start), day("2024-01-01"));
        assert_eq!((found.met, found.met_since_start), (false, since), "start {start}");
    }
}

#[test]
fn hours_lapse_on_the_last_day_the_sum_still_suffices() {
    let credits = [
        credit("2024-01-10", "2027-01-10", 400, true),
        credit("2024-06-10", "2027-06-10", 300, false),
        credit("2025-01-10", "2028-01-10", 500, true),
    ];
    let eight = Threshold { hours: Some(Hours(800)), ..Threshold::default() };
    for (on, met, lapse) in [
        ("2024-06-10", false, None),
        ("2025-01-09", false, None),
        ("2025-01-10", true, Some("2027-06-10")), // 12 hours; without the first 8 still suffice
        ("2027-06-10", true, Some("2027-06-10")),
        ("2027-06-11", false, Some("2027-06-10")),
    ] {
        let found = credit_standing(&credits, eight, day(LONG_AGO), day(on));
        assert_eq!((found.met, found.lapse_on), (met, lapse.map(day)), "on {on}");
    }
}

#[test]
fn the_participatory_share_is_of_the_threshold_and_exact() {
    let half =
        |hours| Threshold { hours: Some(Hours(hours)), share: Share(500_000_000), ..Threshold::default() };
    for (participatory, e_learning, met) in
        [(0, 800, false), (399, 401, false), (400, 400, true), (400, 4000, true)]
    {
        let credits = [
            credit("2026-01-01", "2029-01-01", participatory, true),
            credit("2026-01-01", "2029-01-01", e_learning, false),
        ];
        let found = credit_standing(&credits, half(800), day(LONG_AGO), day("2026-01-01"));
        assert_eq!(found.met, met, "{participatory} + {e_learning}");
    }
}

#[test]
fn initial_hours_hold_until_once_met_and_the_lower_number_from_then_on() {
    let threshold =
        Threshold { hours: Some(Hours(800)), initial_hours: Some(Hours(1600)), share: Share::default() };
    let credits = [
        credit("2022-01-01", "2025-01-01", 1000, false),
        credit("2022-06-01", "2025-06-01", 600, false),
        credit("2024-12-01", "2027-12-01", 800, false),
    ];
    for (on, met) in [
        ("2022-05-31", false), // 10 hours are more than 8 but not yet 16
        ("2022-06-01", true),
        ("2025-01-01", true),
        ("2025-06-02", true), // 8 of the last record suffice now
        ("2027-12-02", false),
    ] {
        assert_eq!(credit_standing(&credits, threshold, day(LONG_AGO), day(on)).met, met, "on {on}");
    }
    assert_eq!(
        credit_standing(&credits, threshold, day(LONG_AGO), day("2025-01-01")).lapse_on,
        Some(day("2027-12-01"))
    );
}

/// What an hours rule comes to: needed, participatory needed, counted, participatory; whether initial; whether met.
type HoursCounted = ([u32; 4], bool, bool);

fn counted(credits: &[Credit], threshold: Threshold, on: &str) -> HoursCounted {
    let found = credit_standing(credits, threshold, day(LONG_AGO), day(on));
    let HoursStanding { needed, participatory_needed, counted, participatory, initial } =
        found.hours.unwrap();
    ([needed, participatory_needed, counted, participatory].map(|hours| hours.0), initial, found.met)
}

#[test]
fn hours_are_counted_against_the_initial_ones_until_these_were_met_and_the_lower_ones_ever_after() {
    let rule =
        Threshold { hours: Some(Hours(800)), initial_hours: Some(Hours(1600)), share: Share(500_000_000) };
    let credits = [
        credit("2022-01-10", "2025-01-10", 1000, true),
        credit("2022-06-01", "2025-06-01", 550, false),
        credit("2023-03-01", "2026-03-01", 200, true),
    ];
    for (on, expected) in [
        ("2021-12-31", ([1600, 800, 0, 0], true, false)),
        ("2022-01-10", ([1600, 800, 1000, 1000], true, false)),
        ("2022-06-01", ([1600, 800, 1550, 1000], true, false)),
        ("2023-02-28", ([1600, 800, 1550, 1000], true, false)),
        ("2023-03-01", ([800, 400, 1750, 1200], false, true)),
        ("2025-01-10", ([800, 400, 1750, 1200], false, true)),
        ("2025-01-11", ([800, 400, 750, 200], false, false)),
        ("2025-06-02", ([800, 400, 200, 200], false, false)),
        ("2026-03-02", ([800, 400, 0, 0], false, false)),
        ("2040-01-01", ([800, 400, 0, 0], false, false)),
    ] {
        assert_eq!(counted(&credits, rule, on), expected, "on {on}");
    }
    assert_eq!(credit_standing(&credits, Threshold::default(), day(LONG_AGO), day("2024-01-01")).hours, None);
}

#[test]
fn enough_hours_of_the_wrong_mode_are_counted_and_do_not_suffice() {
    let rule = |share| Threshold { hours: Some(Hours(800)), share: Share(share), ..Threshold::default() };
    let with = |participatory| {
        [credit("2025-01-01", "", 1350, false), credit("2025-01-01", "", participatory, true)]
    };
    for (share, participatory, expected) in [
        (0, 0, ([800, 0, 1350, 0], false, true)),
        (500_000_000, 200, ([800, 400, 1550, 200], false, false)),
        (500_000_000, 399, ([800, 400, 1749, 399], false, false)),
        (500_000_000, 400, ([800, 400, 1750, 400], false, true)),
        // 0.3333 of 8 hours are 2.6664: what is needed in whole hundredths is what suffices.
        (333_300_000, 266, ([800, 267, 1616, 266], false, false)),
        (333_300_000, 267, ([800, 267, 1617, 267], false, true)),
        (1_000_000_000, 800, ([800, 800, 2150, 800], false, true)),
    ] {
        assert_eq!(
            counted(&with(participatory), rule(share), "2025-06-01"),
            expected,
            "{share} {participatory}"
        );
    }
}
