//! The console: pages for people who have no terminal (spec 8).
//!
//! Comes in: an HTTP request. Goes out: a page, complete without scripts, or what was asked in another form. What is
//! shown is answered by `answers`, what is done is done by `jobs`; this room reads what was asked, looks who asks, and
//! lays out. It knows no table, no rule and no right of its own.
//!
//! Every address stands in one table ([`routes`]) with who may ask for it: a page that needs a right gets
//! [`request::Admitted`], which nothing but the dispatcher makes, so that a check can't be forgotten. A form is read only once its
//! origin and its token were looked at. Whatever fails becomes one [`answer::Fault`], and whatever goes out goes through one
//! place that sets the headers and writes one line to the log.

mod answer;
mod assets;
mod dispatch;
mod headers;
mod listener;
mod pages;
mod rates;
mod request;
mod response;
mod routes;
mod state;
mod upload;

use std::net::SocketAddr;
use std::sync::Arc;

use crate::app::App;
use crate::daemon::DaemonService;

pub use listener::Console;
use state::ConsoleState;

/// The console as a loop of the daemon, at the address of the settings or `at` another; `None` where they say that nothing
/// listens. One that can't listen, or has no key, is tried again like any service: reminders go on without it.
///
/// # Errors
/// Where it can't listen at the address that was asked for by hand.
pub(crate) fn console_service(
    app: &Arc<App>,
    at: Option<SocketAddr>,
) -> anyhow::Result<Option<DaemonService>> {
    let (listen, mut bound) = match at {
        Some(at) => (at, Some(listener::bind(at)?)),
        None => match app.config.web.listen {
            Some(listen) => (listen, None),
            None => return Ok(None),
        },
    };
    let app = Arc::clone(app);
    Ok(Some(DaemonService::new("console", move |shutdown| {
        // The listener that was bound at the start; after a failure another.
        let (app, bound) = (Arc::clone(&app), bound.take());
        async move {
            let bound = match bound {
                Some(bound) => bound,
                None => listener::bind(listen)?,
            };
            let state = Arc::new(ConsoleState::new(app, routes::pages())?);
            listener::serve(state, bound, shutdown).await
        }
    })))
}
