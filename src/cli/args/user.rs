//! What can be typed about accounts of the console.

use clap::{Args, Subcommand};

use crate::access::{AccessRole, GrantScope};
use crate::register::EmailAddress;

/// `user`.
#[derive(Debug, Args)]
pub struct UserArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: UserAction,
}

/// What can be done about accounts.
#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// Make an account, and mail its holder a link to choose a password
    Add(UserAddArgs),
    /// Grant an account a role
    Grant(UserGrantArgs),
    /// Take a role away from an account
    Revoke(UserGrantArgs),
    /// Accounts with their roles
    List {
        /// Only those with this role: operator, hr, manager, board or auditor
        #[arg(long, value_name = "ROLE", value_parser = role)]
        role: Option<AccessRole>,
    },
    /// Let nobody use an account any more, from this moment
    Disable {
        /// The account's address
        email: String,
    },
    /// Let an account be used again
    Enable {
        /// The account's address
        email: String,
    },
    /// Mail a link to choose another password, or take the second factor or single sign-on away
    Reset {
        /// The account's address
        email: String,
        /// Take the second factor away, and leave the password as it is
        #[arg(long, conflicts_with = "print")]
        second_factor: bool,
        /// Take off who its holder is at the identity provider, and sign out whoever came from there
        #[arg(long, conflicts_with_all = ["print", "second_factor"])]
        identity: bool,
        /// Show the link here instead of mailing it
        #[arg(long)]
        print: bool,
    },
    /// Sign out whoever is signed in to an account, or to any
    #[command(group = clap::ArgGroup::new("which").required(true))]
    EndSignIns {
        /// The account's address
        #[arg(group = "which")]
        email: Option<String>,
        /// Every account
        #[arg(long, group = "which")]
        all: bool,
    },
}

/// Where a role is held, and whom it reaches there.
#[derive(Debug, Args)]
pub struct GrantPlaceArgs {
    /// At the organisation with this code; needed where there are several
    #[arg(long, value_name = "CODE", conflicts_with = "all")]
    pub organisation: Option<String>,
    /// At all organisations
    #[arg(long)]
    pub all: bool,
    /// For a manager, only these people: `reports`, or `unit:` and a unit such as unit:Surgery/*
    #[arg(long, value_name = "SCOPE", value_parser = scope)]
    pub scope: Option<GrantScope>,
}

/// `user add`.
#[derive(Debug, Args)]
pub struct UserAddArgs {
    /// The address of the holder, by which they sign in
    #[arg(value_parser = email)]
    pub email: EmailAddress,
    /// What the account is for: operator, hr, manager, board or auditor
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub role: AccessRole,
    /// Where.
    #[command(flatten)]
    pub place: GrantPlaceArgs,
    /// What the holder is called
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The holder's employee number, where they are on the staff
    #[arg(long, value_name = "EMPLOYEE_NUMBER")]
    pub number: Option<String>,
    /// Mail nothing: `user reset` makes a link later
    #[arg(long)]
    pub no_invite: bool,
}

/// `user grant` and `user revoke`.
#[derive(Debug, Args)]
pub struct UserGrantArgs {
    /// The account's address
    pub email: String,
    /// The role: operator, hr, manager, board or auditor
    #[arg(value_parser = role)]
    pub role: AccessRole,
    /// Where.
    #[command(flatten)]
    pub place: GrantPlaceArgs,
}

fn email(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).ok_or_else(|| "write an email address such as ann@example.org".to_owned())
}

fn role(text: &str) -> Result<AccessRole, String> {
    AccessRole::parse(text).ok_or_else(|| {
        format!(
            "there is no such role; the roles are {}",
            AccessRole::GRANTED.map(AccessRole::as_str).join(", ")
        )
    })
}

fn scope(text: &str) -> Result<GrantScope, String> {
    let parsed = GrantScope::parse(text).filter(|scope| *scope != GrantScope::Everyone);
    parsed.ok_or_else(|| "write reports, or unit: and a unit, such as unit:Surgery/*".to_owned())
}
