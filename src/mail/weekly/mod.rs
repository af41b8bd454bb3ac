//! The week's lists of people: to each manager of their reports, to the safeguarding contact of those whose manager can't
//! be told, and to whomever the policy names of those overdue for long (spec 2.8). Both mails are one page of the same
//! shape: what it comes to, a table of people, and what to do.

mod escalation;
mod manager_digest;
mod page;
mod people;
mod report;

pub(crate) use escalation::Escalation;
pub(crate) use manager_digest::{Audience, DivisionRate, ManagerDigest, Unled};
pub(crate) use report::{DirectReport, ReportCourse};
