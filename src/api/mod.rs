//! The interface for programs: files in, figures out, and what watches over the daemon (spec 21.2, 21.3, 22.2, 22.3).
//!
//! Comes in: an HTTP request, with a token where it is about anything at all. Goes out: a document, a table, or a problem in
//! the words of an import's rejections. What is told is answered by `answers`, what is done is done by `jobs`; this room reads
//! what was asked, looks whose token it is and how often it asked, and keeps a file on its way. It knows no table and no rule.
//!
//! It listens apart from the console, has no cookies and no pages. Every address stands in one table ([`routes`]) with what a
//! token must be for.

mod answer_shape;
mod asked;
mod dispatch;
mod limits;
mod listener;
mod look;
mod measured;
mod openapi;
mod operation_table;
mod operations;
mod problem;
mod process;
mod reply;
mod routes;
mod runs;
mod spool;
mod state;

use std::sync::Arc;

use crate::app::App;
use crate::daemon::DaemonService;

pub use listener::Api;

/// The interface as a loop of the daemon, where the settings say that it listens. One that can't is tried again like any
/// service: reminders go on without it.
pub(crate) fn api_service(app: &Arc<App>) -> Option<DaemonService> {
    let listen = app.config.api.listen?;
    let app = Arc::clone(app);
    Some(DaemonService::new("api", move |shutdown| {
        let app = Arc::clone(&app);
        async move { listener::serve(app, listener::ANSWER_WITHIN, listener::bind(listen)?, shutdown).await }
    }))
}
