//! All of a list as a file: the rows of its pages, in their order, as the command writes them.

use std::io::Write;

use serde::Serialize;

use super::fault::Fault;
use super::reply::Reply;
use crate::answers::AnswerRows;
use crate::jobs::tell_of_list;
use crate::web::request::{Admitted, PageRequest};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportForm {
    /// Rows, for any program.
    Csv,
    /// A workbook.
    Xlsx,
    /// The command's own document.
    Json,
}

impl ExportForm {
    /// The form that a path asks for by its ending.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let (_, ending) = path.rsplit_once('.')?;
        match ending {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// The number at the first open place of the path, and whether the command's document of it is asked for, by `.json`.
pub(crate) fn numbered(asked: &PageRequest<'_>) -> Result<(i32, Option<ExportForm>), Fault> {
    let (number, form) = match asked.place().split_once('.') {
        None => (asked.place(), None),
        Some((number, "json")) => (number, Some(ExportForm::Json)),
        Some(_) => return Err(Fault::NotFound),
    };
    Ok((number.parse().map_err(|_| Fault::NotFound)?, form))
}

/// The file that the path asks for; the audit log is told of it, without what was searched for. `rows` are `None` of what
/// has no rows.
pub(crate) fn file(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    form: ExportForm,
    sheet: Option<AnswerRows<'_>>,
    answer: &impl Serialize,
) -> Result<Reply, Fault> {
    let mut rows = 0;
    let reply = match (form, sheet) {
        (ExportForm::Json, sheet) => {
            rows = sheet.map_or(1, |sheet| sheet.rows.count());
            Reply::spooled("application/json", None, |out| {
                serde_json::to_writer_pretty(&mut *out, answer)?;
                Ok(out.write_all(b"\n")?)
            })?
        }
        (_, None) => return Err(Fault::NotFound),
        (ExportForm::Csv, Some(sheet)) => {
            let name = Some(file_name(asked.path));
            let written = counted(sheet, &mut rows);
            Reply::spooled("text/csv; charset=utf-8", name, |out| written.write_csv(out))?
        }
        (ExportForm::Xlsx, Some(sheet)) => {
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            let written = counted(sheet, &mut rows);
            Reply::spooled(kind, Some(file_name(asked.path)), |out| written.write_xlsx(out))?
        }
    };
    told_of_file(asked, by, rows)?;
    Ok(reply)
}

/// From how many people on a file asks whoever wants it to prove who they are (spec 8.5).
const MANY_PEOPLE: usize = 1_000;

/// Where somebody is sent first who asks for a file of so many people and did not prove lately who they are.
pub(crate) fn proof_first(asked: &PageRequest<'_>, by: &Admitted<'_>, people: usize) -> Option<Reply> {
    if people <= MANY_PEOPLE || by.who().is_recent(asked.now) {
        return None;
    }
    let query = asked.query.written();
    let mark = if query.is_empty() { "" } else { "?" };
    Some(Reply::see(format!("/sign-in/again?{}", back(&format!("{}{mark}{query}", asked.path)))))
}

/// Where to go back to, as a query says it.
pub(crate) fn back(to: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("to", to).finish()
}

/// Tells the audit log that the file at the path was handed out, with so many rows.
pub(crate) fn told_of_file(asked: &PageRequest<'_>, by: &Admitted<'_>, rows: usize) -> Result<(), Fault> {
    Ok(tell_of_list(asked.app(), asked.path, rows, &by.who().actor(), asked.now)?)
}

/// The same rows, counted as they are written.
fn counted<'a>(sheet: AnswerRows<'a>, rows: &'a mut usize) -> AnswerRows<'a> {
    let AnswerRows { name, columns, rows: all } = sheet;
    AnswerRows { name, columns, rows: Box::new(all.inspect(|_| *rows += 1)) }
}

/// What the file is called: by the page alone, and so by no name of anybody.
fn file_name(path: &str) -> String {
    let name = path.trim_matches('/').replace('/', "-");
    if name.starts_with('.') { format!("dashboard{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_as_its_page() {
        for (path, name, form) in [
            ("/.csv", "dashboard.csv", Some(ExportForm::Csv)),
            ("/people.xlsx", "people.xlsx", Some(ExportForm::Xlsx)),
            ("/people/12.json", "people-12.json", Some(ExportForm::Json)),
            ("/people", "people", None),
            ("/people.pdf", "people.pdf", None),
        ] {
            assert_eq!((file_name(path).as_str(), ExportForm::of(path)), (name, form));
        }
    }
}
