//! What can be asked, one file a thing.

pub(super) mod described;
pub(super) mod facts;
pub(super) mod health;
pub(super) mod imports;
pub(super) mod metrics;
pub(super) mod upload;
