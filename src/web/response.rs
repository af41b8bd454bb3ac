//! From an answer to the response that is sent: its body, packed or read from a file, and its headers.

use std::fs::File;

use axum::body::{Body, Bytes};
use axum::http::header::{
    ALLOW, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER,
    SET_COOKIE, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use super::answer::{CookieChange, Reply, ReplyBody};
use super::assets;
use super::headers::{self, Keeping};
use super::request::SESSION_COOKIE;
use crate::http::written_body;

/// Below so many bytes packing isn't worth it.
const WORTH_PACKING: usize = 1_000;

/// The answer with its headers.
pub(super) fn finished(
    reply: Reply,
    is_secure: bool,
    is_packed: bool,
    allowed: &'static str,
) -> Response<Body> {
    let Reply { status, body, cookie, further_cookie, policy, retry_after } = reply;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let keeping = if matches!(body, ReplyBody::Asset(_)) { Keeping::ForGood } else { Keeping::Never };
    put_body(&mut response, body, is_packed);
    let to = response.headers_mut();
    headers::put(to, policy, keeping, is_secure);
    match cookie {
        CookieChange::Stays => {}
        CookieChange::Holds(token) => {
            set(to, SET_COOKIE, &format!("{SESSION_COOKIE}={token}; Secure; HttpOnly; SameSite=Lax; Path=/"));
        }
        CookieChange::Goes => {
            let gone = format!("{SESSION_COOKIE}=; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
            set(to, SET_COOKIE, &gone);
            // Never the cookies: those of every host of the domain would go.
            set(to, HeaderName::from_static("clear-site-data"), "\"cache\"");
        }
    }
    if let Some(further) = further_cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        to.append(SET_COOKIE, further);
    }
    if let Some(seconds) = retry_after {
        set(to, RETRY_AFTER, &seconds.to_string());
    }
    if status == 405 {
        set(to, ALLOW, allowed);
    }
    response
}

fn put_body(response: &mut Response<Body>, body: ReplyBody, is_packed: bool) {
    let (content_type, bytes, packed) = match body {
        ReplyBody::Text { content_type, text } => {
            let packed = (is_packed && text.len() > WORTH_PACKING).then(|| assets::packed(text.as_bytes()));
            (content_type, Bytes::from(text), packed)
        }
        ReplyBody::Asset(asset) => {
            (asset.content_type, Bytes::from_static(asset.bytes), is_packed.then(|| asset.packed.clone()))
        }
        ReplyBody::File { content_type, name, bytes } => {
            set_name(response, &name);
            (content_type, Bytes::from(bytes), None)
        }
        ReplyBody::Spooled { content_type, name, file } => {
            if let Some(name) = name {
                set_name(response, &name);
            }
            set(response.headers_mut(), CONTENT_TYPE, content_type);
            if let Ok(about) = file.metadata() {
                set(response.headers_mut(), CONTENT_LENGTH, &about.len().to_string());
            }
            *response.body_mut() = read_from(file);
            return;
        }
        ReplyBody::SeeOther(address) => {
            set(response.headers_mut(), LOCATION, &address);
            return;
        }
    };
    let to = response.headers_mut();
    set(to, CONTENT_TYPE, content_type);
    set(to, VARY, "Accept-Encoding");
    let bytes = match packed.filter(|packed| !packed.is_empty()) {
        Some(packed) => {
            set(to, CONTENT_ENCODING, "gzip");
            Bytes::from(packed)
        }
        None => bytes,
    };
    *response.body_mut() = Body::from(bytes);
}

/// A body that is read from a file while it is sent.
fn read_from(mut file: File) -> Body {
    let (body, mut writer) = written_body();
    tokio::task::spawn_blocking(move || {
        let written = std::io::copy(&mut file, &mut writer).map(drop);
        writer.end(written);
    });
    body
}

/// What a file that is to be kept is called.
fn set_name(response: &mut Response<Body>, name: &str) {
    set(response.headers_mut(), CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
}

/// A header; what can't stand in one is left out.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
