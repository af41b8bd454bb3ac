//! `audit`: who did what.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, columns, prose, table};
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Viewer, shapes};
use crate::app::App;
use crate::audit::{self, Action, AuditChain, AuditEntry, AuditFinding};
use crate::db::{Conn, DbResult};
use crate::outbox::store as outbox;
use crate::register::StaffMember;
use crate::register::store;

/// The log's newest entries, and whether all of it is as it was written.
#[derive(Debug)]
pub struct AuditLog {
    entries: Vec<AuditEntry>,
    /// Whom entries are about, by the register's numbers; `None` for those purged since.
    people: HashMap<i32, Option<StaffMember>>,
    /// Of the whole log: for those who may see the whole.
    examined: Option<AuditFinding>,
    zone: Tz,
}

/// Which entries are asked for; what is left empty says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AuditFilter {
    /// By whom.
    pub(crate) actor: Option<String>,
    /// What was done.
    pub(crate) action: Option<String>,
    /// To what.
    pub(crate) object: Option<String>,
    /// From this day on.
    pub(crate) from: Option<NaiveDate>,
    /// Until this day.
    pub(crate) until: Option<NaiveDate>,
}

/// What is done to accounts, by jobs and with settings.
fn is_of_running(action: &str) -> bool {
    const RUNNING: [Action; 21] = [
        Action::Configure,
        Action::Policy,
        Action::PolicyDraft,
        Action::Adopt,
        Action::Claim,
        Action::Backup,
        Action::Move,
        Action::RestoreMark,
        Action::UserAdd,
        Action::UserEnable,
        Action::UserDisable,
        Action::UserReset,
        Action::UserSecondFactorReset,
        Action::UserIdentity,
        Action::UserIdentityReset,
        Action::UserEndSignIns,
        Action::SignIn,
        Action::SignInFailed,
        Action::SignOut,
        Action::UserPassword,
        Action::UserSecondFactor,
    ];
    RUNNING.iter().chain(&[Action::Grant, Action::Revoke]).any(|one| one.as_str() == action)
}

/// Every entry about accounts, jobs and settings, without whose employee number stands behind them.
pub(crate) fn audit_log_of_running(app: &App) -> anyhow::Result<AuditLog> {
    let mut entries = app.db.read(|conn| audit::entries(conn, u32::MAX))?;
    entries.retain(|entry| is_of_running(&entry.action));
    Ok(AuditLog { entries, people: HashMap::new(), examined: None, zone: app.config.time_zone })
}

/// The newest entries about what the viewer may see, at most `limit`; who may see everything is also told whether all of
/// the log is as it was written.
pub fn audit_log(app: &App, viewer: &Viewer, limit: u32) -> anyhow::Result<AuditLog> {
    let sight = Visibility::of(app, viewer, None)?;
    let sees_all = *viewer == Viewer::Everything;
    let (entries, people, examined) = app.db.read(|conn| {
        let entries = if sees_all { audit::entries(conn, limit)? } else { seen(conn, &sight, limit)? };
        let mut people = HashMap::new();
        for person in entries.iter().filter_map(AuditEntry::person).collect::<BTreeSet<_>>() {
            people.insert(person, store::staff_member(conn, person)?);
        }
        let examined = if sees_all { Some(audit::examine(conn)?) } else { None };
        Ok((entries, people, examined))
    })?;
    Ok(AuditLog { entries, people, examined, zone: app.config.time_zone })
}

/// The newest entries about people who are seen; where a whole organisation is, also about what was done for it alone.
fn seen(conn: &mut Conn, sight: &Visibility, limit: u32) -> DbResult<Vec<AuditEntry>> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let organisations = store::current_organisations(conn)?;
    let touched = store::touched(conn)?;
    let mut seen = Vec::new();
    for entry in audit::entries(conn, u32::MAX)? {
        if seen.len() == most {
            break;
        }
        let is_seen = match entry.person() {
            Some(person) => store::staff_member(conn, person)?
                .is_some_and(|who| sight.includes(&who.organisation, who.id)),
            None if sight.is_of_some_people() => false,
            None => match entry.object.split(' ').collect::<Vec<_>>().as_slice() {
                ["import", id] => {
                    let touched = id.parse().ok().and_then(|id: i32| touched.get(&id));
                    touched.is_some_and(|codes| codes.iter().all(|code| sight.includes_organisation(code)))
                }
                ["board", code, _] | ["outbox", "held", "of", code] => sight.includes_organisation(code),
                ["outbox", id] => {
                    let id: Option<i32> = id.parse().ok(); // What is no number is a day, and about everybody.
                    let message = id.map(|id| outbox::show(conn, id)).transpose()?.flatten();
                    message.is_some_and(|message| {
                        organisations.iter().any(|(code, (id, ..))| {
                            *id == message.listed.organisation_id && sight.includes_organisation(code)
                        })
                    })
                }
                _ => false,
            },
        };
        if is_seen {
            seen.push(entry);
        }
    }
    Ok(seen)
}

impl AuditLog {
    /// The same with those of its entries alone that are asked for.
    pub(crate) fn only(mut self, filter: &AuditFilter) -> Self {
        let zone = self.zone;
        let is = |wanted: &Option<String>, said: &str| wanted.as_deref().is_none_or(|wanted| wanted == said);
        self.entries.retain(|entry| {
            let day = entry.recorded_at.with_timezone(&zone).date_naive();
            is(&filter.actor, &entry.actor)
                && is(&filter.action, &entry.action)
                && is(&filter.object, &entry.object)
                && filter.from.is_none_or(|from| day >= from)
                && filter.until.is_none_or(|until| day <= until)
        });
        self
    }

    /// The same without what was done to other accounts than these.
    pub(crate) fn about_accounts(mut self, ids: &HashSet<i32>) -> Self {
        self.entries.retain(|entry| match entry.object.strip_prefix("account ") {
            Some(id) => id.parse().is_ok_and(|id| ids.contains(&id)),
            None => true,
        });
        self
    }

    /// Who did anything that is in it, and what was done, each once and in order.
    pub(crate) fn occurring(&self) -> [BTreeSet<String>; 2] {
        let actors = self.entries.iter().map(|entry| entry.actor.clone()).collect();
        [actors, self.entries.iter().map(|entry| entry.action.clone()).collect()]
    }

    /// Whether any entry is about what is called so.
    pub(crate) fn is_about(&self, object: &str) -> bool {
        self.entries.iter().any(|entry| entry.object == object)
    }

    /// Whether all of the log is as it was written, in words; empty where the whole of it was not asked for.
    pub(crate) fn standing(&self) -> String {
        self.examined.as_ref().map(said).unwrap_or_default()
    }

    /// The entries, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let row = |entry: &AuditEntry| {
            let at = entry.recorded_at.with_timezone(&self.zone);
            [
                entry.id.to_string(),
                at.format("%Y-%m-%d %H:%M:%S").to_string(),
                entry.actor.clone(),
                entry.action.clone(),
                match entry.person().and_then(|person| self.people.get(&person)) {
                    Some(Some(who)) => {
                        format!("{}, {} {}", entry.object, who.organisation, who.employee_number)
                    }
                    Some(None) => format!("{}, a person purged since", entry.object),
                    None => entry.object.clone(),
                },
                entry.details.clone(),
            ]
            .map(AnswerCell::Text)
            .to_vec()
        };
        let mut columns = columns(ListColumn::code, ["id", "when"]);
        columns.extend(["who", "what", "to what", "details"].map(ListColumn::words));
        AnswerRows::new("Audit", columns, self.entries.iter().map(row))
    }

    /// The entries for a terminal: a line each, and whole below it what it says besides.
    fn list(&self, width: usize) -> String {
        const BELOW: &str = "    ";
        let mut sheet = self.sheet();
        sheet.columns.pop();
        let told = sheet.columns.len();
        let rows = sheet.rows.map(|row| row.iter().take(told).map(ToString::to_string).collect());
        let table = table(&sheet.columns, rows, width);
        let lines: Vec<&str> = table.lines().collect();
        let (header, lines) = lines.split_at(lines.len().saturating_sub(self.entries.len()));
        let mut said: Vec<String> = header.iter().map(|line| (*line).to_owned()).collect();
        for (line, entry) in lines.iter().zip(&self.entries) {
            said.push((*line).to_owned());
            let details = prose(&in_words(&entry.details), width.saturating_sub(BELOW.len()));
            said.extend(details.lines().map(|line| format!("{BELOW}{line}")));
        }
        said.join("\n")
    }

    /// What is wrong with the log, in words; `None` where nothing is, or the whole of it was not asked for.
    pub fn fault(&self) -> Option<String> {
        self.examined.as_ref().filter(|examined| !examined.is_sound()).map(said)
    }
}

impl Serialize for AuditLog {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json!({
            "entries": self.entries.iter().map(shapes::audit_entry).collect::<Vec<_>>(),
            "chain": self.examined.as_ref().map(chain_document),
        })
        .serialize(serializer)
    }
}

impl Answer for AuditLog {
    fn words(&self, width: usize) -> String {
        let said = self.examined.as_ref().map(said).unwrap_or_default();
        format!("{}\n\n{}", self.list(width), prose(&said, width))
    }
}

/// Details as they are read: `kind staff, rows 12`; what is no list of names and values as it stands.
fn in_words(details: &str) -> String {
    let Ok(Value::Object(told)) = serde_json::from_str(details) else { return details.to_owned() };
    let pair = |(name, value): (&String, &Value)| {
        let value = value.as_str().map_or_else(|| value.to_string().replace(',', ", "), str::to_owned);
        format!("{} {value}", name.replace('_', " "))
    };
    told.iter().map(pair).collect::<Vec<_>>().join(", ")
}

fn chain_document(examined: &AuditFinding) -> Value {
    let missing = &examined.missing;
    match &examined.chain {
        AuditChain::Sound { entries, newest } => {
            json!({ "sound": missing.is_empty(), "entries": entries, "newest": newest, "missing": missing })
        }
        AuditChain::Broken { entry, why } => {
            json!({ "sound": false, "broken_at": entry, "why": why, "missing": missing })
        }
    }
}

fn said(examined: &AuditFinding) -> String {
    match &examined.chain {
        AuditChain::Sound { entries: 0, .. } if examined.is_sound() => "The log is empty.".to_owned(),
        AuditChain::Sound { entries, newest } if examined.is_sound() => {
            format!("The log is as it was written: {entries} entries, the newest sealed with {newest}.")
        }
        _ => format!(
            "the audit log: {}; compare the database with a backup, and find out who can write to its file",
            examined.in_words()
        ),
    }
}
