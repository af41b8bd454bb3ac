//! What the board is asked to decide: rules over a month's figures, each asking for one thing (spec 2.9).

use chrono::NaiveDate;

use super::{Disclosed, DisclosedActions, DisclosedCourseActions, Shown, StatementFigures};
use crate::compliance::{Rag, Rate};
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
        /// What they cost at the year's cost per completion; `None` where that is not known.
        cost_pence: Option<Pence>,
        /// What is left of the budget to pay for them: nothing where it is overspent, which is asked for by itself.
        left_pence: Option<Pence>,
        /// The staff rate if they are taken up too.
        headline: Option<Rate>,
    },
    /// Have more people brought up to date with all of theirs: the headline is short of its target.
    Headline {
        /// How many more.
        needed: u64,
        /// The staff rate.
        staff: Rate,
        /// Of the people not up to date, how many lack one course only.
        lacking_one: Option<u64>,
    },
    /// See that booked places are attended: they are enough for every course to be at its target on this day.
    Attendance(NaiveDate),
    /// Allocate a budget: none is recorded for the year.
    Budget(FinancialYear),
    /// Cover what is spent and committed beyond the allocation.
    Overcommitted(Pence),
    /// Act on these answers, which are no or in part, the worst first.
    Weak(Vec<&'a StatementFigures>),
    /// Have these statements reviewed: the day for it has passed.
    Reviews(Vec<&'a StatementFigures>),
    /// Have these statements answered.
    Answers(Vec<&'a StatementFigures>),
    /// Have a staff list imported: the last one, if any, is this many days old.
    StaffList(Option<u64>),
}

/// The decisions, most pressing first; none where the figures ask for nothing.
pub(crate) fn decisions(figures: &Disclosed) -> Vec<BoardDecision<'_>> {
    let mut decisions = Vec::new();
    if figures.data_quality.is_stale() {
        decisions.push(BoardDecision::StaffList(figures.data_quality.days_since_staff_import));
    }
    decisions.extend(figures.actions.as_ref().and_then(|actions| places(actions, figures)));
    decisions.extend(headline(figures));
    let remaining = figures.budget.remaining_pence;
    if figures.budget.allocated_pence.is_none() {
        decisions.push(BoardDecision::Budget(FinancialYear::of(figures.as_at)));
    }
    if let Some(remaining) = remaining.filter(|remaining| *remaining < 0) {
        decisions.push(BoardDecision::Overcommitted(-remaining));
    }
    let statements = figures.assurance.as_deref().unwrap_or_default();
    let which = |wanted: fn(&&StatementFigures) -> bool| statements.iter().filter(wanted).collect::<Vec<_>>();
    let mut weak = which(|statement| statement.weakness().is_some());
    weak.sort_by_key(|statement| std::cmp::Reverse(statement.weakness()));
    let of_statements = [
        (weak, BoardDecision::Weak as fn(_) -> _),
        (which(|statement| statement.overdue), BoardDecision::Reviews),
        (which(|statement| statement.answer.is_none()), BoardDecision::Answers),
    ];
    let asked = of_statements.into_iter().filter(|(which, _)| !which.is_empty());
    decisions.extend(asked.map(|(which, decision)| decision(which)));
    decisions
}

/// What the courses ask for, each by its own target.
fn places<'a>(actions: &'a DisclosedActions, figures: &Disclosed) -> Option<BoardDecision<'a>> {
    if actions.missing == 0 {
        // Of courses withheld nothing is said, so that nothing is said of all courses either.
        let is_booked_for = actions.to_train > 0 && actions.booked > 0 && actions.courses_withheld == 0;
        return is_booked_for.then_some(BoardDecision::Attendance(actions.until));
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
        cost_pence: actions.cost_pence.filter(|cost| *cost > 0),
        left_pence: actions.left_pence.map(|left| left.max(0)),
        headline: with_places(figures),
    })
}

/// The staff rate that the places asked for would make, where it is told.
fn with_places(figures: &Disclosed) -> Option<Rate> {
    figures.headline?.with_places.as_ref().and_then(Shown::value).copied()
}

/// What the headline asks for, where the places asked for don't bring it to its target.
fn headline(figures: &Disclosed) -> Option<BoardDecision<'static>> {
    let staff = *figures.counts.staff.value()?;
    let needed = *figures.needed_for_target().value()?;
    let is_short = figures.rag.is_some_and(|rag| rag != Rag::Green) && needed > 0;
    let places_do =
        with_places(figures).is_some_and(|then| then.counted > 0 && then.needed(figures.target()) == 0);
    let lacking_one = figures.headline.and_then(|of| of.lacking_one.value().copied());
    (is_short && !places_do).then_some(BoardDecision::Headline { needed, staff, lacking_one })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::BudgetFigures;
    use crate::board::disclosure::DisclosedHeadline;
    use crate::board::example::{disclosed_example, october};

    fn asked(figures: &Disclosed) -> Vec<String> {
        let name = |decision: &BoardDecision<'_>| {
            format!("{decision:?}").split([' ', '(']).next().unwrap().to_owned()
        };
        decisions(figures).iter().map(name).collect()
    }

    #[test]
    fn what_the_courses_the_headline_and_the_answers_ask_for_is_put_to_the_board() {
        assert_eq!(
            asked(&disclosed_example(&october(), &[])),
            ["Places", "Headline", "Weak", "Reviews", "Answers"]
        );
    }

    /// The example with nothing to decide: every course and the headline at their targets.
    fn in_order() -> Disclosed {
        let october = disclosed_example(&october(), &[]);
        let actions = october.actions.clone().unwrap();
        let actions = DisclosedActions { to_train: 0, missing: 0, booked: 0, ..actions };
        Disclosed {
            actions: Some(actions),
            assurance: None,
            counts: crate::board::disclosure::DisclosedWholeCounts {
                staff: Shown::As(Rate { counted: 578, up_to_date: 560 }),
                ..october.counts.clone()
            },
            rag: Some(Rag::Green),
            ..october
        }
    }

    #[test]
    fn a_month_in_order_asks_for_nothing_and_a_place_booked_by_somebody_up_to_date_changes_that_not() {
        let quiet = in_order();
        assert_eq!(asked(&quiet), [""; 0]);
        let booked = DisclosedActions { booked: 1, ..quiet.actions.clone().unwrap() };
        assert_eq!(asked(&Disclosed { actions: Some(booked), ..quiet.clone() }), [""; 0]);
        let closing = DisclosedActions { booked: 9, to_train: 9, ..quiet.actions.clone().unwrap() };
        assert_eq!(asked(&Disclosed { actions: Some(closing), ..quiet }), ["Attendance"]);
    }

    #[test]
    fn a_headline_short_of_its_target_is_put_to_the_board_though_every_course_is_above_its_own() {
        let mut figures = in_order();
        figures.counts.staff = Shown::As(Rate { counted: 578, up_to_date: 505 });
        figures.rag = Some(Rag::Amber);
        for booked in [0, 1] {
            figures.actions.as_mut().unwrap().booked = booked;
            assert_eq!(asked(&figures), ["Headline"]);
        }
        let BoardDecision::Headline { needed, .. } = decisions(&figures)[0] else { panic!("{figures:?}") };
        assert_eq!(needed, 16, "90% of 578 are 521");
    }

    #[test]
    fn a_headline_that_the_places_asked_for_bring_to_its_target_is_not_asked_for_beside_them() {
        let mut figures = Disclosed { assurance: None, ..disclosed_example(&october(), &[]) };
        let reaching = |up_to_date| {
            let rate = Rate { counted: 577, up_to_date };
            let lacking_one = figures.headline.unwrap().lacking_one;
            Some(DisclosedHeadline { lacking_one, with_places: Some(Shown::As(rate)) })
        };
        let (short, enough) = (reaching(519), reaching(520));
        figures.headline = short;
        assert_eq!(asked(&figures), ["Places", "Headline"]);
        figures.headline = enough;
        assert_eq!(asked(&figures), ["Places"]);
    }

    #[test]
    fn a_stale_staff_list_comes_first_and_money_is_asked_for_where_there_is_none_or_too_little() {
        let mut figures = Disclosed { actions: None, ..in_order() };
        figures.data_quality.days_since_staff_import = Some(46);
        figures.budget = BudgetFigures { allocated_pence: None, remaining_pence: None, ..figures.budget };
        assert_eq!(asked(&figures), ["StaffList", "Budget"]);
        figures.budget =
            BudgetFigures { allocated_pence: Some(0), remaining_pence: Some(-5), ..figures.budget };
        assert_eq!(decisions(&figures).last(), Some(&BoardDecision::Overcommitted(5)));
    }

    #[test]
    fn an_overspend_is_asked_for_once() {
        let mut figures = Disclosed { assurance: None, ..disclosed_example(&october(), &[]) };
        figures.budget.remaining_pence = Some(-605_495);
        figures.actions.as_mut().unwrap().left_pence = Some(-605_495);
        let asked = decisions(&figures);
        let left = asked.iter().find_map(|decision| match decision {
            BoardDecision::Places { left_pence, .. } => *left_pence,
            _ => None,
        });
        assert_eq!(left, Some(0));
        assert_eq!(asked.last(), Some(&BoardDecision::Overcommitted(605_495)));
    }

    #[test]
    fn a_no_comes_before_an_in_part_and_both_before_what_is_unanswered() {
        let mut figures = in_order();
        let mut statements = october().assurance.unwrap();
        statements[3].answer.as_mut().unwrap().answer = "No".to_owned();
        figures.assurance = Some(statements);
        let asked = decisions(&figures);
        let [BoardDecision::Weak(weak), BoardDecision::Reviews(_), BoardDecision::Answers(_)] = &asked[..]
        else {
            panic!("{asked:?}")
        };
        let ids: Vec<&str> = weak.iter().map(|of| of.statement.as_str()).collect();
        assert_eq!(ids, ["dedicated-budget", "missed-appointments"]);
    }
}
