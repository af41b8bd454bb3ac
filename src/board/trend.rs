//! How the staff rate has moved from one frozen summary to the next (spec 2.5, 2.9).

use super::{BoardFigures, Month};
use crate::compliance::Rate;

/// The most months a trend shows, the reported one included: the same month last year is the first of them.
const TREND_MONTHS: u32 = 13;

/// One month of the trend, as its summary reported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrendMonth {
    /// The month.
    pub month: Month,
    /// The staff rate reported.
    pub staff: Rate,
}

/// The months with a summary, oldest first, ending in the one reported: at most 13 months back, later ones and other
/// organisations' left out.
pub fn trend(figures: &BoardFigures, earlier: &[BoardFigures]) -> Vec<TrendMonth> {
    let first = figures.month.minus(TREND_MONTHS - 1);
    let mut months: Vec<TrendMonth> = earlier
        .iter()
        .filter(|snapshot| snapshot.organisation == figures.organisation)
        .filter(|snapshot| first <= snapshot.month && snapshot.month < figures.month)
        .chain([figures])
        .map(|snapshot| TrendMonth { month: snapshot.month, staff: snapshot.counts.staff })
        .collect();
    months.sort_by_key(|month| month.month);
    months
}

/// What there is to compare a month with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// No summary was made for the other month.
    NoSummary,
    /// One of the two months has no rate.
    NoRate,
    /// Both have one.
    Points {
        /// The difference of the two shown rates, in tenths of a point: rising is above 0.
        tenths: i64,
        /// The other month's rate.
        then: Rate,
    },
}

/// Compares the last month of a trend with the one `months_before`.
pub fn compare(trend: &[TrendMonth], months_before: u32) -> Comparison {
    let Some(now) = trend.last() else { return Comparison::NoSummary };
    let Some(then) = trend.iter().find(|month| month.month == now.month.minus(months_before)) else {
        return Comparison::NoSummary;
    };
    change_tenths(now.staff, then.staff)
        .map_or(Comparison::NoRate, |tenths| Comparison::Points { tenths, then: then.staff })
}

/// The difference of the two rates as shown, in tenths of a point; `None` where either has none.
pub fn change_tenths(now: Rate, then: Rate) -> Option<i64> {
    Some(now.tenths()?.cast_signed() - then.tenths()?.cast_signed())
}
