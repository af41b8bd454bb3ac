//! Files that are brought in the browser: received, read to see what they would change, applied or discarded (spec 8.9).

mod apply;
mod bring;
mod desk;

pub(crate) use apply::ApplyOrder;
pub(crate) use bring::{
    BringOutcome, DraftOrder, bring, discard, draft_with_id, drafts_waiting, receive, tidy_drafts,
};
pub(crate) use desk::{DraftDesk, DraftEnd, DraftLook, DraftRead, DraftStage};

pub(crate) use crate::uploads::{ImportDraft, ReceivedFile};
