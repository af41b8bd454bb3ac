//! The staff rate in words, its change, whom it is out of, and what to take away.

use crate::board::{BoardFigures, Comparison, Month, TrendMonth, compare};
use crate::compliance::Rate;
use crate::mail::document::Note;
use crate::mail::wording::{counted, long_date, one_line, percent, thousands};
use crate::register::FinancialYear;

use super::groups::{standing, to_train};

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
    /// What to take away.
    pub in_short: Vec<String>,
}

pub(super) fn headline(figures: &BoardFigures, trend: &[TrendMonth]) -> Headline {
    let staff = figures.counts.staff;
    let sentence = if staff.counted == 0 {
        "No staff are counted, so there is no share up to date".to_owned()
    } else {
        let verb = if staff.up_to_date == 1 { "is" } else { "are" };
        format!("{} staff, {}, {verb} up to date", out_of(staff), staff.shown())
    };
    Headline {
        sentence,
        rate: (staff.counted > 0).then(|| staff.shown()),
        standing: standing(figures.rag, Some(figures.target_millionths)),
        on_last_month: change("last month", figures.month.minus(1), compare(trend, 1)),
        on_last_year: change("the same month last year", figures.month.minus(12), compare(trend, 12)),
        basis: basis(figures),
        in_short: [shortfall(figures), courses(figures), outlook(figures), Some(money(figures))]
            .into_iter()
            .flatten()
            .collect(),
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

fn shortfall(figures: &BoardFigures) -> Option<String> {
    let target = percent(figures.target_millionths);
    (figures.counts.staff.counted > 0).then(|| match figures.needed_for_target() {
        0 => format!("The target of {target} is met."),
        1 => format!("1 more person up to date would meet the target of {target}."),
        needed => format!("{} more people up to date would meet the target of {target}.", thousands(needed)),
    })
}

fn courses(figures: &BoardFigures) -> Option<String> {
    let judged: Vec<_> = figures.courses.iter().filter(|course| course.rag.is_some()).collect();
    let on_target = judged.iter().filter(|course| course.rag == Some(crate::compliance::Rag::Green)).count();
    let largest = judged.iter().rev().max_by_key(|course| to_train(course.counts.requirements))?;
    let standing = match (on_target, judged.len()) {
        (0, _) => "No course is on target".to_owned(),
        (on, all) if on == all => "Every course is on target".to_owned(),
        (on, all) => format!("{on} of {all} courses {} on target", if on == 1 { "is" } else { "are" }),
    };
    let people = to_train(largest.counts.requirements);
    let title = one_line(largest.title.as_deref().unwrap_or(&largest.key));
    Some(if people == 0 {
        format!("{standing}; nobody is left to train.")
    } else {
        format!("{standing}. {title} has the most people to train: {}.", thousands(people))
    })
}

fn outlook(figures: &BoardFigures) -> Option<String> {
    let month = figures.forecast.get(2).or(figures.forecast.last())?;
    month.staff.tenths()?;
    let share = format!("{} staff, {},", out_of(month.staff), month.staff.shown());
    Some(format!("If nobody trains again, {share} will be up to date on {}.", long_date(month.as_at)))
}

fn money(figures: &BoardFigures) -> String {
    let (budget, year) = (&figures.budget, FinancialYear::of(figures.as_at));
    match (budget.allocated_pence, budget.used) {
        (None, _) => format!("No training budget is recorded for {year}."),
        (Some(_), None) => format!("The training budget for {year} is nil."),
        (Some(_), Some(used)) => format!(
            "{} of the training budget for {year} is spent, with {} of the year gone.",
            used.shown(),
            budget.elapsed.shown()
        ),
    }
}
