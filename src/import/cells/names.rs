//! The cells of a row that name a person.

use std::borrow::Cow;

use super::full_names::{beside_first, parted};
use super::row::{NOTHING, RowCells};
use crate::import::columns::fields::{ColumnField, normalised};
use crate::import::messages::Rejection;
use crate::tabular::no_name;

impl<'r> RowCells<'r, '_> {
    /// First and last name of whom the row names by one column for both. One called `Name` may hold the last name alone.
    pub(in crate::import) fn full_name(&mut self) -> (String, String) {
        let full = self.required_text(ColumnField::FullName);
        if normalised(&self.layout.header(ColumnField::FullName)) != "name" {
            return parted(&full);
        }
        let first = self.text(ColumnField::FirstName);
        beside_first(&full, &first)
    }

    /// The text, which is none where it is a name and no name.
    pub(super) fn named(
        &mut self,
        field: ColumnField,
        text: Cow<'r, str>,
    ) -> Result<Cow<'r, str>, Rejection> {
        let is_name = matches!(field, ColumnField::FirstName | ColumnField::LastName | ColumnField::FullName);
        if !is_name {
            return Ok(text);
        }
        if field != ColumnField::FirstName && text.contains(NOTHING) && self.is_no_name(field, &text) {
            return Err(Rejection::NullName { value: text.into_owned() });
        }
        if text.is_ascii() {
            return Ok(text);
        }
        let Some(word) = no_name(&text) else { return Ok(text) };
        self.shared.misread_name.get_or_insert_with(|| (self.row.line, word.to_owned()));
        Err(Rejection::Garbled { value: text.into_owned() })
    }

    /// Whether a name is what databases write for nothing. Of a person called Null all is in capitals.
    fn is_no_name(&self, field: ColumnField, name: &str) -> bool {
        let words =
            |text: &'_ str| text.split(|c: char| !c.is_alphabetic()).map(str::to_owned).collect::<Vec<_>>();
        let is_in_capitals = |word: &String| {
            word != NOTHING && word.chars().count() > 1 && word.chars().all(char::is_uppercase)
        };
        let first = if field == ColumnField::LastName { self.raw(ColumnField::FirstName) } else { "" };
        let own = words(name);
        own.iter().any(|word| word == NOTHING) && !own.iter().chain(&words(first)).any(is_in_capitals)
    }
}
