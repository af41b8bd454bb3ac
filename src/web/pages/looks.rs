//! `/audit/looks`: who looked at whom in the console, once a day each.

use chrono::Days;

use super::sheet::{SheetWords, sheet_section};
use crate::access::AccessRight;
use crate::answers::{self, LookFilter};
use crate::web::answer::{
    ExportForm, Fault, FieldFault, PageFrame, Reply, ReportFilter, ReportPage, WordedLink, file, proof_first,
};
use crate::web::request::{Admitted, PageQuestion, PageRequest, Parameter, ReachedScope};

/// So many days back where nothing is said.
const DAYS_BACK: u64 = 30;

/// Shows it, or hands it out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let first = asked.app().today().checked_sub_days(Days::new(DAYS_BACK)).ok_or(Fault::NotFound)?;
    let parameters = parameters(by, &scope, first.to_string());
    let question = PageQuestion::read(&asked.query, "/audit/looks", parameters, true, &mut faults);
    let mut sections = Vec::new();
    if faults.is_empty() {
        refuse_nobody(asked, &scope, &question, &mut faults)?;
    }
    if faults.is_empty() {
        let organisation = question.text("organisation");
        let filter = LookFilter {
            organisation: organisation.clone(),
            employee_number: question.text("employee_number"),
            account: question.number("account").and_then(|id| i32::try_from(id).ok()),
            from: question.day("from"),
            until: question.day("until"),
        };
        let looks = answers::looks(asked.app(), &scope.viewer(organisation.as_deref()), &filter)?;
        if let Some(form) = ExportForm::of(asked.path) {
            if let Some(proof) = proof_first(asked, by, looks.sheet().rows.count()) {
                return Ok(proof);
            }
            return file(asked, by, form, Some(looks.sheet()), &looks);
        }
        let words = SheetWords {
            list: "looks",
            caption: "Who looked at whom, the newest first",
            rows: ("look", "looks"),
            none: "Nobody looked at anybody but themselves in these days.",
            unseen: &[],
        };
        let sees_accounts = by.who().holder.may_for_others(AccessRight::AccountsSee);
        sections.push(sheet_section(looks.sheet(), &question, &words, |header, row| match row.get(1) {
            Some(id) if header == "account" && sees_accounts => format!("/accounts/{id}"),
            _ => String::new(),
        }));
    }
    let frame = PageFrame::of(asked, by.who(), "looks", "Who looked at whom")?.with_faults(faults);
    let page = ReportPage {
        crumbs: vec![WordedLink { href: "/audit".to_owned(), words: "Audit log".to_owned() }],
        intro: vec![
            "Whoever was shown somebody by name in the console, or took them away in a file, once a day. It goes with whoever was looked at once their data is removed."
                .to_owned(),
        ],
        filter: Some(ReportFilter::of(&question, "Filter", "Apply filters")),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

/// Notes where nobody has the number that is asked for, of those whom the reader may see, or no account has.
fn refuse_nobody(
    asked: &PageRequest<'_>,
    scope: &ReachedScope,
    question: &PageQuestion,
    faults: &mut Vec<FieldFault>,
) -> Result<(), Fault> {
    let viewer = scope.viewer(question.text("organisation").as_deref());
    if let Some(number) = question.text("employee_number")
        && !answers::is_somebodys(asked.app(), &viewer, &number)?
    {
        faults.push(FieldFault::of("employee_number", "Nobody here has this employee number"));
    }
    let account = question.number("account").and_then(|id| i32::try_from(id).ok()); // What is none was told.
    // Whoever looked once is known, wherever their account is.
    let by_account = LookFilter { account, ..LookFilter::default() };
    if let Some(id) = account
        && answers::user_account(asked.app(), &viewer, id)?.is_none()
        && answers::looks(asked.app(), &viewer, &by_account)?.sheet().rows.next().is_none()
    {
        faults.push(FieldFault::of("account", "There is no account of this number"));
    }
    Ok(())
}

fn parameters(by: &Admitted<'_>, scope: &ReachedScope, first: String) -> Vec<Parameter> {
    let organisation = match by.right() {
        AccessRight::AuditAll => scope.parameter(),
        _ => scope.parameter_of_one(),
    };
    vec![
        organisation,
        Parameter::words("employee_number", "At whom", "Their employee number; leading zeros count"),
        Parameter::number(
            "account",
            "Account",
            (1..=i64::from(i32::MAX), None),
            "Enter the number of an account",
        ),
        Parameter { default: first, ..Parameter::day("from", "From", "A day, such as 27 March 2026") },
        Parameter::day("until", "Until", "A day, such as 27 March 2026"),
    ]
}
