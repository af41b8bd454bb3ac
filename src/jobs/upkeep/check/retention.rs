//! Whether what was kept long enough is gone.

use chrono::NaiveDate;

use super::checked::CheckedThing;
use crate::app::App;
use crate::db::RewriteRight;
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

/// What is asked for of the tables after a purge, and is not done.
pub(super) fn rewriting(app: &App) -> anyhow::Result<Option<CheckedThing>> {
    if !app.config.retention.rewrite {
        return Ok(None);
    }
    let (says, to_do) = match app.db.rewrite_right()? {
        RewriteRight::Asked => return Ok(None),
        RewriteRight::Unasked => (
            "`rewrite` in [retention] changes nothing: a file is written anew after each purge in any case",
            "leave it out of the settings",
        ),
        RewriteRight::OwnerAlone => (
            "`rewrite` in [retention] is not done: this role does not own the tables, and the owner alone may write them anew",
            "leave it out of the settings, and have the owner run VACUUM (FULL, ANALYZE) at an hour when nobody works",
        ),
    };
    Ok(Some(CheckedThing::warning("retention", says.to_owned(), to_do)))
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
