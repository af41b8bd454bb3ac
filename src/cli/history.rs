//! `import list`, `import show` and `import undo`: the imports so far.

use anyhow::Context;
use serde_json::{Value, json};

use super::exit::Exit;
use super::json as shapes;
use super::out::{Out, table};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::import::{self, Undone};
use crate::register::store::{self, CONFIGURATION, ImportLine};

/// Stands for the file of what was not brought by one.
const BY_HAND: &str = "by hand";

/// Lists every import, the newest first.
pub fn list(app: &App, out: Out) -> anyhow::Result<Exit> {
    let imports = app.db.read(|conn| Ok::<_, anyhow::Error>(store::imports(conn)?))?;
    if out.json {
        out.document(&json!({ "imports": imports.iter().map(document).collect::<Vec<_>>() }))?;
        return Ok(Exit::Done);
    }
    let headers =
        ["id", "recorded", "kind", "file", "what became of it", "rows", "applied", "unchanged", "rejected"];
    let row = |line: &ImportLine| {
        vec![
            line.id.to_string(),
            local(app, line),
            line.kind.clone(),
            if line.file.is_empty() && line.kind != CONFIGURATION {
                BY_HAND.to_owned()
            } else {
                line.file.clone()
            },
            standing(line),
            line.counts.rows.to_string(),
            line.counts.applied.to_string(),
            line.counts.unchanged.to_string(),
            line.counts.rejected.to_string(),
        ]
    };
    out.text(&table(&headers, 5, imports.iter().map(row)))?;
    Ok(Exit::Done)
}

/// Shows one import: what it counted, who brought it, whether it stands.
pub fn show(app: &App, id: i32, out: Out) -> anyhow::Result<Exit> {
    let (line, organisations, entries) = app.db.read(|conn| {
        Ok::<_, anyhow::Error>((
            store::find_import(conn, id)?,
            store::touched_organisations(conn, id)?,
            audit::about(conn, &format!("import {id}"))?,
        ))
    })?;
    let line =
        line.with_context(|| format!("there is no import {id}: `refresher import list` lists them"))?;
    let by = |action: Action| {
        entries.iter().find(|entry| entry.action == action.as_str()).map(|entry| entry.actor.as_str())
    };
    let brought_by =
        [Action::Import, Action::Configure, Action::ExemptAdd, Action::ExemptEnd].into_iter().find_map(by);
    if out.json {
        let mut shape = document(&line);
        if let Value::Object(shape) = &mut shape {
            shape.insert("organisations".to_owned(), json!(organisations));
            shape.insert("actor".to_owned(), json!(brought_by));
        }
        out.document(&shape)?;
        return Ok(Exit::Done);
    }
    let mut lines = vec![
        format!("Import {id}: {}", named(&line)),
        format!("Recorded {} by {}", local(app, &line), brought_by.unwrap_or("nobody known")),
        format!("As of {}, for {}", line.as_of, organisations.join(", ")),
    ];
    for (said, holds) in [
        ("Taken as partial: nobody became a leaver for not being in it", line.partial),
        ("Forced: brakes were overruled, or a known file was imported again", line.forced),
    ] {
        if holds {
            lines.push(said.to_owned());
        }
    }
    lines.push(format!("Standing: {}", standing(&line)));
    lines.push(String::new());
    let counts = counts(&line).map(|(name, count)| vec![name.replace('_', " "), count.to_string()]);
    lines.push(table(&["what", "how many"], 1, counts));
    out.text(&lines.join("\n"))?;
    Ok(Exit::Done)
}

/// Undoes one import. Exit status 3 where that was refused, nothing changed.
pub fn undo(app: &App, id: i32, out: Out) -> anyhow::Result<Exit> {
    let undone = import::undo(&app.db, id, &Actor::of_process(), app.today(), app.clock)?;
    if out.json {
        out.document(&undone)?;
    } else {
        out.text(&words(&undone))?;
    }
    for note in &undone.notes {
        out.note(note);
    }
    Ok(if undone.refused.is_some() { Exit::Refused } else { Exit::Done })
}

fn words(undone: &Undone) -> String {
    match (&undone.refused, undone.id) {
        (None, Some(id)) => format!(
            "import {} is undone (import {id}): {} versions closed, {} opened again; `refresher import undo {id}` \
             takes that back",
            undone.undoes, undone.closed, undone.restored
        ),
        (why, _) => format!("refused, nothing changed: {}", why.as_deref().unwrap_or_default()),
    }
}

fn document(line: &ImportLine) -> Value {
    let mut shape = json!({
        "id": line.id,
        "kind": line.kind,
        "file": line.file,
        "as_of": line.as_of,
        "recorded_at": shapes::instant(line.recorded_at),
        "partial": line.partial,
        "forced": line.forced,
        "undoes": line.undoes,
        "undone_by": line.undone_by,
    });
    if let Value::Object(shape) = &mut shape {
        shape.extend(counts(line).map(|(name, count)| (name.to_owned(), json!(count))));
    }
    shape
}

/// What the import counted, under the names of spec 4.1.
fn counts(line: &ImportLine) -> impl Iterator<Item = (&'static str, u64)> {
    let counts = line.counts;
    [
        ("rows", counts.rows),
        ("applied", counts.applied),
        ("unchanged", counts.unchanged),
        ("skipped", counts.skipped),
        ("rejected", counts.rejected),
        ("joiners", counts.joiners),
        ("changes", counts.changes),
        ("leavers", counts.leavers),
        ("records_added", counts.records_added),
        ("records_corrected", counts.records_corrected),
    ]
    .into_iter()
}

fn named(line: &ImportLine) -> String {
    match (line.undoes, line.file.as_str()) {
        (Some(of), _) => format!("undo of import {of}"),
        (None, "") if line.kind == CONFIGURATION => line.kind.clone(),
        (None, "") => format!("{}, {BY_HAND}", line.kind),
        (None, file) => format!("{}, {file}", line.kind),
    }
}

fn standing(line: &ImportLine) -> String {
    let undoes = line.undoes.map(|of| format!("undoes {of}"));
    let undone = line.undone_by.map(|by| format!("undone by {by}"));
    let forced = line.forced.then(|| "forced".to_owned());
    let said: Vec<String> = [undoes, forced, undone].into_iter().flatten().collect();
    if said.is_empty() { "stands".to_owned() } else { said.join(", ") }
}

/// When it was recorded, in the organisation's zone.
fn local(app: &App, line: &ImportLine) -> String {
    line.recorded_at.with_timezone(&app.config.time_zone).format("%Y-%m-%d %H:%M").to_string()
}
