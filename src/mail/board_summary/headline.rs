//! The staff rate in words, its change, and whom it is out of.

use crate::board::{BoardFigures, Comparison, Month, TrendMonth, compare};
use crate::compliance::Rate;
use crate::mail::document::Note;
use crate::mail::wording::{counted, long_date, thousands};

use super::groups::standing;

/// The top of the paper.
#[derive(serde::Serialize)]
pub(super) struct Headline {
    /// `312 of 578 staff, 53.9%, are up to date`.
    pub sentence: String,
    /// The rate alone, for the subject.
    pub rate: Option<String>,
    /// How it stands against its target.
    pub standing: Note,
    /// Against last month.
    pub on_last_month: String,
    /// Against the same month last year.
    pub on_last_year: String,
    /// Whom the percentage is out of, and who is left out.
    pub basis: String,
}

pub(super) fn headline(figures: &BoardFigures, trend: &[TrendMonth]) -> Headline {
    let staff = figures.counts.staff;
    let sentence = if staff.counted == 0 {
        "No staff are counted, so there is no share up to date".to_owned()
    } else {
        let verb = if staff.up_to_date == 1 { "is" } else { "are" };
        let share = format!("{} staff, {}, {verb} up to date", out_of(staff), staff.shown());
        [Some(share), on_last_month(figures, trend), shortfall(figures)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("; ")
    };
    Headline {
        sentence,
        rate: (staff.counted > 0).then(|| staff.shown()),
        standing: standing(figures.rag, Some(figures.target_millionths)),
        on_last_month: change("last month", figures.month.minus(1), compare(trend, 1)),
        on_last_year: change("the same month last year", figures.month.minus(12), compare(trend, 12)),
        basis: basis(figures),
    }
}

/// `312 of 578`.
pub(super) fn out_of(rate: Rate) -> String {
    format!("{} of {}", thousands(rate.up_to_date), thousands(rate.counted))
}

fn change(than: &str, month: Month, comparison: Comparison) -> String {
    match comparison {
        Comparison::NoSummary => format!("No summary for {} to compare with.", month.long()),
        Comparison::NoRate => format!("No rate to compare with {}, {}.", than, month.long()),
        Comparison::Points { tenths, then } => {
            let moved = match tenths {
                0 => "Unchanged".to_owned(),
                _ => {
                    let size = tenths.unsigned_abs();
                    let unit = if size == 10 { "point" } else { "points" };
                    let direction = if tenths > 0 { "Up" } else { "Down" };
                    format!("{direction} {}.{} {unit}", size / 10, size % 10)
                }
            };
            format!("{moved} on {than} ({}, {}, in {}).", out_of(then), then.shown(), month.long())
        }
    }
}

fn basis(figures: &BoardFigures) -> String {
    let counts = &figures.counts;
    let nothing_counted = counts.in_post.saturating_sub(counts.absent + counts.staff.counted);
    let mut basis = format!(
        "Out of the {} with at least one course to count, among {} in post on {}. A person is up to date when every \
         such course of theirs is. Left out: {} absent, and {} with no course to count.",
        counted(counts.staff.counted, "person", "people"),
        thousands(counts.in_post),
        long_date(figures.as_at),
        counted(counts.absent, "person", "people"),
        thousands(nothing_counted),
    );
    basis.push(' ');
    basis.push_str(&left_out_courses(figures));
    basis
}

/// Which single courses of counted people are left out of every figure.
pub(super) fn left_out_courses(figures: &BoardFigures) -> String {
    format!(
        "Single courses are left out while a new starter is in grace ({}) or the person is exempt ({}).",
        thousands(figures.counts.in_grace),
        thousands(figures.counts.exempt),
    )
}

/// `12 more than last month`, where last month had a summary.
fn on_last_month(figures: &BoardFigures, trend: &[TrendMonth]) -> Option<String> {
    let before = trend.iter().find(|month| month.month == figures.month.minus(1))?;
    let (now, then) = (figures.counts.staff.up_to_date, before.staff.up_to_date);
    Some(match now.cast_signed() - then.cast_signed() {
        0 => "as many as last month".to_owned(),
        change => {
            let direction = if change > 0 { "more" } else { "fewer" };
            format!("{} {direction} than last month", thousands(change.unsigned_abs()))
        }
    })
}

/// `209 short of the target`.
fn shortfall(figures: &BoardFigures) -> Option<String> {
    (figures.counts.staff.counted > 0).then(|| match figures.needed_for_target() {
        0 => "the target is met".to_owned(),
        needed => format!("{} short of the target", thousands(needed)),
    })
}
