//! `/people/find`: the page of whoever has an employee number, for links of other programs, which know no other number.

use crate::answers;
use crate::web::answer::{Fault, FieldFault, PageFrame, Reply, ReportFilter, ReportPage, WordedLink};
use crate::web::request::{Admitted, PageQuestion, PageRequest, Parameter, ReachedScope};

/// Leads there; nobody whom the right reaches is found otherwise than somebody who is not there.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let parameters = vec![
        Parameter::words("organisation", "Organisation", "Its code; of one alone it need not be said"),
        Parameter::words("employee_number", "Employee number", "Leading zeros count"),
    ];
    let question = PageQuestion::read(&asked.query, "/people/find", parameters, false, &mut faults);
    let number = question.text("employee_number");
    if let Some(number) = number.as_deref().filter(|_| faults.is_empty()) {
        let organisation = question.text("organisation");
        let id = scope.first_seen(|viewer| {
            answers::person_numbered(asked.app(), viewer, organisation.as_deref(), number)
        })?;
        return Ok(Reply::see(format!("/people/{id}")));
    }
    if number.is_none() && !question.says("employee_number") {
        faults.push(FieldFault::of("employee_number", "Enter an employee number"));
    }
    let frame = PageFrame::of(asked, by.who(), "find-person", "Find somebody")?.with_faults(faults);
    let page = ReportPage {
        crumbs: vec![WordedLink { href: "/people".to_owned(), words: "People".to_owned() }],
        filter: Some(ReportFilter::of(&question, "Whom", "Find them")),
        ..ReportPage::of(frame)
    };
    page.reply()
}
