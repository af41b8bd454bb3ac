//! `/units`: the units and how each stands; `?unit=PATH` shows one and those below it.

use super::groups::GroupFigures;
use super::page::{lead, status};
use crate::answers::StatusAnswer;
use crate::compliance::GroupBy;
use crate::web::answer::{
    ExportForm, Fault, FieldFault, PageDocument, PageFrame, Reply, ReportFilter, ReportPage, ReportSection,
    file,
};
use crate::web::request::{
    Admitted, PageQuestion, PageRequest, Parameter, ReachedScope, as_at_words, figure_parameters,
    figures_asked,
};
use crate::wording::capitalised;

/// Shows them, or hands them out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let mut parameters = vec![Parameter::words(
        "unit",
        "Unit",
        "Its whole path, such as Acute / Surgery; * stands for any run of characters",
    )];
    parameters.extend(figure_parameters(&scope));
    let question = PageQuestion::read(&asked.query, "/units", parameters, false, &mut faults);
    let mut sections = Vec::new();
    if let Some((of, viewer)) = figures_asked(asked, &scope, &question, &mut faults)? {
        let lead = lead(by, &scope, of.organisation.as_deref());
        let answer = status(asked, &of, &viewer, lead, &[GroupBy::Unit])?;
        let Some(answer) = meant(answer, &question, &mut faults) else {
            return page(asked, by, &question, (sections, faults));
        };
        if let Some(form) = ExportForm::of(asked.path) {
            return file(asked, by, form, Some(answer.sheet()), &answer);
        }
        let document = PageDocument::of(&answer)?;
        let shown = GroupFigures { question: &question, answer: &answer, document: &document, lead };
        let mut section = ReportSection {
            paragraphs: shown.said_first(as_at_words(asked, &question, &of)),
            ..ReportSection::default()
        };
        if answer.rates.groups.is_empty() {
            section.paragraphs.push(scope.nobody_words(of.organisation.as_deref()).to_owned());
        } else {
            section.table = Some(shown.table("units", "Units, each with those below it".to_owned()));
        }
        sections.push(section);
    }
    page(asked, by, &question, (sections, faults))
}

/// The units that are asked for; `None`, and a fault, where nobody is in such a one.
fn meant(
    answer: StatusAnswer,
    question: &PageQuestion,
    faults: &mut Vec<FieldFault>,
) -> Option<StatusAnswer> {
    let Some(unit) = question.text("unit") else { return Some(answer) };
    match answer.within_unit(&unit) {
        Ok(answer) => Some(answer),
        Err(unknown) => {
            faults.push(FieldFault::of("unit", capitalised(&unknown.to_string())));
            None
        }
    }
}

fn page(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    question: &PageQuestion,
    (sections, faults): (Vec<ReportSection>, Vec<FieldFault>),
) -> Result<Reply, Fault> {
    let frame = PageFrame::of(asked, by.who(), "units", "Units")?.with_faults(faults);
    let page = ReportPage {
        filter: Some(ReportFilter::of(question, "Choose", "Show these units")),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(question, &["csv", "xlsx", "json"]).reply()
}
