//! `purge`: what the nightly job does, looked at or done by hand.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::args::PurgeArgs;
use super::exit::{Exit, WrongUsage};
use super::out::{Out, complain};
use crate::app::App;
use crate::audit::Actor;
use crate::clock::Clock;
use crate::db::{SweepOutcome, SweepWay};
use crate::jobs::{
    self, PurgeConfirmed, Purged, UnreadFile, left_behind, nightly_ones, not_looked_into, purge_due,
};
use crate::wording::{counted, printable};

/// Shows what would be purged, or purges it; refused where something speaks against it and nobody stands by it.
pub(crate) fn run(app: &App, args: &PurgeArgs, out: Out) -> anyhow::Result<Exit> {
    let today = app.today();
    let due = purge_due(app, today)?;
    let held = due.held.filter(|_| due.people > 0);
    let people = counted(due.people, "person", "people");
    if args.dry_run || (held.is_some() && !args.confirm) {
        let left = FilesLeft::of(app)?;
        if out.json {
            out.document(&json!({
                "people": due.people, "held": held, "dry_run": args.dry_run, "left_behind": left.files,
                "not_looked_into": left.unread(),
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
    let left = FilesLeft::of(app)?;
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
pub(super) fn document(purged: &Purged, swept: &anyhow::Result<SweepOutcome>, left: &FilesLeft) -> Value {
    json!({
        "people": purged.people,
        "versions": purged.versions,
        "messages": purged.messages,
        "mentions": purged.mentions,
        "bounces": purged.bounces,
        "swept": matches!(swept, Ok(SweepOutcome::Clean)),
        "left_behind": left.files,
        "not_looked_into": left.unread(),
    })
}

/// The files that a person is to remove.
pub(super) struct FilesLeft {
    files: Vec<PathBuf>,
    unread: Vec<UnreadFile>,
}

impl FilesLeft {
    /// Those that are there.
    pub(super) fn of(app: &App) -> anyhow::Result<Self> {
        let files = left_behind(app)?;
        let unread = not_looked_into(app, &files);
        Ok(Self { files, unread })
    }

    fn unread(&self) -> Value {
        self.unread.iter().map(|file| json!({ "file": file.path, "why": file.why })).collect()
    }

    /// A line for a file, with why it is listed where nobody could look.
    fn line(&self, path: &Path) -> String {
        let unread = self.unread.iter().find(|file| file.path == path);
        let why =
            unread.map_or(String::new(), |file| format!(" (not looked into: {})", printable(&file.why)));
        format!("  {}{why}", path.display())
    }
}

/// Lists the files that a person is to remove.
pub(super) fn list(left: &FilesLeft, out: Out) -> anyhow::Result<()> {
    if left.files.is_empty() {
        return Ok(());
    }
    let files: Vec<String> = left.files.iter().map(|path| left.line(path)).collect();
    out.text(&format!(
        "\n{} that refresher wrote or put away may hold data of people whose data was purged. Remove, with every copy:\n{}",
        counted(files.len(), "file", "files"),
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
