//! What can be typed about tokens of programs.

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::date;
use crate::access::{AddressRange, TokenScope};

/// `token`.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: TokenAction,
}

/// What can be done about tokens.
#[derive(Debug, Subcommand)]
pub enum TokenAction {
    /// Make a token, and show it this once
    Add(TokenAddArgs),
    /// Every token: what it is for, until when, and whether it holds
    List,
    /// Let nobody use a token any more, from the next request on
    Revoke {
        /// The token's name
        name: String,
    },
}

/// `token add`.
#[derive(Debug, Args)]
pub struct TokenAddArgs {
    /// What to call it, such as esr-nightly; it stands in the audit log with whatever is done by it
    pub name: String,
    /// What it is for, once for each: import: and a kind of file such as import:staff, facts:read, facts:identified or
    /// metrics:read
    #[arg(long = "scope", value_name = "SCOPE", required = true, value_parser = scope)]
    pub scopes: Vec<TokenScope>,
    /// Only for the organisation with this code, once for each [default: all]
    #[arg(long = "organisation", value_name = "CODE")]
    pub organisations: Vec<String>,
    /// Only from these addresses, such as 10.1.0.0/16, once for each [default: from anywhere]
    #[arg(long = "from", value_name = "CIDR", value_parser = addresses)]
    pub addresses: Vec<AddressRange>,
    /// The last day on which it holds, at most 400 days off [default: in a year]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub expires: Option<NaiveDate>,
}

fn scope(text: &str) -> Result<TokenScope, String> {
    let all = TokenScope::ALL.map(TokenScope::as_str).join(", ");
    TokenScope::parse(text).ok_or_else(|| format!("there is no such scope; the scopes are {all}"))
}

fn addresses(text: &str) -> Result<AddressRange, String> {
    AddressRange::parse(text).ok_or_else(|| "write an address, or a range such as 10.1.0.0/16".to_owned())
}
