//! What the board is asked to decide: rules over a month's figures, each asking for one thing (spec 2.9).

use chrono::NaiveDate;

use super::{Disclosed, DisclosedCourseActions, StatementFigures};
use crate::compliance::Rag;
use crate::register::{FinancialYear, Pence};

/// A decision that the figures call for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BoardDecision<'a> {
    /// Arrange places: too few are booked to reach the targets.
    Places {
        /// Places missing.
        missing: u64,
        /// By when.
        until: NaiveDate,
        /// Courses that miss most, with how many, largest first.
        courses: Vec<(&'a str, u64)>,
        /// What they cost at the year's cost per completion.
        cost_pence: Option<Pence>,
        /// What is left of the budget.
        left_pence: Option<Pence>,
    },
    /// Allocate a budget: none is recorded for the year.
    Budget(FinancialYear),
    /// Cover what is spent and committed beyond the allocation.
    Overcommitted(Pence),
    /// Have these statements reviewed: the day for it has passed.
    Reviews(Vec<&'a StatementFigures>),
    /// Have these statements answered.
    Answers(Vec<&'a StatementFigures>),
    /// Have a staff list imported: the last one, if any, is this many days old.
    StaffList(Option<u64>),
    /// Ask why the rate is below target though places are booked for all who need one.
    Attendance,
}

/// The decisions, most pressing first; none where the figures ask for nothing.
pub(crate) fn decisions(figures: &Disclosed) -> Vec<BoardDecision<'_>> {
    let mut decisions = Vec::new();
    if figures.data_quality.is_stale() {
        decisions.push(BoardDecision::StaffList(figures.data_quality.days_since_staff_import));
    }
    decisions.extend(places(figures));
    let remaining = figures.budget.remaining_pence;
    if figures.budget.allocated_pence.is_none() {
        decisions.push(BoardDecision::Budget(FinancialYear::of(figures.as_at)));
    }
    if let Some(remaining) = remaining.filter(|remaining| *remaining < 0) {
        decisions.push(BoardDecision::Overcommitted(-remaining));
    }
    let statements = figures.assurance.as_deref().unwrap_or_default();
    let which = |wanted: fn(&&StatementFigures) -> bool| statements.iter().filter(wanted).collect::<Vec<_>>();
    let overdue = which(|statement| statement.overdue);
    let unanswered = which(|statement| statement.answer.is_none());
    if !overdue.is_empty() {
        decisions.push(BoardDecision::Reviews(overdue));
    }
    if !unanswered.is_empty() {
        decisions.push(BoardDecision::Answers(unanswered));
    }
    decisions
}

fn places(figures: &Disclosed) -> Option<BoardDecision<'_>> {
    let actions = figures.actions.as_ref()?;
    if actions.missing == 0 {
        let behind = figures.rag.is_some_and(|rag| rag != Rag::Green) && actions.booked > 0;
        // Of courses withheld nothing is said, so that nothing is said of all courses either.
        let behind = behind && actions.courses_withheld == 0;
        return behind.then_some(BoardDecision::Attendance);
    }
    let by_then = |course: &'_ DisclosedCourseActions| {
        let month = course.months.iter().find(|month| month.as_at == actions.until);
        month.and_then(|month| month.places.value()).map_or(0, |places| places.missing)
    };
    let mut courses: Vec<(&str, u64)> =
        actions.courses.iter().map(|course| (course.title.as_str(), by_then(course))).collect();
    courses.retain(|(_, missing)| *missing > 0);
    courses.sort_by_key(|(_, missing)| std::cmp::Reverse(*missing));
    Some(BoardDecision::Places {
        missing: actions.missing,
        until: actions.until,
        courses,
        cost_pence: actions.cost_pence,
        left_pence: actions.left_pence,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::example::{disclosed_example, october};
    use crate::board::{BudgetFigures, DisclosedActions};

    fn asked(figures: &Disclosed) -> Vec<String> {
        let name = |decision: &BoardDecision<'_>| {
            format!("{decision:?}").split([' ', '(']).next().unwrap().to_owned()
        };
        decisions(figures).iter().map(name).collect()
    }

    #[test]
    fn places_missing_overdue_reviews_and_open_statements_are_put_to_the_board() {
        assert_eq!(asked(&disclosed_example(&october(), &[])), ["Places", "Reviews", "Answers"]);
    }

    #[test]
    fn a_month_in_order_asks_for_nothing() {
        let october = disclosed_example(&october(), &[]);
        let actions = DisclosedActions { missing: 0, booked: 0, ..october.actions.clone().unwrap() };
        let quiet = Disclosed { actions: Some(actions), assurance: None, ..october };
        assert_eq!(asked(&quiet), [""; 0]);
        let booked = DisclosedActions { missing: 0, booked: 9, ..quiet.actions.clone().unwrap() };
        assert_eq!(asked(&Disclosed { actions: Some(booked), ..quiet }), ["Attendance"]);
    }

    #[test]
    fn a_stale_staff_list_comes_first_and_money_is_asked_for_where_there_is_none_or_too_little() {
        let mut figures = Disclosed { actions: None, assurance: None, ..disclosed_example(&october(), &[]) };
        figures.data_quality.days_since_staff_import = Some(46);
        figures.budget = BudgetFigures { allocated_pence: None, remaining_pence: None, ..figures.budget };
        assert_eq!(asked(&figures), ["StaffList", "Budget"]);
        figures.budget =
            BudgetFigures { allocated_pence: Some(0), remaining_pence: Some(-5), ..figures.budget };
        assert_eq!(decisions(&figures).last(), Some(&BoardDecision::Overcommitted(5)));
    }
}
