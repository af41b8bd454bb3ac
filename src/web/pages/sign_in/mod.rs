//! Signing in: the password, the code or the device to be connected, the password again, and links by which one is chosen.

pub(crate) mod again;
pub(crate) mod code;
pub(crate) mod device;
pub(crate) mod link;
pub(crate) mod password;
pub(crate) mod reset;
#[cfg(feature = "sso")]
pub(crate) mod sso;

use crate::jobs::accounts::session::SignedIn;
use crate::web::answer::{Reply, back};
use crate::web::request::PageRequest;

/// A link to the identity provider.
pub(crate) struct SsoLink {
    href: String,
    words: String,
}

impl SsoLink {
    /// The one that leads there by this page of ours; `None` where people sign in here alone.
    pub(crate) fn to(asked: &PageRequest<'_>, href: String) -> Option<Self> {
        let settings = asked.app().config.web.oidc.as_ref()?;
        Some(Self { href, words: settings.button.clone() })
    }
}

/// Sends whoever is not signed in to do that, and back to the page that they asked for.
pub(crate) fn first(asked: &PageRequest<'_>, is_get: bool) -> Reply {
    if !is_get || asked.path == "/" {
        return Reply::see("/sign-in");
    }
    let query = asked.query.written();
    let to = if query.is_empty() { asked.path.to_owned() } else { format!("{}?{query}", asked.path) };
    Reply::see(format!("/sign-in?{}", back(&to)))
}

/// Sends whoever gave their password to what is still to be done.
pub(crate) fn next_step(who: &SignedIn) -> Reply {
    Reply::see(if who.account.has_second_factor { "/sign-in/code" } else { "/sign-in/device" })
}

/// Where to go back to: to a page of ours that can be asked for, or to the first.
fn back_to<'t>(asked: &PageRequest<'_>, to: &'t str) -> &'t str {
    page_of_ours(&asked.state.pages, to)
}

fn page_of_ours<'t>(pages: &[impl AsRef<str>], to: &'t str) -> &'t str {
    let path = to.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let is_ours = pages.iter().any(|page| {
        let pattern: Vec<&str> = page.as_ref().split('/').collect();
        let fits = |(part, place): (&&str, &&str)| {
            part == place || (part.starts_with('{') && !place.is_empty() && place.bytes().all(is_plain))
        };
        pattern.len() == parts.len() && pattern.iter().zip(&parts).all(fits)
    });
    let is_sound = to.bytes().all(|byte| byte.is_ascii_graphic());
    let leads_on =
        !["/sign-in", "/l/", "/assets/", "/health/", "/reset"].iter().any(|start| path.starts_with(start));
    if is_ours && is_sound && leads_on { to } else { "/" }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(to: &str) -> &str {
        page_of_ours(&crate::web::routes::pages(), to)
    }

    #[test]
    fn back_is_only_to_pages_of_ours_that_can_be_asked_for() {
        for (to, back) in [
            ("/account", "/account"),
            ("/account?x=1", "/account?x=1"),
            ("/parked/3", "/parked/3"),
            ("/people.csv?state=lapsed", "/people.csv?state=lapsed"),
            ("/outbox.xlsx", "/outbox.xlsx"),
            ("/.json", "/.json"),
            ("/people.exe", "/"),
            ("/", "/"),
            ("", "/"),
            ("//evil.test", "/"),
            ("/\\evil.test", "/"),
            ("https://evil.test/account", "/"),
            ("/account\r\nSet-Cookie: a=b", "/"),
            ("/account/../../etc", "/"),
            ("/parked//evil.test", "/"),
            ("/nowhere", "/"),
            ("/account/password", "/"),
            ("/sign-in", "/"),
            ("/l/abc", "/"),
        ] {
            assert_eq!(page_of(to), back, "{to:?}");
        }
    }
}
