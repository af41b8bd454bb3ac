//! Forms that do something.

use super::field::ReportField;

/// A form that does something, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportForm {
    /// Where it is sent.
    pub(crate) action: String,
    /// What it does, for tests and scripts of others.
    pub(crate) verb: &'static str,
    /// What its button says.
    pub(crate) button: String,
    /// Whether it takes something away, or is not what most come for.
    pub(crate) is_second: bool,
    /// What is filled in.
    pub(crate) fields: Vec<ReportField>,
    /// What it carries besides.
    pub(crate) hidden: Vec<(&'static str, String)>,
    /// What else can be done with the same that is filled in.
    pub(crate) others: Vec<OtherButton>,
}

/// Another button of a form, which sends the same elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OtherButton {
    /// What it does, for tests and scripts of others.
    pub(crate) verb: &'static str,
    /// Where it sends the form.
    pub(crate) action: String,
    /// What it says.
    pub(crate) words: &'static str,
}

impl ReportForm {
    /// One that does this where it is sent.
    pub(crate) fn new(verb: &'static str, action: impl Into<String>, button: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            verb,
            button: button.into(),
            is_second: false,
            fields: Vec::new(),
            hidden: Vec::new(),
            others: Vec::new(),
        }
    }

    /// The same, as one that takes something away or is not what most come for.
    pub(crate) fn second(self) -> Self {
        Self { is_second: true, ..self }
    }

    /// The same with these fields.
    pub(crate) fn asking(self, fields: Vec<ReportField>) -> Self {
        Self { fields, ..self }
    }

    /// The same with another button, which sends it elsewhere.
    pub(crate) fn or(mut self, verb: &'static str, action: impl Into<String>, words: &'static str) -> Self {
        self.others.push(OtherButton { verb, action: action.into(), words });
        self
    }

    /// The same, carrying a value of this name.
    pub(crate) fn carrying(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push((name, value.into()));
        self
    }
}
