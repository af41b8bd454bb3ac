//! Fields of forms, of those that filter and those that do something.

use crate::web::request::ParameterValue;

/// A choice of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldChoice {
    /// As the form sends it.
    pub(crate) value: String,
    /// As people read it.
    pub(crate) words: String,
    /// Whether it stands chosen.
    pub(crate) is_chosen: bool,
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldForm {
    Typed,
    Lines,
    One,
    Any,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportField {
    /// Its name, which is its id as well.
    pub(crate) name: &'static str,
    /// What people call it.
    pub(crate) label: &'static str,
    /// How it is to be filled in.
    pub(crate) hint: &'static str,
    pub(super) form: FieldForm,
    /// How many lines are seen at once, where it is typed in several.
    pub(crate) lines: u8,
    /// What stands in it.
    pub(crate) shown: String,
    /// What can be chosen.
    pub(crate) choices: Vec<FieldChoice>,
}

impl ReportField {
    /// Whether it is typed in one line.
    pub(crate) fn is_typed(&self) -> bool {
        self.form == FieldForm::Typed
    }

    /// Whether it is typed in several lines.
    pub(crate) fn is_lines(&self) -> bool {
        self.form == FieldForm::Lines
    }

    /// Whether one of several values is chosen.
    pub(crate) fn is_one_of(&self) -> bool {
        self.form == FieldForm::One
    }

    /// One that is typed, filled in with this.
    pub(crate) fn typed(
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        shown: impl Into<String>,
    ) -> Self {
        Self { name, label, hint, form: FieldForm::Typed, lines: 1, shown: shown.into(), choices: Vec::new() }
    }

    /// One that is typed in several lines.
    pub(crate) fn lines(
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        shown: impl Into<String>,
    ) -> Self {
        Self { form: FieldForm::Lines, lines: 20, ..Self::typed(name, label, hint, shown) }
    }

    /// One for a few lines.
    pub(crate) fn note(
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        shown: impl Into<String>,
    ) -> Self {
        Self { lines: 4, ..Self::lines(name, label, hint, shown) }
    }

    /// One of which a value is chosen.
    pub(crate) fn one_of(
        name: &'static str,
        label: &'static str,
        values: Vec<ParameterValue>,
        chosen: &str,
    ) -> Self {
        let choice = |of: ParameterValue| FieldChoice {
            is_chosen: of.value == chosen,
            value: of.value,
            words: of.words,
        };
        let choices = values.into_iter().map(choice).collect();
        Self { name, label, hint: "", form: FieldForm::One, lines: 1, shown: String::new(), choices }
    }
}
