//! Files that people bring in the browser, until they are imported: the folder they lie in, and a row for each.
//!
//! Comes in: the bytes of a file, and what whoever brought it said of it. Goes out: where it lies, under a name of ours, and
//! an [`ImportDraft`], which any node finds; the folder is each node's own. What they called the file is kept for people, and
//! names nothing here. It never reads what a file holds and never decides what becomes of it.

mod folder;
pub(crate) mod store;

pub(crate) use folder::{ReceivedFile, UploadFolder};
pub(crate) use store::{DraftReading, ImportDraft, NewDraft};
