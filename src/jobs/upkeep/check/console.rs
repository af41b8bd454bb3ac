//! The console: where it listens, its key, its certificate, and whether anybody can sign in.

use super::checked::CheckedThing;
use crate::access::{KeyFile, store};
use crate::app::App;
use crate::files;
use crate::wording::counted;

const WHAT: &str = "console";

/// Looks at it; nothing is made by looking.
pub(super) fn console(app: &App) -> anyhow::Result<CheckedThing> {
    let web = &app.config.web;
    let Some(listen) = web.listen else {
        return Ok(CheckedThing::good(WHAT, "off: nothing listens"));
    };
    // The message says what to do.
    if let Err(error) = KeyFile::load(&web.key_file) {
        return Ok(CheckedThing::fault(WHAT, error.to_string(), ""));
    }
    for file in web.tls.iter().flat_map(|tls| [&tls.cert_file, &tls.key_file]) {
        if let Err(error) = files::read_text(file) {
            let says = format!("{} can't be read: {error}", file.display());
            return Ok(CheckedThing::fault(
                WHAT,
                says,
                "put the certificate there, or correct its permissions",
            ));
        }
    }
    let accounts = app.db.read(store::all_accounts)?;
    let usable = accounts.iter().filter(|account| account.enabled && account.has_way_in()).count();
    let address = web.public_url.clone().unwrap_or_else(|| listen.to_string());
    Ok(CheckedThing::good(
        WHAT,
        format!("{address}, where {} can sign in", counted(usable, "account", "accounts")),
    ))
}
