//! TOML values with their places.

use chrono::NaiveDate;
use toml::de::{DeTable, DeValue};

use super::fault::ValuePlace;

/// Where each line of a text begins.
pub(super) struct LineStarts(Vec<usize>);

impl LineStarts {
    pub(super) fn of(text: &str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(after_breaks).collect())
    }

    /// The line that the byte at `offset` is on.
    pub(super) fn place(&self, offset: usize) -> ValuePlace {
        ValuePlace::Line(self.0.partition_point(|start| *start <= offset))
    }
}

/// A value and where it was written.
#[derive(Debug, Clone)]
pub(super) struct PlacedValue {
    pub(super) value: TomlValue,
    pub(super) place: ValuePlace,
}

/// A TOML value, as far as settings and rules need one.
#[derive(Debug, Clone)]
pub(super) enum TomlValue {
    Text(String),
    Integer(i64),
    Decimal(f64),
    Boolean(bool),
    Date(NaiveDate),
    List(Vec<PlacedValue>),
    Table(TomlTable),
    /// A date with a time, or a number too large to hold.
    Unusable,
}

impl TomlValue {
    /// What it is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a whole number",
            Self::Decimal(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Unusable => "something else",
        }
    }

    fn of(value: &DeValue<'_>, place: &ValuePlace, lines: &LineStarts) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text.to_string()),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).map_or(Self::Unusable, Self::Integer)
            }
            DeValue::Float(number) => number
                .as_str()
                .parse::<f64>()
                .ok() // Only a float that Rust does not read, which TOML has none of; it is refused as unusable.
                .filter(|number| number.is_finite())
                .map_or(Self::Unusable, Self::Decimal),
            DeValue::Boolean(yes) => Self::Boolean(*yes),
            DeValue::Datetime(instant) => match (instant.date, instant.time) {
                (Some(date), None) => {
                    NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
                        .map_or(Self::Unusable, Self::Date)
                }
                _ => Self::Unusable,
            },
            DeValue::Array(values) => Self::List(
                values
                    .iter()
                    .map(|value| {
                        let place = lines.place(value.span().start);
                        PlacedValue { value: Self::of(value.get_ref(), &place, lines), place }
                    })
                    .collect(),
            ),
            DeValue::Table(table) => Self::Table(TomlTable::of(table, place.clone(), lines)),
        }
    }
}

/// A table: keys with their values and places.
#[derive(Debug, Clone)]
pub(crate) struct TomlTable {
    pub(super) place: ValuePlace,
    pub(super) entries: Vec<(String, PlacedValue)>,
}

impl Default for TomlTable {
    fn default() -> Self {
        Self { place: ValuePlace::Line(1), entries: Vec::new() }
    }
}

impl TomlTable {
    /// An entry's place is its key's line, so that a long list is found by where it begins.
    pub(super) fn of(table: &DeTable<'_>, place: ValuePlace, lines: &LineStarts) -> Self {
        let entries = table
            .iter()
            .map(|(key, value)| {
                let place = lines.place(key.span().start);
                (
                    key.get_ref().to_string(),
                    PlacedValue { value: TomlValue::of(value.get_ref(), &place, lines), place },
                )
            })
            .collect();
        Self { place, entries }
    }

    pub(super) fn get(&self, key: &str) -> Option<&PlacedValue> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, item)| item)
    }

    /// Lays the value of an environment variable over `key` of the table `section` (empty: this table itself).
    pub(crate) fn lay_over(&mut self, section: &str, key: &str, variable: &str, value: &str) {
        if section.is_empty() {
            let place = ValuePlace::Variable(variable.to_owned());
            self.entries.retain(|(name, _)| name != key);
            self.entries
                .push((key.to_owned(), PlacedValue { value: TomlValue::Text(value.to_owned()), place }));
            return;
        }
        if self.get(section).is_none() {
            let item = PlacedValue { value: TomlValue::Table(Self::default()), place: self.place.clone() };
            self.entries.push((section.to_owned(), item));
        }
        let found = self.entries.iter_mut().find(|(name, _)| name == section);
        if let Some((_, PlacedValue { value: TomlValue::Table(table), .. })) = found {
            table.lay_over("", key, variable, value);
        }
    }
}
