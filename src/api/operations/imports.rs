//! The imports so far, of the kinds and organisations that a token is for (spec 21.3).

use super::upload;
use crate::answers;
use crate::api::asked::ApiRequest;
use crate::api::problem::{ApiAnswered, Problem, ProblemKind};
use crate::api::reply::ApiReply;
use crate::api::runs::RunStanding;
use crate::jobs::{ended_run, rejected_rows};

/// The newest imports, which are told unless `limit` says how many.
const USUAL_LIMIT: usize = 100;
/// The most that are told at once.
const MOST: usize = 1_000;

/// The newest imports.
pub(crate) fn list(asked: &ApiRequest) -> ApiAnswered {
    asked.refuse_unknown(&["limit"])?;
    let limit = match asked.parameter("limit") {
        None => USUAL_LIMIT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| Problem::of_parameter("limit", text, format!("write 1 to {MOST}")))?,
    };
    let imports = answers::imports_of(asked.app(), &asked.viewers(), |kind| asked.lets_in(kind), limit)?;
    Ok(ApiReply::document(200, &imports)?)
}

/// One import.
pub(crate) fn one(asked: &ApiRequest) -> ApiAnswered {
    asked.refuse_unknown(&[])?;
    let id = asked.place().parse().map_err(|_| nothing(asked.place()))?;
    for viewer in asked.viewers() {
        if let Some(import) = answers::import_of(asked.app(), &viewer, id)?
            && asked.lets_in(import.kind())
        {
            return Ok(ApiReply::document(200, &import)?);
        }
    }
    Err(nothing(asked.place()))
}

/// The rows that one rejected, to be put right.
pub(crate) fn rejected(asked: &ApiRequest) -> ApiAnswered {
    // Whoever may not see the import is told that there is none.
    one(asked)?;
    let id = asked.place().parse().map_err(|_| nothing(asked.place()))?;
    let rows = rejected_rows(asked.app(), id)?.ok_or_else(|| {
        let detail = format!(
            "no rejected rows of import {id} are kept: they are for thirty days, of files that came by HTTPS and had some"
        );
        Problem::new(ProblemKind::NotFound, detail)
    })?;
    Ok(ApiReply::new(200, "text/csv; charset=utf-8", rows)
        .with("content-disposition", format!("attachment; filename=\"import-{id}.rejected.csv\"")))
}

/// What a file came to whose answer was put off.
pub(crate) fn run(asked: &ApiRequest) -> ApiAnswered {
    asked.refuse_unknown(&[])?;
    let (name, token) = (asked.place(), asked.token.as_ref().map_or(0, |token| token.id));
    // A run that ends meanwhile stands in the database before it is at work no longer.
    let standing = asked.state.runs.standing(token, name);
    if let Some(run) = ended_run(asked.app(), token, name)? {
        return upload::reply(&run);
    }
    match standing {
        Some(RunStanding::AtWork) => upload::later(name),
        Some(RunStanding::Failed(reference)) => {
            let detail =
                format!("nothing was taken: tell whoever runs the program the reference {reference}");
            Err(Problem::new(ProblemKind::Ours, detail))
        }
        None => Err(Problem::new(
            ProblemKind::NotFound,
            format!("there is no run {name} of this token: send the file again, which does nothing twice"),
        )),
    }
}

/// That there is no such import is said of those that a token is not for, too.
fn nothing(id: &str) -> Problem {
    Problem::new(ProblemKind::NotFound, format!("there is no import {id}: GET /api/imports lists them"))
}
