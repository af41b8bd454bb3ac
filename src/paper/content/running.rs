//! Money, how far the figures can be trusted, and what staff were sent.

use super::headline::out_of;
use crate::board::{Disclosed, Millionths, Sent, Shown};
use crate::paper::document::{Block, Note, Row, Section, Table, Tone};
use crate::register::FinancialYear;
use crate::wording::{counted, long_date, pounds, thousands};

/// What was allocated, and what became of it.
pub(super) fn budget(figures: &Disclosed) -> Section {
    let (budget, year) = (&figures.budget, FinancialYear::of(figures.as_at));
    let as_at = long_date(figures.as_at);
    let dedicated = match (budget.allocated_pence, budget.dedicated) {
        (None, _) => "No allocation is recorded",
        (Some(_), Some(true)) => "Dedicated to safeguarding training",
        (Some(_), Some(false)) => "Not dedicated to safeguarding training",
        (Some(_), None) => "Whether it is dedicated to safeguarding training is not recorded",
    };
    let overcommitted = budget.remaining_pence.is_some_and(|remaining| remaining < 0);
    let or_none = |pence: Option<i64>| pence.map_or_else(|| "n/a".to_owned(), pounds);
    let share = |share: Option<Millionths>| share.map_or_else(|| "n/a".to_owned(), Millionths::shown);
    let rows = vec![
        fact("Allocated", Some((dedicated, Tone::Plain)), or_none(budget.allocated_pence)),
        fact(&format!("Spent up to {as_at}"), None, pounds(budget.spent_pence)),
        fact("Committed for later in the year", None, pounds(budget.committed_pence)),
        fact(
            "Remaining",
            overcommitted.then_some(("More is spent and committed than allocated", Tone::Poor)),
            or_none(budget.remaining_pence),
        ),
        fact("Budget used", Some(("Spent, out of the allocation", Tone::Plain)), share(budget.used)),
        fact(
            "Year gone",
            Some(("Days from 1 April, out of all days of the year", Tone::Plain)),
            budget.elapsed.shown(),
        ),
        fact(
            "Cost per completion",
            Some(("Spent, over completions of the policy's courses so far this year", Tone::Plain)),
            or_none(budget.cost_per_completion_pence),
        ),
    ];
    let mut blocks = Vec::new();
    if budget.allocated_pence.is_none() {
        blocks.push(Block::Paragraph(format!(
            "No training budget is recorded for {year}: there is no allocation to hold the spending against."
        )));
    }
    blocks.push(Block::Table(Table::new(["Financial year", &year.to_string()], rows)));
    Section { heading: format!("Budget {year}"), blocks }
}

/// How far the figures can be trusted.
pub(super) fn data_quality(figures: &Disclosed) -> Section {
    let quality = &figures.data_quality;
    let bouncing = match quality.bouncing_since {
        None => "They can't be reminded until their address is corrected".to_owned(),
        Some(since) => {
            format!(
                "They can't be reminded until their address is corrected; the first since {}",
                long_date(since)
            )
        }
    };
    let staff_import = quality.days_since_staff_import.map_or_else(|| "none yet".to_owned(), thousands);
    let rows = vec![
        fact(
            "People in post with no e-mail address",
            Some(("They can't be reminded", Tone::Plain)),
            thousands(quality.no_email),
        ),
        fact(
            "People in post whose e-mail comes back",
            Some((&bouncing, Tone::Plain)),
            thousands(quality.bouncing),
        ),
        fact(
            "People in post whose line manager is unknown",
            Some(("The safeguarding contact is told instead", Tone::Plain)),
            thousands(quality.unknown_managers),
        ),
        fact(
            "Rows that imports rejected this month",
            Some(("They are in no figure until put right", Tone::Plain)),
            thousands(quality.rejected_rows),
        ),
        fact(
            "Rows rejected in the last week",
            None,
            quality.rejected_rows_last_week.map_or_else(|| "n/a".to_owned(), thousands),
        ),
        fact(
            "Days since the last staff list",
            quality.is_stale().then_some((
                "Too old to rely on: joiners and leavers since are not in the figures",
                Tone::Poor,
            )),
            staff_import,
        ),
    ];
    Section {
        heading: "Data quality".to_owned(),
        blocks: vec![Block::Table(Table::new(["Measure", &figures.month.long()], rows))],
    }
}

/// What staff were sent.
pub(super) fn reminders(figures: &Disclosed) -> Section {
    let month = figures.month.long();
    let words = match figures.reminders.sent {
        Shown::Withheld(_) => format!("How many reminders were sent in {month} is withheld."),
        Shown::As(Sent { sent: 0, .. }) => format!("No reminders were sent to staff in {month}."),
        Shown::As(Sent { sent, people }) => format!(
            "{} sent to {} in {month}.",
            counted(sent, "reminder was", "reminders were"),
            counted(people, "member of staff", "members of staff"),
        ),
    };
    let effect = figures.reminders.effect.map(|effect| match effect {
        Shown::Withheld(why) => format!(
            "Courses that staff had been reminded of and that fell due in {month}: {}, so it is not shown how many were \
             renewed in time.",
            why.words()
        ),
        Shown::As(effect) if effect.fell_due == 0 => {
            format!("No course that staff had been reminded of fell due in {month}.")
        }
        Shown::As(effect) => format!(
            "{} staff had been reminded of fell due in {month}: {}, {}, renewed in time. Left out: those who had left \
             or were absent by then.",
            counted(effect.fell_due, "course", "courses"),
            out_of(effect.rate()),
            effect.rate().shown(),
        ),
    });
    let blocks = [Some(words), effect].into_iter().flatten().map(Block::Paragraph).collect();
    Section { heading: "Reminders".to_owned(), blocks }
}

fn fact(name: &str, note: Option<(&str, Tone)>, figure: String) -> Row {
    let note = note.map(|(words, tone)| Note { words: words.to_owned(), tone });
    Row { name: name.to_owned(), note, cells: vec![figure] }
}
