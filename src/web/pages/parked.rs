//! What was typed when a sign-in had ended, or was not recent: kept, shown, and sent only by hand (spec 8.5).

use askama::Template;

use crate::jobs::accounts::session::{self, SignedIn};
use crate::web::answer::{Fault, PageFrame, Reply};
use crate::web::request::{FormFields, PageRequest};

/// For what it is sealed.
const SEALED_FOR: &str = "parked form";

#[derive(Template)]
#[template(path = "web/parked.html")]
struct ParkedPage {
    frame: PageFrame,
    /// Where it was sent.
    path: String,
    fields: Vec<(String, String)>,
}

/// Keeps what was typed for the account, and sends whoever typed it to sign in, or to give their password again.
pub(crate) fn park(asked: &PageRequest<'_>, account: i32, first: &str) -> Result<Reply, Fault> {
    let text = format!("{}?{}", asked.path, asked.form.written());
    let sealed = asked.state.key.seal(SEALED_FOR, text.as_bytes()).map_err(anyhow::Error::from)?;
    let id = session::park(asked.app(), account, &sealed, asked.now)?;
    Ok(Reply::see(format!("{first}?to=%2Fparked%2F{id}")))
}

/// Shows it, to be sent.
pub(crate) fn get(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    let id = asked.place().parse().map_err(|_| Fault::NotFound)?;
    let sealed = session::parked(asked.app(), who, id, asked.now)?.ok_or(Fault::NotFound)?;
    let text = asked.state.key.open(SEALED_FOR, &sealed).and_then(|text| String::from_utf8(text).ok()); // Another key's is gone.
    let text = text.ok_or(Fault::NotFound)?;
    let (path, fields) = text.split_once('?').unwrap_or((&text, ""));
    let fields = FormFields::parse(fields.as_bytes());
    let page = ParkedPage {
        frame: PageFrame::of(asked, who, "parked", "This has not been sent yet")?,
        path: path.to_owned(),
        fields: fields.every().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    };
    Reply::page(&page)
}
