//! What became of an exemption by hand, or why nothing did.

use chrono::NaiveDate;
use serde::Serialize;

use crate::db::DbError;
use crate::register::WhomError;

/// What became of an exemption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExemptionOutcome {
    /// It is new.
    Added,
    /// One of the same person, course and first day says something else now.
    Corrected,
    /// It was there already, word for word.
    Unchanged,
    /// It has a last day now, or an earlier one.
    Ended,
    /// It would have ended before it began, so it is gone.
    Withdrawn,
}

/// What was done about an exemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExemptionReport {
    /// The import that it is recorded as; `None` where nothing changed.
    pub id: Option<i32>,
    /// What became of it.
    pub outcome: ExemptionOutcome,
    /// The organisation's code.
    pub organisation: String,
    /// Whose it is.
    pub employee_number: String,
    /// The course's code; `None` for all.
    pub course: Option<String>,
    /// First day; `None` for always.
    pub from: Option<NaiveDate>,
    /// Last day; `None` for no end.
    pub until: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// What it said before, if it said something else.
    pub before: Option<ExemptionBefore>,
}

/// What an exemption said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExemptionBefore {
    /// Its last day.
    pub until: Option<NaiveDate>,
    /// Why it was.
    pub reason: String,
}

/// Why nothing was done. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ExemptError {
    /// The number is nobody's, or more than one person's.
    #[error(transparent)]
    Whom(#[from] WhomError),
    /// The course or the reason can't be taken.
    #[error("{what}: {why}")]
    Refused {
        /// Which of them.
        what: &'static str,
        /// Why, and what to do.
        why: String,
    },
    /// The last day is before the first.
    #[error("the last day {until} is before the first day {from}: correct --from or --until")]
    EndsBeforeBegins {
        /// First day.
        from: NaiveDate,
        /// Last day.
        until: NaiveDate,
    },
    /// None is to be ended.
    #[error("{number} has no such exemption that stands: `refresher exempt list {number}` lists theirs")]
    NoneStands {
        /// The employee number.
        number: String,
    },
    /// Several could be meant.
    #[error("{number} has several exemptions: {}. Say which with --course CODE or --course all, and --from DATE", .which.join("; "))]
    SeveralStand {
        /// The employee number.
        number: String,
        /// Each of them, in words.
        which: Vec<String>,
    },
    /// It ends no later as it is.
    #[error(
        "it ends on {until} already: to let it last longer, add it again with the same --from and a later --until"
    )]
    EndsAlready {
        /// Its last day.
        until: NaiveDate,
    },
    /// Whoever wanted it wanted it once, and it was done.
    #[error("this was done before: nothing was done again")]
    DoneBefore,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}
