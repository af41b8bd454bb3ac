//! The folder that people drop files into: which of them are ready to be taken, where they go, and which were taken.
//!
//! Comes in: what stands in the folder at each look. Goes out: the files that have stopped growing, with the kind that
//! their name says, in the order in which one builds on another ([`Watch`]); a place in `done` or `refused` for each
//! ([`Folder`]); and a ledger of what was taken ([`store`]), by which the same file is never taken twice.
//! It never reads what a file holds and never decides what becomes of it. Symbolic links and folders are not followed,
//! and nothing is ever overwritten.

mod folder;
mod names;
pub(crate) mod store;
mod watch;

pub(crate) use folder::{AnsweredFolder, Folder, MoveOutcome};
pub(crate) use names::{FileNaming, NotTaken, beginnings};
pub(crate) use watch::{SeenFile, Watch};
