//! Plans a day's reminders, the owners' overdue reviews with them, and once a week the managers' digests and the
//! escalation, into the outbox: read, decide, make ready, and write once for each organisation (spec 2.8, 2.11).

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::planned::Planned;
use super::planned_parts::{PlannedParts, Writing};
use super::prepared_writes::{PlanningDecisions, prepare};
use super::reviews::{Reviews, other_message};
use super::weeks::{Weeks, has_come};
use super::written::as_written;
use crate::answers::{self, Question, SendingDays};
use crate::app::App;
use crate::audit::Actor;
use crate::compliance::Judge;
use crate::db::{Conn, DbResult};
use crate::outbox::store as outbox_store;
use crate::plan::{self, DigestReceiver, Plan, SendingDay};
use crate::register::store::{KnownAt, ViewDetail, newest_import, organisation_ids};
use crate::register::{EmailAddress, Indexed, OrganisationIndex, View};

/// Plans the messages of `today`, on behalf of `by`. What the run decides for an organisation is written in one
/// transaction, or nothing of it; whatever stands in the way of one, those written before it stay. What is given back is
/// what was written: of two runs at once the second has told nobody.
pub fn plan_reminders(
    app: &App,
    organisation: Option<&str>,
    today: NaiveDate,
    now: DateTime<Utc>,
    by: &Actor,
    parts: PlannedParts,
    writing: Writing,
) -> anyhow::Result<Planned> {
    let question = Question::now(today, now, organisation);
    answers::check_organisation(app, question.organisation.as_deref())?;
    let policy = answers::policy(app, &question)?;
    let is_sending_day = SendingDays::read(app, &policy.reminders)?.includes(today);
    if !is_sending_day || (parts == PlannedParts::Digests && !has_come(&policy.reminders, today)) {
        return Ok(Planned::default());
    }
    let planned_from = app.db.read(|conn| newest_import(conn, KnownAt::Latest))?;
    let view = answers::view(app, &question, ViewDetail::WithNames)?;
    let before = app.db.read(|conn| PlanningMemory::read(conn, &view, today))?;
    let day = SendingDay {
        on: today,
        weekly: before.weeks.due(&policy.reminders, &before.organisations, today, parts),
    };
    let mut plan = plan::plan(&Judge::new(&view, &policy), &before.told, &day);
    before.leave_out(&view, &mut plan, today);
    if parts == PlannedParts::Digests {
        plan.reminders.clear();
        plan.accounts = Indexed::default();
    }
    let reviews = match parts {
        PlannedParts::Digests => None,
        PlannedParts::Both | PlannedParts::Reminders => {
            Some(app.db.read(|conn| Reviews::read(app, conn, &policy, organisation))?)
        }
    };
    let mut reviews = reviews.as_ref().map_or(Vec::new(), |reviews| reviews.due(today));
    if writing == Writing::Outbox {
        let run = PlanningDecisions { view: &view, policy: &policy, plan: &plan, day: &day, planned_from };
        let mut written = Vec::new();
        for prepared in prepare(app, &run, &before.organisations, &reviews)? {
            written.push(prepared.write(app, by, today, now)?);
        }
        as_written(&written, &mut plan, &mut reviews);
    }
    let reviews: Vec<_> = reviews.iter().map(other_message).collect();
    let planned = Planned::of(view, policy).with_day(today, plan);
    Ok(reviews.into_iter().fold(planned, |planned, review| planned.with_other(today, review)))
}

/// What a run has to know of those before it.
#[derive(Debug, Default)]
pub(crate) struct PlanningMemory {
    /// The register's ids of the view's organisations.
    pub organisations: Indexed<OrganisationIndex, Option<i32>>,
    pub told: plan::PlanHistory,
    pub weeks: Weeks,
}

impl PlanningMemory {
    pub(crate) fn read(conn: &mut Conn, view: &View, today: NaiveDate) -> DbResult<Self> {
        let organisations = organisation_ids(conn, &view.organisation_codes())?;
        let told = outbox_store::plan_history(conn, &organisations)?;
        Ok(Self { organisations: organisations.into(), told, weeks: Weeks::read(conn, today)? })
    }

    /// Leaves out lists that were promised before, and those with nobody to go to: their organisation has no
    /// safeguarding contact.
    pub(crate) fn leave_out(&self, view: &View, plan: &mut Plan, today: NaiveDate) {
        let mut unreachable = HashSet::new();
        plan.digests.retain(|digest| {
            let organisation = view.organisations.get(digest.organisation);
            let contact = organisation.and_then(|o| EmailAddress::parse(&o.safeguarding_email));
            let reachable = digest.receiver != DigestReceiver::Contact || contact.is_some();
            if !reachable && unreachable.insert(digest.organisation) {
                tracing::warn!(
                    organisation = organisation.map_or("", |o| &o.code),
                    items = digest.items.len(),
                    "staff without a manager who can be reached are listed to nobody: give the organisation a \
                     safeguarding_email"
                );
            }
            let id = self.organisations.get(digest.organisation).copied().flatten();
            reachable && !id.is_some_and(|id| self.weeks.has(view, digest, id, today))
        });
    }
}
