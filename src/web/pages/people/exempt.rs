//! `/people/ID/exemptions`: what somebody is exempt from, and what HR does about it.

use chrono::{Days, NaiveDate};
use serde_json::Value;

use super::named_person;
use crate::answers::{self, ExemptionFilter};
use crate::import::day_meant;
use crate::import::{
    ExemptCourses, ExemptError, ExemptionOutcome, ExemptionReport, ExemptionToAdd, ExemptionToEnd,
};
use crate::jobs::{ExemptionChange, change_exemption_once};
use crate::register::StaffMember;
use crate::web::answer::{
    Fault, FieldFault, Notice, PageDocument, PageFrame, Reply, ReportField, ReportForm, ReportPage,
    ReportSection, WordedLink,
};
use crate::web::pages::sheet::{SheetWords, sheet_section};
use crate::web::request::{Admitted, PageQuestion, PageRequest, ParameterValue, ReachedScope};
use crate::wording::{capitalised, long_date};

/// What stands for all courses in a form.
const ALL: &str = "all";

/// Shows what they are exempt from, and asks for more.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    show(asked, by, Vec::new())
}

/// Adds an exemption, or corrects one from the same day.
pub(crate) fn add(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (who, _) = named_person(asked, by)?;
    let days = [typed_day(asked, "from"), typed_day(asked, "until")];
    let [Ok(from), Ok(until)] = &days else {
        return show(asked, by, days.into_iter().filter_map(Result::err).collect());
    };
    let course = asked.form.one("course");
    let wanted = ExemptionToAdd {
        employee_number: &who.employee_number,
        organisation: Some(&who.organisation),
        course: Some(course).filter(|course| *course != ALL),
        from_on: from.unwrap_or_else(|| asked.app().today()),
        until_on: *until,
        reason: asked.form.one("reason"),
    };
    change(asked, by, &who, ExemptionChange::Add(wanted))
}

/// Ends an exemption, or withdraws one that has not begun.
pub(crate) fn end(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (who, _) = named_person(asked, by)?;
    let until = match typed_day(asked, "last_day") {
        Ok(until) => until,
        Err(fault) => return show(asked, by, vec![fault]),
    };
    let yesterday = asked.app().today().checked_sub_days(Days::new(1)).ok_or(Fault::NotFound)?;
    let which = asked.form.one("which");
    let (course, from) = which.rsplit_once(' ').unwrap_or((which, ""));
    let wanted = ExemptionToEnd {
        employee_number: &who.employee_number,
        organisation: Some(&who.organisation),
        course: if course == ALL { ExemptCourses::AllCourses } else { ExemptCourses::Course(course) },
        from_on: from.parse().ok(), // One that has always held has no first day.
        until_on: until.unwrap_or(yesterday),
    };
    change(asked, by, &who, ExemptionChange::End(wanted))
}

/// The day in a field; `None` where it was left empty.
pub(super) fn typed_day(
    asked: &PageRequest<'_>,
    field: &'static str,
) -> Result<Option<NaiveDate>, FieldFault> {
    let typed = asked.form.one(field).trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let fault = || FieldFault { field, words: "Enter a day that exists, such as 27 March 2026".to_owned() };
    day_meant(typed).map(Some).ok_or_else(fault)
}

fn change(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    who: &StaffMember,
    change: ExemptionChange<'_>,
) -> Result<Reply, Fault> {
    let once = asked.once(by.who())?;
    match change_exemption_once(asked.app(), change, &by.who().actor(), &once) {
        Ok(Some(done)) => {
            let (what, then) = told(&done);
            Notice::Done { what, then }.keep(asked, by.who())?;
        }
        Ok(None) => {}
        Err(error) => {
            let Some(refused) = error.downcast_ref::<ExemptError>() else { return Err(error.into()) };
            let Some(fault) = fault_of(refused) else { return Err(error.into()) };
            return show(asked, by, vec![fault]);
        }
    }
    Ok(Reply::see(format!("/people/{}/exemptions", who.id)))
}

/// What is wrong with what was typed; `None` for a fault of ours.
fn fault_of(refused: &ExemptError) -> Option<FieldFault> {
    let (field, words) = match refused {
        ExemptError::Refused { what: "--reason", why } => ("reason", capitalised(why)),
        ExemptError::Refused { why, .. } => ("course", capitalised(why)),
        ExemptError::EndsBeforeBegins { until, from } => (
            "until",
            format!("The last day, {}, is before the first, {}", long_date(*until), long_date(*from)),
        ),
        ExemptError::NoneStands { .. } => ("which", "This exemption does not stand any more".to_owned()),
        ExemptError::SeveralStand { .. } => ("which", "Choose which exemption".to_owned()),
        ExemptError::EndsAlready { until } => (
            "last_day",
            format!(
                "It ends on {} already: to let it last longer, add it again from the same day with a later last day",
                long_date(*until)
            ),
        ),
        ExemptError::Whom(_) | ExemptError::DoneBefore | ExemptError::Db(_) => return None,
    };
    Some(FieldFault { field, words })
}

/// What was done, and how it is taken back.
fn told(done: &ExemptionReport) -> (String, String) {
    let of = done.course.as_deref().unwrap_or("all courses");
    let until =
        done.until.map_or_else(|| "until it is ended".to_owned(), |day| format!("until {}", long_date(day)));
    let what = match done.outcome {
        ExemptionOutcome::Added => format!("They are exempt from {of} {until}"),
        ExemptionOutcome::Corrected => format!("The exemption from {of} is corrected: {until}"),
        ExemptionOutcome::Unchanged => format!("They were exempt from {of} already, {until}"),
        ExemptionOutcome::Ended => format!("The exemption from {of} holds {until}"),
        ExemptionOutcome::Withdrawn => format!("The exemption from {of} is withdrawn"),
    };
    let then = match done.id {
        Some(id) => format!("Undoing import {id} takes it back: it stands among the imports."),
        None => "Nothing was changed.".to_owned(),
    };
    (what, then)
}

fn show(asked: &PageRequest<'_>, by: &Admitted<'_>, faults: Vec<FieldFault>) -> Result<Reply, Fault> {
    let (who, name) = named_person(asked, by)?;
    let frame = PageFrame::of(asked, by.who(), "exempt", format!("Exemptions of {name}"))?;
    let page = ReportPage {
        crumbs: vec![
            WordedLink { href: "/people".to_owned(), words: "People".to_owned() },
            WordedLink { href: format!("/people/{}", who.id), words: name },
        ],
        intro: vec![
            "What somebody is exempt from is taken out of what they need, and out of every rate.".to_owned(),
        ],
        sections: vec![theirs(asked, by, &who)?, adding(asked, &who)?],
        ..ReportPage::of(frame.with_faults(faults))
    };
    page.reply()
}

/// What they are and were exempt from, and a form that ends one that stands.
fn theirs(asked: &PageRequest<'_>, by: &Admitted<'_>, who: &StaffMember) -> Result<ReportSection, Fault> {
    let viewer = ReachedScope::of(asked, by)?.viewer(Some(&who.organisation));
    let filter = ExemptionFilter {
        employee_number: Some(who.employee_number.clone()),
        organisation: Some(who.organisation.clone()),
        over_too: true,
        ..ExemptionFilter::default()
    };
    let theirs = answers::exemptions(asked.app(), &viewer, &filter)?;
    let words = SheetWords {
        list: "exemptions",
        caption: "Exemptions, also those that are over",
        rows: ("exemption", "exemptions"),
        none: "They were never exempt from anything.",
        unseen: &[],
    };
    let path = format!("/people/{}/exemptions", who.id);
    let question = PageQuestion::read(&asked.query, &path, Vec::new(), true, &mut Vec::new());
    let mut listed = sheet_section(theirs.sheet(), &question, &words, |_, _| String::new());
    let document = PageDocument::of(&theirs)?;
    let standing: Vec<ParameterValue> = document.list("exemptions").iter().filter_map(to_end).collect();
    if !standing.is_empty() {
        let hint = "A day, such as 27 March 2026; yesterday where you leave it empty";
        let fields = vec![
            ReportField::one_of("which", "Exemption", standing, asked.form.one("which")),
            ReportField::typed("last_day", "Last day", hint, asked.form.one("last_day")),
        ];
        let action = format!("/people/{}/end-exemption", who.id);
        let form = ReportForm::new("end-exemption", action, "End this exemption").second();
        listed.forms.push(form.asking(fields));
    }
    Ok(listed)
}

/// A form that adds one.
fn adding(asked: &PageRequest<'_>, who: &StaffMember) -> Result<ReportSection, Fault> {
    let policy = answers::policy_of(asked.app(), asked.app().today())?;
    let courses = policy
        .courses
        .iter()
        .map(|course| ParameterValue { value: course.code.clone(), words: course.title.clone() });
    let all = ParameterValue { value: ALL.to_owned(), words: "All courses".to_owned() };
    let typed = |name| asked.form.one(name);
    let first = "A day, such as 27 March 2026; today where you leave it empty";
    let why = "In a few words, without details of anybody's health";
    let fields = vec![
        ReportField::one_of("course", "Course", [all].into_iter().chain(courses).collect(), typed("course")),
        ReportField::typed("from", "First day", first, typed("from")),
        ReportField::typed(
            "until",
            "Last day",
            "Leave it empty for an exemption without an end",
            typed("until"),
        ),
        ReportField::typed("reason", "Reason", why, typed("reason")),
    ];
    let form = ReportForm::new("exempt", format!("/people/{}/exempt", who.id), "Add the exemption");
    Ok(ReportSection {
        heading: "Add an exemption".to_owned(),
        forms: vec![form.asking(fields)],
        ..ReportSection::default()
    })
}

/// An exemption that can be ended, by its course and first day.
fn to_end(one: &Value) -> Option<ParameterValue> {
    let text = |name: &str| one.get(name).and_then(Value::as_str);
    if text("state") == Some("over") {
        return None;
    }
    let (course, from) = (text("course").unwrap_or(ALL), text("from"));
    let course_words = if course == ALL { "all courses" } else { course };
    let from_words = from.and_then(|day| day.parse().ok()).map(long_date);
    let words = match from_words {
        Some(day) => format!("{course_words} from {day}"),
        None => course_words.to_owned(),
    };
    Some(ParameterValue { value: format!("{course} {}", from.unwrap_or_default()), words })
}
