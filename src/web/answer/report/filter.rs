//! The form that filters, and what is filtered by.

use super::field::{FieldChoice, FieldForm, ReportField};
use super::value::WordedLink;
use crate::web::request::{PageQuestion, ParameterKind, Prominence};

/// The form that filters, and what is filtered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportFilter {
    pub(super) path: String,
    pub(super) heading: &'static str,
    pub(super) button: &'static str,
    pub(super) fields: Vec<ReportField>,
    /// What is asked for only where more is wanted.
    pub(super) more: Vec<ReportField>,
    /// Whether that is seen at once: something of it is said, or faulty.
    pub(super) more_is_open: bool,
    pub(super) hidden: Vec<(&'static str, String)>,
    pub(super) taken: Vec<WordedLink>,
}

impl ReportFilter {
    /// That of a question, under a heading.
    pub(crate) fn of(question: &PageQuestion, heading: &'static str, button: &'static str) -> Self {
        let fields = question.fields().map(|(parameter, shown)| {
            let (form, values) = match &parameter.kind {
                ParameterKind::OneOf(values) => (FieldForm::One, values.as_slice()),
                ParameterKind::AnyOf(values) => (FieldForm::Any, values.as_slice()),
                _ => (FieldForm::Typed, &[][..]),
            };
            let is_chosen = |value: &str| match form {
                FieldForm::Any => question.all(parameter.name).any(|said| said == value),
                _ => question.one(parameter.name) == value,
            };
            let choices = values.iter().map(|of| FieldChoice {
                value: of.value.clone(),
                words: of.words.clone(),
                is_chosen: is_chosen(&of.value),
            });
            let (name, label, hint) = (parameter.name, parameter.label, parameter.hint);
            let field = ReportField { name, label, hint, form, lines: 1, shown, choices: choices.collect() };
            (parameter.prominence, field)
        });
        let (more, fields): (Vec<_>, Vec<_>) =
            fields.partition(|(prominence, _)| *prominence == Prominence::More);
        let taken = question.taken().into_iter();
        let of =
            |fields: Vec<(Prominence, ReportField)>| fields.into_iter().map(|(_, field)| field).collect();
        Self {
            more_is_open: more.iter().any(|(_, field)| question.says(field.name)),
            more: of(more),
            path: question.path().to_owned(),
            heading,
            button,
            fields: of(fields),
            hidden: question.kept(),
            taken: taken.map(|(words, other)| WordedLink { href: other.address(), words }).collect(),
        }
    }
}

impl ReportFilter {
    /// The names of what is asked for only where more is wanted.
    pub(super) fn more_names(&self) -> Vec<&'static str> {
        self.more.iter().map(|field| field.name).collect()
    }

    /// Whether it has a field at all.
    pub(crate) fn asks_for_something(&self) -> bool {
        !self.fields.is_empty() || !self.more.is_empty()
    }
}
