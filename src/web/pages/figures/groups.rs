//! A table of groups, each count of which leads to the list of exactly those.

use crate::answers::{PageBar, StatusAnswer, bars_on_page};
use crate::compliance::{Group, GroupBy};
use crate::web::answer::{Fault, PageDocument, ReportColumn, ReportRow, ReportTable, ShownValue};
use crate::web::request::{FIGURE_NAMES, PageQuestion};

/// Where lists of people are.
const PEOPLE: &str = "/people";

/// The most groups that a picture has a bar for.
const MOST_BARS: usize = 25;

/// Why figures stand there as withheld.
pub(super) const WHY_WITHHELD: &str = "Groups that count fewer than 5 people show “under 5” in place of their figures; others are withheld where they would tell those, or of so few who are up to date, or who are not.";

/// Whether counts lead to lists of people: not for those who may see none by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CountsLead {
    /// They do.
    ToPeople,
    /// They don't.
    Nowhere,
}

/// The list of people that a count is of: what the page was asked, and this.
pub(crate) fn people_address(question: &PageQuestion, more: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let said = question.said_of(&FIGURE_NAMES);
    let is_said_anew = |name: &str| more.iter().any(|(other, _)| *other == name);
    query.extend_pairs(said.iter().filter(|(name, _)| !is_said_anew(name)));
    query.extend_pairs(more);
    let query = query.finish();
    if query.is_empty() { PEOPLE.to_owned() } else { format!("{PEOPLE}?{query}") }
}

/// Figures of groups in words, with their links.
pub(crate) struct GroupFigures<'a> {
    /// What was asked.
    pub(crate) question: &'a PageQuestion,
    /// What it was answered with.
    pub(crate) answer: &'a StatusAnswer,
    /// The same as a document.
    pub(crate) document: &'a PageDocument,
    /// Whether counts lead to lists.
    pub(crate) lead: CountsLead,
}

impl GroupFigures<'_> {
    /// A count of people of everybody in question who are in one of these standings.
    pub(crate) fn people(&self, path: &str, standings: &[&str]) -> ShownValue {
        self.leading(self.document.count(path), &[], "standing", standings)
    }

    /// A count of what people need, in one of these states.
    pub(crate) fn needs(&self, path: &str, states: &[&str]) -> ShownValue {
        self.leading(self.document.count(path), &[], "state", states)
    }

    /// What is said before the figures: this, and why some are withheld, where some are.
    pub(crate) fn said_first(&self, words: String) -> Vec<String> {
        let why = self.answer.withholds().then(|| WHY_WITHHELD.to_owned());
        std::iter::once(words).chain(why).collect()
    }

    /// The states that are counted.
    pub(crate) fn counted_states(&self) -> Vec<&'static str> {
        let mut states = vec!["up_to_date", "due_soon", "lapsed", "not_done"];
        states.extend(self.answer.counts_grace().then_some("in_grace"));
        states
    }

    /// The states of what is counted as not done.
    pub(crate) fn not_done_states(&self) -> Vec<&'static str> {
        if self.answer.counts_grace() { vec!["not_done", "in_grace"] } else { vec!["not_done"] }
    }

    fn leading(&self, shown: ShownValue, base: &[(&str, &str)], name: &str, values: &[&str]) -> ShownValue {
        if self.lead == CountsLead::Nowhere {
            return shown;
        }
        let more: Vec<(&str, &str)> =
            base.iter().copied().chain(values.iter().map(|value| (name, *value))).collect();
        let href = people_address(self.question, &more);
        shown.to(href)
    }

    /// The groups as a table.
    pub(crate) fn table(&self, list: &'static str, caption: String) -> ReportTable {
        let groups = &self.answer.rates.groups;
        let mut columns = vec![ReportColumn::words("Group")];
        columns.extend(["In post", "Counted", "Up to date", "Rate", "Target"].map(ReportColumn::number));
        columns.push(ReportColumn::words("Against it"));
        columns.extend(["Due soon", "Lapsed", "Not done"].map(ReportColumn::number));
        let rows = groups.iter().enumerate().map(|(at, group)| self.row(at, group)).collect();
        ReportTable::whole(list, caption, columns, rows)
    }

    /// A picture of their rates against the targets; nothing where there are too many to be told apart, or none.
    pub(crate) fn chart(&self, title: &str) -> Result<String, Fault> {
        let groups = &self.answer.rates.groups;
        if groups.is_empty() || groups.len() > MOST_BARS {
            return Ok(String::new());
        }
        let bars = groups.iter().enumerate().map(|(at, group)| {
            let path = |of: &str| format!("groups.{at}.{of}");
            let millionths = |of: &str| {
                self.document.millionths(&path(of)).and_then(|millionths| u64::try_from(millionths).ok()) // None is below 0.
            };
            PageBar {
                name: self.name(group).words,
                value: self.document.share(&path("staff.rate")).words,
                rate: millionths("staff.rate"),
                target: millionths("target"),
            }
        });
        let bars: Vec<PageBar> = bars.collect();
        Ok(bars_on_page("rates", title, &bars).map_err(anyhow::Error::from)?)
    }

    fn row(&self, at: usize, group: &Group) -> ReportRow {
        let path = |of: &str| format!("groups.{at}.{of}");
        let count = |of: &str, name: &str, values: &[&str]| {
            let shown = self.document.count(&path(of));
            let base = base_of(group);
            if base.iter().any(|(_, value)| value.is_empty()) {
                return shown;
            }
            self.leading(shown, &base, name, values)
        };
        let (counted, not_done) = (self.counted_states(), self.not_done_states());
        let of_people = if group.by == GroupBy::Course {
            // Of a course there is one row a person.
            [
                count("staff.in_post", "state", &[]),
                count("staff.counted", "state", &counted),
                count("staff.up_to_date", "state", &["up_to_date", "due_soon"]),
            ]
        } else {
            [
                count("staff.in_post", "standing", &[]),
                count("staff.counted", "standing", &["up_to_date", "not_up_to_date"]),
                count("staff.up_to_date", "standing", &["up_to_date"]),
            ]
        };
        let mut cells = vec![self.name(group)];
        cells.extend(of_people);
        cells.extend([self.document.share(&path("staff.rate")), self.document.share(&path("target"))]);
        cells.push(ShownValue::tag(match group.rag.filter(|_| self.answer.is_told(at)) {
            Some(rag) => rag.words(),
            None => self.document.text(&path("staff.withheld")),
        }));
        cells.extend([
            count("requirements.due_soon", "state", &["due_soon"]),
            count("requirements.lapsed", "state", &["lapsed"]),
            count("requirements.not_done", "state", &not_done),
        ]);
        ReportRow { id: group.key.clone(), cells }
    }

    fn name(&self, group: &Group) -> ShownValue {
        let words = match (&group.title, group.key.as_str()) {
            (_, "") => "(none)".to_owned(),
            (Some(title), key) => format!("{title} ({key})"),
            (None, key) => key.to_owned(),
        };
        let shown = ShownValue::words(words);
        let said: Vec<(&str, String)> = self.question.said_of(&FIGURE_NAMES);
        let asked = |path: &str, more: &[(&str, &str)]| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&said).extend_pairs(more);
            let query = query.finish();
            if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
        };
        match group.by {
            _ if group.key.is_empty() => shown,
            GroupBy::Course => shown.to(asked(&course_path(&group.key), &[])),
            GroupBy::Unit => shown.to(asked("/units", &[("unit", &group.key)])),
            GroupBy::StaffGroup | GroupBy::JobTitle | GroupBy::Organisation => shown,
        }
    }
}

/// The address of a course.
pub(super) fn course_path(code: &str) -> String {
    let code: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
    format!("/courses/{}", code.replace('+', "%20"))
}

/// The code that the last part of such an address says.
pub(super) fn course_of(part: &str) -> String {
    let said = format!("code={}", part.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(said.as_bytes()).next().map_or_else(String::new, |(_, code)| code.into_owned())
}

/// What a list of the people of a group is asked by.
fn base_of(group: &Group) -> Vec<(&str, &str)> {
    let key = group.key.as_str();
    match group.by {
        GroupBy::Course => vec![("course", key)],
        GroupBy::StaffGroup => vec![("staff_group", key)],
        GroupBy::JobTitle => vec![("job_title", key)],
        GroupBy::Organisation => vec![("organisation", key)],
        // Two organisations may have units of one name.
        GroupBy::Unit => match &group.organisation {
            Some(organisation) => vec![("organisation", organisation), ("unit", key)],
            None => vec![("unit", key)],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_course_says_its_code_whatever_is_in_it() {
        for code in ["SGC-L2", "355 LOCAL|Safe", "A+B & C/D", "É%20", "x?y#z", "a=b"] {
            let path = course_path(code);
            let part = path.strip_prefix("/courses/").unwrap();
            assert!(
                part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"%-_.*".contains(&byte)),
                "{path}"
            );
            assert_eq!(course_of(part), code);
        }
        // As somebody types it.
        for typed in ["A+B", "A&B", "355 LOCAL|Safe"] {
            assert_eq!(course_of(typed), typed);
        }
    }
}
