//! `board`: a month's summary, shown, written or queued.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use serde_json::json;

use super::args::BoardArgs;
use super::exit::Exit;
use super::out::{Out, width};
use crate::answers::{self, BoardMonth, IsFrozen, MonthAsked, Viewer};
use crate::app::App;
use crate::audit::Actor;
use crate::board::Month;
use crate::files::{Draft, Existing};
use crate::jobs::{IssuedSummary, issue_board_summary};
use crate::paper::{Paper, WITHOUT_PDF};
use crate::wording::counted;

/// Shows a month's summary, writes it with `--out`, freezes and queues it with `--send`.
pub(crate) fn run(app: &App, args: &BoardArgs, out: Out) -> anyhow::Result<Exit> {
    let (today, now, viewer) = (app.today(), app.now(), Viewer::Everything);
    let month = args.month.unwrap_or_else(|| Month::of(today).minus(1));
    if month.last_day() >= today && !args.send {
        out.note(&format!("{} is not over: these figures may still change", month.long()));
    }
    let mut documents = Vec::new();
    for organisation in answers::board_organisations(app, &viewer, args.organisation.as_deref())? {
        if args.send {
            // What is frozen stays, so that no day that stands in for today ends a month before its time (spec 5).
            let ended_by = app.today_for_good(today);
            let issued = issue_board_summary(app, &organisation, month, &Actor::of_process(), ended_by, now)?;
            say_issued(&issued, &organisation, month, out);
        }
        let asked = MonthAsked { month, known_at: args.known_at, why: args.why };
        let shown = answers::board_month(app, &viewer, &organisation, asked)?;
        let paper = shown.paper()?;
        if let Some(folder) = &args.out {
            write(folder, &paper, args.force, out)?;
        }
        if out.json {
            documents.push(shown);
        } else if args.out.is_none() && !args.send {
            print(&shown, &paper, out)?;
        }
    }
    if out.json {
        out.document(&json!({ "summaries": documents }))?;
    }
    Ok(Exit::Done)
}

fn print(shown: &BoardMonth, paper: &Paper, out: Out) -> anyhow::Result<()> {
    match (shown.frozen, shown.agrees) {
        (_, Some(true)) => out.note("worked out again, these figures agree with those issued"),
        (_, Some(false)) => out.note("worked out again, these figures are others than those issued"),
        (IsFrozen::No, None) => {
            out.note("these figures are as known now; `board --send` freezes and queues them");
        }
        (IsFrozen::Yes, None) => {}
    }
    let (subject, text) = paper.words()?;
    out.text(&format!("{subject}\n\n{text}"))?;
    shown.why(width()).map_or(Ok(()), |why| out.text(&format!("\n{why}")))
}

/// Says for how many a summary was queued, and what it goes without.
fn say_issued(issued: &IssuedSummary, organisation: &str, month: Month, out: Out) {
    let before = match issued.before {
        0 => String::new(),
        before => format!(", {before} had it queued before"),
    };
    let queued = counted(issued.queued, "recipient", "recipients");
    out.note(&format!("{} of {organisation}: queued for {queued}{before}", month.long()));
    if let Some(why) = &issued.without_pdf {
        out.note(&format!("the PDF could not be made ({why}): the mail goes without it, and says so"));
    }
}

/// Writes every form of the paper below `folder`, or none where one of them must not be replaced.
fn write(folder: &Path, paper: &Paper, force: bool, out: Out) -> anyhow::Result<()> {
    let existing = if force { Existing::Replaced } else { Existing::OursReplaced };
    crate::files::private::make_folder(folder).with_context(|| {
        format!(
            "the folder {} can't be made: choose another with --out, or correct the permissions",
            folder.display()
        )
    })?;
    let mut drafts = Vec::new();
    let made = paper.files()?;
    for file in &made.content {
        let path = folder.join(&file.name);
        let draft = draft(&path, existing, &file.content);
        drafts.push((draft.with_context(|| format!("{} can't be written", path.display()))?, path));
    }
    for (draft, path) in drafts {
        draft.finish().with_context(|| format!("{} can't be written", path.display()))?;
        out.note(&format!("wrote {}", path.display()));
    }
    if let Some(words) = WITHOUT_PDF {
        out.note(words);
    }
    if let Some(why) = made.without_pdf {
        out.note(&format!("the PDF could not be made ({why}); all else is written, and says the same"));
    }
    Ok(())
}

/// A file that could be given its name as things stand.
fn draft(path: &Path, existing: Existing, content: &[u8]) -> std::io::Result<Draft> {
    let mut draft = Draft::begin(path, existing, None)?;
    draft.file().write_all(content)?;
    draft.check()?;
    Ok(draft)
}
