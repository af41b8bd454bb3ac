//! Which requirements ask something of a person (2.3), before what covers what.

use chrono::NaiveDate;

use super::files::{Assignment, Person};
use super::people::single_spaced;
use super::policy::{Exact, Policy, Requirement};

/// 2.3: `*` stands for any run of characters, none included. Every way is tried.
pub fn matches(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|skip| matches(rest, &text[skip..])),
        Some((c, rest)) => text.split_first().is_some_and(|(d, text)| c == d && matches(rest, text)),
    }
}

fn plain(text: &str) -> String {
    single_spaced(text).to_lowercase()
}

fn pattern_matches(pattern: &str, text: &str) -> bool {
    let chars = |text: &str| plain(text).chars().collect::<Vec<_>>();
    matches(&chars(pattern), &chars(text))
}

/// 2.3: matched against the whole path, and also matches everything below; space around `/` counts as none.
pub fn unit_matches(pattern: &str, unit: &str) -> bool {
    let tight = |path: &str| path.split('/').map(plain).collect::<Vec<_>>().join("/");
    let (pattern, unit) = (tight(pattern), tight(unit));
    let steps: Vec<&str> = unit.split('/').collect();
    (1..=steps.len()).any(|depth| pattern_matches(&pattern, &steps[..depth].join("/")))
}

/// 2.3: every selector named matches; within one, any pattern may.
pub fn selects(requirement: &Requirement, organisation: &str, post: &Assignment) -> bool {
    let any = |selector: &Option<Vec<String>>, value: &str| {
        selector.as_ref().is_none_or(|patterns| patterns.iter().any(|p| pattern_matches(p, value)))
    };
    any(&requirement.staff_groups, &post.staff_group)
        && any(&requirement.job_titles, &post.job_title)
        && requirement.units.as_ref().is_none_or(|list| list.iter().any(|p| unit_matches(p, &post.unit)))
        && any(&requirement.organisations, organisation)
}

/// What is asked of a person for one course: the requirements that ask it, and their strictest numbers.
#[derive(Debug, Clone)]
pub struct Need {
    pub course: usize,
    /// Positions in the policy, from 1.
    pub because: Vec<usize>,
    /// The start that goes with the earliest end of grace.
    pub start: NaiveDate,
    /// The last day of grace.
    pub grace_end: NaiveDate,
    /// In hundredths.
    pub hours: Option<i128>,
    pub initial_hours: Option<i128>,
    pub share: Option<Exact>,
}

/// 2.3: the union over the non-absent assignments held on D, of the requirements that apply on D (2.4: only on
/// days within `from` and `until`); by course, in the policy's order; the strictest holds, each number by itself.
pub fn needs(policy: &Policy, person: &Person, day: NaiveDate) -> Vec<Need> {
    let posts: Vec<&Assignment> = person.held(day).into_iter().filter(|p| !p.absent(policy)).collect();
    if posts.is_empty() {
        return Vec::new();
    }
    let own_start = person.start(day);
    let mut found = Vec::new();
    for course in 0..policy.courses.len() {
        let asking: Vec<(usize, &Requirement)> = policy
            .requirements
            .iter()
            .enumerate()
            .filter(|(_, r)| policy.course_named(&r.course) == course)
            .filter(|(_, r)| {
                r.from.is_none_or(|from| from <= day) && r.until.is_none_or(|until| day <= until)
            })
            .filter(|(_, r)| posts.iter().any(|post| selects(r, &person.organisation, post)))
            .collect();
        // 2.2: the earliest end of grace holds, and the start that goes with it; of equal ends the earlier start.
        let grace = asking.iter().map(|(_, r)| {
            let start = r.from.map_or(own_start, |from| from.max(own_start));
            (super::days::plus(start, r.within_days), start)
        });
        let Some((grace_end, start)) = grace.min() else { continue };
        let hours = asking.iter().filter_map(|(_, r)| r.hours).max();
        let initial = asking.iter().filter_map(|(_, r)| r.initial_hours).max();
        let share = asking.iter().filter_map(|(_, r)| r.participatory_share).fold(None, stricter);
        found.push(Need {
            course,
            because: asking.iter().map(|(at, _)| at + 1).collect(),
            start,
            grace_end,
            hours,
            // 2.4: never below `hours`.
            initial_hours: initial.map(|initial| initial.max(hours.unwrap_or(0))),
            share,
        });
    }
    found
}

fn stricter(so_far: Option<Exact>, next: Exact) -> Option<Exact> {
    Some(so_far.map_or(next, |so_far| if next.at_most(so_far) { so_far } else { next }))
}

#[cfg(test)]
mod tests {
    use super::unit_matches;

    #[test]
    fn a_unit_pattern_matches_the_whole_path_and_everything_below() {
        for (pattern, unit, expected) in [
            ("Surgery", "Surgery", true),
            ("surgery", "SURGERY / Theatres", true),
            ("Surgery", "Surgery Support", false),
            ("Surgery*", "Surgery Support", true),
            ("Theatres", "Surgery / Theatres", false),
            ("*Theatres", "Surgery / Theatres / Recovery", true),
            ("Surgery/Theatres", "Surgery  /  Theatres", true),
            ("Surgery / *", "Surgery", false),
            ("Surgery / *", "Surgery/Theatres", true),
            ("*/Recovery", "Surgery / Theatres / Recovery / Bay 1", true),
            ("*", "", true),
            ("S*y / T*s", "Surgery / Day / Theatres", true),
            ("Surgery / Theatres / Recovery", "Surgery / Theatres", false),
        ] {
            assert_eq!(unit_matches(pattern, unit), expected, "{pattern} against {unit}");
        }
    }
}
