//! The columns of a status, of which a file may have several: what one of them denies is not so.

use super::aliases::FileKind;
use super::fields::{ColumnField, is_share, normalised};
use super::headers::{Headers, PLACE_STATUSES};
use super::layout::Layout;
use super::training_headers::COMPLETED;

impl Layout {
    /// Takes a column `Completed` beside the day of completion for yes or no, which says more than how far somebody is.
    pub(super) fn read_completed_as_status(&mut self) {
        let completed = self.headers.iter().position(|header| normalised(header) == normalised(COMPLETED));
        let day = self.position(ColumnField::CompletedOn);
        let status = self.header(ColumnField::Status);
        let has_better =
            self.position(ColumnField::Status).is_some() && !is_share(&status) && !self.is_of_place(&status);
        if self.kind == FileKind::Training
            && day.is_some()
            && completed.is_some()
            && completed != day
            && !has_better
            && let Some(status) = self.positions.get_mut(ColumnField::Status as usize)
        {
            *status = completed;
        }
    }

    /// Finds the columns of a status besides the one that is read. One of the training is read before one of the place.
    pub(super) fn find_other_statuses(&mut self, headers: &Headers) {
        let Some(mut read) = self.position(ColumnField::Status) else { return };
        let day = self.position(ColumnField::CompletedOn);
        let is_status = |header: &str| {
            let key = normalised(header);
            let field = headers.known.get(&key).map(|known| known.0);
            // Beside the day of completion it says yes or no.
            let is_yes_or_no = self.kind == FileKind::Training && key == normalised(COMPLETED);
            field == Some(ColumnField::Status) || (is_yes_or_no && field == Some(ColumnField::CompletedOn))
        };
        let all = self.headers.iter().enumerate();
        let all = all.filter(|(at, header)| Some(*at) != day && is_status(header));
        let (of_place, of_training): (Vec<_>, Vec<_>) = all.partition(|(_, header)| self.is_of_place(header));
        if of_place.iter().any(|(at, _)| *at == read) {
            read = of_training.first().map_or(read, |(at, _)| *at);
        }
        // A course may be done before all of it is: a yes says more than a share.
        let yes_or_no = normalised(&self.header_at(read)) == normalised(COMPLETED);
        let also = |columns: Vec<(usize, &String)>| {
            let others =
                columns.into_iter().filter(|(at, header)| *at != read && !(yes_or_no && is_share(header)));
            others.map(|(at, _)| at).collect::<Vec<usize>>()
        };
        (self.also_status, self.also_place) = (also(of_training), also(of_place));
        if let Some(position) = self.positions.get_mut(ColumnField::Status as usize) {
            *position = Some(read);
        }
    }

    /// Whether a header of training records is of the status of a booked place.
    fn is_of_place(&self, header: &str) -> bool {
        let key = normalised(header);
        self.kind == FileKind::Training && PLACE_STATUSES.iter().any(|known| normalised(known) == key)
    }

    /// Finds the columns in which yes denies a completion.
    pub(super) fn find_denials(&mut self, headers: &Headers, rejection: Option<usize>) {
        let denies = |header: &str| {
            headers.known.get(&normalised(header)).is_some_and(|known| known.0 == ColumnField::NotCompleted)
        };
        let found = self.headers.iter().enumerate().filter(|(_, header)| denies(header));
        self.denials = found.map(|(at, _)| at).filter(|at| rejection != Some(*at)).collect();
    }
}
