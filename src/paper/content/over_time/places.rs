//! People to train by month-end and course, and the places for them.

use chrono::NaiveDate;

use crate::board::{DisclosedActions, DisclosedCourseActions, DisclosedMonthActions, Month, PlacesToBook};
use crate::paper::content::section::Block;
use crate::paper::table::{ShownIn, Table, TableCell, TableColumn, TableRow};
use crate::wording::long_date;

/// The month-ends to come, counted from 0, by which a page shows people to train, besides the one the sums look to.
const NEXT: [usize; 3] = [0, 1, 2];

/// People to train by each month-end, and the places for them; a page has the courses of need alone.
pub(in crate::paper::content) fn places(actions: &DisclosedActions) -> Vec<Block> {
    let of_need: Vec<&DisclosedCourseActions> =
        actions.courses.iter().filter(|course| course.months.iter().any(is_of_need)).collect();
    let by_month = to_train_by_month(actions.until, &of_need);
    let places = booked_and_missing(actions, &of_need);
    by_month.into_iter().chain([places]).map(Block::Table).collect()
}

fn is_of_need(month: &DisclosedMonthActions) -> bool {
    month.places.value().is_some_and(|places| places.to_train > 0 || places.booked > 0)
}

/// A course a row, a month-end a column: the figures of [`booked_and_missing`] as a page has room for them.
fn to_train_by_month(until: NaiveDate, of_need: &[&DisclosedCourseActions]) -> Option<Table> {
    let first = of_need.first()?;
    let until_at = first.months.iter().position(|month| month.as_at == until);
    let shown: Vec<usize> = NEXT.into_iter().filter(|at| Some(*at) < until_at).chain(until_at).collect();
    let ends = shown.iter().filter_map(|at| first.months.get(*at));
    let ends = ends.map(|month| TableColumn::new(Month::of(month.as_at).short()));
    let rows = of_need.iter().map(|course| {
        let months = shown.iter().filter_map(|at| course.months.get(*at));
        let cells =
            months.map(|month| TableCell::told(&month.places, |places| TableCell::Count(places.to_train)));
        TableRow::new([TableCell::words(&course.title)].into_iter().chain(cells).collect::<Vec<_>>())
    });
    let caption = "People to have trained by the end of each month for each course to be at its target then.";
    let columns = [TableColumn::new("Course")].into_iter().chain(ends).collect();
    Some(Table::new("To train by month", caption, columns, rows.collect()).only(ShownIn::Pages))
}

/// A course and month-end a row; a page has the rows of the month-end that the sums look to, and the sums.
fn booked_and_missing(actions: &DisclosedActions, of_need: &[&DisclosedCourseActions]) -> Table {
    let rows = actions.courses.iter().flat_map(|course| {
        let is_of_need = of_need.iter().any(|of| of.course == course.course);
        course.months.iter().map(move |month| {
            let count = |of: fn(&PlacesToBook) -> u64| {
                TableCell::told(&month.places, |places| TableCell::Count(of(places)))
            };
            let is_on_a_page = is_of_need && month.as_at == actions.until;
            TableRow::new([
                TableCell::words(&course.title),
                TableCell::words(&course.course),
                TableCell::Day(month.as_at),
                count(|of| of.to_train),
                count(|of| of.booked),
                count(|of| of.missing),
            ])
            .only(if is_on_a_page { ShownIn::Every } else { ShownIn::Workbook })
        })
    });
    let name = if actions.courses_withheld == 0 { "All courses" } else { "All courses told" };
    let sums = [actions.to_train, actions.booked, actions.missing].map(TableCell::Count);
    let sums = [TableCell::words(name), TableCell::Nothing, TableCell::Nothing].into_iter().chain(sums);
    let rows = rows.chain([TableRow::new(sums.collect::<Vec<_>>()).only(ShownIn::Pages)]).collect();
    let columns = vec![
        TableColumn::new("Course"),
        TableColumn::of_workbook("Code"),
        TableColumn::of_workbook("By"),
        TableColumn::new("To train"),
        TableColumn::new("Booked"),
        TableColumn::new("Missing"),
    ];
    let caption = format!(
        "People to have trained for each course to be at its target by {}, places booked by then, and how many more \
         people need one; the workbook has every month-end to come. A booked place counts for its own course and for \
         those it covers; one held by somebody up to date helps nobody else.",
        long_date(actions.until)
    );
    let shown_in = if of_need.is_empty() { ShownIn::Workbook } else { ShownIn::Every };
    Table::new("To train", caption, columns, rows).only(shown_in)
}
