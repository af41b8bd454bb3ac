//! Which course satisfies which, through others too (spec 2.4).

use super::types::Policy;

/// For every pair of courses, whether one satisfies the other, directly or through others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// By course: the courses it satisfies, itself left out, in the policy's order.
    satisfied: Vec<Vec<usize>>,
}

impl Closure {
    /// The courses that `course` satisfies, itself left out, in the policy's order.
    pub fn satisfied_by(&self, course: usize) -> &[usize] {
        self.satisfied.get(course).map_or(&[], Vec::as_slice)
    }

    /// Whether `higher` satisfies `lower`; no course satisfies itself.
    pub fn satisfies(&self, higher: usize, lower: usize) -> bool {
        self.satisfied_by(higher).binary_search(&lower).is_ok()
    }

    /// Whether a record of `recorded` gives credit for `wanted`: the same course, or one it satisfies.
    pub fn credits(&self, recorded: usize, wanted: usize) -> bool {
        recorded == wanted || self.satisfies(recorded, wanted)
    }
}

impl Policy {
    /// Whether any requirement names the course at this place: the others are listed nowhere.
    pub fn is_required(&self, course: usize) -> bool {
        self.requirements.iter().any(|requirement| requirement.course == course)
    }

    /// What each course satisfies, worked out once for all that follows.
    pub fn closure(&self) -> Closure {
        let satisfied = (0..self.courses.len()).map(|course| self.reachable_from(course)).collect();
        Closure { satisfied }
    }

    fn reachable_from(&self, course: usize) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
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
    use crate::policy::parse;

    #[test]
    fn a_course_satisfies_through_others_but_never_upwards_nor_itself() {
        let text = r#"
            course = [
                { code = "L1" }, { code = "L3", satisfies = ["L2"] }, { code = "L2", satisfies = ["L1"] },
                { code = "X", satisfies = ["L1", "L3"] }, { code = "ALONE" },
            ]"#;
        let closure = parse(text, "policy.toml").unwrap().policy.closure();
        assert_eq!(closure.satisfied_by(0), [] as [usize; 0]);
        assert_eq!(closure.satisfied_by(1), [0, 2]);
        assert_eq!(closure.satisfied_by(2), [0]);
        assert_eq!(closure.satisfied_by(3), [0, 1, 2]);
        assert_eq!(closure.satisfied_by(4), [] as [usize; 0]);
        assert!(closure.satisfies(3, 2) && !closure.satisfies(2, 3) && !closure.satisfies(1, 1));
        assert!(closure.credits(1, 1) && closure.credits(1, 0) && !closure.credits(0, 1));
    }
}
