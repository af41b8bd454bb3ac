//! Fields of forms, of those that filter and those that do something.

use crate::web::request::ParameterValue;

/// A choice of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldChoice {
    pub(super) value: String,
    pub(super) words: String,
    pub(super) is_chosen: bool,
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
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) form: FieldForm,
    pub(super) shown: String,
    pub(super) choices: Vec<FieldChoice>,
}

impl ReportField {
    /// One that is typed, filled in with this.
    pub(crate) fn typed(
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        shown: impl Into<String>,
    ) -> Self {
        Self { name, label, hint, form: FieldForm::Typed, shown: shown.into(), choices: Vec::new() }
    }

    /// One that is typed in several lines.
    pub(crate) fn lines(
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        shown: impl Into<String>,
    ) -> Self {
        Self { form: FieldForm::Lines, ..Self::typed(name, label, hint, shown) }
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
        Self { name, label, hint: "", form: FieldForm::One, shown: String::new(), choices }
    }
}
