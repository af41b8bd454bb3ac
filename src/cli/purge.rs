//! `purge`: what the nightly job does, looked at or done by hand.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::args::PurgeArgs;
use super::exit::{Exit, WrongUsage};
use super::out::{Out, complain};
use crate::app::App;
use crate::audit::Actor;
use crate::clock::Clock;
use crate::db::{SweepOutcome, SweepWay};
use crate::jobs::{self, PurgeConfirmed, Purged, left_behind, nightly_ones, purge_due};
use crate::wording::counted;

/// Shows what would be purged, or purges it; refused where something speaks against it and nobody stands by it.
pub(crate) fn run(app: &App, args: &PurgeArgs, out: Out) -> anyhow::Result<Exit> {
    let today = app.today();
    let due = purge_due(app, today)?;
    let held = due.held.filter(|_| due.people > 0);
    let people = counted(due.people, "person", "people");
    if args.dry_run || (held.is_some() && !args.confirm) {
        let left = left_behind(app)?;
        if out.json {
            out.document(&json!({
                "people": due.people, "held": held, "dry_run": args.dry_run, "left_behind": left,
            }))?;
        } else {
            let years = app.config.retention.years;
            out.text(&format!("the data of {people} is kept longer than {years} years after they left"))?;
            if let Some(why) = &held {
                out.text(&format!(
                    "it is not removed unasked: {why}. If that is right, run `refresher purge --confirm`"
                ))?;
            }
            list(&left, out)?;
        }
        if args.dry_run {
            return Ok(Exit::Done);
        }
        complain("nothing was removed");
        return Ok(Exit::Refused);
    }
    refuse_later_day(app)?;
    let confirmed = if args.confirm { PurgeConfirmed::Yes } else { PurgeConfirmed::No };
    let purged = jobs::purge_leavers(app, confirmed, &Actor::of_process(), today, app.now())?;
    let swept = jobs::sweep(app, SweepWay::Free);
    let left = left_behind(app)?;
    if out.json {
        out.document(&document(&purged, &swept, &left))?;
    } else {
        out.text(&format!(
            "the data of {} is removed: {} versions of names, posts, records, exemptions and bookings, {} to them, and the \
             words of {} that named them",
            counted(purged.people, "person", "people"),
            purged.versions,
            counted(purged.messages, "message", "messages"),
            counted(purged.mentions, "message", "messages"),
        ))?;
        list(&left, out)?;
    }
    note_what_remains(app, &swept, out);
    Ok(Exit::Done)
}

/// What is removed stays removed, so the day by which it is due must have come (spec 2.10).
fn refuse_later_day(app: &App) -> anyhow::Result<()> {
    let (said, real) = (app.today(), Clock::System.today(app.config.time_zone));
    if said <= real {
        return Ok(());
    }
    Err(WrongUsage(format!(
        "--today {said} only looks, and a purge on {real} removes for good: leave --today out, or look with \
         `purge --dry-run`"
    ))
    .into())
}

/// What a purge removed, and what is left to do, as JSON.
pub(super) fn document(purged: &Purged, swept: &anyhow::Result<SweepOutcome>, left: &[PathBuf]) -> Value {
    json!({
        "people": purged.people,
        "versions": purged.versions,
        "messages": purged.messages,
        "mentions": purged.mentions,
        "bounces": purged.bounces,
        "swept": matches!(swept, Ok(SweepOutcome::Clean)),
        "left_behind": left,
    })
}

/// Lists the files that a person is to remove.
pub(super) fn list(left: &[PathBuf], out: Out) -> anyhow::Result<()> {
    if left.is_empty() {
        return Ok(());
    }
    let files: Vec<String> = left.iter().map(|path| format!("  {}", path.display())).collect();
    out.text(&format!(
        "\n{} that refresher wrote or put away may hold data of people whose data was purged. Remove, with every copy:\n{}",
        counted(left.len(), "file", "files"),
        files.join("\n")
    ))
}

/// Says where what was removed still stands: in the database where it is in use, and in backups.
pub(super) fn note_what_remains(app: &App, swept: &anyhow::Result<SweepOutcome>, out: Out) {
    match swept {
        Ok(SweepOutcome::Clean) => {}
        Ok(SweepOutcome::InUse) => out.note(
            "what was removed still stands in free parts of the database, because it is in use: the job `purge` finishes \
             that tonight",
        ),
        Err(error) => out.note(&format!(
            "what was removed still stands in free parts of the database, because it could not be written anew ({error:#}): \
             the job `purge` tries again tonight"
        )),
    }
    let backups = nightly_ones(&app.config.backup.folder).unwrap_or_default().len();
    if backups > 0 {
        out.note(&format!(
            "{backups} nightly backups in {} were made before this and still hold the data, until the last of them is \
             replaced",
            app.config.backup.folder.display()
        ));
    }
}
