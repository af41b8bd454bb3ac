//! `/imports/drafts/ID/columns`: which of the file's headers is which column, where that is not recognised.

use askama::Template;

use super::draft::found;
use crate::jobs::drafts::{ImportDraft, columns_of, say_columns};
use crate::web::answer::{Fault, FieldFault, PageFrame, Reply};
use crate::web::pages::sheet::in_words;
use crate::web::request::{Admitted, PageRequest};

/// One of our columns.
struct ColumnToChoose {
    name: &'static str,
    words: String,
    is_required: bool,
    headers: Vec<HeaderChoice>,
}

/// A header that may be it.
struct HeaderChoice {
    header: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "web/import_columns.html")]
struct ColumnsPage {
    frame: PageFrame,
    id: i32,
    file: String,
    columns: Vec<ColumnToChoose>,
}

/// Shows what the headers are taken for.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let draft = draft(asked, by)?;
    show(asked, by, &draft, Vec::new())
}

/// Has the file be read as it is said.
pub(crate) fn post(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let draft = draft(asked, by)?;
    let columns = columns_of(asked.app(), &draft)?.ok_or(Fault::NotFound)?;
    let (mut said, mut faults): (Vec<(String, &str)>, Vec<FieldFault>) = Default::default();
    for column in &columns.columns {
        let header = asked.form.one(column.name);
        if header.is_empty() || !columns.headers.iter().any(|known| known == header) {
            continue;
        }
        if said.iter().any(|(taken, _)| taken == header) {
            let words = format!("“{header}” is chosen twice: it can be one column only");
            faults.push(FieldFault { field: column.name, words });
        }
        said.push((header.to_owned(), column.name));
    }
    if !faults.is_empty() {
        return show(asked, by, &draft, faults);
    }
    say_columns(asked.app(), &draft, &said)?;
    Ok(Reply::see(format!("/imports/drafts/{}", draft.id)))
}

fn draft(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<ImportDraft, Fault> {
    found(asked, by, asked.place().parse().map_err(|_| Fault::NotFound)?)
}

fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    draft: &ImportDraft,
    faults: Vec<FieldFault>,
) -> Result<Reply, Fault> {
    let said = columns_of(asked.app(), draft)?.ok_or(Fault::NotFound)?;
    let is_sent = !faults.is_empty();
    let columns = said.columns.iter().map(|column| {
        let typed = asked.form.one(column.name);
        let chosen = if is_sent { Some(typed) } else { column.header.as_deref() };
        let choice = |header: &String| HeaderChoice {
            header: header.clone(),
            is_chosen: chosen == Some(header.as_str()),
        };
        ColumnToChoose {
            name: column.name,
            words: in_words(column.name),
            is_required: column.is_required,
            headers: said.headers.iter().map(choice).collect(),
        }
    });
    // What every file must have stands first.
    let mut columns: Vec<ColumnToChoose> = columns.collect();
    columns.sort_by_key(|column| !column.is_required);
    let status = if faults.is_empty() { 200 } else { 422 };
    let page = ColumnsPage {
        frame: PageFrame::of(asked, by.who(), "import-columns", "Say which column is which")?
            .with_faults(faults),
        id: draft.id,
        file: draft.file.clone(),
        columns,
    };
    Reply::page_with(status, &page)
}
