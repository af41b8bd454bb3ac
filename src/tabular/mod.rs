//! Files as tables: bytes in, rows as they stand out (spec 3 and 3.7).
//!
//! Comes in: a path, and how large a file may be. Goes out: a source, which says what the file is by its content,
//! its hash and its encoding; from it every row, one at a time, with the line it begins on; or an error. What a
//! header or a cell means is for whoever reads the rows: nothing here knows a word of the field.
//!
//! Everything streams and is bounded. A file is opened anew for each reading, so that nothing of it is kept.

mod code_pages;
mod delimited;
mod encoding;
mod entities;
mod fault;
mod format;
mod label;
mod letters;
mod limits;
mod misread;
mod no_name;
mod other_files;
mod read;
mod read_error;
mod row;
mod said_encoding;
mod sheet;
mod source;
mod twice;
mod xml;
mod zipped;

pub(crate) use entities::unescaped;
pub(crate) use fault::Fault;
pub(crate) use format::Format;
pub(crate) use label::NumberLabel;
pub(crate) use letters::column_letters;
pub use limits::Limits;
pub(crate) use misread::is_garbled;
pub(crate) use no_name::no_name;
pub(crate) use read::{Shape, shapes, visit_rows};
pub(crate) use read_error::ReadError;
pub(crate) use row::{CellKind, Merged, RawRow, SheetRead, Visited};
pub use said_encoding::FileEncoding;
pub(crate) use sheet::panics_are_refusals;
pub(crate) use source::{SourceFile, content_hash};
pub(crate) use twice::once_encoded;
