//! Which column says what: finding the header row and reading it (spec 3 and 3.7, *Columns*).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use super::aliases::FileKind;
use super::fields::{Column, Field, Need};
use super::messages::{Refusal, Warning};
use super::nearest::{is_misspelling, nearest};
use super::text;
use super::{ImportError, Remark};
use crate::files;
use crate::tabular::{RawRow, SheetRead};

/// The header row is looked for in this many rows from the top: more than any report has above it.
pub(super) const HEADER_WITHIN: usize = 1000;
/// A header row has at least this many recognised headers.
const FEWEST_RECOGNISED: usize = 3;
/// How many misspelt headers are guessed at in one message.
const MOST_SUGGESTED: usize = 3;

/// A header for comparing: letters and digits alone, in lower case.
pub(super) fn normalised(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How a header names a field, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Naming {
    Canonical,
    Mapped,
    Alias,
}

/// Every header that a kind of file recognises, by its normalised form.
#[derive(Debug)]
pub(super) struct Headers {
    pub(super) kind: FileKind,
    known: HashMap<String, (Field, Naming)>,
}

impl Headers {
    /// The built-in headers of the kind, and those that the `--map` file adds.
    pub(super) fn of(kind: FileKind, map: Option<&Path>) -> Result<Self, ImportError> {
        let mut known = HashMap::new();
        for column in kind.columns() {
            for alias in column.aliases {
                known.entry(normalised(alias)).or_insert((column.field, Naming::Alias));
            }
        }
        if let Some(path) = map {
            for (header, name) in read_map(path, kind)? {
                let column = column_named(kind, &name)
                    .ok_or_else(|| map_fault(path, &unknown_column(kind, &header, &name)))?;
                known.insert(normalised(&header), (column.field, Naming::Mapped));
            }
        }
        for column in kind.columns() {
            let mapped_away =
                known.get(&normalised(column.name)).is_some_and(|known| known.1 == Naming::Mapped);
            if !mapped_away {
                known.insert(normalised(column.name), (column.field, Naming::Canonical));
            }
        }
        Ok(Self { kind, known })
    }

    /// How many different fields a row's cells name.
    pub(super) fn recognised_in(&self, row: &RawRow) -> usize {
        let mut fields: Vec<Field> = row
            .cells()
            .filter_map(|cell| self.known.get(&normalised(short(cell))))
            .map(|known| known.0)
            .collect();
        fields.sort_unstable();
        fields.dedup();
        fields.len()
    }

    /// Whether a row with this many recognised headers is the header.
    pub(super) fn is_header(recognised: usize) -> bool {
        recognised >= FEWEST_RECOGNISED
    }

    /// Why no row was taken for the header; `nearest` is the row that comes nearest to one, if any comes near, and `sheet`
    /// where it was looked for in a workbook.
    pub(super) fn not_found(&self, nearest: Option<&RawRow>, sheet: Option<&SheetRead>) -> Refusal {
        let named = |need| names(self.kind.columns().iter().filter(|column| column.need == need));
        Refusal::NoHeader {
            rows: match sheet {
                Some(sheet) => format!("{HEADER_WITHIN} rows of the sheet {}", sheet.name),
                None => format!("{HEADER_WITHIN} rows"),
            },
            fewest: FEWEST_RECOGNISED.to_string(),
            kind: self.kind.to_string(),
            instead: nearest.map(|row| self.nearness(row)).unwrap_or_default()
                + &sheet.map(other_sheets).unwrap_or_default(),
            columns: format!(
                "Required are {}; the others are {}",
                named(Need::Required),
                named(Need::Optional)
            ),
        }
    }

    /// What a row that comes near to a header names, and what it may mean besides.
    fn nearness(&self, row: &RawRow) -> String {
        let cells = || row.cells().map(short);
        let known: Vec<&str> = cells().filter(|cell| self.known.contains_key(&normalised(cell))).collect();
        let misspelt = cells().filter_map(|cell| Some((cell, self.misspelt(cell)?)));
        let meant: Vec<String> = misspelt
            .take(MOST_SUGGESTED)
            .map(|(cell, field)| format!("; is {cell} meant for {}?", self.name(field)))
            .collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        format!(" (line {} comes nearest, with {known}{})", row.line, meant.concat())
    }

    /// How many headers a row has that are known, or known ones misspelt.
    pub(super) fn recognisable_in(&self, row: &RawRow) -> usize {
        let misspelt = row.cells().map(short).filter(|cell| self.misspelt(cell).is_some());
        self.recognised_in(row) + misspelt.count()
    }

    /// The field that a header which is not known names if it is misspelt.
    fn misspelt(&self, header: &str) -> Option<Field> {
        let header = normalised(header);
        if self.known.contains_key(&header) {
            return None;
        }
        let near = self.known.iter().filter(|(known, _)| is_misspelling(&header, known));
        near.map(|(_, &(field, naming))| (naming, field)).min().map(|(_, field)| field)
    }

    /// The field's canonical name.
    fn name(&self, field: Field) -> &'static str {
        self.kind.columns().iter().find(|column| column.field == field).map_or("", |column| column.name)
    }

    /// Reads the header row.
    ///
    /// # Errors
    /// Says which header stands twice or which required column is missing.
    pub(super) fn layout(&self, row: &RawRow) -> Result<Layout, Refusal> {
        let mut headers: Vec<String> =
            row.cells().map(|cell| text::clean(cell).unwrap_or_default().into_owned()).collect();
        while headers.last().is_some_and(String::is_empty) {
            headers.pop();
        }
        let rejection = self.rejection_column(&headers);
        self.refuse_repeated(&headers, rejection, row.line)?;
        let mut layout = Layout {
            kind: self.kind,
            line: row.line,
            width: row.len(),
            positions: [None; Field::COUNT],
            ends_in_reason: rejection.is_some(),
            ignored: Vec::new(),
            warnings: Vec::new(),
            headers,
        };
        let mut chosen: [Option<Naming>; Field::COUNT] = [None; Field::COUNT];
        for (index, header) in layout.headers.iter().enumerate() {
            let known = self.known.get(&normalised(header)).filter(|_| rejection != Some(index));
            let Some(&(field, naming)) = known else { continue };
            let (Some(slot), Some(position)) =
                (chosen.get_mut(field as usize), layout.positions.get_mut(field as usize))
            else {
                continue;
            };
            if slot.is_none_or(|before| naming < before) {
                *slot = Some(naming);
                *position = Some(index);
            }
        }
        layout.list_unused(self, rejection);
        layout.refuse_missing(self)?;
        layout.warn_of_misspelt(self);
        layout.warn_of_unmapped(self);
        Ok(layout)
    }

    /// The `reason` column that this program added to a file of rejected rows: the last, and not the kind's own.
    fn rejection_column(&self, headers: &[String]) -> Option<usize> {
        let last = headers.len().checked_sub(1)?;
        let is_reason = |header: &String| normalised(header) == "reason";
        let own = self.known.contains_key("reason");
        let another = headers.iter().take(last).any(is_reason);
        (headers.last().is_some_and(is_reason) && (!own || another)).then_some(last)
    }

    fn refuse_repeated(
        &self,
        headers: &[String],
        rejection: Option<usize>,
        line: u64,
    ) -> Result<(), Refusal> {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (index, header) in headers.iter().enumerate() {
            let key = normalised(header);
            if rejection == Some(index) || key.is_empty() {
                continue;
            }
            if let Some(first) = seen.insert(key, header) {
                let (line, header) = (line.to_string(), header.clone());
                return Err(if first == header {
                    Refusal::RepeatedHeader { line, header }
                } else {
                    Refusal::RepeatedHeaderAs { line, header, first: first.into() }
                });
            }
        }
        Ok(())
    }
}

/// Which sheets may have been meant instead.
fn other_sheets(sheet: &SheetRead) -> String {
    match &sheet.others[..] {
        [] => String::new(),
        [other] => format!("; the other sheet is {other}, read with --sheet \"{other}\""),
        others => format!("; the other sheets are {}, each read with --sheet NAME", others.join(", ")),
    }
}

/// Long cells are no headers, and need not be read to the end.
fn short(cell: &str) -> &str {
    if cell.len() > 200 { "" } else { cell }
}

fn column_named(kind: FileKind, name: &str) -> Option<&'static Column> {
    kind.columns().iter().find(|column| normalised(column.name) == normalised(name))
}

fn names<'c>(columns: impl Iterator<Item = &'c Column>) -> String {
    columns.map(|column| column.name).collect::<Vec<_>>().join(", ")
}

/// The entries of the kind's table in a `--map` file.
fn read_map(path: &Path, kind: FileKind) -> Result<Vec<(String, String)>, ImportError> {
    let fault = |reason: Refusal| map_fault(path, &reason);
    let text =
        files::read_text(path).map_err(|error| fault(Refusal::MapUnreadable { why: error.to_string() }))?;
    let tables: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(&text).map_err(|error| {
        fault(Refusal::MapShape { why: error.message().to_owned(), kind: kind.to_string() })
    })?;
    let kinds = || FileKind::ALL.iter().map(|kind| kind.as_str());
    if let Some(name) = tables.keys().find(|name| !kinds().any(|kind| kind == name.as_str())) {
        let kinds = kinds().collect::<Vec<_>>().join(", ");
        return Err(fault(Refusal::MapUnknownKind { name: name.clone(), kinds }));
    }
    let table = tables.into_iter().find(|(name, _)| name == kind.as_str());
    Ok(table.map(|(_, entries)| entries.into_iter().collect()).unwrap_or_default())
}

fn map_fault(path: &Path, reason: &Refusal) -> ImportError {
    ImportError::Map { path: path.to_owned(), reason: reason.to_string() }
}

fn unknown_column(kind: FileKind, header: &str, name: &str) -> Refusal {
    let (kind_name, header, name) = (kind.to_string(), header.to_owned(), name.to_owned());
    let near = nearest(&name, kind.columns().iter().map(|column| column.name));
    if near.is_empty() {
        let columns = names(kind.columns().iter());
        return Refusal::MapUnknownColumn { kind: kind_name, header, name, columns };
    }
    Refusal::MapUnknownColumnNear { kind: kind_name, header, name, near: near.join(" or ") }
}

/// Where each field stands in the rows of a file.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) kind: FileKind,
    /// The line of the header row.
    pub(super) line: u64,
    /// How many cells the header row has, empty ones at its end included.
    pub(super) width: usize,
    positions: [Option<usize>; Field::COUNT],
    /// Whether the last column is the `reason` of rejected rows.
    pub(super) ends_in_reason: bool,
    pub(super) headers: Vec<String>,
    pub(super) ignored: Vec<String>,
    pub(super) warnings: Vec<Remark>,
}

impl Layout {
    /// The index of the field's column.
    pub(super) fn position(&self, field: Field) -> Option<usize> {
        self.positions.get(field as usize).copied().flatten()
    }

    /// The fields that have a column, and its index.
    pub(super) fn known(&self) -> impl Iterator<Item = (Field, usize)> {
        let columns = self.kind.columns().iter();
        columns.filter_map(|column| Some((column.field, self.position(column.field)?)))
    }

    /// The field's header as it stands in the file; its canonical name where it has none.
    pub(super) fn header(&self, field: Field) -> String {
        let header = self.position(field).and_then(|position| self.headers.get(position));
        let canonical = self.kind.columns().iter().find(|column| column.field == field);
        header.cloned().or_else(|| canonical.map(|column| column.name.to_owned())).unwrap_or_default()
    }

    /// The required fields.
    pub(super) fn required(&self) -> impl Iterator<Item = Field> + use<> {
        self.kind.columns().iter().filter(|column| column.need == Need::Required).map(|column| column.field)
    }

    /// Canonical names of the optional columns that the file does not have.
    pub(super) fn absent(&self) -> Vec<&'static str> {
        let absent =
            |column: &&Column| column.need == Need::Optional && self.position(column.field).is_none();
        self.kind.columns().iter().filter(absent).map(|column| column.name).collect()
    }

    /// Lists the columns that say nothing here, and warns of those passed over for another of the same meaning.
    fn list_unused(&mut self, headers: &Headers, rejection: Option<usize>) {
        for (index, header) in self.headers.iter().enumerate() {
            if header.is_empty() || rejection == Some(index) {
                continue;
            }
            let Some(&(field, naming)) = headers.known.get(&normalised(header)) else {
                self.ignored.push(header.clone());
                continue;
            };
            let used = self.position(field);
            if used == Some(index) {
                continue;
            }
            self.ignored.push(header.clone());
            let taken = used.and_then(|used| self.headers.get(used)).map_or("", String::as_str);
            let canonical =
                headers.known.get(&normalised(taken)).is_some_and(|known| known.1 == Naming::Canonical);
            if !canonical && naming != Naming::Canonical {
                let warning = Warning::SameMeaning { taken: taken.into(), passed: header.clone() };
                self.warnings.push(Remark::warning(self.line, header, "", &warning));
            }
        }
    }

    /// Warns of columns that the map names and the file does not have.
    fn warn_of_unmapped(&mut self, headers: &Headers) {
        let mapped = headers.known.values().filter(|(_, naming)| *naming == Naming::Mapped);
        let missing: BTreeSet<Field> =
            mapped.map(|(field, _)| *field).filter(|field| self.position(*field).is_none()).collect();
        for field in missing {
            let warning = Warning::NoSuchMapped { name: headers.name(field).into() };
            self.warnings.push(Remark::warning(self.line, "", "", &warning));
        }
    }

    /// Warns of columns that are not used and may be misspelt ones, where there is no other for what they say.
    fn warn_of_misspelt(&mut self, headers: &Headers) {
        for header in &self.ignored {
            if let Some(field) = headers.misspelt(header)
                && self.position(field).is_none()
            {
                let warning = Warning::PerhapsMisspelt { name: headers.name(field).into() };
                self.warnings.push(Remark::warning(self.line, header, "", &warning));
            }
        }
    }

    fn refuse_missing(&self, headers: &Headers) -> Result<(), Refusal> {
        let missing: Vec<&Column> = self
            .kind
            .columns()
            .iter()
            .filter(|column| column.need == Need::Required && self.position(column.field).is_none())
            .collect();
        let Some(first) = missing.first() else { return Ok(()) };
        let misspelt = self.ignored.iter().find_map(|header| {
            let field = headers.misspelt(header)?;
            let column = missing.iter().find(|column| column.field == field)?;
            Some(format!(" (is {header} meant for {}?)", column.name))
        });
        let example = misspelt.or_else(|| {
            first.aliases.first().map(|alias| format!(" ({} may also be called {alias})", first.name))
        });
        Err(Refusal::MissingColumns {
            line: self.line.to_string(),
            names: names(missing.into_iter()),
            example: example.unwrap_or_default(),
        })
    }
}
