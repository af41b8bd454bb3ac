//! Where the staff rate has come from, and where it goes if nobody trains again.

use super::actions;
use super::headline::out_of;
use crate::board::{Disclosed, DisclosedMonth, DisclosedMonthEnd, Shown, change_tenths};
use crate::compliance::Rate;
use crate::paper::document::{Block, Row, Section, Table};
use crate::wording::long_date;

/// The staff rate of each month with a summary, oldest first.
pub(super) fn trend_section(trend: &[DisclosedMonth]) -> Section {
    let rows = trend.iter().map(|month| {
        let before = trend.iter().find(|other| other.month == month.month.minus(1));
        let change = before.and_then(|before| change_tenths(*month.staff.value()?, *before.staff.value()?));
        let change = change.map_or_else(|| "n/a".to_owned(), signed);
        let [up_to_date, rate] = share(&month.staff);
        let cells = vec![up_to_date, rate, change];
        Row { name: month.month.long(), note: None, cells }
    });
    let words = if trend.len() == 1 {
        "This is the first summary: there is no earlier month to show."
    } else {
        "Staff up to date, as each month's summary reported it. The change is in points, on the month before."
    };
    let table = Table::new(["Month", "Up to date", "Rate", "Change"], rows.collect());
    Section {
        heading: "Trend".to_owned(),
        blocks: vec![Block::Paragraph(words.to_owned()), Block::Table(table)],
    }
}

/// The month-ends to come, and what each course needs by then; `None` where no forecast was frozen.
pub(super) fn forecast(figures: &Disclosed) -> Option<Section> {
    if figures.forecast.is_empty() {
        return None;
    }
    let any_booked = figures.forecast.iter().any(|month| *booked(month) != month.staff);
    let staff = figures.forecast.iter().map(|month| Row {
        name: long_date(month.as_at),
        note: None,
        cells: share(&month.staff)
            .into_iter()
            .chain(any_booked.then(|| booked(month).words(|rate| rate.shown())))
            .collect(),
    });
    let columns = ["On", "Up to date", "Rate"].into_iter().chain(any_booked.then_some("With booked places"));
    let staff = Table { columns: columns.map(str::to_owned).collect(), rows: staff.collect() };
    Some(Section {
        heading: "Forecast".to_owned(),
        blocks: vec![
            Block::Paragraph(format!(
                "Staff up to date at each month-end if nobody trains again and nobody joins. Out of the people in post \
                 on {} with a course to count by then: known leavers go, grace runs out, exemptions begin and end. Left \
                 out: the absent, who are taken to stay absent.",
                long_date(figures.as_at)
            )),
            Block::Table(staff),
        ]
        .into_iter()
        .chain(figures.actions.iter().flat_map(actions::table_blocks))
        .collect(),
    })
}

/// The staff rate if every booked place becomes a completion.
fn booked(month: &DisclosedMonthEnd) -> &Shown<Rate> {
    month.booked.as_ref().map_or(&month.staff, |booked| &booked.staff)
}

/// `312 of 578` and `53.9%`.
fn share(rate: &Shown<Rate>) -> [String; 2] {
    match rate {
        Shown::As(rate) => [out_of(*rate), rate.shown()],
        Shown::Withheld(why) => [why.words().to_owned(), String::new()],
    }
}

/// Tenths of a point with their sign: `+1.2`, `-0.4`, `0.0`.
fn signed(tenths: i64) -> String {
    let sign = match tenths {
        0 => "",
        tenths if tenths > 0 => "+",
        _ => "-",
    };
    format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
}
