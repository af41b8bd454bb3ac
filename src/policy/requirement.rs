//! `[[requirement]]`: which staff need which course (spec 2.3, 2.4).

use super::course::{self, hours};
use super::numbers::{MOST_DAYS, refuse_too_many};
use super::types::{Course, CourseIndex, Requirement, RequirementIndex, Share};
use crate::register::{Hours, Indexed};
use crate::toml_file::{FurtherDecimals, TableSection};

/// Every requirement, in the order of the file.
pub(super) fn read_all(
    root: &TableSection<'_>,
    courses: &Indexed<CourseIndex, Course>,
) -> Indexed<RequirementIndex, Requirement> {
    let mut requirements: Indexed<RequirementIndex, Requirement> = Indexed::default();
    let sections = root.tables("requirement", "a requirement");
    refuse_too_many(root, "requirement", sections.len());
    for section in sections {
        let requirement = read(&section, courses);
        if let Some(index) = requirements.iter().position(|other| *other == requirement) {
            section.warning("", format!("this requirement says the same as requirement {}", index + 1));
        }
        section.finish();
        requirements.push(requirement);
    }
    requirements
}

fn read(section: &TableSection<'_>, courses: &Indexed<CourseIndex, Course>) -> Requirement {
    let requirement = Requirement {
        course: read_course(section, courses),
        staff_groups: selector(section, "staff_groups"),
        job_titles: selector(section, "job_titles"),
        units: selector(section, "units"),
        organisations: selector(section, "organisations"),
        categories: selector(section, "categories"),
        within_days: section.integer("within_days", 0..=MOST_DAYS),
        hours: hours(section, "hours"),
        initial_hours: hours(section, "initial_hours"),
        participatory_share: share(section),
        from: section.date("from"),
        until: section.date("until"),
    };
    check_hours(section, &requirement);
    if let (Some(from), Some(until)) = (requirement.from, requirement.until)
        && until < from
    {
        section.warning("until", format!("the requirement ends on {until}, before it begins on {from}"));
    }
    requirement
}

fn read_course(section: &TableSection<'_>, courses: &Indexed<CourseIndex, Course>) -> CourseIndex {
    section.missing("course", "\"SGC-L1\"");
    let Some(code) = section.text("course") else {
        return CourseIndex::NOWHERE;
    };
    let found = course::find(courses, &code);
    if found.is_none() {
        section.fault("course", course::unknown(courses, &code));
    }
    found.unwrap_or(CourseIndex::NOWHERE)
}

fn selector<'a>(section: &TableSection<'a>, key: &'a str) -> Option<Vec<String>> {
    let patterns = section.patterns(key)?;
    if section.is_empty_list(key) {
        let message =
            format!("`{key}` is an empty list, which would match nobody: write [\"*\"] or remove the line");
        section.fault(key, message);
    }
    Some(patterns)
}

fn share(section: &TableSection<'_>) -> Option<Share> {
    let billionths = section.decimal("participatory_share", Share::WHOLE, 0..=1, FurtherDecimals::Rounded)?;
    u32::try_from(billionths).ok().map(Share) // Never more than the whole.
}

fn check_hours(section: &TableSection<'_>, requirement: &Requirement) {
    if requirement.hours == Some(Hours(0)) {
        section.fault("hours", "`hours` is 0 and must be more: remove the line to ask for one completion");
    }
    for key in ["initial_hours", "participatory_share"] {
        if section.has(key) && !section.has("hours") {
            section.fault(key, format!("`{key}` needs `hours` beside it: add hours, or remove the line"));
        }
    }
    if let (Some(hours), Some(initial)) = (requirement.hours, requirement.initial_hours)
        && initial < hours
    {
        let message = format!("`initial_hours` is {initial} and must be at least `hours`, which is {hours}");
        section.fault("initial_hours", message);
    }
}
