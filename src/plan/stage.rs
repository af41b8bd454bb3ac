//! The stages of reminders: numbered by days to go, negative once overdue (spec 2.8).

use chrono::NaiveDate;

use crate::policy::ReminderRules;

/// Days from `today` to the due date; negative once it is past.
pub(crate) fn days_to_go(due_on: NaiveDate, today: NaiveDate) -> i32 {
    i32::try_from((due_on - today).num_days()).unwrap_or(i32::MAX)
}

/// The latest stage reached with this many days to go: the smallest one that is not smaller. `None` before the first.
///
/// After the due date the stages are -1, -1 - every, ... as often as the limit allows, then at the longer interval for
/// as long as it lasts.
pub(crate) fn latest_reached(rules: &ReminderRules, days_to_go: i32) -> Option<i32> {
    if days_to_go >= 0 {
        let before = rules.before_days.iter().filter_map(|days| i32::try_from(*days).ok());
        return before.filter(|stage| *stage >= days_to_go).min();
    }
    let overdue = i64::from(-days_to_go);
    let every = i64::from(rules.overdue_every_days.max(1));
    let then_every = i64::from(rules.overdue_then_every_days.max(1));
    let limit_at = 1 + i64::from(rules.overdue_limit) * every;
    let stage_at = if overdue < limit_at {
        1 + (overdue - 1) / every * every
    } else {
        limit_at + (overdue - limit_at) / then_every * then_every
    };
    i32::try_from(-stage_at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_stage_reached_is_the_smallest_not_below_the_days_to_go() {
        for (to_go, stage) in [
            (91, None),
            (90, Some(90)),
            (61, Some(90)),
            (60, Some(60)),
            (2, Some(7)),
            (1, Some(1)),
            (0, Some(1)),
            (-1, Some(-1)),
            (-7, Some(-1)),
            (-8, Some(-8)),
            (-84, Some(-78)),
            (-85, Some(-85)),
            (-114, Some(-85)),
            (-115, Some(-115)),
            (-145, Some(-145)),
            (-1000, Some(-985)),
        ] {
            assert_eq!(latest_reached(&ReminderRules::default(), to_go), stage, "{to_go} days to go");
        }
    }

    #[test]
    fn without_stages_before_the_first_is_the_day_after_and_a_limit_of_none_goes_straight_to_the_long_interval()
     {
        let bare = ReminderRules { before_days: Vec::new(), overdue_limit: 0, ..ReminderRules::default() };
        for (to_go, stage) in [(0, None), (-1, Some(-1)), (-30, Some(-1)), (-31, Some(-31)), (-61, Some(-61))]
        {
            assert_eq!(latest_reached(&bare, to_go), stage, "{to_go} days to go");
        }
    }
}
