//! The trend as a process: its limits, based anew where the policy marks a change, and what its last month means.

use super::{DisclosedMonth, Month, Xmr};
use crate::policy::ProcessChange;

/// The months between two changes, with the limits that they make.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ProcessPart<'a> {
    /// The change that it begins with; `None` for the first months shown.
    pub(crate) change: Option<&'a ProcessChange>,
    /// Its months that have a rate which is told, in millionths of 1, oldest first.
    pub(crate) months: Vec<(Month, u64)>,
    /// Its limits, where it has months enough.
    pub(crate) xmr: Option<Xmr>,
}

/// The parts of a trend, oldest first, none of them without a month. A month belongs to a change when its last day, which
/// its rate is of, is not before it.
pub(crate) fn process<'a>(trend: &[DisclosedMonth], changes: &'a [ProcessChange]) -> Vec<ProcessPart<'a>> {
    let mut parts: Vec<ProcessPart<'a>> = Vec::new();
    let mut before = None;
    for month in trend {
        let Some(rate) = month.staff.value().and_then(|staff| staff.millionths()) else { continue };
        let change = changes.iter().rfind(|change| change.on <= month.month.last_day());
        if parts.is_empty() || change != before {
            // What changed before the first month shown parts nothing.
            let begins_with = change.filter(|_| !parts.is_empty());
            parts.push(ProcessPart { change: begins_with, months: Vec::new(), xmr: None });
        }
        before = change;
        if let Some(part) = parts.last_mut() {
            part.months.push((month.month, rate));
        }
    }
    for part in &mut parts {
        let rates: Vec<u64> = part.months.iter().map(|(_, rate)| *rate).collect();
        part.xmr = Xmr::of(&rates);
    }
    parts
}

impl ProcessPart<'_> {
    /// How often in a row, up to its last month, the rate rose, or fell: each from one summary to the next.
    pub(crate) fn in_a_row(&self) -> usize {
        let steps = self.months.iter().zip(self.months.iter().skip(1));
        let mut steps = steps.map(|((_, before), (_, after))| after.cmp(before)).rev();
        let Some(last) = steps.next().filter(|last| last.is_ne()) else { return 0 };
        1 + steps.take_while(|step| *step == last).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::Shown;
    use crate::compliance::Rate;

    /// Months from January 2026 on with so many of 1,000 up to date.
    fn trend(up_to_date: &[u64]) -> Vec<DisclosedMonth> {
        let month = |at: usize| Month::parse(&format!("2026-{:02}", at + 1)).unwrap();
        let rates = up_to_date.iter().enumerate();
        rates
            .map(|(at, &up_to_date)| DisclosedMonth {
                month: month(at),
                staff: Shown::As(Rate { counted: 1_000, up_to_date }),
                before: None,
            })
            .collect()
    }

    fn change(on: &str) -> ProcessChange {
        ProcessChange { on: on.parse().unwrap(), what: format!("of {on}") }
    }

    /// Of each part its change and how many months it has.
    fn parts(trend: &[DisclosedMonth], changes: &[ProcessChange]) -> Vec<(String, usize)> {
        let change =
            |part: &ProcessPart<'_>| part.change.map_or(String::new(), |change| change.on.to_string());
        process(trend, changes).iter().map(|part| (change(part), part.months.len())).collect()
    }

    #[test]
    fn a_change_begins_a_part_with_the_month_whose_last_day_is_not_before_it() {
        let trend = trend(&[500; 8]);
        for (days, expected) in [
            (&[][..], &[("", 8)][..]),
            (&["2026-04-01"], &[("", 3), ("2026-04-01", 5)]),
            (&["2026-04-30"], &[("", 3), ("2026-04-30", 5)]),
            (&["2026-05-01"], &[("", 4), ("2026-05-01", 4)]),
            (&["2026-03-02", "2026-03-20"], &[("", 2), ("2026-03-20", 6)]),
            (&["2025-06-01"], &[("", 8)]),
            (&["2026-01-31", "2026-08-31"], &[("", 7), ("2026-08-31", 1)]),
            (&["2026-09-01"], &[("", 8)]),
        ] {
            let changes: Vec<ProcessChange> = days.iter().map(|day| change(day)).collect();
            let expected: Vec<(String, usize)> =
                expected.iter().map(|(day, months)| ((*day).to_owned(), *months)).collect();
            assert_eq!(parts(&trend, &changes), expected, "{days:?}");
        }
    }

    #[test]
    fn limits_are_those_of_the_months_since_the_change_alone() {
        let trend = trend(&[500, 510, 500, 510, 500, 510, 800, 810, 800, 810, 800, 810]);
        let changes = [change("2026-07-01")];
        let parts = process(&trend, &changes);
        let means: Vec<f64> = parts.iter().filter_map(|part| part.xmr.as_ref()).map(|xmr| xmr.mean).collect();
        assert_eq!(means, [505_000.0, 805_000.0]);
        assert!(process(&trend, &[change("2026-08-01")])[1].xmr.is_none(), "five months make no limits");
    }

    #[test]
    fn rises_or_falls_in_a_row_are_counted_up_to_the_last_month() {
        for (rates, expected) in [
            (&[500][..], 0),
            (&[500, 500], 0),
            (&[500, 510], 1),
            (&[520, 510, 515, 514, 513, 512, 511, 510, 509], 6),
            (&[520, 510, 510, 509], 1),
        ] {
            assert_eq!(process(&trend(rates), &[])[0].in_a_row(), expected, "{rates:?}");
        }
    }
}
