//! The questions that people ask, answered: what the commands print, and whatever else shows the same.
//!
//! Comes in: a [`Question`], which says the day, the knowledge, the organisation and the policy it is about, or what else
//! is to be said of what is asked; and a [`Viewer`], for whom it is answered. Goes out: an [`Answer`]: a value that is a
//! document for programs (the shapes of spec 4.1), rows for a spreadsheet ([`AnswerRows`]) and words for a terminal.
//!
//! It reads and never writes, and it never decides who may ask: it keeps to what the viewer may see. A question about one
//! person, one unit or one organisation reads that person's, unit's or organisation's rows and nobody else's.

mod board;
mod facts;
mod figures;
mod forms;
mod impact;
mod kept;
mod lists;
mod metrics;
mod named_people;
mod numbers;
mod organisations;
mod person;
mod policies;
mod question;
mod register;
mod review;
mod sending_days;
mod viewer;

use serde::Serialize;

pub(crate) use crate::paper::{PageBar, bars_on_page, line_on_page};
pub use board::{BoardMonth, IsFrozen, MonthAsked, board_month, board_organisations};
pub(crate) use board::{
    IssuedMonth, board_month_written, frozen_figures, issued_months, last_month, month_before, month_figures,
    month_told, months_before, newest_month,
};
pub(crate) use facts::facts_version;
pub use facts::{FactTable, Facts, FactsDigest, FactsMeta, FactsNaming, FactsTold, facts};
pub(crate) use figures::budget::budget_in_short;
pub use figures::budget::{BudgetAnswer, budget};
pub use figures::forecast::{Forecast, forecast};
pub use figures::status::{StatusAnswer, status};
pub(crate) use forms::shapes;
pub use forms::sheet::{AnswerCell, AnswerRows};
pub use forms::table::ListColumn;
pub(crate) use forms::table::{prose, table};
pub(crate) use impact::draft::{DraftTried, try_draft};
pub use impact::{PolicyImpact, policy_impact};
pub use kept::picture::Picture;
pub use kept::{KeptPictures, StillWorking};
pub(crate) use lists::assurance::{AnsweredStatement, assurance_register};
pub(crate) use lists::audit_log::{AuditFilter, audit_log_of_running};
pub use lists::audit_log::{AuditLog, audit_log};
pub(crate) use lists::difference;
pub use lists::exemptions::{ExemptionAnswer, ExemptionFilter, exemptions};
pub(crate) use lists::import_document::{ImportAlone, ImportDocument, ImportList};
pub use lists::imports::{Import, Imports, import, imports};
pub(crate) use lists::imports::{import_of, imports_of};
pub(crate) use lists::looks::{LookFilter, looks};
pub(crate) use lists::nodes::known_nodes;
pub use lists::nodes::{Nodes, nodes};
pub use lists::outbox::{
    OutboxAnswer, OutboxDetail, OutboxFilter, OutboxMessage, PreviewWords, outbox, outbox_message, outbox_of,
};
pub(crate) use lists::outbox::{held_messages, messages_in, outbox_message_of, people_listed_in, retried};
pub use lists::people::{People, PeopleFilter, PeopleOrder, StandingFilter, people};
pub(crate) use lists::people::{PeoplePart, PeopleRow, doubts, lapsing_before, unknown_unit};
pub(crate) use lists::policy::policy_in_force;
pub(crate) use lists::schedule::job_overviews;
pub use lists::schedule::{Jobs, jobs};
pub use lists::tokens::{Tokens, tokens};
pub(crate) use lists::tokens::{token_document, tokens_ending};
pub use lists::users::{UserAccounts, users};
pub(crate) use lists::users::{user_account, user_document};
pub(crate) use lists::worklist::{
    WorkFilter, WorkItem, WorkItemAlone, Worklist, imports_to_put_right, work_item, worklist,
};
pub(crate) use metrics::{Metric, MetricSort, audit_metric, metrics};
pub(crate) use named_people::{NamedBy, people_named};
pub(crate) use numbers::{is_somebodys, person_numbered};
pub(crate) use organisations::{
    as_configured, boards_of_nobody, check_organisation, known_among, organisation_as_configured,
    organisations, organisations_without_contact, refuse_unknown_organisation, safeguarding_contact,
    senders_of_nobody, staff_list_ages,
};
pub(crate) use person::export::person_asked_for;
pub use person::export::{PersonExport, person_export};
pub use person::{PersonExplained, person};
pub(crate) use person::{person_with_id, staff_member_seen};
pub use policies::{policy, policy_of};
pub(crate) use policies::{
    policy_known, policy_text, policy_text_of, policy_to_come, silent_rules, silent_rules_now,
    which_policy_holds,
};
pub use question::{AnsweredFrom, JudgedBy, Question};
pub(crate) use register::bouncing;
pub use register::view;
pub(crate) use review::REVIEW_WITHHOLDS;
pub use review::{Review, review};
pub(crate) use sending_days::SendingDays;
pub use viewer::Viewer;
pub(crate) use viewer::sees_nobody;

/// What a question was answered with: its serialisation is the document for programs.
pub trait Answer: Serialize {
    /// The answer for people at a terminal that is so many characters wide.
    fn words(&self, width: usize) -> String;
}
