//! Where a unit stands in an organisation: the names of those above it and its own.

const BETWEEN: &str = " / ";

/// The path to a unit from the top, ` / ` between its steps: `Surgery / Theatres / Recovery`. An empty one is that of
/// whoever has no unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct UnitPath<'a>(pub(crate) &'a str);

impl<'a> UnitPath<'a> {
    /// The path of these steps; those that are empty or blank are left out.
    pub(crate) fn of_steps<S: AsRef<str>>(steps: impl IntoIterator<Item = S>) -> String {
        let mut path = String::new();
        for step in steps {
            let step = step.as_ref().trim();
            if !step.is_empty() {
                if !path.is_empty() {
                    path.push_str(BETWEEN);
                }
                path.push_str(step);
            }
        }
        path
    }

    /// How many units stand above it.
    pub(crate) fn depth(self) -> usize {
        self.0.matches(BETWEEN).count()
    }

    /// The unit just above it; `None` at the top.
    pub(crate) fn parent(self) -> Option<Self> {
        self.0.rsplit_once(BETWEEN).map(|(above, _)| Self(above))
    }

    /// The unit's own name, the last step.
    pub(crate) fn name(self) -> &'a str {
        self.0.rsplit_once(BETWEEN).map_or(self.0, |(_, name)| name)
    }

    /// The units above it, the nearest first.
    pub(crate) fn above(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |path| path.parent())
    }

    /// Those above it from the top down, then itself.
    pub(crate) fn units_down(self) -> impl Iterator<Item = Self> {
        let ends = self.0.match_indices(BETWEEN).map(|(at, _)| at).chain([self.0.len()]);
        ends.filter_map(move |end| self.0.get(..end)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_made_of_what_its_steps_say() {
        assert_eq!(UnitPath::of_steps(["Surgery ", "", " ", "Theatres"]), "Surgery / Theatres");
        assert_eq!(UnitPath::of_steps([""; 0]), "");
    }

    #[test]
    fn a_unit_is_below_those_that_its_path_names_before_it() {
        let below = UnitPath("Surgery / Theatres / Recovery");
        assert_eq!((below.depth(), below.name()), (2, "Recovery"));
        let above: Vec<&str> = below.above().map(|path| path.0).collect();
        assert_eq!(above, ["Surgery / Theatres", "Surgery"]);
        let down: Vec<&str> = below.units_down().map(|path| path.0).collect();
        assert_eq!(down, ["Surgery", "Surgery / Theatres", "Surgery / Theatres / Recovery"]);
    }

    #[test]
    fn a_slash_without_space_around_it_is_part_of_a_name_and_the_top_has_nothing_above() {
        let top = UnitPath("A/E");
        assert_eq!((top.depth(), top.name(), top.parent()), (0, "A/E", None));
        assert_eq!(top.units_down().collect::<Vec<_>>(), [top]);
        assert_eq!(UnitPath("").units_down().collect::<Vec<_>>(), [UnitPath("")]);
    }
}
