//! The register in memory, judged: what it is of, and how one is made, where it can be from the one before.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::compliance::{Judge, JudgedDay, judge_day, judge_day_again};
use crate::policy::{self, Policy};
use crate::register::store::{self, KnownAt, ViewDetail};
use crate::register::{Address, PersonIndex, View};

/// What a picture is of: of the same, another would be the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PictureOf {
    /// What of the register.
    pub(super) register: RegisterOf,
    /// The day that is judged.
    pub(super) day: NaiveDate,
    /// The text of the policy that judges.
    pub(super) policy: String,
}

/// What of the register is in a picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RegisterOf {
    /// The organisation with this code, or all.
    pub(super) scope: Option<String>,
    /// The newest import that is known.
    pub(super) import: i32,
    /// Nobody is in it who was purged by then: the entry of the newest purge in the audit log.
    pub(super) purge: i32,
    /// How those are reached whose mail comes back.
    pub(super) unreached: HashMap<String, Address>,
}

/// The register as known at an instant, and everybody in it judged.
#[derive(Debug)]
pub struct Picture {
    pub(super) of: PictureOf,
    /// The instant by which all that it is of was known.
    pub(super) known_at: DateTime<Utc>,
    /// The register.
    pub(in crate::answers) view: Arc<View>,
    policy: Policy,
    /// Everybody in it.
    pub(super) judged: JudgedDay,
}

impl PictureOf {
    pub(super) fn scope(&self) -> Option<&str> {
        self.register.scope.as_deref()
    }

    /// Whether the register is the same, whatever the day and the policy.
    pub(super) fn is_of_the_register_of(&self, other: &Self) -> bool {
        self.register == other.register
    }
}

impl Picture {
    /// The code of the organisation it is of; `None` where it is of all.
    pub(in crate::answers) fn scope(&self) -> Option<&str> {
        self.of.scope()
    }

    /// Who judges what is in it, by this policy.
    pub(in crate::answers) fn judge<'a>(&'a self, policy: &'a Policy) -> Judge<'a> {
        if *policy == self.policy {
            return Judge::of_day(&self.view, &self.policy, &self.judged);
        }
        Judge::new(&self.view, policy)
    }

    /// Reads and judges it, or as much of it as is not in `before`.
    pub(super) fn make(
        app: &App,
        of: PictureOf,
        known_at: DateTime<Utc>,
        before: Option<&Self>,
    ) -> anyhow::Result<Self> {
        let began = Instant::now();
        let policy = policy::parse(&of.policy, "the recorded policy")?.policy;
        let renewed = match before {
            Some(before) if before.of.register != of.register => of.renewed(app, before)?,
            _ => None,
        };
        let (view, judged) = match (before, renewed) {
            (Some(before), Some((changed, view))) => {
                let is_same_rule = (before.of.day, &before.of.policy) == (of.day, &of.policy);
                let judged = if is_same_rule {
                    judge_day_again((&before.judged, &before.view), &view, &policy, &changed)
                } else {
                    judge_day(&view, &policy, of.day)
                };
                (Arc::new(view), judged)
            }
            (before, _) => {
                let same = before.filter(|before| before.of.register == of.register);
                let view = match same {
                    Some(same) => Arc::clone(&same.view),
                    None => Arc::new(of.read(app)?),
                };
                let judged = judge_day(&view, &policy, of.day);
                (view, judged)
            }
        };
        tracing::debug!(took = ?began.elapsed(), people = view.people.len(), "a picture of the register was made");
        Ok(Self { of, known_at, view, policy, judged })
    }
}

impl PictureOf {
    fn read(&self, app: &App) -> anyhow::Result<View> {
        let RegisterOf { scope, import, unreached, .. } = &self.register;
        let known = KnownAt::UpTo(*import);
        Ok(store::view(&app.db, known, scope.as_deref(), ViewDetail::WithNames, unreached)?)
    }

    /// An earlier view of the same organisation with those read again of whom something changed, and who they are; `None`
    /// where they are too many, or somebody was purged.
    fn renewed(&self, app: &App, before: &Picture) -> anyhow::Result<Option<(HashSet<i32>, View)>> {
        let (was, is) = (&before.of.register, &self.register);
        if was.scope != is.scope || was.purge != is.purge || was.import > is.import {
            return Ok(None);
        }
        let fresh = app.db.read(|conn| {
            let (from, to) = (KnownAt::UpTo(was.import), KnownAt::UpTo(is.import));
            // People are found in the earlier view by the code of their organisation.
            if store::renamed_between(conn, was.import, is.import)? {
                return Ok(None);
            }
            let mut changed = store::changed_staff(conn, from, to)?;
            changed.extend(reached_otherwise(&before.view, was, is));
            if !store::are_few(conn, changed.len())? {
                return Ok(None);
            }
            let (scope, detail) = (is.scope.as_deref(), ViewDetail::WithNames);
            let fresh = store::view_of_people(conn, to, scope, &changed, detail, &is.unreached)?;
            Ok(Some((changed, fresh)))
        })?;
        Ok(fresh.and_then(|(changed, fresh)| {
            let view = before.view.renewed(&changed, &fresh)?;
            Some((changed, view))
        }))
    }
}

/// Those in an earlier view whose mail reached them otherwise than it does now.
fn reached_otherwise(view: &View, was: &RegisterOf, is: &RegisterOf) -> Vec<i32> {
    let both = was.unreached.keys().chain(is.unreached.keys());
    let addresses: HashSet<&String> =
        both.filter(|address| was.unreached.get(*address) != is.unreached.get(*address)).collect();
    if addresses.is_empty() {
        return Vec::new();
    }
    let is_theirs = |person: &PersonIndex| addresses.contains(&view.email(*person).to_lowercase());
    let theirs = view.people.placed().filter(|(person, _)| is_theirs(person));
    theirs.map(|(_, who)| who.staff_id).collect()
}
