//! Files that are brought in the browser: received, read to see what they would change, applied or discarded (spec 8.9).

mod apply;
mod bring;
mod columns;
mod desk;
mod put_right;
mod read;

pub(crate) use apply::ApplyOrder;
pub(crate) use bring::{
    BringOutcome, DraftOrder, bring, discard, draft_with_id, drafts_waiting, import_again, receive,
    tidy_drafts,
};
pub(crate) use columns::say_columns;
pub(crate) use desk::{DraftDesk, DraftLook, DraftStage};

pub(crate) use put_right::{
    PutRightOutcome, RowsToPutRight, RowsVerdict, check_rows, dismiss_row, import_rows, rejected_file,
    rejected_rows_of,
};
pub(crate) use read::{ColumnsFound, DraftEnd, DraftRead, Overruled, columns_of};

pub(crate) use crate::register::store::{RejectedRow, RejectedRows};
pub(crate) use crate::uploads::{DraftReading, ImportDraft, ReceivedFile};
