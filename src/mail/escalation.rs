//! The mail that tells whomever the policy names, once a week, who has been overdue for long (spec 2.8).

use std::collections::BTreeMap;

use askama::Template;
use chrono::{Months, NaiveDate};

use super::wording::{counted, long_date, one_line, thousands};
use super::{DirectReport, ItemState, Mail, Rendered, ReportCourse, hours_words, rendered};
use crate::register::{Address, EmailAddress};

/// A week's list of everyone in an organisation who has been overdue for longer than the policy lets pass, by unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Escalation {
    /// The organisation's name.
    pub(crate) organisation: String,
    /// The organisation's safeguarding contact, where one is known: replies go there.
    pub(crate) contact: Option<EmailAddress>,
    /// The day it is put into words, from which days are counted.
    pub(crate) today: NaiveDate,
    /// Who has been overdue for longer than so many days is listed.
    pub(crate) after_days: u32,
    /// Whom it lists, at least one, each with the courses that have been overdue for so long.
    pub(crate) people: Vec<DirectReport>,
}

#[derive(Template)]
#[template(path = "mail/escalation.subject.txt")]
struct EscalationSubject<'a> {
    page: &'a EscalationPage,
}

#[derive(Template)]
#[template(path = "mail/escalation.txt")]
struct EscalationText<'a> {
    page: &'a EscalationPage,
}

#[derive(Template)]
#[template(path = "mail/escalation.html")]
struct EscalationHtml<'a> {
    page: &'a EscalationPage,
}

/// What all three templates show, in words.
struct EscalationPage {
    organisation: String,
    contact: Option<String>,
    today: String,
    /// `1,204 staff`.
    staff: String,
    /// `1,204 staff are`.
    staff_are: String,
    /// `60 days`.
    after: String,
    units: Vec<OverdueUnit>,
}

/// The people of one unit.
struct OverdueUnit {
    name: String,
    /// `3 staff`.
    count: String,
    people: Vec<OverduePerson>,
}

/// One person.
struct OverduePerson {
    /// With the employee number, since the reader knows few of them.
    name: String,
    /// Why no reminder reaches them.
    note: Option<String>,
    lines: Vec<OverdueCourse>,
}

/// One course.
struct OverdueCourse {
    course: String,
    status: String,
    detail: String,
}

impl EscalationPage {
    fn of(mail: &Escalation) -> Self {
        let count = mail.people.len();
        let staff = if count == 1 {
            "1 member of staff".to_owned()
        } else {
            format!("{} staff", thousands(u64::try_from(count).unwrap_or(u64::MAX)))
        };
        Self {
            organisation: one_line(&mail.organisation),
            contact: mail.contact.as_ref().map(ToString::to_string),
            today: long_date(mail.today),
            staff_are: format!("{staff} {}", if count == 1 { "is" } else { "are" }),
            staff,
            after: counted(mail.after_days, "day", "days"),
            units: units(mail),
        }
    }
}

/// The people under their units, those without one last; in each the longest overdue first.
fn units(mail: &Escalation) -> Vec<OverdueUnit> {
    let mut people: Vec<&DirectReport> = mail.people.iter().collect();
    let first_due = |report: &DirectReport| report.courses.iter().map(|course| course.due_on).min();
    people.sort_by(|a, b| {
        (first_due(a), &a.name, &a.employee_number).cmp(&(first_due(b), &b.name, &b.employee_number))
    });
    let mut units: BTreeMap<(bool, String), Vec<OverduePerson>> = BTreeMap::new();
    for report in people {
        let unit = one_line(&report.unit);
        let is_unknown = unit.is_empty();
        let unit = if is_unknown { "No unit recorded".to_owned() } else { unit };
        units.entry((is_unknown, unit)).or_default().push(person(report, mail.today));
    }
    let unit = |((_, name), people): ((bool, String), Vec<OverduePerson>)| OverdueUnit {
        name,
        count: counted(people.len(), "member of staff", "staff"),
        people,
    };
    units.into_iter().map(unit).collect()
}

fn person(report: &DirectReport, today: NaiveDate) -> OverduePerson {
    let mut courses: Vec<&ReportCourse> = report.courses.iter().collect();
    courses.sort_by_key(|course| (course.due_on, &course.course));
    OverduePerson {
        name: format!("{} ({})", one_line(&report.name), report.employee_number),
        note: (report.address != Address::Reached)
            .then(|| "No e-mail address of theirs works, so no reminder reaches them.".to_owned()),
        lines: courses.into_iter().map(|course| line(course, today)).collect(),
    }
}

fn line(course: &ReportCourse, today: NaiveDate) -> OverdueCourse {
    let is_old = course.due_on.checked_add_months(Months::new(12)).is_some_and(|year_on| year_on < today);
    let detail = match course.state {
        ItemState::Lapsed { lapsed_on } => format!("lapsed on {}", long_date(lapsed_on)),
        ItemState::NotDone { .. } if is_old => "not on record".to_owned(),
        ItemState::NotDone { .. } | ItemState::DueSoon { .. } | ItemState::InGrace { .. } => {
            format!("not done, was due by {}", long_date(course.due_on))
        }
    };
    OverdueCourse {
        course: one_line(&course.course),
        status: if is_old {
            "overdue for more than a year".to_owned()
        } else {
            let days = u64::try_from((today - course.due_on).num_days()).unwrap_or(0);
            format!("overdue for {}", counted(days, "day", "days"))
        },
        detail: match course.hours {
            Some(hours) => format!("{detail}; {}", hours_words(hours)),
            None => detail,
        },
    }
}

impl Mail for Escalation {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = EscalationPage::of(self);
        rendered(
            &EscalationSubject { page: &page },
            &EscalationText { page: &page },
            &EscalationHtml { page: &page },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tests::page_of;

    fn report(name: &str, number: &str, unit: &str, courses: &[(&str, &str, bool)]) -> DirectReport {
        let course = |(course, due_on, lapsed): &(&str, &str, bool)| {
            let due_on: NaiveDate = due_on.parse().unwrap();
            let state =
                if *lapsed { ItemState::Lapsed { lapsed_on: due_on } } else { ItemState::NotDone { due_on } };
            ReportCourse { course: (*course).to_owned(), due_on, state, hours: None }
        };
        DirectReport {
            name: name.to_owned(),
            employee_number: number.to_owned(),
            unit: unit.to_owned(),
            address: Address::Reached,
            courses: courses.iter().map(course).collect(),
        }
    }

    fn escalation(people: Vec<DirectReport>) -> Escalation {
        Escalation {
            organisation: "Marlow Vale NHS Foundation Trust".to_owned(),
            contact: EmailAddress::parse("safeguarding@marlowvale.example.org"),
            today: "2026-11-24".parse().unwrap(),
            after_days: 60,
            people,
        }
    }

    #[test]
    fn who_has_been_overdue_for_long_by_unit() {
        let people = vec![
            report("Tomasz Wren", "00417", "Surgery / Theatres", &[("Adults Level 2", "2026-09-01", true)]),
            DirectReport {
                address: Address::Missing,
                ..report("Owen Pryce", "00981", "", &[("Basic Prevent", "2025-11-23", false)])
            },
            report(
                "Grace Adeyemi",
                "00102",
                "Surgery / Theatres",
                &[("Adults Level 2", "2026-09-24", true), ("Children Level 3", "2026-08-22", false)],
            ),
        ];
        insta::assert_snapshot!(page_of(&escalation(people)));
    }

    #[test]
    fn one_alone_with_nobody_to_reply_to() {
        let people =
            vec![report("Mei Lin Carver", "00311", "Maternity", &[("Adults Level 2", "2026-09-01", true)])];
        insta::assert_snapshot!(page_of(&Escalation { contact: None, ..escalation(people) }));
    }
}
