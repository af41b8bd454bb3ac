//! What we were told: organisations, staff, their assignments, training records, bookings, exemptions, budgets,
//! expenses and assurance answers.
//!
//! Comes in: differences worked out by `import`. Goes out: a [`View`] of everything that bears on who is up to date,
//! *as known* at an instant, read at once and never by a query per person; and smaller reads (money, names).
//! It never judges: who needs what, and who is up to date, is `compliance`'s to say. Nothing is overwritten: a change
//! closes the version it replaces (spec 2.1). What is removed for good is removed by a purge alone (spec 2.10).

mod assurance;
mod changes;
mod configured;
mod file_names;
mod given_names;
mod index;
mod number_context;
mod person;
mod phrases;
mod posts;
mod renewed;
mod spans;
mod spellings;
pub(crate) mod staff_fields;
mod staff_member;
mod staff_numbers;
pub mod store;
mod texts;
mod traces;
mod types;
mod unit_path;
mod view;

pub use assurance::AssuranceAnswer;
pub(crate) use changes::{RecordChange, RecordSide};
pub(crate) use configured::ConfiguredOrganisation;
pub(crate) use file_names::is_plain as is_plain_file_name;
pub(crate) use index::index;
pub use index::{Indexed, ListIndex, OrganisationIndex, PersonIndex, PersonRange, RegisterCourseIndex};
pub(crate) use person::{AssignmentSaid, BookingSaid, ExemptionSaid, History, RecordSaid, VersionSaid};
pub(crate) use posts::{PostText, PostTexts};
pub use staff_fields::{
    FieldCheck, FieldTrace, PersonField, PersonFields, PostField, PostFields, StaffField,
};
pub use staff_member::{StaffMember, WhomError};
pub use texts::{TextId, Texts};
pub(crate) use traces::{Quotes, REMOVED, TraceDepth, Traces};
pub use types::{
    Address, Budget, EmailAddress, Expense, FinancialYear, Hours, Name, Organisation, OrganisationKind, Pence,
};
pub(crate) use unit_path::UnitPath;
pub use view::{Assignment, Booking, Exemption, Person, Record, View, ViewBuilder};
