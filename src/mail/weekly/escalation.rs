//! The mail that tells whomever the policy names, once a week, who has been overdue for long (spec 2.8).

use askama::Template;
use chrono::NaiveDate;

use super::page::{WeeklyPage, WeeklyStep};
use super::people::{ListReader, by_unit};
use super::report::DirectReport;
use crate::mail::wording::{counted, long_date, one_line, thousands};
use crate::mail::{Mail, Rendered, rendered};
use crate::register::EmailAddress;

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
    page: &'a WeeklyPage,
}

#[derive(Template)]
#[template(path = "mail/escalation.txt")]
struct EscalationText<'a> {
    page: &'a WeeklyPage,
}

#[derive(Template)]
#[template(path = "mail/escalation.html")]
struct EscalationHtml<'a> {
    page: &'a WeeklyPage,
}

impl Escalation {
    fn page(&self) -> WeeklyPage {
        let people = counted(self.people.len(), "person", "people");
        let after = counted(self.after_days, "day", "days");
        let organisation = one_line(&self.organisation);
        WeeklyPage {
            subject: format!("Safeguarding training: {people} overdue for more than {after}"),
            headline: format!("{people} overdue for more than {after}"),
            greeting: None,
            lead: self.lead(),
            groups: by_unit(&self.people, ListReader::Another, self.today),
            steps: self.steps(),
            closing: "Staff who are absent or exempt are not listed. This list comes once a week, for as long as there is \
                      somebody to list.",
            because: format!(
                "You receive this because the training policy of {organisation} names your address (escalate_to). If that is \
                 wrong, {}.",
                if self.contact.is_some() { "reply and say so" } else { "tell whoever keeps the policy" }
            ),
            organisation,
            today: long_date(self.today),
        }
    }

    fn lead(&self) -> String {
        let booked = self.people.iter().filter(|person| person.is_booked()).count();
        let open = self.people.len() - booked;
        let number = |count: usize| thousands(u64::try_from(count).unwrap_or(u64::MAX));
        match (booked, open) {
            (0, 1) => {
                "Reminders have not been enough: please have their unit agree a day with them.".to_owned()
            }
            (0, _) => {
                "Reminders have not been enough: please have each unit agree a day with them.".to_owned()
            }
            (1, 0) => "A place is booked: please see that they can go.".to_owned(),
            (_, 0) => "All of them are booked: please see that they can go.".to_owned(),
            (booked, open) => format!(
                "{} {} booked already. For the other{}, reminders have not been enough: please have {} unit agree a day with \
                 them.",
                number(booked),
                if booked == 1 { "is" } else { "are" },
                if open == 1 { String::new() } else { format!(" {}", number(open)) },
                if open == 1 { "their" } else { "each" },
            ),
        }
    }

    fn steps(&self) -> Vec<WeeklyStep> {
        let several = self.people.len() != 1;
        let ask = if several {
            "to free a day for each of them, and to see that whoever is booked can go."
        } else {
            "to free a day for them."
        };
        let put_right = match &self.contact {
            Some(contact) => WeeklyStep {
                contact: Some(contact.to_string()),
                ..WeeklyStep::new(
                    "Done already, or no longer here?",
                    "Reply and say so, and the record or the staff list is put right:",
                )
            },
            None => WeeklyStep::new(
                "Done already, or no longer here?",
                "Have the training record or the staff list put right.",
            ),
        };
        vec![WeeklyStep::new("Ask whoever leads the unit", ask), put_right]
    }
}

impl Mail for Escalation {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = self.page();
        rendered(
            &EscalationSubject { page: &page },
            &EscalationText { page: &page },
            &EscalationHtml { page: &page },
        )
    }
}

#[cfg(test)]
mod tests;
