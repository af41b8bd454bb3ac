//! The state of every course a person needs on a day (2.4), and what covers what (2.3).

use chrono::NaiveDate;

use super::credit::History;
use super::files::{Person, Register};
use super::needs::{Need, needs};

/// A required course and its state on the day.
#[derive(Debug, Clone)]
pub struct Judged {
    pub course: usize,
    pub state: &'static str,
    pub due: Option<NaiveDate>,
    pub lapse: Option<NaiveDate>,
    /// 4.1: needed, participatory needed, counted, participatory, in hundredths, and whether the initial ones hold.
    pub hours: Option<([i128; 4], bool)>,
    /// Positions of the requirements that ask for it, from 1.
    pub because: Vec<usize>,
}

impl Judged {
    /// 2.4: the numerator.
    pub fn up_to_date(&self) -> bool {
        matches!(self.state, "up_to_date" | "due_soon")
    }

    /// 2.4: the denominator; 2.2: with `grace = "count"`, what is in grace counts as not done.
    pub fn counted(&self, grace_counts: bool) -> bool {
        self.up_to_date()
            || matches!(self.state, "lapsed" | "not_done")
            || (self.state == "in_grace" && grace_counts)
    }
}

/// What a person needs: what stays, and `(course, covered by)` for what does not; both in the policy's order.
#[derive(Debug, Clone, Default)]
pub struct Position {
    pub courses: Vec<Judged>,
    pub covered: Vec<(usize, usize)>,
}

/// 2.4: exactly one state, and the dates that 4.1 gives with it.
fn judge(register: &Register, person: &Person, need: &Need, day: NaiveDate, records_by: NaiveDate) -> Judged {
    let policy = &register.policy;
    let history = History::new(policy, person, need, day, records_by);
    let hours = history.hours(day);
    let judged = |state, due, lapse| {
        let because = need.because.clone();
        Judged { course: need.course, state, due, lapse, hours, because }
    };
    if person.exemptions.iter().any(|e| e.covers(need.course, day)) {
        return judged("exempt", None, None);
    }
    if history.met(day) {
        let lapse = history.lapse_from(day);
        let soon = lapse.is_some_and(|lapse| (lapse - day).num_days() <= policy.due_soon_days);
        return judged(if soon { "due_soon" } else { "up_to_date" }, lapse, lapse);
    }
    // 2.8: the lapse date if it was met on any day since the start, else the last day of grace.
    let met_since_start = history.met_since(need.start);
    let due = if met_since_start { history.last_met() } else { Some(need.grace_end) };
    if !met_since_start && day <= need.grace_end {
        judged("in_grace", due, None)
    } else if history.last_met().is_some() {
        judged("lapsed", due, history.last_met())
    } else {
        judged("not_done", due, None)
    }
}

/// Everything a person needs on a day; nothing for those out of post or absent.
pub fn position(register: &Register, person: &Person, day: NaiveDate, records_by: NaiveDate) -> Position {
    let policy = &register.policy;
    let all: Vec<Judged> = needs(policy, person, day)
        .iter()
        .map(|need| judge(register, person, need, day, records_by))
        .collect();
    // 2.3: a course that is exempt or in grace covers no other (2.2: unless grace counts).
    let covers = |upper: &Judged, lower: &Judged| {
        upper.course != lower.course
            && upper.state != "exempt"
            && (upper.state != "in_grace" || policy.grace_counts)
            && policy.gives_credit_for(upper.course, lower.course)
    };
    let stays = |one: &&Judged| !all.iter().any(|other| covers(other, one));
    let courses: Vec<Judged> = all.iter().filter(stays).cloned().collect();
    let covered = all
        .iter()
        .filter(|one| !stays(one))
        .map(|one| (one.course, courses.iter().find(|other| covers(other, one)).unwrap().course))
        .collect();
    Position { courses, covered }
}
