//! What is asked about what waits.

use crate::answers::{JudgedBy, Question, Viewer};
use crate::casework::WorkKind;
use crate::web::answer::Fault;
use crate::web::request::PageRequest;

/// The question about what waits, with the kept picture where addresses are asked about: it has everybody's.
pub(super) fn question_of(
    asked: &PageRequest<'_>,
    viewer: &Viewer,
    kind: Option<WorkKind>,
) -> Result<Question, Fault> {
    let organisation = match viewer {
        Viewer::Organisation(code) => Some(code.as_str()),
        _ => None,
    };
    let of = Question::asked(asked.app(), None, None, organisation, JudgedBy::PolicyThen)?;
    if kind.is_some_and(|kind| !kind.is_of_addresses()) {
        return Ok(of);
    }
    Ok(asked.state.pictures.answering(asked.app(), of, viewer)?)
}
