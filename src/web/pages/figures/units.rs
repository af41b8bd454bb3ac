//! `/units`: the units and how each stands; `?unit=PATH` shows one and those below it.

use super::groups::GroupFigures;
use super::page::{lead, status};
use crate::compliance::{Group, GroupBy};
use crate::web::answer::{
    ExportForm, Fault, PageDocument, PageFrame, Reply, ReportFilter, ReportPage, ReportSection, file,
};
use crate::web::request::{
    Admitted, PageQuestion, PageRequest, Parameter, ReachedScope, as_at_words, figure_parameters,
    figures_asked,
};

/// Shows them, or hands them out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let mut parameters = vec![Parameter::words("unit", "Unit", "Its whole path, such as Acute / Surgery")];
    parameters.extend(figure_parameters(&scope));
    let question = PageQuestion::read(&asked.query, "/units", parameters, false, &mut faults);
    let mut sections = Vec::new();
    if let Some((of, viewer)) = figures_asked(asked, &scope, &question, &mut faults)? {
        let lead = lead(by, &scope, of.organisation.as_deref());
        let mut answer = status(asked, &of, &viewer, lead, &[GroupBy::Unit])?;
        if let Some(unit) = question.text("unit") {
            answer = answer.with_groups(|group| is_within(group, &unit));
        }
        if let Some(form) = ExportForm::of(asked.path) {
            return file(asked, by, form, Some(answer.sheet()), &answer);
        }
        let document = PageDocument::of(&answer)?;
        let shown = GroupFigures { question: &question, answer: &answer, document: &document, lead };
        let mut section = ReportSection {
            paragraphs: vec![as_at_words(asked, &question, &of)],
            ..ReportSection::default()
        };
        if answer.rates.groups.is_empty() {
            section.paragraphs.push("Nobody in post has such a unit.".to_owned());
        } else {
            section.table = Some(shown.table("units", "Units, each with those below it".to_owned()));
        }
        sections.push(section);
    }
    let frame = PageFrame::of(asked, by.who(), "units", "Units")?.with_faults(faults);
    let page = ReportPage {
        filter: Some(ReportFilter::of(&question, "Choose", "Show these units")),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

/// Whether a group is the unit with this path, or below it.
fn is_within(group: &Group, unit: &str) -> bool {
    let rest = group.key.strip_prefix(unit);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" / "))
}
