//! The mail that invites the holder of a new account to choose a password, or to sign in with their work account.

use askama::Template;
use chrono::NaiveDateTime;

use super::{LINK_MARKER, time_and_day};
use crate::mail::wording::one_line;
use crate::mail::{Mail, Rendered, rendered};

/// Says that there is an account, what for, and until when its holder can open it by the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountInvitation {
    /// The organisation's name.
    pub(crate) organisation: String,
    /// What the holder is called; may be empty.
    pub(crate) name: String,
    /// The address that they sign in with.
    pub(crate) email: String,
    /// What the account is for, in words.
    pub(crate) purpose: String,
    /// How its holder signs in.
    pub(crate) way: InvitedWay,
    /// Until when the link holds, on the wall.
    pub(crate) until: NaiveDateTime,
}

/// How whoever is invited signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvitedWay {
    /// With a password that they choose.
    Password {
        /// Whether codes of a device will be asked for.
        needs_device: bool,
    },
    /// With their work account, at the identity provider, and no other way.
    WorkAccount,
}

/// What all three templates show.
struct AccountInvitationPage {
    organisation: String,
    greeting: String,
    email: String,
    purpose: String,
    needs_device: bool,
    has_password: bool,
    until: String,
    link: &'static str,
}

impl AccountInvitationPage {
    /// What is to be done.
    fn what(&self) -> &'static str {
        if self.has_password { "Choose a password" } else { "Sign in" }
    }
}

#[derive(Template)]
#[template(path = "mail/account_invitation.subject.txt")]
struct AccountInvitationSubject<'a> {
    page: &'a AccountInvitationPage,
}

#[derive(Template)]
#[template(path = "mail/account_invitation.txt")]
struct AccountInvitationText<'a> {
    page: &'a AccountInvitationPage,
}

#[derive(Template)]
#[template(path = "mail/account_invitation.html")]
struct AccountInvitationHtml<'a> {
    page: &'a AccountInvitationPage,
}

impl Mail for AccountInvitation {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let name = one_line(&self.name);
        let page = AccountInvitationPage {
            organisation: one_line(&self.organisation),
            greeting: if name.is_empty() { "Hello".to_owned() } else { format!("Hello {name}") },
            email: self.email.clone(),
            purpose: one_line(&self.purpose),
            needs_device: self.way == InvitedWay::Password { needs_device: true },
            has_password: self.way != InvitedWay::WorkAccount,
            until: time_and_day(self.until),
            link: LINK_MARKER,
        };
        rendered(
            &AccountInvitationSubject { page: &page },
            &AccountInvitationText { page: &page },
            &AccountInvitationHtml { page: &page },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tests::page_of;

    fn invitation() -> AccountInvitation {
        AccountInvitation {
            organisation: "Marlow Vale NHS Foundation Trust".to_owned(),
            name: "Aisha <Bello>".to_owned(),
            email: "aisha.bello@example.org".to_owned(),
            purpose: "to keep the training records of Marlow Vale NHS Foundation Trust".to_owned(),
            way: InvitedWay::Password { needs_device: true },
            until: "2026-11-27T09:30:00".parse().unwrap(),
        }
    }

    #[test]
    fn an_invitation_to_hr() {
        insta::assert_snapshot!(page_of(&invitation()));
    }

    #[test]
    fn an_invitation_where_nobody_has_a_password() {
        insta::assert_snapshot!(page_of(&AccountInvitation { way: InvitedWay::WorkAccount, ..invitation() }));
    }

    #[test]
    fn whoever_needs_no_device_is_told_of_none_and_who_has_no_name_is_greeted() {
        let plain = AccountInvitation {
            name: String::new(),
            way: InvitedWay::Password { needs_device: false },
            ..invitation()
        };
        let Rendered { text, html, .. } = plain.render().unwrap();
        for part in [&text, &html] {
            assert!(!part.contains("authenticator") && part.contains("Hello"), "{part}");
            assert_eq!(part.matches(LINK_MARKER).count(), 1, "{part}");
        }
    }
}
