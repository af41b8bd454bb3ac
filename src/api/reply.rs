//! What is answered.

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;

/// An answer.
#[derive(Debug)]
pub(super) struct ApiReply {
    /// Its status.
    pub(super) status: u16,
    content_type: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

impl ApiReply {
    /// One of this type.
    pub(super) fn new(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::streamed(status, content_type, Body::from(body.into()))
    }

    /// One that is written while it is sent.
    pub(super) fn streamed(status: u16, content_type: &'static str, body: Body) -> Self {
        Self { status, content_type, headers: Vec::new(), body }
    }

    /// A word.
    pub(super) fn word(status: u16, word: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{word}\n"))
    }

    /// A document.
    pub(super) fn document(status: u16, document: &impl Serialize) -> anyhow::Result<Self> {
        Ok(Self::new(status, "application/json", serde_json::to_vec(document)?))
    }

    /// With a further header.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// As it goes out. What can't stand in a header is left out.
    pub(super) fn response(self) -> Response<Body> {
        let mut response = Response::new(self.body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
