//! The end of a reading before that of the workbook.

use std::ops::ControlFlow;

use super::super::fault::Fault;
use super::super::read_error::ReadError;

/// Why the reading of a workbook stops before its end.
#[derive(Debug)]
pub(super) enum WorkbookStop {
    /// Enough was seen.
    Enough,
    /// What the workbook holds can't be used.
    Refused(Fault),
    /// The file can't be read any more.
    Failed(ReadError),
}

impl From<Fault> for WorkbookStop {
    fn from(refusal: Fault) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ControlFlow<()>> for WorkbookStop {
    fn from(_: ControlFlow<()>) -> Self {
        Self::Enough
    }
}
