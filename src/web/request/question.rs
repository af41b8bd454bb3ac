//! What the address of a page asks, by a list of what it may say; and back: every link of the page is made from it.

use chrono::{DateTime, NaiveDate, Utc};

use super::form::FormFields;
use super::listing::{PartAsked, SIZES, refuse_unknown};
use super::parameter::{Parameter, ParameterKind};
use crate::web::answer::FieldFault;

/// What is asked of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageQuestion {
    path: String,
    parameters: Vec<Parameter>,
    /// What is said, sound and as the address writes it, in the order of the parameters.
    said: Vec<(&'static str, String)>,
    /// What was typed and is unsound, to be shown again.
    unsound: Vec<(&'static str, String)>,
    /// Which part of the list; `None` of a page that shows all.
    part: Option<PartAsked>,
}

impl PageQuestion {
    /// As the address says it; what is unsound is noted, and is nothing to answer.
    pub(crate) fn read(
        fields: &FormFields,
        path: &str,
        parameters: Vec<Parameter>,
        is_paged: bool,
        faults: &mut Vec<FieldFault>,
    ) -> Self {
        let mut known: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
        if is_paged {
            known.extend(["page", "size"]);
        }
        refuse_unknown(fields, &known, faults);
        let part = is_paged.then(|| PartAsked::read(fields, faults));
        let (mut said, mut unsound) = (Vec::new(), Vec::new());
        for parameter in &parameters {
            let typed = fields.all(parameter.name).map(str::trim).filter(|text| !text.is_empty());
            let takes_several = matches!(parameter.kind, ParameterKind::AnyOf(_));
            for (at, text) in typed.enumerate() {
                let written = parameter.written(text).filter(|_| at == 0 || takes_several);
                let Some(value) = written else {
                    let field = if parameter.label.is_empty() { "main" } else { parameter.name };
                    let words = if at > 0 && !takes_several {
                        format!("“{}” can be said once only", parameter.label)
                    } else {
                        parameter.fault.to_owned()
                    };
                    faults.push(FieldFault { field, words });
                    unsound.push((parameter.name, text.to_owned()));
                    break;
                };
                let one = (parameter.name, value);
                if !said.contains(&one) && (takes_several || one.1 != parameter.default) {
                    said.push(one);
                }
            }
        }
        Self { path: path.to_owned(), parameters, said, unsound, part }
    }

    /// What is said of a parameter, or holds where nothing is; empty where that is nothing.
    pub(crate) fn one(&self, name: &str) -> &str {
        let said = self.said.iter().find(|(of, _)| *of == name).map(|(_, value)| value.as_str());
        let default = || self.parameters.iter().find(|of| of.name == name).map(|of| of.default.as_str());
        said.or_else(default).unwrap_or_default()
    }

    /// Whether anything is said of a parameter, sound or not.
    pub(crate) fn says(&self, name: &str) -> bool {
        self.said.iter().chain(&self.unsound).any(|(of, _)| *of == name)
    }

    /// The same, where it is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        Some(self.one(name).to_owned()).filter(|text| !text.is_empty())
    }

    /// Everything that is said of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.said.iter().filter(move |(of, _)| *of == name).map(|(_, value)| value.as_str())
    }

    /// The day that is said of a parameter.
    pub(crate) fn day(&self, name: &str) -> Option<NaiveDate> {
        self.one(name).parse().ok() // What is none was told.
    }

    /// The instant that is said of a parameter.
    pub(crate) fn instant(&self, name: &str) -> Option<DateTime<Utc>> {
        self.one(name).parse().ok() // What is none was told.
    }

    /// Tells where the instant that something is to be known at has not come.
    pub(crate) fn refuse_to_come(&self, now: DateTime<Utc>, faults: &mut Vec<FieldFault>) {
        if self.instant("known_at").is_some_and(|at| at > now) {
            let words = "Choose an instant that has passed: nobody knows more yet".to_owned();
            faults.push(FieldFault { field: "known_at", words });
        }
    }

    /// The number that is said of a parameter.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.one(name).parse().ok() // What is none was told.
    }

    /// Which part of the list is asked for.
    pub(crate) fn part(&self) -> PartAsked {
        self.part.unwrap_or(PartAsked { page: 1, size: SIZES[0] })
    }

    /// The address that asks the same.
    pub(crate) fn address(&self) -> String {
        self.at_path(&self.path)
    }

    /// The address that asks the same of another page.
    pub(crate) fn at_path(&self, path: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.said.iter().map(|(name, value)| (*name, value)));
        if let Some(part) = self.part {
            if part.page != 1 {
                query.append_pair("page", &part.page.to_string());
            }
            if part.size != SIZES[0] {
                query.append_pair("size", &part.size.to_string());
            }
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The address of a file of all that is asked for.
    pub(crate) fn file(&self, form: &str) -> String {
        let whole = Self { part: None, ..self.clone() };
        whole.at_path(&format!("{}.{form}", self.path))
    }

    /// The same, with this said of a parameter in place of what was.
    pub(crate) fn with(&self, name: &'static str, value: &str) -> Self {
        let mut other = self.without(name, None);
        if other.parameters.iter().any(|of| of.name == name && of.default != value) {
            other.said.push((name, value.to_owned()));
        }
        other
    }

    /// The same without this, or without anything, said of a parameter.
    fn without(&self, name: &str, value: Option<&str>) -> Self {
        let mut other = self.at_page(1);
        other.said.retain(|(of, said)| *of != name || value.is_some_and(|value| value != said));
        other
    }

    /// The same at another page of the list.
    pub(crate) fn at_page(&self, page: i64) -> Self {
        Self { part: self.part.map(|part| PartAsked { page, ..part }), ..self.clone() }
    }

    /// The same with so many rows a page.
    pub(crate) fn of_size(&self, size: i64) -> Self {
        Self { part: self.part.map(|_| PartAsked { page: 1, size }), ..self.clone() }
    }

    /// What the address says of these parameters, for a link to another page that knows them.
    pub(crate) fn said_of(&self, names: &[&str]) -> Vec<(&'static str, String)> {
        self.said.iter().filter(|(name, _)| names.contains(name)).cloned().collect()
    }

    /// Each filter in force, in words, with the question without it.
    pub(crate) fn taken(&self) -> Vec<(String, Self)> {
        let is_filter = |parameter: &&Parameter| {
            parameter.name != "organisation" && !matches!(parameter.kind, ParameterKind::Order(_))
        };
        let mut taken = Vec::new();
        for parameter in self.parameters.iter().filter(is_filter) {
            for value in self.all(parameter.name) {
                let words = format!("{}: {}", parameter.label, parameter.shown(value));
                taken.push((words, self.without(parameter.name, Some(value))));
            }
        }
        taken
    }

    /// The parameters that a form asks for, each with what is said of it now.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&Parameter, String)> {
        let shown = |parameter: &Parameter| {
            let unsound = self.unsound.iter().find(|(name, _)| *name == parameter.name);
            unsound.map_or_else(|| parameter.shown(self.one(parameter.name)), |(_, typed)| typed.clone())
        };
        let is_asked = |parameter: &&Parameter| !parameter.label.is_empty();
        self.parameters.iter().filter(is_asked).map(move |parameter| (parameter, shown(parameter)))
    }

    /// What the address says that a form does not ask for.
    pub(crate) fn kept(&self) -> Vec<(&'static str, String)> {
        let mut kept = self.said_of(&["sort"]);
        let size = self.part.map(|part| part.size).filter(|size| *size != SIZES[0]);
        kept.extend(size.map(|size| ("size", size.to_string())));
        kept
    }

    /// Its path.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parameter::ParameterValue;
    use super::*;

    fn parameters() -> Vec<Parameter> {
        vec![
            Parameter::one_of(
                "by",
                "Groups",
                (ParameterValue::named(["course", "staff-group"]), "course"),
                "no group",
            ),
            Parameter::any_of("state", "State", ParameterValue::named(["lapsed", "not_done"]), "no state"),
            Parameter::day("as_at", "As at", ""),
            Parameter::instant("known_at", "Known at", ""),
            Parameter::words("q", "Name", ""),
            Parameter::number("months", "Months", (1..=60, Some(12)), "no number"),
            Parameter::order(vec!["name", "unit"], "name"),
        ]
    }

    fn read(query: &str) -> (PageQuestion, Vec<&'static str>) {
        let mut faults = Vec::new();
        let fields = FormFields::parse(query.as_bytes());
        let question = PageQuestion::read(&fields, "/people", parameters(), true, &mut faults);
        (question, faults.into_iter().map(|fault| fault.field).collect())
    }

    #[test]
    fn what_is_unsound_names_its_field_and_is_shown_as_it_was_typed() {
        for (query, fields) in [
            ("", &[][..]),
            ("by=course&state=&as_at=&q=", &[]),
            ("by=colour", &["by"]),
            ("by=course&by=staff-group", &["by"]),
            ("state=lapsed&state=not_done&state=lapsed", &[]),
            ("state=lapsed&state=gone", &["state"]),
            ("as_at=31 February 2026", &["as_at"]),
            ("known_at=yesterday", &["known_at"]),
            ("months=61", &["months"]),
            ("months=x", &["months"]),
            ("sort=-unit", &[]),
            ("sort=colour", &["main"]),
            ("page=0&colour=red", &["main", "main"]),
        ] {
            assert_eq!(read(query).1, fields, "{query}");
        }
        let (question, _) = read("as_at=31 February 2026");
        let shown: Vec<String> =
            question.fields().filter(|(of, _)| of.name == "as_at").map(|(_, shown)| shown).collect();
        assert_eq!(shown, ["31 February 2026"]);
    }

    #[test]
    fn a_filter_is_taken_off_by_itself_and_the_rest_stays() {
        let (question, _) = read("state=lapsed&state=not_done&as_at=2026-03-27&page=3&size=100&sort=unit");
        let taken: Vec<(String, String)> =
            question.taken().into_iter().map(|(words, other)| (words, other.address())).collect();
        let found: Vec<(&str, &str)> = taken.iter().map(|(words, address)| (&**words, &**address)).collect();
        assert_eq!(
            found,
            [
                ("State: lapsed", "/people?state=not_done&as_at=2026-03-27&sort=unit&size=100"),
                ("State: not done", "/people?state=lapsed&as_at=2026-03-27&sort=unit&size=100"),
                ("As at: 27 March 2026", "/people?state=lapsed&state=not_done&sort=unit&size=100"),
            ]
        );
        assert_eq!(
            question.file("csv"),
            "/people.csv?state=lapsed&state=not_done&as_at=2026-03-27&sort=unit"
        );
    }

    proptest! {
        #[test]
        fn an_address_asks_what_it_was_made_from(
            by in proptest::option::of(proptest::sample::select(vec!["course", "staff-group"])),
            states in proptest::sample::subsequence(vec!["lapsed", "not_done"], 0..2),
            day in proptest::option::of(0_i64..20_000),
            q in "[a-zA-Z0-9 &=%+#ä/?-]{0,12}",
            page in 1_i64..1_000,
            size in 0_usize..3,
        ) {
            let mut query = form_urlencoded::Serializer::new(String::new());
            if let Some(by) = by {
                query.append_pair("by", by);
            }
            query.extend_pairs(states.iter().map(|state| ("state", state)));
            if let Some(days) = day {
                let day = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Days::new(days.unsigned_abs());
                query.append_pair("as_at", &day.to_string());
            }
            query.append_pair("q", &q).append_pair("page", &page.to_string());
            query.append_pair("size", &SIZES[size].to_string());
            let (question, faults) = read(&query.finish());
            prop_assert!(faults.is_empty());
            let address = question.address();
            let again = address.split_once('?').map_or("", |(_, query)| query);
            prop_assert_eq!(read(again), (question, Vec::new()));
        }
    }
}
