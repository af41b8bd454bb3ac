//! What a spreadsheet shows beside a number: a currency, a unit, thousands left out.

/// What a cell shows beside its number. The number alone says less: 240 minutes are no 240 hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumberLabel {
    /// What stands before the digits.
    pub(crate) before: String,
    /// What stands behind them.
    pub(crate) after: String,
}

/// How much is kept of what stands on either side, in characters.
const LONGEST_SIDE: usize = 100;

impl NumberLabel {
    /// The label of these texts; `None` where they say nothing.
    pub(super) fn of(before: &str, after: &str) -> Option<Self> {
        let says = |text: &str| text.chars().any(|c| !c.is_whitespace() && c != '+');
        let kept = |text: &str| text.chars().take(LONGEST_SIDE).collect();
        (says(before) || says(after)).then(|| Self { before: kept(before), after: kept(after) })
    }

    /// The same of a number that is shown in thousands, or in thousands of them.
    pub(super) fn scaled(before: &str, thousands: usize) -> Self {
        let after = if thousands > 1 { " (shown in millions)" } else { " (shown in thousands)" };
        Self { before: before.to_owned(), after: after.to_owned() }
    }

    /// The number as the cell shows it.
    pub(crate) fn shown(&self, number: &str) -> String {
        [self.before.trim_start(), number, self.after.trim_end()].concat()
    }

    /// Whether it says merely that the number is of pounds.
    pub(crate) fn is_pounds(&self) -> bool {
        let is = |text: &str| matches!(text.trim(), "\u{a3}" | "GBP");
        (is(&self.before) && self.after.trim().is_empty())
            || (self.before.trim().is_empty() && is(&self.after))
    }
}
