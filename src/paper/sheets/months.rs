//! The months behind, and the months to come.

use super::{Cell, Sheet};
use crate::board::{Ahead, Disclosed, DisclosedCourseAhead, Places, Shown, Variation, Xmr};
use crate::compliance::Rate;
use crate::wording::{long_date, one_line};

pub(super) fn trend(figures: &Disclosed) -> Sheet {
    let months = &figures.trend;
    let rate = |staff: &Shown<Rate>| staff.value().and_then(|staff| staff.millionths());
    let rates: Vec<u64> = months.iter().filter_map(|month| rate(&month.staff)).collect();
    let xmr = Xmr::of(&rates);
    let mut meanings = xmr.iter().flat_map(|xmr| xmr.variation.iter().copied());
    let level = |of: fn(&Xmr) -> f64| xmr.as_ref().map_or(Cell::Nothing, |xmr| share(of(xmr)));
    let rows = months.iter().map(|month| {
        let meaning = rate(&month.staff).and_then(|_| meanings.next());
        vec![
            Cell::Month(month.month),
            Cell::told(&month.staff, |staff| Cell::Count(staff.up_to_date)),
            Cell::told(&month.staff, |staff| Cell::Count(staff.counted)),
            Cell::told(&month.staff, |staff| Cell::rate(*staff)),
            level(|xmr| xmr.mean),
            level(|xmr| xmr.lower),
            level(|xmr| xmr.upper),
            meaning.map_or(Cell::Nothing, |meaning| Cell::text(words(meaning))),
        ]
    });
    Sheet {
        name: "Trend",
        about: "The staff rate as each month's summary reported it, with its process limits.".to_owned(),
        columns: vec![
            "Month",
            "Up to date",
            "Counted",
            "Rate",
            "Mean",
            "Lower process limit",
            "Upper process limit",
            "Variation",
        ],
        rows: rows.collect(),
    }
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
fn share(millionths: f64) -> Cell {
    Cell::Share((millionths.clamp(0.0, 1e6) / 1_000.0).round() as i64)
}

pub(super) fn forecast(figures: &Disclosed) -> Option<Sheet> {
    let rows = figures.forecast.iter().map(|month| {
        let mut row = vec![
            Cell::Day(month.as_at),
            Cell::told(&month.staff, |staff| Cell::Count(staff.up_to_date)),
            Cell::told(&month.staff, |staff| Cell::Count(staff.counted)),
            Cell::told(&month.staff, |staff| Cell::rate(*staff)),
        ];
        row.extend(month.booked.iter().flat_map(|booked| {
            let up_to_date = Cell::told(&booked.staff, |staff| Cell::Count(staff.up_to_date));
            [up_to_date, Cell::told(&booked.staff, |staff| Cell::rate(*staff))]
        }));
        row
    });
    (!figures.forecast.is_empty()).then(|| Sheet {
        name: "Forecast",
        about: "Staff up to date at each month-end to come if nobody trains again and nobody joins; and with the \
                places booked."
            .to_owned(),
        columns: vec!["On", "Up to date", "Counted", "Rate", "Up to date as booked", "Rate as booked"],
        rows: rows.collect(),
    })
}

pub(super) fn forecast_by_course(figures: &Disclosed) -> Option<Sheet> {
    let rows: Vec<Vec<Cell>> = figures
        .forecast
        .iter()
        .flat_map(|month| {
            let booked = month.booked.as_ref().map(|booked| booked.courses.as_slice()).unwrap_or_default();
            month.courses.iter().map(move |course| {
                let booked = booked.iter().find(|booked| booked.course == course.course);
                let cells = |of: Option<&DisclosedCourseAhead>| {
                    of.map_or([Cell::Nothing, Cell::Nothing, Cell::Nothing], |of| {
                        let cell = |cell: fn(&Ahead) -> Cell| Cell::told(&of.ahead, cell);
                        [
                            cell(|of| Cell::Count(of.rate.up_to_date)),
                            cell(|of| Cell::rate(of.rate)),
                            cell(|of| Cell::Count(of.needed)),
                        ]
                    })
                };
                let [up_to_date, rate, needed] = cells(Some(course));
                let counted = Cell::told(&course.ahead, |of| Cell::Count(of.rate.counted));
                let name = Cell::text(one_line(&course.course));
                let mut row = vec![Cell::Day(month.as_at), name, up_to_date, counted, rate, needed];
                row.extend(cells(booked));
                row
            })
        })
        .collect();
    (!rows.is_empty()).then(|| Sheet {
        name: "Forecast by course",
        about: "Each course at each month-end to come, and how many more have to train for its target."
            .to_owned(),
        columns: vec![
            "On",
            "Course",
            "Up to date",
            "Counted",
            "Rate",
            "Needed for target",
            "Up to date as booked",
            "Rate as booked",
            "Needed as booked",
        ],
        rows,
    })
}

pub(super) fn actions(figures: &Disclosed) -> Option<Sheet> {
    let actions = figures.actions.as_ref()?;
    let rows = actions.courses.iter().flat_map(|course| {
        course.months.iter().map(|month| {
            let count = |of: fn(&Places) -> u64| Cell::told(&month.places, |places| Cell::Count(of(places)));
            vec![
                Cell::text(one_line(&course.course)),
                Cell::text(one_line(&course.title)),
                Cell::Day(month.as_at),
                count(|of| of.to_train),
                count(|of| of.booked),
                count(|of| of.missing),
            ]
        })
    });
    Some(Sheet {
        name: "To train",
        about: format!(
            "People to train by each month-end so that each course reaches and holds its target, the places booked, and \
             the people for whom no place is. By {}, over the courses told: {} to train, {} places booked, {} missing.",
            long_date(actions.until),
            actions.to_train,
            actions.booked,
            actions.missing
        ),
        columns: vec!["Course", "Title", "By", "To train", "Places booked", "Missing"],
        rows: rows.collect(),
    })
}
