//! Whether an organisation's lists of a week are due: once in each week, in the first planning run on a sending day, for
//! managers' digests from the policy's `manager_day` on (spec 2.8).

use std::collections::HashSet;

use chrono::{Datelike, Days, NaiveDate};

use super::planned_parts::PlannedParts;
use crate::db::{Conn, DbResult};
use crate::outbox::MessageKind;
use crate::outbox::store::{self as outbox_store, PromisedWeek};
use crate::plan::{Digest, DigestReceiver, Weekly, WeeklyList};
use crate::policy::ReminderRules;
use crate::register::{Indexed, OrganisationIndex, View};

/// The Monday of the week that `day` is in.
pub(crate) fn week_of(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day)
}

/// Whether the week's digests may go on `day`, were it the first sending day from then on.
pub(crate) fn has_come(rules: &ReminderRules, day: NaiveDate) -> bool {
    day.weekday().num_days_from_monday() >= rules.manager_day.num_days_from_monday()
}

/// What is known of a week's lists before a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Weeks {
    today: NaiveDate,
    digests: PromisedWeek,
    escalation: PromisedWeek,
    /// Organisations whose reminders of the day the brake holds.
    held: HashSet<i32>,
}

impl Weeks {
    /// Reads it for the week of `today`.
    pub(crate) fn read(conn: &mut Conn, today: NaiveDate) -> DbResult<Self> {
        let week = week_of(today);
        Ok(Self {
            today,
            digests: outbox_store::week_promised(conn, MessageKind::ManagerDigest, week)?,
            escalation: outbox_store::week_promised(conn, MessageKind::Escalation, week)?,
            held: outbox_store::organisations_held(conn, today)?,
        })
    }

    /// For each of the organisations, by the register's ids, which lists a run of these parts on `day` plans, were it the
    /// first run from today on. Digests come with the managers' part, an escalation with the reminders.
    pub(crate) fn due(
        &self,
        rules: &ReminderRules,
        organisations: &Indexed<OrganisationIndex, Option<i32>>,
        day: NaiveDate,
        parts: PlannedParts,
    ) -> Indexed<OrganisationIndex, Weekly> {
        let digests_come = parts != PlannedParts::Reminders && has_come(rules, day);
        let escalation_comes = parts != PlannedParts::Digests && rules.escalation.is_some();
        let due = |comes: bool, promised: &PromisedWeek, id: i32| {
            if !comes || (week_of(day) == week_of(self.today) && promised.done.contains(&id)) {
                WeeklyList::NotDue
            } else if day == self.today && self.held.contains(&id) {
                WeeklyList::DueHeld
            } else {
                WeeklyList::Due
            }
        };
        let weekly = |id: &Option<i32>| {
            id.map_or(Weekly::default(), |id| Weekly {
                digests: due(digests_come, &self.digests, id),
                escalation: due(escalation_comes, &self.escalation, id),
            })
        };
        organisations.iter().map(weekly).collect()
    }

    /// Whether this list of the organisation with this id is promised already.
    pub(crate) fn has(&self, view: &View, digest: &Digest, organisation_id: i32, day: NaiveDate) -> bool {
        let promised = match digest.receiver {
            DigestReceiver::Manager(_) | DigestReceiver::Contact => &self.digests,
            DigestReceiver::Escalated => &self.escalation,
        };
        let staff_id = match digest.receiver {
            DigestReceiver::Manager(person) => view.people.get(person).map(|who| who.staff_id),
            DigestReceiver::Contact | DigestReceiver::Escalated => None,
        };
        week_of(day) == week_of(self.today) && promised.receivers.contains(&(organisation_id, staff_id))
    }
}
