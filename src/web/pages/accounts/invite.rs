//! `/accounts/new`: inviting somebody, who chooses a password by a link that is mailed to them.

use super::{change, places};
use crate::jobs::{LinkDelivery, NewUser, UserRefused, add_user_once};
use crate::register::{EmailAddress, WhomError};
use crate::web::answer::{
    Fault, FieldFault, Notice, PageFrame, Reply, ReportField, ReportForm, ReportPage, ReportSection,
    WordedLink,
};
use crate::web::request::{Admitted, PageRequest};
use crate::wording::one_line;

/// Asks who it is.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    show(asked, by, Vec::new())
}

/// Makes the account and mails the invitation.
pub(crate) fn post(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let grant = places::said(asked, &places::to_give(asked, by)?);
    let email = EmailAddress::parse(asked.form.one("email")).ok_or_else(|| FieldFault {
        field: "email",
        words: "Enter an email address, such as name@example.org".to_owned(),
    });
    let (email, grant) = match (email, grant) {
        (Ok(email), Ok(grant)) => (email, grant),
        (email, grant) => return show(asked, by, [email.err(), grant.err()].into_iter().flatten().collect()),
    };
    let number = asked.form.one("employee_number").trim();
    let new = NewUser {
        email: &email,
        name: &one_line(asked.form.one("name")),
        number: Some(number).filter(|number| !number.is_empty()),
        grant,
        invite: LinkDelivery::Mailed,
    };
    let once = asked.once(by.who())?;
    match add_user_once(asked.app(), &new, &by.who().actor(), Some(&once), asked.now) {
        Ok(Some(account)) => {
            let what = format!("{email} is invited as {}", places::in_words(&new.grant));
            let nobody = places::nobody_words(asked, &account.email, &new.grant)?;
            let then = format!(
                "The link in the mail lets them choose a password, once and within 72 hours. To take the invitation back, disable the account.{nobody}"
            );
            Notice::Done { what, then }.keep(asked, by.who())?;
            Ok(Reply::see(format!("/accounts/{}", account.id)))
        }
        Ok(None) => Ok(Reply::see("/accounts")),
        Err(error) => show(asked, by, vec![fault_of(error)?]),
    }
}

/// What is wrong with what was typed; anything else is a fault of ours.
fn fault_of(error: anyhow::Error) -> Result<FieldFault, Fault> {
    if let Some(whom) = error.downcast_ref::<WhomError>() {
        return Ok(FieldFault { field: "employee_number", words: whom.to_string() });
    }
    let field = match error.downcast_ref::<UserRefused>() {
        Some(UserRefused::WhoseReports) => "employee_number",
        _ => "email",
    };
    Ok(FieldFault { field, words: change::words_of(error)? })
}

fn show(asked: &PageRequest<'_>, by: &Admitted<'_>, faults: Vec<FieldFault>) -> Result<Reply, Fault> {
    let typed = |name| asked.form.one(name);
    let to_give = places::to_give(asked, by)?;
    let mut fields = vec![
        ReportField::typed("email", "Email address", "At work, such as name@example.org", typed("email")),
        ReportField::typed("name", "Name", "As they are called on the pages they see", typed("name")),
    ];
    fields.extend(places::fields(asked, &to_give));
    let hint = "Of whom they are on the staff; needed for a manager, who sees those they manage";
    fields.push(ReportField::typed("employee_number", "Employee number", hint, typed("employee_number")));
    let form = ReportForm::new("invite", "/accounts/invite", "Send the invitation").asking(fields);
    let page = ReportPage {
        crumbs: vec![WordedLink { href: "/accounts".to_owned(), words: "Accounts".to_owned() }],
        intro: vec![
            "Whoever you invite gets a mail with a link by which they choose a password. Nobody else ever knows it."
                .to_owned(),
        ],
        sections: vec![ReportSection { forms: vec![form], ..ReportSection::default() }],
        ..ReportPage::of(PageFrame::of(asked, by.who(), "invite", "Invite somebody")?.with_faults(faults))
    };
    page.reply()
}
