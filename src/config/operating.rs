//! `[operator]` and `[backup]`: who watches over the installation, and what is kept should it break.

use std::path::{Path, PathBuf};

use super::mail::Secret;
use crate::files;
use crate::register::EmailAddress;
use crate::toml_file::TableSection;

/// Who watches over the installation, and when they are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorSettings {
    /// Where alerts go. Default: the safeguarding contact.
    pub email: Option<EmailAddress>,
    /// An address called after each good run of a daily job, for a service that notices when the calls stop.
    /// Default: none.
    pub ping_url: Option<Secret>,
    /// What the service there is told. Default: good runs alone.
    pub ping_style: PingStyle,
    /// Days without a staff list until that is an alert. Default 45.
    pub stale_after_days: u32,
    /// Days on which nobody is due a reminder until that is an alert. Default 14.
    pub quiet_after_days: u32,
}

/// What a service that notices when calls stop is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PingStyle {
    /// Each good run, at the address itself.
    GoodRuns,
    /// Also each start, at the address and `/start`, and each failure, at the address and `/fail`, as healthchecks.io and
    /// those like it take them.
    EveryRun,
}

/// Backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSettings {
    /// The folder of the nightly ones. Default `backups`, beside the settings.
    pub folder: PathBuf,
    /// How many of them are kept. Default 14.
    pub keep: u32,
}

pub(super) fn read_operator(
    root: &TableSection<'_>,
    folder: &Path,
    contact: Option<&EmailAddress>,
) -> OperatorSettings {
    let mut operator = OperatorSettings {
        email: contact.cloned(),
        ping_url: None,
        ping_style: PingStyle::GoodRuns,
        stale_after_days: 45,
        quiet_after_days: 14,
    };
    let Some(section) = root.table("operator", "[operator]") else {
        return operator;
    };
    let email =
        section.parsed("email", "an email address, such as operator@example.org", EmailAddress::parse);
    operator.email = email.or(operator.email);
    operator.ping_url = read_ping_url(&section, folder);
    let styles = [("good-runs", PingStyle::GoodRuns), ("every-run", PingStyle::EveryRun)];
    operator.ping_style = section.choice("ping_style", &styles).unwrap_or(operator.ping_style);
    operator.stale_after_days = section.integer("stale_after_days", 1..=10_000).unwrap_or(45);
    operator.quiet_after_days = section.integer("quiet_after_days", 1..=10_000).unwrap_or(14);
    section.finish();
    operator
}

/// The address itself is as good as a password: whoever has it can call it.
fn read_ping_url(section: &TableSection<'_>, folder: &Path) -> Option<Secret> {
    let wanted = "an address beginning with https://, or with http:// for this machine";
    let direct = section.parsed("ping_url", wanted, Secret::web_address);
    let Some(file) = section.text("ping_url_file") else { return direct };
    let path = folder.join(file);
    let text = match files::read_text(&path) {
        Ok(text) => text,
        Err(error) => {
            section
                .fault("ping_url_file", format!("`ping_url_file` {} can't be read: {error}", path.display()));
            return None;
        }
    };
    let address = Secret::web_address(text.trim());
    if address.is_none() {
        section.fault("ping_url_file", format!("{} must hold {wanted}", path.display()));
    }
    address
}

pub(super) fn read_backup(root: &TableSection<'_>, folder: &Path) -> BackupSettings {
    let Some(section) = root.table("backup", "[backup]") else {
        return BackupSettings { folder: folder.join("backups"), keep: 14 };
    };
    let backup = BackupSettings {
        folder: folder.join(section.text("folder").unwrap_or_else(|| "backups".to_owned())),
        keep: section.integer("keep", 1..=10_000).unwrap_or(14),
    };
    section.finish();
    backup
}
