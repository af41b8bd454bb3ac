//! Who did what: an append-only log whose every entry seals the one before it.
//!
//! Comes in: an [`Act`], written by the caller in the transaction of the thing done, so that neither is ever there
//! without the other. Goes out: the entries, and the answer of [`examine`] whether any was changed, removed or slipped
//! in since, and whether what was done and still shows in the tables has its entry. Of people an entry holds no more than the register's own number for them, which tells nothing once their
//! data is purged. It never decides whether something may be done.
//!
//! Each entry's hash covers its content and the hash before it, and the head of the log says how many there are and how
//! the newest is sealed. Whoever can write to the database file can rewrite all of that; against it the newest hash is
//! noted elsewhere: the nightly backup says it in its log line, and `refresher audit` shows it.

mod complete;
mod seal;
mod store;

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;

pub(crate) use seal::next_entry;
pub(crate) use store::{about, about_person, last_with, newest, newest_of, was_done_since};
pub use store::{entries, examine, record};

/// Who acts: the name of the account that runs the program, or the daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor(String);

impl Actor {
    /// Someone of this name.
    pub fn named(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The program that signed in with the token of this name.
    pub(crate) fn token(name: &str) -> Self {
        Self::named(format!("token:{name}"))
    }

    /// The daemon, on its own account.
    pub fn daemon() -> Self {
        Self::named("daemon")
    }

    /// Whoever runs this process, by the name of their account with the operating system.
    pub fn of_process() -> Self {
        Self::named(whoami::username().unwrap_or_else(|_| "unknown".to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Actor {
    fn default() -> Self {
        Self::of_process()
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A file was imported; `forced` in the details says that brakes were overruled.
    Import,
    /// An import, or an undo, was undone.
    Undo,
    /// The organisation of the settings was recorded.
    Configure,
    /// An organisation was given another code.
    OrganisationRename,
    /// Another policy came into force, or is to on a later day.
    Policy,
    /// What may become a policy was saved.
    PolicyDraft,
    /// An exemption was added or corrected.
    ExemptAdd,
    /// An exemption was ended or withdrawn.
    ExemptEnd,
    /// Everything about a person, or about leavers of long ago, was removed.
    Purge,
    /// Held messages were let go.
    OutboxRelease,
    /// Messages were to be tried again.
    OutboxRetry,
    /// Messages were cancelled by hand.
    OutboxCancel,
    /// A restored or copied database was taken into use here.
    Adopt,
    /// A database that belonged to nobody became this installation's, with the first mail from it.
    Claim,
    /// Reminders, digests and reviews were planned into the outbox.
    Plan,
    /// A month was frozen, or its summary queued to a board.
    BoardSend,
    /// Reports of returned mail were read that are about mail of ours.
    BouncesRead,
    /// It was confirmed that mailboxes which so many reports speak of are not there.
    BouncesConfirm,
    /// Addresses were said to work again.
    BouncesClear,
    /// The database was copied to a file.
    Backup,
    /// Everything kept about a person was handed out.
    PersonExport,
    /// Facts were handed out in which people are named.
    FactsExport,
    /// The database was moved to another engine.
    Move,
    /// A restored database was marked, so that nobody is mailed from it until it is adopted.
    RestoreMark,
    /// Somebody said of a row that could not be used that it need not be put right.
    RejectedDismiss,
    /// Somebody took something that waits for them to see to.
    WorklistTaken,
    /// Somebody gave back what they had taken.
    WorklistGivenBack,
    /// Somebody said something of what waits.
    WorklistCommented,
    /// Somebody said why something is to wait no longer.
    WorklistClosed,
    /// Something is to wait after all.
    WorklistOpened,
    /// A list was handed out as a file.
    Export,
    /// An account was made.
    UserAdd,
    /// An account can be used again.
    UserEnable,
    /// An account can't be used any more.
    UserDisable,
    /// A link was made by which the holder of an account chooses a password.
    UserReset,
    /// A second factor was taken away by somebody else.
    UserSecondFactorReset,
    /// The holder of an account is nobody at the identity provider any more: somebody else took that away.
    UserIdentityReset,
    /// Whoever was signed in to an account was signed out.
    UserEndSignIns,
    /// Somebody signed in.
    SignIn,
    /// A try to sign in failed: told once an hour for each account.
    SignInFailed,
    /// Somebody signed out.
    SignOut,
    /// A password was chosen.
    UserPassword,
    /// An account was bound to who its holder is at the identity provider.
    UserIdentity,
    /// The holder of an account connected a device, took it away, or made new recovery codes.
    UserSecondFactor,
    /// A role was granted.
    Grant,
    /// A role was taken away.
    Revoke,
    /// A token was made, by which a program signs in.
    TokenAdd,
    /// A token holds no longer.
    TokenRevoke,
}

impl Action {
    /// Its name in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Undo => "undo",
            Self::Configure => "configure",
            Self::OrganisationRename => "organisation-rename",
            Self::Policy => "policy",
            Self::PolicyDraft => "policy-draft",
            Self::ExemptAdd => "exempt-add",
            Self::ExemptEnd => "exempt-end",
            Self::Purge => "purge",
            Self::OutboxRelease => "outbox-release",
            Self::OutboxRetry => "outbox-retry",
            Self::OutboxCancel => "outbox-cancel",
            Self::Adopt => "adopt",
            Self::Claim => "claim",
            Self::Plan => "plan",
            Self::BoardSend => "board-send",
            Self::BouncesRead => "bounces-read",
            Self::BouncesConfirm => "bounces-confirm",
            Self::BouncesClear => "bounces-clear",
            Self::Backup => "backup",
            Self::PersonExport => "person-export",
            Self::FactsExport => "facts-export",
            Self::Move => "move",
            Self::RestoreMark => "restore-mark",
            Self::RejectedDismiss => "rejected-dismiss",
            Self::WorklistTaken => "worklist-taken",
            Self::WorklistGivenBack => "worklist-given-back",
            Self::WorklistCommented => "worklist-commented",
            Self::WorklistClosed => "worklist-closed",
            Self::WorklistOpened => "worklist-opened",
            Self::Export => "export",
            Self::UserAdd => "user-add",
            Self::UserEnable => "user-enable",
            Self::UserDisable => "user-disable",
            Self::UserReset => "user-reset",
            Self::UserSecondFactorReset => "user-second-factor-reset",
            Self::UserIdentityReset => "user-identity-reset",
            Self::UserEndSignIns => "user-end-sign-ins",
            Self::SignIn => "sign-in",
            Self::SignInFailed => "sign-in-failed",
            Self::SignOut => "sign-out",
            Self::UserPassword => "user-password",
            Self::UserIdentity => "user-identity",
            Self::UserSecondFactor => "user-second-factor",
            Self::Grant => "grant",
            Self::Revoke => "revoke",
            Self::TokenAdd => "token-add",
            Self::TokenRevoke => "token-revoke",
        }
    }
}

/// Something done, about to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Act<'a> {
    /// By whom.
    pub actor: &'a Actor,
    /// What.
    pub action: Action,
    /// To what: `import 12`, `person 17`.
    pub object: String,
    /// What else matters, as a JSON object without names, addresses or employee numbers: also without the names of
    /// files, which may be somebody's. Those stand with the import that the entry is about, where a purge reaches them.
    pub details: Value,
}

impl<'a> Act<'a> {
    /// Something that `actor` does.
    pub fn new(actor: &'a Actor, action: Action, object: impl Into<String>, details: Value) -> Self {
        Self { actor, action, object: object.into(), details }
    }
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its place, from 1.
    pub id: i32,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub object: String,
    /// What else matters: JSON, as recorded.
    pub details: String,
    /// The hash of the entry before; empty for the first.
    pub previous_hash: String,
    /// The seal: a hash of all of the above.
    pub hash: String,
}

impl AuditEntry {
    /// The register's own number of the person it is about, if it is about one and says so in its details.
    pub fn person(&self) -> Option<i32> {
        let details: Value = serde_json::from_str(&self.details).ok()?; // What is no JSON was not written by us.
        details.get("person")?.as_i64()?.try_into().ok() // A number beyond the register's is nobody's.
    }
}

/// Whether the log is as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditChain {
    /// It is.
    Sound {
        /// How many entries there are.
        entries: u64,
        /// The hash of the newest; empty when there are none.
        newest: String,
    },
    /// It is not.
    Broken {
        /// The first entry at which it shows.
        entry: i32,
        /// What is wrong there.
        why: &'static str,
    },
}

/// The log, looked over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFinding {
    /// Whether its entries are as they were written.
    pub chain: AuditChain,
    /// What was done and has no entry, for people; empty where nothing is missing.
    pub missing: Vec<String>,
}

impl AuditFinding {
    /// Whether nothing is wrong with it.
    pub(crate) fn is_sound(&self) -> bool {
        matches!(self.chain, AuditChain::Sound { .. }) && self.missing.is_empty()
    }

    /// What was found, as a sentence.
    pub(crate) fn in_words(&self) -> String {
        match &self.chain {
            AuditChain::Broken { entry, why } => format!("it was tampered with at entry {entry}: {why}"),
            AuditChain::Sound { .. } if !self.missing.is_empty() => {
                format!("entries are missing from it: there is none of {}", self.missing.join(", "))
            }
            AuditChain::Sound { entries: 0, .. } => "it is empty".to_owned(),
            AuditChain::Sound { entries, newest } => {
                format!("{entries} entries, as they were written, the newest sealed with {newest}")
            }
        }
    }
}
