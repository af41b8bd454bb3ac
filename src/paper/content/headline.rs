//! The staff rate in words, its change, and whom it is out of.

use crate::board::{Disclosed, Month, MonthComparison, Shown, Withheld, compare};
use crate::compliance::{Rag, Rate};
use crate::paper::page_table::TableNote;
use crate::paper::table::{CellTone, TableCell, out_of};
use crate::wording::{capitalised, counted, long_date, moved, thousands};

/// The top of the paper.
#[derive(serde::Serialize)]
pub(in crate::paper) struct Headline {
    /// `312 of 578 staff, 53.9%, are up to date`.
    pub sentence: String,
    /// What to do about it: whom to train first, and how far that reaches.
    pub to_do: Option<String>,
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
        to_do: to_do(figures),
        in_short,
        standing,
        on_last_month: change("last month", figures.month.minus(1), compare(trend, 1)),
        on_last_year: change("the same month last year", figures.month.minus(12), compare(trend, 12)),
        basis: basis(figures),
    }
}

/// `312 of 578 staff, 53.9%, are up to date; up 1.2 points on last month; 209 short of the target`.
fn up_to_date(figures: &Disclosed, staff: Rate) -> String {
    let verb = if staff.up_to_date == 1 { "is" } else { "are" };
    let share = format!("{} staff, {}, {verb} up to date", out_of(staff), staff.shown());
    let parts = [Some(share), on_last_month(figures), shortfall(figures)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// `266 of 578 are not up to date; 130 of them lack one course only: training those first reaches 76.4%.`
fn to_do(figures: &Disclosed) -> Option<String> {
    let staff = *figures.counts.staff.value()?;
    let needed = *figures.needed_for_target().value()?;
    let lacking_one = *figures.headline?.lacking_one.value()?;
    let behind = staff.behind();
    if needed == 0 || behind == 0 {
        return None;
    }
    let verb = if behind == 1 { "is" } else { "are" };
    let all = format!("{} of {} {verb} not up to date", thousands(behind), thousands(staff.counted));
    let reached = Rate { up_to_date: staff.up_to_date + lacking_one, ..staff };
    Some(match lacking_one {
        0 => format!("{all}; each of them lacks more than one course."),
        one if one >= needed => format!(
            "{all}; {} of them {} one course only: training {} of those reaches the target.",
            thousands(one),
            if one == 1 { "lacks" } else { "lack" },
            thousands(needed),
        ),
        1 => format!(
            "{all}; 1 of them lacks one course only: training that one first reaches {}.",
            reached.shown()
        ),
        one => format!(
            "{all}; {} of them lack one course only: training those first reaches {}.",
            thousands(one),
            reached.shown()
        ),
    })
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
            format!(
                "{} on {than} ({}, {}, in {}).",
                capitalised(&moved(tenths)),
                out_of(then),
                then.shown(),
                month.long()
            )
        }
    }
}

fn basis(figures: &Disclosed) -> String {
    let counts = &figures.counts;
    let on = long_date(figures.as_at);
    let whom = match (&counts.staff, &counts.in_post, &counts.absent) {
        (Shown::As(staff), Shown::As(in_post), Shown::As(absent)) => {
            let nothing_counted = in_post.saturating_sub(absent + staff.counted);
            let people = |count| counted(count, "person", "people");
            let out_of = match staff.counted {
                0 => format!("Of {} in post on {on} nobody has a course to count.", people(*in_post)),
                some => format!(
                    "Out of the {} with at least one course to count, among {} in post on {on}. A person is up to date \
                     when every such course of theirs is.",
                    people(some),
                    thousands(*in_post),
                ),
            };
            let absent = (*absent > 0).then(|| format!("{} absent", people(*absent)));
            let no_course = (nothing_counted > 0).then(|| {
                let who = if absent.is_some() { thousands(nothing_counted) } else { people(nothing_counted) };
                format!("{who} with no course to count")
            });
            let left_out: Vec<String> = absent.iter().chain(&no_course).cloned().collect();
            match left_out.as_slice() {
                [] => format!("{out_of} Nobody is left out."),
                some => format!("{out_of} Left out: {}.", some.join(", and ")),
            }
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
    let Some(pairs) = figures.counts.pairs.value() else {
        return "Single courses are left out while a new starter is in grace or the person is exempt."
            .to_owned();
    };
    let in_grace =
        (pairs.in_grace > 0).then(|| format!("a new starter is in grace ({})", thousands(pairs.in_grace)));
    let exempt = (pairs.exempt > 0).then(|| format!("the person is exempt ({})", thousands(pairs.exempt)));
    let while_: Vec<String> = in_grace.into_iter().chain(exempt).collect();
    if while_.is_empty() {
        return "No single course is left out: nobody is in grace or exempt.".to_owned();
    }
    format!("Single courses are left out while {}.", while_.join(" or "))
}

/// `up 1.2 points on last month`, where last month had a summary: the direction is that of the rate.
fn on_last_month(figures: &Disclosed) -> Option<String> {
    match compare(&figures.trend, 1) {
        MonthComparison::Points { tenths: 0, .. } => Some("the same share as last month".to_owned()),
        MonthComparison::Points { tenths, .. } => Some(format!("{} on last month", moved(tenths))),
        MonthComparison::NoSummary | MonthComparison::NoRate | MonthComparison::Withheld => None,
    }
}

/// `209 short of the target`.
fn shortfall(figures: &Disclosed) -> Option<String> {
    figures.needed_for_target().value().map(|needed| match needed {
        0 => "the target is met".to_owned(),
        needed => format!("{} short of the target", thousands(*needed)),
    })
}
