//! `/audit`: who did what, the newest first, and whether the log is as it was written.

use std::collections::{BTreeSet, HashSet};

use super::sheet::{SheetWords, sheet_section};
use crate::access::AccessRight;
use crate::answers::{self, AuditFilter, AuditLog, Viewer};
use crate::web::answer::{
    ExportForm, Fault, FieldFault, PageFrame, Reply, ReportFilter, ReportPage, ReportSection, WordedLink,
    file,
};
use crate::web::request::{Admitted, PageQuestion, PageRequest, Parameter, ParameterValue, ReachedScope};

/// Shows it, or hands it out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let mut parameters = match by.right() {
        // Of one organisation at a time: what is done for none is not in it.
        AccessRight::AuditRegister => vec![scope.parameter_of_one()],
        _ => Vec::new(),
    };
    let place = asked.query.only("organisation");
    let of = PageQuestion::read(&place, "/audit", parameters.clone(), false, &mut faults);
    let log = if faults.is_empty() { Some(whole(asked, by, &scope, of.one("organisation"))?) } else { None };
    let [actors, actions] = log.as_ref().map(AuditLog::occurring).unwrap_or_default();
    let any = |values: BTreeSet<String>| {
        let mut choices = vec![ParameterValue { value: String::new(), words: "any".to_owned() }];
        choices.extend(values.into_iter().map(|value| ParameterValue { words: value.clone(), value }));
        choices
    };
    parameters.extend([
        Parameter::one_of("actor", "Who", (any(actors), ""), "Nobody of that name did anything here"),
        Parameter::one_of("action", "What", (any(actions), ""), "Nothing of that name was done here"),
        Parameter::words("object", "To what", "As it stands in the list, such as import 12").more(),
        Parameter::day("from", "From", "A day, such as 27 March 2026"),
        Parameter::day("until", "Until", "A day, such as 27 March 2026"),
    ]);
    let mut faults: Vec<FieldFault> = Vec::new();
    let question = PageQuestion::read(&asked.query, "/audit", parameters, true, &mut faults);
    let filter = AuditFilter {
        actor: question.text("actor"),
        action: question.text("action"),
        object: question.text("object"),
        from: question.day("from"),
        until: question.day("until"),
    };
    if let (Some(object), Some(log)) = (&filter.object, &log)
        && !log.is_about(object)
    {
        faults.push(FieldFault::of("object", "Nothing was done here to what is called so"));
    }
    let log = log.filter(|_| faults.is_empty()).map(|log| log.only(&filter));
    if let (Some(form), Some(log)) = (ExportForm::of(asked.path), &log) {
        return file(asked, by, form, Some(log.sheet()), log);
    }
    let sees_accounts = by.who().holder.may_for_others(AccessRight::AccountsSee);
    let mut sections: Vec<ReportSection> =
        log.iter().map(|log| section(log, &question, sees_accounts)).collect();
    if matches!(by.right(), AccessRight::AuditAll | AccessRight::AuditRegister)
        && let Some(first) = sections.first_mut()
    {
        let words = "Who looked at whom".to_owned();
        first.links.push(WordedLink { href: "/audit/looks".to_owned(), words });
    }
    let page = ReportPage {
        intro: vec!["Who did what, the newest first. An entry is never changed.".to_owned()],
        filter: Some(ReportFilter::of(&question, "Filter", "Apply filters")),
        sections,
        ..ReportPage::of(PageFrame::of(asked, by.who(), "audit", "Audit log")?.with_faults(faults))
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

/// Everything that the right lets its holder see.
fn whole(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    scope: &ReachedScope,
    organisation: &str,
) -> Result<AuditLog, Fault> {
    let app = asked.app();
    Ok(match by.right() {
        AccessRight::AuditAll => answers::audit_log(app, &Viewer::Everything, u32::MAX)?,
        AccessRight::AuditRunning => {
            // What runs the program is of no organisation, but accounts are.
            let log = answers::audit_log_of_running(app)?;
            let mut seen = HashSet::new();
            for viewer in scope.viewers() {
                seen.extend(answers::users(app, &viewer, None)?.ids());
            }
            if scope.is_whole(None) { log } else { log.about_accounts(&seen) }
        }
        _ => answers::audit_log(app, &scope.viewer(Some(organisation)), u32::MAX)?,
    })
}

fn section(log: &AuditLog, question: &PageQuestion, sees_accounts: bool) -> ReportSection {
    let words = SheetWords {
        list: "entries",
        caption: "Entries",
        rows: ("entry", "entries"),
        none: "The log is empty.",
        unseen: &[],
    };
    let mut section = sheet_section(log.sheet(), question, &words, |header, row| {
        let who = row.get(2).map(ToString::to_string).unwrap_or_default();
        match who.strip_prefix("account ") {
            Some(id) if header == "who" && sees_accounts => format!("/accounts/{id}"),
            _ => String::new(),
        }
    });
    let standing = log.standing();
    if !standing.is_empty() {
        section.paragraphs.insert(0, standing);
    }
    section
}
