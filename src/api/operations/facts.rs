//! The tables of facts (spec 22.3), one at a time: the same that `export facts` writes.

use std::io;

use crate::access::TokenScope;
use crate::answers::{self, FactTable, FactsDigest, FactsNaming, JudgedBy, Question, Viewer};
use crate::api::asked::ApiRequest;
use crate::api::problem::{ApiAnswered, Problem, ProblemKind};
use crate::api::reply::ApiReply;
use crate::db::DbError;
use crate::http::written_body;
use crate::jobs;

/// The parameters of a table.
const PARAMETERS: [&str; 4] = ["as_at", "known_at", "organisation", "identified"];

/// A table, as CSV.
pub(crate) fn table(asked: &ApiRequest) -> ApiAnswered {
    let table = FactTable::ALL.into_iter().find(|table| table.file() == asked.place()).ok_or_else(|| {
        let tables = FactTable::ALL.map(FactTable::file).join(", ");
        Problem::new(ProblemKind::NotFound, format!("there is no such table: the tables are {tables}"))
    })?;
    asked.refuse_unknown(&PARAMETERS)?;
    let naming = naming(asked)?;
    let (question, viewer) = question(asked)?;
    let facts_version = answers::facts_version(asked.app(), &question)?;
    let etag = format!("\"{}\"", mark(table, naming, &question, &facts_version));
    let is_known = asked.headers.get_all("if-none-match").iter().any(|known| {
        known
            .to_str()
            .is_ok_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == etag))
    });
    if is_known {
        return Ok(ApiReply::new(304, "text/csv; charset=utf-8", "").with("etag", etag));
    }
    let facts = answers::facts(asked.app(), &question, &viewer, naming)?;
    if naming == FactsNaming::Identified {
        // Who is named is never handed out without the log knowing it.
        let mut digest = FactsDigest::default();
        facts.table(table, io::sink(), &mut digest).map_err(anyhow::Error::new)?;
        let told = facts.told(&digest);
        let counts = (told.rows(), told.rows_of(FactTable::People));
        jobs::tell_of_facts(asked.app(), &question, counts, &asked.actor(), asked.now)?;
    }
    let (body, mut writer) = written_body();
    std::thread::spawn(move || {
        let written = facts.table(table, &mut writer, &mut FactsDigest::default());
        writer.end(written);
    });
    let name = format!("attachment; filename=\"{}\"", table.file());
    Ok(ApiReply::streamed(200, "text/csv; charset=utf-8", body)
        .with("etag", etag)
        .with("content-disposition", name))
}

fn naming(asked: &ApiRequest) -> Result<FactsNaming, Problem> {
    let has = |scope| asked.token.as_ref().is_some_and(|token| token.is_for(scope));
    let lacks = |scope: TokenScope| {
        let detail = format!("a token of scope {} is needed: have one made", scope.as_str());
        Problem::new(ProblemKind::NotForThis, detail)
    };
    match asked.parameter("identified") {
        None | Some("false") if has(TokenScope::FACTS_READ) => Ok(FactsNaming::Pseudonymised),
        None | Some("false") => Err(lacks(TokenScope::FACTS_READ)),
        Some("true") if has(TokenScope::FACTS_IDENTIFIED) => Ok(FactsNaming::Identified),
        Some("true") => Err(lacks(TokenScope::FACTS_IDENTIFIED)),
        Some(other) => Err(Problem::of_parameter("identified", other, "write true or false")),
    }
}

/// What is asked about, within what the token is for.
fn question(asked: &ApiRequest) -> Result<(Question, Viewer), Problem> {
    let (given, own) = (asked.parameter("organisation"), asked.organisations());
    let organisation = match (given, own) {
        (Some(code), own) if !own.is_empty() && !own.iter().any(|one| one == code) => {
            let reason =
                format!("there is no organisation {code} for this token: it is for {}", own.join(", "));
            return Err(bad(reason.clone()).at(&["query", "organisation"], code, reason));
        }
        (Some(code), _) => Some(code),
        (None, []) => None,
        (None, [only]) => Some(only.as_str()),
        (None, several) => {
            return Err(bad(format!(
                "name one organisation with organisation=CODE, of {}",
                several.join(", ")
            )));
        }
    };
    let as_at = asked
        .parameter("as_at")
        .map(|day| {
            day.parse().map_err(|_| Problem::of_parameter("as_at", day, "write a day such as 2026-11-22"))
        })
        .transpose()?;
    let known_at = asked
        .parameter("known_at")
        .map(|at| {
            at.parse().map_err(|_| {
                Problem::of_parameter("known_at", at, "write an instant such as 2026-11-22T09:00:00Z")
            })
        })
        .transpose()?;
    let question = Question::asked(asked.app(), as_at, known_at, organisation, JudgedBy::PolicyThen);
    // What is asked wrongly says so itself; what the database does not answer is told as such.
    let question = question.map_err(|error| match error.downcast_ref::<DbError>() {
        None | Some(DbError::InTheFuture { .. }) => bad(error.to_string()),
        Some(_) => error.into(),
    })?;
    let viewer = organisation.map_or(Viewer::Everything, |code| match own {
        [] => Viewer::Everything,
        _ => Viewer::Organisation(code.to_owned()),
    });
    Ok((question, viewer))
}

fn bad(detail: String) -> Problem {
    Problem::new(ProblemKind::BadRequest, detail)
}

/// By which the same table is known again without its being worked out: it follows from these alone.
fn mark(table: FactTable, naming: FactsNaming, question: &Question, facts_version: &str) -> String {
    let (day, organisation) = (question.as_at, question.organisation.as_deref().unwrap_or_default());
    let of = format!("{} {naming:?} {day} {organisation} {facts_version}", table.file());
    blake3::hash(of.as_bytes()).to_hex().to_string()
}
