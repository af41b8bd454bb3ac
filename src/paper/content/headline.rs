//! The staff rate in words, its change, and whom it is out of.

use crate::board::{Disclosed, Month, MonthComparison, Shown, Withheld, compare};
use crate::compliance::{Rag, Rate};
use crate::paper::page_table::TableNote;
use crate::paper::table::{CellTone, TableCell, out_of};
use crate::wording::{counted, long_date, thousands};

/// The top of the paper.
#[derive(serde::Serialize)]
pub(in crate::paper) struct Headline {
    /// `312 of 578 staff, 53.9%, are up to date`.
    pub sentence: String,
    /// The rate alone, for the subject: `53.9% of staff up to date`.
    pub in_short: String,
    /// How it stands against its target.
    pub standing: TableNote,
    /// Against last month.
    pub on_last_month: String,
    /// Against the same month last year.
    pub on_last_year: String,
    /// Whom the percentage is out of, and who is left out.
    pub basis: String,
}

pub(super) fn headline(figures: &Disclosed) -> Headline {
    let trend = &figures.trend;
    let against_target = || against_target(figures.rag, figures.target_millionths);
    let (sentence, in_short, standing) = match figures.counts.staff {
        Shown::Withheld(why) => {
            let sentence = format!("Staff counted are {}, so no share of them is shown", why.words());
            (sentence, format!("{} staff counted", why.words()), withheld(why))
        }
        Shown::As(staff) if staff.counted == 0 => {
            let sentence = "No staff are counted, so there is no share up to date".to_owned();
            (sentence, "no staff counted".to_owned(), against_target())
        }
        Shown::As(staff) => {
            let in_short = format!("{} of staff up to date", staff.shown());
            (up_to_date(figures, staff), in_short, against_target())
        }
    };
    Headline {
        sentence,
        in_short,
        standing,
        on_last_month: change("last month", figures.month.minus(1), compare(trend, 1)),
        on_last_year: change("the same month last year", figures.month.minus(12), compare(trend, 12)),
        basis: basis(figures),
    }
}

/// `312 of 578 staff, 53.9%, are up to date; 7 more than last month; 209 short of the target`.
fn up_to_date(figures: &Disclosed, staff: Rate) -> String {
    let verb = if staff.up_to_date == 1 { "is" } else { "are" };
    let share = format!("{} staff, {}, {verb} up to date", out_of(staff), staff.shown());
    let parts = [Some(share), on_last_month(figures, staff), shortfall(figures)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// How the staff rate stands, with its target.
fn against_target(rag: Option<Rag>, target_millionths: u64) -> TableNote {
    let words = TableCell::Standing(rag, Some(target_millionths)).in_words();
    TableNote { words, tone: CellTone::of(rag) }
}

/// In place of how a rate stands that is withheld.
fn withheld(why: Withheld) -> TableNote {
    let words = match why {
        Withheld::UnderFive => "Of under 5 people: not shown",
        Withheld::Beside => "Not shown: it would tell the counts of under 5 people",
    };
    TableNote { words: words.to_owned(), tone: CellTone::Plain }
}

fn change(than: &str, month: Month, comparison: MonthComparison) -> String {
    match comparison {
        MonthComparison::NoSummary => format!("No summary for {} to compare with.", month.long()),
        MonthComparison::NoRate => format!("No rate to compare with {}, {}.", than, month.long()),
        MonthComparison::Withheld => {
            format!("The change on {than}, {}, is withheld: it is of under 5 people.", month.long())
        }
        MonthComparison::Points { tenths, then } => {
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

fn basis(figures: &Disclosed) -> String {
    let counts = &figures.counts;
    let on = long_date(figures.as_at);
    let whom = match (&counts.staff, &counts.in_post, &counts.absent) {
        (Shown::As(staff), Shown::As(in_post), Shown::As(absent)) => {
            let nothing_counted = in_post.saturating_sub(absent + staff.counted);
            format!(
                "Out of the {} with at least one course to count, among {} in post on {on}. A person is up to date when \
                 every such course of theirs is. Left out: {} absent, and {} with no course to count.",
                counted(staff.counted, "person", "people"),
                thousands(*in_post),
                counted(*absent, "person", "people"),
                thousands(nothing_counted),
            )
        }
        _ => format!(
            "Out of the people in post on {on} with at least one course to count. A person is up to date when every such \
             course of theirs is. Left out: the absent, and people with no course to count."
        ),
    };
    format!("{whom} {}", left_out_courses(figures))
}

/// Which single courses of counted people are left out of every figure.
pub(super) fn left_out_courses(figures: &Disclosed) -> String {
    match figures.counts.pairs.value() {
        Some(pairs) => format!(
            "Single courses are left out while a new starter is in grace ({}) or the person is exempt ({}).",
            thousands(pairs.in_grace),
            thousands(pairs.exempt),
        ),
        None => {
            "Single courses are left out while a new starter is in grace or the person is exempt.".to_owned()
        }
    }
}

/// `12 more than last month`, where last month had a summary.
fn on_last_month(figures: &Disclosed, now: Rate) -> Option<String> {
    let before = figures.trend.iter().find(|month| month.month == figures.month.minus(1))?;
    let then = before.staff.value()?;
    Some(match now.up_to_date.cast_signed() - then.up_to_date.cast_signed() {
        0 => "as many as last month".to_owned(),
        change => {
            let direction = if change > 0 { "more" } else { "fewer" };
            format!("{} {direction} than last month", thousands(change.unsigned_abs()))
        }
    })
}

/// `209 short of the target`.
fn shortfall(figures: &Disclosed) -> Option<String> {
    figures.needed_for_target().value().map(|needed| match needed {
        0 => "the target is met".to_owned(),
        needed => format!("{} short of the target", thousands(*needed)),
    })
}
