//! The rules: courses, requirements, reminder stages and statements.
//!
//! Comes in: the text of `policy.toml`. Goes out: a [`Policy`] that is sound, or every fault of the file at once, each
//! with its line and what to do (spec 6.1). Beside it stand the pure questions everybody asks of a policy: whether a
//! [`Pattern`] matches, and which course satisfies which ([`Closure`]). [`store`] keeps every version that was in
//! force, so that a past figure is computed with the policy of its time. It never judges a person: that is
//! `compliance`'s.

mod alias;
mod change;
mod closure;
mod course;
mod file;
mod numbers;
mod reminders;
mod requirement;
mod selector;
mod statement;
pub(crate) mod store;
mod types;

pub(crate) use alias::with_alias;
pub(crate) use closure::Closure;
pub use file::{DEFAULT_POLICY, ParsedPolicy, PolicyError, parse};
pub(crate) use selector::{Folded, Pattern, PatternKind, folded_key, text_key, unit_key};
pub use types::{
    Course, CourseIndex, EscalationRule, Grace, Percent, Policy, ProcessChange, ReminderRules, Requirement,
    RequirementIndex, Share, Statement, StatementIndex,
};

#[cfg(test)]
mod tests;
