//! A file brought by HTTPS (spec 21.3): what is asked of it is read first, then the file comes, then it is taken in.

use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::access::random_token;
use crate::api::asked::ApiRequest;
use crate::api::limits::AtWork;
use crate::api::problem::{ApiAnswered, Problem, ProblemKind};
use crate::api::reply::ApiReply;
use crate::api::runs::RunAtWork;
use crate::api::spool::{self, SpooledFile};
use crate::feeds::{BroughtOutcome, KeptRun, RunRequest};
use crate::files::Links;
use crate::import::{FileKind, Remark};
use crate::jobs::{BroughtFile, HowToImport, UnusableFile, answered_before, take_brought};

/// How many of each sort of difference a document lists; all are counted.
const LISTED: usize = 1_000;
/// The longest name of a file.
const NAME_LENGTH: usize = 200;
/// What a file may be said to be. What it is, its bytes tell.
pub(crate) const MEDIA: [&str; 8] = [
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "application/csv",
    "application/octet-stream",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
];
/// The parameters of a file.
const PARAMETERS: [&str; 6] = ["as_of", "name", "partial", "dry_run", "strict", "sheet"];

/// A file that is to come, and what is asked of it.
struct Upload {
    kind: FileKind,
    name: String,
    how: HowToImport,
    key: Option<String>,
    digest: Option<Vec<u8>>,
    request: String,
}

/// Takes a file in, and answers when that is done, or that it takes longer.
pub(crate) async fn take(asked: ApiRequest, at_work: AtWork, body: Body, reference: &str) -> ApiAnswered {
    let upload = Upload::read(&asked)?;
    let state = Arc::clone(&asked.state);
    let config = Arc::clone(&state.app.config);
    let most = config.import.csv_bytes;
    let says_more = |length: &str| length.parse().is_ok_and(|length: u64| length > most);
    if text(&asked.headers, "content-length").is_some_and(says_more) {
        return Err(spool::too_large(most));
    }
    let run: String = random_token().map_err(anyhow::Error::new)?.chars().take(22).collect();
    let spooled = spool::receive(&config.api.spool, &run, &upload.name, most, body).await?;
    if upload.digest.as_ref().is_some_and(|digest| *digest != spooled.sha256) {
        let detail =
            "what arrived has another digest than Content-Digest says: nothing of it is taken, send it again";
        let said = text(&asked.headers, "content-digest").unwrap_or_default();
        return Err(Problem::of_header(ProblemKind::CutOff, "Content-Digest", said, detail));
    }
    let request = RunRequest {
        name: run,
        token: asked.token.as_ref().map_or(0, |token| token.id),
        key: upload.key.clone(),
        request: upload.request.clone(),
        content_hash: spooled.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    let run = state.runs.begin(&request)?;
    let (kind, file, how) = (upload.kind, spooled.file.clone(), upload.how);
    let token = asked.token.as_ref().map_or(String::new(), |token| token.name.clone());
    let brought = BroughtFile { kind, file, how, token, request };
    answered_in_time(asked, brought, (spooled, at_work, run), reference).await
}

/// Has the file taken in on a thread of its own, which keeps what is needed for it until the end.
async fn answered_in_time(
    asked: ApiRequest,
    brought: BroughtFile,
    held: (SpooledFile, AtWork, RunAtWork),
    reference: &str,
) -> ApiAnswered {
    let (state, name) = (Arc::clone(&asked.state), brought.request.name.clone());
    let reference = reference.to_owned();
    let working = tokio::task::spawn_blocking(move || {
        // All of it is kept until the end, whether anybody waits for that or not.
        let (_spooled, _at_work, run) = held;
        taken(&asked, &brought).map_err(|problem| {
            // Whoever went away by now is told when they ask for the run.
            run.failed(&reference);
            problem.told_to_log(&reference)
        })
    });
    match tokio::time::timeout(state.answer_within, working).await {
        Ok(Ok(done)) => done.and_then(|run| reply(&run)),
        Ok(Err(panic)) => Err(anyhow::Error::new(panic).into()),
        Err(_) => later(&name),
    }
}

fn taken(asked: &ApiRequest, brought: &BroughtFile) -> Result<KeptRun, Problem> {
    let app = asked.app();
    let RunRequest { token, key, .. } = &brought.request;
    let before = key.as_ref().map(|key| answered_before(app, *token, key)).transpose()?.flatten();
    let run = match before {
        Some(run) => run,
        None => take_brought(app, brought)?,
    };
    let (first, this) = (&run.request, &brought.request);
    if first.request != this.request || first.content_hash != this.content_hash {
        let detail =
            "this Idempotency-Key came with another file or other parameters before: use another one";
        return Err(Problem::new(ProblemKind::KeyUsed, detail));
    }
    Ok(run)
}

/// The answer to a run that has ended.
pub(super) fn reply(run: &KeptRun) -> ApiAnswered {
    match run.outcome {
        BroughtOutcome::Taken => Ok(ApiReply::new(200, "application/json", run.document.clone())),
        BroughtOutcome::Refused => {
            let document: Map<String, Value> = kept(&run.document)?;
            let RefusedFile { refused, rejected } = kept(&run.document)?;
            let problem = Problem::new(ProblemKind::Refused, refused).in_lines(&rejected);
            Err(problem.with_document(document))
        }
        BroughtOutcome::Unusable => {
            let UnusableFile { why, faults } = kept(&run.document)?;
            Err(Problem::new(ProblemKind::Unusable, why).in_lines(&faults))
        }
    }
}

/// What of the document of a file that a brake refused is told as a problem.
#[derive(Deserialize)]
struct RefusedFile {
    refused: String,
    rejected: Vec<Remark>,
}

/// A document that was kept, read again.
fn kept<T: serde::de::DeserializeOwned>(document: &str) -> anyhow::Result<T> {
    Ok(serde_json::from_str(document)?)
}

/// Where the answer to a file will be that takes longer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LaterDocument<'a> {
    /// The run.
    run: &'a str,
    /// How it stands.
    state: &'a str,
    /// The address at which the answer will be.
    location: &'a str,
}

/// That a run is at work, and where its answer will be.
pub(super) fn later(name: &str) -> ApiAnswered {
    let location = format!("/api/imports/runs/{name}");
    let reply = ApiReply::document(202, &LaterDocument { run: name, state: "running", location: &location })?;
    Ok(reply.with("location", location).with("retry-after", "5"))
}

impl Upload {
    fn read(asked: &ApiRequest) -> Result<Self, Problem> {
        let place = asked.place();
        let kind = FileKind::ALL.into_iter().find(|kind| kind.as_str() == place).ok_or_else(|| {
            let kinds = FileKind::ALL.map(FileKind::as_str).join(", ");
            Problem::new(
                ProblemKind::NotFound,
                format!("there is no kind of file {place:?}: the kinds are {kinds}"),
            )
        })?;
        if asked.parameter("force").is_some() {
            let detail = "a brake is overruled by a person, on the machine: `refresher import --force`";
            return Err(Problem::of_parameter("force", asked.parameter("force").unwrap_or_default(), detail));
        }
        asked.refuse_unknown(&PARAMETERS)?;
        refuse_other_media(&asked.headers)?;
        let how = HowToImport {
            dry_run: flag(asked, "dry_run")?,
            as_of: asked
                .parameter("as_of")
                .map(|day| {
                    let write = "write a day such as 2026-11-22";
                    day.parse().map_err(|_| Problem::of_parameter("as_of", day, write))
                })
                .transpose()?,
            partial: flag(asked, "partial")?,
            strict: flag(asked, "strict")?,
            sheet: asked.parameter("sheet").map(str::to_owned),
            only: asked.organisations().to_vec(),
            links: Links::Refused,
            listed: LISTED,
            by: asked.actor(),
            ..HowToImport::default()
        };
        let name = asked.parameter("name").map_or_else(|| Ok(kind.as_str().to_owned()), name_of)?;
        let mut parameters = asked.query.clone();
        parameters.sort_unstable();
        Ok(Self {
            kind,
            name,
            how,
            key: key(&asked.headers)?,
            digest: digest(&asked.headers)?,
            request: format!("{place} {parameters:?}"),
        })
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok()) // What is no text says nothing.
}

fn flag(asked: &ApiRequest, name: &str) -> Result<bool, Problem> {
    match asked.parameter(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(Problem::of_parameter(name, other, "write true or false")),
    }
}

/// The name of a file, which is that of a file in the spool too.
fn name_of(text: &str) -> Result<String, Problem> {
    let is_plain = !text.is_empty()
        && text.len() <= NAME_LENGTH
        && !text.starts_with('.')
        && !text.contains(['/', '\\'])
        && !text.chars().any(char::is_control);
    if is_plain {
        Ok(text.to_owned())
    } else {
        Err(Problem::of_parameter("name", text, "this is no name of a file, write one such as staff.csv"))
    }
}

fn refuse_other_media(headers: &HeaderMap) -> Result<(), Problem> {
    let refused = |name: &str, said: &str, detail: String| {
        Err(Problem::of_header(ProblemKind::UnknownMedia, name, said, detail))
    };
    if let Some(coding) = text(headers, "content-encoding").filter(|coding| *coding != "identity") {
        let detail = format!("the Content-Encoding {coding:?} is not undone here: send the file as it is");
        return refused("Content-Encoding", coding, detail);
    }
    let Some(said) = headers.get("content-type") else { return Ok(()) };
    let said = said.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if MEDIA.iter().any(|media| said.eq_ignore_ascii_case(media)) {
        return Ok(());
    }
    let detail = format!(
        "{said:?} is nothing that is taken in: send CSV, XLSX, XLS or ODS, or leave Content-Type out"
    );
    refused("Content-Type", said, detail)
}

/// The key by which the request is known again.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > 255 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        let detail = "the Idempotency-Key is 1 to 255 letters, digits and signs, without spaces";
        return Err(Problem::of_header(ProblemKind::BadRequest, "Idempotency-Key", key, detail));
    }
    Ok(Some(key.to_owned()))
}

/// The SHA-256 that the file is said to have (RFC 9530).
fn digest(headers: &HeaderMap) -> Result<Option<Vec<u8>>, Problem> {
    let Some(said) = headers.get("content-digest") else { return Ok(None) };
    let said = said.to_str().unwrap_or_default();
    let mut each = said.split(',').map(str::trim);
    let digest = each.find_map(|one| one.strip_prefix("sha-256=:")?.strip_suffix(':'));
    let digest = digest.and_then(|digest| STANDARD.decode(digest).ok()); // What is none is told.
    digest.filter(|digest| digest.len() == 32).map(Some).ok_or_else(|| {
        let detail = "the Content-Digest has no SHA-256: write sha-256=:…: with the digest in base 64";
        Problem::of_header(ProblemKind::BadRequest, "Content-Digest", said, detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(axum::http::HeaderName::from_static(name), value.parse().unwrap())])
    }

    #[test]
    fn a_name_is_that_of_a_file_and_leads_nowhere() {
        for (name, is_one) in [
            ("staff.csv", true),
            ("Staff list, Nov 2026.xlsx", true),
            ("", false),
            ("..", false),
            (".hidden", false),
            ("../staff.csv", false),
            ("a/b", false),
            ("a\\b", false),
            ("a\nb", false),
            (&"x".repeat(201), false),
        ] {
            assert_eq!(name_of(name).is_ok(), is_one, "{name:?}");
        }
    }

    #[test]
    fn a_digest_is_one_of_the_sort_that_is_checked_or_refused() {
        let none = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        for (said, is_one) in [
            (format!("sha-256=:{none}:"), true),
            (format!("sha-512=:AAAA:, sha-256=:{none}:"), true),
            (format!("sha-256={none}"), false),
            ("sha-512=:AAAA:".to_owned(), false),
            ("sha-256=:AAAA:".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(digest(&headers("content-digest", &said)).is_ok(), is_one, "{said}");
        }
        assert!(digest(&HeaderMap::new()).unwrap().is_none());
    }

    #[test]
    fn a_key_is_visible_and_not_too_long() {
        for (said, is_one) in
            [("8e03978e-40d5-43dd-bc93-6894a57f9324", true), ("two words", false), ("", false), ("é", false)]
        {
            assert_eq!(key(&headers("idempotency-key", said)).is_ok(), is_one, "{said}");
        }
        assert!(key(&headers("idempotency-key", &"k".repeat(256))).is_err());
    }
}
