//! What of a planning run was written: between its reading and its writing another run may have told some of it.

use std::collections::HashSet;

use crate::plan::{Account, Plan, ReviewReminder};
use crate::register::OrganisationIndex;

/// The messages of a run that another run had promised, by their places in what the run decided.
#[derive(Debug, Default)]
pub(crate) struct ToldMeanwhile {
    /// Of its reminders.
    pub reminders: HashSet<usize>,
    /// Of its lists of the week.
    pub digests: HashSet<usize>,
    /// Of its reviews.
    pub reviews: HashSet<usize>,
}

/// What was written for one organisation.
#[derive(Debug)]
pub(crate) struct WrittenPart {
    /// The organisation; `None` where nobody is on its staff.
    pub organisation: Option<OrganisationIndex>,
    /// What its account came to; `None` of a run that has none.
    pub account: Option<Account>,
    /// What was not written, since it was told meanwhile.
    pub told: ToldMeanwhile,
}

/// Has what a run decided say what was written, so that whatever is printed or reported of it is what happened.
pub(crate) fn as_written(parts: &[WrittenPart], plan: &mut Plan, reviews: &mut Vec<ReviewReminder<'_>>) {
    let places = |of: fn(&ToldMeanwhile) -> &HashSet<usize>| -> HashSet<usize> {
        parts.iter().flat_map(|part| of(&part.told)).copied().collect()
    };
    leave_out(&mut plan.reminders, &places(|told| &told.reminders));
    leave_out(&mut plan.digests, &places(|told| &told.digests));
    leave_out(reviews, &places(|told| &told.reviews));
    for part in parts {
        let account = part.organisation.and_then(|organisation| plan.accounts.get_mut(organisation));
        if let (Some(account), Some(written)) = (account, part.account) {
            *account = written;
        }
    }
}

fn leave_out<T>(all: &mut Vec<T>, places: &HashSet<usize>) {
    let mut next = 0..;
    all.retain(|_| !next.next().is_some_and(|place| places.contains(&place)));
}
