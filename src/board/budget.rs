//! What the training budget was, what became of it, and what a completion cost (spec 2.7, 4.1).

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::register::{Budget, Expense, FinancialYear, Pence};

/// A fraction of 1 in millionths, rounded down; in JSON a number with at most six decimals (spec 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millionths(pub i64);

impl Millionths {
    /// The whole.
    pub const ONE: Self = Self(1_000_000);

    /// `part` over `whole`, or `None` where the whole is not above 0.
    pub fn of(part: i64, whole: i64) -> Option<Self> {
        let exact = (whole > 0).then(|| (i128::from(part) * 1_000_000).div_euclid(i128::from(whole)))?;
        i64::try_from(exact).ok().map(Self)
    }

    /// The fraction for people, as a percentage with one decimal, rounded down: `38.2%`.
    pub fn shown(self) -> String {
        let tenths = self.0.div_euclid(1_000);
        let sign = if tenths < 0 { "-" } else { "" };
        format!("{sign}{}.{}%", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
    }
}

impl Serialize for Millionths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_precision_loss, reason = "a fraction kept to six decimals is far below 2^53")]
        serializer.serialize_f64(self.0 as f64 / 1e6)
    }
}

impl<'de> Deserialize<'de> for Millionths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fraction = f64::deserialize(deserializer)?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rounds back to the millionths it was written from"
        )]
        Ok(Self((fraction * 1e6).round() as i64))
    }
}

/// The money of one organisation in one financial year, as at a day; its fields are those of `budget` in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetFigures {
    /// The organisation's code.
    pub organisation: String,
    /// What was allocated; `None`: no allocation is recorded.
    pub allocated_pence: Option<Pence>,
    /// Whether the allocation is for safeguarding training alone; `None` where that, or an allocation, is not recorded.
    pub dedicated: Option<bool>,
    /// Expenses dated within the year up to the day.
    pub spent_pence: Pence,
    /// Expenses dated within the year after the day.
    pub committed_pence: Pence,
    /// Allocated less spent less committed; below 0 when overcommitted.
    pub remaining_pence: Option<Pence>,
    /// Spent over allocated; `None` without an allocation above 0.
    #[serde(rename = "use")]
    pub used: Option<Millionths>,
    /// The share of the year gone, the day included: 0 before the year, 1 after it.
    pub elapsed: Millionths,
    /// Spent over completions, rounded down to the penny; `None` without completions.
    pub cost_per_completion_pence: Option<Pence>,
}

impl BudgetFigures {
    /// The figures of `organisation` in `year` as at `as_at`. Of `expenses`, those of other organisations and other
    /// years are passed over. `completions` are those of policy courses dated in the year up to the day.
    pub fn of<'a>(
        organisation: &str,
        year: FinancialYear,
        as_at: NaiveDate,
        budget: Option<&Budget>,
        expenses: impl IntoIterator<Item = &'a Expense>,
        completions: u64,
    ) -> Self {
        let (mut spent_pence, mut committed_pence) = (0, 0);
        for expense in expenses {
            let in_year = year.first_day() <= expense.dated_on && expense.dated_on <= year.last_day();
            if expense.organisation == organisation && in_year {
                let part = if expense.dated_on <= as_at { &mut spent_pence } else { &mut committed_pence };
                *part += expense.amount_pence;
            }
        }
        let allocated_pence = budget.map(|budget| budget.allocated_pence);
        Self {
            organisation: organisation.to_owned(),
            allocated_pence,
            dedicated: budget.and_then(|budget| budget.dedicated),
            spent_pence,
            committed_pence,
            remaining_pence: allocated_pence.map(|allocated| allocated - spent_pence - committed_pence),
            used: allocated_pence.and_then(|allocated| Millionths::of(spent_pence, allocated)),
            elapsed: elapsed(year, as_at),
            cost_per_completion_pence: i64::try_from(completions)
                .ok()
                .filter(|completions| *completions > 0)
                .map(|completions| spent_pence.div_euclid(completions)),
        }
    }
}

/// The days from 1 April to `as_at` inclusive over the days of the year.
fn elapsed(year: FinancialYear, as_at: NaiveDate) -> Millionths {
    let days_through = |day: NaiveDate| (day - year.first_day()).num_days() + 1;
    let days_of_year = days_through(year.last_day());
    Millionths::of(days_through(as_at).clamp(0, days_of_year), days_of_year).unwrap_or(Millionths::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::day;

    fn expense(organisation: &str, date: &str, amount_pence: Pence) -> Expense {
        Expense { organisation: organisation.to_owned(), dated_on: day(date), amount_pence }
    }

    fn allocation(allocated_pence: Pence, dedicated: Option<bool>) -> Budget {
        Budget { organisation: "RXX".to_owned(), year: FinancialYear(2026), allocated_pence, dedicated }
    }

    fn figures(budget: Option<&Budget>, expenses: &[Expense], completions: u64) -> BudgetFigures {
        BudgetFigures::of("RXX", FinancialYear(2026), day("2026-10-31"), budget, expenses, completions)
    }

    #[test]
    fn an_expense_is_spent_up_to_the_day_and_committed_after_it_and_counts_in_its_own_year_only() {
        let expenses = [
            expense("RXX", "2026-03-31", 1),
            expense("RXX", "2026-04-01", 10),
            expense("RXX", "2026-10-31", 100),
            expense("RXX", "2026-11-01", 1_000),
            expense("RXX", "2027-03-31", 10_000),
            expense("RXX", "2027-04-01", 100_000),
            expense("RYY", "2026-10-01", 1_000_000),
        ];
        let figures = figures(Some(&allocation(20_000, Some(true))), &expenses, 3);
        assert_eq!((figures.spent_pence, figures.committed_pence), (110, 11_000));
        assert_eq!(figures.remaining_pence, Some(20_000 - 110 - 11_000));
        assert_eq!(figures.used, Some(Millionths(5_500)));
        assert_eq!(figures.cost_per_completion_pence, Some(36));
    }

    #[test]
    fn what_was_not_allocated_has_no_use_and_nothing_remaining() {
        let spent = [expense("RXX", "2026-05-01", 500)];
        let none = figures(None, &spent, 0);
        assert_eq!(
            (none.allocated_pence, none.dedicated, none.remaining_pence, none.used),
            (None, None, None, None)
        );
        assert_eq!((none.spent_pence, none.cost_per_completion_pence), (500, None));
        let zero = figures(Some(&allocation(0, Some(false))), &spent, 1);
        assert_eq!((zero.allocated_pence, zero.remaining_pence, zero.used), (Some(0), Some(-500), None));
    }

    #[test]
    fn shares_and_costs_are_rounded_down_below_nothing_too() {
        assert_eq!(Millionths::of(2, 3), Some(Millionths(666_666)));
        assert_eq!(Millionths::of(-1, 3), Some(Millionths(-333_334)));
        assert_eq!(Millionths::of(1, 0), None);
        assert_eq!(Millionths(999_999).shown(), "99.9%");
        assert_eq!(Millionths(-333_334).shown(), "-33.4%");
        let credit = figures(Some(&allocation(300, None)), &[expense("RXX", "2026-05-01", -100)], 3);
        assert_eq!(credit.used, Some(Millionths(-333_334)));
        assert_eq!(credit.cost_per_completion_pence, Some(-34));
    }

    #[test]
    fn the_year_gone_counts_its_first_day_and_stays_within_the_year() {
        for (year, as_at, millionths) in [
            (2026, "2026-03-31", 0),
            (2026, "2026-04-01", 2_739),
            (2026, "2026-10-31", 586_301),
            (2026, "2027-03-31", 1_000_000),
            (2026, "2027-04-01", 1_000_000),
            (2027, "2028-02-29", 915_300),
        ] {
            assert_eq!(elapsed(FinancialYear(year), day(as_at)), Millionths(millionths), "{as_at} of {year}");
        }
    }

    #[test]
    fn the_json_is_the_documented_one_and_reads_back_the_same() {
        let figures =
            figures(Some(&allocation(1_200_000, Some(true))), &[expense("RXX", "2026-05-01", 458_250)], 210);
        let json = serde_json::to_string(&figures).unwrap();
        assert_eq!(
            json,
            "{\"organisation\":\"RXX\",\"allocated_pence\":1200000,\"dedicated\":true,\"spent_pence\":458250,\
             \"committed_pence\":0,\"remaining_pence\":741750,\"use\":0.381875,\"elapsed\":0.586301,\
             \"cost_per_completion_pence\":2182}"
        );
        assert_eq!(serde_json::from_str::<BudgetFigures>(&json).unwrap(), figures);
    }
}
