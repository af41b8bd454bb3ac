//! The mail that tells the operator and the safeguarding contact that the mail brake holds a run (spec 2.8).

use askama::Template;
use chrono::NaiveDate;

use super::wording::{counted, long_date, one_line, percent, thousands};
use super::{Mail, Rendered, rendered};

/// Says that a planning run would mail more people than the brake lets through, and what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorAlert {
    /// The organisation's name.
    pub organisation: String,
    /// Its code, by which the commands name it.
    pub code: String,
    /// The day of the run.
    pub planned_on: NaiveDate,
    /// Staff reminders held.
    pub reminders: u64,
    /// The lists of the week that are held with them, in words: `31 managers' digests`.
    pub lists: Option<String>,
    /// People in post in the organisation.
    pub in_post: u64,
    /// `max_messages` of the policy, in millionths of 1: 25% is 250,000.
    pub max_millionths: u64,
}

#[derive(Template)]
#[template(path = "mail/operator_alert.subject.txt")]
struct OperatorAlertSubject<'a> {
    page: &'a OperatorAlertPage,
}

#[derive(Template)]
#[template(path = "mail/operator_alert.txt")]
struct OperatorAlertText<'a> {
    page: &'a OperatorAlertPage,
}

#[derive(Template)]
#[template(path = "mail/operator_alert.html")]
struct OperatorAlertHtml<'a> {
    page: &'a OperatorAlertPage,
}

/// What all three templates show, in words.
struct OperatorAlertPage {
    organisation: String,
    code: String,
    planned_on: String,
    reminders: String,
    reminders_short: String,
    in_post: String,
    share: String,
    limit: String,
    lists: Option<String>,
}

impl OperatorAlertPage {
    fn of(alert: &OperatorAlert) -> Self {
        let share = (alert.reminders * 1_000_000).checked_div(alert.in_post);
        Self {
            organisation: one_line(&alert.organisation),
            code: one_line(&alert.code),
            planned_on: long_date(alert.planned_on),
            reminders: counted(alert.reminders, "reminder", "reminders"),
            reminders_short: thousands(alert.reminders),
            in_post: thousands(alert.in_post),
            share: share.map_or_else(|| "n/a".to_owned(), percent),
            limit: percent(alert.max_millionths),
            lists: alert.lists.clone(),
        }
    }
}

impl Mail for OperatorAlert {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = OperatorAlertPage::of(self);
        rendered(
            &OperatorAlertSubject { page: &page },
            &OperatorAlertText { page: &page },
            &OperatorAlertHtml { page: &page },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tests::page_of;

    fn held() -> OperatorAlert {
        OperatorAlert {
            organisation: "Marlow Vale NHS Foundation Trust".to_owned(),
            code: "RMV".to_owned(),
            planned_on: "2026-11-24".parse().unwrap(),
            reminders: 266,
            lists: Some("31 managers' digests".to_owned()),
            in_post: 604,
            max_millionths: 250_000,
        }
    }

    #[test]
    fn a_held_run() {
        insta::assert_snapshot!(page_of(&held()));
    }

    #[test]
    fn a_held_run_of_many_thousands_keeps_its_subject_short() {
        let planned_on = "2026-09-30".parse().unwrap();
        let alert =
            OperatorAlert { reminders: 1_266_000, lists: None, in_post: 1_400_000, planned_on, ..held() };
        let rendered = alert.render().unwrap();
        assert_eq!(rendered.subject, "Reminders held: 1,266,000 of 1,400,000 staff, on 30 September 2026");
        assert!(!rendered.text.contains("digest"), "{}", rendered.text);
    }
}
