//! Requirements that ask nobody, in words (spec 2.3): for imports of staff, `check`, `policy check`, `policy impact` and
//! a board's quality of data, all alike.

use crate::compliance::{Selector, Silent, SilentBecause};

/// What is wrong and what to do, a sentence for each requirement; those silent for want of one column are one.
pub(crate) fn asking_nobody(silent: &[Silent]) -> Vec<String> {
    let mut said = Vec::new();
    let mut columns: Vec<(Selector, Option<&str>)> = Vec::new();
    for one in silent.iter().filter(|one| one.why == SilentBecause::NobodyHasOne) {
        let column = one.selector.map(|selector| (selector, one.organisation.as_deref()));
        columns.extend(column.filter(|column| !columns.contains(column)));
    }
    for (selector, organisation) in columns {
        let of_column = silent.iter().filter(|one| {
            one.why == SilentBecause::NobodyHasOne
                && one.selector == Some(selector)
                && one.organisation.as_deref() == organisation
        });
        said.push(format!(
            "nobody in post{} has {}, and the policy selects by {} in {}: import a staff list with that column",
            organisation.map_or(String::new(), |code| format!(" at {code}")),
            a(selector),
            selector.key(),
            requirements(of_column.map(|one| one.requirement)),
        ));
    }
    said.extend(silent.iter().filter_map(misspelt));
    said
}

/// `requirement 3`, `requirements 3, 4`.
pub(crate) fn requirements(numbers: impl Iterator<Item = usize>) -> String {
    let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
    let word = if numbers.len() == 1 { "requirement" } else { "requirements" };
    format!("{word} {}", numbers.join(", "))
}

fn misspelt(silent: &Silent) -> Option<String> {
    let (number, course) = (silent.requirement, &silent.course);
    let what = match (silent.why, silent.selector) {
        (SilentBecause::NobodyHasOne, _) => return None,
        (SilentBecause::NobodyMatches, Some(selector)) => {
            let patterns: Vec<String> =
                silent.patterns.iter().map(|pattern| format!("{pattern:?}")).collect();
            format!(
                "has {} = [{}], and nobody in post {} {}",
                selector.key(),
                patterns.join(", "),
                if selector == Selector::Organisations { "is of such" } else { "has such" },
                a(selector),
            )
        }
        (SilentBecause::NobodyMatches | SilentBecause::NobodyMatchesAll, _) => {
            "has selectors that each match somebody in post, and none whom all of them match".to_owned()
        }
    };
    Some(format!(
        "requirement {number} of the policy, for {course}, {what}: correct the spelling in the policy, or the staff list"
    ))
}

/// `a unit`, `an assignment category`.
fn a(selector: Selector) -> String {
    let what = selector.column().replace('_', " ");
    if what.starts_with(['a', 'o']) { format!("an {what}") } else { format!("a {what}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silent(
        requirement: usize,
        selector: Option<Selector>,
        why: SilentBecause,
        at: Option<&str>,
    ) -> Silent {
        let patterns = vec!["Ward \"5\"".to_owned(), "B".to_owned()];
        let organisation = at.map(str::to_owned);
        Silent { requirement, course: "SGC-L3".into(), selector, patterns, why, organisation }
    }

    #[test]
    fn each_says_which_rule_what_is_wrong_and_what_to_do() {
        let said = asking_nobody(&[
            silent(2, Some(Selector::Units), SilentBecause::NobodyMatches, None),
            silent(3, Some(Selector::StaffGroups), SilentBecause::NobodyHasOne, None),
            silent(4, Some(Selector::StaffGroups), SilentBecause::NobodyHasOne, None),
            silent(4, Some(Selector::Units), SilentBecause::NobodyHasOne, Some("RYY")),
            silent(2, Some(Selector::Organisations), SilentBecause::NobodyMatches, None),
            silent(5, None, SilentBecause::NobodyMatchesAll, None),
        ]);
        let column = ": import a staff list with that column";
        let spelling = ": correct the spelling in the policy, or the staff list";
        assert_eq!(
            said,
            [
                format!(
                    "nobody in post has a staff group, and the policy selects by staff_groups in requirements 3, 4{column}"
                ),
                format!(
                    "nobody in post at RYY has a unit, and the policy selects by units in requirement 4{column}"
                ),
                format!(
                    "requirement 2 of the policy, for SGC-L3, has units = [\"Ward \\\"5\\\"\", \"B\"], and nobody in post \
                     has such a unit{spelling}"
                ),
                format!(
                    "requirement 2 of the policy, for SGC-L3, has organisations = [\"Ward \\\"5\\\"\", \"B\"], and nobody in \
                     post is of such an organisation{spelling}"
                ),
                format!(
                    "requirement 5 of the policy, for SGC-L3, has selectors that each match somebody in post, and none \
                     whom all of them match{spelling}"
                ),
            ]
        );
    }
}
