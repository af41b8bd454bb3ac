//! Whether a series of monthly rates has changed, or only varied: the XmR chart of statistical process control.
//!
//! The rules are those of NHS England's Making Data Count programme, as its published tools apply them: limits at the
//! mean plus and minus 2.66 times the mean moving range, and four signs of a special cause. An increase is an
//! improvement, as a rate of staff up to date only can be.

/// How far the process limits are from the mean, in mean moving ranges.
const LIMIT: f64 = 2.66;

/// A moving range this many times the mean one is a jump and says nothing of the usual variation: it is left out.
const JUMP: f64 = 3.267;

/// The fewest points that give limits worth drawing.
const FEWEST: usize = 6;

/// The points from which limits are more than trial limits.
const ENOUGH: usize = 12;

/// The points in a row that make a shift or a trend.
const RUN: usize = 7;

/// A series with its limits, and what each point of it means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Xmr {
    /// The mean, in millionths of 1.
    pub(crate) mean: f64,
    /// The lower natural process limit, in millionths of 1; it may be below 0.
    pub(crate) lower: f64,
    /// The upper one; it may be above 1.
    pub(crate) upper: f64,
    /// Whether there are too few points for limits that can be relied on.
    pub(crate) trial: bool,
    /// What each point means, in the order of the series.
    pub(crate) variation: Vec<Variation>,
}

/// What one point of a series means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variation {
    /// It lies within what this process does by itself.
    CommonCause,
    /// Something has changed for the better.
    Improvement(Sign),
    /// Something has changed for the worse.
    Concern(Sign),
}

/// The sign by which a special cause was known; where a point shows several, the first of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// The point lies outside the process limits.
    Outside,
    /// It is one of seven or more that each rise, or each fall.
    Trend,
    /// It is one of two, out of three on one side of the mean, in the outer third next to a limit.
    TwoOfThree,
    /// It is one of seven or more on one side of the mean.
    Shift,
}

/// Whether a process that goes on as it does will meet its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TargetReach {
    /// Every month: the target is below the lower limit.
    Always,
    /// In some months and not in others, without anything having changed.
    Sometimes,
    /// In no month: the target is above the upper limit.
    Never,
}

impl Xmr {
    /// The limits and meanings of a series of rates in millionths of 1, oldest first; `None` for fewer than six.
    pub(crate) fn of(rates: &[u64]) -> Option<Self> {
        if rates.len() < FEWEST {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate is at most a million")]
        let values: Vec<f64> = rates.iter().map(|&rate| rate as f64).collect();
        let mean = average(&values)?;
        let ranges: Vec<f64> =
            values.iter().zip(values.iter().skip(1)).map(|(one, next)| (next - one).abs()).collect();
        let usual = average(&ranges)? * JUMP;
        let kept: Vec<f64> = ranges.into_iter().filter(|&range| range <= usual).collect();
        let range = average(&kept)?;
        let (lower, upper) = (mean - LIMIT * range, mean + LIMIT * range);
        Some(Self {
            mean,
            lower,
            upper,
            trial: rates.len() < ENOUGH,
            variation: variation(&values, mean, LIMIT * range),
        })
    }

    /// Whether the process will meet a target, in millionths of 1, if it goes on as it does.
    pub(crate) fn reach(&self, target_millionths: u64) -> TargetReach {
        #[expect(clippy::cast_precision_loss, reason = "a target is at most a million")]
        let target = target_millionths as f64;
        if target > self.upper {
            TargetReach::Never
        } else if target < self.lower {
            TargetReach::Always
        } else {
            TargetReach::Sometimes
        }
    }
}

fn average(values: &[f64]) -> Option<f64> {
    let count = u32::try_from(values.len()).ok().filter(|&count| count > 0)?;
    Some(values.iter().sum::<f64>() / f64::from(count))
}

/// What each value means, with limits `limit` away from the mean.
fn variation(values: &[f64], mean: f64, limit: f64) -> Vec<Variation> {
    let side: Vec<i8> = values.iter().map(|&value| sign(value - mean)).collect();
    let outside: Vec<bool> = values.iter().map(|value| (value - mean).abs() > limit).collect();
    let near = |at: usize| {
        let away = values.get(at).map_or(0.0, |value| (value - mean).abs());
        away > limit * 2.0 / 3.0 && away <= limit
    };
    let steps: Vec<i8> =
        values.iter().zip(values.iter().skip(1)).map(|(one, next)| sign(next - one)).collect();
    let (trend, shift) = (trend(&steps, values.len()), in_runs(&side, RUN));
    let two_of_three = two_of_three(&side, near);
    let at = |list: &[i8], position: usize| list.get(position).copied().unwrap_or_default();
    (0..values.len())
        .map(|position| {
            let beyond = if outside.get(position) == Some(&true) { at(&side, position) } else { 0 };
            let signs = [
                (Sign::Outside, beyond),
                (Sign::Trend, at(&trend, position)),
                (Sign::TwoOfThree, at(&two_of_three, position)),
                (Sign::Shift, at(&shift, position)),
            ];
            match signs.into_iter().find(|(_, direction)| *direction != 0) {
                Some((sign, 1)) => Variation::Improvement(sign),
                Some((sign, _)) => Variation::Concern(sign),
                None => Variation::CommonCause,
            }
        })
        .collect()
}

fn sign(value: f64) -> i8 {
    if value > 0.0 {
        1
    } else if value < 0.0 {
        -1
    } else {
        0
    }
}

/// The value of each position that stands in a run of `least` or more of the same value other than 0; else 0.
fn in_runs(list: &[i8], least: usize) -> Vec<i8> {
    list.chunk_by(|one, next| one == next)
        .flat_map(|run| {
            let long = run.len() >= least;
            run.iter().map(move |&value| if long { value } else { 0 })
        })
        .collect()
}

/// For each of `points`, 1 or -1 where it is one of [`RUN`] or more that each rise or each fall. A turning point that
/// ends one trend and begins another belongs to the later.
fn trend(steps: &[i8], points: usize) -> Vec<i8> {
    let steps = in_runs(steps, RUN - 1);
    let at = |position: usize| steps.get(position).copied().unwrap_or_default();
    (0..points)
        .map(|point| match at(point) {
            0 => point.checked_sub(1).map_or(0, at),
            onwards => onwards,
        })
        .collect()
}

/// For each point near a limit, its side where it is one of two or more such among three on that side of the mean.
fn two_of_three(side: &[i8], near: impl Fn(usize) -> bool) -> Vec<i8> {
    let mut marked = vec![0; side.len()];
    for (first, three) in side.windows(3).enumerate() {
        let one_side = three.iter().all(|&one| one != 0 && Some(&one) == three.first());
        let near: Vec<usize> = (first..first + 3).filter(|&point| near(point)).collect();
        if one_side && near.len() >= 2 {
            for point in near {
                if let (Some(mark), Some(&side)) = (marked.get_mut(point), side.get(point)) {
                    *mark = side;
                }
            }
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One letter a point: `.` common cause; improvement `O` outside, `T` trend, `W` two of three, `S` shift; concern
    /// the same in small letters.
    fn letters(rates: &[u64]) -> String {
        let letter = |sign: Sign| match sign {
            Sign::Outside => 'O',
            Sign::Trend => 'T',
            Sign::TwoOfThree => 'W',
            Sign::Shift => 'S',
        };
        let of = |variation: &Variation| match *variation {
            Variation::CommonCause => '.',
            Variation::Improvement(sign) => letter(sign),
            Variation::Concern(sign) => letter(sign).to_ascii_lowercase(),
        };
        Xmr::of(rates).unwrap().variation.iter().map(of).collect()
    }

    #[test]
    fn limits_are_the_mean_and_2_66_mean_moving_ranges_on_either_side() {
        // Sum 72 over 6 is 12; ranges 2, 2, 4, 2, 2: 12 over 5 is 2.4, and 2.66 times that 6.384.
        let six = Xmr::of(&[12, 10, 12, 16, 14, 12]).unwrap();
        assert!((six.mean - 76.0 / 6.0).abs() < 1e-9);
        assert!((six.upper - (76.0 / 6.0 + 6.384)).abs() < 1e-9, "{six:?}");
        assert!((six.lower - (76.0 / 6.0 - 6.384)).abs() < 1e-9, "{six:?}");
        assert!(six.trial, "six of the twelve points that limits need");
        assert!(!Xmr::of(&[5; 12]).unwrap().trial);
        assert_eq!(Xmr::of(&[12, 10, 12, 16, 14]), None, "five points have no limits");
    }

    #[test]
    fn a_jump_does_not_widen_the_limits() {
        // Ranges: 2 nine times, and 100 once. Their mean is 11.8, and 100 is above 3.267 times that: 2 is left.
        let jump = Xmr::of(&[10, 12, 10, 12, 10, 110, 112, 110, 112, 110, 112]).unwrap();
        assert!((jump.upper - jump.mean - 2.66 * 2.0).abs() < 1e-9, "{jump:?}");
    }

    #[test]
    fn the_four_signs_of_a_special_cause_are_known_and_in_which_direction() {
        for (what, rates, expected) in [
            ("nothing but noise", &[50, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51][..], "............"),
            ("no change at all", &[50; 12], "............"),
            // Mean 51, and mean range 13/9 once the two jumps of 12 are left out: limits 47.16 and 54.84.
            ("one point far above", &[50, 52, 49, 51, 50, 62, 50, 49, 51, 50, 49, 49], ".....O......"),
            ("one point far below", &[50, 48, 51, 49, 50, 38, 50, 51, 49, 50, 51, 51], ".....o......"),
            // Seven points, each above the one before; the eighth falls.
            ("a rise of seven", &[50, 46, 47, 48, 49, 50, 51, 52, 49, 50, 46, 50], ".TTTTTTT...."),
            ("a rise of six is none", &[50, 46, 47, 48, 49, 50, 51, 46, 49, 50, 46, 50], "............"),
            ("a fall of seven", &[50, 54, 53, 52, 51, 50, 49, 48, 51, 50, 54, 50], ".ttttttt...."),
            // Mean 50.5; seven above it, in no order, within two thirds of the limits at 39.38 and 61.62.
            ("a shift up", &[44, 49, 45, 49, 46, 51, 56, 52, 55, 51, 56, 52], ".....SSSSSSS"),
            ("six on a side are no shift", &[44, 49, 45, 49, 52, 46, 51, 56, 52, 55, 51, 56], "............"),
            ("a shift down", &[56, 51, 55, 51, 54, 49, 44, 48, 45, 49, 44, 48], ".....sssssss"),
        ] {
            let Xmr { mean, lower, upper, .. } = Xmr::of(rates).unwrap();
            assert_eq!(letters(rates), expected, "{what}: {lower} {mean} {upper}");
        }
    }

    #[test]
    fn two_of_three_near_a_limit_are_a_sign_where_all_three_are_on_that_side() {
        // Mean 50; ranges 1 1 1 3 1 3 1 1 1 2 1 over 11: limits at 3.87 from the mean, the outer third from 2.58 on.
        let close = [50, 49, 50, 51, 53, 52, 53, 50, 48, 49, 47, 48];
        let xmr = Xmr::of(&close).unwrap();
        assert_eq!(letters(&close), "....W.W.....", "{xmr:?}");
    }

    #[test]
    fn a_target_beyond_a_limit_is_always_or_never_met() {
        let xmr = Xmr::of(&[12, 10, 12, 16, 14, 12]).unwrap();
        for (target, reach) in [
            (6, TargetReach::Always),
            (7, TargetReach::Sometimes),
            (12, TargetReach::Sometimes),
            (19, TargetReach::Sometimes),
            (20, TargetReach::Never),
        ] {
            assert_eq!(xmr.reach(target), reach, "{target} within {} and {}", xmr.lower, xmr.upper);
        }
    }
}
