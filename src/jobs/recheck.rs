//! The second look at a message at the moment of sending: whom and whether to send (spec 5).
//!
//! Judged from one reading of the register for all that waits, read again only when an import, the day or the policy
//! changed: never a reading of the register per message.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use crate::app::{App, Question};
use crate::bounces;
use crate::compliance::{Assessment, Judge, Presence};
use crate::db::Conn;
use crate::delivery::{Recheck, RecheckFailed, Verdict};
use crate::outbox::{Claimed, Kind, Listed, store as outbox_store};
use crate::register::store::{self, Detail, Known};

/// How everyone with a waiting message stands.
#[derive(Debug, Default)]
struct Standings {
    /// What they were judged from: the newest import, the day and the policy's text.
    judged_from: Option<(i32, NaiveDate, String)>,
    people: HashMap<i32, Standing>,
    /// Code and safeguarding contact by the register's organisation id.
    organisations: HashMap<i32, (String, String)>,
}

/// One person: whether mail may go to them, where, and what they are to be told of.
#[derive(Debug, Default)]
struct Standing {
    present: bool,
    email: String,
    due: Vec<(String, NaiveDate)>,
}

/// The second look for all messages of `app`.
pub fn recheck(app: Arc<App>) -> Recheck {
    let standings = Mutex::new(Standings::default());
    Arc::new(move |conn, claimed| {
        // A panic while the lock was held left at worst an older judgement, which its key tells apart.
        let mut standings = standings.lock().unwrap_or_else(PoisonError::into_inner);
        judge_again(&app, conn, &claimed.message.listed, &mut standings)
            .and_then(|()| verdict(&app, conn, claimed, &standings))
            .map_err(|error| RecheckFailed(format!("{error:#}")))
    })
}

/// Brings the standings up to date with the register, the day and the policy, where they are not.
fn judge_again(
    app: &App,
    conn: &mut Conn,
    message: &Listed,
    standings: &mut Standings,
) -> anyhow::Result<()> {
    let today = app.today();
    let policy_text = crate::policy::store::in_force(conn, today)?.unwrap_or_default();
    let key = (store::newest_import(conn, Known::Latest)?, today, policy_text);
    let known = message.staff_id.is_none_or(|staff_id| standings.people.contains_key(&staff_id));
    if known && standings.judged_from.as_ref() == Some(&key) {
        return Ok(());
    }
    let organisations = store::current_organisations(conn)?;
    standings.organisations = organisations
        .into_values()
        .map(|(id, _, organisation)| (id, (organisation.code, organisation.safeguarding_email)))
        .collect();
    let waiting: HashSet<i32> = outbox_store::waiting_staff(conn)?.into_iter().collect();
    standings.people = if waiting.is_empty() { HashMap::new() } else { judge(app, &waiting)? };
    standings.judged_from = Some(key);
    Ok(())
}

/// How these people, by the register's staff ids, stand today.
fn judge(app: &App, staff: &HashSet<i32>) -> anyhow::Result<HashMap<i32, Standing>> {
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
    Ok(people)
}

/// Whom and whether to send, and not to an address that mail comes back from.
fn verdict(app: &App, conn: &mut Conn, claimed: &Claimed, standings: &Standings) -> anyhow::Result<Verdict> {
    let verdict = stands(app, conn, claimed, standings)?;
    if let Verdict::Send { recipient, .. } = &verdict
        && bounces::store::is_bouncing(conn, recipient)?
    {
        return Ok(Verdict::Cancel("mail to the recipient's address comes back".to_owned()));
    }
    Ok(verdict)
}

fn stands(app: &App, conn: &mut Conn, claimed: &Claimed, standings: &Standings) -> anyhow::Result<Verdict> {
    let message = &claimed.message.listed;
    let (code, contact) = standings.organisations.get(&message.organisation_id).cloned().unwrap_or_default();
    let reply_to = (!contact.is_empty()).then_some(contact);
    let Some(staff_id) = message.staff_id else {
        let receives = message.kind != Kind::BoardSummary
            || app.board_recipients(&code).any(|r| *r == message.recipient);
        return Ok(if receives {
            Verdict::Send { recipient: message.recipient.clone(), reply_to }
        } else {
            Verdict::Cancel("the recipient no longer receives the board summary".to_owned())
        });
    };
    let Some(standing) = standings.people.get(&staff_id).filter(|standing| standing.present) else {
        return Ok(Verdict::Cancel("the recipient has left or is absent".to_owned()));
    };
    if standing.email.is_empty() {
        return Ok(Verdict::Cancel("the recipient no longer has an e-mail address".to_owned()));
    }
    let told = outbox_store::told_of(conn, staff_id)?;
    let still_due = told.iter().filter(|of| of.message == message.id).any(|of| {
        standing.due.iter().any(|(course, due_on)| *course == of.told.course && *due_on == of.told.due_on)
    });
    Ok(if still_due {
        Verdict::Send { recipient: standing.email.clone(), reply_to }
    } else {
        Verdict::Cancel("what it tells is no longer due".to_owned())
    })
}
