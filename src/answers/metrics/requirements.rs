//! How courses stand for those who need them, in numbers: by course, or by organisation. Both at once would be too many values.

use super::metric::{Metric, float};
use crate::compliance::{Group, GroupCounts};

/// Each course, for everybody.
pub(super) fn by_course(courses: &[&Group]) -> Metric {
    let help = "Pairs of a person in post and a course that they need, by how the course stands for them.";
    let metric = Metric::gauge("refresher_requirements", help);
    each(metric, "course", courses)
}

/// Each organisation, over all courses.
pub(super) fn by_organisation(organisations: &[&Group]) -> Metric {
    let help = "Those pairs of each organisation, all courses together.";
    let metric = Metric::gauge("refresher_organisation_requirements", help);
    each(metric, "organisation", organisations)
}

fn each(metric: Metric, label: &'static str, groups: &[&Group]) -> Metric {
    groups.iter().fold(metric, |metric, group| {
        states(&group.counts).into_iter().fold(metric, |metric, (state, pairs)| {
            metric.with([(label, group.key.as_str()), ("state", state)], float(pairs))
        })
    })
}

fn states(of: &GroupCounts) -> [(&'static str, u64); 6] {
    [
        ("up_to_date", of.requirements.up_to_date.saturating_sub(of.due_soon)),
        ("due_soon", of.due_soon),
        ("lapsed", of.lapsed),
        ("not_done", of.not_done),
        ("in_grace", of.in_grace),
        ("exempt", of.exempt),
    ]
}
