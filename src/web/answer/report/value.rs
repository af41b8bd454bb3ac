//! What stands on a page: words, and figures taken from the document of the page.

use serde::Serialize;
use serde_json::Value;

use crate::web::answer::fault::Fault;
use crate::wording::thousands;

/// A link in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WordedLink {
    /// Where it leads.
    pub(crate) href: String,
    /// What it says.
    pub(crate) words: String,
}

/// Something that is said: of a figure also where it stands in the document of the page, and what stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ShownValue {
    /// As people read it.
    pub(crate) words: String,
    /// Where it leads; empty for nowhere.
    pub(crate) href: String,
    /// Its path in the document, such as `staff.rate`; empty where it is no figure.
    pub(crate) figure: String,
    /// What the document says there.
    pub(crate) value: String,
    /// How it is set.
    pub(crate) look: ShownLook,
}

/// How something is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ShownLook {
    /// As words.
    #[default]
    Words,
    /// To the right, below other numbers.
    Number,
    /// As a state.
    Tag,
}

impl ShownValue {
    /// Words.
    pub(crate) fn words(words: impl Into<String>) -> Self {
        Self { words: words.into(), ..Self::default() }
    }

    /// A number that stands in no document.
    pub(crate) fn count(count: u64) -> Self {
        Self { words: thousands(count), look: ShownLook::Number, ..Self::default() }
    }

    /// A number, or something in place of one.
    pub(crate) fn number(words: impl Into<String>) -> Self {
        Self { words: words.into(), look: ShownLook::Number, ..Self::default() }
    }

    /// A state.
    pub(crate) fn tag(words: impl Into<String>) -> Self {
        Self { words: words.into(), look: ShownLook::Tag, ..Self::default() }
    }

    /// The same, leading somewhere.
    pub(crate) fn to(self, href: impl Into<String>) -> Self {
        Self { href: href.into(), ..self }
    }

    /// Whether it is set to the right.
    pub(crate) fn is_number(&self) -> bool {
        self.look == ShownLook::Number
    }

    /// Whether it is a state.
    pub(crate) fn is_tag(&self) -> bool {
        self.look == ShownLook::Tag && !self.words.is_empty()
    }
}

/// The document of a page, from which every figure on it is taken: so it is the one of the command.
#[derive(Debug)]
pub(crate) struct PageDocument(Value);

impl PageDocument {
    /// That of an answer.
    pub(crate) fn of(answer: &impl Serialize) -> Result<Self, Fault> {
        Ok(Self(serde_json::to_value(answer).map_err(anyhow::Error::from)?))
    }

    /// What stands at a path such as `groups.0.staff.rate`.
    pub(crate) fn at(&self, path: &str) -> &Value {
        self.0.pointer(&format!("/{}", path.replace('.', "/"))).unwrap_or(&Value::Null)
    }

    /// The list at a path; empty where there is none.
    pub(crate) fn list(&self, path: &str) -> &[Value] {
        self.at(path).as_array().map_or(&[], Vec::as_slice)
    }

    /// The words at a path; empty where there are none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.at(path).as_str().unwrap_or_default()
    }

    /// The count at a path.
    pub(crate) fn count(&self, path: &str) -> ShownValue {
        let words = match self.at(path) {
            Value::Number(number) => number.as_u64().map_or_else(|| number.to_string(), thousands),
            Value::Null => self.in_place_of(path),
            other => other.to_string(),
        };
        self.figure(path, words)
    }

    /// The share at a path, in percent with one decimal, rounded down as everywhere.
    pub(crate) fn share(&self, path: &str) -> ShownValue {
        let words = match self.millionths(path) {
            // A tenth of a percent is cut from them, never rounded up.
            Some(millionths) => format!("{}.{}%", millionths / 10_000, millionths / 1_000 % 10),
            None => self.in_place_of(path),
        };
        self.figure(path, words)
    }

    /// What stands in the place of a figure that is not there: what the document says of those withheld beside it, or that
    /// there is none.
    fn in_place_of(&self, path: &str) -> String {
        let beside = path.rsplit_once('.').map_or(String::new(), |(above, _)| format!("{above}.withheld"));
        match self.text(&beside) {
            "" => "–".to_owned(),
            why => why.to_owned(),
        }
    }

    /// The share at a path in millionths of 1; `None` where there is none.
    pub(crate) fn millionths(&self, path: &str) -> Option<i64> {
        let share = self.at(path).as_f64()?;
        // Six decimals are exact here.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a share is at most a few millions of millionths"
        )]
        let millionths = (share * 1_000_000.0).round() as i64;
        Some(millionths)
    }

    /// What stands at a path, in these words.
    pub(crate) fn figure(&self, path: &str, words: impl Into<String>) -> ShownValue {
        let value = match self.at(path) {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let (words, figure) = (words.into(), path.to_owned());
        ShownValue { words, href: String::new(), figure, value, look: ShownLook::Number }
    }
}

/// A figure by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelledValue {
    /// What it is.
    pub(crate) label: String,
    /// What it is now.
    pub(crate) value: ShownValue,
}

impl LabelledValue {
    /// A figure with what it is.
    pub(crate) fn of(label: impl Into<String>, value: ShownValue) -> Self {
        Self { label: label.into(), value }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_figure_is_what_the_document_says_and_a_share_is_cut_to_tenths() {
        let document = PageDocument(json!({
            "staff": { "counted": 12_345, "rate": 0.899_999, "none": null },
            "groups": [{ "staff": { "rate": 1.0 } }, { "staff": { "rate": null, "withheld": "under 5" } }],
        }));
        for (shown, words, value) in [
            (document.count("staff.counted"), "12,345", "12345"),
            (document.share("staff.rate"), "89.9%", "0.899999"),
            (document.share("groups.0.staff.rate"), "100.0%", "1.0"),
            (document.share("staff.none"), "–", "null"),
            (document.count("staff.none"), "–", "null"),
            (document.share("groups.1.staff.rate"), "under 5", "null"),
        ] {
            assert_eq!((shown.words.as_str(), shown.value.as_str()), (words, value));
        }
    }
}
