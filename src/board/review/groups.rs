//! Organisations side by side: what goes in of each, and what comes out of those of a kind together.

use crate::compliance::Rate;
use crate::register::OrganisationKind;

/// An organisation with its staff rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReviewedOrganisation {
    /// Its code.
    pub(crate) code: String,
    /// What sort of employer it is.
    pub(crate) kind: OrganisationKind,
    /// Its staff rate.
    pub(crate) staff: Rate,
}

/// The organisations of one kind, or all, side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReviewGroup {
    /// The kind; `None`: all organisations.
    pub(crate) kind: Option<OrganisationKind>,
    /// How many organisations there are.
    pub(crate) organisations: u64,
    /// How many of them have answered any statement.
    pub(crate) answered: u64,
    /// The staff rate of all their people together.
    pub(crate) pooled: Rate,
    /// The mean of the organisations' staff rates, in millionths of 1 rounded down.
    pub(crate) mean_millionths: Option<u64>,
    /// How far the organisations' rates are apart.
    pub(crate) spread: Spread,
    /// Whether training has a budget of its own.
    pub(crate) dedicated_budget: DedicatedBudget,
    /// The answers to each statement of the policy, in its order.
    pub(crate) statements: Vec<StatementAnswers>,
    /// Whether `pooled` is to be withheld where organisations are compared: it counts fewer than five people of some
    /// sort, or would tell of a group that does. The mean and the spread are withheld with it.
    pub(crate) is_small: bool,
    /// Whether the mean and the spread are to be withheld: they are of fewer than five organisations, one of which counts
    /// fewer than five people of some sort, or would tell of such a group.
    pub(crate) is_of_few: bool,
}

/// How many organisations have a rate, and where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spread {
    /// Organisations with a rate.
    pub(crate) with_rate: u64,
    /// Those below 50%.
    pub(crate) below_50: u64,
    /// Those at 90% or more.
    pub(crate) at_least_90: u64,
}

/// Of the organisations with an allocation for the financial year, how many have it for safeguarding training alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct DedicatedBudget {
    /// Those that have.
    pub(crate) yes: u64,
    /// Those that have not.
    pub(crate) no: u64,
}

impl DedicatedBudget {
    /// The share that have, out of those that said.
    pub(crate) fn rate(self) -> Rate {
        Rate { counted: self.yes + self.no, up_to_date: self.yes }
    }
}

/// How organisations answered a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatementAnswers {
    /// Its id.
    pub(crate) statement: String,
    /// What it asks.
    pub(crate) question: String,
    /// Organisations that answered it.
    pub(crate) base: u64,
    /// How many gave each answer: the policy's in its order, then others that were once allowed.
    pub(crate) answers: Vec<(String, u64)>,
}
