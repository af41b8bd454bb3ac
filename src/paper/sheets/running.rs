//! The headline, money, the data, reminders.

use super::{Cell, Sheet};
use crate::board::{Disclosed, Millionths, PairCounts, Renewed, Sent, Shown};
use crate::compliance::Rate;
use crate::register::FinancialYear;
use crate::wording::long_date;

pub(super) fn summary(figures: &Disclosed) -> Sheet {
    let counts = &figures.counts;
    let count =
        |name: &str, of: &Shown<u64>| vec![Cell::text(name), Cell::told(of, |count| Cell::Count(*count))];
    let staff = |name: &str, of: fn(&Rate) -> Cell| vec![Cell::text(name), Cell::told(&counts.staff, of)];
    let pairs =
        |name: &str, of: fn(&PairCounts) -> Cell| vec![Cell::text(name), Cell::told(&counts.pairs, of)];
    Sheet {
        name: "Summary",
        about: format!("The whole organisation as at {}.", long_date(figures.as_at)),
        columns: vec!["Measure", "Figure"],
        rows: vec![
            count("People in post", &counts.in_post),
            staff("People counted", |of| Cell::Count(of.counted)),
            staff("People up to date", |of| Cell::Count(of.up_to_date)),
            staff("Staff rate", |of| Cell::rate(*of)),
            vec![Cell::text("Target of the staff rate"), Cell::target(figures.target_millionths)],
            count("People needed for target", &figures.needed_for_target()),
            count("People absent, left out", &counts.absent),
            pairs("Requirements counted", |of| Cell::Count(of.requirements.counted)),
            pairs("Requirements met", |of| Cell::Count(of.requirements.up_to_date)),
            pairs("Requirement rate", |of| Cell::rate(of.requirements)),
            pairs("Requirements due soon", |of| Cell::Count(of.due_soon)),
            pairs("Requirements lapsed", |of| Cell::Count(of.lapsed)),
            pairs("Requirements not done", |of| Cell::Count(of.not_done)),
            pairs("Requirements in grace, left out", |of| Cell::Count(of.in_grace)),
            pairs("Requirements exempt, left out", |of| Cell::Count(of.exempt)),
        ],
    }
}

pub(super) fn budget(figures: &Disclosed) -> Sheet {
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

pub(super) fn data_quality(figures: &Disclosed) -> Sheet {
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

pub(super) fn reminders(figures: &Disclosed) -> Sheet {
    let reminders = &figures.reminders;
    let sent = |name: &str, of: fn(&Sent) -> u64| {
        vec![Cell::text(name), Cell::told(&reminders.sent, |sent| Cell::Count(of(sent)))]
    };
    let mut rows = vec![sent("Reminders sent", |of| of.sent), sent("People they went to", |of| of.people)];
    if let Some(effect) = &reminders.effect {
        let count = |name: &str, of: fn(&Renewed) -> u64| {
            vec![Cell::text(name), Cell::told(effect, |effect| Cell::Count(of(effect)))]
        };
        rows.push(count("Courses that fell due after a reminder", |of| of.fell_due));
        rows.push(count("Renewed in time", |of| of.renewed_in_time));
    }
    Sheet {
        name: "Reminders",
        about: "What staff were sent in the month, and what came of it.".to_owned(),
        columns: vec!["Measure", "Figure"],
        rows,
    }
}
