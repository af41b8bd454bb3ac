//! What can be typed about organisations.

use clap::{Args, Subcommand};

/// `organisation`.
#[derive(Debug, Args)]
pub struct OrganisationArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: OrganisationAction,
}

/// What can be done about organisations.
#[derive(Debug, Subcommand)]
pub enum OrganisationAction {
    /// Give an organisation another code, as after a merger; all that is kept of it stays. Then write the code into the
    /// settings
    Rename {
        /// The code that it has
        old: String,
        /// The code that it is to have
        new: String,
        /// Don't ask at the terminal whether it is meant
        #[arg(long)]
        yes: bool,
    },
}
