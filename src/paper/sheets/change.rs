//! From last month's figure to this one, and last month as known now.

use super::{Cell, Sheet};
use crate::board::{Disclosed, DisclosedStep, Month, Moves, Shown};
use crate::compliance::Rate;

pub(super) fn bridge(figures: &Disclosed) -> Option<Sheet> {
    let bridge = figures.bridge.as_ref()?;
    let steps = bridge.steps.value()?;
    let about = if bridge.reported {
        format!(
            "From the figure reported for {} to this one, by what moved anybody; it adds up.",
            bridge.month.long()
        )
    } else {
        format!("From {} as known now to this month, by what moved anybody; it adds up.", bridge.month.long())
    };
    Some(sheet("What changed", about, bridge.month, bridge.from, steps, (figures.month.long(), bridge.to)))
}

pub(super) fn restatement(figures: &Disclosed) -> Option<Sheet> {
    let restatement = figures.restatement.as_ref()?;
    let month = restatement.month.long();
    Some(sheet(
        "Restatement",
        format!(
            "{month} as reported, and as known when this summary was made, with what explains the difference."
        ),
        restatement.month,
        restatement.reported,
        restatement.steps.value()?,
        (format!("{month}, as known now"), restatement.known_now),
    ))
}

fn sheet(
    name: &'static str,
    about: String,
    month: Month,
    from: Shown<Rate>,
    steps: &[DisclosedStep],
    (to_name, to): (String, Shown<Rate>),
) -> Sheet {
    let end = |name: String, rate: Shown<Rate>| {
        let up_to_date = Cell::told(&rate, |rate| Cell::Count(rate.up_to_date));
        let counted = Cell::told(&rate, |rate| Cell::Count(rate.counted));
        vec![
            Cell::text(name),
            Cell::Nothing,
            up_to_date,
            counted,
            Cell::told(&rate, |rate| Cell::rate(*rate)),
        ]
    };
    let steps = steps.iter().map(|step| {
        let cause = step.cause.as_str().replace('_', " ");
        let cell = |of: fn(&Moves) -> Cell| Cell::told(&step.moves, of);
        vec![
            Cell::text(cause),
            cell(|of| Cell::Count(of.people)),
            cell(|of| Cell::Change(of.up_to_date)),
            cell(|of| Cell::Change(of.counted)),
            Cell::Nothing,
        ]
    });
    let rows = std::iter::once(end(month.long(), from)).chain(steps).chain([end(to_name, to)]).collect();
    Sheet { name, about, columns: vec!["Cause", "People", "Up to date", "Counted", "Rate"], rows }
}
