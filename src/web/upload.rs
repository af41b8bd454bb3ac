//! A form that a file comes with: its fields are read, and the file is written down as it comes, where whoever sends it may
//! bring it. Of anybody else's no byte is kept, and what is wrong is told as of any form.

use std::time::Duration;

use axum::body::Body;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use tokio::io::AsyncWriteExt;

use super::answer::Fault;
use super::request::FormFields;
use super::state::ConsoleState;
use crate::jobs::drafts::{ReceivedFile, receive as begin_file};

/// The most of the fields beside the file.
const FIELD_BYTES: usize = 64 * 1024;
/// How long a sender may be silent.
const SILENCE: Duration = Duration::from_secs(60);
/// The field that the file comes in; any other that holds one holds text.
const FILE_FIELD: &str = "file";

/// A form with the file that came with it.
#[derive(Debug)]
pub(crate) struct BroughtForm {
    /// What was typed.
    pub(crate) fields: FormFields,
    /// The file; `None` where none was chosen.
    pub(crate) file: Option<FormFile>,
}

/// A file that came with a form.
#[derive(Debug)]
pub(crate) struct FormFile {
    /// What whoever sent it calls it.
    pub(crate) name: String,
    /// What of it is here.
    pub(crate) content: BroughtContent,
}

/// What of a file is here.
#[derive(Debug)]
pub(crate) enum BroughtContent {
    /// All of it.
    Whole(ReceivedFile),
    /// Nothing: it is empty.
    Empty,
    /// Nothing: it is larger than what is taken.
    TooLarge,
    /// Nothing: it broke off.
    CutOff,
    /// Nothing: the folder can't be written; the log says why.
    Unwritable,
    /// Nothing: whoever sent it may not.
    NotTaken,
}

/// Reads the form. `may_bring` says by the fields before the file whether it is to be kept.
pub(super) async fn receive(
    state: &ConsoleState,
    may_bring: impl Fn(&FormFields) -> bool,
    content_type: &HeaderValue,
    body: Body,
) -> Result<BroughtForm, Fault> {
    let Ok(_place) = state.uploads.try_acquire() else { return Err(Fault::Busy) };
    let mut request = Request::new(body);
    request.headers_mut().insert(CONTENT_TYPE, content_type.clone());
    // What is too much is counted here, since fields and the file have limits of their own.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Fault::NoForm)?;
    let mut form = BroughtForm { fields: FormFields::default(), file: None };
    let mut left = FIELD_BYTES;
    loop {
        let next = tokio::time::timeout(SILENCE, parts.next_field()).await;
        let field = match next {
            Ok(Ok(Some(field))) => field,
            Ok(Ok(None)) => return Ok(form),
            Ok(Err(_)) | Err(_) => {
                // A form without its end is told as one, with what was typed; of one without a file nothing is known.
                let Some(file) = &mut form.file else { return Err(Fault::NoForm) };
                file.content = BroughtContent::CutOff;
                return Ok(form);
            }
        };
        let name = field.name().unwrap_or_default().to_owned();
        if name != FILE_FIELD {
            let Some(value) = text_of(field, &mut left).await? else { return Err(Fault::TooLarge) };
            form.fields.push(name, value);
            continue;
        }
        let file_name = field.file_name().unwrap_or_default().to_owned();
        let content = if may_bring(&form.fields) {
            written_down(state, field).await
        } else {
            passed_over(state, field).await
        };
        if !(file_name.is_empty() && matches!(content, BroughtContent::Empty)) {
            form.file = Some(FormFile { name: file_name, content });
        }
    }
}

/// The text of a field; `None` where it is more than is `left`.
async fn text_of(mut field: Field<'_>, left: &mut usize) -> Result<Option<String>, Fault> {
    let mut bytes = Vec::new();
    loop {
        let Ok(Ok(chunk)) = tokio::time::timeout(SILENCE, field.chunk()).await else {
            return Err(Fault::NoForm);
        };
        let Some(chunk) = chunk else { break };
        let Some(rest) = left.checked_sub(chunk.len()) else { return Ok(None) };
        *left = rest;
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

async fn written_down(state: &ConsoleState, mut field: Field<'_>) -> BroughtContent {
    let (file, received) = match begin_file(&state.app) {
        Ok(begun) => begun,
        Err(error) => {
            tracing::error!(%error, "the folder of uploads can't be written: correct [web] uploads");
            return passed_over_as(BroughtContent::Unwritable, state, field).await;
        }
    };
    let mut file = tokio::fs::File::from_std(file);
    let (most, mut size) = (state.app.config.web.upload_bytes, 0_u64);
    loop {
        let Ok(Ok(chunk)) = tokio::time::timeout(SILENCE, field.chunk()).await else {
            return BroughtContent::CutOff;
        };
        let Some(chunk) = chunk else { break };
        size = size.saturating_add(chunk.len() as u64);
        if size > most {
            return passed_over_as(BroughtContent::TooLarge, state, field).await;
        }
        if let Err(error) = file.write_all(&chunk).await {
            tracing::error!(%error, "a file that is brought can't be written");
            return passed_over_as(BroughtContent::Unwritable, state, field).await;
        }
    }
    match file.flush().await {
        Ok(()) if size == 0 => BroughtContent::Empty,
        Ok(()) => BroughtContent::Whole(received),
        Err(error) => {
            tracing::error!(%error, "a file that is brought can't be written");
            BroughtContent::Unwritable
        }
    }
}

async fn passed_over(state: &ConsoleState, field: Field<'_>) -> BroughtContent {
    passed_over_as(BroughtContent::NotTaken, state, field).await
}

/// Reads the rest of the file and keeps nothing of it: a browser reads no answer before it has sent all. Beyond what could
/// be taken at all nothing more is waited for.
async fn passed_over_as(
    content: BroughtContent,
    state: &ConsoleState,
    mut field: Field<'_>,
) -> BroughtContent {
    let mut left = state.app.config.web.upload_bytes;
    while let Ok(Ok(Some(chunk))) = tokio::time::timeout(SILENCE, field.chunk()).await {
        let Some(rest) = left.checked_sub(chunk.len() as u64) else { break };
        left = rest;
    }
    content
}
