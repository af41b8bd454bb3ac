//! What makes a file none of exemptions: whatever is not read of one says more than it means, for everybody in it and for
//! ever.

use super::aliases::FileKind;
use super::fields::{ColumnField, normalised};
use super::headers::Headers;
use super::layout::Layout;
use crate::import::Remark;
use crate::import::messages::{Refusal, Warning};

/// Columns of other kinds of file that no exemption has, by the field that they are of.
const OF_OTHERS: [(FileKind, ColumnField); 2] =
    [(FileKind::Training, ColumnField::CompletedOn), (FileKind::Bookings, ColumnField::Date)];

impl Layout {
    /// Refuses a file with a reason a row that is of something else: rejected rows of another kind, absences.
    pub(super) fn refuse_no_exemptions(
        &self,
        headers: &Headers,
        rejection: Option<usize>,
    ) -> Result<(), Refusal> {
        if self.kind != FileKind::Exemptions {
            return Ok(());
        }
        let unread = || {
            let all = self.headers.iter().enumerate().filter(|(at, header)| {
                !header.is_empty() && rejection != Some(*at) && !self.positions.contains(&Some(*at))
            });
            all.map(|(_, header)| header).filter(|header| !headers.is_left_out(header))
        };
        let line = self.line.to_string();
        for (other, field) in OF_OTHERS {
            let of_other = |header: &&String| names(other, field, header) && !headers.knows(header);
            if let Some(header) = unread().find(of_other) {
                return Err(Refusal::NoExemptions { line, header: header.clone(), other: other.to_string() });
            }
        }
        match unread().next() {
            Some(header) if self.position(ColumnField::Course).is_none() => {
                Err(Refusal::ExemptFromWhat { line, header: header.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Warns where nobody says what people are exempt from: it is everything.
    pub(super) fn warn_of_all_courses(&mut self) {
        if self.kind == FileKind::Exemptions && self.position(ColumnField::Course).is_none() {
            self.warnings.push(Remark::warning(self.line, "", "", &Warning::ExemptFromAll));
        }
    }
}

/// Whether files of the kind have such a header for the field.
fn names(kind: FileKind, field: ColumnField, header: &str) -> bool {
    let key = normalised(header);
    let mut columns = kind.columns().iter().filter(|column| column.field == field);
    columns.any(|column| column.aliases.iter().chain([&column.name]).any(|name| normalised(name) == key))
}
