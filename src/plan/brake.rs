//! The mail brake (spec 2.8).

use super::day::Plan;
use super::reminder::MailBrake;
use crate::compliance::Judge;
use crate::register::PersonIndex;

/// A run of fewer reminders to the staff of an organisation than these is never held.
const BRAKE_FROM: u64 = 50;

/// Holds the reminders of every organisation where the run would mail more people than the policy lets go unasked, and
/// its digests with them.
pub(super) fn hold(judge: &Judge<'_>, plan: &mut Plan) {
    let most = judge.policy.reminders.max_messages;
    let organisation = |person: PersonIndex| judge.view.people.get(person).map(|who| who.organisation);
    for at in plan.accounts.places() {
        let Some(account) = plan.accounts.get_mut(at) else { continue };
        if account.messaged < BRAKE_FROM || !most.exceeded_by(account.messaged, account.in_post) {
            continue;
        }
        account.held = std::mem::take(&mut account.messaged);
        for reminder in plan.reminders.iter_mut().filter(|r| organisation(r.person) == Some(at)) {
            reminder.brake = MailBrake::Held;
        }
        for digest in plan.digests.iter_mut().filter(|d| d.organisation == at) {
            digest.brake = MailBrake::Held;
        }
    }
}
