//! `board`: a month's summary, shown, written or queued.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::args::BoardArgs;
use super::board_why::{self, Why};
use super::exit::Exit;
use super::out::Out;
use crate::answers::{self, Frozen, frozen_figures, month_again, month_figures, months_before};
use crate::app::App;
use crate::audit::Actor;
use crate::board::{BoardFigures, Month};
use crate::files::{Draft, Existing};
use crate::jobs::{Issued, issue_board_summary};
use crate::paper::{Paper, WITHOUT_PDF};
use crate::wording::counted;

/// Shows a month's summary, writes it with `--out`, freezes and queues it with `--send`.
pub fn run(app: &App, args: &BoardArgs, out: Out) -> anyhow::Result<Exit> {
    let (today, now) = (app.today(), app.now());
    let month = args.month.unwrap_or_else(|| Month::of(today).minus(1));
    if month.last_day() >= today && !args.send {
        out.note(&format!("{} is not over: these figures may still change", month.long()));
    }
    let organisations = organisations(app, args.organisation.as_deref())?;
    let mut documents = Vec::new();
    for organisation in &organisations {
        if args.send {
            let issued = issue_board_summary(app, organisation, month, &Actor::of_process(), today, now)?;
            say_issued(&issued, organisation, month, out);
        }
        let shown = shown(app, args, organisation, month)?;
        let Shown { figures, frozen, agrees, why } = &shown;
        let earlier = months_before(app, figures)?;
        let paper = Paper::new(figures, &earlier)?;
        if let Some(folder) = &args.out {
            write(folder, &paper, args.force, out)?;
        }
        if out.json {
            documents.push(shown.document(organisation, month));
        } else if args.out.is_none() && !args.send {
            match (frozen, agrees) {
                (_, Some(true)) => out.note("worked out again, these figures agree with those issued"),
                (_, Some(false)) => out.note("worked out again, these figures are others than those issued"),
                (Frozen::No, None) => {
                    out.note("these figures are as known now; `board --send` freezes and queues them");
                }
                (Frozen::Yes, None) => {}
            }
            let (subject, text) = paper.words()?;
            out.text(&format!("{subject}\n\n{text}"))?;
            if let Some(why) = why {
                out.text(&format!("\n{}", board_why::words(why)))?;
            }
        }
    }
    if out.json {
        out.document(&json!({ "summaries": documents }))?;
    }
    Ok(Exit::Done)
}

/// Says for how many a summary was queued, and what it goes without.
fn say_issued(issued: &Issued, organisation: &str, month: Month, out: Out) {
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

/// A month's figures, and what was asked about them.
struct Shown {
    figures: BoardFigures,
    frozen: Frozen,
    /// With `--known-at`: whether they are the figures issued; `None` where none were.
    agrees: Option<bool>,
    /// With `--why`: what lies behind them.
    why: Option<Why>,
}

impl Shown {
    fn document(&self, organisation: &str, month: Month) -> Value {
        let frozen = self.frozen == Frozen::Yes;
        let mut shape = json!({
            "organisation": organisation,
            "month": month,
            "frozen": frozen,
            "figures": self.figures,
        });
        if let Value::Object(shape) = &mut shape {
            shape.extend(self.agrees.map(|agrees| ("agrees".to_owned(), json!(agrees))));
            shape.extend(self.why.as_ref().map(|why| ("why".to_owned(), board_why::document(why))));
        }
        shape
    }
}

fn shown(app: &App, args: &BoardArgs, organisation: &str, month: Month) -> anyhow::Result<Shown> {
    let (today, now) = (app.today(), app.now());
    let again = || month_again(app, organisation, month, args.known_at, today, now);
    if args.known_at.is_some() {
        let told = frozen_figures(app, organisation, month)?;
        let again = again()?;
        return Ok(Shown {
            figures: again.figures.clone(),
            frozen: Frozen::No,
            // The instant itself is no figure.
            agrees: told
                .map(|told| told == BoardFigures { known_at: told.known_at, ..again.figures.clone() }),
            why: if args.why { Some(Why::read(app, again)?) } else { None },
        });
    }
    let (figures, frozen) = month_figures(app, organisation, month, today, now)?;
    let why = if args.why { Some(Why::read(app, again()?)?) } else { None };
    Ok(Shown { figures, frozen, agrees: None, why })
}

/// The organisation asked for; else those with board recipients; else the configured one.
fn organisations(app: &App, asked: Option<&str>) -> anyhow::Result<Vec<String>> {
    let known = answers::organisations(app)?;
    let codes = || known.iter().map(|organisation| organisation.code.clone());
    if let Some(asked) = asked {
        if !codes().any(|code| code == asked) {
            bail!("there is no organisation {asked:?}; known are {}", codes().collect::<Vec<_>>().join(", "));
        }
        return Ok(vec![asked.to_owned()]);
    }
    let with_board: Vec<String> =
        codes().filter(|code| app.board_recipients(code).next().is_some()).collect();
    Ok(if with_board.is_empty() { vec![app.config.organisation.code.clone()] } else { with_board })
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
