//! `[[sender]]`: organisations whose mail leaves otherwise than by `[smtp]` (spec 20.5).

use std::path::Path;

use super::mail::{MailSettings, read_section};
use crate::register::EmailAddress;
use crate::toml_file::{TableSection, ValuePlace};

/// How the mail of some organisations leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderSettings {
    /// Whose it is; at least one, none of them another sender's.
    pub organisations: Vec<SenderOrganisation>,
    /// How it leaves: what is not given here is as `[smtp]` has it.
    pub mail: MailSettings,
}

/// An organisation that a sender names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderOrganisation {
    /// Its code.
    pub code: String,
    /// Where it is named.
    pub(crate) place: ValuePlace,
}

/// What belongs to one server: another one is not told any of it.
const SERVER: [&str; 3] = ["port", "security", "ca_file"];
const SIGN_IN: [&str; 3] = ["username", "password", "password_file"];
/// What belongs to one sender's address.
const DKIM: [&str; 3] = ["dkim_domain", "dkim_selector", "dkim_key_file"];
/// What every sender has, where it says nothing else.
const ALWAYS: [&str; 8] =
    ["transport", "file_dir", "host", "hello", "from", "per_minute", "connections", "per_day"];

/// `None` only where a fault was noted.
pub(super) fn read(
    root: &TableSection<'_>,
    smtp: Option<&TableSection<'_>>,
    folder: &Path,
    safeguarding_email: Option<&EmailAddress>,
) -> Option<Vec<SenderSettings>> {
    let mut senders: Vec<SenderSettings> = Vec::new();
    let mut sound = true;
    for own in root.tables("sender", "a sender") {
        let has = |keys: &[&str]| keys.iter().any(|key| own.has(key));
        let (server, sign_in) = (has(&["host"]), has(&["host"]) || has(&SIGN_IN));
        let dkim = has(&["from"]) || has(&DKIM);
        let table = own.with_rest_of(smtp, |key| {
            ALWAYS.contains(&key)
                || (SERVER.contains(&key) && !server)
                || (SIGN_IN.contains(&key) && !sign_in)
                || (DKIM.contains(&key) && !dkim)
        });
        let section = own.beside(&table, "a sender");
        let organisations = read_organisations(&section, &senders);
        let mail = read_section(&section, folder, safeguarding_email);
        section.finish();
        match mail {
            Some(mail) => senders.push(SenderSettings { organisations, mail }),
            None => sound = false,
        }
    }
    sound.then_some(senders)
}

fn read_organisations(section: &TableSection<'_>, before: &[SenderSettings]) -> Vec<SenderOrganisation> {
    section.missing("organisations", "[\"RXX\"]");
    if section.is_empty_list("organisations") {
        section.fault(
            "organisations",
            "`organisations` is an empty list: name the organisations whose mail this sender sends, or remove this [[sender]]",
        );
    }
    let mut organisations: Vec<SenderOrganisation> = Vec::new();
    for named in section.texts("organisations").unwrap_or_default() {
        let of_others = before.iter().flat_map(|sender| &sender.organisations);
        if of_others.chain(&organisations).any(|other| other.code == named.value) {
            let message = format!(
                "`organisations` names {}, which was named before: its mail goes by one sender",
                named.value
            );
            section.fault_at(&named.place, message);
            continue;
        }
        organisations.push(SenderOrganisation { code: named.value, place: named.place });
    }
    organisations
}
