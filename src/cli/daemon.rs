//! `daemon`: runs what the roles of this node ask for until told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use super::args::{DaemonArgs, Global};
use super::exit::Exit;
use super::opening::clock;
use super::out::Out;
use crate::answers;
use crate::api;
use crate::app::App;
use crate::audit::Actor;
use crate::clock::Clock;
use crate::config::{NodeRole, Overrides};
use crate::daemon::{DaemonParts, run_until_signalled, survive_hangups};
use crate::db::IfMissing;
use crate::jobs;
use crate::web;

/// Runs until SIGTERM or SIGINT. The first start makes the database.
pub(crate) fn run(global: &Global, args: &DaemonArgs, out: Out) -> anyhow::Result<Exit> {
    survive_hangups()?;
    let overrides = Overrides { database: global.database.clone() };
    let mut app = App::open(&global.config, &overrides, clock(global), IfMissing::Create)?;
    // A daemon that is told today's date goes on to tomorrow by itself.
    if app.clock.is_real_day(app.config.time_zone) {
        app.clock = Clock::System;
    }
    tracing::info!("{}", answers::which_policy_holds(&app)?);
    for board in answers::boards_of_nobody(&app)? {
        tracing::warn!("a [[board]] gets no summary: {board}");
    }
    let app = Arc::new(app);
    if args.adopt {
        let adopted = jobs::adopt(&app, &Actor::of_process(), app.now())?;
        out.note(&super::adopt::adopted_words(&app, &adopted));
    }
    serve(&app, args.listen)
}

/// Runs the daemon of `app` until it is told to stop, its console at `listen` or where the settings say; what it does is
/// done in the daemon's name.
pub(crate) fn serve(app: &Arc<App>, listen: Option<SocketAddr>) -> anyhow::Result<Exit> {
    let by = Actor::daemon();
    // Whatever its roles: a copy found elsewhere is not worked on.
    jobs::claim_installation(app, &by, app.now())?;
    let node = &app.config.node;
    let mut services = vec![jobs::node_service(app), jobs::reread_service(app, &by)];
    if node.has(NodeRole::Delivery) {
        services.extend(jobs::deliveries(app, &by)?.into_iter().map(jobs::delivery_service));
    }
    if node.has(NodeRole::Folders) {
        services.extend(jobs::bounce_service(app));
        services.extend(jobs::inbox_service(app));
    }
    if node.has(NodeRole::Api) {
        services.extend(api::api_service(app));
    }
    if node.has(NodeRole::Web) {
        services.extend(web::console_service(app, listen)?);
    }
    run_until_signalled(DaemonParts {
        db: app.db.clone(),
        clock: app.clock,
        zone: app.config.time_zone,
        jobs: jobs::of_roles(app, &node.roles)?,
        services,
    })?;
    Ok(Exit::Done)
}
