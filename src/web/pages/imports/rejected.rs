//! `/imports/ID/rejected`: rows that could not be used, put right in the page, checked, imported; a part of them at a time.

use std::ops::Range;

use askama::Template;

use super::imports_seen_whole;
use super::rejected_part::{faulty_cells, field_name, form_has, lines_in, pages, with_typed};
use crate::answers::{self, NamedBy};
use crate::import::{FileKind, is_of_numbers};
use crate::jobs::drafts::{
    PutRightOutcome, RejectedRow, RejectedRows, RowsToPutRight, RowsVerdict, check_rows, dismiss_row,
    import_rows, rejected_file, rejected_rows_of,
};
use crate::web::answer::{
    Fault, FieldFault, Notice, PageDocument, PageFrame, Reply, WordedLink, told_of_file,
};
use crate::web::request::{Admitted, PageRequest, PartAsked, ReachedScope, SIZES, refuse_unknown};
use crate::wording::{capitalised, counted, part_of_list};

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
    /// Which part is shown, in words.
    part: String,
    /// The page, and how many rows one has at most, as the address says them.
    shown: PartAsked,
    /// Where the other parts are.
    pager: Vec<WordedLink>,
    /// Pages of other sizes.
    sizes: Vec<WordedLink>,
    /// Those that need not be put right, with why.
    dismissed: Vec<(u64, String)>,
    /// Why the row is dismissed, as it was typed.
    why: String,
}

/// Shows a part of them.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (rows, document) = rows_of(asked, by)?;
    let mut faults = Vec::new();
    refuse_unknown(&asked.query, &["page", "size"], &mut faults);
    PartAsked::read(&asked.query, &mut faults);
    if !faults.is_empty() {
        let none = RejectedRows { rows: Vec::new(), ..rows.rejected };
        return show_with(asked, by, (&none, &document), (422, String::new()), faults);
    }
    show(asked, by, &rows.rejected, &document, (200, String::new()))
}

/// Which part the address asks for, or the form was of; the first where it says nothing that is sound.
fn part_of(asked: &PageRequest<'_>) -> PartAsked {
    let said = [&asked.query, &asked.form]
        .into_iter()
        .find(|of| !of.one("page").is_empty() || !of.one("size").is_empty());
    PartAsked::read(said.unwrap_or(&asked.query), &mut Vec::new())
}

/// The address of a part of them.
fn address(import: i32, part: PartAsked) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if part.page != 1 {
        query.append_pair("page", &part.page.to_string());
    }
    if part.size != SIZES[0] {
        query.append_pair("size", &part.size.to_string());
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/imports/{import}/rejected{mark}{query}")
}

/// Checks what was typed, or imports what is right of it: of the rows that the form has.
pub(crate) fn post(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (rows, document) = rows_of(asked, by)?;
    let id = rows.import;
    let here = || Reply::see(address(id, part_of(asked)));
    let once = asked.once(by.who())?;
    if once.was_sent_before(asked.app())? {
        return Ok(here());
    }
    let all = rows.rejected.clone();
    let overlaid = all.rows.iter().map(|row| with_typed(row, &asked.form)).collect();
    let overlaid = RejectedRows { rows: overlaid, ..all.clone() };
    let lines = lines_in(&asked.form);
    if lines.iter().any(|line| all.rows.iter().all(|row| row.line != *line)) {
        let remark =
            "Rows of this page were put right or dismissed meanwhile. Nothing was changed.".to_owned();
        return show_part(asked, by, (&overlaid, &all, &document), (409, remark), Vec::new());
    }
    // Those of the page, and those that stood on it when it was shown.
    let page = ShownPart::of(id, &all, part_of(asked)).rows;
    let typed = overlaid.rows.iter().enumerate();
    let typed = typed.filter(|(at, row)| page.contains(at) || lines.contains(&row.line));
    let typed = typed.map(|(_, row)| row.clone()).collect();
    let mut rows = RowsToPutRight { rejected: RejectedRows { rows: typed, ..rows.rejected }, ..rows };
    let verdict = if asked.form.one("do") == "import" {
        match import_rows(asked.app(), &rows, &by.who().actor(), &once, asked.now)? {
            PutRightOutcome::Imported(import, count) => {
                Notice::RowsPutRight { id: import, rows: count }.keep(asked, by.who())?;
                let is_done = count == all.rows.len();
                return Ok(if is_done { Reply::see(format!("/imports/{import}")) } else { here() });
            }
            PutRightOutcome::SentBefore => return Ok(here()),
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
            let of = counted(rows.rejected.rows.len(), "row", "rows");
            (
                if good == 0 { 422 } else { 200 },
                format!("{good} of {of} can be imported now. Nothing was changed yet."),
            )
        }
        RowsVerdict::Unusable(why) => (422, format!("{why} Nothing was changed.")),
    };
    let mut judged = rows.rejected.rows.into_iter().peekable();
    let shown = overlaid
        .rows
        .iter()
        .map(|row| judged.next_if(|of| of.line == row.line).unwrap_or_else(|| row.clone()));
    let shown = RejectedRows { rows: shown.collect(), ..all.clone() };
    show_part(asked, by, (&shown, &all, &document), (status, remark), Vec::new())
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
    let done = || Reply::see(address(rows.import, part_of(asked)));
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
    said: (u16, String),
    faults: Vec<FieldFault>,
) -> Result<Reply, Fault> {
    show_part(asked, by, (rejected, rejected, document), said, faults)
}

/// Shows a part of the rows, as they were typed; what a page has is told from the rows as they are `kept`, so that it is the
/// same before and after something was typed.
fn show_part(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    (rejected, kept, document): (&RejectedRows, &RejectedRows, &PageDocument),
    (status, remark): (u16, String),
    faults: Vec<FieldFault>,
) -> Result<Reply, Fault> {
    let id = asked.place().parse().map_err(|_| Fault::NotFound)?;
    let part = ShownPart::of(id, kept, part_of(asked));
    let shown = rejected.rows.get(part.rows.clone()).unwrap_or_default();
    note_looks(asked, by, &rejected.headers, shown)?;
    // What was a field stays one: it can be put right once more.
    let is_field = |row: &RejectedRow, place: usize| {
        let is_faulty = !row.faults.is_empty() && faulty_cells(row, &rejected.headers).contains(&place);
        is_faulty || form_has(&asked.form, &field_name(row.line, place))
    };
    // The columns with something to put right stand first: the others only say whose row it is.
    let mut order: Vec<usize> = (0..rejected.headers.len()).collect();
    order.sort_by_key(|place| !shown.iter().any(|row| is_field(row, *place)));
    let line = |row: &RejectedRow| {
        let cells = order.iter().filter_map(|place| {
            let (header, value) = rejected.headers.get(*place).zip(row.cells.get(*place))?;
            let field = is_field(row, *place).then(|| field_name(row.line, *place));
            Some(RejectedCell { header: header.clone(), value: value.clone(), field })
        });
        RejectedLine { line: row.line, cells: cells.collect(), reasons: reasons(row) }
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
        part: part.words,
        shown: part.asked,
        pager: part.pager,
        sizes: part.sizes,
        dismissed: rejected.dismissed.clone(),
        why: asked.form.one("why").to_owned(),
    };
    Reply::page_with(status, &page)
}

/// What is wrong with a row, as people read it.
fn reasons(row: &RejectedRow) -> Vec<String> {
    let reason = |(column, reason): &(String, String)| match column.as_str() {
        "" => capitalised(reason),
        // Many a reason names the column by itself.
        column if reason.starts_with(column) => reason.clone(),
        column => format!("{column}: {reason}"),
    };
    row.faults.iter().map(reason).collect()
}

/// Which rows a page shows, and where the others are.
struct ShownPart {
    rows: Range<usize>,
    asked: PartAsked,
    words: String,
    pager: Vec<WordedLink>,
    sizes: Vec<WordedLink>,
}

impl ShownPart {
    /// The page that is asked for, or the last where there are fewer by now.
    fn of(import: i32, rejected: &RejectedRows, asked: PartAsked) -> Self {
        let total = rejected.rows.len();
        let pages = pages(rejected, usize::try_from(asked.size).unwrap_or(total));
        let last = i64::try_from(pages.len()).unwrap_or(i64::MAX).max(1);
        let asked = PartAsked { page: asked.page.min(last), ..asked };
        let at = usize::try_from(asked.page - 1).unwrap_or_default();
        let rows = pages.get(at).cloned().unwrap_or_default();
        let link = |words: &str, part| WordedLink { href: address(import, part), words: words.to_owned() };
        let mut pager = Vec::new();
        if asked.page > 1 {
            pager.push(link("Previous page", PartAsked { page: asked.page - 1, ..asked }));
        }
        if asked.page < last {
            pager.push(link("Next page", PartAsked { page: asked.page + 1, ..asked }));
        }
        let smallest = usize::try_from(SIZES[0]).unwrap_or_default();
        let others = SIZES.into_iter().filter(|size| *size != asked.size && total > smallest);
        let sizes = others.map(|size| link(&size.to_string(), PartAsked { page: 1, size })).collect();
        let words = part_of_list(rows.start as u64, rows.len() as u64, total as u64, ("row", "rows"));
        Self { rows, asked, words, pager, sizes }
    }
}
