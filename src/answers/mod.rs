//! The questions that people ask, answered: what the commands print, and whatever else shows the same.
//!
//! Comes in: a [`Question`], which says the day, the knowledge, the organisation and the policy it is about. Goes out: an
//! answer as a value. It reads and never writes, and it never decides who may ask.

mod board;
mod budget;
mod impact;
mod organisations;
mod policies;
mod question;
mod register;
mod review;
mod sending_days;

pub use board::{
    Changes, Frozen, WorkedOut, frozen_figures, month_again, month_figures, months_before, work_out,
};
pub use budget::budget_figures;
pub use impact::{PolicyImpact, ReminderImpact, policy_impact};
pub use organisations::{
    as_configured, boards_of_nobody, check_organisation, organisation_as_configured, organisations,
    safeguarding_contact,
};
pub use policies::{policy, policy_known, policy_of, policy_text, policy_text_of};
pub use question::{JudgedBy, Question};
pub use register::{bouncing, view};
pub use review::review_organisations;
pub use sending_days::SendingDays;
