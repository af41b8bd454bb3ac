//! The mails that say that the mail brake holds a run (spec 2.8).

use chrono::NaiveDate;

use crate::jobs::mail::digest::kind_of;
use crate::mail::{Mail, OperatorAlert};
use crate::outbox::{MessageKind, NewMessage};
use crate::plan::{MailBrake, Plan};
use crate::policy::Policy;
use crate::register::{EmailAddress, OrganisationIndex, View};
use crate::wording::counted;

/// Which of an organisation's lists the brake holds with its reminders: `31 managers' digests and 1 escalation`; `None` for
/// none.
pub(crate) fn held_with_reminders(plan: &Plan, organisation: OrganisationIndex) -> Option<String> {
    let held = || {
        let theirs = plan.digests.iter().filter(|digest| digest.organisation == organisation);
        theirs.filter(|digest| digest.brake == MailBrake::Held).map(|digest| kind_of(digest.receiver))
    };
    let counts = MessageKind::planned().map(|kind| (kind, held().filter(|held| *held == kind).count()));
    let counts = counts.filter(|(_, count)| *count > 0);
    let words: Vec<String> = counts
        .map(|(kind, count)| {
            let (one, many) = kind.one_and_many();
            counted(count, one, many)
        })
        .collect();
    (!words.is_empty()).then(|| words.join(" and "))
}

/// Mails to the operator and to the safeguarding contact of every organisation whose messages are held, once a day each;
/// one where they are the same.
pub(crate) fn alerts(
    view: &View,
    policy: &Policy,
    plan: &Plan,
    operator: Option<&EmailAddress>,
    today: NaiveDate,
) -> anyhow::Result<Vec<(OrganisationIndex, NewMessage)>> {
    let mut alerts = Vec::new();
    for ((at, account), organisation) in plan.accounts.placed().zip(&view.organisations) {
        if account.held == 0 {
            continue;
        }
        let contact = EmailAddress::parse(&organisation.safeguarding_email);
        let recipients = recipients(operator, contact.as_ref());
        if recipients.is_empty() {
            tracing::warn!(
                organisation = organisation.code,
                held = account.held,
                "the mail brake holds a run, and nobody can be told: give the organisation a safeguarding_email, or \
                 [operator] an email"
            );
        }
        let rendered = OperatorAlert {
            organisation: organisation.name.clone(),
            code: organisation.code.clone(),
            planned_on: today,
            reminders: account.held,
            lists: held_with_reminders(plan, at),
            in_post: account.in_post,
            max_millionths: policy.reminders.max_messages.millionths(),
        }
        .render()?;
        for recipient in recipients {
            let message = NewMessage {
                kind: MessageKind::Operator,
                organisation_id: 0,
                staff_id: None,
                recipient: recipient.as_str().to_owned(),
                content: rendered.clone(),
                once_key: Some(format!(
                    "mail-brake {} {today} {}",
                    organisation.code,
                    recipient.as_str().to_lowercase()
                )),
                planned_on: today,
            };
            alerts.push((at, message));
        }
    }
    Ok(alerts)
}

fn recipients<'a>(
    operator: Option<&'a EmailAddress>,
    contact: Option<&'a EmailAddress>,
) -> Vec<&'a EmailAddress> {
    let same = |one: &EmailAddress, other: &EmailAddress| one.as_str().eq_ignore_ascii_case(other.as_str());
    let operator = operator.filter(|operator| contact.is_none_or(|contact| !same(operator, contact)));
    contact.into_iter().chain(operator).collect()
}
