//! What was asked, and by whom.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use chrono::{DateTime, Utc};

use super::problem::{Problem, ProblemKind};
use super::state::ApiState;
use crate::access::KeptToken;
use crate::answers::Viewer;
use crate::app::App;
use crate::audit::Actor;

/// A request, all but its body.
#[derive(Debug, Clone)]
pub(super) struct ApiRequest {
    /// The interface.
    pub(super) state: Arc<ApiState>,
    /// The instant of asking, read once.
    pub(super) now: DateTime<Utc>,
    /// What stands in the path at the places that the route leaves open.
    pub(super) places: Vec<String>,
    /// The parameters of the query, in its order.
    pub(super) query: Vec<(String, String)>,
    /// The headers.
    pub(super) headers: HeaderMap,
    /// From where.
    pub(super) client: IpAddr,
    /// The token that was given, where one was needed.
    pub(super) token: Option<Box<KeptToken>>,
}

impl ApiRequest {
    /// The installation.
    pub(super) fn app(&self) -> &App {
        &self.state.app
    }

    /// What stands in the path at its first open place.
    pub(super) fn place(&self) -> &str {
        self.places.first().map_or("", String::as_str)
    }

    /// Who asks, for the audit log.
    pub(super) fn actor(&self) -> Actor {
        Actor::token(self.token.as_ref().map_or("", |token| &token.name))
    }

    /// Whether the token is for files of this kind.
    pub(super) fn lets_in(&self, kind: &str) -> bool {
        self.token.as_ref().is_some_and(|token| token.lets_in(kind))
    }

    /// The codes of the organisations that the token is for; all, where there are none.
    pub(super) fn organisations(&self) -> &[String] {
        self.token.as_ref().map_or(&[], |token| &token.organisations)
    }

    /// For whose eyes an answer about one organisation, or about all, is: those of the token and no others.
    pub(super) fn viewers(&self) -> Vec<Viewer> {
        match self.organisations() {
            [] => vec![Viewer::Everything],
            codes => codes.iter().cloned().map(Viewer::Organisation).collect(),
        }
    }

    /// The parameter of this name; each stands once at most.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Refuses parameters that are not known, and those that stand twice.
    pub(super) fn refuse_unknown(&self, known: &[&str]) -> Result<(), Problem> {
        let refused = |(name, value): &(String, String), detail: String| {
            let problem = Problem::new(ProblemKind::BadRequest, detail.clone());
            Err(problem.at(&["query", name], value, detail))
        };
        for (place, parameter @ (name, _)) in self.query.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let known = if known.is_empty() {
                    "it takes none".to_owned()
                } else {
                    format!("it takes {}", known.join(", "))
                };
                return refused(parameter, format!("there is no parameter {name:?} here: {known}"));
            }
            if self.query.iter().take(place).any(|(earlier, _)| earlier == name) {
                return refused(parameter, format!("the parameter {name} stands twice: send it once"));
            }
        }
        Ok(())
    }
}
