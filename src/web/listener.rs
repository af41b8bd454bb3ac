//! The console as something that listens: its table of addresses, and one of it within another program.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::routing::any;
use tokio::sync::watch;

use super::dispatch;
use super::routes::{ROUTES, pages};
use super::state::ConsoleState;
use crate::app::App;
use crate::http::{self, ListenerOf};

/// The console, to whoever reads the log.
const OF: ListenerOf = ListenerOf { what: "the console", section: "[web]" };

/// A console that listens, for whoever starts one within a program.
#[derive(Debug)]
pub struct Console {
    state: Arc<ConsoleState>,
    listener: std::net::TcpListener,
}

impl Console {
    /// A console of `app` at this address; port 0 takes any that is free.
    ///
    /// # Errors
    /// Where it can't listen there, or has no key.
    pub fn listen(app: Arc<App>, at: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self { state: Arc::new(ConsoleState::new(app, pages())?), listener: bind(at)? })
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
        http::until(stop, |shutdown| serve(self.state, self.listener, shutdown)).await
    }
}

/// Listens at this address.
pub(super) fn bind(at: SocketAddr) -> anyhow::Result<std::net::TcpListener> {
    http::bind(OF, at)
}

/// Answers until the handle turns true.
pub(super) async fn serve(
    state: Arc<ConsoleState>,
    listener: std::net::TcpListener,
    shutdown: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    http::serve(OF, router(&state), state.app.config.web.tls.as_ref(), listener, shutdown).await
}

/// The table of addresses, as the framework takes it.
fn router(state: &Arc<ConsoleState>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        for path in route.paths() {
            let state = Arc::clone(state);
            router = router.route(
                &path,
                any(move |request: Request| {
                    let state = Arc::clone(&state);
                    async move { Ok::<_, Infallible>(dispatch::answer(state, Some(route), request).await) }
                }),
            );
        }
    }
    let state = Arc::clone(state);
    router.fallback(move |request: Request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(dispatch::answer(state, None, request).await) }
    })
}
