//! `/worklist`: what waits for whoever keeps the register, the oldest first, with a link to where it is put right and one to
//! what was done about it.

pub(crate) mod item;
mod place;
mod question;

use place::{address, of_row, put_right_at};
use question::question_of;

use super::sheet::{SheetWords, in_words, sheet_section};
use crate::answers::{self, WorkFilter, Worklist};
use crate::casework::{WorkKind, WorkState};
use crate::web::answer::{
    ExportForm, Fault, FieldFault, PageFrame, Reply, ReportColumn, ReportFilter, ReportPage, ReportSection,
    ShownValue, file, proof_first,
};
use crate::web::request::{Admitted, PageQuestion, PageRequest, Parameter, ParameterValue, ReachedScope};
use crate::wording::capitalised;

/// What a row of this page does not show: what is for programs alone, and what is the same of all.
const UNSEEN: &[&str] = &["item", "state", "reason"];
/// The same of what is closed: why, it says.
const UNSEEN_OF_CLOSED: &[&str] = &["item", "state"];

/// Shows it, or hands it out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let question = PageQuestion::read(&asked.query, "/worklist", parameters(&scope), true, &mut faults);
    let mut sections = Vec::new();
    if faults.is_empty() {
        let filter = WorkFilter {
            kind: WorkKind::parse(question.one("kind")),
            unit: question.text("unit"),
            taken_by: (question.one("mine") == "yes").then_some(by.who().account.id),
            state: WorkState::parse(question.one("state")).unwrap_or_default(),
        };
        let viewer = scope.viewer(question.text("organisation").as_deref());
        let of = question_of(asked, &viewer, filter.kind)?;
        if let Some(unit) = &filter.unit
            && let Some(unknown) = answers::unknown_unit(asked.app(), &of, &viewer, unit)?
        {
            faults.push(FieldFault::of("unit", capitalised(&unknown.to_string())));
            return page(asked, by, &question, (sections, faults));
        }
        let answer = answers::worklist(asked.app(), &of, &viewer, &filter)?;
        if let Some(form) = ExportForm::of(asked.path) {
            if let Some(proof) = proof_first(asked, by, answer.named()) {
                return Ok(proof);
            }
            asked.looked_at(by.who(), answer.people().map(|(_, id)| id));
            return file(asked, by, form, Some(answer.sheet()), &answer);
        }
        let shown = question.part().rows();
        asked.looked_at(by.who(), answer.people().filter(|(row, _)| shown.contains(row)).map(|(_, id)| id));
        sections.push(listed(&answer, &question, filter.state));
    }
    page(asked, by, &question, (sections, faults))
}

fn page(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    question: &PageQuestion,
    (sections, faults): (Vec<ReportSection>, Vec<FieldFault>),
) -> Result<Reply, Fault> {
    let frame = PageFrame::of(asked, by.who(), "worklist", "Worklist")?.with_faults(faults);
    let page = ReportPage {
        intro: vec![
            "What waits until somebody puts it right: each leads to where that is done. It leaves this list by itself then."
                .to_owned(),
        ],
        filter: Some(ReportFilter::of(question, "Filter", "Apply filters")),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(question, &["csv"]).reply()
}

fn parameters(scope: &ReachedScope) -> Vec<Parameter> {
    let value =
        |value: &str, words: &str| ParameterValue { value: value.to_owned(), words: words.to_owned() };
    let kinds = WorkKind::ALL.map(|kind| value(kind.as_str(), &in_words(kind.as_str())));
    let kinds = [value("", "All")].into_iter().chain(kinds).collect();
    let states = WorkState::ALL.map(|state| value(state.as_str(), &in_words(state.as_str()))).to_vec();
    let whose = vec![value("", "Anybody\u{2019}s"), value("yes", "Mine")];
    vec![
        scope.parameter(),
        Parameter::one_of("kind", "What", (kinds, ""), "There is no such kind"),
        Parameter::words(
            "unit",
            "Unit",
            "Its whole path, such as Acute / Surgery; an asterisk stands for anything",
        ),
        Parameter::one_of("mine", "Whose", (whose, ""), "It is yes, or nothing for anybody\u{2019}s"),
        Parameter::one_of("state", "State", (states, "open"), "There is no such state: it is open or closed"),
    ]
}

fn listed(answer: &Worklist, question: &PageQuestion, state: WorkState) -> ReportSection {
    let is_closed = state == WorkState::Closed;
    let words = SheetWords {
        list: "worklist",
        caption: if is_closed { "What was closed, the oldest first" } else { "What waits, the oldest first" },
        rows: ("thing", "things"),
        none: "Nothing waits: every address works and is one person\u{2019}s, every row was used, and no mail is held.",
        unseen: if is_closed { UNSEEN_OF_CLOSED } else { UNSEEN },
    };
    let mut section = sheet_section(answer.sheet(), question, &words, |header, row| {
        let item = row.first().filter(|_| header == "what_waits").map(ToString::to_string);
        let of = item.as_deref().and_then(of_row);
        of.map(|(kind, about)| put_right_at(kind, about)).unwrap_or_default()
    });
    if let Some(table) = &mut section.table {
        let words = if is_closed { "Comment or open again" } else { "Take, comment or close" };
        table.columns.push(ReportColumn::words("See to it"));
        for row in &mut table.rows {
            let address = of_row(&row.id).map(|(kind, about)| address(kind, about)).unwrap_or_default();
            row.cells.push(ShownValue::words(words).to(address));
        }
    }
    section
}
