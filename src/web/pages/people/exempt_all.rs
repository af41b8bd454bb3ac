//! `/people/exempt`: every row of a list of people is exempted at once, where it is typed how many.

use std::collections::BTreeSet;

use super::exempt::typed_day;
use super::list::{found, parameters};
use crate::answers::People;
use crate::jobs::{RowToExempt, RowsExempted, RowsToExempt, exempt_mark, exempt_rows};
use crate::web::answer::{
    Fault, FieldFault, LabelledValue, Notice, PageFrame, Reply, ReportField, ReportForm, ReportPage,
    ReportSection, ShownValue, WordedLink,
};
use crate::web::request::{
    Admitted, FormFields, PageQuestion, PageRequest, ParameterValue, ReachedScope, figures_asked,
};
use crate::wording::capitalised;

/// The most rows that are exempted at once.
const MOST: usize = 5_000;
/// What stands for the course of each row, and for all of them.
const OF_ROW: &str = "row";
const ALL: &str = "all";

/// The list that is meant.
struct ListMeant {
    question: PageQuestion,
    /// Nothing where the address is unsound.
    people: Option<People>,
    faults: Vec<FieldFault>,
}

/// Shows how many there are, and asks.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let meant = list_meant(asked, by, &asked.query)?;
    show(asked, by, meant, (200, Vec::new()))
}

/// Exempts them.
pub(crate) fn post(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let meant = list_meant(asked, by, &FormFields::parse(asked.form.one("query").as_bytes()))?;
    let back = meant.question.address();
    let once = asked.once(by.who())?;
    if once.was_sent_before(asked.app())? {
        return Ok(Reply::see(back));
    }
    let Some(people) = &meant.people else { return show(asked, by, meant, (422, Vec::new())) };
    let mut faults = Vec::new();
    let is_of_row = asked.form.one("course") == OF_ROW;
    if !is_of_row && asked.form.one("course") != ALL {
        faults.push(FieldFault::of("course", "Choose from what they are exempt"));
    }
    let [from, until] = ["from", "until"].map(|field| {
        let typed = typed_day(asked, field);
        typed.unwrap_or_else(|fault| {
            faults.push(fault);
            None
        })
    });
    let from = from.unwrap_or_else(|| asked.app().today());
    if until.is_some_and(|until| until < from) {
        faults.push(FieldFault::of("until", "The last day is before the first"));
    }
    let reason = asked.form.one("reason").trim();
    if reason.is_empty() {
        faults.push(FieldFault::of("reason", "Say why, in a few words"));
    }
    let rows = rows_of(people, is_of_row);
    if mark_of(people) != asked.form.one("mark") {
        return show(asked, by, meant, (409, Vec::new()));
    }
    if asked.form.one("count").replace([',', ' '], "") != rows.len().to_string() {
        faults.push(FieldFault::of("count", "Type how many exemptions that makes, as it is shown above"));
    }
    if !faults.is_empty() {
        return show(asked, by, meant, (422, faults));
    }
    let wanted = RowsToExempt { rows: &rows, from, until, reason };
    match exempt_rows(asked.app(), &wanted, &by.who().actor(), &once, asked.now)? {
        RowsExempted::Done(import) => {
            let (what, then) = match import {
                Some(id) => (
                    format!("{} exemptions are added", rows.len()),
                    format!("Undoing import {id} takes them all back: it stands among the imports."),
                ),
                None => ("Nothing was changed".to_owned(), "They were exempt so already.".to_owned()),
            };
            Notice::Done { what, then }.keep(asked, by.who())?;
            Ok(Reply::see(back))
        }
        RowsExempted::SentBefore => Ok(Reply::see(back)),
        RowsExempted::Refused(why) => {
            let faults = vec![FieldFault { field: "course", words: capitalised(&why) }];
            show(asked, by, meant, (422, faults))
        }
    }
}

/// The list that the fields ask for, of those whom the right reaches.
fn list_meant(asked: &PageRequest<'_>, by: &Admitted<'_>, fields: &FormFields) -> Result<ListMeant, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let question = PageQuestion::read(fields, "/people", parameters(asked, &scope)?, true, &mut faults);
    let people = match figures_asked(asked, &scope, &question, &mut faults)? {
        Some((of, viewer)) => found(asked, (&of, &viewer), &question, &mut faults)?,
        None => None,
    };
    Ok(ListMeant { question, people, faults })
}

/// Who would be exempt, and from what: from the course of each row, or each person from all.
fn rows_of(people: &People, is_of_row: bool) -> Vec<RowToExempt> {
    let rows = people.part(0, usize::MAX).rows;
    let rows = rows.iter().filter_map(|row| {
        let course = row.course.as_ref().map(|course| course.code.to_owned());
        if is_of_row && course.is_none() {
            return None;
        }
        Some(RowToExempt {
            organisation: row.organisation.to_owned(),
            employee_number: row.number.to_owned(),
            course: course.filter(|_| is_of_row),
        })
    });
    let rows: BTreeSet<RowToExempt> = rows.collect();
    rows.into_iter().collect()
}

fn mark_of(people: &People) -> String {
    exempt_mark(&rows_of(people, true))
}

fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    meant: ListMeant,
    (status, faults): (u16, Vec<FieldFault>),
) -> Result<Reply, Fault> {
    let ListMeant { question, people, faults: unsound } = meant;
    let faults: Vec<FieldFault> = unsound.into_iter().chain(faults).collect();
    let status = if status == 200 && !faults.is_empty() { 422 } else { status };
    let mut section = ReportSection::default();
    if status == 409 {
        let changed = "The list changed while you looked at it. Nothing was done: below it is as it is now.";
        section.paragraphs.push(changed.to_owned());
    }
    for (words, _) in question.taken() {
        section.figures.push(LabelledValue::of("Filter", ShownValue::words(words)));
    }
    if let Some(people) = &people {
        let rows = rows_of(people, true).len();
        section.figures.extend([
            LabelledValue::of("Rows of the list: exemptions of the course of each row", count(rows)),
            LabelledValue::of("People: exemptions of all courses", count(people.count())),
        ]);
        if people.count() == 0 {
            section.paragraphs.push("Nobody is on the list.".to_owned());
        } else if rows > MOST || people.count() > MOST {
            section.paragraphs.push(
                "These are more than can be exempt at once here: bring a file of exemptions.".to_owned(),
            );
        } else {
            section.forms.push(asking(asked, &question, people));
        }
    }
    let frame = PageFrame::of(asked, by.who(), "exempt-all", "Exempt everybody of a list")?;
    let page = ReportPage {
        crumbs: vec![WordedLink { href: question.address(), words: "People".to_owned() }],
        intro: vec![
            "What somebody is exempt from is taken out of what they need, and out of every rate.".to_owned(),
        ],
        sections: vec![section],
        ..ReportPage::of(frame.with_faults(faults))
    };
    Reply::page_with(status, &page)
}

fn count(count: usize) -> ShownValue {
    ShownValue::count(count as u64)
}

fn asking(asked: &PageRequest<'_>, question: &PageQuestion, people: &People) -> ReportForm {
    let typed = |name| asked.form.one(name);
    let courses = [(OF_ROW, "The course of each row"), (ALL, "All courses")];
    let courses = courses
        .map(|(value, words)| ParameterValue { value: value.to_owned(), words: words.to_owned() })
        .to_vec();
    let first = "A day, such as 27 March 2026; today where you leave it empty";
    let last = "Leave it empty for exemptions without an end";
    let why = "In a few words, without details of anybody's health";
    let address = question.at_page(1).address();
    let query = address.split_once('?').map_or("", |(_, query)| query);
    ReportForm::new("exempt-all", "/people/exempt", "Exempt all of them")
        .asking(vec![
            ReportField::one_of("course", "From", courses, typed("course")),
            ReportField::typed("from", "First day", first, typed("from")),
            ReportField::typed("until", "Last day", last, typed("until")),
            ReportField::typed("reason", "Reason", why, typed("reason")),
            ReportField::typed("count", "How many exemptions", "The number that is shown above", ""),
        ])
        .carrying("query", query)
        .carrying("mark", mark_of(people))
}
