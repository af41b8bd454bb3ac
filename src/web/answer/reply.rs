//! An answer, before it has its headers.

use std::fs::File;
use std::io::{BufWriter, IntoInnerError, Seek};

use askama::Template;

use super::fault::Fault;
use crate::web::assets::Asset;
use crate::web::headers::ContentPolicy;

/// What becomes of the cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CookieChange {
    /// It stays as it is.
    Stays,
    /// It holds this from now on.
    Holds(String),
    /// It is taken away, with whatever pages the browser kept.
    Goes,
}

/// What an answer consists of.
#[derive(Debug)]
pub(crate) enum ReplyBody {
    /// A page, or another text.
    Text {
        /// What it is.
        content_type: &'static str,
        /// The text.
        text: String,
    },
    /// A file to be kept.
    File {
        /// What it is.
        content_type: &'static str,
        /// What it is called.
        name: String,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// A document of any size, written down in a file that has no name and goes with this.
    Spooled {
        /// What it is.
        content_type: &'static str,
        /// What it is called, where it is to be kept.
        name: Option<String>,
        /// Its content, to be read from the beginning.
        file: File,
    },
    /// A file that pages load.
    Asset(&'static Asset),
    /// Another page is to be asked for: the address.
    SeeOther(String),
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Its status.
    pub(crate) status: u16,
    /// What it consists of.
    pub(crate) body: ReplyBody,
    /// What becomes of the cookie.
    pub(crate) cookie: CookieChange,
    /// Another cookie that is set, as a header says it.
    pub(crate) further_cookie: Option<String>,
    /// What it may load.
    pub(crate) policy: ContentPolicy,
    /// In how many seconds to ask again, where it says so.
    pub(crate) retry_after: Option<u32>,
}

const HTML: &str = "text/html; charset=utf-8";

impl Reply {
    fn of(status: u16, body: ReplyBody) -> Self {
        Self {
            status,
            body,
            cookie: CookieChange::Stays,
            further_cookie: None,
            policy: ContentPolicy::Page,
            retry_after: None,
        }
    }

    /// A page.
    pub(crate) fn page(page: &impl Template) -> Result<Self, Fault> {
        Self::page_with(200, page)
    }

    /// A page with another status.
    pub(crate) fn page_with(status: u16, page: &impl Template) -> Result<Self, Fault> {
        Ok(Self::html(status, page.render()?))
    }

    /// A page that is made.
    pub(crate) fn html(status: u16, text: String) -> Self {
        Self::of(status, ReplyBody::Text { content_type: HTML, text })
    }

    /// Words for a program.
    pub(crate) fn plain(status: u16, text: &str) -> Self {
        let text = text.to_owned();
        Self::of(status, ReplyBody::Text { content_type: "text/plain; charset=utf-8", text })
    }

    /// A mail, to be shown in a frame.
    pub(crate) fn framed_mail(html: String) -> Self {
        Self { policy: ContentPolicy::FramedMail, ..Self::html(200, html) }
    }

    /// A document for programs.
    pub(crate) fn document(document: &impl serde::Serialize) -> Result<Self, Fault> {
        let text = serde_json::to_string_pretty(document).map_err(anyhow::Error::from)? + "\n";
        Ok(Self::of(200, ReplyBody::Text { content_type: "application/json", text }))
    }

    /// A file to be kept.
    pub(crate) fn file(content_type: &'static str, name: String, bytes: Vec<u8>) -> Self {
        Self::of(200, ReplyBody::File { content_type, name, bytes })
    }

    /// A document of any size, written down before it is sent: to be kept under a name, where it has one.
    pub(crate) fn spooled(
        content_type: &'static str,
        name: Option<String>,
        write: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>,
    ) -> Result<Self, Fault> {
        let spool = || {
            let mut out = BufWriter::new(tempfile::tempfile()?);
            write(&mut out)?;
            let mut file = out.into_inner().map_err(IntoInnerError::into_error)?;
            file.rewind()?;
            anyhow::Ok(file)
        };
        Ok(Self::of(200, ReplyBody::Spooled { content_type, name, file: spool()? }))
    }

    /// A file that pages load.
    pub(crate) fn asset(asset: &'static Asset) -> Self {
        Self::of(200, ReplyBody::Asset(asset))
    }

    /// Another page is to be asked for.
    pub(crate) fn see(address: impl Into<String>) -> Self {
        Self::of(303, ReplyBody::SeeOther(address.into()))
    }

    /// The same, with another cookie.
    pub(crate) fn with_cookie(self, cookie: CookieChange) -> Self {
        Self { cookie, ..self }
    }
}
