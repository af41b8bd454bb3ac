//! The columns of a matrix that say whether a course was completed, and of which course each of them does (spec 3.2).

use super::across::Across;
use super::fields::{ColumnField, is_share, normalised};
use super::headers::Headers;
use super::labels::{bare_label, is_bare_plan, is_yes_or_no, unnumbered};
use super::layout::Layout;
use super::matrix::{MatrixStatus, MatrixStatusWords};
use super::statuses::is_place_taken;
use super::tell_tales::is_of_staff;
use crate::import::messages::Refusal;
use crate::policy::CourseIndex;

/// A header that speaks of a status.
#[derive(Debug, Clone, Copy)]
pub(super) struct StatusHeader {
    position: usize,
    words: MatrixStatusWords,
    /// The course that it names.
    course: Option<CourseIndex>,
    /// Whether it may as well be of all courses together: then the dates hold all the same.
    may_be_overall: bool,
}

impl StatusHeader {
    /// Whether it names its course itself.
    pub(super) fn is_named(&self) -> bool {
        self.course.is_some()
    }
}

/// Of what a column of a status is.
enum WhoseStatus {
    Course(CourseIndex),
    /// Of a column that is not read.
    Another,
    Unclear,
}

impl Headers {
    /// Whether a header is a label of a status and nothing else.
    pub(super) fn is_status_label(&self, header: &str) -> bool {
        self.status_words(header).is_some()
    }

    /// What a header that is neither a person's nor a course's says of a status.
    pub(super) fn status_header(
        &self,
        across: &Across,
        header: &str,
        position: usize,
    ) -> Option<StatusHeader> {
        let (course, words) = match self.status_words(header) {
            Some(words) => (None, words),
            None if is_yes_or_no(header) => (None, MatrixStatusWords::Share),
            None => across
                .with_label(header, |words| self.status_words(words))
                .map(|(course, words)| (Some(course), words))?,
        };
        let may_be_overall = !matches!(words, MatrixStatusWords::Status | MatrixStatusWords::Denial);
        Some(StatusHeader { position, words, course, may_be_overall })
    }

    /// In which words a column of this label speaks of a status; `None` where it does not.
    fn status_words(&self, label: &str) -> Option<MatrixStatusWords> {
        let label = unnumbered(label);
        match self.known.get(&normalised(label))?.0 {
            // Without its sign the label of a share is that of a day, or of anything.
            ColumnField::Status if is_share(label) && normalised(label).starts_with("complet") => {
                label.contains('%').then_some(MatrixStatusWords::Share)
            }
            ColumnField::Status if is_share(label) => Some(MatrixStatusWords::Share),
            ColumnField::Status => Some(MatrixStatusWords::Status),
            ColumnField::Compliance => Some(MatrixStatusWords::Compliance),
            ColumnField::Proficiency => Some(MatrixStatusWords::Level),
            // Dates below it are of places, and no answers.
            ColumnField::NotCompleted if is_place_taken(label) => None,
            ColumnField::NotCompleted => Some(MatrixStatusWords::Denial),
            _ => None,
        }
    }

    /// The columns of statuses that are read; `course` gives that of a column's days.
    ///
    /// # Errors
    /// Says which of them may be of several courses.
    pub(super) fn matrix_statuses(
        &self,
        layout: &Layout,
        found: &[StatusHeader],
        course: impl Fn(usize) -> Option<CourseIndex>,
    ) -> Result<Vec<MatrixStatus>, Refusal> {
        let of = |header: &StatusHeader, course| {
            let StatusHeader { position, words, .. } = *header;
            MatrixStatus { position, course, words }
        };
        let mut statuses: Vec<MatrixStatus> =
            found.iter().filter_map(|header| Some(of(header, header.course?))).collect();
        for header in found.iter().filter(|header| !header.is_named()) {
            match self.whose(layout, header, found, &statuses, &course) {
                WhoseStatus::Course(course) => statuses.push(of(header, course)),
                WhoseStatus::Unclear if !header.may_be_overall => {
                    let said = layout.header_at(header.position);
                    let first = (0..layout.headers.len()).find(|at| course(*at).is_some());
                    let example = first.map_or(String::new(), |at| layout.header_at(at));
                    return Err(Refusal::WhoseStatus {
                        line: layout.line.to_string(),
                        example: format!("{example} {}", unnumbered(&said)),
                        header: said,
                    });
                }
                WhoseStatus::Another | WhoseStatus::Unclear => {}
            }
        }
        Ok(statuses)
    }

    /// Of what a status is whose header does not name it: of the course to its left, unless another course before that one
    /// has none.
    fn whose(
        &self,
        layout: &Layout,
        status: &StatusHeader,
        found: &[StatusHeader],
        given: &[MatrixStatus],
        course: &impl Fn(usize) -> Option<CourseIndex>,
    ) -> WhoseStatus {
        let has_none = |of: CourseIndex| given.iter().all(|status| status.course != of);
        for left in (0..status.position).rev() {
            let header = layout.header_at(left);
            if let Some(own) = course(left) {
                let before = (0..left).rev().map(course).find(|before| *before != Some(own));
                return match before.flatten() {
                    Some(other) if has_none(other) => WhoseStatus::Unclear,
                    _ => WhoseStatus::Course(own),
                };
            }
            let beside = found.iter().any(|of| of.position == left);
            if beside && status.may_be_overall {
                return WhoseStatus::Unclear;
            }
            if beside || bare_label(&header).is_some() || is_bare_plan(&header) {
                continue;
            }
            let is_of_rows = header.is_empty()
                || layout.positions.contains(&Some(left))
                || self.is_left_out(&header)
                || is_of_staff(&header);
            let before = left.checked_sub(1).and_then(course);
            let is_unclear = is_of_rows || before.is_some_and(has_none);
            return if is_unclear { WhoseStatus::Unclear } else { WhoseStatus::Another };
        }
        WhoseStatus::Unclear
    }
}
