//! What the files of the settings say is taken up by the database: the policy and the configured organisation.
//!
//! Several configurations may work on one database. Each is remembered with what it last told, so that what it tells is
//! taken up when it tells something else, and never because another has told something since: of two that differ, the
//! one that spoke last holds.

use anyhow::Context;
use serde_json::json;

use super::{App, OwnCode};
use crate::audit::{self, Act, Action, Actor};
use crate::clock::Clock;
use crate::db::Locks;
use crate::files;
use crate::installation::configuration::{self, ConfigurationStanding, ConfigurationTold};
use crate::installation::{Identity, configuration::store as told};
use crate::policy::store::{PolicyRecorded, content_hash};
use crate::policy::{self};
use crate::register::store::{self, KnownAt};
use crate::register::{ConfiguredOrganisation, Organisation, OrganisationKind};

/// The policy file, read and checked, not taken up.
#[derive(Debug)]
pub(crate) struct PolicyFile {
    /// Its text.
    pub(crate) text: String,
    /// What it says.
    pub(crate) parsed: policy::ParsedPolicy,
}

/// How the policy file stands towards the policy in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PolicyFileStanding {
    /// It is the policy in force.
    Holds,
    /// It says something new, which the next run puts in force.
    IsNew,
    /// Today is set to a day before it.
    Past,
    /// The policy of another configuration holds: what is to be known and done.
    Overtaken(String),
    /// A policy holds that was put in force in the console, until the file changes.
    StoodOver,
}

impl App {
    /// The policy file as it stands, checked.
    pub(crate) fn policy_of_file(&self) -> anyhow::Result<PolicyFile> {
        let file = &self.config.policy;
        let text = files::read_text(file).with_context(|| {
            format!(
                "the policy {} can't be read: correct `policy` in the configuration, or run `refresher init`",
                file.display()
            )
        })?;
        let parsed = policy::parse(&text, &file.to_string_lossy())?;
        Ok(PolicyFile { text, parsed })
    }

    /// Makes the policy file's content the policy in force from today, if this configuration tells it anew: done by
    /// `by`.
    pub fn take_up_policy(&self, by: &Actor) -> anyhow::Result<()> {
        let text = self.sound_policy_text()?;
        let (stands, is_remembered) = self.policy_stands(&text)?;
        if stands == ConfigurationStanding::Overtaken {
            tracing::warn!("{}", self.overtaken_policy()?);
        }
        if stands == ConfigurationStanding::Past || (is_remembered && stands != ConfigurationStanding::IsNew)
        {
            return Ok(());
        }
        // A day that is still to come is only looked at (spec 5): the policy counts from the day on which it was recorded.
        let (from, now, hash) = (self.today_for_good(self.today()), self.now(), content_hash(&text));
        let telling = ConfigurationTold { policy_hash: Some(hash.clone()), organisation: None };
        self.db.write_stamped(Locks::REGISTER.and(Locks::AUDIT), self.clock, |conn| {
            if stands == ConfigurationStanding::IsNew
                && policy::store::record_if_changed(conn, &text, from)? == PolicyRecorded::InForce
            {
                let details = json!({ "in_force_from": from, "content_hash": hash });
                audit::record(conn, &Act::new(by, Action::Policy, "policy", details), now)?;
            }
            told::remember(conn, &self.configuration(), &telling)
        })?;
        Ok(())
    }

    /// The text of the policy file, refused before anything is judged by it, its warnings said.
    pub(super) fn sound_policy_text(&self) -> anyhow::Result<String> {
        let PolicyFile { text, parsed } = self.policy_of_file()?;
        for warning in &parsed.warnings {
            tracing::warn!("{warning}");
        }
        Ok(text)
    }

    /// How the policy file stands towards the policy in force, and whether this configuration is remembered with it. On
    /// a day set with `--today` before the newest policy of a file began, the policy of that day stays: what is past is
    /// not judged anew. What was put in force in the console holds until the file says something else than it did then.
    pub(super) fn policy_stands(&self, text: &str) -> anyhow::Result<(ConfigurationStanding, bool)> {
        let (today, hash, configuration) = (self.today(), content_hash(text), self.configuration());
        let (in_force, newest, told, told_before) = self.db.read(|conn| {
            Ok((
                policy::store::recorded_on(conn, today, None)?,
                policy::store::newest_beginning_of_file(conn)?,
                told::last_told(conn, &configuration)?.and_then(|told| told.policy_hash),
                policy::store::with_hash(conn, &hash)?.is_some(),
            ))
        })?;
        if matches!(self.clock, Clock::OnDate(_)) && newest.is_some_and(|newest| today < newest) {
            return Ok((ConfigurationStanding::Past, false));
        }
        let holds = in_force.as_ref().is_some_and(|held| held.text == text);
        let over = in_force.and_then(|held| held.over_file_hash);
        let stands = configuration::configuration_standing(&hash, holds, told.as_ref(), told_before);
        let stands = match (stands, &over) {
            (ConfigurationStanding::Holds, _) => ConfigurationStanding::Holds,
            (ConfigurationStanding::Overtaken, Some(_)) => ConfigurationStanding::StoodOver,
            (_, Some(over)) if *over == hash => ConfigurationStanding::StoodOver,
            (stands, _) => stands,
        };
        Ok((stands, told.as_ref() == Some(&hash)))
    }

    /// What is to be known and done where the policy of another configuration holds; `None` where it doesn't.
    pub(crate) fn overtaken(&self) -> anyhow::Result<Option<String>> {
        Ok(match self.policy_file_standing()? {
            PolicyFileStanding::Overtaken(says) => Some(says),
            _ => None,
        })
    }

    /// How the policy file stands towards the policy in force.
    pub(crate) fn policy_file_standing(&self) -> anyhow::Result<PolicyFileStanding> {
        let text = self.policy_of_file()?.text;
        Ok(match self.policy_stands(&text)?.0 {
            ConfigurationStanding::Holds => PolicyFileStanding::Holds,
            ConfigurationStanding::IsNew => PolicyFileStanding::IsNew,
            ConfigurationStanding::Past => PolicyFileStanding::Past,
            ConfigurationStanding::Overtaken => PolicyFileStanding::Overtaken(self.overtaken_policy()?),
            ConfigurationStanding::StoodOver => PolicyFileStanding::StoodOver,
        })
    }

    fn overtaken_policy(&self) -> anyhow::Result<String> {
        let (today, configuration) = (self.today(), self.configuration());
        let (from, places) = self.db.read(|conn| {
            let held = policy::store::recorded_on(conn, today, None)?;
            let hash = held.as_ref().map(|held| content_hash(&held.text)).unwrap_or_default();
            let by = told::others_with_policy(conn, &configuration, &hash)?;
            Ok((held.map(|held| held.in_force_from), by))
        })?;
        let from = from.map_or(String::new(), |from| format!(", since {from}"));
        let by =
            if places.is_empty() { String::new() } else { format!(", told by {}", places.join(" and ")) };
        Ok(format!(
            "the policy {} is not in force, because it has not changed and a newer one holds{from}{by}: two \
             configurations with different policies use this database. Give both the same policy; to put this file \
             in force again, change it, be it by a comment",
            self.config.policy.display()
        ))
    }

    /// What tells this configuration from another.
    fn configuration(&self) -> Identity {
        Identity::of_configuration(self.config.node.instance.as_deref(), &self.config.file)
    }

    /// What the settings say of the organisation that they name.
    fn configured_organisation(&self) -> ConfiguredOrganisation {
        let configured = &self.config.organisation;
        ConfiguredOrganisation {
            code: configured.code.clone(),
            name: configured.name_is_given.then(|| configured.name.clone()),
            kind: configured.kind,
            safeguarding_email: configured.safeguarding_email.as_ref().map(ToString::to_string),
        }
    }

    /// Records what the settings say of the organisation that they name, unless their code is that of another by mistake.
    pub(super) fn take_up_organisation(&self, by: &Actor) -> anyhow::Result<()> {
        if self.tell_own_code_fault()? {
            return Ok(());
        }
        let OrganisationStands { organisation, stands, is_remembered } = self.organisation_stands()?;
        if stands == ConfigurationStanding::Overtaken {
            tracing::warn!(
                "[organisation] in {} says something else of {} than is recorded, and has not changed since: another \
                 configuration that uses this database has told something newer. Let both say the same",
                self.config.file.display(),
                organisation.code
            );
        }
        if is_remembered && stands != ConfigurationStanding::IsNew {
            return Ok(());
        }
        let (today, now) = (self.today(), self.now());
        let telling = ConfigurationTold {
            policy_hash: None,
            organisation: Some(words(&self.configured_organisation())),
        };
        self.db.write_stamped(Locks::REGISTER.and(Locks::AUDIT), self.clock, |conn| {
            // Renamed since it was looked at: the next start says so.
            if self.own_code(conn)? != OwnCode::AsConfigured {
                return Ok(());
            }
            if stands == ConfigurationStanding::IsNew
                && let Some(import) = store::ensure_organisation(conn, &organisation, today)?
            {
                let details = json!({ "organisation": organisation.code });
                let act = Act::new(by, Action::Configure, format!("import {import}"), details);
                audit::record(conn, &act, now)?;
            }
            told::remember(conn, &self.configuration(), &telling)
        })?;
        Ok(())
    }

    /// How the configured organisation stands towards what is recorded of it.
    pub(super) fn organisation_stands(&self) -> anyhow::Result<OrganisationStands> {
        let (configured, configuration) = (self.configured_organisation(), self.configuration());
        let (known, brought, told, by_configurations) = self.db.read(|conn| {
            Ok((
                store::organisations(conn, KnownAt::Latest)?,
                store::brought_by_files(conn, &configured.code)?,
                told::last_told(conn, &configuration)?.and_then(|told| told.organisation),
                store::told_by_configurations(conn, &configured.code)?,
            ))
        })?;
        let organisation = configured.over(brought.as_ref());
        let ours = words(&configured);
        let is_remembered = told.as_ref() == Some(&ours);
        let told_last = by_configurations.last().is_some_and(|last| configured.gives(last));
        // What a file said since stands beside what the settings say, and so does what only a file said.
        let holds = |known: &Organisation| {
            (configured.gives(known) || told_last) && configured.leaves_out_as(&organisation, known)
        };
        let stands = match known.iter().find(|known| known.code == configured.code) {
            Some(known) => {
                let told_before = by_configurations.iter().any(|told| configured.gives(told));
                configuration::configuration_standing(&ours, holds(known), told.as_ref(), told_before)
            }
            None => ConfigurationStanding::IsNew,
        };
        Ok(OrganisationStands { organisation, stands, is_remembered })
    }
}

/// The configured organisation as it is to be known, and how that stands.
pub(super) struct OrganisationStands {
    pub organisation: Organisation,
    pub stands: ConfigurationStanding,
    /// Whether this configuration is remembered with what it tells.
    pub is_remembered: bool,
}

/// What a configuration says of its organisation, as it is remembered.
fn words(configured: &ConfiguredOrganisation) -> String {
    let ConfiguredOrganisation { code, name, kind, safeguarding_email } = configured;
    json!([code, name, kind.map(OrganisationKind::as_str), safeguarding_email]).to_string()
}
