//! `[organisation]` and `[[board]]`: whom this installation is for.

use crate::register::{EmailAddress, OrganisationKind};
use crate::toml_file::TableSection;

/// The employer that files belong to when they name none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationSettings {
    /// Its ODS-like code. Required.
    pub code: String,
    /// Its name. Default: the code.
    pub name: String,
    /// Whether the name is given. What is left out doesn't overwrite what an import of organisations brought.
    pub name_is_given: bool,
    /// What sort of employer it is. Default: as an import of organisations has it, else other.
    pub kind: Option<OrganisationKind>,
    /// The safeguarding contact: replies go there, and what can reach no manager. Default: as an import of organisations
    /// has it.
    pub safeguarding_email: Option<EmailAddress>,
    /// Who is told what became of the files in the inbox. Default: the safeguarding contact.
    pub hr_email: Option<EmailAddress>,
}

/// Who gets an organisation's board summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardRecipients {
    /// The organisation's code. Default: the configured one.
    pub organisation: String,
    /// The addresses; at least one, each once.
    pub recipients: Vec<EmailAddress>,
}

const ADDRESS: &str = "an email address, such as safeguarding@example.org";

pub(super) fn read(root: &TableSection<'_>) -> OrganisationSettings {
    let Some(section) = root.table("organisation", "[organisation]") else {
        if !root.has("organisation") {
            root.fault(
                "organisation",
                "the settings need [organisation] with your code: add it, or run `refresher init`",
            );
        }
        return OrganisationSettings {
            code: String::new(),
            name: String::new(),
            name_is_given: false,
            kind: None,
            safeguarding_email: None,
            hr_email: None,
        };
    };
    section.missing("code", "\"RXX\"");
    let code = section.text("code").unwrap_or_default();
    let kinds = OrganisationKind::ALL.map(OrganisationKind::as_str).join(", ");
    let name = section.text("name");
    let settings = OrganisationSettings {
        name_is_given: name.is_some(),
        name: name.unwrap_or_else(|| code.clone()),
        code,
        kind: section.parsed("kind", &format!("one of {kinds}"), OrganisationKind::parse),
        safeguarding_email: section.parsed("safeguarding_email", ADDRESS, EmailAddress::parse),
        hr_email: section.parsed("hr_email", ADDRESS, EmailAddress::parse),
    };
    section.finish();
    settings
}

pub(super) fn read_boards(root: &TableSection<'_>, own_code: &str) -> Vec<BoardRecipients> {
    let sections = root.tables("board", "a board").into_iter();
    let boards = sections.map(|section| {
        section.missing("recipients", "[\"board@example.org\"]");
        let mut recipients: Vec<EmailAddress> = Vec::new();
        for recipient in section.texts("recipients").unwrap_or_default() {
            match EmailAddress::parse(&recipient.value) {
                Some(address) if recipients.contains(&address) => {
                    section.warning_at(
                        &recipient.place,
                        format!("{address} is listed twice, and gets one mail"),
                    );
                }
                Some(address) => recipients.push(address),
                None => {
                    let message = format!("\"{}\" in `recipients` must be {ADDRESS}", recipient.value);
                    section.fault_at(&recipient.place, message);
                }
            }
        }
        if section.is_empty_list("recipients") {
            section.fault(
                "recipients",
                "`recipients` is an empty list: add an address, or remove this [[board]]",
            );
        }
        let organisation = section.text("organisation").unwrap_or_else(|| own_code.to_owned());
        section.finish();
        BoardRecipients { organisation, recipients }
    });
    boards.collect()
}
