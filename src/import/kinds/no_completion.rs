//! What says of a row of training records that it is no completion.

use crate::import::cells::compliance;
use crate::import::cells::row::RowCells;
use crate::import::cells::status::RecordStatuses;
use crate::import::columns::fields::ColumnField;
use crate::import::reading::skipped::SkipReason;

/// Whether the row is no completion: then it is set aside for what says so.
pub(super) fn is_none(cells: &mut RowCells<'_, '_>, statuses: &mut RecordStatuses) -> bool {
    if let Some(denial) = denial(cells, statuses) {
        cells.skip_by_header(denial, SkipReason::NotACompletion);
        return true;
    }
    let says_no = says_no(cells, statuses);
    says_no.into_iter().for_each(|position| cells.skip_at(position, SkipReason::NotACompletion));
    says_no.is_some()
}

/// The index of a column in which yes, or the like, says that it was not completed.
pub(super) fn denial(cells: &mut RowCells<'_, '_>, statuses: &mut RecordStatuses) -> Option<usize> {
    let layout = cells.layout;
    for &position in &layout.denials {
        let Some(text) = cells.sound_text_at(ColumnField::NotCompleted, position) else { continue };
        if layout.is_of_place_taken(position) && cells.date_at(ColumnField::NotCompleted, position).is_some()
        {
            continue;
        }
        match statuses.is_denial(&text) {
            Ok(true) => return Some(position),
            Ok(false) => {}
            Err(reason) => cells.fault_at(position, &reason),
        }
    }
    None
}

/// The index of the column whose words say that it was not completed: one of them is enough.
fn says_no(cells: &mut RowCells<'_, '_>, statuses: &mut RecordStatuses) -> Option<usize> {
    if let Some(denied_at) = statuses.denied_at(cells) {
        return Some(denied_at);
    }
    let mut is_no_level = |cells: &mut RowCells<'_, '_>, position| {
        let level = cells.sound_text_at(ColumnField::Proficiency, position).unwrap_or_default();
        !level.is_empty() && statuses.level_says_no(&level)
    };
    if let Some(at) = cells.layout.position(ColumnField::Proficiency).filter(|at| is_no_level(cells, *at)) {
        return Some(at);
    }
    if compliance::is_none(cells) {
        return cells.layout.position(ColumnField::Compliance);
    }
    let mut is_no = |cells: &mut RowCells<'_, '_>, field, position| match field {
        ColumnField::Proficiency => is_no_level(cells, position),
        ColumnField::Compliance => compliance::is_none_at(cells, position),
        _ => false,
    };
    let layout = cells.layout;
    layout
        .others
        .iter()
        .copied()
        .find(|(field, position)| is_no(cells, *field, *position))
        .map(|(_, position)| position)
}
