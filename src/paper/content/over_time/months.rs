//! Where the staff rate has come from, and where it goes if nobody trains again.

use super::places::places;
use crate::board::{
    Disclosed, DisclosedBooked, DisclosedCourseAhead, DisclosedCourseForecast, Month, Shown, Variation, Xmr,
    change_tenths, process,
};
use crate::compliance::Rate;
use crate::paper::chart::Chart;
use crate::paper::content::section::{Block, PaperSection};
use crate::paper::table::{ShownIn, Table, TableCell, TableColumn, TableRow};
use crate::wording::long_date;

/// The staff rate of each month with a summary, oldest first.
pub(in crate::paper::content) fn trend(figures: &Disclosed) -> PaperSection {
    let months = &figures.trend;
    let parts = process(months, &figures.changes);
    let limits = |month: Month| {
        let part = parts.iter().find(|part| part.months.iter().any(|(of, _)| *of == month))?;
        let at = part.months.iter().position(|(of, _)| *of == month)?;
        Some((part.xmr.as_ref()?, at))
    };
    let rows = months.iter().map(|month| {
        let change = month.before.and_then(|before| change_tenths(*month.staff.value()?, *before.value()?));
        let limits = limits(month.month);
        let level = |of: fn(&Xmr) -> f64| limits.map_or(TableCell::Nothing, |(xmr, _)| share(of(xmr)));
        let meaning = limits.and_then(|(xmr, at)| xmr.variation.get(at).copied());
        let begins = parts.iter().find(|part| part.months.first().is_some_and(|(of, _)| *of == month.month));
        let change_of = begins.and_then(|part| part.change);
        let [up_to_date, counted, rate] = of(&month.staff);
        TableRow::new([
            TableCell::Month(month.month),
            up_to_date,
            counted,
            rate,
            change.map_or(TableCell::Missing("n/a"), TableCell::Points),
            level(|xmr| xmr.mean),
            level(|xmr| xmr.lower),
            level(|xmr| xmr.upper),
            meaning.map_or(TableCell::Nothing, |meaning| TableCell::words(words(meaning))),
            change_of
                .map_or(TableCell::Nothing, |change| TableCell::words(&change.what).after("From here on:")),
        ])
    });
    let caption = if months.len() == 1 {
        "This is the first summary: there is no earlier month to show."
    } else {
        "Staff up to date, as each month's summary reported it. The change is in points, on the month before, where that \
         has a summary."
    };
    let mut columns = vec![TableColumn::new("Month")];
    columns.extend(columns_of_a_rate());
    columns.push(TableColumn::new("Change"));
    let of_workbook = ["Mean", "Lower process limit", "Upper process limit", "Variation"];
    columns.extend(of_workbook.map(TableColumn::of_workbook));
    columns.push(TableColumn::new("What changed").below_name());
    let table = Table::new("Trend", caption, columns, rows.collect());
    PaperSection::new("Trend", vec![Block::Table(table)])
}

fn words(variation: Variation) -> &'static str {
    match variation {
        Variation::CommonCause => "common cause",
        Variation::Improvement(_) => "special cause, improving",
        Variation::Concern(_) => "special cause, of concern",
    }
}

/// A level in millionths of 1, within 0% and 100%.
#[expect(clippy::cast_possible_truncation, reason = "at most a thousand")]
fn share(millionths: f64) -> TableCell {
    TableCell::Share((millionths.clamp(0.0, 1e6) / 1_000.0).round() as i64)
}

fn columns_of_a_rate() -> [TableColumn; 3] {
    [TableColumn::new("Up to date"), TableColumn::of_workbook("Counted"), TableColumn::new("Rate")]
}

/// Up to date, counted, and the rate.
fn of(people: &Shown<Rate>) -> [TableCell; 3] {
    [
        TableCell::told(people, |of| TableCell::OutOf(*of)),
        TableCell::told(people, |of| TableCell::Count(of.counted)),
        TableCell::told(people, |of| TableCell::rate(*of)),
    ]
}

/// The month-ends to come, and what each course needs by then; `None` where no forecast was frozen.
pub(in crate::paper::content) fn forecast(figures: &Disclosed, chart: Option<Chart>) -> Option<PaperSection> {
    if figures.forecast.is_empty() {
        return None;
    }
    let by_course = forecast_by_course(figures);
    let tables = [forecast_of_staff(figures)].into_iter().chain(by_course).map(Block::Table);
    let blocks = tables.chain(figures.actions.iter().flat_map(places)).collect();
    Some(PaperSection::new("Forecast", blocks).with(chart))
}

fn forecast_of_staff(figures: &Disclosed) -> Table {
    let mut months = figures.forecast.iter();
    let any_booked = months.any(|month| month.booked.as_ref().is_some_and(|of| of.staff != month.staff));
    let rows = figures.forecast.iter().map(|month| {
        let booked = |cell: fn(&Rate) -> TableCell| {
            let booked = month.booked.as_ref();
            booked.map_or(TableCell::Nothing, |booked: &DisclosedBooked| TableCell::told(&booked.staff, cell))
        };
        let with_places = [booked(|of| TableCell::Count(of.up_to_date)), booked(|of| TableCell::rate(*of))];
        let cells = [TableCell::Day(month.as_at)].into_iter().chain(of(&month.staff)).chain(with_places);
        TableRow::new(cells.collect::<Vec<_>>())
    });
    let mut columns = vec![TableColumn::new("On")];
    columns.extend(columns_of_a_rate());
    columns.push(TableColumn::of_workbook("Up to date with booked places"));
    let with_places = TableColumn::new("Rate with booked places");
    columns.push(with_places.only(if any_booked { ShownIn::Every } else { ShownIn::Workbook }));
    let caption = format!(
        "Staff up to date at each month-end if nobody trains again and nobody joins. Out of the people in post on {} \
         with a course to count by then: known leavers go, grace runs out, exemptions begin and end. Left out: the \
         absent, who are taken to stay absent.",
        long_date(figures.as_at)
    );
    Table::new("Forecast", caption, columns, rows.collect())
}

fn forecast_by_course(figures: &Disclosed) -> Option<Table> {
    let rows = figures.forecast.iter().flat_map(|month| {
        let booked = month.booked.as_ref().map(|booked| booked.courses.as_slice()).unwrap_or_default();
        month.courses.iter().map(move |course| {
            let booked = booked.iter().find(|booked| booked.course == course.course);
            let cells = |of: Option<&DisclosedCourseAhead>| {
                let cell = |cell: fn(&DisclosedCourseForecast) -> TableCell| {
                    of.map_or(TableCell::Nothing, |of| TableCell::told(&of.ahead, cell))
                };
                [
                    cell(|of| TableCell::Count(of.rate.up_to_date)),
                    cell(|of| TableCell::rate(of.rate)),
                    cell(|of| TableCell::Count(of.needed)),
                ]
            };
            let [up_to_date, rate, needed] = cells(Some(course));
            let counted = TableCell::told(&course.ahead, |of| TableCell::Count(of.rate.counted));
            let mut row = vec![TableCell::Day(month.as_at), TableCell::words(&course.course)];
            row.extend([up_to_date, counted, rate, needed]);
            row.extend(cells(booked));
            TableRow::new(row)
        })
    });
    let columns = [
        "On",
        "Course",
        "Up to date",
        "Counted",
        "Rate",
        "Needed for target",
        "Up to date with booked places",
        "Rate with booked places",
        "Needed with booked places",
    ];
    let caption = "Each course at each month-end to come, and how many more have to train for its target.";
    let columns = columns.map(TableColumn::new).to_vec();
    let table = Table::new("Forecast by course", caption, columns, rows.collect()).only(ShownIn::Workbook);
    (!table.rows.is_empty()).then_some(table)
}
