//! A cell's value as text.

use std::fmt::Write;

use chrono::{Days, NaiveDate};

use super::super::row::CellKind;
use super::formats::{LabelledDisplay, NumberDisplay};
use super::masks::DigitMask;

/// The day that a workbook counts its days from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Epoch {
    /// 1 is 1 January 1900, and 60 a day that never was.
    #[default]
    Y1900,
    /// 0 is 1 January 1904.
    Y1904,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum CellValue<'t> {
    Text(&'t str),
    Number(f64),
    /// A number that is shown with at least so many digits.
    Padded(f64, usize),
    /// A whole number with letters or marks around its digits.
    Masked(f64, &'t [DigitMask]),
    /// A number that is shown with more beside it than its digits.
    Labelled(f64, &'t LabelledDisplay),
    /// A share that is shown as so many of a hundred.
    Percent(f64),
    /// A day, written out.
    Day(&'t str),
    /// A count of days that is shown as a date.
    Date(f64, Epoch),
    /// A part of a day that is shown as a time of day, perhaps on a clock of twelve hours.
    Clock(f64, bool),
    /// A count of days that is shown as a span of time.
    Span(f64),
    Bool(bool),
    /// A formula, as the file writes it, whose result is not stored.
    NoResult(&'t str),
}

impl<'t> CellValue<'t> {
    /// A number as its format shows it.
    pub(super) fn shown(number: f64, display: Option<&'t NumberDisplay>, epoch: Epoch) -> Self {
        let Some(display) = display else { return Self::Number(number) };
        match display.of(number) {
            NumberDisplay::Clock { twelve } if (0.0..1.0).contains(&number) => Self::Clock(number, *twelve),
            // A day of which the format shows the time alone.
            NumberDisplay::Date | NumberDisplay::Clock { .. } => Self::Date(number, epoch),
            NumberDisplay::Span => Self::Span(number),
            NumberDisplay::Padded(digits) => Self::Padded(number, *digits),
            NumberDisplay::Masked(mask) => Self::Masked(number, mask),
            NumberDisplay::Percent => Self::Percent(number),
            NumberDisplay::Labelled(display) => Self::Labelled(number, display),
            NumberDisplay::Number | NumberDisplay::Where(_) => Self::Number(number),
        }
    }

    /// What sort of cell holds it.
    pub(super) fn kind(self) -> CellKind {
        match self {
            Self::Date(..) | Self::Day(_) | Self::Clock(..) | Self::Span(_) => CellKind::Date,
            Self::Bool(_) => CellKind::Bool,
            Self::Number(number)
            | Self::Padded(number, _)
            | Self::Masked(number, _)
            | Self::Labelled(number, _)
                if number.abs() >= MOST_EXACT =>
            {
                CellKind::LongNumber
            }
            _ => CellKind::Other,
        }
    }
}

/// What stands for a result that is not stored: an error, so that it is never taken for a value.
const NO_RESULT: &str = "#CALC!";

/// What stands for a date or a time that there is none of, which spreadsheets show as a row of marks.
const NO_TIME: &str = "#NUM!";

/// Whole numbers from here on have more digits than the 15 that spreadsheets keep.
pub(super) const MOST_EXACT: f64 = 1e15;

/// The seconds of a day.
const DAY: f64 = 86_400.0;

/// The last day that spreadsheets know, 31 December 9999, counted from 1900.
const LAST_DAY: f64 = 2_958_465.0;

/// The cell as text: numbers without `.0`, dates as `2026-11-22`, times as `6:30`.
pub(super) fn write_cell(text: &mut String, value: CellValue<'_>) {
    match value {
        CellValue::Text(value) => text.push_str(value),
        CellValue::NoResult(_) => text.push_str(NO_RESULT),
        CellValue::Number(value) => write_number(text, value),
        CellValue::Padded(value, digits) => write_padded(text, value, digits),
        CellValue::Masked(value, mask) => write_masked(text, value, mask),
        CellValue::Labelled(value, display) => match &display.plain {
            NumberDisplay::Padded(digits) => write_padded(text, value, *digits),
            NumberDisplay::Masked(mask) => write_masked(text, value, mask),
            _ => write_number(text, value),
        },
        CellValue::Percent(value) => {
            write_number(text, value * 100.0);
            text.push('%');
        }
        CellValue::Day(value) => text.push_str(value),
        CellValue::Date(value, epoch) => write_date(text, value, epoch),
        CellValue::Clock(value, twelve) => write_clock(text, value, twelve),
        CellValue::Span(value) => write_span(text, value),
        CellValue::Bool(value) => text.push_str(if value { "TRUE" } else { "FALSE" }),
    }
}

/// A number with the 15 digits that spreadsheets show, so that a formula's 0.30000000000000004 is 0.3.
fn write_number(text: &mut String, value: f64) {
    let shown: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    let _ = write!(text, "{shown}");
}

/// A whole number with zeros before it, as it is shown; other numbers as they are.
fn write_padded(text: &mut String, value: f64, digits: usize) {
    let start = text.len();
    write_number(text, value);
    let written = text.get(start..).unwrap_or_default();
    if written.len() < digits && written.bytes().all(|byte| byte.is_ascii_digit()) {
        text.insert_str(start, &"0".repeat(digits - written.len()));
    }
}

/// A whole number within its mask; other numbers as they are.
fn write_masked(text: &mut String, value: f64, mask: &[DigitMask]) {
    let mut number = String::new();
    write_number(&mut number, value);
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        text.push_str(&number);
        return;
    }
    let first = mask.iter().position(|mask| !matches!(mask, DigitMask::Literal(_))).unwrap_or_default();
    let mut digits = number.chars().rev();
    let mut shown = Vec::with_capacity(mask.len());
    for (place, mask) in mask.iter().enumerate().rev() {
        match mask {
            DigitMask::Literal(c) => shown.push(*c),
            DigitMask::Zero => shown.push(digits.next().unwrap_or('0')),
            DigitMask::Digit => shown.extend(digits.next()),
        }
        if place == first {
            shown.extend(digits.by_ref());
        }
    }
    text.extend(shown.into_iter().rev());
}

/// A date cell's day. What is no day is written as no number is, so that it never counts as one: the day before the
/// first as `1900-01-00`, and the one that never was as `1900-02-29`, as spreadsheets show them.
fn write_date(text: &mut String, value: f64, epoch: Epoch) {
    match day(value, epoch) {
        Some(day) => {
            let _ = write!(text, "{day}");
        }
        None if (0.0..1.0).contains(&value) => text.push_str("1900-01-00"),
        None if (60.0..61.0).contains(&value) => text.push_str("1900-02-29"),
        None => text.push_str(NO_TIME),
    }
}

/// A time of day: `18:30`, or `6:30 PM` on a clock of twelve hours.
fn write_clock(text: &mut String, value: f64, twelve: bool) {
    if !twelve {
        return write_span(text, value);
    }
    let (seconds, half) = ((value * DAY).round(), DAY / 2.0);
    let since = seconds % half;
    let shown = if since < 3_600.0 { since + half } else { since };
    write_span(text, shown / DAY);
    text.push_str(if seconds < half { " AM" } else { " PM" });
}

/// A span of time as `6:30`, or `6:30:15` where it has seconds: the hours always first, whatever the format begins with,
/// so that minutes and seconds are never taken for hours and minutes.
pub(super) fn write_span(text: &mut String, days: f64) {
    let seconds = (days.abs() * DAY).round();
    if seconds.is_nan() || seconds > LAST_DAY * DAY {
        return text.push_str(NO_TIME);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and LAST_DAY")]
    let seconds = seconds as u64;
    let sign = if days < 0.0 && seconds > 0 { "-" } else { "" };
    let _ = write!(text, "{sign}{}:{:02}", seconds / 3_600, seconds / 60 % 60);
    if !seconds.is_multiple_of(60) {
        let _ = write!(text, ":{:02}", seconds % 60);
    }
}

fn day(value: f64, epoch: Epoch) -> Option<NaiveDate> {
    if !(1.0..=LAST_DAY).contains(&value) {
        return None;
    }
    let days = value.trunc();
    let first = match epoch {
        Epoch::Y1904 => NaiveDate::from_ymd_opt(1904, 1, 1),
        Epoch::Y1900 if days < 60.0 => NaiveDate::from_ymd_opt(1899, 12, 31),
        Epoch::Y1900 if days > 60.0 => NaiveDate::from_ymd_opt(1899, 12, 30),
        Epoch::Y1900 => None,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and LAST_DAY")]
    first?.checked_add_days(Days::new(days as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_a_spreadsheet_shows_them() {
        let cases = [
            (CellValue::Number(12.0), "12"),
            (CellValue::Number(0.1 + 0.2), "0.3"),
            (CellValue::Number(7.25), "7.25"),
            (CellValue::Number(-5.5), "-5.5"),
            (CellValue::Number(12_345_678.0), "12345678"),
            (CellValue::Padded(123.0, 5), "00123"),
            (CellValue::Padded(123_456.0, 5), "123456"),
            (CellValue::Padded(1.5, 5), "1.5"),
            (CellValue::Padded(-7.0, 5), "-7"),
            (
                CellValue::Masked(
                    107.0,
                    &[
                        DigitMask::Literal('E'),
                        DigitMask::Zero,
                        DigitMask::Zero,
                        DigitMask::Zero,
                        DigitMask::Zero,
                    ],
                ),
                "E0107",
            ),
            (
                CellValue::Masked(123_456.0, &[DigitMask::Zero, DigitMask::Literal('-'), DigitMask::Zero]),
                "12345-6",
            ),
            (CellValue::Masked(1.5, &[DigitMask::Literal('E'), DigitMask::Zero]), "1.5"),
            (CellValue::Percent(0.85), "85%"),
            (CellValue::Percent(1.0), "100%"),
            (CellValue::Bool(true), "TRUE"),
            (CellValue::Text(" a "), " a "),
        ];
        for (value, expected) in cases {
            let mut text = String::new();
            write_cell(&mut text, value);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn date_cells_are_days_in_both_date_systems() {
        let cases = [
            (46348.0, Epoch::Y1900, "2026-11-22"),
            (46348.75, Epoch::Y1900, "2026-11-22"),
            (44886.0, Epoch::Y1904, "2026-11-22"),
            (1.0, Epoch::Y1900, "1900-01-01"),
            (59.0, Epoch::Y1900, "1900-02-28"),
            (60.0, Epoch::Y1900, "1900-02-29"),
            (61.0, Epoch::Y1900, "1900-03-01"),
            (2_958_465.0, Epoch::Y1900, "9999-12-31"),
            (2_958_466.0, Epoch::Y1900, "#NUM!"),
            (0.0, Epoch::Y1900, "1900-01-00"),
            (0.5, Epoch::Y1904, "1900-01-00"),
            (-3.0, Epoch::Y1904, "#NUM!"),
            (f64::INFINITY, Epoch::Y1900, "#NUM!"),
        ];
        for (serial, epoch, expected) in cases {
            let mut text = String::new();
            write_date(&mut text, serial, epoch);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn times_are_written_as_hours_and_minutes_and_never_as_a_number() {
        let clock = |twelve| NumberDisplay::Clock { twelve };
        let cases = [
            (NumberDisplay::Span, 0.25, "6:00"),
            (NumberDisplay::Span, 6.5 / 24.0, "6:30"),
            (NumberDisplay::Span, 1.25, "30:00"),
            (NumberDisplay::Span, 7.0, "168:00"),
            (NumberDisplay::Span, 6.5 / 1_440.0, "0:06:30"),
            (NumberDisplay::Span, 0.0, "0:00"),
            (NumberDisplay::Span, -0.25, "-6:00"),
            (NumberDisplay::Span, 1e300, "#NUM!"),
            (NumberDisplay::Span, f64::NAN, "#NUM!"),
            (clock(false), 0.25, "6:00"),
            (clock(false), 0.75, "18:00"),
            (clock(false), 45_983.5, "2025-11-22"),
            (clock(true), 0.0, "12:00 AM"),
            (clock(true), 0.25, "6:00 AM"),
            (clock(true), 0.5, "12:00 PM"),
            (clock(true), 18.5 / 24.0, "6:30 PM"),
            (NumberDisplay::Date, 0.25, "1900-01-00"),
        ];
        for (display, number, expected) in cases {
            let value = CellValue::shown(number, Some(&display), Epoch::Y1900);
            let mut text = String::new();
            write_cell(&mut text, value);
            assert_eq!((text.as_str(), value.kind()), (expected, CellKind::Date), "{display:?} {number}");
        }
    }
}
