//! The whole organisation, money, how far the figures can be trusted, and what staff were sent: a measure a row.

use std::collections::BTreeSet;

use super::section::{Block, PaperSection};
use crate::board::{
    Disclosed, DisclosedPairCounts, DisclosedRenewals, DisclosedSending, Millionths, Shown, asking_nobody,
};
use crate::compliance::{Rate, Silent};
use crate::paper::table::{CellTone, ShownIn, Table, TableCell, TableColumn, TableRow};
use crate::register::FinancialYear;
use crate::wording::long_date;

/// The counts of the whole organisation; on a page they are the headline and what stands below it.
pub(super) fn whole(figures: &Disclosed) -> Table {
    let counts = &figures.counts;
    let count = |name, of: &Shown<u64>| fact(name, TableCell::told(of, |count| TableCell::Count(*count)));
    let staff = |name, of: fn(&Rate) -> TableCell| fact(name, TableCell::told(&counts.staff, of));
    let pairs =
        |name, of: fn(&DisclosedPairCounts) -> TableCell| fact(name, TableCell::told(&counts.pairs, of));
    let rows = vec![
        count("People in post", &counts.in_post),
        staff("People counted", |of| TableCell::Count(of.counted)),
        staff("People up to date", |of| TableCell::Count(of.up_to_date)),
        staff("Staff rate", |of| TableCell::rate(*of)),
        fact("Target of the staff rate", TableCell::target(figures.target_millionths)),
        count("People needed for target", &figures.needed_for_target()),
        count("People absent, left out", &counts.absent),
        pairs("Requirements counted", |of| TableCell::Count(of.requirements.counted)),
        pairs("Requirements met", |of| TableCell::Count(of.requirements.up_to_date)),
        pairs("Requirement rate", |of| TableCell::rate(of.requirements)),
        pairs("Requirements due soon", |of| TableCell::Count(of.due_soon)),
        pairs("Requirements lapsed", |of| TableCell::Count(of.lapsed)),
        pairs("Requirements not done", |of| TableCell::Count(of.not_done)),
        pairs("Requirements in grace, left out", |of| TableCell::Count(of.in_grace)),
        pairs("Requirements exempt, left out", |of| TableCell::Count(of.exempt)),
    ];
    let caption = format!("The whole organisation as at {}.", long_date(figures.as_at));
    let columns = ["Measure", "Figure"].map(TableColumn::new).to_vec();
    Table::new("Summary", caption, columns, rows).only(ShownIn::Workbook)
}

/// What was allocated, and what became of it.
pub(super) fn budget(figures: &Disclosed) -> PaperSection {
    let (budget, year) = (&figures.budget, FinancialYear::of(figures.as_at));
    let dedicated = match (budget.allocated_pence, budget.dedicated) {
        (None, _) => "No allocation is recorded",
        (Some(_), Some(true)) => "Dedicated to safeguarding training",
        (Some(_), Some(false)) => "Not dedicated to safeguarding training",
        (Some(_), None) => "Whether it is dedicated to safeguarding training is not recorded",
    };
    let remaining = budget.remaining_pence;
    let over = if remaining.is_some_and(|remaining| remaining < 0) {
        "More is spent and committed than allocated"
    } else {
        ""
    };
    let money = |pence: Option<i64>, or: &'static str| pence.map_or(TableCell::Missing(or), TableCell::Money);
    let share = |share: Millionths| TableCell::Share(share.0.div_euclid(1_000));
    let rows = vec![
        noted("Allocated", money(budget.allocated_pence, "n/a"), dedicated),
        fact(&format!("Spent up to {}", long_date(figures.as_at)), TableCell::Money(budget.spent_pence)),
        fact("Committed for later in the year", TableCell::Money(budget.committed_pence)),
        noted("Remaining", money(remaining, "n/a"), over).sounding(CellTone::Poor),
        noted(
            "Budget used",
            budget.used.map_or(TableCell::Missing("n/a"), share),
            "Spent, out of the allocation",
        ),
        noted("Year gone", share(budget.elapsed), "Days from 1 April, out of all days of the year"),
        noted(
            "Cost per completion",
            money(budget.cost_per_completion_pence.filter(|cost| *cost > 0), "not known"),
            "Spent, over completions of the policy's courses so far this year",
        ),
    ];
    let missing = budget.allocated_pence.is_none().then(|| {
        Block::Paragraph(format!(
            "No training budget is recorded for {year}: there is no allocation to hold the spending against."
        ))
    });
    let caption = format!("The money of the financial year {year}, up to {}.", long_date(figures.as_at));
    let table = Block::Table(facts("Budget", caption, rows));
    PaperSection::new(format!("Budget {year}"), missing.into_iter().chain([table]).collect())
}

/// How far the figures can be trusted.
pub(super) fn data_quality(figures: &Disclosed) -> PaperSection {
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
    let count = |count: Option<u64>, or: &'static str| count.map_or(TableCell::Missing(or), TableCell::Count);
    let stale = if quality.is_stale() {
        "Too old to rely on: joiners and leavers since are not in the figures"
    } else {
        ""
    };
    let rows = vec![
        noted(
            "People in post with no email address",
            TableCell::Count(quality.no_email),
            "They can't be reminded",
        ),
        noted("People in post whose email comes back", TableCell::Count(quality.bouncing), &bouncing),
        noted(
            "People in post whose line manager is unknown",
            TableCell::Count(quality.unknown_managers),
            "The safeguarding contact is told instead",
        ),
        noted(
            "Rows that imports rejected in the month",
            TableCell::Count(quality.rejected_rows),
            "They are in no figure until put right",
        ),
        fact(
            "Rows that imports rejected in the week before the summary",
            count(quality.rejected_rows_last_week, "n/a"),
        ),
        noted("Days since the last staff list", count(quality.days_since_staff_import, "none yet"), stale)
            .sounding(if quality.is_stale() { CellTone::Poor } else { CellTone::Plain }),
    ];
    let mut rows = rows;
    rows.extend(quality.asks_nobody.as_deref().map(rules_asking_nobody));
    let caption = format!("How far the figures of {} can be trusted.", figures.month.long());
    PaperSection::new("Data quality", vec![Block::Table(facts("Data quality", caption, rows))])
}

/// The rules that are told in words; further ones are counted alone.
const MOST_TOLD: usize = 3;

fn rules_asking_nobody(silent: &[Silent]) -> TableRow {
    let numbers: BTreeSet<usize> = silent.iter().map(|one| one.requirement).collect();
    let said = asking_nobody(silent);
    let mut told: Vec<String> = said.iter().take(MOST_TOLD).cloned().collect();
    if said.len() > MOST_TOLD {
        told.push(format!("and {} more", said.len() - MOST_TOLD));
    }
    let note = match told.as_slice() {
        [] => String::new(),
        told => format!("They make people look trained: {}", told.join("; ")),
    };
    noted("Rules of the policy that ask nobody", TableCell::Count(numbers.len() as u64), &note)
        .sounding(if silent.is_empty() { CellTone::Plain } else { CellTone::Poor })
}

/// What staff were sent, and what came of it.
pub(super) fn reminders(figures: &Disclosed) -> PaperSection {
    let reminders = &figures.reminders;
    let sent = |name, of: fn(&DisclosedSending) -> u64| {
        fact(name, TableCell::told(&reminders.sent, |sent| TableCell::Count(of(sent))))
    };
    let mut rows = vec![sent("Reminders sent", |of| of.sent), sent("People they went to", |of| of.people)];
    if let Some(effect) = &reminders.effect {
        let cell = |of: fn(&DisclosedRenewals) -> TableCell| TableCell::told(effect, of);
        rows.extend([
            noted(
                "Courses that fell due after a reminder",
                cell(|of| TableCell::Count(of.fell_due)),
                "Left out: those whose holders had left or were absent by then",
            ),
            fact("Renewed in time", cell(|of| TableCell::Count(of.renewed_in_time))),
            noted(
                "Rate renewed in time",
                cell(|of| TableCell::rate(of.rate())),
                "Renewed in time, out of those that fell due",
            ),
        ]);
    }
    let caption = format!("What staff were sent in {}, and what came of it.", figures.month.long());
    PaperSection::new("Reminders", vec![Block::Table(facts("Reminders", caption, rows))])
}

fn facts(name: &'static str, caption: String, rows: Vec<TableRow>) -> Table {
    let columns =
        vec![TableColumn::new("Measure"), TableColumn::new("Figure"), TableColumn::new("Note").below_name()];
    Table::new(name, caption, columns, rows)
}

fn fact(name: &str, figure: TableCell) -> TableRow {
    noted(name, figure, "")
}

fn noted(name: &str, figure: TableCell, note: &str) -> TableRow {
    let note = if note.is_empty() { TableCell::Nothing } else { TableCell::words(note) };
    TableRow::new([TableCell::words(name), figure, note])
}
