//! `/people/ID/data`: everything that is kept about somebody, handed out, or removed for good.

use super::named_person;
use crate::access::AccessRight;
use crate::answers;
use crate::jobs::{MailInHand, left_behind, purge_person, tell_of_export};
use crate::web::answer::{
    Fault, FieldFault, Notice, PageFrame, Reply, ReportField, ReportForm, ReportPage, ReportSection,
    WordedLink,
};
use crate::web::request::{Admitted, PageRequest, ReachedScope};
use crate::wording::counted;

/// Shows what can be done.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    show(asked, by, Vec::new())
}

/// Hands out everything, as the command does; the audit log is told.
pub(crate) fn export(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (who, _) = named_person(asked, by)?;
    let viewer = ReachedScope::of(asked, by)?.viewer(Some(&who.organisation));
    let export = answers::person_export(asked.app(), &viewer, &who.employee_number, Some(&who.organisation))?;
    tell_of_export(asked.app(), export.whose(), &by.who().actor(), asked.now)?;
    let text = serde_json::to_vec_pretty(&export).map_err(anyhow::Error::from)?;
    Ok(Reply::file("application/json", format!("person-{}.json", who.id), text))
}

/// Removes everything about them, where their number is typed.
pub(crate) fn purge(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let once = asked.once(by.who())?;
    if once.was_sent_before(asked.app())? {
        return Ok(Reply::see("/people"));
    }
    let (who, _) = named_person(asked, by)?;
    let fault = |words: &str| vec![FieldFault { field: "employee_number", words: words.to_owned() }];
    if by.who().holder.staff_id == Some(who.id) {
        return show(asked, by, fault("Nobody removes themselves: ask somebody else who may"));
    }
    if asked.form.one("employee_number").trim() != who.employee_number {
        return show(asked, by, fault("Type their employee number, to show that it is they who are meant"));
    }
    match purge_person(asked.app(), &who, &by.who().actor(), Some(&once), asked.now) {
        Ok(_) => {}
        Err(error) if error.is::<MailInHand>() => {
            return show(
                asked,
                by,
                fault(
                    "A message to them, or about them, is being sent at this moment: try again in two minutes",
                ),
            );
        }
        Err(error) => return Err(error.into()),
    }
    let left = left_behind(asked.app())?.len();
    let files = match left {
        0 => String::new(),
        left => format!(
            " {} that refresher wrote or put away may hold their data: the health page lists them.",
            counted(left, "file", "files")
        ),
    };
    let what = format!("Everything about {} at {} is removed", who.employee_number, who.organisation);
    let then = format!(
        "It can't be taken back. What was removed is gone from the file of the database by tomorrow, and from backups as they are replaced.{files}"
    );
    Notice::Done { what, then }.keep(asked, by.who())?;
    Ok(Reply::see("/people"))
}

fn show(asked: &PageRequest<'_>, by: &Admitted<'_>, faults: Vec<FieldFault>) -> Result<Reply, Fault> {
    let (who, name) = named_person(asked, by)?;
    let out = ReportSection {
        heading: "Hand it out".to_owned(),
        paragraphs: vec![
            "Whoever asks what is kept about them has a right to all of it: names, posts, training, exemptions, mail, and who did what with it. The audit log is told of it."
                .to_owned(),
        ],
        links: vec![WordedLink {
            href: format!("/people/{}/data.json", who.id),
            words: "Everything that is kept, as a file".to_owned(),
        }],
        ..ReportSection::default()
    };
    let mut sections = vec![out];
    if by.who().holder.may(AccessRight::PersonPurge, Some(&who.organisation)) {
        let hint = "To show that it is they who are meant";
        let field = ReportField::typed("employee_number", "Their employee number", hint, "");
        let form =
            ReportForm::new("purge", format!("/people/{}/purge", who.id), "Remove everything for good");
        sections.push(ReportSection {
            heading: "Remove it for good".to_owned(),
            paragraphs: vec![
                "Everything about them goes, and can't be brought back. Those who left are removed by themselves once the years are over; do this only where they may ask for it."
                    .to_owned(),
            ],
            forms: vec![form.second().asking(vec![field])],
            ..ReportSection::default()
        });
    }
    let frame = PageFrame::of(asked, by.who(), "data", format!("What is kept about {name}"))?;
    let page = ReportPage {
        crumbs: vec![
            WordedLink { href: "/people".to_owned(), words: "People".to_owned() },
            WordedLink { href: format!("/people/{}", who.id), words: name },
        ],
        sections,
        ..ReportPage::of(frame.with_faults(faults))
    };
    page.reply()
}
