//! What each address takes and answers, for those who write programs: a line an operation, beside [`ROUTES`](super::routes::ROUTES).

use super::answer_shape::{
    AnswerShape, IMPORT, IMPORTS, ITSELF, LATER, NOTHING, OUTCOME, PROBLEM, REFUSED, TABLE, WORD,
};

/// What is said of a route beside its path and methods.
pub(super) struct Described {
    /// The path of the route.
    pub(super) path: &'static str,
    /// How it is asked.
    pub(super) method: &'static str,
    /// What programs call it.
    pub(super) id: &'static str,
    /// What it is, for people.
    pub(super) summary: &'static str,
    /// The names of what it takes.
    pub(super) parameters: &'static [&'static str],
    /// What it answers: statuses, and what the answer then holds.
    pub(super) answers: &'static [(&'static [u16], AnswerShape)],
}

const fn get(
    path: &'static str,
    (id, summary): (&'static str, &'static str),
    parameters: &'static [&'static str],
    answers: &'static [(&'static [u16], AnswerShape)],
) -> Described {
    Described { path, method: "GET", id, summary, parameters, answers }
}

const fn file(method: &'static str, (id, summary): (&'static str, &'static str)) -> Described {
    let path = "/api/imports/{id}";
    Described { path, method, id, summary, parameters: FILE, answers: FILE_ANSWERS }
}

/// Problems that whoever needs a token may meet, whatever is asked.
const USUAL: &[u16] = &[400, 401, 403, 405, 429, 500, 503];

const FILE: &[&str] =
    &["kind", "as_of", "name", "partial", "dry_run", "strict", "sheet", "Idempotency-Key", "Content-Digest"];

const FILE_ANSWERS: &[(&[u16], AnswerShape)] = &[
    (&[200], OUTCOME),
    (&[202], LATER),
    (&[409], REFUSED),
    (USUAL, PROBLEM),
    (&[404, 413, 415, 422], PROBLEM),
];

/// The table.
pub(super) const DESCRIBED: &[Described] = &[
    get(
        "/healthz",
        ("live", "Whether the loops of the daemon turn"),
        &[],
        &[(&[200, 503], WORD), (&[405], PROBLEM)],
    ),
    get("/readyz", ("ready", "Whether the work can go on"), &[], &[(&[200, 503], WORD), (&[405], PROBLEM)]),
    get(
        "/metrics",
        ("metrics", "How things stand, in numbers for Prometheus"),
        &[],
        &[(&[200], WORD), (USUAL, PROBLEM)],
    ),
    get("/api/openapi.json", ("openapi", "This document"), &[], &[(&[200], ITSELF), (&[400, 405], PROBLEM)]),
    get(
        "/api/facts/{table}",
        ("facts", "A table of facts, as CSV"),
        &["table", "as_at", "known_at", "organisation", "identified"],
        &[(&[200], TABLE), (&[304], NOTHING), (USUAL, PROBLEM), (&[404], PROBLEM)],
    ),
    get(
        "/api/imports",
        ("imports", "The newest imports"),
        &["limit"],
        &[(&[200], IMPORTS), (USUAL, PROBLEM)],
    ),
    get(
        "/api/imports/{id}",
        ("import", "One import"),
        &["id"],
        &[(&[200], IMPORT), (USUAL, PROBLEM), (&[404], PROBLEM)],
    ),
    file("PUT", ("bring", "Take a file in, whose kind is the last step of the path")),
    file("POST", ("bring_by_post", "The same as PUT")),
    get(
        "/api/imports/{id}/rejected.csv",
        ("rejected", "The rows that an import rejected, to be put right"),
        &["id"],
        &[(&[200], TABLE), (USUAL, PROBLEM), (&[404], PROBLEM)],
    ),
    get(
        "/api/imports/runs/{run}",
        ("run", "What a file came to whose answer was put off"),
        &["run"],
        &[(&[200], OUTCOME), (&[202], LATER), (&[409], REFUSED), (USUAL, PROBLEM), (&[404, 422], PROBLEM)],
    ),
];
