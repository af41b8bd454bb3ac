//! What is wrong with a file, and where.

use std::fmt;

/// Where something was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValuePlace {
    /// A line of the file; the first is 1.
    Line(usize),
    /// An environment variable.
    Variable(String),
}

/// Something that is wrong with a file, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// The file as the user named it.
    pub file: String,
    /// Where in it, or which variable instead of it.
    pub place: ValuePlace,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            ValuePlace::Line(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            ValuePlace::Variable(name) => write!(f, "{name}: {}", self.message),
        }
    }
}
