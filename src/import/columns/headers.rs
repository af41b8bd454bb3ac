//! Which column says what: finding the header row and reading it (spec 3 and 3.7, *Columns*).

use std::collections::{BTreeMap, HashMap, HashSet};

use super::across::Across;
use super::aliases::FileKind;
use super::fields::{ColumnField, ColumnNeed, ColumnSpec, names, normalised};
use super::labels::CellsSay;
use super::map::ColumnMap;
use super::training_headers::{COMPLETED, PART_COMPLETED};
use crate::files::Links;
use crate::import::cells::text;
use crate::import::messages::Refusal;
use crate::import::named::nearest::{is_misspelling, nearest};
use crate::import::{ImportError, ReadOptions};
use crate::policy::Policy;
use crate::tabular::{RawRow, SheetRead};

/// The header row is looked for in this many rows from the top: more than any report has above it.
pub(in crate::import) const HEADER_WITHIN: usize = 1000;
/// A header row has at least this many recognised headers.
const FEWEST_RECOGNISED: usize = 3;
/// How many misspelt headers are guessed at in one message.
const MOST_SUGGESTED: usize = 3;

/// How a header names a field, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::import) enum HeaderMatch {
    Canonical,
    /// By `--map`.
    Mapped,
    /// By the map of the configuration, which speaks of many files.
    Configured,
    Alias,
    /// By a word that names it only where nothing better is there.
    Weak,
}

/// Every header that a kind of file recognises, by its normalised form.
#[derive(Debug)]
pub(in crate::import) struct Headers {
    pub(in crate::import) kind: FileKind,
    pub(in crate::import) known: HashMap<String, (ColumnField, HeaderMatch)>,
    /// Headers of columns that a map leaves out.
    left_out: HashSet<String>,
    /// What cells of a field may say, folded, and what is read in its place.
    pub(in crate::import) words: BTreeMap<ColumnField, HashMap<String, String>>,
    /// Whether people who are new get a start date by the way.
    pub(in crate::import) start_given: bool,
    /// The courses that headers of a matrix name, where the file may be one.
    pub(in crate::import) across: Option<Across>,
    /// Headers by which a matrix, beside those of its kind, says whose a row is.
    pub(in crate::import) names: HashMap<String, ColumnField>,
    /// Headers of the file whose rows are sought, whatever they say.
    expected: HashSet<String>,
}

/// Headers that name a field only where nothing better does: places for a unit, and what is a day in some systems and yes
/// or no in others for a completion, and numbers that may be of another sort for those of people.
const WEAK: [&str; 11] = [
    "Ward",
    "Department",
    "Location",
    "Team",
    "Service",
    COMPLETED,
    PART_COMPLETED[0],
    PART_COMPLETED[1],
    PART_COMPLETED[2],
    "User ID Number",
    "ID Number",
];
/// The same of training records for a status: what is said of a place, yes or no, and a share.
const WEAK_STATUSES: [&str; 9] = [
    "Passed",
    "Pass/Fail",
    "Attended",
    "Completion %",
    "Completion Percent",
    PLACE_STATUSES[0],
    PLACE_STATUSES[1],
    PLACE_STATUSES[2],
    PLACE_STATUSES[3],
];
/// Headers of a status that say of a place whether it was taken or given up: enrolled is somebody who has completed, too.
pub(super) const PLACE_STATUSES: [&str; 4] =
    ["Booking Status", "Enrolment Status", "Enrollment Status", "Delegate Status"];
/// Headers of a matrix for the whole name, beside those of staff lists.
const FULL_NAMES: [&str; 4] = ["Employee", "Staff Member", "Staff", "Colleague"];

impl Headers {
    /// The built-in headers of the kind, and those that maps add.
    pub(in crate::import) fn of(kind: FileKind, options: &ReadOptions) -> Result<Self, ImportError> {
        let mut headers = Self {
            kind,
            known: HashMap::new(),
            left_out: HashSet::new(),
            words: BTreeMap::new(),
            start_given: options.start_on.is_some(),
            across: None,
            names: HashMap::new(),
            expected: HashSet::new(),
        };
        for column in kind.columns() {
            for alias in column.aliases {
                let may_be_weak = [ColumnField::Unit, ColumnField::CompletedOn, ColumnField::EmployeeNumber];
                let is_weak = may_be_weak.contains(&column.field) && WEAK.contains(alias)
                    || kind == FileKind::Training
                        && column.field == ColumnField::Status
                        && WEAK_STATUSES.contains(alias);
                let naming = if is_weak { HeaderMatch::Weak } else { HeaderMatch::Alias };
                headers.known.entry(normalised(alias)).or_insert((column.field, naming));
            }
        }
        for column in kind.columns() {
            headers.known.insert(normalised(column.name), (column.field, HeaderMatch::Canonical));
        }
        for (map, links, naming) in [
            // What the settings name may be laid down as a link.
            (&options.usual_map, Links::Followed, HeaderMatch::Configured),
            (&options.map, options.links, HeaderMatch::Mapped),
        ] {
            if let Some(path) = map {
                headers.add(ColumnMap::read(path, links, kind)?, naming);
            }
        }
        Ok(headers)
    }

    /// The same of a file that may be a matrix of the policy's courses.
    pub(in crate::import) fn or_matrix(mut self, policy: &Policy, cells: Option<CellsSay>) -> Self {
        if self.kind != FileKind::Training {
            return self;
        }
        let words = self.words.get(&ColumnField::Course).cloned().unwrap_or_default();
        self.across = Some(Across::new(policy, words, cells));
        let of_names = [ColumnField::FullName, ColumnField::FirstName, ColumnField::LastName];
        for column in FileKind::Staff.columns().iter().filter(|column| of_names.contains(&column.field)) {
            for name in column.aliases.iter().chain([&column.name]) {
                self.names.entry(normalised(name)).or_insert(column.field);
            }
        }
        for name in FULL_NAMES {
            self.names.entry(normalised(name)).or_insert(ColumnField::FullName);
        }
        self
    }

    /// The same that knows a header row by these headers, too.
    pub(in crate::import) fn and_these(mut self, headers: &[String]) -> Self {
        self.expected = headers.iter().map(|header| normalised(header)).collect();
        self
    }

    /// Whether a map leaves the column out.
    pub(in crate::import) fn is_left_out(&self, header: &str) -> bool {
        self.left_out.contains(&normalised(header))
    }

    /// Whether the header names a field.
    pub(in crate::import) fn knows(&self, header: &str) -> bool {
        self.known.contains_key(&normalised(header))
    }

    fn add(&mut self, map: ColumnMap, naming: HeaderMatch) {
        for (header, field) in map.headers {
            let key = normalised(&header);
            match field {
                Some(field) => {
                    self.left_out.remove(&key);
                    // A canonical name that is mapped to its own field stays the surest.
                    let own =
                        self.known.get(&key).is_some_and(|known| *known == (field, HeaderMatch::Canonical));
                    if !own {
                        self.known.insert(key, (field, naming));
                    }
                }
                None => {
                    self.known.remove(&key);
                    self.left_out.insert(key);
                }
            }
        }
        for (field, word, meant) in map.words {
            self.words.entry(field).or_default().insert(word, meant);
        }
    }

    /// How many different fields a row's cells name.
    pub(in crate::import) fn recognised_in(&self, row: &RawRow) -> usize {
        let expected = || row.cells().filter(|cell| self.expected.contains(&normalised(short(cell)))).count();
        let expected = if self.expected.is_empty() { 0 } else { expected() };
        (self.fields_in(row).len() + self.courses_in(row)).max(expected)
    }

    fn fields_in(&self, row: &RawRow) -> Vec<ColumnField> {
        let known = row.cells().filter_map(|cell| self.known.get(&normalised(short(cell))));
        let mut fields: Vec<ColumnField> = known.map(|known| known.0).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// Whether the row is the header: enough of its cells are recognised headers, or all that the kind requires are.
    pub(in crate::import) fn is_header(&self, row: &RawRow) -> bool {
        let fields = self.fields_in(row);
        let mut required = self.kind.columns().iter().filter(|column| column.need == ColumnNeed::Required);
        fields.len() >= FEWEST_RECOGNISED
            || (fields.len() > 1 && required.all(|column| fields.contains(&column.field)))
    }

    /// Why no row was taken for the header; `nearest` is the row that comes nearest to one, if any comes near, and `sheet`
    /// where it was looked for in a workbook.
    pub(in crate::import) fn not_found(
        &self,
        nearest: Option<&RawRow>,
        sheet: Option<&SheetRead>,
    ) -> Refusal {
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
                named(ColumnNeed::Required),
                named(ColumnNeed::Optional)
            ),
        }
    }

    /// What a row that comes near to a header names, and what it may mean besides.
    fn nearness(&self, row: &RawRow) -> String {
        let cells = || row.cells().map(short);
        let known: Vec<&str> = cells().filter(|cell| self.known.contains_key(&normalised(cell))).collect();
        let there = self.fields_in(row);
        let misspelt = cells().filter_map(|cell| Some((cell, self.perhaps(cell)?)));
        let misspelt = misspelt.filter(|(_, field)| !there.contains(field));
        let meant: Vec<String> = misspelt
            .take(MOST_SUGGESTED)
            .map(|(cell, field)| format!("; is {cell} meant for {}?", self.name(field)))
            .collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let headers: Vec<String> = cells().map(|cell| text::clean(cell).unwrap_or_default().into()).collect();
        let courses = self.lacking_courses(&headers);
        format!(" (line {} comes nearest, with {known}{}){courses}", row.line, meant.concat())
    }

    /// How many headers a row has that are known, or known ones misspelt.
    pub(in crate::import) fn recognisable_in(&self, row: &RawRow) -> usize {
        let misspelt = row.cells().map(short).filter(|cell| self.misspelt(cell).is_some());
        self.recognised_in(row) + misspelt.count()
    }

    /// The field that a header which is not known names if it is misspelt.
    pub(in crate::import) fn misspelt(&self, header: &str) -> Option<ColumnField> {
        let header = normalised(header);
        if self.known.contains_key(&header) || self.left_out.contains(&header) {
            return None;
        }
        let near = self.known.iter().filter(|(known, _)| is_misspelling(&header, known));
        near.map(|(_, &(field, naming))| (naming, field)).min().map(|(_, field)| field)
    }

    /// The same of one that nothing can be done without: also where it is only like a header of the field.
    pub(in crate::import) fn perhaps(&self, header: &str) -> Option<ColumnField> {
        // `Name` is no course, though `Course Name` is: what a header begins with says what it is of.
        let first = |text: &'_ str| text.split([' ', '_', '.']).next().unwrap_or_default().to_owned();
        let is_like = |column: &&ColumnSpec| {
            let mut headers = column.aliases.iter().chain([&column.name]);
            headers.any(|known| {
                !nearest(header, [*known]).is_empty()
                    && !nearest(&first(header), [first(known).as_str()]).is_empty()
            })
        };
        let key = normalised(header);
        if self.known.contains_key(&key) || self.left_out.contains(&key) {
            return None;
        }
        let mut required = self.kind.columns().iter().filter(|column| column.need == ColumnNeed::Required);
        self.misspelt(header).or_else(|| required.find(is_like).map(|column| column.field))
    }

    /// The field's canonical name.
    pub(in crate::import) fn name(&self, field: ColumnField) -> &'static str {
        self.kind.columns().iter().find(|column| column.field == field).map_or("", |column| column.name)
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
