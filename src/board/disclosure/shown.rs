//! A figure that is shown, or the reason why it is not.

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A figure as a board is told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown<T> {
    /// The figure.
    As(T),
    /// It is not told.
    Withheld(Withheld),
}

/// Why a figure is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Withheld {
    /// It is of 1 to 4 people.
    UnderFive,
    /// Told, it would say what is withheld of others.
    Beside,
}

impl Withheld {
    /// What stands in the figure's place.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::UnderFive => "under 5",
            Self::Beside => "withheld",
        }
    }
}

impl<T> Shown<T> {
    /// The figure, or nothing where it is withheld.
    pub(crate) fn value(&self) -> Option<&T> {
        match self {
            Self::As(value) => Some(value),
            Self::Withheld(_) => None,
        }
    }

    /// Why it is withheld, where it is.
    pub(crate) fn withheld(&self) -> Option<Withheld> {
        match self {
            Self::As(_) => None,
            Self::Withheld(why) => Some(*why),
        }
    }

    /// The figure unless `why` says that it is withheld.
    pub(crate) fn unless(why: Option<Withheld>, value: T) -> Self {
        why.map_or(Self::As(value), Self::Withheld)
    }

    /// What `words` make of the figure, or what stands in its place.
    pub(crate) fn words(&self, words: impl FnOnce(&T) -> String) -> String {
        match self {
            Self::As(value) => words(value),
            Self::Withheld(why) => why.words().to_owned(),
        }
    }
}

/// In JSON a withheld figure has its shape, every number of it `null`, and a field `withheld` that says what stands in
/// its place; a withheld list or a single number is `null`.
impl<T: Serialize + Default> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let why = match self {
            Self::As(value) => return value.serialize(serializer),
            Self::Withheld(why) => why,
        };
        let mut shape = serde_json::to_value(T::default()).map_err(serde::ser::Error::custom)?;
        blank(&mut shape);
        if let Value::Object(fields) = &mut shape {
            fields.insert("withheld".to_owned(), why.words().into());
        }
        shape.serialize(serializer)
    }
}

fn blank(shape: &mut Value) {
    match shape {
        Value::Object(fields) => fields.values_mut().for_each(blank),
        other => *other = Value::Null,
    }
}
