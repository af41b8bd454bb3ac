//! Asking a table for its keys.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use chrono::NaiveDate;

use super::value::{PlacedValue, TomlTable, TomlValue};
use super::{Findings, ValuePlace};

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it was written.
    pub(crate) place: ValuePlace,
}

/// What becomes of decimals beyond those a number is kept with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FurtherDecimals {
    /// They are rounded.
    Rounded,
    /// They are a fault.
    Refused,
}

/// A table being read. Each question notes a fault when the answer is unsound, and then answers `None`, as it does for
/// a key that is not there.
#[derive(Debug)]
pub(crate) struct TableSection<'a> {
    table: &'a TomlTable,
    findings: &'a Findings,
    /// What it is, for messages: `a course`, `[smtp]`.
    name: &'a str,
    asked: RefCell<Vec<&'a str>>,
}

impl<'a> TableSection<'a> {
    /// Begins to read `table`; `name` is what messages call it.
    pub(crate) fn new(table: &'a TomlTable, findings: &'a Findings, name: &'a str) -> Self {
        Self { table, findings, name, asked: RefCell::default() }
    }

    /// Where `key` was written; the table's own place when it was not.
    pub(crate) fn place_of(&self, key: &str) -> &'a ValuePlace {
        self.table.get(key).map_or(&self.table.place, |item| &item.place)
    }

    /// The table of this section with those entries of `base` that it leaves out and `takes` accepts, each at its place.
    pub(crate) fn with_rest_of(
        &self,
        base: Option<&TableSection<'_>>,
        takes: impl Fn(&str) -> bool,
    ) -> TomlTable {
        let mut table = self.table.clone();
        let rest = base.map_or(&[][..], |base| &base.table.entries).iter();
        table.entries.extend(rest.filter(|(key, _)| !self.has(key) && takes(key)).cloned());
        table
    }

    /// Begins to read another table, whose findings are told with those of this one.
    pub(crate) fn beside<'b>(&self, table: &'b TomlTable, name: &'b str) -> TableSection<'b>
    where
        'a: 'b,
    {
        TableSection::new(table, self.findings, name)
    }

    /// Whether `key` was written at all, soundly or not.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Notes a fault at `key`.
    pub(crate) fn fault(&self, key: &str, message: impl Into<String>) {
        self.findings.fault(self.place_of(key), message);
    }

    /// Notes a warning at `key`.
    pub(crate) fn warning(&self, key: &str, message: impl Into<String>) {
        self.findings.warning(self.place_of(key), message);
    }

    /// Notes a fault at the place of one item of a list.
    pub(crate) fn fault_at(&self, place: &ValuePlace, message: impl Into<String>) {
        self.findings.fault(place, message);
    }

    /// Notes a warning at the place of one item of a list.
    pub(crate) fn warning_at(&self, place: &ValuePlace, message: impl Into<String>) {
        self.findings.warning(place, message);
    }

    /// Whether `key` is a list with nothing in it.
    pub(crate) fn is_empty_list(&self, key: &str) -> bool {
        matches!(self.table.get(key), Some(PlacedValue { value: TomlValue::List(items), .. }) if items.is_empty())
    }

    /// Notes that `key` is missing, unless it was written unsoundly, which was noted already.
    pub(crate) fn missing(&self, key: &str, example: &str) {
        if !self.has(key) {
            self.fault(key, format!("{} needs `{key}`: add {key} = {example}", self.name));
        }
    }

    fn item(&self, key: &'a str) -> Option<&'a PlacedValue> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    fn wrong(&self, key: &str, item: &PlacedValue, wanted: &str) {
        let message = format!("`{key}` must be {wanted}, and is {}", item.value.kind());
        self.findings.fault(&item.place, message);
    }

    /// A text, with space around it cut off; an empty one is a fault.
    pub(crate) fn text(&self, key: &'a str) -> Option<String> {
        let item = self.item(key)?;
        self.text_of(key, item)
    }

    fn text_of(&self, key: &str, item: &PlacedValue) -> Option<String> {
        let TomlValue::Text(text) = &item.value else {
            self.wrong(key, item, "a text in quotes");
            return None;
        };
        let text = text.trim();
        if text.is_empty() {
            self.findings.fault(&item.place, format!("`{key}` is empty: write something or remove it"));
            return None;
        }
        Some(text.to_owned())
    }

    /// A list of texts, each with its place. Empty texts are faults; an empty list is the caller's to judge.
    pub(crate) fn texts(&self, key: &'a str) -> Option<Vec<Placed<String>>> {
        let items = self.list(key, "a list of texts, such as [\"...\"]")?;
        let texts = items.iter().filter_map(|item| {
            self.text_of(key, item).map(|value| Placed { value, place: item.place.clone() })
        });
        Some(texts.collect())
    }

    /// A list of texts, or one text for a list of it alone.
    pub(crate) fn one_or_more_texts(&self, key: &'a str) -> Option<Vec<String>> {
        match self.table.get(key) {
            Some(PlacedValue { value: TomlValue::Text(_), .. }) => Some(self.text(key).into_iter().collect()),
            _ => Some(self.texts(key)?.into_iter().map(|text| text.value).collect()),
        }
    }

    /// A list of patterns: texts that may be empty, each as it stands.
    pub(crate) fn patterns(&self, key: &'a str) -> Option<Vec<String>> {
        let items = self.list(key, "a list of patterns, such as [\"Nursing*\"]")?;
        let patterns = items.iter().filter_map(|item| match &item.value {
            TomlValue::Text(pattern) => Some(pattern.clone()),
            _ => {
                self.wrong(key, item, "a list of texts in quotes");
                None
            }
        });
        Some(patterns.collect())
    }

    fn list(&self, key: &'a str, wanted: &str) -> Option<&'a [PlacedValue]> {
        let item = self.item(key)?;
        let TomlValue::List(items) = &item.value else {
            self.wrong(key, item, wanted);
            return None;
        };
        Some(items)
    }

    /// A whole number within `range`.
    pub(crate) fn integer(&self, key: &'a str, range: RangeInclusive<u32>) -> Option<u32> {
        let item = self.item(key)?;
        self.integer_of(key, item, &range)
    }

    fn integer_of(&self, key: &str, item: &PlacedValue, range: &RangeInclusive<u32>) -> Option<u32> {
        let number = match (&item.value, &item.place) {
            (TomlValue::Integer(number), _) => Some(*number),
            (TomlValue::Text(text), ValuePlace::Variable(_)) => text.trim().parse().ok(), // What is no number is told below.
            _ => None,
        };
        let Some(number) = number else {
            self.wrong(key, item, "a whole number");
            return None;
        };
        let sound = u32::try_from(number).ok().filter(|number| range.contains(number)); // Told below.
        if sound.is_none() {
            let (least, most) = (range.start(), range.end());
            let message = format!("`{key}` is {number} and must be from {least} to {most}");
            self.findings.fault(&item.place, message);
        }
        sound
    }

    /// A list of whole numbers within `range`, each with its place.
    pub(crate) fn integers(&self, key: &'a str, range: RangeInclusive<u32>) -> Option<Vec<Placed<u32>>> {
        let items = self.list(key, "a list of whole numbers, such as [90, 30, 7]")?;
        let numbers = items.iter().filter_map(|item| {
            self.integer_of(key, item, &range).map(|value| Placed { value, place: item.place.clone() })
        });
        Some(numbers.collect())
    }

    /// A number, whole or not, within `range`, in units of 1 / `scale`. What is too small to be a unit is 0.
    pub(crate) fn decimal(
        &self,
        key: &'a str,
        scale: u32,
        range: RangeInclusive<u32>,
        further_decimals: FurtherDecimals,
    ) -> Option<u64> {
        let item = self.item(key)?;
        let number = match (&item.value, &item.place) {
            (TomlValue::Integer(number), _) => Some(*number as f64),
            (TomlValue::Decimal(number), _) => Some(*number),
            (TomlValue::Text(text), ValuePlace::Variable(_)) => {
                text.trim().parse().ok().filter(|number: &f64| number.is_finite()) // What is none is told below.
            }
            _ => None,
        };
        let Some(number) = number else {
            self.wrong(key, item, "a number");
            return None;
        };
        let (least, most) = (*range.start(), *range.end());
        if number < f64::from(least) || number > f64::from(most) {
            let message = format!("`{key}` is {number} and must be from {least} to {most}");
            self.findings.fault(&item.place, message);
            return None;
        }
        let scaled = number * f64::from(scale);
        // A binary fraction is never off by this much, a further decimal always is.
        if further_decimals == FurtherDecimals::Refused && (scaled - scaled.round()).abs() > 1e-4 {
            let message = format!("`{key}` is {number} and may have at most {} decimals", scale.ilog10());
            self.findings.fault(&item.place, message);
            return None;
        }
        Some(scaled.round() as u64)
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self, key: &'a str) -> Option<bool> {
        let item = self.item(key)?;
        match (&item.value, &item.place) {
            (TomlValue::Boolean(yes), _) => return Some(*yes),
            (TomlValue::Text(text), ValuePlace::Variable(_)) => match text.trim() {
                "true" => return Some(true),
                "false" => return Some(false),
                _ => {}
            },
            _ => {}
        }
        self.wrong(key, item, "true or false");
        None
    }

    /// A date: 2026-10-01, in quotes or not.
    pub(crate) fn date(&self, key: &'a str) -> Option<NaiveDate> {
        let item = self.item(key)?;
        self.date_of(key, item)
    }

    fn date_of(&self, key: &str, item: &PlacedValue) -> Option<NaiveDate> {
        let date = match &item.value {
            TomlValue::Date(date) => Some(*date),
            TomlValue::Text(text) if text.trim().len() == 10 => text.trim().parse().ok(), // What is no date is told below.
            _ => None,
        };
        if date.is_none() {
            self.wrong(key, item, "a date, such as 2026-10-01");
        }
        date
    }

    /// A list of dates.
    pub(crate) fn dates(&self, key: &'a str) -> Option<Vec<NaiveDate>> {
        let items = self.list(key, "a list of dates, such as [2026-12-28]")?;
        Some(items.iter().filter_map(|item| self.date_of(key, item)).collect())
    }

    /// The one of `choices` that the text names.
    pub(crate) fn choice<T: Copy>(&self, key: &'a str, choices: &[(&str, T)]) -> Option<T> {
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        self.parsed(key, &format!("one of {}", names.join(", ")), |text| {
            choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice)
        })
    }

    /// What `parse` makes of the text; `wanted` says what it should be, for when it is not.
    pub(crate) fn parsed<T>(
        &self,
        key: &'a str,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(key)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            self.fault(key, format!("`{key}` is \"{text}\" and must be {wanted}"));
        }
        parsed
    }

    /// The table `[key]`.
    pub(crate) fn table(&self, key: &'a str, name: &'a str) -> Option<TableSection<'a>> {
        let item = self.item(key)?;
        let TomlValue::Table(table) = &item.value else {
            self.wrong(key, item, &format!("a table, written [{key}]"));
            return None;
        };
        Some(TableSection::new(table, self.findings, name))
    }

    /// The tables `[[key]]`, in the order of the file.
    pub(crate) fn tables(&self, key: &'a str, name: &'a str) -> Vec<TableSection<'a>> {
        let wanted = format!("tables, each begun with [[{key}]]");
        let mut sections = Vec::new();
        for item in self.list(key, &wanted).unwrap_or_default() {
            match &item.value {
                TomlValue::Table(table) => sections.push(TableSection::new(table, self.findings, name)),
                _ => self.wrong(key, item, &wanted),
            }
        }
        sections
    }

    /// Notes every key that was never asked for. One from the environment is only warned about: what else is set there
    /// may not be meant for this program.
    pub(crate) fn finish(self) {
        let asked = self.asked.borrow();
        for (key, item) in self.table.entries.iter().filter(|(key, _)| !asked.contains(&key.as_str())) {
            let nearest = asked.iter().map(|known| (strsim::jaro_winkler(key, known), known));
            let nearest = nearest.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(likeness, _)| *likeness > 0.8);
            let advice = nearest.map_or_else(
                || "remove it".to_owned(),
                |(_, known)| format!("remove it, or did you mean `{known}`?"),
            );
            match &item.place {
                ValuePlace::Line(_) => {
                    let message = format!("{} has no key `{key}`: {advice}", self.name);
                    self.findings.fault(&item.place, message);
                }
                ValuePlace::Variable(_) => {
                    let message = format!("no setting has this name, so it is not used: {advice}");
                    self.findings.warning(&item.place, message);
                }
            }
        }
    }
}
