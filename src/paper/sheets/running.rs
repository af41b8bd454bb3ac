//! The headline, money, the data, reminders.

use super::{Cell, Sheet};
use crate::board::{BoardFigures, Millionths};
use crate::register::FinancialYear;
use crate::wording::long_date;

pub(super) fn summary(figures: &BoardFigures) -> Sheet {
    let counts = &figures.counts;
    let count = |name: &str, count: u64| vec![Cell::text(name), Cell::Count(count)];
    let rate = |name: &str, cell: Cell| vec![Cell::text(name), cell];
    Sheet {
        name: "Summary",
        about: format!("The whole organisation as at {}.", long_date(figures.as_at)),
        columns: vec!["Measure", "Figure"],
        rows: vec![
            count("People in post", counts.in_post),
            count("People counted", counts.staff.counted),
            count("People up to date", counts.staff.up_to_date),
            rate("Staff rate", Cell::rate(counts.staff)),
            rate("Target of the staff rate", Cell::target(figures.target_millionths)),
            count("People needed for target", figures.needed_for_target()),
            count("People absent, left out", counts.absent),
            count("Requirements counted", counts.requirements.counted),
            count("Requirements met", counts.requirements.up_to_date),
            rate("Requirement rate", Cell::rate(counts.requirements)),
            count("Requirements due soon", counts.due_soon),
            count("Requirements lapsed", counts.lapsed),
            count("Requirements not done", counts.not_done),
            count("Requirements in grace, left out", counts.in_grace),
            count("Requirements exempt, left out", counts.exempt),
        ],
    }
}

pub(super) fn budget(figures: &BoardFigures) -> Sheet {
    let (budget, year) = (&figures.budget, FinancialYear::of(figures.as_at));
    let dedicated = match (budget.allocated_pence, budget.dedicated) {
        (None, _) => "no allocation is recorded",
        (Some(_), Some(true)) => "yes",
        (Some(_), Some(false)) => "no",
        (Some(_), None) => "not recorded",
    };
    let share = |share: Millionths| Cell::Share(share.0.div_euclid(1_000));
    let fact = |name: String, cell: Cell| vec![Cell::Text(name), cell];
    Sheet {
        name: "Budget",
        about: format!("The money of the financial year {year}, up to {}.", long_date(figures.as_at)),
        columns: vec!["Measure", "Figure"],
        rows: vec![
            fact("Dedicated to safeguarding training".to_owned(), Cell::text(dedicated)),
            fact("Allocated".to_owned(), Cell::money(budget.allocated_pence)),
            fact(format!("Spent up to {}", long_date(figures.as_at)), Cell::Money(budget.spent_pence)),
            fact("Committed for later in the year".to_owned(), Cell::Money(budget.committed_pence)),
            fact("Remaining".to_owned(), Cell::money(budget.remaining_pence)),
            fact("Budget used".to_owned(), budget.used.map_or(Cell::Nothing, share)),
            fact("Year gone".to_owned(), share(budget.elapsed)),
            fact("Cost per completion".to_owned(), Cell::money(budget.cost_per_completion_pence)),
        ],
    }
}

pub(super) fn data_quality(figures: &BoardFigures) -> Sheet {
    let quality = &figures.data_quality;
    let or_nothing = |count: Option<u64>| count.map_or(Cell::Nothing, Cell::Count);
    let mut rows = vec![
        vec![Cell::text("People in post with no e-mail address"), Cell::Count(quality.no_email)],
        vec![Cell::text("People in post whose e-mail comes back"), Cell::Count(quality.bouncing)],
        vec![
            Cell::text("People in post whose line manager is unknown"),
            Cell::Count(quality.unknown_managers),
        ],
        vec![Cell::text("Rows that imports rejected in the month"), Cell::Count(quality.rejected_rows)],
    ];
    if quality.rejected_rows_last_week.is_some() {
        let name = Cell::text("Rows that imports rejected in the week before the summary");
        rows.push(vec![name, or_nothing(quality.rejected_rows_last_week)]);
    }
    rows.push(vec![
        Cell::text("Days since the last staff import"),
        or_nothing(quality.days_since_staff_import),
    ]);
    Sheet {
        name: "Data quality",
        about: "How far the figures can be trusted.".to_owned(),
        columns: vec!["Measure", "Figure"],
        rows,
    }
}

pub(super) fn reminders(figures: &BoardFigures) -> Sheet {
    let reminders = &figures.reminders;
    let count = |name: &str, count: u64| vec![Cell::text(name), Cell::Count(count)];
    let mut rows =
        vec![count("Reminders sent", reminders.sent), count("People they went to", reminders.people)];
    if let Some(effect) = &reminders.effect {
        rows.push(count("Courses that fell due after a reminder", effect.fell_due));
        rows.push(count("Renewed in time", effect.renewed_in_time));
    }
    Sheet {
        name: "Reminders",
        about: "What staff were sent in the month, and what came of it.".to_owned(),
        columns: vec!["Measure", "Figure"],
        rows,
    }
}
