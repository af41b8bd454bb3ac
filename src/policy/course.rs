//! `[[course]]`: what one is trained in, and the names it goes by.

use std::collections::HashMap;

use super::folded_key;
use super::numbers::{percent, refuse_too_many};
use super::types::{Course, CourseIndex};
use crate::register::{Hours, Indexed};
use crate::toml_file::{FurtherDecimals, Placed, TableSection};

/// A thousand years: longer than anything is kept, and short enough to add to any date.
const MOST_MONTHS: u32 = 12_000;
/// More hours than any training has, and few enough to add up over a person's records.
const MOST_HOURS: u32 = 10_000;

/// Every course, in the order of the file. Courses with faults keep their place, so that the faults of the others are
/// found in the same reading.
pub(super) fn read_all(root: &TableSection<'_>) -> Indexed<CourseIndex, Course> {
    let sections = root.tables("course", "a course");
    refuse_too_many(root, "course", sections.len());
    let mut courses = Indexed::default();
    let mut names = Vec::new();
    for section in &sections {
        let (course, its_names) = read(section);
        let index = courses.push(course);
        names.extend(its_names.into_iter().map(|name| (index, name)));
    }
    refuse_shared_names(root, &courses, names);
    let satisfied: Vec<Vec<CourseIndex>> =
        sections.iter().map(|section| read_satisfies(section, &courses)).collect();
    for (course, satisfies) in courses.iter_mut().zip(satisfied) {
        course.satisfies = satisfies;
    }
    refuse_cycles(&sections, &courses);
    for section in sections {
        section.finish();
    }
    courses
}

/// A course without what it satisfies, and every name it goes by.
fn read(section: &TableSection<'_>) -> (Course, Vec<Placed<String>>) {
    section.missing("code", "\"SGC-L1\"");
    let (code, title) = (section.text("code"), section.text("title"));
    let aliases = section.texts("aliases").unwrap_or_default();
    let named = |key, name: &Option<String>| {
        let place = section.place_of(key).clone();
        name.clone().map(|value| Placed { value, place })
    };
    let names = named("code", &code).into_iter().chain(named("title", &title)).chain(aliases.iter().cloned());
    let names = names.collect();
    let code = code.unwrap_or_default();
    let course = Course {
        title: title.unwrap_or_else(|| code.clone()),
        code,
        valid_months: section.integer("valid_months", 1..=MOST_MONTHS),
        satisfies: Vec::new(),
        aliases: aliases.into_iter().map(|alias| alias.value).collect(),
        default_hours: hours(section, "default_hours"),
        target: percent(section, "target"),
        book_url: section.parsed("book_url", BOOK_URL, web_address),
        modes: modes(section),
    };
    (course, names)
}

/// What a `book_url` must be.
const BOOK_URL: &str =
    "an address that begins with https:// or http://, without spaces or quotes, of at most 500 characters";

/// A place of the web that a mail can link to as it stands.
fn web_address(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_plain = |c: char| c.is_ascii_graphic() && !"\"'<>`\\^{|}".contains(c);
    let has_host = rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
    (has_host && text.len() <= 500 && text.chars().all(is_plain)).then(|| text.to_owned())
}

/// The ways in which a course can be done, each named once.
fn modes(section: &TableSection<'_>) -> Vec<String> {
    let mut modes: Vec<String> = Vec::new();
    for Placed { value: mode, place } in section.texts("modes").unwrap_or_default() {
        if modes.iter().any(|known| folded_key(known) == folded_key(&mode)) {
            section.warning_at(&place, format!("`modes` has \"{mode}\" twice"));
        } else {
            modes.push(mode);
        }
    }
    modes
}

/// Hours with at most two decimals.
pub(super) fn hours<'a>(section: &TableSection<'a>, key: &'a str) -> Option<Hours> {
    let hundredths = section.decimal(key, 100, 0..=MOST_HOURS, FurtherDecimals::Refused)?;
    u32::try_from(hundredths).ok().map(Hours) // Never too many: MOST_HOURS.
}

/// The place of the course with this code, whatever its case.
pub(super) fn find(courses: &Indexed<CourseIndex, Course>, code: &str) -> Option<CourseIndex> {
    let wanted = folded_key(code);
    courses.position(|course| folded_key(&course.code) == wanted)
}

/// What to say of a code that no course has.
pub(super) fn unknown(courses: &Indexed<CourseIndex, Course>, code: &str) -> String {
    let likeness = |course: &&Course| strsim::jaro_winkler(&folded_key(&course.code), &folded_key(code));
    let nearest = courses.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let advice = nearest.filter(|course| likeness(course) > 0.8).map_or_else(
        || "add a [[course]] with this code, or correct it".to_owned(),
        |course| format!("did you mean \"{}\"?", course.code),
    );
    format!("no course has the code \"{code}\": {advice}")
}

fn refuse_shared_names(
    root: &TableSection<'_>,
    courses: &Indexed<CourseIndex, Course>,
    names: Vec<(CourseIndex, Placed<String>)>,
) {
    let mut owners: HashMap<String, CourseIndex> = HashMap::new();
    for (course, Placed { value: name, place }) in names {
        let owner = *owners.entry(folded_key(&name)).or_insert(course);
        if let Some(other) = courses.get(owner).filter(|_| owner != course) {
            let message = format!(
                "the name \"{name}\" is also a name of the course \"{}\": two courses can't share one (code, \
                 title or alias, whatever the case), so change or remove it here or there",
                other.code
            );
            root.fault_at(&place, message);
        }
    }
}

fn read_satisfies(section: &TableSection<'_>, courses: &Indexed<CourseIndex, Course>) -> Vec<CourseIndex> {
    let mut satisfies = Vec::new();
    for Placed { value: code, place } in section.texts("satisfies").unwrap_or_default() {
        match find(courses, &code) {
            None => section.fault_at(&place, unknown(courses, &code)),
            Some(course) if satisfies.contains(&course) => {
                section.warning_at(&place, format!("`satisfies` has \"{code}\" twice"));
            }
            Some(course) => satisfies.push(course),
        }
    }
    satisfies
}

/// Each ring of courses that satisfy one another is told once, at its first course.
fn refuse_cycles(sections: &[TableSection<'_>], courses: &Indexed<CourseIndex, Course>) {
    let mut told: Vec<CourseIndex> = Vec::new();
    for (start, section) in courses.places().zip(sections) {
        if told.contains(&start) {
            continue;
        }
        if let Some(ring) = path_back_to(start, courses) {
            let code = |index: &CourseIndex| courses.get(*index).map_or("", |course| course.code.as_str());
            let names: Vec<&str> = ring.iter().chain([&start]).map(code).collect();
            let message = format!(
                "courses satisfy one another in a circle, {}: take one out of `satisfies`",
                names.join(" > ")
            );
            section.fault("satisfies", message);
            told.extend(ring);
        }
    }
}

/// The shortest way from `start` through `satisfies` back to it, if there is one.
fn path_back_to(start: CourseIndex, courses: &Indexed<CourseIndex, Course>) -> Option<Vec<CourseIndex>> {
    let mut paths = std::collections::VecDeque::from([vec![start]]);
    let mut seen = vec![start];
    while let Some(path) = paths.pop_front() {
        let last = courses.get(*path.last()?)?;
        if last.satisfies.contains(&start) {
            return Some(path);
        }
        for next in &last.satisfies {
            if !seen.contains(next) {
                seen.push(*next);
                paths.push_back(path.iter().copied().chain([*next]).collect());
            }
        }
    }
    None
}
