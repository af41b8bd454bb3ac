//! `/policy`: what is asked of whom on any day; `/policy/draft`: whether another policy is sound, and what it would change.

use super::sheet::{SheetWords, sheet_section};
use crate::access::AccessRight;
use crate::answers::{self, Answer, AnswerRows, DraftTried, JudgedBy, Question};
use crate::web::answer::{
    ExportForm, Fault, FieldFault, PageFrame, Reply, ReportField, ReportFilter, ReportForm, ReportPage,
    ReportSection, WordedLink, file,
};
use crate::web::request::{Admitted, PageQuestion, PageRequest, Parameter, ReachedScope};

/// How wide what a draft would change is written.
const WIDTH: usize = 100;

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
        if ExportForm::of(asked.path).is_some() {
            return file(asked, by, ExportForm::Json, None, &of);
        }
        let listed = |rows: AnswerRows<'_>, list, caption, what| {
            let words = SheetWords { list, caption, rows: what, none: "There is none." };
            sheet_section(rows, &question, &words, |_, _| String::new())
        };
        sections.push(listed(of.requirements(), "requirements", "What is asked of whom", "requirements"));
        sections.push(listed(of.courses(), "courses", "Courses", "courses"));
        sections.push(listed(of.versions(), "versions", "Policies that were recorded", "policies"));
        sections.push(ReportSection {
            heading: "As it is written".to_owned(),
            verbatim: of.text().to_owned(),
            ..ReportSection::default()
        });
    }
    if let Some(first) = sections.first_mut()
        && by.who().holder.may_anywhere(AccessRight::PolicyPreview)
    {
        let words = "See what another policy would change".to_owned();
        first.links.push(WordedLink { href: "/policy/draft".to_owned(), words });
    }
    let page = ReportPage {
        intro: vec!["Every figure and every reminder follows the policy of its day.".to_owned()],
        filter: Some(ReportFilter::of(&question, "On another day", "Show this day")),
        sections,
        ..ReportPage::of(PageFrame::of(asked, by.who(), "policy", "Policy")?.with_faults(faults))
    };
    page.exported(&question, &["json"]).reply()
}

/// Asks for a draft, which is the policy in force at first.
pub(crate) fn draft(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let of = answers::policy_in_force(asked.app(), asked.app().today())?;
    show(asked, by, of.text(), (Vec::new(), Vec::new()))
}

/// Checks a draft, and says what it would change; nothing is kept.
pub(crate) fn preview(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let text = asked.form.one("policy").replace("\r\n", "\n");
    let viewer = ReachedScope::of(asked, by)?.viewer(None);
    let question = Question::asked(asked.app(), None, None, None, JudgedBy::PolicyThen)?;
    let (warnings, impact) = match answers::try_draft(asked.app(), &question, &viewer, &text)? {
        DraftTried::Sound { warnings, impact } => (warnings, impact),
        DraftTried::Faulty(faults) => {
            let faults = faults.into_iter().map(|words| FieldFault { field: "policy", words });
            return show(asked, by, &text, (faults.collect(), Vec::new()));
        }
    };
    let found = vec![
        ReportSection {
            heading: "The draft is sound".to_owned(),
            paragraphs: warnings,
            ..ReportSection::default()
        },
        ReportSection {
            heading: "What it would change".to_owned(),
            paragraphs: vec!["As if it were in force today. Nothing was changed.".to_owned()],
            verbatim: impact.words(WIDTH),
            ..ReportSection::default()
        },
    ];
    show(asked, by, &text, (Vec::new(), found))
}

fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    text: &str,
    (faults, found): (Vec<FieldFault>, Vec<ReportSection>),
) -> Result<Reply, Fault> {
    let hint = "As the policy file is written; whoever runs refresher puts it in force by putting it there";
    let field = ReportField::lines("policy", "The draft", hint, text);
    let form = ReportForm::new("preview", "/policy/draft", "Check it and show what it would change");
    let mut sections = found;
    sections.push(ReportSection { forms: vec![form.asking(vec![field])], ..ReportSection::default() });
    let frame = PageFrame::of(asked, by.who(), "policy-draft", "Another policy")?.with_faults(faults);
    let page = ReportPage {
        crumbs: vec![WordedLink { href: "/policy".to_owned(), words: "Policy".to_owned() }],
        sections,
        ..ReportPage::of(frame)
    };
    page.reply()
}
