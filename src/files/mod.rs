//! Files at the edge of the program: what is read as one, and how one is written so that no other comes to harm.
//!
//! Comes in: a path that a person, the settings or a folder named. Goes out: an open file, or why there is none, in
//! words that stand after its name. What is read is a file, never a pipe, a device, a socket or a folder, which could
//! hold the program up for ever or be without an end. What is written appears whole or not at all, and nothing that is
//! there is overwritten unless it is ours or somebody says so.

mod csv_writer;
mod input;
mod output;
pub(crate) mod private;

pub(crate) use csv_writer::{CsvWriter, LineEnd};
pub use input::Links;
pub(crate) use input::{open, read_text, read_text_of};
pub(crate) use output::Draft;
pub use output::Existing;
pub(crate) use private::free_space;

use std::fs::Metadata;

/// What something that is no plain file is, as a sentence goes on after "it is"; `None` of a plain file.
fn other_kind(metadata: &Metadata) -> Option<&'static str> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return None;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
        if kind.is_char_device() || kind.is_block_device() {
            return Some("a device");
        }
    }
    Some(match kind {
        kind if kind.is_dir() => "a folder",
        kind if kind.is_symlink() => "a symbolic link",
        _ => "no plain file",
    })
}
