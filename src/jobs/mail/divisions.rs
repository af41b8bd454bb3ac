//! How the units of an organisation stand, for all digests of a day: everyone is judged once for them, not once for each.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use crate::compliance::{Group, GroupBy, Judge, rates};
use crate::db::Conn;
use crate::policy::Policy;
use crate::register::store::{self, KnownAt, ViewDetail};

/// The rates by unit that were worked out last.
#[derive(Debug, Default)]
pub(crate) struct UnitRatesCache(Mutex<Option<UnitRates>>);

/// Rates by unit, and what they were worked out from: nothing else bears on them.
#[derive(Debug)]
struct UnitRates {
    newest_import: i32,
    today: NaiveDate,
    policy: Arc<Policy>,
    /// By the register's id of the organisation.
    groups: HashMap<i32, Arc<Vec<Group>>>,
}

impl UnitRatesCache {
    /// The groups of the rates by unit today, of everyone in the organisation with this id; `newest_import` is the
    /// register's.
    pub(crate) fn of(
        &self,
        conn: &mut Conn,
        policy: &Arc<Policy>,
        organisation_id: i32,
        (today, newest_import): (NaiveDate, i32),
    ) -> anyhow::Result<Arc<Vec<Group>>> {
        // A panic while the lock was held left at worst rates of another state, which their own account tells apart.
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_of_now = |rates: &UnitRates| {
            rates.newest_import == newest_import && rates.today == today && *rates.policy == **policy
        };
        let mut current = cached.take().filter(is_of_now).unwrap_or_else(|| UnitRates {
            newest_import,
            today,
            policy: Arc::clone(policy),
            groups: HashMap::new(),
        });
        let groups = match current.groups.get(&organisation_id) {
            Some(known) => Arc::clone(known),
            None => Arc::new(worked_out(conn, policy, organisation_id, today)?),
        };
        current.groups.insert(organisation_id, Arc::clone(&groups));
        *cached = Some(current);
        Ok(groups)
    }
}

fn worked_out(
    conn: &mut Conn,
    policy: &Policy,
    organisation_id: i32,
    today: NaiveDate,
) -> anyhow::Result<Vec<Group>> {
    let staff: HashSet<i32> = store::with_a_post(conn, organisation_id)?;
    // Whose mail comes back makes no difference to who is up to date.
    let bouncing = HashMap::new();
    let view = store::view_of_people(conn, KnownAt::Latest, None, &staff, ViewDetail::Judgement, &bouncing)?;
    Ok(rates(&Judge::new(&view, policy), today, &[GroupBy::Unit]).groups)
}
