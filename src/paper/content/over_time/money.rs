//! What places come to, against what is left: estimates are in whole hundreds of pounds, and money that isn't there is
//! asked for once (spec 2.9).

use crate::register::Pence;
use crate::wording::{pounds, thousands};

/// A hundred pounds.
const HUNDRED: Pence = 10_000;

/// An estimate in whole hundreds of pounds, at least one: `£9,100`.
pub(super) fn estimated(pence: Pence) -> String {
    in_hundreds(hundreds(pence))
}

fn hundreds(pence: Pence) -> u64 {
    ((pence + HUNDRED / 2).div_euclid(HUNDRED)).max(1).unsigned_abs()
}

fn in_hundreds(hundreds: u64) -> String {
    format!("£{}", thousands(hundreds.saturating_mul(100)))
}

/// What more it takes than is left, as the amounts shown say; `None` where what is left covers it.
pub(super) fn short_by(cost: Pence, left: Pence) -> Option<String> {
    let shown = Pence::try_from(hundreds(cost)).unwrap_or(Pence::MAX / HUNDRED).saturating_mul(HUNDRED);
    let short = shown.saturating_sub(left.max(0));
    (short > 0).then(|| in_hundreds((short + HUNDRED - 1).div_euclid(HUNDRED).unsigned_abs()))
}

/// What is left of a budget: nothing where it is overspent.
pub(super) fn what_is_left(left: Pence) -> String {
    if left > 0 { pounds(left) } else { "nothing".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_in_whole_hundreds_and_never_nothing() {
        for (pence, words) in [
            (1, "£100"),
            (5_000, "£100"),
            (14_999, "£100"),
            (15_000, "£200"),
            (912_330, "£9,100"),
            (123_456_700, "£1,234,600"),
        ] {
            assert_eq!(estimated(pence), words, "{pence}");
        }
    }

    #[test]
    fn what_is_short_agrees_with_the_amounts_shown() {
        for (cost, left, short) in [
            (912_330, 2_340_750, None),
            (912_330, 910_000, None),
            (912_330, 909_999, Some("£100")),
            (3_924_265, -605_495, Some("£39,200")),
            (3_924_265, 605_495, Some("£33,200")),
            (1, 0, Some("£100")),
        ] {
            assert_eq!(short_by(cost, left).as_deref(), short, "{cost} {left}");
        }
        assert_eq!([-605_495, 0, 605_495].map(what_is_left), ["nothing", "nothing", "£6,054.95"]);
    }
}
