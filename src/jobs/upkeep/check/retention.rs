//! Whether what was kept long enough is gone.

use chrono::NaiveDate;

use super::checked::CheckedThing;
use crate::app::App;
use crate::jobs::upkeep::left_behind::left_behind;
use crate::jobs::upkeep::purge::{purge_due, sweep_due_since};
use crate::wording::counted;

/// Whose data is kept longer than it should be, and what was purged and not swept.
pub(super) fn retention(app: &App, today: NaiveDate) -> anyhow::Result<CheckedThing> {
    let what = "retention";
    let years = app.config.retention.years;
    let due = purge_due(app, today)?;
    let to_do = "the job `purge` does that every night: start the daemon, or look at `refresher jobs`";
    Ok(match (due.people, sweep_due_since(app)?) {
        (0, None) => CheckedThing::good(
            what,
            format!("nobody's data is kept longer than {years} years after they left"),
        ),
        (0, Some(since)) => {
            let since = since.with_timezone(&app.config.time_zone).format("%Y-%m-%d %H:%M");
            CheckedThing::warning(
                what,
                format!("what was purged at {since} still stands in free parts of the database"),
                to_do,
            )
        }
        (people, _) => {
            let whose = counted(people, "person", "people");
            let says = format!("the data of {whose} is kept longer than {years} years after they left");
            match due.held {
                None => CheckedThing::warning(what, says, to_do),
                Some(why) => CheckedThing::warning(
                    what,
                    format!("{says}; the job `purge` leaves it: {why}"),
                    "look at the clock and at `refresher purge --dry-run`; if that is right, `refresher purge --confirm`",
                ),
            }
        }
    })
}

/// Files that nobody has removed since a purge.
pub(super) fn files_left_behind(app: &App) -> anyhow::Result<Option<CheckedThing>> {
    let files = left_behind(app)?.len();
    let says = format!(
        "{} that refresher wrote or put away may hold data of people whose data was purged",
        counted(files, "file", "files")
    );
    let to_do = "`refresher purge --dry-run` lists them: remove them, with every copy";
    Ok((files > 0).then(|| CheckedThing::warning("files left", says, to_do)))
}
