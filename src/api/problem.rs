//! What went wrong, as programs read it: `application/problem+json` (RFC 9457).

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::reply::ApiReply;
use crate::access::TokenVerdict;
use crate::import::Remark;

/// The media type of a problem.
pub(super) const PROBLEM_MEDIA: &str = "application/problem+json";

/// What a request comes to.
pub(super) type ApiAnswered = Result<ApiReply, Problem>;

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProblemKind {
    /// Something of the request can't be understood.
    BadRequest,
    /// What arrived is not what was sent.
    CutOff,
    /// There is no token, or one that is worth nothing.
    NoToken,
    /// The token is not for this.
    NotForThis,
    /// There is nothing there, or nothing for this token.
    NotFound,
    /// What is there can't be asked so.
    WrongMethod,
    /// The same request is at work.
    AtWork,
    /// A brake refused the file, and nothing changed.
    Refused,
    /// It is too large.
    TooLarge,
    /// It is nothing that is taken in.
    UnknownMedia,
    /// The file can't be used at all.
    Unusable,
    /// The key was used for something else.
    KeyUsed,
    /// It is asked too often.
    TooMany,
    /// The program has failed: the log says how.
    Ours,
    /// The database does not answer, or all is busy.
    Unavailable,
}

impl ProblemKind {
    /// The status, the name by which programs tell it, and a few words.
    fn told(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::BadRequest => (400, "bad-request", "The request can't be understood"),
            Self::CutOff => (400, "cut-off", "What arrived is not what was sent"),
            Self::NoToken => (401, "no-token", "A token is needed"),
            Self::NotForThis => (403, "not-for-this", "The token is not for this"),
            Self::NotFound => (404, "not-found", "There is nothing here"),
            Self::WrongMethod => (405, "wrong-method", "This can't be asked so"),
            Self::AtWork => (409, "at-work", "The same request is at work"),
            Self::Refused => (409, "refused", "A brake refused the file"),
            Self::TooLarge => (413, "too-large", "This is too large"),
            Self::UnknownMedia => (415, "unknown-media", "Nothing of this sort is taken in"),
            Self::Unusable => (422, "unusable", "The file can't be used"),
            Self::KeyUsed => (422, "key-used", "The key was used for something else"),
            Self::TooMany => (429, "too-many", "This is asked too often"),
            Self::Ours => (500, "failed", "The program has failed"),
            Self::Unavailable => (503, "unavailable", "This can't be answered now"),
        }
    }
}

/// A problem, about to be answered.
#[derive(Debug)]
pub(super) struct Problem {
    kind: ProblemKind,
    detail: String,
    faults: Vec<ProblemFault>,
    beside: Map<String, Value>,
    retry_after: Option<i64>,
    cause: Option<anyhow::Error>,
}

/// The most places that a problem lists.
const MOST_FAULTS: usize = 1_000;

/// A place where something is wrong: a line of the file, or a part of the request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemFault {
    /// The physical line in a CSV, or the row number in a sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    line: Option<u64>,
    /// Where in the request, as a JSON pointer (RFC 6901): `/query/as_of`, `/header/Content-Digest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pointer: Option<String>,
    /// The header as it stands in the file; empty when the whole row is meant, and of a request.
    column: String,
    /// The value as it was sent.
    value: String,
    /// What is wrong and what to do.
    reason: String,
}

impl From<&Remark> for ProblemFault {
    fn from(remark: &Remark) -> Self {
        Self {
            line: Some(remark.line),
            pointer: None,
            column: remark.column.clone(),
            value: remark.value.clone(),
            reason: remark.reason.clone(),
        }
    }
}

/// A problem as it is written.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemDocument<'a> {
    /// By which programs tell it from others.
    r#type: String,
    /// What is wrong, in a few words, the same each time.
    title: &'a str,
    /// The status of the answer.
    status: u16,
    /// What is wrong this time, and what to do.
    detail: &'a str,
    /// By which the log of the service knows it, where the program has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<&'a str>,
    /// Where something is wrong, at most a thousand places.
    #[serde(skip_serializing_if = "<[ProblemFault]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [ProblemFault],
    /// What else is told.
    #[serde(flatten)]
    #[schema(ignore)]
    beside: &'a Map<String, Value>,
}

impl Problem {
    /// A problem of this kind, with what to do about it.
    pub(super) fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        let (faults, beside) = (Vec::new(), Map::new());
        Self { kind, detail: detail.into(), faults, beside, retry_after: None, cause: None }
    }

    /// A parameter says what can't be understood; `reason` says what to write.
    pub(super) fn of_parameter(name: &str, value: &str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        let detail = format!("{name} is {value:?}: {reason}");
        Self::new(ProblemKind::BadRequest, detail).at(&["query", name], value, reason)
    }

    /// A header says what can't be understood; `reason` says what to write.
    pub(super) fn of_header(kind: ProblemKind, name: &str, value: &str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::new(kind, reason.clone()).at(&["header", name], value, reason)
    }

    /// The same, with the part of the request where something is wrong.
    pub(super) fn at(mut self, place: &[&str], value: &str, reason: impl Into<String>) -> Self {
        let escaped = |step: &&str| format!("/{}", step.replace('~', "~0").replace('/', "~1"));
        let (pointer, value) = (place.iter().map(escaped).collect(), value.to_owned());
        let (line, column) = (None, String::new());
        self.faults.push(ProblemFault { line, pointer: Some(pointer), column, value, reason: reason.into() });
        self
    }

    /// The same, with the lines of the file where something is wrong.
    pub(super) fn in_lines(mut self, remarks: &[Remark]) -> Self {
        self.faults.extend(remarks.iter().take(MOST_FAULTS).map(ProblemFault::from));
        self
    }

    /// The same, with all of a document beside it.
    pub(super) fn with_document(self, beside: Map<String, Value>) -> Self {
        Self { beside, ..self }
    }

    /// The same, which passes after so many seconds.
    pub(super) fn after(self, seconds: i64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Why a token is worth nothing, told no further than whoever has it may know.
    pub(super) fn of_token(verdict: TokenVerdict) -> Self {
        let (kind, detail) = match verdict {
            TokenVerdict::Holds | TokenVerdict::Unknown => (
                ProblemKind::NoToken,
                "send a token that `refresher token add` made: Authorization: Bearer rfr_…",
            ),
            TokenVerdict::Revoked => (
                ProblemKind::NoToken,
                "this token was revoked: have another one made with `refresher token add`",
            ),
            TokenVerdict::Expired => (
                ProblemKind::NoToken,
                "the last day of this token is over: have another one made with `refresher token add`",
            ),
            TokenVerdict::FromElsewhere => (
                ProblemKind::NotForThis,
                "this token may not be used from this address: have one made with --from for it",
            ),
        };
        Self::new(kind, detail)
    }

    /// Tells the log, once, what the answer has no more than a reference to. Errors name nobody.
    pub(super) fn told_to_log(mut self, reference: &str) -> Self {
        if let Some(cause) = self.cause.take() {
            tracing::error!(reference, "a request of a program failed: {cause:#}");
        }
        self
    }

    /// The answer.
    pub(super) fn reply(&self, reference: &str) -> ApiReply {
        let (status, name, title) = self.kind.told();
        let document = ProblemDocument {
            r#type: format!("urn:refresher:problem:{name}"),
            title,
            status,
            detail: &self.detail,
            reference: (status == 500).then_some(reference),
            errors: &self.faults,
            beside: &self.beside,
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut reply = ApiReply::new(status, PROBLEM_MEDIA, body);
        if let Some(seconds) = self.retry_after {
            reply = reply.with("retry-after", seconds.to_string());
        }
        if self.kind == ProblemKind::NoToken {
            reply = reply.with("www-authenticate", "Bearer");
        }
        reply
    }
}

impl From<anyhow::Error> for Problem {
    fn from(cause: anyhow::Error) -> Self {
        if cause.chain().any(|cause| cause.is::<crate::db::DbError>()) {
            let waits = "the database does not answer: ask again later";
            return Self { cause: Some(cause), ..Self::new(ProblemKind::Unavailable, waits).after(30) };
        }
        Self {
            cause: Some(cause),
            ..Self::new(ProblemKind::Ours, "tell whoever runs the program the reference")
        }
    }
}

impl From<crate::db::DbError> for Problem {
    fn from(error: crate::db::DbError) -> Self {
        anyhow::Error::new(error).into()
    }
}
