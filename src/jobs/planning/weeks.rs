//! Whether an organisation's managers are due their digests: once in each week, in the first planning run on a sending
//! day from the policy's `manager_day` on (spec 2.8).

use std::collections::HashSet;

use chrono::{Datelike, Days, NaiveDate};

use crate::db::Conn;
use crate::outbox::store as outbox_store;
use crate::plan::{Digest, Digests, Receiver};
use crate::policy::ReminderRules;
use crate::register::View;

/// The Monday of the week that `day` is in.
pub fn week_of(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day)
}

/// Whether the week's digests may go on `day`, were it the first sending day from then on.
pub fn has_come(rules: &ReminderRules, day: NaiveDate) -> bool {
    day.weekday().num_days_from_monday() >= rules.manager_day.num_days_from_monday()
}

/// What is known of a week's digests before a run.
#[derive(Debug, Clone, Default)]
pub struct DigestWeeks {
    today: NaiveDate,
    /// Organisations that have had this week's.
    done: HashSet<i32>,
    /// Organisations whose reminders of the day the brake holds.
    held: HashSet<i32>,
    /// Digests of the week that stand, where others were cancelled by hand and the week is open again.
    promised: HashSet<String>,
}

impl DigestWeeks {
    /// Reads it for the week of `today`.
    pub fn read(conn: &mut Conn, today: NaiveDate) -> anyhow::Result<Self> {
        let week = week_of(today);
        Ok(Self {
            today,
            done: outbox_store::digest_weeks(conn, week)?,
            held: outbox_store::organisations_held(conn, today)?,
            promised: outbox_store::digests_promised(conn, week)?,
        })
    }

    /// For each of the organisations, by the register's ids, whether a run on `day` plans its digests, were it the first
    /// run from today on.
    pub fn due(&self, rules: &ReminderRules, organisations: &[Option<i32>], day: NaiveDate) -> Vec<Digests> {
        let is_done = |id: &i32| week_of(day) == week_of(self.today) && self.done.contains(id);
        let due = |id: &Option<i32>| match id {
            Some(id) if has_come(rules, day) && !is_done(id) => {
                if day == self.today && self.held.contains(id) { Digests::DueHeld } else { Digests::Due }
            }
            _ => Digests::NotDue,
        };
        organisations.iter().map(due).collect()
    }

    /// Whether this digest is promised already.
    pub fn has(&self, view: &View, digest: &Digest, day: NaiveDate) -> bool {
        self.promised.contains(&once_key(view, digest, day))
    }
}

/// What makes a digest come once a week: the organisation, the week, and the manager's number or none.
pub fn once_key(view: &View, digest: &Digest, day: NaiveDate) -> String {
    let organisation = view.organisations.get(usize::from(digest.organisation));
    let code = organisation.map_or("", |organisation| &organisation.code);
    let week = week_of(day);
    match digest.receiver {
        Receiver::Contact => format!("manager-digest {code} {week}"),
        Receiver::Manager(person) => {
            let number = view.people.get(person).map_or("", |who| &who.employee_number);
            format!("manager-digest {code} {week} {number}")
        }
    }
}
