//! `/forecast`: what the rates become if nobody trains again and nobody joins.

use super::groups::{CountsLead, WHY_WITHHELD};
use super::page::lead;
use crate::answers;
use crate::web::answer::{
    ExportForm, Fault, PageDocument, PageFrame, Reply, ReportColumn, ReportFilter, ReportPage, ReportRow,
    ReportSection, ReportTable, ShownValue, file,
};
use crate::web::request::{
    Admitted, PageQuestion, PageRequest, Parameter, ReachedScope, as_at_words, figure_parameters,
    figures_asked,
};
use crate::wording::long_date;

/// Shows it, or hands it out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let mut parameters = vec![Parameter::number(
        "months",
        "Months ahead",
        (1..=120, Some(12)),
        "Enter a number from 1 to 120",
    )];
    parameters.extend(figure_parameters(&scope));
    let question = PageQuestion::read(&asked.query, "/forecast", parameters, false, &mut faults);
    let mut sections = Vec::new();
    if let Some((of, viewer)) = figures_asked(asked, &scope, &question, &mut faults)? {
        let months = question.number("months").and_then(|months| u32::try_from(months).ok()); // What is none was told.
        let mut answer = answers::forecast(asked.app(), &of, &viewer, months.unwrap_or(12))?;
        if lead(by, &scope, of.organisation.as_deref()) == CountsLead::Nowhere {
            answer = answer.without_few();
        }
        if let Some(form) = ExportForm::of(asked.path) {
            return file(asked, by, form, Some(answer.sheet()), &answer);
        }
        let document = PageDocument::of(&answer)?;
        let mut first = headline(&document, &NOBODY_TRAINS);
        first.paragraphs.push(as_at_words(asked, &question, &of));
        first.paragraphs.extend(answer.withholds().then(|| WHY_WITHHELD.to_owned()));
        sections.extend([first, to_train(&document, &NOBODY_TRAINS)]);
        if answer.is_changed_by_places() {
            let mut booked = headline(&document, &WITH_PLACES);
            booked.heading = "With booked places, if nobody else trains".to_owned();
            sections.extend([booked, to_train(&document, &WITH_PLACES)]);
        }
    }
    let frame = PageFrame::of(asked, by.who(), "forecast", "Forecast")?.with_faults(faults);
    let page = ReportPage {
        intro: vec!["The rates at coming month-ends, if nobody trains again and nobody joins.".to_owned()],
        filter: Some(ReportFilter::of(&question, "Choose", "Show this forecast")),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

/// A line of the forecast: what stands before its figures in a month of the document, and its two tables with what they are.
struct ForecastTables {
    before: &'static str,
    headline: (&'static str, &'static str),
    to_train: (&'static str, &'static str),
}

const NOBODY_TRAINS: ForecastTables = ForecastTables {
    before: "",
    headline: ("months", "Staff up to date at month-ends"),
    to_train: ("to-train", "How many to train by then for the target of each course"),
};

const WITH_PLACES: ForecastTables = ForecastTables {
    before: "booked.",
    headline: ("months-booked", "Staff up to date at month-ends, with booked places"),
    to_train: ("to-train-booked", "How many more to train by then for the target of each course"),
};

fn headline(document: &PageDocument, line: &ForecastTables) -> ReportSection {
    let mut columns = vec![ReportColumn::words("Month-end")];
    let figures =
        ["Counted", "Up to date", "Rate", "To become up to date for the target", "Lack one course only"];
    columns.extend(figures.map(ReportColumn::number));
    let rows = document.list("months").iter().enumerate().map(|(at, _)| {
        let path = |of: &str| format!("months.{at}.{}staff.{of}", line.before);
        ReportRow {
            id: document.text(&format!("months.{at}.as_at")).to_owned(),
            cells: vec![
                month_end(document, at),
                document.count(&path("counted")),
                document.count(&path("up_to_date")),
                document.share(&path("rate")),
                document.count(&path("needed")),
                document.count(&path("lacking_one")),
            ],
        }
    });
    let (list, caption) = line.headline;
    let table = ReportTable::whole(list, caption, columns, rows.collect());
    ReportSection { table: Some(table), ..ReportSection::default() }
}

fn to_train(document: &PageDocument, line: &ForecastTables) -> ReportSection {
    let courses: Vec<String> = document
        .list("months.0.courses")
        .iter()
        .map(|course| course.get("course").and_then(|code| code.as_str()).unwrap_or_default().to_owned())
        .collect();
    let mut columns = vec![ReportColumn::words("Month-end")];
    columns.extend(courses.iter().map(ReportColumn::number));
    let rows = document.list("months").iter().enumerate().map(|(at, _)| {
        let needed = |course| format!("months.{at}.{}courses.{course}.needed", line.before);
        let needed = (0..courses.len()).map(|course| document.count(&needed(course)));
        ReportRow {
            id: document.text(&format!("months.{at}.as_at")).to_owned(),
            cells: std::iter::once(month_end(document, at)).chain(needed).collect(),
        }
    });
    let (list, caption) = line.to_train;
    let table = ReportTable::whole(list, caption, columns, rows.collect());
    ReportSection { table: Some(table), ..ReportSection::default() }
}

fn month_end(document: &PageDocument, at: usize) -> ShownValue {
    let day = document.text(&format!("months.{at}.as_at")).parse().map(long_date);
    ShownValue::words(day.unwrap_or_default())
}
