//! `import list` and `import show`: the imports so far.

use anyhow::Context;
use chrono_tz::Tz;
use serde::{Serialize, Serializer};

use super::import_document::{ImportAlone, ImportDocument, ImportList};
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, columns, table};
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Viewer};
use crate::app::App;
use crate::audit::{self, Action, AuditEntry};
use crate::register::store::{self, CONFIGURATION, ImportLine};

/// Stands for the file of what was not brought by one.
const BY_HAND: &str = "by hand";

/// Every import that the viewer may see, the newest first.
#[derive(Debug)]
pub struct Imports {
    lines: Vec<ImportLine>,
    zone: Tz,
}

/// Every import, or those that touched the viewer's organisation and no other: what it counts is of all that it touched.
pub fn imports(app: &App, viewer: &Viewer) -> anyhow::Result<Imports> {
    let sight = Visibility::of(app, viewer, None)?;
    let lines = app.db.read(|conn| {
        let mut lines = store::imports(conn)?;
        if *viewer != Viewer::Everything {
            let touched = store::touched(conn)?;
            lines.retain(|line| sees_import(&sight, touched.get(&line.id).map_or(&[], Vec::as_slice)));
        }
        Ok(lines)
    })?;
    Ok(Imports { lines, zone: app.config.time_zone })
}

/// The newest imports of these kinds that any of the viewers may see.
pub(crate) fn imports_of(
    app: &App,
    viewers: &[Viewer],
    is_of_kind: impl Fn(&str) -> bool,
    limit: usize,
) -> anyhow::Result<Imports> {
    let mut found = Imports { lines: Vec::new(), zone: app.config.time_zone };
    for viewer in viewers {
        found.lines.extend(imports(app, viewer)?.lines);
    }
    found.lines.retain(|line| is_of_kind(&line.kind));
    found.lines.sort_unstable_by_key(|line| std::cmp::Reverse(line.id));
    found.lines.truncate(limit);
    Ok(found)
}

/// Whether all of an import that touched these organisations is seen.
pub(super) fn sees_import(sight: &Visibility, touched: &[String]) -> bool {
    let all_seen = touched.iter().all(|code| sight.includes_organisation(code));
    !sight.is_of_some_people() && all_seen && (sight.organisation().is_none() || !touched.is_empty())
}

impl Imports {
    /// The imports, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let mut columns = columns(ListColumn::code, ["id", "recorded", "kind"]);
        columns.extend([ListColumn::words("file"), ListColumn::words("what became of it")]);
        columns.extend(["rows", "applied", "unchanged", "rejected"].map(ListColumn::figure));
        let row = |line: &ImportLine| {
            [
                line.id.to_string(),
                local(self.zone, line),
                line.kind.clone(),
                file_of(line).to_owned(),
                what_became(line),
                line.counts.rows.to_string(),
                line.counts.applied.to_string(),
                line.counts.unchanged.to_string(),
                line.counts.rejected.to_string(),
            ]
            .map(AnswerCell::Text)
            .to_vec()
        };
        AnswerRows::new("Imports", columns, self.lines.iter().map(row))
    }
}

fn file_of(line: &ImportLine) -> &str {
    match line.file.as_str() {
        "" if line.kind != CONFIGURATION => BY_HAND,
        file => file,
    }
}

impl Serialize for Imports {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ImportList { imports: self.lines.iter().map(ImportDocument::from).collect() }.serialize(serializer)
    }
}

impl Answer for Imports {
    /// What tells imports apart, in one table on any terminal; `import show` has all that one counted.
    fn words(&self, width: usize) -> String {
        let mut columns = columns(ListColumn::code, ["id", "recorded", "kind"]);
        columns.extend([ListColumn::words("file"), ListColumn::words("what became of it")]);
        columns.extend(["applied", "rejected"].map(ListColumn::figure));
        let row = |line: &ImportLine| {
            let (applied, rejected) = (line.counts.applied.to_string(), line.counts.rejected.to_string());
            let kind = line.kind.clone();
            let file = file_of(line).to_owned();
            vec![
                line.id.to_string(),
                local(self.zone, line),
                kind,
                file,
                what_became(line),
                applied,
                rejected,
            ]
        };
        table(&columns, self.lines.iter().map(row), width)
    }
}

/// One import: what it counted, who brought it, whether it stands.
#[derive(Debug)]
pub struct Import {
    line: ImportLine,
    organisations: Vec<String>,
    brought_by: Option<String>,
    zone: Tz,
}

/// The import with this number, where the viewer may see it.
pub fn import(app: &App, viewer: &Viewer, id: i32) -> anyhow::Result<Import> {
    import_of(app, viewer, id)?
        .with_context(|| format!("there is no import {id}: `refresher import list` lists them"))
}

/// [`import`]; `None` where there is none, or none for the viewer.
pub(crate) fn import_of(app: &App, viewer: &Viewer, id: i32) -> anyhow::Result<Option<Import>> {
    let sight = Visibility::of(app, viewer, None)?;
    let (line, organisations, entries) = app.db.read(|conn| {
        Ok((
            store::find_import(conn, id)?,
            store::touched_organisations(conn, id)?,
            audit::about(conn, &format!("import {id}"))?,
        ))
    })?;
    let Some(line) = line.filter(|_| sees_import(&sight, &organisations)) else { return Ok(None) };
    Ok(Some(Import { line, organisations, brought_by: brought_by(&entries), zone: app.config.time_zone }))
}

fn brought_by(entries: &[AuditEntry]) -> Option<String> {
    let by = |action: Action| {
        entries.iter().find(|entry| entry.action == action.as_str()).map(|entry| entry.actor.clone())
    };
    [Action::Import, Action::Configure, Action::ExemptAdd, Action::ExemptEnd].into_iter().find_map(by)
}

impl Import {
    /// What it was imported as.
    pub(crate) fn kind(&self) -> &str {
        &self.line.kind
    }
}

impl Serialize for Import {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (line, actor) = (ImportDocument::from(&self.line), self.brought_by.as_deref());
        ImportAlone { line, organisations: &self.organisations, actor }.serialize(serializer)
    }
}

impl Answer for Import {
    fn words(&self, width: usize) -> String {
        let line = &self.line;
        let brought_by = self.brought_by.as_deref().unwrap_or("nobody known");
        let mut lines = vec![
            format!("Import {}: {}", line.id, named(line)),
            format!("Recorded {} by {brought_by}", local(self.zone, line)),
            format!("As of {}, for {}", line.as_of, self.organisations.join(", ")),
        ];
        for (said, holds) in [
            ("Taken as partial: nobody became a leaver for not being in it", line.partial),
            ("Forced: brakes were overruled, or a known file was imported again", line.forced),
        ] {
            if holds {
                lines.push(said.to_owned());
            }
        }
        lines.push(format!("Standing: {}", what_became(line)));
        lines.push(String::new());
        let counts = counts(line).map(|(name, count)| vec![name.replace('_', " "), count.to_string()]);
        lines.push(table(&[ListColumn::words("what"), ListColumn::figure("how many")], counts, width));
        lines.join("\n")
    }
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

fn what_became(line: &ImportLine) -> String {
    let undoes = line.undoes.map(|of| format!("undoes {of}"));
    let undone = line.undone_by.map(|by| format!("undone by {by}"));
    let forced = line.forced.then(|| "forced".to_owned());
    let said: Vec<String> = [undoes, forced, undone].into_iter().flatten().collect();
    if said.is_empty() { "stands".to_owned() } else { said.join(", ") }
}

/// When it was recorded, in the organisation's zone.
fn local(zone: Tz, line: &ImportLine) -> String {
    line.recorded_at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}
