//! The interface as something that listens: its table of addresses, and one of it within another program.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::routing::any;
use tokio::task::JoinSet;

use super::routes::paths;
use super::spool;
use super::state::ApiState;
use super::{dispatch, look, openapi};
use crate::app::App;
use crate::daemon::StopSignal;
use crate::http::{self, ListenerOf};

/// The interface, to whoever reads the log.
const OF: ListenerOf = ListenerOf { what: "the interface for programs", section: "[api]" };

/// How long a file may take until its answer is put off (spec 21.3).
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// An interface that listens, for whoever starts one within a program.
#[derive(Debug)]
pub struct Api {
    app: Arc<App>,
    answer_within: Duration,
    listener: std::net::TcpListener,
}

impl Api {
    /// That of `app` at this address; port 0 takes any that is free.
    ///
    /// # Errors
    /// Where it can't listen there.
    pub fn listen(app: Arc<App>, at: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self { app, answer_within: ANSWER_WITHIN, listener: bind(at)? })
    }

    /// The same, which puts the answer to a file off that takes longer than this.
    pub fn answering_within(self, answer_within: Duration) -> Self {
        Self { answer_within, ..self }
    }

    /// Where it listens.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` ends, and lets what is in hand finish.
    ///
    /// # Errors
    /// Where the listener can't be used.
    pub async fn serve_until(self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        http::until(stop, |shutdown| serve(self.app, self.answer_within, self.listener, shutdown)).await
    }
}

/// Listens at this address.
pub(super) fn bind(at: SocketAddr) -> anyhow::Result<std::net::TcpListener> {
    http::bind(OF, at)
}

/// Answers until the handle turns true. A proxy in front does TLS.
pub(super) async fn serve(
    app: Arc<App>,
    answer_within: Duration,
    listener: std::net::TcpListener,
    shutdown: StopSignal,
) -> anyhow::Result<()> {
    spool::tidy(&app.config.api.spool);
    let described = serde_json::to_vec(&openapi::document())?;
    let state = Arc::new(ApiState::new(app, answer_within, described.into(), shutdown.clone()));
    // Ends with what it looks for.
    let mut looking = JoinSet::new();
    looking.spawn(look::look_until(Arc::clone(&state), shutdown.clone()));
    http::serve(OF, router(&state), None, listener, shutdown).await
}

/// The table of addresses, as the framework takes it.
fn router(state: &Arc<ApiState>) -> Router {
    let mut router = Router::new();
    for path in paths() {
        let state = Arc::clone(state);
        router = router.route(
            path,
            any(move |request: Request| {
                let state = Arc::clone(&state);
                async move { Ok::<_, Infallible>(dispatch::answer(state, Some(path), request).await) }
            }),
        );
    }
    let state = Arc::clone(state);
    router.fallback(move |request: Request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(dispatch::answer(state, None, request).await) }
    })
}
