//! `/imports/ID/undo`: what undoing an import would put back and what stands in the way; and the undoing.

use askama::Template;

use super::imports_seen_whole;
use crate::import::{UndoPreview, undo_preview};
use crate::jobs::{UndoOutcome, undo_import, undo_mark};
use crate::web::answer::{
    Fault, Notice, PageFrame, Reply, ReportColumn, ReportRow, ReportSection, ReportTable, ShownValue,
    WordedLink,
};
use crate::web::pages::parked;
use crate::web::request::{Admitted, PageRequest};
use crate::wording::capitalised;

#[derive(Template)]
#[template(path = "web/import_undo.html")]
struct UndoPage {
    frame: PageFrame,
    id: i32,
    changed_meanwhile: bool,
    /// Why it can't be undone; empty where it can.
    refused: String,
    in_the_way: Vec<WordedLink>,
    notes: Vec<String>,
    /// By which what is shown is known.
    mark: String,
    sections: Vec<ReportSection>,
}

/// Shows it.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (id, preview) = looked_at(asked, by)?;
    show(asked, by, id, &preview, 200)
}

/// Undoes the import, where that would do what was shown.
pub(crate) fn post(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (id, preview) = looked_at(asked, by)?;
    let once = asked.once(by.who())?;
    let done = || Reply::see(format!("/imports/{id}"));
    if once.was_sent_before(asked.app())? {
        return Ok(done());
    }
    if preview.refused.is_some() {
        return show(asked, by, id, &preview, 409);
    }
    if !by.who().is_recent(asked.now) {
        return parked::park(asked, by.who().account.id, "/sign-in/again");
    }
    let order = (id, asked.form.one("mark"));
    match undo_import(asked.app(), order, &by.who().actor(), &once, asked.now)? {
        UndoOutcome::Undone(undo) => {
            Notice::ImportUndone { id, undo }.keep(asked, by.who())?;
            Ok(done())
        }
        UndoOutcome::SentBefore => Ok(done()),
        UndoOutcome::Changed => {
            let (id, preview) = looked_at(asked, by)?;
            show(asked, by, id, &preview, 409)
        }
    }
}

/// What undoing the import in the path would do, where the holder may change imports at every organisation that it touched.
fn looked_at(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<(i32, UndoPreview), Fault> {
    let id = asked.place().parse().map_err(|_| Fault::NotFound)?;
    imports_seen_whole(asked, by, id)?;
    let preview = undo_preview(&asked.app().db, id).map_err(anyhow::Error::from)?;
    Ok((id, preview.ok_or(Fault::NotFound)?))
}

fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    id: i32,
    preview: &UndoPreview,
    status: u16,
) -> Result<Reply, Fault> {
    let link = |other: &i32| WordedLink {
        href: format!("/imports/{other}/undo"),
        words: format!("Undo import {other}"),
    };
    let page = UndoPage {
        frame: PageFrame::of(asked, by.who(), "import-undo", format!("Undo import {id}"))?,
        id,
        changed_meanwhile: status == 409,
        refused: preview.refused.as_deref().map(in_words).unwrap_or_default(),
        in_the_way: preview.in_the_way.iter().map(link).collect(),
        notes: preview.notes.iter().map(|note| in_words(note)).collect(),
        mark: undo_mark(preview),
        sections: sections(preview),
    };
    Reply::page_with(status, &page)
}

/// A sentence of the command's without what is to be typed there: the page has links for that.
fn in_words(said: &str) -> String {
    let sentence = said.split_once(": `refresher").or_else(|| said.split_once("; `refresher"));
    format!("{}.", capitalised(sentence.map_or(said, |(before, _)| before)))
}

fn sections(preview: &UndoPreview) -> Vec<ReportSection> {
    if preview.refused.is_some() {
        return Vec::new();
    }
    if preview.parts.is_empty() {
        let nothing = "Nothing would be put back: the import changed nothing that still stands.";
        return vec![ReportSection { paragraphs: vec![nothing.to_owned()], ..ReportSection::default() }];
    }
    let rows = preview.parts.iter().map(|part| ReportRow {
        id: part.what.replace(' ', "-"),
        cells: vec![
            ShownValue::words(capitalised(part.what)),
            ShownValue::count(part.counts.closed),
            ShownValue::count(part.counts.restored),
        ],
    });
    let columns = vec![
        ReportColumn::words("What"),
        ReportColumn::number("Entries taken back"),
        ReportColumn::number("Earlier entries put back"),
    ];
    let table = ReportTable::whole("undo", "What it would put back", columns, rows.collect());
    vec![ReportSection { table: Some(table), ..ReportSection::default() }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_command_says_is_said_without_the_command() {
        for (said, words) in [
            (
                "later imports built on import 3: import 4 (training) changed 2 training records. Undo those first, the newest first: `refresher import undo 4`",
                "Later imports built on import 3: import 4 (training) changed 2 training records. Undo those first, the newest first.",
            ),
            (
                "import 3 was undone already, by import 4; `refresher import undo 4` puts it back",
                "Import 3 was undone already, by import 4.",
            ),
            ("import 1 is what the settings say", "Import 1 is what the settings say."),
        ] {
            assert_eq!(in_words(said), words);
        }
    }
}
