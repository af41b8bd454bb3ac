//! Files that name further headers, and words of a column (spec 3.7): `--map`, and `[import] map` of the configuration.

use std::path::Path;

use super::aliases::FileKind;
use super::fields::{ColumnField, ColumnSpec, normalised};
use crate::files::{self, Links};
use crate::import::ImportError;
use crate::import::messages::Refusal;
use crate::import::named::nearest::nearest;

/// What a map says of one kind of file.
#[derive(Debug, Default)]
pub(in crate::import) struct ColumnMap {
    /// Headers with the field that each names; `None` for a column to leave out.
    pub(in crate::import) headers: Vec<(String, Option<ColumnField>)>,
    /// Of a field, what a cell may say, folded, and what is read in its place.
    pub(in crate::import) words: Vec<(ColumnField, String, String)>,
}

impl ColumnMap {
    /// Reads the table of the kind, and the tables below it.
    pub(in crate::import) fn read(path: &Path, links: Links, kind: FileKind) -> Result<Self, ImportError> {
        let fault = |reason: Refusal| ImportError::Map { path: path.to_owned(), reason: reason.to_string() };
        let text = files::read_text_of(path, links)
            .map_err(|error| fault(Refusal::MapUnreadable { why: error.to_string() }))?;
        let shape = |why: String| fault(Refusal::MapShape { why, kind: kind.to_string() });
        let tables: toml::Table = toml::from_str(&text).map_err(|error| shape(error.message().to_owned()))?;
        if let Some((name, _)) = tables.iter().find(|(_, value)| !value.is_table()) {
            return Err(shape(format!("\"{name}\" stands in no table")));
        }
        let kinds = || FileKind::ALL.iter().map(|kind| kind.as_str());
        if let Some(name) = tables.keys().find(|name| !kinds().any(|kind| kind == name.as_str())) {
            let kinds = kinds().collect::<Vec<_>>().join(", ");
            return Err(fault(Refusal::MapUnknownKind { name: name.clone(), kinds }));
        }
        let mut map = Self::default();
        let table = tables.get(kind.as_str()).and_then(toml::Value::as_table);
        for (key, value) in table.into_iter().flatten() {
            let column_of =
                |name: &str| column_called(kind, name).ok_or_else(|| fault(unknown_column(kind, key, name)));
            match value {
                toml::Value::String(to) if to.trim().is_empty() => map.headers.push((key.clone(), None)),
                toml::Value::String(to) => map.headers.push((key.clone(), Some(column_of(to)?.field))),
                toml::Value::Table(words) => {
                    let column = column_of(key)?;
                    map.add_words(column.field, words)
                        .map_err(|key| shape(format!("[{kind}.{}] \"{key}\" is no text", column.name)))?;
                }
                _ => return Err(shape(format!("\"{key}\" is neither a text nor a table"))),
            }
        }
        Ok(map)
    }

    /// # Errors
    /// The key of what is no text.
    fn add_words(&mut self, field: ColumnField, words: &toml::Table) -> Result<(), String> {
        for (word, meant) in words {
            let toml::Value::String(meant) = meant else { return Err(word.clone()) };
            self.words.push((field, folded(word), meant.clone()));
        }
        Ok(())
    }
}

/// A map that says besides what `map` says which header is which column of the kind: of each, their header and our name.
///
/// # Errors
/// When `map` is none.
pub(crate) fn map_with(
    map: &str,
    kind: FileKind,
    said: &[(String, &str)],
) -> Result<String, toml::de::Error> {
    let mut tables: toml::Table = toml::from_str(map)?;
    let of_kind = tables.entry(kind.as_str()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
    if let Some(table) = of_kind.as_table_mut() {
        let ours: Vec<&str> = said.iter().map(|(_, column)| *column).collect();
        // A column that is said anew has no other header any more.
        table.retain(|_, value| value.as_str().is_none_or(|column| !ours.contains(&column)));
        for (header, column) in said {
            table.insert(header.clone(), toml::Value::String((*column).to_owned()));
        }
    }
    Ok(tables.to_string())
}

/// Whether the map at `path` can be used, for every kind of file.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_map(path: &Path) -> Result<(), ImportError> {
    FileKind::ALL.into_iter().try_for_each(|kind| ColumnMap::read(path, Links::Followed, kind).map(drop))
}

/// What a cell says, for comparing: single spaces, in lower case.
pub(in crate::import) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The column of this canonical name, or the only one whose name ends so: `status` for `assignment_status`.
fn column_called(kind: FileKind, name: &str) -> Option<&'static ColumnSpec> {
    let columns = || kind.columns().iter();
    let wanted = normalised(name);
    columns().find(|column| normalised(column.name) == wanted).or_else(|| {
        let ending = format!("_{}", name.trim().to_lowercase());
        let mut ending_so = columns().filter(|column| column.name.ends_with(&ending));
        ending_so.next().filter(|_| ending_so.next().is_none())
    })
}

fn unknown_column(kind: FileKind, header: &str, name: &str) -> Refusal {
    let (kind_name, header, name) = (kind.to_string(), header.to_owned(), name.to_owned());
    let near = nearest(&name, kind.columns().iter().map(|column| column.name));
    if near.is_empty() {
        let columns = kind.columns().iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
        return Refusal::MapUnknownColumn { kind: kind_name, header, name, columns };
    }
    Refusal::MapUnknownColumnNear { kind: kind_name, header, name, near: near.join(" or ") }
}
