//! The second look at a message at the moment of sending: whom and whether to send (spec 5).
//!
//! Judged from one reading of the register for all that waits, read again only when an import, the day or the policy
//! changed: never a reading of the register per message.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use super::assurance_reviews::still_overdue;
use crate::app::{App, Question};
use crate::bounces;
use crate::compliance::{Assessment, Judge, Presence};
use crate::db::Conn;
use crate::delivery::{Recheck, RecheckFailed, Verdict};
use crate::outbox::{Claimed, Kind, Listed, Reported, store as outbox_store};
use crate::plan::{self, Receiver, Told};
use crate::policy::Policy;
use crate::register::store::{self, Detail, Known};
use crate::register::{Organisation, View};

/// How everyone with a waiting message stands.
#[derive(Debug, Default)]
struct Standings {
    /// What they were judged from: the newest import, the day and the policy's text.
    judged_from: Option<(i32, NaiveDate, String)>,
    people: HashMap<i32, Standing>,
    /// What a digest of today would list, where one waits.
    digests: Option<Digests>,
    /// By the register's organisation id.
    organisations: HashMap<i32, Organisation>,
}

/// One person: whether mail may go to them, where, and what they are to be told of.
#[derive(Debug, Default)]
struct Standing {
    present: bool,
    email: String,
    due: Vec<(String, NaiveDate)>,
}

/// What digests would list, by organisation code and manager, `None` for the contact.
type Digests = HashMap<(String, Option<i32>), HashSet<Reported>>;

/// The second look for all messages of `app`.
pub fn recheck(app: Arc<App>) -> Recheck {
    let standings = Mutex::new(Standings::default());
    Arc::new(move |conn, claimed| {
        // A panic while the lock was held left at worst an older judgement, which its key tells apart.
        let mut standings = standings.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error: anyhow::Error| RecheckFailed(format!("{error:#}"));
        match judge_again(&app, conn, claimed, &mut standings).map_err(failed) {
            Ok(()) => {
                claimed.iter().map(|one| verdict(&app, conn, one, &standings).map_err(failed)).collect()
            }
            Err(failed) => claimed.iter().map(|_| Err(failed.clone())).collect(),
        }
    })
}

/// Brings the standings up to date with the register, the day and the policy, where they are not.
fn judge_again(
    app: &App,
    conn: &mut Conn,
    claimed: &[Claimed],
    standings: &mut Standings,
) -> anyhow::Result<()> {
    let today = app.today();
    let policy_text = crate::policy::store::in_force(conn, today, None)?.unwrap_or_default();
    let key = (store::newest_import(conn, Known::Latest)?, today, policy_text);
    let is_known = |one: &Claimed| {
        let message = &one.message.listed;
        message.staff_id.is_none_or(|staff_id| standings.people.contains_key(&staff_id))
            && (message.kind != Kind::ManagerDigest || standings.digests.is_some())
    };
    if claimed.iter().all(is_known) && standings.judged_from.as_ref() == Some(&key) {
        return Ok(());
    }
    let organisations = store::current_organisations(conn)?;
    standings.organisations =
        organisations.into_values().map(|(id, _, organisation)| (id, organisation)).collect();
    let waiting: HashSet<i32> = outbox_store::waiting_staff(conn)?.into_iter().collect();
    let digests_wait = outbox_store::any_digest_waits(conn)?;
    (standings.people, standings.digests) = match (waiting.is_empty(), digests_wait) {
        (true, false) => (HashMap::new(), None),
        _ => judge(app, &waiting, digests_wait)?,
    };
    standings.judged_from = Some(key);
    Ok(())
}

/// How these people, by the register's staff ids, stand today; and what digests would list, where that is asked.
fn judge(
    app: &App,
    staff: &HashSet<i32>,
    digests_too: bool,
) -> anyhow::Result<(HashMap<i32, Standing>, Option<Digests>)> {
    let today = app.today();
    let question = Question::now(today, app.now(), None);
    let policy = app.policy(&question)?;
    let view = app.view(&question, Detail::WithNames)?;
    let judge = Judge::new(&view, &policy);
    let mut assessment = Assessment::default();
    let mut people = HashMap::new();
    for (person, who) in view.people.iter().enumerate().filter(|(_, who)| staff.contains(&who.staff_id)) {
        judge.assess(person, today, today, &mut assessment);
        let due = assessment
            .courses
            .iter()
            .filter(|course| course.state.is_reminded())
            .filter_map(|course| Some((policy.courses.get(course.course)?.code.clone(), course.due_on?)));
        let standing = Standing {
            present: assessment.presence == Presence::Present,
            email: view.names.get(person).map_or(String::new(), |name| name.email.clone()),
            due: due.collect(),
        };
        people.insert(who.staff_id, standing);
    }
    Ok((people, digests_too.then(|| digests(&judge, &view, &policy, today))))
}

/// What digests planned today would list.
fn digests(judge: &Judge<'_>, view: &View, policy: &Policy, today: NaiveDate) -> Digests {
    let all_due = vec![plan::Digests::Due; view.organisations.len()];
    let plan = plan::plan(judge, &Told::default(), &plan::Day { on: today, digests: all_due });
    let staff_id = |person: usize| view.people.get(person).map(|who| who.staff_id);
    let lists = plan.digests.iter().filter_map(|digest| {
        let organisation = view.organisations.get(usize::from(digest.organisation))?.code.clone();
        let manager = match digest.receiver {
            Receiver::Manager(person) => Some(staff_id(person)?),
            Receiver::Contact => None,
        };
        let reported = |one: &plan::ReportItem| {
            let course = policy.courses.get(one.item.course)?.code.clone();
            Some(Reported { staff_id: staff_id(one.person)?, course, due_on: one.item.due_on })
        };
        Some(((organisation, manager), digest.items.iter().filter_map(reported).collect()))
    });
    lists.collect()
}

/// Whom and whether to send, and not to staff at an address that mail comes back from. Contacts, boards and the operator
/// are never silenced (spec 5), also where somebody on the staff has the same address.
fn verdict(app: &App, conn: &mut Conn, claimed: &Claimed, standings: &Standings) -> anyhow::Result<Verdict> {
    let verdict = stands(app, conn, claimed, standings)?;
    if let Verdict::Send { recipient, .. } = &verdict
        && claimed.message.listed.staff_id.is_some()
        && bounces::store::is_silenced(conn, recipient)?
    {
        return Ok(Verdict::Cancel("mail to the recipient's address comes back".to_owned()));
    }
    Ok(verdict)
}

fn stands(app: &App, conn: &mut Conn, claimed: &Claimed, standings: &Standings) -> anyhow::Result<Verdict> {
    let message = &claimed.message.listed;
    let organisation = standings.organisations.get(&message.organisation_id);
    let (code, contact) =
        organisation.map_or_else(Default::default, |of| (of.code.clone(), of.safeguarding_email.clone()));
    let reply_to = Some(app.reply_to(&code, &contact));
    let from_name = organisation.map(|of| app.sender_name(&of.code, &of.name));
    let recipient = match message.staff_id {
        None => to_address(app, message, &code, contact),
        Some(staff_id) => to_staff(standings.people.get(&staff_id)),
    };
    let recipient = match recipient {
        Ok(recipient) => recipient,
        Err(reason) => return Ok(Verdict::Cancel(reason.to_owned())),
    };
    let still_due = match message.kind {
        Kind::ManagerDigest => still_listed(conn, message, code, standings)?,
        Kind::Reminder => still_due(conn, message, standings)?,
        Kind::AssuranceReview => {
            let today = app.today();
            still_overdue(conn, &app.policy_of(today)?, message, today)?
        }
        Kind::BoardSummary | Kind::Operator => true,
    };
    Ok(if still_due {
        Verdict::Send { recipient, reply_to, from_name }
    } else {
        Verdict::Cancel("what it tells is no longer due".to_owned())
    })
}

/// Where a message goes that is for nobody on the staff, or why it no longer goes anywhere.
fn to_address(app: &App, message: &Listed, code: &str, contact: String) -> Result<String, &'static str> {
    match message.kind {
        Kind::BoardSummary if app.board_recipients(code).all(|recipient| *recipient != message.recipient) => {
            Err("the recipient no longer receives the board summary")
        }
        Kind::ManagerDigest if contact.is_empty() => Err("the organisation has no safeguarding contact now"),
        Kind::ManagerDigest => Ok(contact),
        _ => Ok(message.recipient.clone()),
    }
}

/// Where a message to a member of staff goes, or why it no longer goes anywhere.
fn to_staff(standing: Option<&Standing>) -> Result<String, &'static str> {
    match standing.filter(|standing| standing.present) {
        None => Err("the recipient has left or is absent"),
        Some(standing) if standing.email.is_empty() => Err("the recipient no longer has an e-mail address"),
        Some(standing) => Ok(standing.email.clone()),
    }
}

/// Whether anything that a reminder was sent for is still due.
fn still_due(conn: &mut Conn, message: &Listed, standings: &Standings) -> anyhow::Result<bool> {
    let Some(staff_id) = message.staff_id else { return Ok(true) };
    let Some(standing) = standings.people.get(&staff_id) else { return Ok(false) };
    let told = outbox_store::told_in(conn, message.id)?;
    Ok(told.iter().any(|told| {
        standing.due.iter().any(|(course, due_on)| *course == told.course && *due_on == told.due_on)
    }))
}

/// Whether anything that a digest lists would still be listed to its receiver: the report is theirs, there, and overdue
/// or nearly so.
fn still_listed(
    conn: &mut Conn,
    message: &Listed,
    code: String,
    standings: &Standings,
) -> anyhow::Result<bool> {
    let now = standings.digests.as_ref().and_then(|digests| digests.get(&(code, message.staff_id)));
    let Some(now) = now else { return Ok(false) };
    Ok(outbox_store::digest_items(conn, message.id)?.iter().any(|item| now.contains(item)))
}
