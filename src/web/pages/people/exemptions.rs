//! `/exemptions`: who is exempt from what, and until when.

use crate::answers::{self, ExemptionAnswer, ExemptionFilter};
use crate::register::WhomError;
use crate::web::answer::{
    ExportForm, Fault, FieldFault, PageFrame, Reply, ReportFilter, ReportPage, ReportSection, file,
    proof_first,
};
use crate::web::pages::sheet::{SheetWords, sheet_section};
use crate::web::request::{Admitted, PageQuestion, PageRequest, Parameter, ParameterValue, ReachedScope};

/// Shows them, or hands them out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let over = ["no", "yes"].map(|value| ParameterValue { value: value.to_owned(), words: value.to_owned() });
    let [as_at, known_at] = Parameter::day_and_knowledge();
    let parameters = vec![
        scope.parameter(),
        Parameter::words("employee_number", "Employee number", "Leading zeros count"),
        Parameter::one_of("all", "Also those that are over", (over.to_vec(), "no"), "Say yes or no"),
        as_at,
        known_at,
    ];
    let question = PageQuestion::read(&asked.query, "/exemptions", parameters, true, &mut faults);
    question.refuse_to_come(asked.now, &mut faults);
    let answer = if faults.is_empty() { found(asked, &scope, &question, &mut faults)? } else { None };
    if let (Some(form), Some(answer)) = (ExportForm::of(asked.path), &answer) {
        if let Some(proof) = proof_first(asked, by, answer.people()) {
            return Ok(proof);
        }
        asked.looked_at(by.who(), answer.staff_ids());
        return file(asked, by, form, Some(answer.sheet()), answer);
    }
    if let Some(answer) = &answer {
        let (part, ids) = (question.part(), answer.staff_ids());
        let shown = ids.skip(usize::try_from(part.skipped()).unwrap_or(usize::MAX));
        asked.looked_at(by.who(), shown.take(usize::try_from(part.size).unwrap_or_default()));
    }
    let words = SheetWords {
        list: "exemptions",
        caption: "Exemptions",
        rows: ("exemption", "exemptions"),
        none: "No exemption holds or is to come.",
        unseen: &[],
    };
    let sections: Vec<ReportSection> = answer
        .iter()
        .map(|answer| sheet_section(answer.sheet(), &question, &words, |_, _| String::new()))
        .collect();
    let frame = PageFrame::of(asked, by.who(), "exemptions", "Exemptions")?.with_faults(faults);
    let page = ReportPage {
        intro: vec![
            "What somebody is exempt from is taken out of what they need, and out of every rate.".to_owned(),
        ],
        filter: Some(ReportFilter::of(&question, "Filter", "Apply filters")),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

fn found(
    asked: &PageRequest<'_>,
    scope: &ReachedScope,
    question: &PageQuestion,
    faults: &mut Vec<FieldFault>,
) -> Result<Option<ExemptionAnswer>, Fault> {
    let organisation = question.text("organisation");
    let viewer = scope.viewer(organisation.as_deref());
    let filter = ExemptionFilter {
        employee_number: question.text("employee_number"),
        organisation,
        as_at: question.day("as_at"),
        known_at: question.instant("known_at"),
        over_too: question.one("all") == "yes",
    };
    match answers::exemptions(asked.app(), &viewer, &filter) {
        Ok(answer) => Ok(Some(answer)),
        Err(error) => {
            let Some(whom) = error.downcast_ref::<WhomError>() else { return Err(error.into()) };
            faults.push(FieldFault { field: "employee_number", words: whom.to_string() });
            Ok(None)
        }
    }
}
