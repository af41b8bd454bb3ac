//! The installation that a command works on, opened for what the command may do.

use super::args::Global;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Overrides;
use crate::db::IfMissing;

pub(super) fn clock(global: &Global) -> Clock {
    global.today.map_or(Clock::System, Clock::OnDate)
}

pub(super) fn open(global: &Global, if_missing: IfMissing) -> anyhow::Result<App> {
    let overrides = Overrides { database: global.database.clone() };
    App::open(&global.config, &overrides, clock(global), if_missing)
}

/// For what writes and leaves it to others to bring an older database up to date (spec section 6).
pub(super) fn open_as_it_is(global: &Global) -> anyhow::Result<App> {
    let overrides = Overrides { database: global.database.clone() };
    App::open_as_it_is(&global.config, &overrides, clock(global))
}

pub(super) fn open_to_hand_out(global: &Global) -> anyhow::Result<App> {
    let overrides = Overrides { database: global.database.clone() };
    App::open_to_hand_out(&global.config, &overrides, clock(global))
}

pub(super) fn open_to_name(global: &Global) -> anyhow::Result<App> {
    let overrides = Overrides { database: global.database.clone() };
    App::open_to_name(&global.config, &overrides, clock(global))
}

pub(super) fn open_to_report(global: &Global) -> anyhow::Result<App> {
    let overrides = Overrides { database: global.database.clone() };
    App::open_to_report(&global.config, &overrides, clock(global))
}

pub(super) fn open_to_look(global: &Global) -> anyhow::Result<App> {
    let overrides = Overrides { database: global.database.clone() };
    App::open_to_look(&global.config, &overrides, clock(global))
}
