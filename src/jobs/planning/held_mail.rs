//! Whose mail is held: what is planned for them meanwhile is held with it, so that nothing goes round the mail brake
//! (spec 2.8).

use std::collections::HashSet;

use crate::db::{Conn, DbResult};
use crate::jobs::mail::digest::kind_of;
use crate::outbox::MessageKind;
use crate::outbox::store as outbox_store;
use crate::plan::{DigestReceiver, MailBrake, Plan};
use crate::register::{Indexed, OrganisationIndex, PersonIndex, View};

/// Who has mail that is held: its kind, the register's id of the organisation, and the staff id, or none of a contact's.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeldMail(HashSet<(MessageKind, i32, Option<i32>)>);

impl HeldMail {
    pub(crate) fn read(conn: &mut Conn) -> DbResult<Self> {
        Ok(Self(outbox_store::receivers_held(conn)?))
    }

    /// Holds what a day plans for any of them, and knows from then on whose mail the day holds. `organisations` are the
    /// register's ids of the view's.
    pub(crate) fn hold(
        &mut self,
        view: &View,
        organisations: &Indexed<OrganisationIndex, Option<i32>>,
        plan: &mut Plan,
    ) {
        let id = |organisation: OrganisationIndex| organisations.get(organisation).copied().flatten();
        let staff = |person: PersonIndex| view.people.get(person).map(|who| who.staff_id);
        for reminder in &mut plan.reminders {
            let Some(who) = view.people.get(reminder.person) else { continue };
            let Some(organisation) = id(who.organisation) else { continue };
            let theirs = (MessageKind::Reminder, organisation, Some(who.staff_id));
            if self.holds(theirs, &mut reminder.brake)
                && let Some(account) = plan.accounts.get_mut(who.organisation)
            {
                account.hold_one();
            }
        }
        for digest in &mut plan.digests {
            let Some(organisation) = id(digest.organisation) else { continue };
            let receiver = match digest.receiver {
                DigestReceiver::Manager(person) => staff(person),
                DigestReceiver::Contact | DigestReceiver::Escalated => None,
            };
            self.holds((kind_of(digest.receiver), organisation, receiver), &mut digest.brake);
        }
    }

    /// Whether it held what was not held before.
    fn holds(&mut self, theirs: (MessageKind, i32, Option<i32>), brake: &mut MailBrake) -> bool {
        match brake {
            MailBrake::Held => {
                self.0.insert(theirs);
                false
            }
            MailBrake::Open if self.0.contains(&theirs) => {
                *brake = MailBrake::Held;
                true
            }
            MailBrake::Open => false,
        }
    }
}
