//! `/accounts`: who can sign in, and what they may do; one of them; inviting somebody; changing what they may.

pub(crate) mod change;
pub(crate) mod invite;
pub(crate) mod one;
mod places;

use super::sheet::{SheetWords, sheet_section};
use crate::access::AccessRole;
use crate::answers;
use crate::web::answer::{
    ExportForm, Fault, PageFrame, Reply, ReportFilter, ReportPage, ReportSection, WordedLink, file,
};
use crate::web::request::{Admitted, PageQuestion, PageRequest, Parameter, ParameterValue, ReachedScope};

/// Shows them, or hands them out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let mut roles = vec![ParameterValue { value: String::new(), words: "any".to_owned() }];
    roles.extend(ParameterValue::named(AccessRole::GRANTED.map(AccessRole::as_str)));
    let parameters =
        vec![scope.parameter(), Parameter::one_of("role", "Role", (roles, ""), "There is no such role")];
    let question = PageQuestion::read(&asked.query, "/accounts", parameters, true, &mut faults);
    let mut sections = Vec::new();
    if faults.is_empty() {
        let viewer = scope.viewer(question.text("organisation").as_deref());
        let role = AccessRole::parse(question.one("role"));
        let accounts = answers::users(asked.app(), &viewer, role)?;
        if let Some(form) = ExportForm::of(asked.path) {
            asked.looked_at(by.who(), accounts.staff_ids().map(|(_, id)| id));
            return file(asked, by, form, Some(accounts.sheet()), &accounts);
        }
        let shown = question.part().rows();
        asked.looked_at(
            by.who(),
            accounts.staff_ids().filter(|(row, _)| shown.contains(row)).map(|(_, id)| id),
        );
        let words = SheetWords {
            list: "accounts",
            caption: "Accounts",
            rows: ("account", "accounts"),
            none: "Nobody can sign in who is for you to see.",
            unseen: &[],
        };
        sections.push(sheet_section(accounts.sheet(), &question, &words, |header, row| {
            let id = row.first().map(ToString::to_string).unwrap_or_default();
            if header == "account" { format!("/accounts/{id}") } else { String::new() }
        }));
    }
    if !places::to_give(asked, by)?.is_empty() {
        let links =
            vec![WordedLink { href: "/accounts/new".to_owned(), words: "Invite somebody".to_owned() }];
        sections.push(ReportSection { links, ..ReportSection::default() });
    }
    let page = ReportPage {
        intro: vec!["Who can sign in, and what they may do. Open an account to change it.".to_owned()],
        filter: Some(ReportFilter::of(&question, "Filter", "Apply filters")),
        sections,
        ..ReportPage::of(PageFrame::of(asked, by.who(), "accounts", "Accounts")?.with_faults(faults))
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}
