//! The rules: courses, requirements, reminder stages and statements.

mod types;

pub use types::{Course, Grace, Percent, Policy, ReminderRules, Requirement, Share, Statement};
