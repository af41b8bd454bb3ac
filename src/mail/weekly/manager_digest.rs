//! The mail that tells a manager, once a week, how their team stands, and with whom a day is to be agreed (spec 2.8).

use askama::Template;
use chrono::NaiveDate;

use super::page::{WeeklyPage, WeeklyStep};
use super::people::{ListReader, by_unit, open_and_booked};
use super::report::{DirectReport, overdue_for};
use crate::compliance::{NoLineManager, Rate};
use crate::mail::wording::{all_of, counted, long_date, one_line, thousands};
use crate::mail::{Mail, Rendered, rendered};
use crate::register::EmailAddress;

/// A week's digest to one manager, or to the safeguarding contact for staff whose manager can't be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ManagerDigest {
    /// The receiver's first name; empty for the contact, and for people recorded without one.
    pub(crate) first_name: String,
    /// The organisation's name.
    pub(crate) organisation: String,
    /// The organisation's safeguarding contact, where one is known: replies go there.
    pub(crate) contact: Option<EmailAddress>,
    /// The day the digest is put into words, from which days are counted.
    pub(crate) today: NaiveDate,
    /// Whom it is for.
    pub(crate) audience: Audience,
    /// Whom it lists, at least one.
    pub(crate) reports: Vec<DirectReport>,
}

/// Whom a digest is for, and what only they are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The manager of everyone listed.
    Manager {
        /// How many report to them, listed or not: in post and not absent.
        people: u64,
        /// The staff rate of everyone who reports to them, listed or not.
        team: Rate,
        /// How the part of the organisation stands in which they work, where that can be told.
        division: Option<DivisionRate>,
    },
    /// The safeguarding contact: none of those listed has a manager who can be told. They are listed by unit.
    Contact {
        /// How many people have no manager who can be told, listed or not.
        people: u64,
        /// Why those listed have none.
        unled: Vec<Unled>,
    },
}

/// A part of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DivisionRate {
    /// Its name.
    pub(crate) name: String,
    /// Its staff rate.
    pub(crate) staff: Rate,
}

/// How many of those listed have no manager who can be told, for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unled {
    /// Why.
    pub(crate) why: NoLineManager,
    /// How many.
    pub(crate) people: u64,
}

#[derive(Template)]
#[template(path = "mail/manager_digest.subject.txt")]
struct ManagerDigestSubject<'a> {
    page: &'a WeeklyPage,
}

#[derive(Template)]
#[template(path = "mail/manager_digest.txt")]
struct ManagerDigestText<'a> {
    page: &'a WeeklyPage,
}

#[derive(Template)]
#[template(path = "mail/manager_digest.html")]
struct ManagerDigestHtml<'a> {
    page: &'a WeeklyPage,
}

/// What a digest comes to.
struct DigestGist {
    /// People with something overdue for which nothing is booked, and for how long the longest has been so.
    overdue: u64,
    longest: String,
    /// Others with something to come for which nothing is booked, and when the first of it is due.
    due: u64,
    first_due: String,
    /// People with a place for everything.
    booked: u64,
}

impl DigestGist {
    fn of(reports: &[DirectReport], today: NaiveDate) -> Self {
        let count = |people: usize| u64::try_from(people).unwrap_or(u64::MAX);
        let open: Vec<&DirectReport> = reports.iter().filter(|report| !report.is_booked()).collect();
        let (overdue, due): (Vec<&DirectReport>, Vec<&DirectReport>) =
            open.into_iter().partition(|report| report.is_overdue_and_open());
        let courses = |people: &[&DirectReport], is_overdue: bool| {
            let open = people.iter().flat_map(|report| &report.courses);
            let open = open.filter(|course| !course.is_booked() && course.state.is_overdue() == is_overdue);
            open.map(|course| course.due_on).min()
        };
        Self {
            overdue: count(overdue.len()),
            longest: courses(&overdue, true).map_or(String::new(), |since| overdue_for(since, today)),
            due: count(due.len()),
            first_due: courses(&due, false).map_or(String::new(), long_date),
            booked: count(reports.len()).saturating_sub(count(overdue.len()) + count(due.len())),
        }
    }

    fn people(&self) -> u64 {
        self.overdue + self.due + self.booked
    }

    fn subject(&self, to_manager: bool) -> String {
        let Self { overdue, longest, due, first_due, booked } = self;
        let people = |count: u64| counted(count, "person", "people");
        let gist = match (to_manager, overdue, due) {
            (true, 0, 0) => format!("{} of your team booked, nobody to chase", thousands(*booked)),
            (true, 0, _) => format!("{} of your team due by {first_due}", thousands(*due)),
            // No room for "more than".
            (true, _, _) => format!(
                "{} of your team overdue, longest {}",
                thousands(*overdue),
                longest.replace("more than", "over")
            ),
            (false, 0, 0) => format!("{} booked, no manager to tell", people(*booked)),
            (false, 0, _) => format!("{} due by {first_due}, no manager", people(*due)),
            (false, _, _) => format!("{} overdue, no manager to tell", people(*overdue)),
        };
        format!("Safeguarding training: {gist}")
    }

    /// What is asked of the manager.
    fn asked(&self) -> &'static str {
        match (self.overdue, self.due, self.booked) {
            (0, 0, 1) => "Please keep that day free on the rota.",
            (0, 0, _) => "Please keep those days free on the rota.",
            (1, 0, _) | (0, 1, _) => "Please agree a day with them, and keep it free on the rota.",
            (0, _, _) => {
                "Please agree a day with each of them, the earliest first, and keep it free on the rota."
            }
            _ => {
                "Please agree a day with each of them, the longest overdue first, and keep it free on the rota."
            }
        }
    }

    /// What is to be done, in a sentence: `3 are overdue and not booked, the longest for 94 days; 2 more are due soon.`
    fn standing(&self) -> String {
        let is = |count: u64| if count == 1 { "is" } else { "are" };
        let (overdue, due, booked) = (self.overdue, self.due, self.booked);
        let mut parts = Vec::new();
        if overdue > 0 {
            parts.push(match overdue {
                1 => format!("1 has been overdue for {}, and is not booked", self.longest),
                _ => format!(
                    "{} are overdue and not booked, the longest for {}",
                    thousands(overdue),
                    self.longest
                ),
            });
        }
        if due > 0 {
            let more = if overdue > 0 { " more" } else { "" };
            let soon = if due == 1 { "due" } else { "due soon, the first" };
            parts.push(format!("{}{more} {} {soon} by {}", thousands(due), is(due), self.first_due));
        }
        if booked > 0 && booked == self.people() {
            return match booked {
                1 => "The one who is listed is booked already.".to_owned(),
                _ => format!("All {} who are listed are booked already.", thousands(booked)),
            };
        }
        if booked > 0 {
            parts.push(format!("{} {} booked already", thousands(booked), is(booked)));
        }
        format!("{}.", parts.join("; "))
    }
}

/// How the team of so many people stands: `7 of your 12 are up to date`.
fn team_words(people: u64, team: Rate, gist: &DigestGist) -> String {
    let counted = thousands(team.counted);
    let (whose, of_whom) = if people > team.counted {
        ("counted in your team", format!("the {counted} counted in your team"))
    } else {
        ("in your team", format!("your {counted}"))
    };
    match (team.counted, team.up_to_date) {
        (0, _) => match gist.people() {
            1 => "1 of your team is new to this training".to_owned(),
            new => format!("{} of your team are new to this training", thousands(new)),
        },
        (1, 1) => format!("The one {whose} is up to date"),
        (1, _) => format!("The one {whose} is not up to date"),
        (all, up_to_date) if all == up_to_date => format!("All {counted} {whose} are up to date"),
        (_, 0) => format!("None of {of_whom} is up to date"),
        (_, 1) => format!("1 of {of_whom} is up to date"),
        (_, up_to_date) => format!("{} of {of_whom} are up to date", thousands(up_to_date)),
    }
}

fn division_words(division: &DivisionRate) -> String {
    format!("In {} as a whole {} are up to date. ", one_line(&division.name), division.staff.shown())
}

/// Why no manager can be told.
fn unled_words(why: NoLineManager) -> &'static str {
    match why {
        NoLineManager::NotNamed => "the staff list names no manager",
        NoLineManager::NotFound => "the number named as manager is nobody's",
        NoLineManager::Themselves => "they are named as their own manager",
        NoLineManager::NotInPost => "the manager has left or has not begun",
        NoLineManager::Absent => "the manager is absent",
        NoLineManager::NotReached => "no email reaches the manager",
    }
}

impl ManagerDigest {
    fn page(&self) -> WeeklyPage {
        let gist = DigestGist::of(&self.reports, self.today);
        let (headline, lead) = match &self.audience {
            Audience::Manager { people, team, division } => {
                let division = division.as_ref().map_or(String::new(), division_words);
                (team_words(*people, *team, &gist), format!("{division}{} {}", gist.standing(), gist.asked()))
            }
            Audience::Contact { people, unled } => contact_words(&gist, *people, unled),
        };
        let to_manager = matches!(self.audience, Audience::Manager { .. });
        let first_name = one_line(&self.first_name);
        WeeklyPage {
            subject: gist.subject(to_manager),
            organisation: one_line(&self.organisation),
            headline,
            greeting: Some(if first_name.is_empty() {
                "Hello,".to_owned()
            } else {
                format!("Hello {first_name},")
            }),
            lead,
            groups: match self.audience {
                Audience::Manager { .. } => open_and_booked(&self.reports, self.today),
                Audience::Contact { .. } => by_unit(&self.reports, ListReader::Another, self.today),
            },
            steps: self.steps(&gist),
            closing: "Everyone with an email address is reminded as well. This list comes once a week, for as long as there is \
                      somebody to list.",
            because: self.because(&gist),
            today: long_date(self.today),
        }
    }

    fn steps(&self, gist: &DigestGist) -> Vec<WeeklyStep> {
        let contact = self.contact.as_ref().map(ToString::to_string);
        let mut steps = Vec::new();
        match self.audience {
            Audience::Manager { .. } => {
                if gist.booked > 0 {
                    steps.push(WeeklyStep::new(
                        "Can't somebody go who is booked?",
                        "Have it said early, so that somebody else has the place.",
                    ));
                }
            }
            Audience::Contact { .. } => {
                steps.push(WeeklyStep::new("Tell them,", "or whoever leads their unit now."));
                let name_one = if self.reports.len() == 1 {
                    "for them in the staff list, one who is in post and has an email address: from then on that manager is \
                     told."
                } else {
                    "for each of them in the staff list, one who is in post and has an email address: from then on that manager \
                     is told."
                };
                steps.push(WeeklyStep::new("Name a manager", name_one));
            }
        }
        match (&self.audience, contact) {
            (Audience::Manager { .. }, Some(contact)) => {
                steps.push(WeeklyStep::new(
                    "Done already?",
                    "Reply with the name and the date, so that the record can be put right.",
                ));
                steps.push(WeeklyStep {
                    contact: Some(contact),
                    ..WeeklyStep::new(
                        "Not one of yours, or no longer here?",
                        "Reply and say so, and the staff list is put right:",
                    )
                });
            }
            _ => steps.push(WeeklyStep::new(
                "Done already, or no longer here?",
                "Have the training record or the staff list put right.",
            )),
        }
        steps
    }

    fn because(&self, gist: &DigestGist) -> String {
        let organisation = one_line(&self.organisation);
        match self.audience {
            Audience::Manager { .. } => format!(
                "You receive this because the staff list of {organisation} names you as the manager of {}. It lists only people \
                 who report to you. If that is wrong, {}.",
                if gist.people() == 1 { "this person" } else { "these people" },
                if self.contact.is_some() { "reply and say so" } else { "tell whoever keeps the staff list" }
            ),
            Audience::Contact { .. } => format!(
                "You receive this because you are the safeguarding contact of {organisation}. If that is wrong, change the \
                 address in the settings."
            ),
        }
    }
}

/// The headline and what follows it, to the contact.
fn contact_words(gist: &DigestGist, people: u64, unled: &[Unled]) -> (String, String) {
    let listed = gist.people();
    let headline = format!("{} with no manager to tell", counted(listed, "person", "people"));
    let come = match unled {
        [] => "They come to you because no manager of theirs can be told.".to_owned(),
        [one] => format!("Why they come to you: {}.", unled_words(one.why)),
        several => {
            let for_so_many = |of: &Unled| format!("for {} {}", thousands(of.people), unled_words(of.why));
            let reasons: Vec<String> = several.iter().map(for_so_many).collect();
            format!("Why they come to you: {}.", all_of(&reasons))
        }
    };
    let of_all = match people.saturating_sub(listed) {
        0 => String::new(),
        1 => " 1 other has no manager to tell, and nothing due.".to_owned(),
        others => format!(" {} others have no manager to tell, and nothing due.", thousands(others)),
    };
    (headline, format!("{} {come}{of_all}", gist.standing()))
}

impl Mail for ManagerDigest {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = self.page();
        rendered(
            &ManagerDigestSubject { page: &page },
            &ManagerDigestText { page: &page },
            &ManagerDigestHtml { page: &page },
        )
    }
}

#[cfg(test)]
mod tests;
