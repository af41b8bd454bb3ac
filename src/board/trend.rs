//! How the staff rate has moved from one frozen summary to the next (spec 2.5, 2.9).

use super::disclosure::rate;
use super::{BoardFigures, DisclosedMonth, Shown};
use crate::compliance::Rate;

/// The most months a trend shows, the reported one included: the same month last year is the first of them.
const TREND_MONTHS: u32 = 13;

/// The months with a summary, oldest first, ending in the one reported: at most 13 months back, later ones and other
/// organisations' left out, and none with the rate of few people.
pub(super) fn trend(figures: &BoardFigures, earlier: &[BoardFigures]) -> Vec<DisclosedMonth> {
    let first = figures.month.minus(TREND_MONTHS - 1);
    let before = |of: &BoardFigures| {
        earlier
            .iter()
            .find(|last| last.organisation == figures.organisation && last.month == of.month.minus(1))
    };
    let mut months: Vec<DisclosedMonth> = earlier
        .iter()
        .filter(|snapshot| snapshot.organisation == figures.organisation)
        .filter(|snapshot| first <= snapshot.month && snapshot.month < figures.month)
        .chain([figures])
        .map(|snapshot| DisclosedMonth {
            month: snapshot.month,
            staff: rate(snapshot.counts.staff),
            before: before(snapshot).map(|before| rate(before.counts.staff)),
        })
        .collect();
    months.sort_by_key(|month| month.month);
    months
}

/// What there is to compare a month with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MonthComparison {
    /// No summary was made for the other month.
    NoSummary,
    /// One of the two months has no rate.
    NoRate,
    /// One of the two is withheld.
    Withheld,
    /// Both have one.
    Points {
        /// The difference of the two shown rates, in tenths of a point: rising is above 0.
        tenths: i64,
        /// The other month's rate.
        then: Rate,
    },
}

/// Compares the last month of a trend with the one `months_before`.
pub(crate) fn compare(trend: &[DisclosedMonth], months_before: u32) -> MonthComparison {
    let Some(now) = trend.last() else { return MonthComparison::NoSummary };
    let Some(then) = trend.iter().find(|month| month.month == now.month.minus(months_before)) else {
        return MonthComparison::NoSummary;
    };
    let (Shown::As(now), Shown::As(then)) = (now.staff, then.staff) else { return MonthComparison::Withheld };
    change_tenths(now, then)
        .map_or(MonthComparison::NoRate, |tenths| MonthComparison::Points { tenths, then })
}

/// The difference of the two rates as shown, in tenths of a point; `None` where either has none.
pub(crate) fn change_tenths(now: Rate, then: Rate) -> Option<i64> {
    Some(now.tenths()?.cast_signed() - then.tenths()?.cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::Month;
    use crate::board::example::{earlier, october};
    use crate::compliance::GroupCounts;

    fn points(tenths: i64, up_to_date: u64, counted: u64) -> MonthComparison {
        MonthComparison::Points { tenths, then: Rate { counted, up_to_date } }
    }

    #[test]
    fn a_trend_goes_back_to_the_same_month_last_year_and_no_further() {
        let months: Vec<String> =
            trend(&october(), &earlier()).iter().map(|at| at.month.to_string()).collect();
        assert_eq!(months.first().map(String::as_str), Some("2025-10"));
        assert_eq!(months.last().map(String::as_str), Some("2026-10"));
        assert_eq!(months.len(), 12, "February 2026 has no summary: {months:?}");
    }

    #[test]
    fn the_first_month_shown_is_compared_with_the_one_before_it_where_that_has_a_summary() {
        let of = |month: &str| {
            let month = Month::parse(month).unwrap();
            let trend = trend(&october(), &earlier());
            let shown = trend.iter().find(|shown| shown.month == month).unwrap();
            shown.before.map(|before| *before.value().unwrap())
        };
        assert_eq!(
            of("2025-10"),
            Some(Rate { counted: 560, up_to_date: 250 }),
            "September 2025 is not shown"
        );
        assert_eq!(of("2026-03"), None, "February has no summary");
        assert_eq!(of("2026-10"), Some(Rate { counted: 578, up_to_date: 305 }));
    }

    #[test]
    fn later_months_the_month_itself_and_other_organisations_are_not_earlier() {
        let later = BoardFigures { month: Month::parse("2026-11").unwrap(), ..october() };
        let again = october();
        let other = BoardFigures { organisation: "RZZ".to_owned(), ..earlier().remove(11) };
        assert_eq!(trend(&october(), &[other, again, later]).len(), 1);
    }

    #[test]
    fn a_change_is_between_the_two_rates_shown() {
        let trend = trend(&october(), &earlier());
        assert_eq!(compare(&trend, 1), points(12, 305, 578), "53.97 is shown as 53.9, 52.76 as 52.7");
        assert_eq!(compare(&trend, 12), points(40, 279, 559));
        assert_eq!(compare(&trend, 8), MonthComparison::NoSummary, "February");
        assert_eq!(compare(&[], 1), MonthComparison::NoSummary);
    }

    #[test]
    fn a_month_without_anyone_counted_has_no_rate_to_compare() {
        let empty = GroupCounts { staff: Rate::default(), ..october().counts };
        let september = BoardFigures { counts: empty, ..earlier().remove(11) };
        assert_eq!(compare(&trend(&october(), &[september]), 1), MonthComparison::NoRate);
    }
}
