//! The money spent against the year gone.

use super::draw::{Bar, Bars};
use super::drawing::{self, Drawing};
use crate::board::{Disclosed, Millionths};
use crate::register::FinancialYear;
use crate::wording::pounds;

pub(super) fn budget(figures: &Disclosed) -> Option<Drawing> {
    let budget = &figures.budget;
    let (allocated, used) = (budget.allocated_pence?, budget.used?);
    let promised = Millionths::of(budget.spent_pence + budget.committed_pence, allocated)?;
    let spent = format!("{} of {}, {}", pounds(budget.spent_pence), pounds(allocated), used.shown());
    let mut bars = vec![Bar {
        name: "Spent".to_owned(),
        value: spent.clone(),
        full: percentage(used),
        pale: percentage(promised),
        tick: Some(percentage(budget.elapsed)),
    }];
    bars.push(Bar {
        name: "Year gone".to_owned(),
        value: budget.elapsed.shown(),
        full: percentage(budget.elapsed),
        pale: 0.0,
        tick: None,
    });
    let committed = match budget.committed_pence {
        0 => "nothing is committed for later".to_owned(),
        pence => format!("{} is committed for later", pounds(pence)),
    };
    // Between the percentages shown, so that the words agree with the bars.
    let gap = used.0.div_euclid(1_000) - budget.elapsed.0.div_euclid(1_000);
    let points = format!("{}.{} points", gap.unsigned_abs() / 10, gap.unsigned_abs() % 10);
    let pace = match gap {
        0 => "Spending keeps pace with the year".to_owned(),
        ahead if ahead > 0 => format!("Spending is {points} ahead of the year"),
        _ => format!("Spending is {points} behind the year"),
    };
    let year = FinancialYear::of(figures.as_at);
    Some(Drawing {
        is_wide: false,
        name: "budget",
        title: format!("Training budget {year}: spent, against the year gone"),
        says: format!("{pace}; {committed}."),
        reading: "What is committed is pale. The line across the upper bar is the share of the year gone."
            .to_owned(),
        figures: vec![
            format!("Spent: {spent}."),
            format!("Committed for later: {}.", pounds(budget.committed_pence)),
            format!("Year gone: {}.", budget.elapsed.shown()),
        ],
        svg: Bars { bars, between: 60 }.draw(),
    })
}

/// What is below 0, as after a refund, is drawn as nothing.
fn percentage(fraction: Millionths) -> f64 {
    drawing::percentage(u64::try_from(fraction.0).unwrap_or_default())
}
