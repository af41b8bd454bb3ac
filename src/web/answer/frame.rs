//! What every page has around it.

use chrono::TimeDelta;

use super::fault::Fault;
use super::notice::Notice;
use crate::access::{AccessRight, random_token};
use crate::jobs::accounts::session::{SignedIn, take_notice};
use crate::web::assets;
use crate::web::request::{FormFields, FormToken, PageRequest};

/// A page that the navigation names.
struct NavigationEntry {
    path: &'static str,
    words: &'static str,
    right: AccessRight,
}

/// The pages that the navigation names, to whoever may see them.
const NAVIGATION: &[NavigationEntry] = &[
    entry("/", "Dashboard", AccessRight::Figures),
    entry("/people", "People", AccessRight::People),
    entry("/units", "Units", AccessRight::Figures),
    entry("/courses", "Courses", AccessRight::Figures),
    entry("/forecast", "Forecast", AccessRight::Figures),
    entry("/budget", "Budget", AccessRight::Figures),
    entry("/exemptions", "Exemptions", AccessRight::ExemptionsSee),
    entry("/imports", "Imports", AccessRight::ImportsSee),
    entry("/worklist", "Worklist", AccessRight::ImportsChange),
    entry("/outbox", "Outbox", AccessRight::OutboxStates),
    entry("/board", "Board", AccessRight::BoardRead),
    entry("/review", "Review", AccessRight::Review),
    entry("/assurance", "Assurance", AccessRight::AssuranceRead),
    entry("/policy", "Policy", AccessRight::PolicyRead),
    entry("/accounts", "Accounts", AccessRight::AccountsSee),
    entry("/audit", "Audit log", AccessRight::AuditAll),
    entry("/audit", "Audit log", AccessRight::AuditRegister),
    entry("/audit", "Audit log", AccessRight::AuditRunning),
    entry("/health", "Health", AccessRight::HealthSee),
];

const fn entry(path: &'static str, words: &'static str, right: AccessRight) -> NavigationEntry {
    NavigationEntry { path, words, right }
}

impl NavigationEntry {
    /// Whether a page is it, or below it.
    fn is_of(&self, path: &str) -> bool {
        let rest = path.strip_prefix(self.path);
        if self.path == "/" {
            path == "/"
        } else {
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
    }
}

/// In how many seconds a sign-in ends where nothing is done, and in any case.
fn ends_in(asked: &PageRequest<'_>, who: &SignedIn) -> (i64, i64) {
    let web = &asked.app().config.web;
    let longest = TimeDelta::hours(i64::from(web.longest_hours));
    let left = who.sign_in.times.began_at + longest - asked.now;
    (i64::from(web.idle_minutes) * 60, left.num_seconds().max(0))
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldFault {
    /// The field's name, which is its id as well.
    pub(crate) field: &'static str,
    /// What is wrong and what to do.
    pub(crate) words: String,
}

impl FieldFault {
    /// This is wrong with the field.
    pub(crate) fn of(field: &'static str, words: impl Into<String>) -> Self {
        Self { field, words: words.into() }
    }
}

/// A link of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrameLink {
    /// Where it leads.
    pub(crate) path: &'static str,
    /// What it is called.
    pub(crate) words: &'static str,
    /// Whether the page is it, or below it.
    pub(crate) is_current: bool,
}

/// What every page has around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageFrame {
    /// The page's name, for tests and scripts of others.
    pub(crate) page: &'static str,
    /// What the page is.
    pub(crate) heading: String,
    /// Of which organisation; empty where nobody is signed in.
    pub(crate) organisation: String,
    /// Who is signed in; empty for nobody.
    pub(crate) account: String,
    /// Where they can go.
    pub(crate) navigation: Vec<FrameLink>,
    /// What the last page did.
    pub(crate) notice: Option<Notice>,
    /// What is wrong with the form that comes back.
    pub(crate) faults: Vec<FieldFault>,
    /// What a form carries to be taken; empty where nobody is signed in.
    pub(crate) form_token: String,
    /// What a form carries to be taken once.
    pub(crate) form_key: String,
    /// Where the style is.
    pub(crate) style: &'static str,
    /// Where the icon is.
    pub(crate) icon: &'static str,
    /// Where the script is.
    pub(crate) script: &'static str,
    /// In how many seconds the sign-in ends where nothing is done, and in any case; `None` where nobody is signed in.
    pub(crate) ends_in: Option<(i64, i64)>,
}

impl PageFrame {
    /// The first page that the navigation names to whoever is signed in; their own where it names none.
    pub(crate) fn first_page(who: &SignedIn) -> &'static str {
        let open = NAVIGATION.iter().find(|entry| who.holder.may_for_others(entry.right));
        open.map_or("/account", |entry| entry.path)
    }

    /// That of a page for anybody.
    pub(crate) fn of_nobody(page: &'static str, heading: impl Into<String>) -> Self {
        Self {
            page,
            heading: heading.into(),
            organisation: String::new(),
            account: String::new(),
            navigation: Vec::new(),
            notice: None,
            faults: Vec::new(),
            form_token: String::new(),
            form_key: String::new(),
            style: &assets::STYLE.path,
            icon: &assets::ICON.path,
            script: &assets::SCRIPT.path,
            ends_in: None,
        }
    }

    /// That of a page for whoever is signed in; it takes what the last page did.
    pub(crate) fn of(
        asked: &PageRequest<'_>,
        who: &SignedIn,
        page: &'static str,
        heading: impl Into<String>,
    ) -> Result<Self, Fault> {
        let kept = take_notice(asked.app(), who)?;
        let shown = if who.account.name.is_empty() { &who.account.email } else { &who.account.name };
        let link = |entry: &NavigationEntry| FrameLink {
            path: entry.path,
            words: entry.words,
            is_current: entry.is_of(asked.path),
        };
        let open = NAVIGATION.iter().filter(|entry| who.is_whole() && who.holder.may_for_others(entry.right));
        let mut navigation: Vec<FrameLink> = open.map(link).collect();
        // A page that is for several rights stands there once.
        navigation.dedup();
        Ok(Self {
            navigation,
            organisation: asked.app().config.organisation.name.clone(),
            account: shown.clone(),
            notice: kept.and_then(|kept| Notice::opened(&asked.state.key, who, &kept)),
            ends_in: who.is_whole().then(|| ends_in(asked, who)),
            form_token: FormToken::of(&asked.state.key, &who.token).masked()?,
            form_key: random_token().map_err(anyhow::Error::from)?,
            ..Self::of_nobody(page, heading)
        })
    }

    /// The same, with what is wrong with the form that comes back.
    pub(crate) fn with_faults(self, faults: Vec<FieldFault>) -> Self {
        Self { faults, ..self }
    }

    /// The title of the page.
    pub(crate) fn title(&self) -> String {
        let error = if self.faults.is_empty() { "" } else { "Error: " };
        let place =
            if self.organisation.is_empty() { String::new() } else { format!(" – {}", self.organisation) };
        format!("{error}{}{place} – refresher", self.heading)
    }

    /// What the navigation calls the page, or the one it is below; `None` where it names neither.
    pub(crate) fn current_page(&self) -> Option<&'static str> {
        self.navigation.iter().find(|link| link.is_current).map(|link| link.words)
    }

    /// What is wrong with a field; empty where nothing is.
    pub(crate) fn fault_of(&self, field: &str) -> &str {
        self.faults.iter().find(|fault| fault.field == field).map_or("", |fault| fault.words.as_str())
    }

    /// Whether something is wrong with one of these fields.
    pub(crate) fn has_fault_in(&self, fields: Vec<&str>) -> bool {
        self.faults.iter().any(|fault| fields.contains(&fault.field))
    }

    /// The name of the field that carries the token.
    pub(crate) fn token_field(&self) -> &'static str {
        FormFields::TOKEN
    }

    /// The name of the field that carries the one-use key.
    pub(crate) fn key_field(&self) -> &'static str {
        FormFields::KEY
    }
}
