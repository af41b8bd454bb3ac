//! The names of the scheduled jobs, by which the run ledger knows them.

use crate::schedule::JobName;

/// The name of the job that plans reminders to staff.
pub const REMINDERS: JobName = "reminders";
/// The name of the job that plans managers' digests.
pub const MANAGER_DIGEST: JobName = "manager_digest";
/// The name of the job that issues board summaries.
pub const BOARD_SUMMARY: JobName = "board_summary";
/// The name of the job that makes the nightly backup.
pub const BACKUP: JobName = "backup";
/// The name of the job that purges what was kept long enough.
pub const PURGE: JobName = "purge";
/// The name of the job that watches over the others.
pub const WATCH: JobName = "watch";
