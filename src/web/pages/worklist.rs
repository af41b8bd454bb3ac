//! `/worklist`: what waits for whoever keeps the register, the oldest first, with a link to where it is put right.

use crate::answers::{self, WorkFilter, WorkKind};
use crate::web::answer::{ExportForm, Fault, PageFrame, Reply, ReportFilter, ReportPage, file, proof_first};
use crate::web::pages::sheet::{SheetWords, in_words, sheet_section};
use crate::web::request::{Admitted, PageQuestion, PageRequest, Parameter, ParameterValue, ReachedScope};

/// Shows it, or hands it out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let all = ParameterValue { value: String::new(), words: "All".to_owned() };
    let kinds = WorkKind::ALL
        .map(|kind| ParameterValue { value: kind.as_str().to_owned(), words: in_words(kind.as_str()) });
    let kinds = [all].into_iter().chain(kinds).collect();
    let parameters = vec![
        scope.parameter(),
        Parameter::one_of("kind", "What", (kinds, ""), "There is no such kind"),
        Parameter::words(
            "unit",
            "Unit",
            "Its whole path, such as Acute / Surgery; an asterisk stands for anything",
        ),
    ];
    let question = PageQuestion::read(&asked.query, "/worklist", parameters, true, &mut faults);
    let mut sections = Vec::new();
    if faults.is_empty() {
        let filter = WorkFilter {
            kind: WorkKind::ALL.into_iter().find(|kind| kind.as_str() == question.one("kind")),
            unit: question.text("unit"),
        };
        let viewer = scope.viewer(question.text("organisation").as_deref());
        let answer = answers::worklist(asked.app(), &viewer, &filter)?;
        if let Some(form) = ExportForm::of(asked.path) {
            if let Some(proof) = proof_first(asked, by, answer.named()) {
                return Ok(proof);
            }
            asked.looked_at(by.who(), answer.people().map(|(_, id)| id));
            return file(asked, by, form, Some(answer.sheet()), &answer);
        }
        let shown = question.part().rows();
        asked.looked_at(by.who(), answer.people().filter(|(row, _)| shown.contains(row)).map(|(_, id)| id));
        let words = SheetWords {
            list: "worklist",
            caption: "What waits, the oldest first",
            rows: "things",
            none: "Nothing waits: every address works and is one person\u{2019}s, every row was used, and no mail is held.",
            unseen: "item",
        };
        sections.push(sheet_section(answer.sheet(), &question, &words, |header, row| {
            let item = row.first().map(ToString::to_string).unwrap_or_default();
            if header == "what_waits" { put_right_at(&item) } else { String::new() }
        }));
    }
    let frame = PageFrame::of(asked, by.who(), "worklist", "Worklist")?.with_faults(faults);
    let page = ReportPage {
        intro: vec![
            "What waits until somebody puts it right: each leads to where that is done. It leaves this list by itself then."
                .to_owned(),
        ],
        filter: Some(ReportFilter::of(&question, "Filter", "Apply filters")),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(&question, &["csv"]).reply()
}

/// Where an item is put right, by its kind and what it is about.
fn put_right_at(item: &str) -> String {
    let (kind, about) = item.split_once(' ').unwrap_or((item, ""));
    match WorkKind::ALL.into_iter().find(|one| one.as_str() == kind) {
        Some(WorkKind::BouncingAddress | WorkKind::SharedAddress) => format!("/people/{about}"),
        Some(WorkKind::RejectedRows) => format!("/imports/{about}/rejected"),
        Some(WorkKind::HeldMail) => format!("/outbox?state=held&organisation={about}"),
        None => String::new(),
    }
}
