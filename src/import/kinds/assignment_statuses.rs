//! What staff lists say of assignments, and which of it is news.

use hashbrown::HashSet;

use crate::policy::Policy;

/// The assignment statuses met so far that are no news: known to the policy, or warned about already.
pub(super) struct AssignmentStatuses {
    told: HashSet<String>,
    /// As files write them, to be quick about those met before.
    met: HashSet<String>,
}

/// The statuses remembered; nobody has as many, and nobody reads as many warnings.
const MOST_STATUSES: usize = 10_000;

impl AssignmentStatuses {
    /// None met yet.
    pub(super) fn of(policy: &Policy) -> Self {
        let known = policy.absent_statuses.iter().chain(&policy.present_statuses);
        let told = known.map(|status| folded(status)).chain([String::new()]).collect();
        Self { told, met: HashSet::from([String::new()]) }
    }

    /// Whether the status is one that the policy doesn't know, met for the first time.
    pub(super) fn is_new(&mut self, status: &str) -> bool {
        if self.met.contains(status) || self.told.len() > MOST_STATUSES {
            return false;
        }
        if self.met.len() < MOST_STATUSES {
            self.met.insert(status.to_owned());
        }
        self.told.insert(folded(status))
    }
}

/// A status for comparing whole, ignoring case and runs of space (spec 2.2).
fn folded(status: &str) -> String {
    status.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
