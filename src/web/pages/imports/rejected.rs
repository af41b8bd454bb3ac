//! `/imports/ID/rejected`: rows that could not be used, put right in the page, checked, imported.

use askama::Template;

use super::imports_seen_whole;
use crate::answers::{self, NamedBy};
use crate::import::{FileKind, is_of_numbers};
use crate::jobs::drafts::{
    PutRightOutcome, RejectedRow, RejectedRows, RowsToPutRight, RowsVerdict, check_rows, dismiss_row,
    import_rows, rejected_file, rejected_rows_of,
};
use crate::web::answer::{Fault, FieldFault, Notice, PageDocument, PageFrame, Reply, told_of_file};
use crate::web::request::{Admitted, FormFields, PageRequest, ReachedScope};
use crate::wording::{capitalised, counted};

/// The most fields of a page: what is typed must fit into a form.
const MOST_FIELDS: usize = 600;

/// The longest reason for which a row is dismissed.
const LONGEST_WHY: usize = 200;

/// A cell of a row.
struct RejectedCell {
    header: String,
    value: String,
    /// The field's name and id, where it can be put right.
    field: Option<String>,
}

/// A row with what is wrong.
struct RejectedLine {
    line: u64,
    cells: Vec<RejectedCell>,
    reasons: Vec<String>,
}

#[derive(Template)]
#[template(path = "web/import_rejected.html")]
struct RejectedPage {
    frame: PageFrame,
    id: i32,
    remark: String,
    headers: Vec<String>,
    rows: Vec<RejectedLine>,
    total: usize,
    /// How many were rejected at first.
    at_first: u64,
    /// Whether some are shown once these are put right.
    has_more: bool,
    /// Those that need not be put right, with why.
    dismissed: Vec<(u64, String)>,
    /// Why the row is dismissed, as it was typed.
    why: String,
}

/// Shows them.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (rows, document) = rows_of(asked, by)?;
    show(asked, by, &rows.rejected, &document, (200, String::new()))
}

/// Checks what was typed, or imports what is right of it.
pub(crate) fn post(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (mut rows, document) = rows_of(asked, by)?;
    let id = rows.import;
    let once = asked.once(by.who())?;
    if once.was_sent_before(asked.app())? {
        return Ok(Reply::see(format!("/imports/{id}/rejected")));
    }
    let all = rows.rejected.clone();
    let (shown, more) = shown_rows(&all);
    rows.rejected.rows = shown.iter().map(|row| with_typed(row, &asked.form)).collect();
    let verdict = if asked.form.one("do") == "import" {
        match import_rows(asked.app(), &rows, &by.who().actor(), &once, asked.now)? {
            PutRightOutcome::Imported(import, count) => {
                Notice::RowsPutRight { id: import, rows: count }.keep(asked, by.who())?;
                let is_done = count == rows.rejected.rows.len() && more.is_empty();
                let next =
                    if is_done { format!("/imports/{import}") } else { format!("/imports/{id}/rejected") };
                return Ok(Reply::see(next));
            }
            PutRightOutcome::SentBefore => return Ok(Reply::see(format!("/imports/{id}/rejected"))),
            PutRightOutcome::NotYet(verdict) => verdict,
        }
    } else {
        check_rows(asked.app(), &rows)?
    };
    let (status, remark) = match verdict {
        RowsVerdict::Judged(faults) => {
            let good = faults.iter().filter(|faults| faults.is_empty()).count();
            for (row, faults) in rows.rejected.rows.iter_mut().zip(faults) {
                row.faults = faults;
            }
            let all = counted(rows.rejected.rows.len(), "row", "rows");
            (
                if good == 0 { 422 } else { 200 },
                format!("{good} of {all} can be imported now. Nothing was changed yet."),
            )
        }
        RowsVerdict::Unusable(why) => (422, format!("{why} Nothing was changed.")),
    };
    rows.rejected.rows.extend(more.into_iter().cloned());
    show(asked, by, &rows.rejected, &document, (status, remark))
}

/// Hands out the rows that are left as a file, each with what is wrong.
pub(crate) fn csv(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (rows, _) = rows_of(asked, by)?;
    if rows.rejected.rows.is_empty() {
        return Err(Fault::NotFound);
    }
    told_of_file(asked, by, rows.rejected.rows.len())?;
    note_looks(asked, by, &rows.rejected.headers, &rows.rejected.rows)?;
    let name = format!("import-{}.rejected.csv", rows.import);
    Ok(Reply::file("text/csv; charset=utf-8", name, rejected_file(&rows.rejected)?))
}

/// Says of a row that it need not be put right, and why.
pub(crate) fn dismiss(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (rows, document) = rows_of(asked, by)?;
    let once = asked.once(by.who())?;
    let done = || Reply::see(format!("/imports/{}/rejected", rows.import));
    if once.was_sent_before(asked.app())? {
        return Ok(done());
    }
    let line = asked.form.one("line").parse().ok(); // What is none is told.
    let line = line.filter(|line| rows.rejected.rows.iter().any(|row| row.line == *line));
    let why = asked.form.one("why").trim();
    let words = match line {
        None => "Choose a row that is still to be put right",
        Some(_) if why.is_empty() => "Say why the row need not be put right",
        Some(_) if why.chars().count() > LONGEST_WHY => "Say it in at most 200 letters",
        Some(line) => {
            if dismiss_row(asked.app(), (rows.import, line, why), &by.who().actor(), &once, asked.now)? {
                let what = format!("The row of line {line} is dismissed");
                let then = "It stays below, with why, for as long as rejected rows are kept.".to_owned();
                Notice::Done { what, then }.keep(asked, by.who())?;
            }
            return Ok(done());
        }
    };
    let field = if line.is_none() { "line" } else { "why" };
    let fault = FieldFault { field, words: words.to_owned() };
    show_with(asked, by, (&rows.rejected, &document), (422, String::new()), vec![fault])
}

/// The rows of the import in the path, where the holder may change imports at every organisation that it touched.
fn rows_of(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<(RowsToPutRight, PageDocument), Fault> {
    let import = asked.place().parse().map_err(|_| Fault::NotFound)?;
    let document = imports_seen_whole(asked, by, import)?;
    let kind = FileKind::ALL.into_iter().find(|kind| kind.as_str() == document.text("kind"));
    let kind = kind.ok_or(Fault::NotFound)?;
    let organisation = match document.list("organisations") {
        [one] => one.as_str().map(str::to_owned),
        _ => None,
    };
    let rows = RowsToPutRight {
        import,
        kind,
        file: document.text("file").to_owned(),
        as_of: document.text("as_of").parse().map_err(anyhow::Error::from)?,
        organisation,
        // What an undone import rejected is rejected no longer.
        rejected: if document.at("undone_by").is_null() {
            rejected_rows_of(asked.app(), import)?
        } else {
            RejectedRows::default()
        },
    };
    Ok((rows, document))
}

/// Notes that whoever asks looked at the people who are named in the rows: by address anywhere, by number where one stands.
fn note_looks<'r>(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    headers: &[String],
    rows: impl IntoIterator<Item = &'r RejectedRow>,
) -> Result<(), Fault> {
    let mut named = NamedBy::default();
    for row in rows {
        for (place, cell) in row.cells.iter().enumerate() {
            if cell.contains('@') {
                named.addresses.insert(cell.trim().to_lowercase());
            } else if headers.get(place).is_some_and(|header| is_of_numbers(header)) {
                named.numbers.insert(cell.trim().to_owned());
            }
        }
    }
    let scope = ReachedScope::of(asked, by)?;
    for viewer in scope.viewers() {
        asked.looked_at(by.who(), answers::people_named(asked.app(), &viewer, &named)?);
    }
    Ok(())
}

/// The rows that a page has room for, and the others.
fn shown_rows(rejected: &RejectedRows) -> (Vec<&RejectedRow>, Vec<&RejectedRow>) {
    let mut fields = 0;
    rejected.rows.iter().partition(|row| {
        fields += row.cells.len().min(faulty_cells(row, &rejected.headers).len());
        fields <= MOST_FIELDS
    })
}

/// The places of the cells that can be put right: those something is wrong with, or all where that is the whole row.
fn faulty_cells(row: &RejectedRow, headers: &[String]) -> Vec<usize> {
    let of_columns = |index: &usize| {
        let header = headers.get(*index);
        row.faults.iter().any(|(column, _)| Some(column) == header)
    };
    let places = 0..row.cells.len();
    let faulty: Vec<usize> = places.clone().filter(of_columns).collect();
    let is_known = |(column, _): &(String, String)| headers.contains(column);
    if faulty.is_empty() || !row.faults.iter().all(is_known) { places.collect() } else { faulty }
}

fn field_name(line: u64, place: usize) -> String {
    format!("cell-{line}-{place}")
}

/// The row with what was typed in its cells.
fn with_typed(row: &RejectedRow, form: &FormFields) -> RejectedRow {
    let cells = row.cells.iter().enumerate().map(|(place, cell)| {
        let typed = form.only(&field_name(row.line, place));
        typed.every().next().map_or_else(|| cell.clone(), |(_, typed)| typed.to_owned())
    });
    RejectedRow { cells: cells.collect(), ..row.clone() }
}

fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    rejected: &RejectedRows,
    document: &PageDocument,
    said: (u16, String),
) -> Result<Reply, Fault> {
    show_with(asked, by, (rejected, document), said, Vec::new())
}

fn show_with(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    (rejected, document): (&RejectedRows, &PageDocument),
    (status, remark): (u16, String),
    faults: Vec<FieldFault>,
) -> Result<Reply, Fault> {
    let id = asked.place().parse().map_err(|_| Fault::NotFound)?;
    let (shown, more) = shown_rows(rejected);
    note_looks(asked, by, &rejected.headers, shown.iter().copied())?;
    // What was a field stays one: it can be put right once more.
    let is_field = |row: &RejectedRow, place: usize| {
        let is_faulty = !row.faults.is_empty() && faulty_cells(row, &rejected.headers).contains(&place);
        is_faulty || form_has(&asked.form, &field_name(row.line, place))
    };
    // The columns with something to put right stand first: the others only say whose row it is.
    let mut order: Vec<usize> = (0..rejected.headers.len()).collect();
    order.sort_by_key(|place| !shown.iter().any(|row| is_field(row, *place)));
    let line = |row: &&RejectedRow| {
        let cells = order.iter().filter_map(|place| {
            let (header, value) = rejected.headers.get(*place).zip(row.cells.get(*place))?;
            let field = is_field(row, *place).then(|| field_name(row.line, *place));
            Some(RejectedCell { header: header.clone(), value: value.clone(), field })
        });
        let reasons = row.faults.iter().map(|(column, reason)| match column.as_str() {
            "" => capitalised(reason),
            // Many a reason names the column by itself.
            column if reason.starts_with(column) => reason.clone(),
            column => format!("{column}: {reason}"),
        });
        RejectedLine { line: row.line, cells: cells.collect(), reasons: reasons.collect() }
    };
    let page = RejectedPage {
        frame: PageFrame::of(asked, by.who(), "import-rejected", format!("Rejected rows of import {id}"))?
            .with_faults(faults),
        id,
        remark,
        headers: order.iter().filter_map(|place| rejected.headers.get(*place).cloned()).collect(),
        rows: shown.iter().map(line).collect(),
        total: rejected.rows.len(),
        at_first: document.at("rejected").as_u64().unwrap_or_default(),
        has_more: !more.is_empty(),
        dismissed: rejected.dismissed.clone(),
        why: asked.form.one("why").to_owned(),
    };
    Reply::page_with(status, &page)
}

fn form_has(form: &FormFields, name: &str) -> bool {
    form.every().any(|(of, _)| of == name)
}
