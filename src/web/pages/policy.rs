//! `/policy`: what is asked of whom on any day, and which policy holds.

use super::sheet::{SheetWords, sheet_section};
use crate::access::AccessRight;
use crate::answers::{self, AnswerRows, Question};
use crate::web::answer::{
    ExportForm, Fault, FieldFault, PageFrame, Reply, ReportFilter, ReportPage, ReportSection, WordedLink,
    file, told_of_file,
};
use crate::web::request::{Admitted, PageQuestion, PageRequest, Parameter};
use crate::wording::capitalised;

/// Shows it, or hands it out as a document.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let mut faults = Vec::new();
    let hint = "A day, such as 27 March 2026; today where you leave it empty";
    let parameters = vec![Parameter::day("as_at", "In force on", hint).more()];
    let question = PageQuestion::read(&asked.query, "/policy", parameters, true, &mut faults);
    let as_at = question.day("as_at").unwrap_or_else(|| asked.app().today());
    if !Question::is_day(as_at) {
        faults.push(FieldFault { field: "as_at", words: "Choose a day between 1900 and 2200".to_owned() });
    }
    let mut sections = Vec::new();
    if faults.is_empty() {
        let of = answers::policy_in_force(asked.app(), as_at)?;
        if asked.path.ends_with(".toml") {
            told_of_file(asked, by, 1)?;
            let text = of.text().as_bytes().to_vec();
            return Ok(Reply::file("application/toml", "policy.toml".to_owned(), text));
        }
        if ExportForm::of(asked.path).is_some() {
            return file(asked, by, ExportForm::Json, None, &of);
        }
        let listed = |rows: AnswerRows<'_>, list, caption, what| {
            let words = SheetWords { list, caption, rows: what, none: "There is none.", unseen: &[] };
            sheet_section(rows, &question, &words, |_, _| String::new())
        };
        sections.push(listed(
            of.requirements(),
            "requirements",
            "What is asked of whom",
            ("requirement", "requirements"),
        ));
        sections.push(listed(of.courses(), "courses", "Courses", ("course", "courses")));
        sections.push(listed(
            of.versions(),
            "versions",
            "Policies that were recorded",
            ("policy", "policies"),
        ));
        sections.push(ReportSection {
            heading: "As it is written".to_owned(),
            verbatim: of.text().to_owned(),
            ..ReportSection::default()
        });
    }
    if let Some(first) = sections.first_mut()
        && by.who().holder.may_anywhere(AccessRight::PolicyPreview)
    {
        let words = "Write another policy, and see what it would change".to_owned();
        first.links.push(WordedLink { href: "/policy/draft".to_owned(), words });
    }
    let page = ReportPage {
        intro: vec![
            "Every figure and every reminder follows the policy of its day.".to_owned(),
            format!("{}.", capitalised(&answers::which_policy_holds(asked.app())?)),
        ],
        filter: Some(ReportFilter::of(&question, "On another day", "Show this day")),
        sections,
        ..ReportPage::of(PageFrame::of(asked, by.who(), "policy", "Policy")?.with_faults(faults))
    };
    page.exported(&question, &["toml", "json"]).reply()
}
