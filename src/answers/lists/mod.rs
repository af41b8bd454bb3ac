//! Lists: of people, imports, exemptions, messages, jobs and what was done by whom.

pub(super) mod assurance;
pub(super) mod audit_log;
pub(crate) mod difference;
pub(super) mod exemptions;
pub(super) mod import_document;
pub(super) mod imports;
pub(super) mod looks;
pub(crate) mod nodes;
pub(super) mod outbox;
pub(super) mod people;
pub(super) mod policy;
pub(super) mod schedule;
pub(super) mod tokens;
pub(super) mod users;
pub(super) mod worklist;
