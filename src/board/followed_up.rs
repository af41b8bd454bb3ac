//! What the board was asked to decide a month before, and what became of it (spec 2.9).

use chrono::NaiveDate;

use super::{BoardDecision, Disclosed, StatementFigures, decisions};
use crate::compliance::Rag;
use crate::register::Pence;

/// A decision of a month before with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FollowedUp<'a> {
    /// What was asked.
    pub(crate) asked: BoardDecision<'a>,
    /// What became of it.
    pub(crate) became: Became<'a>,
    /// How far it was done.
    pub(crate) progress: DecisionProgress,
}

/// How far a decision was carried out, as far as the figures tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecisionProgress {
    /// All of it.
    Done,
    /// Some of it.
    InPart,
    /// Nothing of it yet.
    NotYet,
    /// The figures don't tell.
    Untold,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Became<'a> {
    /// Places missing by the same day, then and now.
    Places {
        /// Then.
        then: u64,
        /// Now; `None` where the figures look to another day by now.
        now: Option<u64>,
        /// The day.
        until: NaiveDate,
    },
    /// People that the headline was, and is, short of its target.
    Headline {
        /// Then.
        then: u64,
        /// Now; `None` where that is withheld.
        now: Option<u64>,
    },
    /// Courses at their targets now, out of those that anybody needs and that are told.
    Courses {
        /// At their targets.
        on_target: u64,
        /// All.
        of: u64,
    },
    /// What is allocated now.
    Allocated(Option<Pence>),
    /// What remains of the budget now; below 0 where it is overspent.
    Remaining(Option<Pence>),
    /// Of so many statements, those for which it is not done.
    Statements {
        /// All that were asked for.
        of: u64,
        /// Those left, as they stand now.
        left: Vec<&'a StatementFigures>,
    },
    /// How old the last staff list is, in days; `None`: there is none.
    StaffList(Option<u64>),
}

/// What was asked for a month before, each with what became of it; empty where the month before had no summary.
pub(crate) fn followed_up(now: &Disclosed) -> Vec<FollowedUp<'_>> {
    let Some(last) = now.last_month.as_deref() else { return Vec::new() };
    decisions(last)
        .into_iter()
        .map(|asked| {
            let (became, progress) = became(&asked, now);
            FollowedUp { asked, became, progress }
        })
        .collect()
}

fn became<'a>(asked: &BoardDecision<'a>, now: &'a Disclosed) -> (Became<'a>, DecisionProgress) {
    match asked {
        BoardDecision::Places { missing, until, .. } => {
            let left = now.actions.as_ref().filter(|of| of.until == *until).map(|of| of.missing);
            (Became::Places { then: *missing, now: left, until: *until }, of_counts(*missing, left))
        }
        BoardDecision::Headline { needed, .. } => {
            let staff = now.counts.staff.value().filter(|staff| staff.counted > 0);
            let left = staff.map(|staff| staff.needed(now.target()));
            (Became::Headline { then: *needed, now: left }, of_counts(*needed, left))
        }
        BoardDecision::Attendance(_) => {
            let needed: Vec<Rag> = now.courses.iter().filter_map(|course| course.rag).collect();
            let on_target = count(needed.iter().filter(|rag| **rag == Rag::Green).count());
            let of = count(needed.len());
            let progress = if on_target == of { DecisionProgress::Done } else { DecisionProgress::NotYet };
            (Became::Courses { on_target, of }, progress)
        }
        BoardDecision::Budget(_) => {
            let allocated = now.budget.allocated_pence;
            (Became::Allocated(allocated), done(allocated.is_some()))
        }
        BoardDecision::Overcommitted(over) => {
            let remaining = now.budget.remaining_pence;
            let progress = match remaining {
                None => DecisionProgress::Untold,
                Some(remaining) if remaining >= 0 => DecisionProgress::Done,
                Some(remaining) if -remaining < *over => DecisionProgress::InPart,
                Some(_) => DecisionProgress::NotYet,
            };
            (Became::Remaining(remaining), progress)
        }
        BoardDecision::Weak(asked) => statements(asked, now, |now| now.weakness().is_some()),
        BoardDecision::Reviews(asked) => statements(asked, now, |now| now.overdue),
        BoardDecision::Answers(asked) => statements(asked, now, |now| now.answer.is_none()),
        BoardDecision::StaffList(_) => {
            let quality = &now.data_quality;
            (Became::StaffList(quality.days_since_staff_import), done(!quality.is_stale()))
        }
    }
}

fn done(is_done: bool) -> DecisionProgress {
    if is_done { DecisionProgress::Done } else { DecisionProgress::NotYet }
}

/// How far a shortfall was made good.
fn of_counts(then: u64, now: Option<u64>) -> DecisionProgress {
    match now {
        None => DecisionProgress::Untold,
        Some(0) => DecisionProgress::Done,
        Some(left) if left < then => DecisionProgress::InPart,
        Some(_) => DecisionProgress::NotYet,
    }
}

/// Statements that the policy no longer has are done with.
fn statements<'a>(
    asked: &[&StatementFigures],
    now: &'a Disclosed,
    is_left: fn(&StatementFigures) -> bool,
) -> (Became<'a>, DecisionProgress) {
    let stands = |asked: &StatementFigures| {
        now.assurance.iter().flatten().find(|now| now.statement == asked.statement)
    };
    let left: Vec<&StatementFigures> =
        asked.iter().filter_map(|asked| stands(asked)).filter(|now| is_left(now)).collect();
    let (of, left_over) = (count(asked.len()), count(left.len()));
    (Became::Statements { of, left }, of_counts(of, Some(left_over)))
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::BoardFigures;
    use crate::board::example::{disclosed_example, october};

    /// What became in October of what September, the same but for `last`, asked for.
    fn became_of(last: impl FnOnce(&mut BoardFigures), now: impl FnOnce(&mut BoardFigures)) -> Vec<String> {
        let (mut september, mut october) = (october(), october());
        september.month = october.month.minus(1);
        last(&mut september);
        now(&mut october);
        let figures = disclosed_example(&october, &[september]);
        let words = |of: &FollowedUp<'_>| {
            let name = |text: String| text.split([' ', '(']).next().unwrap().to_owned();
            format!("{} {:?}", name(format!("{:?}", of.asked)), of.progress)
        };
        followed_up(&figures).iter().map(words).collect()
    }

    #[test]
    fn what_was_asked_for_is_done_in_part_or_not_yet_by_what_the_figures_say_now() {
        let same = ["Places NotYet", "Headline NotYet", "Weak NotYet", "Reviews NotYet", "Answers NotYet"];
        assert_eq!(became_of(|_| {}, |_| {}), same);
        let better = became_of(
            |_| {},
            |now| {
                now.counts.staff.up_to_date += 1;
                let actions = now.actions.as_mut().unwrap();
                for month in actions.courses[1].months.iter_mut() {
                    (month.booked, month.missing) = (month.to_train, 0);
                }
                let statements = now.assurance.as_mut().unwrap();
                statements[0].answer.as_mut().unwrap().answer = "yes".to_owned();
                statements[0].overdue = false;
                statements[2].answer = statements[1].answer.clone();
            },
        );
        assert_eq!(better, ["Places InPart", "Headline InPart", "Weak Done", "Reviews Done", "Answers Done"]);
    }

    #[test]
    fn a_statement_that_the_policy_no_longer_has_is_done_with_and_a_month_without_a_summary_asked_for_nothing()
     {
        let gone = became_of(|_| {}, |now| now.assurance.as_mut().unwrap().clear());
        assert_eq!(gone[2..], ["Weak Done", "Reviews Done", "Answers Done"]);
        assert_eq!(became_of(|last| last.month = last.month.minus(1), |_| {}), [""; 0]);
    }

    #[test]
    fn money_and_a_staff_list_are_followed_up_by_what_there_is_now() {
        let overspent = |left| {
            move |figures: &mut BoardFigures| {
                figures.budget.remaining_pence = Some(left);
                figures.assurance = None;
                figures.actions = None;
                figures.counts = crate::compliance::GroupCounts::default();
                figures.rag = None;
            }
        };
        assert_eq!(became_of(overspent(-500), overspent(-400)), ["Overcommitted InPart"]);
        assert_eq!(became_of(overspent(-500), overspent(-500)), ["Overcommitted NotYet"]);
        assert_eq!(became_of(overspent(-500), overspent(0)), ["Overcommitted Done"]);
        let unfunded = |figures: &mut BoardFigures| {
            overspent(0)(figures);
            figures.budget.allocated_pence = None;
            figures.data_quality.days_since_staff_import = None;
        };
        assert_eq!(became_of(unfunded, unfunded), ["StaffList NotYet", "Budget NotYet"]);
        assert_eq!(became_of(unfunded, overspent(0)), ["StaffList Done", "Budget Done"]);
    }

    #[test]
    fn places_asked_for_by_another_day_than_the_figures_look_to_now_are_not_told() {
        let another =
            |now: &mut BoardFigures| now.actions.as_mut().unwrap().until = "2027-02-28".parse().unwrap();
        assert_eq!(became_of(|_| {}, another)[0], "Places Untold");
    }
}
