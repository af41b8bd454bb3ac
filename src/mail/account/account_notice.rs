//! The mail that tells the holder of an account what was done to it.

use askama::Template;
use chrono::NaiveDateTime;

use super::time_and_day;
use crate::mail::wording::{counted, one_line};
use crate::mail::{Mail, Rendered, rendered};

/// Says what changed, and what to do where it was somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountNotice {
    /// The organisation's name.
    pub(crate) organisation: String,
    /// What the holder is called; may be empty.
    pub(crate) name: String,
    /// What was done.
    pub(crate) change: AccountChange,
    /// When, on the wall.
    pub(crate) at: NaiveDateTime,
}

/// What was done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountChange {
    /// A password was chosen.
    Password,
    /// An authenticator app was connected.
    SecondFactorSetUp,
    /// It was taken away.
    SecondFactorTaken,
    /// A recovery code was used; so many are left.
    RecoveryCode {
        /// How many can still be used.
        left: u64,
    },
    /// It was bound to who its holder is at the identity provider.
    #[cfg_attr(not(any(feature = "sso", test)), expect(dead_code, reason = "nobody comes from a provider"))]
    IdentityBound,
    /// Its holder is nobody there any more.
    IdentityTaken,
    /// Somebody signed in after so many tries that failed.
    SignedInAfterFailures {
        /// How many failed.
        failures: u64,
    },
}

impl AccountChange {
    /// What happened, in a few words.
    fn headline(self) -> &'static str {
        match self {
            Self::Password => "Your password was changed",
            Self::SecondFactorSetUp => "An authenticator app was connected to your account",
            Self::SecondFactorTaken => "The authenticator app was taken from your account",
            Self::RecoveryCode { .. } => "A recovery code of your account was used",
            Self::IdentityBound => "Your account was connected to single sign-on",
            Self::IdentityTaken => "Your account was disconnected from single sign-on",
            Self::SignedInAfterFailures { .. } => "Somebody signed in after several wrong tries",
        }
    }

    /// What else there is to know.
    fn detail(self) -> String {
        match self {
            Self::Password => "Everybody who was signed in to your account elsewhere is signed out.".to_owned(),
            Self::SecondFactorSetUp => "From now on you sign in with your password and a code of that app.".to_owned(),
            Self::SecondFactorTaken => {
                "The next time you sign in you may be asked to connect an app again. Your recovery codes no longer work."
                    .to_owned()
            }
            Self::RecoveryCode { left: 0 } => {
                "It was the last one. Make new ones on the page Your account.".to_owned()
            }
            Self::RecoveryCode { left } => format!(
                "{} left. If you no longer have your device, connect another on the page Your account.",
                counted(left, "code is", "codes are")
            ),
            Self::IdentityBound => "From now on you can sign in with your work account.".to_owned(),
            Self::IdentityTaken => {
                "Your work account no longer lets you in, and whoever was signed in with it is signed out. If you need it again, \
                 ask whoever runs refresher for you."
                    .to_owned()
            }
            Self::SignedInAfterFailures { failures } => {
                format!("Before that, {} failed.", counted(failures, "try", "tries"))
            }
        }
    }

    /// Whether another password keeps out whoever it was, where it was not the holder.
    fn is_mended_by_password(self) -> bool {
        !matches!(self, Self::IdentityBound | Self::IdentityTaken)
    }
}

/// What all three templates show.
struct AccountNoticePage {
    organisation: String,
    greeting: String,
    headline: &'static str,
    detail: String,
    is_mended_by_password: bool,
    at: String,
}

#[derive(Template)]
#[template(path = "mail/account_notice.subject.txt")]
struct AccountNoticeSubject<'a> {
    page: &'a AccountNoticePage,
}

#[derive(Template)]
#[template(path = "mail/account_notice.txt")]
struct AccountNoticeText<'a> {
    page: &'a AccountNoticePage,
}

#[derive(Template)]
#[template(path = "mail/account_notice.html")]
struct AccountNoticeHtml<'a> {
    page: &'a AccountNoticePage,
}

impl Mail for AccountNotice {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let name = one_line(&self.name);
        let page = AccountNoticePage {
            organisation: one_line(&self.organisation),
            greeting: if name.is_empty() { "Hello".to_owned() } else { format!("Hello {name}") },
            headline: self.change.headline(),
            detail: self.change.detail(),
            is_mended_by_password: self.change.is_mended_by_password(),
            at: time_and_day(self.at),
        };
        rendered(
            &AccountNoticeSubject { page: &page },
            &AccountNoticeText { page: &page },
            &AccountNoticeHtml { page: &page },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tests::page_of;

    fn notice(change: AccountChange) -> AccountNotice {
        AccountNotice {
            organisation: "Marlow Vale NHS Foundation Trust".to_owned(),
            name: "Aisha Bello".to_owned(),
            change,
            at: "2026-11-24T09:05:00".parse().unwrap(),
        }
    }

    #[test]
    fn a_password_that_was_changed() {
        insta::assert_snapshot!(page_of(&notice(AccountChange::Password)));
    }

    #[test]
    fn what_a_notice_says_in_each_case() {
        let said = [
            AccountChange::SecondFactorSetUp,
            AccountChange::SecondFactorTaken,
            AccountChange::RecoveryCode { left: 9 },
            AccountChange::RecoveryCode { left: 1 },
            AccountChange::RecoveryCode { left: 0 },
            AccountChange::IdentityBound,
            AccountChange::IdentityTaken,
            AccountChange::SignedInAfterFailures { failures: 7 },
        ]
        .map(|change| {
            let Rendered { subject, text, .. } = notice(change).render().unwrap();
            format!("======== {change:?}\nSubject: {subject}\n\n{text}")
        });
        insta::assert_snapshot!(said.join("\n"));
    }
}
