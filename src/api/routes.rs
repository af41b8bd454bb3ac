//! Every address of the interface, and what a token must be for, as data.

use super::asked::ApiRequest;
use super::operations::{described, facts, health, imports, metrics};
use super::problem::ApiAnswered;

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ApiAccess {
    /// Whoever watches over the daemon; nothing of it is logged or counted.
    Anybody,
    /// A token for files of any kind: what it is told is of those kinds.
    AnyFile,
    /// A token for files of the kind that stands in the path.
    FileOfPlace,
    /// A token for metrics, or whoever asks from this machine itself.
    Watching,
    /// A token for figures, with names or without.
    Figures,
}

/// Who answers.
#[derive(Debug, Clone, Copy)]
pub(super) enum ApiAnswer {
    /// At once, without the database.
    AtOnce(fn(&ApiRequest) -> ApiAnswered),
    /// On a thread of its own.
    Working(fn(&ApiRequest) -> ApiAnswered),
    /// Once a file has come.
    TakingFile,
}

/// An address, who may ask there and who answers.
#[derive(Debug)]
pub(super) struct ApiRoute {
    /// The path; a part in braces stands for anything.
    pub(super) path: &'static str,
    /// How it can be asked.
    pub(super) methods: &'static [&'static str],
    /// Who may.
    pub(super) access: ApiAccess,
    /// Who answers.
    pub(super) answer: ApiAnswer,
}

const GET: &[&str] = &["GET", "HEAD"];

const fn get(path: &'static str, access: ApiAccess, answer: ApiAnswer) -> ApiRoute {
    ApiRoute { path, methods: GET, access, answer }
}

use ApiAccess::{AnyFile, Anybody, Figures, FileOfPlace, Watching};
use ApiAnswer::{AtOnce, TakingFile, Working};

/// The table.
pub(super) static ROUTES: &[ApiRoute] = &[
    get("/healthz", Anybody, AtOnce(health::live)),
    get("/readyz", Anybody, Working(health::ready)),
    get("/metrics", Watching, AtOnce(metrics::text)),
    get("/api/facts/{table}", Figures, Working(facts::table)),
    get("/api/openapi.json", Anybody, AtOnce(described::document)),
    get("/api/imports", AnyFile, Working(imports::list)),
    get("/api/imports/{id}", AnyFile, Working(imports::one)),
    ApiRoute {
        path: "/api/imports/{id}",
        methods: &["PUT", "POST"],
        access: FileOfPlace,
        answer: TakingFile,
    },
    get("/api/imports/{id}/rejected.csv", AnyFile, Working(imports::rejected)),
    get("/api/imports/runs/{run}", AnyFile, Working(imports::run)),
];

/// Every path, once.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    let mut paths: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
    paths.dedup();
    paths.into_iter()
}

/// The routes at a path.
pub(super) fn routes_at(path: &str) -> impl Iterator<Item = &'static ApiRoute> {
    ROUTES.iter().filter(move |route| route.path == path)
}
