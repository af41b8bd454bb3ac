//! `[reminders]`: when staff and managers are told (spec 2.8).

use chrono::{NaiveDate, Weekday};

use super::numbers::{MOST_DAYS, percent};
use super::types::{EscalationRule, Percent, ReminderRules};
use crate::register::EmailAddress;
use crate::toml_file::{Placed, TableSection};

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

/// As many overdue stages as still have a number: the limit times the longest interval must not overflow one.
const MOST_STAGES: u32 = 10_000;

/// The spec's defaults.
impl Default for ReminderRules {
    fn default() -> Self {
        Self {
            before_days: vec![90, 60, 30, 14, 7, 1],
            overdue_every_days: 7,
            overdue_limit: 12,
            overdue_then_every_days: 30,
            max_messages: Percent(25 * Percent::ONE.0),
            manager_day: Weekday::Mon,
            manager_from_days: 30,
            working_days_only: true,
            extra_holidays: Vec::new(),
            not_holidays: Vec::new(),
            escalation: None,
        }
    }
}

/// The reminder rules, with the spec's defaults for what is not there.
pub(super) fn read(root: &TableSection<'_>, due_soon_days: u32) -> ReminderRules {
    let default = ReminderRules::default();
    let section = root.table("reminders", "[reminders]");
    if !section.as_ref().is_some_and(|section| section.has("before_days")) {
        for stage in default.before_days.iter().filter(|stage| **stage > due_soon_days) {
            root.warning("due_soon_days", never_fires(*stage, due_soon_days));
        }
    }
    let Some(section) = section else {
        return default;
    };
    let days = |key, least| section.integer(key, least..=MOST_DAYS);
    let rules = ReminderRules {
        before_days: read_before_days(&section, due_soon_days).unwrap_or(default.before_days),
        overdue_every_days: days("overdue_every_days", 1).unwrap_or(default.overdue_every_days),
        overdue_limit: section.integer("overdue_limit", 0..=MOST_STAGES).unwrap_or(default.overdue_limit),
        overdue_then_every_days: days("overdue_then_every_days", 1)
            .unwrap_or(default.overdue_then_every_days),
        max_messages: percent(&section, "max_messages").unwrap_or(default.max_messages),
        manager_day: section.choice("manager_day", &WEEKDAYS).unwrap_or(default.manager_day),
        manager_from_days: days("manager_from_days", 0).unwrap_or(default.manager_from_days),
        working_days_only: section.boolean("working_days_only").unwrap_or(default.working_days_only),
        extra_holidays: section.dates("extra_holidays").unwrap_or_default(),
        not_holidays: section.dates("not_holidays").unwrap_or_default(),
        escalation: read_escalation(&section),
    };
    if rules.working_days_only && matches!(rules.manager_day, Weekday::Sat | Weekday::Sun) {
        let message = "`manager_day` is not a working day, and only those are sending days: \
                       name a day from monday to friday, or set working_days_only = false";
        section.fault("manager_day", message);
    }
    warn_of_contradictions(&section, &rules.extra_holidays, &rules.not_holidays);
    section.finish();
    rules
}

/// Both keys, or neither.
fn read_escalation(section: &TableSection<'_>) -> Option<EscalationRule> {
    const AFTER: &str = "escalate_after_days";
    const TO: &str = "escalate_to";
    let after_days = section.integer(AFTER, 1..=MOST_DAYS);
    let to = section.parsed(TO, "an email address, such as \"chief.nurse@example.org\"", EmailAddress::parse);
    for (key, other, example) in
        [(AFTER, TO, "escalate_to = \"chief.nurse@example.org\""), (TO, AFTER, "escalate_after_days = 60")]
    {
        if section.has(key) && !section.has(other) {
            section
                .fault(key, format!("`{key}` needs `{other}` beside it: write {example}, or remove `{key}`"));
        }
    }
    Some(EscalationRule { after_days: after_days?, to: to? })
}

fn read_before_days(section: &TableSection<'_>, due_soon_days: u32) -> Option<Vec<u32>> {
    let mut days: Vec<u32> = Vec::new();
    for Placed { value: stage, place } in section.integers("before_days", 0..=MOST_DAYS)? {
        if days.contains(&stage) {
            section.fault_at(&place, format!("`before_days` has {stage} twice: take one out"));
        } else {
            days.push(stage);
        }
        if stage > due_soon_days {
            section.warning_at(&place, never_fires(stage, due_soon_days));
        }
    }
    days.sort_unstable_by(|a, b| b.cmp(a));
    Some(days)
}

fn never_fires(stage: u32, due_soon_days: u32) -> String {
    format!(
        "`before_days` has {stage}, which never fires: a course is due soon only from {due_soon_days} days on \
         (due_soon_days)"
    )
}

fn warn_of_contradictions(section: &TableSection<'_>, extra: &[NaiveDate], not: &[NaiveDate]) {
    for day in extra.iter().filter(|day| not.contains(day)) {
        section.warning("not_holidays", format!("{day} is in extra_holidays and in not_holidays"));
    }
}
