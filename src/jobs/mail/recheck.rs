//! The second look at a message at the moment of sending: whether, to whom and with what words (spec 5).
//!
//! A reminder, digest or review message finds its words here, at its first attempt, by the register as it stands then; at
//! every further attempt it is only asked whether it is still to be sent. Each look reads the part of the register that its
//! messages are for and about, what they promised, whether newer ones were planned, and whether their receivers had others
//! today, once for all of them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use chrono::NaiveDate;

use super::divisions::UnitRatesCache;
use super::receivers::Receivers;
use super::{digest, reminder, review};
use crate::answers::{self, SendingDays};
use crate::app::App;
use crate::compliance::{Assessment, Judge, Presence};
use crate::db::Conn;
use crate::delivery::{RecheckFailed, SendingRecheck, SendingVerdict};
use crate::jobs::accounts::on_its_way::reason_to_cancel;
use crate::outbox::{
    Letterhead, ListedMessage, Message, MessageKind, MessageToSend, MessageWords, SendingCheck,
    store::{self as outbox_store, OtherMail},
};
use crate::plan::{self, DigestReceiver};
use crate::policy::{self, Policy};
use crate::register::store::{KnownAt, newest_import};
use crate::register::{EmailAddress, PersonIndex};

/// Why a message is not sent that says nothing true any more.
const NOT_DUE: &str = "what it tells is no longer due";

/// The policy that was parsed last, and its text: it seldom changes.
type ParsedPolicyCache = Mutex<Option<(String, Arc<Policy>)>>;

/// The second look for all messages of `app`.
pub(crate) fn recheck(app: Arc<App>) -> SendingRecheck {
    let (parsed, units) = (ParsedPolicyCache::default(), UnitRatesCache::default());
    Arc::new(move |conn, due| {
        let failed = |error: anyhow::Error| RecheckFailed(format!("{error:#}"));
        let verdicts =
            policy_of(&app, &parsed).and_then(|policy| verdicts(&app, conn, (&policy, &units), due));
        match verdicts.map_err(failed) {
            Ok(verdicts) => verdicts.into_iter().map(|verdict| verdict.map_err(failed)).collect(),
            Err(failed) => due.iter().map(|_| Err(failed.clone())).collect(),
        }
    })
}

/// What messages that have no words yet would say if they were sent now, or why they would not be sent.
pub fn would_say(app: &App, messages: &[Message]) -> anyhow::Result<Vec<Result<MessageToSend, String>>> {
    let policy = policy_of(app, &ParsedPolicyCache::default())?;
    app.db.try_read(|conn| {
        let all: Vec<&Message> = messages.iter().collect();
        let receivers = Receivers::read(app, conn, &policy, &all)?;
        let judge = Judge::new(&receivers.view, &policy);
        let units = UnitRatesCache::default();
        let today = app.today();
        let newest_import = newest_import(conn, KnownAt::Latest)?;
        let look = RecheckLook {
            app,
            policy: &policy,
            receivers: &receivers,
            judge: &judge,
            today,
            newest_import,
            units: &units,
        };
        messages.iter().map(|message| look.handing(conn, message)).collect()
    })
}

fn policy_of(app: &App, parsed: &ParsedPolicyCache) -> anyhow::Result<Arc<Policy>> {
    let text = answers::policy_text_of(app, app.today())?.context("no policy was ever recorded")?;
    // A panic while the lock was held left at worst another policy, which its text tells apart.
    let mut parsed = parsed.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, policy)) = parsed.as_ref()
        && *known == text
    {
        return Ok(Arc::clone(policy));
    }
    let policy = Arc::new(policy::parse(&text, "the recorded policy")?.policy);
    *parsed = Some((text, Arc::clone(&policy)));
    Ok(policy)
}

/// What the look comes to for each of `due`, in their order.
fn verdicts(
    app: &App,
    conn: &mut Conn,
    (policy, units): (&Arc<Policy>, &UnitRatesCache),
    due: &[&Message],
) -> anyhow::Result<Vec<anyhow::Result<SendingVerdict>>> {
    let today = app.today();
    let sending_days = SendingDays::read(app, &policy.reminders)?;
    let next_day = sending_days.next_after(today);
    let waits = |one: &Message| one.listed.is_without_words() && !sending_days.includes(today);
    let asked: Vec<&Message> = due.iter().copied().filter(|one| !waits(one)).collect();
    let receivers = Receivers::read(app, conn, policy, &asked)?;
    let judge = Judge::new(&receivers.view, policy);
    let newest_import = newest_import(conn, KnownAt::Latest)?;
    let look = RecheckLook { app, policy, receivers: &receivers, judge: &judge, today, newest_import, units };
    let listed: Vec<&ListedMessage> = due.iter().map(|one| &one.listed).collect();
    let others = OtherMail::read(conn, &listed, today)?;
    let mut handed = HandedMail::default();
    let mut in_order: Vec<(usize, &Message)> = due.iter().copied().enumerate().collect();
    in_order.sort_by_key(|(_, message)| message.listed.id);
    let mut verdicts: Vec<(usize, anyhow::Result<SendingVerdict>)> = Vec::with_capacity(due.len());
    for (place, message) in in_order {
        let verdict = if waits(message) {
            superseded(conn, &others, &message.listed)
                .map(|newer| newer.map_or(SendingVerdict::PutOff(next_day), SendingVerdict::Superseded))
        } else {
            look.verdict(conn, message, (&others, next_day), &mut handed)
        };
        verdicts.push((place, verdict));
    }
    verdicts.sort_by_key(|(place, _)| *place);
    Ok(verdicts.into_iter().map(|(_, verdict)| verdict).collect())
}

/// The newer message that tells what this one was to tell. One that may have arrived is finished first: its receiver knows it
/// by its `Message-ID`.
fn superseded(conn: &mut Conn, others: &OtherMail, listed: &ListedMessage) -> anyhow::Result<Option<i32>> {
    if !listed.kind.is_worded_late() || listed.is_in_doubt() {
        return Ok(None);
    }
    Ok(others.newer_than(conn, listed)?)
}

/// The kind of a message, its organisation and its receiver.
type MailReceiver = (MessageKind, i32, Option<i32>, String);

/// To whom messages of one look go.
#[derive(Default)]
struct HandedMail {
    receivers: HashSet<MailReceiver>,
    /// Lists of reports: the organisation, the address in small letters, and whether it is to the contact.
    lists: HashSet<(i32, String, bool)>,
}

/// What a look at some messages goes by.
struct RecheckLook<'a> {
    app: &'a App,
    policy: &'a Arc<Policy>,
    receivers: &'a Receivers,
    judge: &'a Judge<'a>,
    today: NaiveDate,
    newest_import: i32,
    units: &'a UnitRatesCache,
}

impl RecheckLook<'_> {
    fn verdict(
        &self,
        conn: &mut Conn,
        message: &Message,
        (others, next_day): (&OtherMail, NaiveDate),
        handed: &mut HandedMail,
    ) -> anyhow::Result<SendingVerdict> {
        let listed = &message.listed;
        if let Some(newer) = superseded(conn, others, listed)? {
            return Ok(SendingVerdict::Superseded(newer));
        }
        let to = (listed.kind, listed.organisation_id, listed.staff_id, listed.recipient.clone());
        if listed.waits_its_turn() && (handed.receivers.contains(&to) || others.had_another(conn, listed)?) {
            return Ok(SendingVerdict::PutOff(next_day));
        }
        Ok(match self.handing(conn, message)? {
            Ok(handing) => {
                let is_list = listed.is_list_of_reports();
                let list =
                    (listed.organisation_id, handing.recipient.to_lowercase(), listed.staff_id.is_none());
                let other = (list.0, list.1.clone(), !list.2);
                if is_list
                    && listed.waits_its_turn()
                    && (handed.lists.contains(&other)
                        || others.had_other_list(conn, listed, &handing.recipient)?)
                {
                    return Ok(SendingVerdict::PutOff(next_day));
                }
                handed.receivers.insert(to);
                handed.lists.extend(is_list.then_some(list));
                SendingVerdict::Send(handing)
            }
            Err(reason) => SendingVerdict::Cancel(reason),
        })
    }

    /// To whom a message goes and what it says, or why it is not to be sent; not to an address that mail comes back from.
    fn handing(&self, conn: &mut Conn, message: &Message) -> anyhow::Result<Result<MessageToSend, String>> {
        let handing = match message.listed.kind.check() {
            SendingCheck::OwnCourses => self.reminder(message)?,
            SendingCheck::Reports => match self.reader_of_reports(message) {
                Ok((receiver, recipient)) => self.list(conn, message, receiver, recipient)?,
                Err(reason) => Err(reason),
            },
            SendingCheck::LongOverdue => match &self.policy.reminders.escalation {
                Some(of) => self.list(conn, message, DigestReceiver::Escalated, of.to.as_str().to_owned())?,
                None => Err("the policy names nobody to hear of it now"),
            },
            SendingCheck::Reviews => self.review(conn, message)?,
            SendingCheck::BoardRecipient => self.summary(message),
            SendingCheck::AccountLink => match reason_to_cancel(conn, message, self.app.now())? {
                None => Ok(self.addressed(message, message.listed.recipient.clone(), None)),
                Some(reason) => Err(reason),
            },
            SendingCheck::Nothing => Ok(self.addressed(message, message.listed.recipient.clone(), None)),
        };
        Ok(match handing {
            // Contacts, boards and the operator are never silenced (spec 5), also where somebody on the staff has the same
            // address.
            Ok(handing)
                if message.listed.staff_id.is_some() && self.receivers.is_silenced(&handing.recipient) =>
            {
                Err("mail to the recipient's address comes back".to_owned())
            }
            Ok(handing) => Ok(handing),
            Err(reason) => Err(reason.to_owned()),
        })
    }

    /// With the address and the contact of now, or those that its first attempt had.
    fn addressed(&self, message: &Message, recipient: String, words: Option<MessageWords>) -> MessageToSend {
        if message.head.is_some() {
            return MessageToSend {
                recipient: message.listed.recipient.clone(),
                head: message.head.clone(),
                words,
            };
        }
        let organisation = self.receivers.organisation(message.listed.organisation_id);
        let head = organisation.map(|of| Letterhead {
            from_name: self.app.sender_name(&of.code, &of.name),
            reply_to: self.app.reply_to(&of.code, &of.safeguarding_email),
        });
        MessageToSend { recipient, head, words }
    }

    fn contact(&self, organisation: i32) -> Option<EmailAddress> {
        EmailAddress::parse(&self.receivers.organisation(organisation)?.safeguarding_email)
    }

    fn reminder(&self, message: &Message) -> anyhow::Result<Result<MessageToSend, &'static str>> {
        let (person, recipient) = match self.member_of_staff(message) {
            Ok(found) => found,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut assessment = Assessment::default();
        self.judge.assess(person, self.today, self.today, &mut assessment);
        let told = self.receivers.told_in(message.listed.id);
        let promised = |course: &str, due_on| {
            told.iter().any(|one| (one.course.as_str(), one.due_on) == (course, due_on))
        };
        let items = plan::promised_items(self.judge, &assessment.courses, promised, self.today);
        let Some(items) = items else { return Ok(Err(NOT_DUE)) };
        let words = match message.listed.is_without_words() {
            true => {
                let view = &self.receivers.view;
                Some(reminder::words(view, self.policy, person, &items, self.today)?)
            }
            false => None,
        };
        Ok(Ok(self.addressed(message, recipient, words)))
    }

    /// The manager, or the contact in the place of one, and their address; or why it goes nowhere any more.
    fn reader_of_reports(&self, message: &Message) -> Result<(DigestReceiver, String), &'static str> {
        if message.listed.staff_id.is_some() {
            return self
                .member_of_staff(message)
                .map(|(person, recipient)| (DigestReceiver::Manager(person), recipient));
        }
        let contact = self.contact(message.listed.organisation_id);
        let contact = contact.ok_or("the organisation has no safeguarding contact now")?;
        Ok((DigestReceiver::Contact, contact.as_str().to_owned()))
    }

    fn list(
        &self,
        conn: &mut Conn,
        message: &Message,
        receiver: DigestReceiver,
        recipient: String,
    ) -> anyhow::Result<Result<MessageToSend, &'static str>> {
        let listed = &message.listed;
        let Some(organisation) = self.receivers.organisation_place(listed.organisation_id) else {
            return Ok(Err(NOT_DUE));
        };
        let people = self.receivers.may_be_listed(listed);
        let digest = plan::digest_of(self.judge, organisation, receiver, people, self.today);
        let Some((digest, team)) = digest else { return Ok(Err(NOT_DUE)) };
        let view = &self.receivers.view;
        if listed.is_without_words() {
            let division = match receiver {
                DigestReceiver::Manager(manager) => {
                    let now = (self.today, self.newest_import);
                    let groups = self.units.of(conn, self.policy, listed.organisation_id, now)?;
                    digest::division_of(self.judge, manager, team.staff, &groups, self.today)
                }
                DigestReceiver::Contact | DigestReceiver::Escalated => None,
            };
            let words = digest::words(view, self.policy, (&digest, &team), division, self.today)?;
            return Ok(Ok(self.addressed(message, recipient, Some(words))));
        }
        let now = digest::digest_items(view, self.policy, &digest.items);
        let still_listed = outbox_store::digest_items(conn, listed.id)?.iter().any(|item| now.contains(item));
        Ok(if still_listed { Ok(self.addressed(message, recipient, None)) } else { Err(NOT_DUE) })
    }

    fn review(
        &self,
        conn: &mut Conn,
        message: &Message,
    ) -> anyhow::Result<Result<MessageToSend, &'static str>> {
        let listed = &message.listed;
        let code = self.receivers.organisation_code(listed.organisation_id);
        let words = review::words(self.app, conn, self.policy, listed, code, self.today)?;
        let Some(words) = words else { return Ok(Err(NOT_DUE)) };
        let words = listed.is_without_words().then_some(words);
        Ok(Ok(self.addressed(message, listed.recipient.clone(), words)))
    }

    fn summary(&self, message: &Message) -> Result<MessageToSend, &'static str> {
        let listed = &message.listed;
        let code = self.receivers.organisation_code(listed.organisation_id);
        if self.app.board_recipients(code).all(|recipient| *recipient != listed.recipient) {
            return Err("the recipient no longer receives the board summary");
        }
        Ok(self.addressed(message, listed.recipient.clone(), None))
    }

    /// The receiver of a message to a member of staff and their address, or why it goes nowhere any more.
    fn member_of_staff(&self, message: &Message) -> Result<(PersonIndex, String), &'static str> {
        const LEFT: &str = "the recipient has left or is absent";
        let person =
            message.listed.staff_id.and_then(|staff_id| self.receivers.person(staff_id)).ok_or(LEFT)?;
        if self.judge.presence(person, self.today) != Presence::Present {
            return Err(LEFT);
        }
        let name = self.receivers.view.names.get(person).ok_or(LEFT)?;
        if self.receivers.is_somebody_else(message.listed.id, name) {
            return Err("the employee number belongs to another person now");
        }
        if name.email.is_empty() {
            return Err("the recipient no longer has an email address");
        }
        Ok((person, name.email.clone()))
    }
}
