//! The mean of rates, exact to the last millionth.

use crate::compliance::Rate;

/// Parts of 1 in which rates are summed: so many that no count of organisations adds their remainders up to a millionth.
const PARTS: u128 = 1_000_000_000_000_000_000_000_000;

/// The mean of the rates, each weighing the same, in millionths of 1 rounded down; `None` without a rate.
pub(crate) fn mean_millionths(rates: &[Rate]) -> Option<u64> {
    let rates = rates.iter().filter(|rate| rate.counted > 0);
    let (mut organisations, mut sum, mut cut) = (0_u128, 0_u128, 0_u128);
    for rate in rates {
        let (part, whole) = (u128::from(rate.up_to_date) * PARTS, u128::from(rate.counted));
        organisations += 1;
        sum += part / whole;
        cut += u128::from(part % whole != 0);
    }
    let millionths = |sum: u128| Some(sum.checked_div(organisations)? / (PARTS / 1_000_000));
    // Each rate was cut by less than one part. Where the cuts reach over a whole millionth, it is one exactly: a third
    // and two thirds make one half of two.
    u64::try_from(millionths(sum + cut)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_gives_each_organisation_the_same_weight_and_is_rounded_down_once() {
        for (rates, mean) in [
            (&[][..], None),
            (&[(0, 0)], None),
            (&[(1, 3), (2, 3)], Some(500_000)),
            (&[(1, 3), (2, 3), (0, 0)], Some(500_000)),
            (&[(1, 3)], Some(333_333)),
            (&[(1, 1), (1_000, 100_000)], Some(505_000)),
            (&[(1, 3), (1, 3), (1, 3)], Some(333_333)),
            (&[(1, 7), (2, 7), (4, 7)], Some(333_333)),
            (&[(1, 7), (2, 7), (4, 7), (1, 1)], Some(500_000)),
            (&[(999_999, 1_000_000), (1_499_999, 1_500_000)], Some(999_999)),
        ] {
            let rates: Vec<Rate> = rates
                .iter()
                .map(|(up_to_date, counted)| Rate { counted: *counted, up_to_date: *up_to_date })
                .collect();
            assert_eq!(mean_millionths(&rates), mean, "{rates:?}");
        }
    }
}
