//! `export facts`: the tables of facts, written into a folder.

use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::Context;

use super::args::{ExportArgs, ExportWhat, FactsArgs, FactsFormat};
use super::ask::question;
use super::exit::Exit;
use super::out::Out;
use crate::answers::{self, FactTable, FactsDigest, FactsMeta, FactsNaming, FactsTold, Viewer};
use crate::app::App;
use crate::audit::Actor;
use crate::files::{Draft, Existing};
use crate::jobs;

/// Writes what is asked for.
pub(crate) fn run(app: &App, args: &ExportArgs, out: Out) -> anyhow::Result<Exit> {
    match &args.what {
        ExportWhat::Facts(args) => match args.format {
            FactsFormat::Csv => facts(app, args, out),
        },
    }
}

fn facts(app: &App, args: &FactsArgs, out: Out) -> anyhow::Result<Exit> {
    let naming = if args.identified { FactsNaming::Identified } else { FactsNaming::Pseudonymised };
    let question = question(app, &args.asked)?;
    let facts = answers::facts(app, &question, &Viewer::Everything, naming)?;
    let folder = &args.output;
    crate::files::private::make_folder(folder).with_context(|| {
        format!(
            "the folder {} can't be made: choose another with --output, or correct the permissions",
            folder.display()
        )
    })?;
    let existing = if args.force { Existing::Replaced } else { Existing::OursReplaced };
    let mut drafts = Vec::new();
    let mut digest = FactsDigest::default();
    for table in FactTable::ALL {
        let draft = draft(folder, table.file(), existing, |file| facts.table(table, file, &mut digest));
        drafts.push((draft?, table.file()));
    }
    let told = facts.told(&digest);
    drafts.push((draft(folder, FactsMeta::FILE, existing, |file| told.meta.table(file))?, FactsMeta::FILE));
    // Who is named is never handed out without the log knowing it: the files have no names before.
    if args.identified {
        let people = told.rows_of(FactTable::People);
        jobs::tell_of_facts(app, &question, (told.rows(), people), &Actor::of_process(), app.now())?;
    }
    for (draft, name) in drafts {
        draft.finish().with_context(|| unwritten(folder, name))?;
    }
    say(&told, folder, out)
}

/// A file of the folder, for whoever may use that, which could be given its name as things stand.
fn draft(
    folder: &Path,
    name: &str,
    existing: Existing,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> anyhow::Result<Draft> {
    let written = || {
        let mut draft = Draft::begin_for(folder, &folder.join(name), existing)?;
        write(draft.file())?;
        draft.check()?;
        Ok::<_, io::Error>(draft)
    };
    written().with_context(|| unwritten(folder, name))
}

fn unwritten(folder: &Path, name: &str) -> String {
    format!("{} can't be written", folder.join(name).display())
}

fn say(told: &FactsTold, folder: &Path, out: Out) -> anyhow::Result<Exit> {
    out.note(&format!("wrote the facts to {}", folder.display()));
    out.answer(told)
}
