//! `/budget`: how the training budget of each organisation is used.

use crate::answers;
use crate::register::FinancialYear;
use crate::web::answer::{
    ExportForm, Fault, FieldFault, PageDocument, PageFrame, Reply, ReportColumn, ReportFilter, ReportPage,
    ReportRow, ReportSection, ReportTable, ShownValue, file,
};
use crate::web::request::{
    Admitted, PageQuestion, PageRequest, Parameter, ReachedScope, as_at_words, figure_parameters,
    figures_asked,
};
use crate::wording::pounds;

/// Shows it, or hands it out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let mut parameters = vec![Parameter::words(
        "year",
        "Financial year",
        "Such as 2026-27; the one of the day where you leave it empty",
    )];
    parameters.extend(figure_parameters(&scope));
    let question = PageQuestion::read(&asked.query, "/budget", parameters, false, &mut faults);
    let typed = question.text("year");
    let year = typed.as_deref().and_then(FinancialYear::parse);
    if typed.is_some() && year.is_none() {
        let words = "Enter a financial year such as 2026-27".to_owned();
        faults.push(FieldFault { field: "year", words });
    }
    let mut sections = Vec::new();
    if let Some((of, viewer)) = figures_asked(asked, &scope, &question, &mut faults)? {
        let answer = answers::budget(asked.app(), &of, &viewer, year)?;
        if let Some(form) = ExportForm::of(asked.path) {
            return file(asked, by, form, Some(answer.sheet()), &answer);
        }
        let document = PageDocument::of(&answer)?;
        let mut section = ReportSection {
            paragraphs: vec![as_at_words(asked, &question, &of)],
            ..ReportSection::default()
        };
        if document.list("organisations").is_empty() {
            section
                .paragraphs
                .push("A budget is of a whole organisation, and you see part of one.".to_owned());
        } else {
            section.table = Some(table(&document));
        }
        sections.push(section);
    }
    let frame = PageFrame::of(asked, by.who(), "budget", "Training budget")?.with_faults(faults);
    let page = ReportPage {
        filter: Some(ReportFilter::of(&question, "Choose", "Show this budget")),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

fn table(document: &PageDocument) -> ReportTable {
    let mut columns =
        vec![ReportColumn::words("Organisation"), ReportColumn::words("For safeguarding alone")];
    let figures =
        ["Allocated", "Spent", "Committed", "Remaining", "Used", "Of the year gone", "Per completion"];
    columns.extend(figures.map(ReportColumn::number));
    let rows = document.list("organisations").iter().enumerate().map(|(at, _)| {
        let path = |of: &str| format!("organisations.{at}.{of}");
        let money = |of: &str| {
            let pence = document.at(&path(of)).as_i64();
            document.figure(&path(of), pence.map_or("–".to_owned(), pounds))
        };
        let dedicated = match document.at(&path("dedicated")).as_bool() {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not recorded",
        };
        let organisation = document.text(&path("organisation")).to_owned();
        ReportRow {
            cells: vec![
                ShownValue::words(&organisation),
                ShownValue::words(dedicated),
                money("allocated_pence"),
                money("spent_pence"),
                money("committed_pence"),
                money("remaining_pence"),
                document.share(&path("use")),
                document.share(&path("elapsed")),
                money("cost_per_completion_pence"),
            ],
            id: organisation,
        }
    });
    let caption = format!("Financial year {}", document.text("year"));
    ReportTable::whole("organisations", caption, columns, rows.collect())
}
