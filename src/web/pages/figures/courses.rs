//! `/courses`: each course against its target; `/courses/CODE`: one of them, who needs it, and what its rate becomes.

use super::course_ahead::ahead;
use super::groups::{CountsLead, GroupFigures, course_of, course_path, people_address};
use super::page::{lead, status};
use crate::compliance::GroupBy;
use crate::web::answer::{
    ExportForm, Fault, PageDocument, PageFrame, Reply, ReportFilter, ReportPage, ReportSection, WordedLink,
    file,
};
use crate::web::request::{
    Admitted, PageQuestion, PageRequest, ReachedScope, as_at_words, figure_parameters, figures_asked,
};

/// Shows every course, or hands them out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    show(asked, by, None, ExportForm::of(asked.path))
}

/// Shows one course, or hands it out as a file.
pub(crate) fn one(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let place = asked.place();
    let form = ExportForm::of(place);
    let code = match (form, place.rsplit_once('.')) {
        (Some(_), Some((code, _))) => code,
        _ => place,
    };
    show(asked, by, Some(course_of(code)), form)
}

fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    code: Option<String>,
    form: Option<ExportForm>,
) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let path = code.as_ref().map_or_else(|| "/courses".to_owned(), |code| course_path(code));
    let question = PageQuestion::read(&asked.query, &path, figure_parameters(&scope), false, &mut faults);
    let (mut sections, mut heading) = (Vec::new(), "Courses".to_owned());
    if let Some((of, viewer)) = figures_asked(asked, &scope, &question, &mut faults)? {
        let lead = lead(by, &scope, of.organisation.as_deref());
        let mut answer = status(asked, &of, &viewer, lead, &[GroupBy::Course])?;
        if let Some(code) = &code {
            answer = answer.with_groups(|group| group.key == *code);
            let course = answer.rates.groups.first().ok_or(Fault::NotFound)?;
            heading = course.title.clone().unwrap_or_else(|| code.clone());
        }
        if let Some(form) = form {
            return file(asked, by, form, Some(answer.sheet()), &answer);
        }
        let document = PageDocument::of(&answer)?;
        let shown = GroupFigures { question: &question, answer: &answer, document: &document, lead };
        sections.push(ReportSection {
            paragraphs: shown.said_first(as_at_words(asked, &question, &of)),
            chart: if code.is_some() {
                String::new()
            } else {
                shown.chart("Courses against their targets")?
            },
            table: Some(shown.table("courses", "Courses against their targets".to_owned())),
            ..ReportSection::default()
        });
        if let Some(code) = &code {
            let target = document.millionths("groups.0.target");
            sections.extend(ahead(asked, (&of, &viewer), (code, target), lead)?);
            if lead == CountsLead::ToPeople {
                let href = people_address(&question, &[("course", code)]);
                let words = "Everybody who needs it, and how they stand".to_owned();
                let links = vec![WordedLink { href, words }];
                sections.push(ReportSection { links, ..ReportSection::default() });
            }
        }
    } else if code.is_some() {
        heading = "Course".to_owned();
    }
    let frame = PageFrame::of(asked, by.who(), if code.is_some() { "course" } else { "courses" }, heading)?;
    let crumb = WordedLink { href: "/courses".to_owned(), words: "Courses".to_owned() };
    let page = ReportPage {
        crumbs: code.iter().map(|_| crumb.clone()).collect(),
        filter: Some(ReportFilter::of(&question, "Choose", "Show these figures")),
        sections,
        ..ReportPage::of(frame.with_faults(faults))
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}
