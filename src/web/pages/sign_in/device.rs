//! Connecting an authenticator app: at a first sign-in at `/sign-in/device`, and later from the account's own page.

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qrcode::QrCode;
use qrcode::render::svg;

use super::back_to;
use crate::access::SharedSecret;
use crate::jobs::accounts::second_step::{self, SetUpOutcome};
use crate::jobs::accounts::session::SignedIn;
use crate::web::answer::{CookieChange, Fault, FieldFault, Notice, PageFrame, Reply};
use crate::web::request::PageRequest;

#[derive(Template)]
#[template(path = "web/device.html")]
struct DevicePage {
    frame: PageFrame,
    /// Where the form goes.
    action: &'static str,
    to: String,
    /// The secret, sealed.
    proposed: String,
    /// The secret, in groups, to be typed.
    written: String,
    /// The same as a picture.
    picture: String,
    /// Whether there is one already, which this takes the place of.
    replaces: bool,
}

const REFUSED: &str = "This code is not that of the app. Check that the app shows refresher, wait for the next code and type \
                       that";

/// Shows a secret to be connected; whoever has a device and is still to give its code goes to do that.
pub(crate) fn get(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    let to = back_to(asked, asked.query.one("to"));
    if who.is_whole() || who.account.has_second_factor {
        return Ok(if who.is_whole() { Reply::see(to) } else { super::next_step(who) });
    }
    show(asked, who, "/sign-in/device", to)
}

/// Connects it.
pub(crate) fn post(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    if who.is_whole() || who.account.has_second_factor {
        return Ok(if who.is_whole() { Reply::see("/") } else { super::next_step(who) });
    }
    connect(asked, who, "/sign-in/device")
}

/// Shows a secret that is nobody's yet.
pub(crate) fn show(
    asked: &PageRequest<'_>,
    who: &SignedIn,
    action: &'static str,
    to: &str,
) -> Result<Reply, Fault> {
    let (secret, sealed) = second_step::propose(&asked.state.key, who)?;
    let frame = PageFrame::of(asked, who, "device", "Connect an authenticator app")?;
    Reply::page(&page(frame, who, action, to, (&secret, &sealed))?)
}

/// Connects the device whose code was given, and has the recovery codes shown once on the account's page.
pub(crate) fn connect(asked: &PageRequest<'_>, who: &SignedIn, action: &'static str) -> Result<Reply, Fault> {
    let to = back_to(asked, asked.form.one("to"));
    let sealed = URL_SAFE_NO_PAD.decode(asked.form.one("proposed")).unwrap_or_default(); // What is not ours opens nothing.
    let Some(secret) = second_step::proposed(&asked.state.key, who, &sealed) else {
        return Ok(Reply::see(action));
    };
    let given = (&secret, asked.form.one("code"));
    match second_step::set_up(asked.app(), &asked.state.key, who, given, asked.now)? {
        SetUpOutcome::Done { token, recovery_codes } => {
            Notice::RecoveryCodes { codes: recovery_codes, device: true }.keep(asked, who)?;
            Ok(Reply::see("/account").with_cookie(CookieChange::Holds(token)))
        }
        SetUpOutcome::Refused => {
            let fault = FieldFault { field: "code", words: REFUSED.to_owned() };
            let frame =
                PageFrame::of(asked, who, "device", "Connect an authenticator app")?.with_faults(vec![fault]);
            Reply::page_with(422, &page(frame, who, action, to, (&secret, &sealed))?)
        }
    }
}

fn page(
    frame: PageFrame,
    who: &SignedIn,
    action: &'static str,
    to: &str,
    (secret, sealed): (&SharedSecret, &[u8]),
) -> anyhow::Result<DevicePage> {
    let letters = secret.written();
    let groups: Vec<String> =
        letters.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    let code = QrCode::new(secret.device_address(&who.account.email))?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(200, 200).quiet_zone(true).build();
    Ok(DevicePage {
        frame,
        action,
        to: to.to_owned(),
        proposed: URL_SAFE_NO_PAD.encode(sealed),
        written: groups.join(" "),
        picture: picture.split_once("?>").map_or(picture.clone(), |(_, svg)| svg.to_owned()),
        replaces: who.account.has_second_factor,
    })
}
