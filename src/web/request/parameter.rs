//! What the address of a page may say: each parameter with what it may be, and how that is written and shown.

use std::ops::RangeInclusive;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::import::day_meant;
use crate::wording::long_date;

/// What a parameter may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    /// Words as they are typed.
    Words,
    /// A day.
    Day,
    /// An instant, as RFC 3339.
    Instant,
    /// A whole number.
    Number(RangeInclusive<i64>),
    /// One of these.
    OneOf(Vec<ParameterValue>),
    /// Any of these, several times.
    AnyOf(Vec<ParameterValue>),
    /// The order of a list, chosen by its headers.
    Order(Vec<&'static str>),
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParameterValue {
    /// As the address says it.
    pub(crate) value: String,
    /// As people read it.
    pub(crate) words: String,
}

impl ParameterValue {
    /// Names as flags write them, in words: `not_done` is "not done".
    pub(crate) fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        names
            .into_iter()
            .map(|name| Self { value: name.to_owned(), words: name.replace(['_', '-'], " ") })
            .collect()
    }
}

/// Something that the address of a page may say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// Its name, which is that of the flag.
    pub(crate) name: &'static str,
    /// What people call it.
    pub(crate) label: &'static str,
    /// How it is to be typed.
    pub(crate) hint: &'static str,
    /// What it may be.
    pub(crate) kind: ParameterKind,
    /// What holds where nothing is said.
    pub(crate) default: String,
    /// What is wrong where it is none of what it may be.
    pub(crate) fault: &'static str,
    /// Whether a form asks for it at once, or only where more is wanted.
    pub(crate) prominence: Prominence,
}

/// Whether a form asks for something at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prominence {
    /// At once.
    First,
    /// Where more is wanted.
    More,
}

impl Parameter {
    fn of(name: &'static str, label: &'static str, kind: ParameterKind, fault: &'static str) -> Self {
        Self { name, label, hint: "", kind, default: String::new(), fault, prominence: Prominence::First }
    }

    /// The same, asked for only where more is wanted.
    pub(crate) fn more(self) -> Self {
        Self { prominence: Prominence::More, ..self }
    }

    /// Words as they are typed.
    pub(crate) fn words(name: &'static str, label: &'static str, hint: &'static str) -> Self {
        Self { hint, ..Self::of(name, label, ParameterKind::Words, "") }
    }

    /// A day.
    pub(crate) fn day(name: &'static str, label: &'static str, hint: &'static str) -> Self {
        let fault = "Enter a day that exists, such as 27 March 2026";
        Self { hint, ..Self::of(name, label, ParameterKind::Day, fault) }
    }

    /// An instant.
    pub(crate) fn instant(name: &'static str, label: &'static str, hint: &'static str) -> Self {
        let fault = "Enter an instant such as 2026-11-22T09:00:00Z";
        Self { hint, ..Self::of(name, label, ParameterKind::Instant, fault) }
    }

    /// The day that is asked about, and the instant as known at which, where more is wanted.
    pub(crate) fn day_and_knowledge() -> [Self; 2] {
        let day = "A day, such as 27 March 2026; today where you leave it empty";
        let instant = "An instant, such as 2026-03-27T09:00:00Z; now where you leave it empty";
        [Self::day("as_at", "As at", day).more(), Self::instant("known_at", "As known at", instant).more()]
    }

    /// A whole number; `default` where nothing is said, or none.
    pub(crate) fn number(
        name: &'static str,
        label: &'static str,
        (range, default): (RangeInclusive<i64>, Option<i64>),
        fault: &'static str,
    ) -> Self {
        let default = default.map(|default| default.to_string()).unwrap_or_default();
        Self { default, ..Self::of(name, label, ParameterKind::Number(range), fault) }
    }

    /// One of these, the one with the value `default` where nothing is said.
    pub(crate) fn one_of(
        name: &'static str,
        label: &'static str,
        (values, default): (Vec<ParameterValue>, &str),
        fault: &'static str,
    ) -> Self {
        let default = default.to_owned();
        Self { default, ..Self::of(name, label, ParameterKind::OneOf(values), fault) }
    }

    /// Any of these.
    pub(crate) fn any_of(
        name: &'static str,
        label: &'static str,
        values: Vec<ParameterValue>,
        fault: &'static str,
    ) -> Self {
        Self::of(name, label, ParameterKind::AnyOf(values), fault)
    }

    /// The order of the list: by one of these, or with `-` before it the other way round.
    pub(crate) fn order(names: Vec<&'static str>, default: &str) -> Self {
        let fault = "The list can be sorted by its headers that are links, the other way round with a - before the name";
        let default = default.to_owned();
        Self { default, ..Self::of("sort", "", ParameterKind::Order(names), fault) }
    }

    /// As the address writes what is typed; `None` where it is none of what it may be.
    pub(super) fn written(&self, typed: &str) -> Option<String> {
        match &self.kind {
            ParameterKind::Words => Some(typed.to_owned()).filter(|text| text.chars().count() <= 200),
            ParameterKind::Day => day_meant(typed).map(|day| day.to_string()),
            ParameterKind::Instant => {
                let at = DateTime::parse_from_rfc3339(typed).ok()?; // What is none is told.
                Some(at.with_timezone(&Utc).to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
            ParameterKind::Number(range) => {
                let number: i64 = typed.parse().ok()?; // What is none is told.
                range.contains(&number).then(|| number.to_string())
            }
            ParameterKind::OneOf(values) | ParameterKind::AnyOf(values) => {
                values.iter().find(|one| one.value == typed).map(|one| one.value.clone())
            }
            ParameterKind::Order(names) => {
                names.contains(&typed.strip_prefix('-').unwrap_or(typed)).then(|| typed.to_owned())
            }
        }
    }

    /// As people read what the address says.
    pub(super) fn shown(&self, value: &str) -> String {
        match &self.kind {
            ParameterKind::Day => value.parse().map_or_else(|_| value.to_owned(), long_date),
            ParameterKind::OneOf(values) | ParameterKind::AnyOf(values) => {
                let known = values.iter().find(|one| one.value == value);
                known.map_or_else(|| value.to_owned(), |one| one.words.clone())
            }
            _ => value.to_owned(),
        }
    }
}
