//! From last month's figure to this one, and last month as known now.

use super::{Cell, Sheet};
use crate::board::{BoardFigures, Month, Step};
use crate::compliance::Rate;

pub(super) fn bridge(figures: &BoardFigures) -> Option<Sheet> {
    let bridge = figures.bridge.as_ref()?;
    let about = if bridge.reported {
        format!(
            "From the figure reported for {} to this one, by what moved anybody; it adds up.",
            bridge.month.long()
        )
    } else {
        format!("From {} as known now to this month, by what moved anybody; it adds up.", bridge.month.long())
    };
    Some(sheet(
        "What changed",
        about,
        bridge.month,
        bridge.from,
        &bridge.steps,
        (figures.month.long(), bridge.to()),
    ))
}

pub(super) fn restatement(figures: &BoardFigures) -> Option<Sheet> {
    let restatement = figures.restatement.as_ref()?;
    let month = restatement.month.long();
    Some(sheet(
        "Restatement",
        format!(
            "{month} as reported, and as known when this summary was made, with what explains the difference."
        ),
        restatement.month,
        restatement.reported,
        &restatement.steps,
        (format!("{month}, as known now"), restatement.known_now),
    ))
}

fn sheet(
    name: &'static str,
    about: String,
    month: Month,
    from: Rate,
    steps: &[Step],
    (to_name, to): (String, Rate),
) -> Sheet {
    let end = |name: String, rate: Rate| {
        let (up_to_date, counted) = (Cell::Count(rate.up_to_date), Cell::Count(rate.counted));
        vec![Cell::text(name), Cell::Nothing, up_to_date, counted, Cell::rate(rate)]
    };
    let steps = steps.iter().map(|step| {
        let cause = step.cause.as_str().replace('_', " ");
        let people = Cell::Count(step.people);
        vec![
            Cell::text(cause),
            people,
            Cell::Change(step.up_to_date),
            Cell::Change(step.counted),
            Cell::Nothing,
        ]
    });
    let rows = std::iter::once(end(month.long(), from)).chain(steps).chain([end(to_name, to)]).collect();
    Sheet { name, about, columns: vec!["Cause", "People", "Up to date", "Counted", "Rate"], rows }
}
