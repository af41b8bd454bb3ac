//! A matrix's header of two rows, read as one (spec 3.2).

use super::headers::Headers;
use super::labels::{bare_label, is_bare_plan, level_in_full};

impl Headers {
    /// Whether the row above, from the column of the first course on, says what stands below each course, and nothing else:
    /// `Completed` over some, `Expires` over others.
    pub(super) fn is_labelled(&self, above: &[String], first: usize) -> bool {
        let mut over = above.iter().skip(first).filter(|over| !over.is_empty()).peekable();
        over.peek().is_some() && over.all(|over| self.is_label(over) || is_bare_plan(over))
    }

    /// Two rows of a header as one: what stands above goes on over the blank cells to its right, as merged cells come.
    pub(super) fn joined(&self, above: &[String], below: &[String]) -> Vec<String> {
        let mut group = "";
        let mut joined: Vec<String> = Vec::new();
        for at in 0..above.len().max(below.len()) {
            let text = |row: &'_ [String]| row.get(at).cloned().unwrap_or_default();
            let (over, under) = (text(above), text(below));
            if let Some(over) = above.get(at).filter(|over| !over.is_empty()) {
                group = if self.person_field(over).is_some() { "" } else { over.as_str() };
            }
            let is_alone = group.is_empty() || self.person_field(&under).is_some();
            let whole = self.below(group, &under);
            // Below a subject with levels, it is the level to its left that expires.
            let goes_on = over.is_empty() && self.is_label(&under) && !self.names_course(&whole);
            let mut to_the_left = joined.iter().rev().skip_while(|left| self.is_label(left));
            let is_of_the_left = goes_on && to_the_left.next().is_some_and(|left| self.names_course(left));
            joined.push(if under.is_empty() {
                over
            } else if is_alone || is_of_the_left {
                under
            } else {
                whole
            });
        }
        joined
    }

    /// A header below another: `Safeguarding Children - Level 2`, also where the level is written `L2`.
    fn below(&self, group: &str, under: &str) -> String {
        let whole = format!("{group} - {under}");
        let in_full = level_in_full(under).map(|level| format!("{group} - {level}"));
        in_full.filter(|full| !self.names_course(&whole) && self.names_course(full)).unwrap_or(whole)
    }

    /// Whether a header says what stands below it and not of which course.
    pub(super) fn is_label(&self, header: &str) -> bool {
        bare_label(header).is_some() || self.is_status_label(header)
    }
}
