//! Which course satisfies which, through others too (spec 2.4).

use super::types::{CourseIndex, Policy};
use crate::register::Indexed;

/// For every pair of courses, whether one satisfies the other, directly or through others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closure {
    /// By course: the courses it satisfies, itself left out, in the policy's order.
    satisfied: Indexed<CourseIndex, Vec<CourseIndex>>,
}

impl Closure {
    /// The courses that `course` satisfies, itself left out, in the policy's order.
    pub(crate) fn satisfied_by(&self, course: CourseIndex) -> &[CourseIndex] {
        self.satisfied.get(course).map_or(&[], Vec::as_slice)
    }

    /// Whether `higher` satisfies `lower`; no course satisfies itself.
    pub(crate) fn satisfies(&self, higher: CourseIndex, lower: CourseIndex) -> bool {
        self.satisfied_by(higher).binary_search(&lower).is_ok()
    }

    /// Whether a record of `recorded` gives credit for `wanted`: the same course, or one it satisfies.
    pub(crate) fn credits(&self, recorded: CourseIndex, wanted: CourseIndex) -> bool {
        recorded == wanted || self.satisfies(recorded, wanted)
    }
}

impl Policy {
    /// Whether any requirement names the course at this place: the others are listed nowhere.
    pub(crate) fn is_required(&self, course: CourseIndex) -> bool {
        self.requirements.iter().any(|requirement| requirement.course == course)
    }

    /// What each course satisfies, worked out once for all that follows.
    pub(crate) fn closure(&self) -> Closure {
        let satisfied = self.courses.places().map(|course| self.reachable_from(course)).collect();
        Closure { satisfied }
    }

    fn reachable_from(&self, course: CourseIndex) -> Vec<CourseIndex> {
        let mut found: Vec<CourseIndex> = Vec::new();
        let mut open = vec![course];
        while let Some(next) = open.pop() {
            for lower in self.courses.get(next).map_or(&[][..], |course| &course.satisfies) {
                if *lower != course && !found.contains(lower) {
                    found.push(*lower);
                    open.push(*lower);
                }
            }
        }
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::{CourseIndex, parse};

    #[test]
    fn a_course_satisfies_through_others_but_never_upwards_nor_itself() {
        let text = r#"
            course = [
                { code = "L1" }, { code = "L3", satisfies = ["L2"] }, { code = "L2", satisfies = ["L1"] },
                { code = "X", satisfies = ["L1", "L3"] }, { code = "ALONE" },
            ]"#;
        let closure = parse(text, "policy.toml").unwrap().policy.closure();
        let at = CourseIndex::at;
        let satisfied = |course| -> Vec<usize> {
            closure.satisfied_by(at(course)).iter().map(|lower| lower.place()).collect()
        };
        assert_eq!(satisfied(0), [] as [usize; 0]);
        assert_eq!(satisfied(1), [0, 2]);
        assert_eq!(satisfied(2), [0]);
        assert_eq!(satisfied(3), [0, 1, 2]);
        assert_eq!(satisfied(4), [] as [usize; 0]);
        let satisfies = |higher, lower| closure.satisfies(at(higher), at(lower));
        assert!(satisfies(3, 2) && !satisfies(2, 3) && !satisfies(1, 1));
        let credits = |recorded, wanted| closure.credits(at(recorded), at(wanted));
        assert!(credits(1, 1) && credits(1, 0) && !credits(0, 1));
    }
}
