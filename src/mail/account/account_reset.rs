//! The mail with a link by which the holder of an account chooses another password.

use askama::Template;
use chrono::NaiveDateTime;

use super::{LINK_MARKER, time_and_day};
use crate::mail::wording::one_line;
use crate::mail::{Mail, Rendered, rendered};

/// Says until when its reader can choose another password by the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountReset {
    /// The organisation's name.
    pub(crate) organisation: String,
    /// What the holder is called; may be empty.
    pub(crate) name: String,
    /// Until when the link holds, on the wall.
    pub(crate) until: NaiveDateTime,
}

/// What all three templates show.
struct AccountResetPage {
    organisation: String,
    greeting: String,
    until: String,
    link: &'static str,
}

#[derive(Template)]
#[template(path = "mail/account_reset.subject.txt")]
struct AccountResetSubject<'a> {
    page: &'a AccountResetPage,
}

#[derive(Template)]
#[template(path = "mail/account_reset.txt")]
struct AccountResetText<'a> {
    page: &'a AccountResetPage,
}

#[derive(Template)]
#[template(path = "mail/account_reset.html")]
struct AccountResetHtml<'a> {
    page: &'a AccountResetPage,
}

impl Mail for AccountReset {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let name = one_line(&self.name);
        let page = AccountResetPage {
            organisation: one_line(&self.organisation),
            greeting: if name.is_empty() { "Hello".to_owned() } else { format!("Hello {name}") },
            until: time_and_day(self.until),
            link: LINK_MARKER,
        };
        rendered(
            &AccountResetSubject { page: &page },
            &AccountResetText { page: &page },
            &AccountResetHtml { page: &page },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tests::page_of;

    #[test]
    fn a_link_for_another_password() {
        insta::assert_snapshot!(page_of(&AccountReset {
            organisation: "Marlow Vale NHS Foundation Trust".to_owned(),
            name: "Aisha Bello".to_owned(),
            until: "2026-11-24T10:30:00".parse().unwrap(),
        }));
    }
}
