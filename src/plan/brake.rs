//! The mail brake (spec 2.8).

use super::day::Plan;
use super::reminder::MailBrake;
use crate::compliance::Judge;

/// The mail brake never acts where fewer people than this are in post.
const BRAKE_FROM: u64 = 50;

/// Holds the reminders of every organisation where the run would mail more people than the policy lets go unasked, and
/// its digests with them.
pub(super) fn hold(judge: &Judge<'_>, plan: &mut Plan) {
    let most = judge.policy.reminders.max_messages;
    let organisation =
        |person: usize| judge.view.people.get(person).map_or(0, |who| usize::from(who.organisation));
    for (number, account) in plan.accounts.iter_mut().enumerate() {
        if account.in_post < BRAKE_FROM || !most.exceeded_by(account.messaged, account.in_post) {
            continue;
        }
        account.held = std::mem::take(&mut account.messaged);
        for reminder in plan.reminders.iter_mut().filter(|r| organisation(r.person) == number) {
            reminder.brake = MailBrake::Held;
        }
        for digest in plan.digests.iter_mut().filter(|d| usize::from(d.organisation) == number) {
            digest.brake = MailBrake::Held;
        }
    }
}
