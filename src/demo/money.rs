//! What the fictional trust has been given for safeguarding training, and what it was spent on.

use chrono::{Days, NaiveDate};

use super::dice::Dice;
use super::people::back;
use crate::register::{FinancialYear, Pence};

/// Days between two expenses.
const RHYTHM: i64 = 17;

/// A line of expenses.
#[derive(Debug, Clone)]
pub(super) struct Spending {
    /// The day it counts on; after today, it is committed.
    pub on: NaiveDate,
    /// What for.
    pub description: &'static str,
    /// How much; negative for a credit note.
    pub pence: Pence,
    /// Course code; may be empty.
    pub course: &'static str,
    /// How many people it was for; 0 where that says nothing.
    pub people: u64,
    /// Order number, unique.
    pub reference: String,
}

type ExpenseTemplate = (&'static str, &'static str, Pence, u64);

const ITEMS: &[ExpenseTemplate] = &[
    ("Level 3 training day, external trainer", "SGC-L3", 125_000, 24),
    ("Half-day course places, safeguarding partnership", "SGC-L3", 52_500, 15),
    ("Backfill for level 3 attendance", "SGC-L3", 184_000, 10),
    ("Adult safeguarding workshop", "SGA-L2", 78_000, 20),
    ("Prevent workshop materials", "PREVENT-AWARE", 21_450, 60),
    ("Named professionals' conference", "SGC-L4", 64_500, 3),
    ("Room hire and refreshments", "", 32_000, 30),
    ("E-learning licence, quarter", "SGC-L1", 245_000, 0),
    ("Late cancellation charge", "SGC-L3", 15_000, 3),
    ("Board development session", "SGC-BOARD", 95_000, 9),
];

/// Allocations for the financial year of `today` and the two before it, in pence.
pub(super) fn budgets(today: NaiveDate) -> [(FinancialYear, Pence); 3] {
    let FinancialYear(this) = FinancialYear::of(today);
    [
        (FinancialYear(this - 2), 2_200_000),
        (FinancialYear(this - 1), 2_350_000),
        (FinancialYear(this), 2_500_000),
    ]
}

/// About sixty lines of expenses over those years, one of them a credit note, and three orders for days to come.
pub(super) fn spending(today: NaiveDate, dice: &mut Dice) -> Vec<Spending> {
    let FinancialYear(this) = FinancialYear::of(today);
    let mut on = FinancialYear(this - 2).first_day() + Days::new(6);
    let mut lines = Vec::new();
    while on <= today {
        lines.push(line(on, lines.len(), dice));
        on = back(on, -RHYTHM - dice.days(-3, 3));
    }
    let credited = back(today, 40);
    let reference = format!("CN-{}", credited.format("%Y%m%d"));
    let description = "Credit note: course cancelled by the provider";
    lines.push(Spending {
        on: credited,
        description,
        pence: -35_000,
        course: "SGC-L3",
        people: 0,
        reference,
    });
    for ahead in [12, 33, 61] {
        lines.push(line(today + Days::new(ahead), lines.len(), dice));
    }
    lines
}

fn line(on: NaiveDate, place: usize, dice: &mut Dice) -> Spending {
    let (description, course, usual, people) = dice.pick(ITEMS);
    let pence = usual + dice.days(-40, 60) * usual / 400;
    Spending { on, description, pence, course, people, reference: format!("PO-{:05}", 40_117 + place * 3) }
}
