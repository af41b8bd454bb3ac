//! When: which days are worked, which slot of which job is due, and the run ledger that makes a restart, a second
//! process, a missed night or a clock that steps back harmless.
//!
//! In come [`ScheduledJob`]s (a name, a cron [`Expression`] in the organisation's zone, what to run) and the ledger of what ran.
//! [`due()`] says from those alone what is to run now; the [`Runner`] runs it and writes down what came of it. The
//! [`Doorbell`](doorbell::Doorbell) only wakes the runner: no timer's memory is ever asked. A slot that was missed is made up for once,
//! however many were, until the job's next slot comes: that is how late a run can be (spec section 5).
//!
//! What a job does, and on which days, is not decided here.

pub(crate) mod calendar;
pub(crate) mod doorbell;
pub mod due;
pub(crate) mod expression;
pub(crate) mod job;
pub(crate) mod overview;
pub(crate) mod published;
pub(crate) mod runner;
pub mod store;

pub use calendar::Calendar;
pub use due::{LedgerLine, RunLedger, RunOutcome, due};
pub use expression::{Expression, ExpressionError, Slot};
pub use job::{JobName, JobRun, ScheduledJob};
pub(crate) use overview::{JobOverview, overview};
pub use published::{PublishedDays, PublishedError};
pub use runner::Runner;
