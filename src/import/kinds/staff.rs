//! Staff lists (spec 3.1).

use std::borrow::Cow;

use chrono::NaiveDate;
use ecow::EcoString;
use hashbrown::{HashMap, HashSet};

use super::ImportedKind;
use super::assignment_statuses::AssignmentStatuses;
use super::numbers_like_known::reject_near;
use super::twins::{reject_shared_posts, reject_twins};
use crate::db::{Conn, DbError};
use crate::import::cells::row::RowCells;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::ColumnField;
use crate::import::diff::numbers::alike;
use crate::import::diff::other_people::{OtherPerson, Renumbered};
use crate::import::diff::staff::{ListReach, ListedOrganisation, StaffDifference, Turnover, compare};
use crate::import::messages::{Note, Rejection, Warning};
use crate::import::reading::repeats::{Repeatable, lines};
use crate::import::run::ImportRun;
use crate::import::run::brakes::{BrakeWeight, FEWEST, ImportBrake};
use crate::import::run::progress::ImportStep;
use crate::import::{CheckContext, CheckedFile, FileOrganisationIndex, ReadOptions, Remark, StaffRow};
use crate::policy::Policy;
use crate::register::store::{apply_staff, current_staff, newest_staff_list};
use crate::register::{FieldCheck, Indexed, PersonField, PersonFields, PostFields, StaffField, UnitPath};
use crate::wording::counted;

/// Imports a staff list (spec 3.1, 3.6). It is complete for the organisations that its good rows name, as of
/// `options.as_of`, unless it is partial, is a file of rejected rows put right, or has a row that may name anybody.
#[derive(Debug, Clone, Copy)]
pub struct StaffLists;

impl ImportedKind for StaffLists {
    const KIND: FileKind = FileKind::Staff;
    type Row = StaffRow;
    type Memory = StaffMemory;

    fn memory(known: &CheckContext<'_>, options: &ReadOptions) -> Self::Memory {
        StaffMemory { statuses: AssignmentStatuses::of(known.policy), start_on: options.start_on }
    }

    fn check(cells: &mut RowCells<'_, '_>, memory: &mut Self::Memory) -> Option<Self::Row> {
        Some(check(cells, memory))
    }

    fn settled(checked: &mut CheckedFile<Self::Row>) {
        reject_twins(checked);
        reject_shared_posts(checked);
        join_absent_levels(&mut checked.absent_columns);
        warn_of_differing_names(checked);
    }

    fn staff_list(checked: &mut CheckedFile<Self::Row>) -> Option<&mut CheckedFile<StaffRow>> {
        Some(checked)
    }

    fn compare(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Self::Row>,
        _: &Policy,
    ) -> Result<(), DbError> {
        let listed = listed_organisations(conn, run, checked)?;
        let reach = reach(run, checked);
        let mut difference = compare(checked, &listed, reach, run.options.listed);
        describe(run, &mut difference, checked);
        if let Some(import) = run.open(conn)? {
            let progress = &run.options.progress;
            progress.begin(ImportStep::Recording, difference.people.len() as u64);
            apply_staff(conn, import, &difference.people, || progress.advance(1))?;
        }
        Ok(())
    }
}

fn check(cells: &mut RowCells<'_, '_>, memory: &mut StaffMemory) -> StaffRow {
    let statuses = &mut memory.statuses;
    // A list without the column is taken only where a date was given for those who are new.
    let has_start = cells.layout.position(ColumnField::StartDate).is_some();
    let start_on = if has_start { cells.required_date(ColumnField::StartDate) } else { memory.start_on };
    let leave_on = cells.date(ColumnField::LeaveDate);
    if let (Some(start), Some(leave)) = (start_on.filter(|_| has_start), leave_on)
        && leave < start
    {
        cells.fault(ColumnField::LeaveDate, Rejection::LeavesBeforeStart { start: start.to_string() });
    }
    let mut person = PersonFields::of(|field| match field {
        PersonField::FirstName | PersonField::LastName if by_full_name(cells) => EcoString::new(),
        field => read_text(cells, field.into(), field.about(), statuses),
    });
    if by_full_name(cells) {
        let (first, last) = cells.full_name();
        (person.first_name, person.last_name) = (cells.shared.once(&first), last.into());
    }
    let post = PostFields::of(|field| read_text(cells, field.into(), field.about(), statuses));
    StaffRow {
        organisation: cells.organisation(),
        employee_number: cells.employee_number().as_ref().into(),
        person,
        post,
        start_on: start_on.unwrap_or_default(),
        leave_on,
        primary: cells.yes_no(ColumnField::PrimaryAssignment).unwrap_or(false),
    }
}

/// Whether people are named by one column for the whole name: where there is none for the last.
fn by_full_name(cells: &RowCells<'_, '_>) -> bool {
    let has_column = |field| cells.layout.position(field).is_some();
    !has_column(ColumnField::LastName) && has_column(ColumnField::FullName)
}

/// What the checks of a staff list remember.
pub struct StaffMemory {
    statuses: AssignmentStatuses,
    /// The start date of whoever is new, where the list has no column for it.
    start_on: Option<NaiveDate>,
}

/// A text, checked as the table of fields says.
fn read_text(
    cells: &mut RowCells<'_, '_>,
    field: ColumnField,
    about: &StaffField,
    statuses: &mut AssignmentStatuses,
) -> EcoString {
    match about.check {
        FieldCheck::Text if about.is_required => cells.required_text(field).as_ref().into(),
        FieldCheck::Text => cells.text(field).as_ref().into(),
        FieldCheck::Common => cells.common_text(field),
        FieldCheck::Email => cells.email(field),
        FieldCheck::Number => cells.optional_employee_number(field).as_ref().into(),
        FieldCheck::Unit => unit(cells),
        FieldCheck::Status => status(cells, field, statuses),
    }
}

fn status(cells: &mut RowCells<'_, '_>, field: ColumnField, statuses: &mut AssignmentStatuses) -> EcoString {
    let status = cells.text(field);
    if statuses.is_new(&status) {
        cells.warn(field, Warning::UnknownStatus { status: status.clone().into_owned() });
    }
    cells.shared.once(&status)
}

/// The unit's path, ` / ` between its steps: the column, or ESR's levels without the empty ones.
fn unit(cells: &mut RowCells<'_, '_>) -> EcoString {
    if cells.layout.position(ColumnField::Unit).is_some() {
        let path = cells.text(ColumnField::Unit);
        return cells.shared.once(&UnitPath::of_steps(path.split('/')));
    }
    let mut levels: Vec<Cow<'_, str>> = Vec::new();
    for level in ColumnField::ORG_LEVELS {
        let mut text = cells.text(level);
        // Steps are told apart by the columns: a slash within one makes no further step.
        if text.contains('/') {
            if !std::mem::replace(&mut cells.shared.told_slash, true) {
                cells.warn(level, Warning::SlashInLevel);
            }
            text = text.split('/').map(str::trim).collect::<Vec<_>>().join("-").into();
        }
        levels.push(text);
    }
    cells.shared.once(&UnitPath::of_steps(&levels))
}

/// A unit is absent only where none of its levels has a column either; by themselves they are no columns.
fn join_absent_levels(absent: &mut Vec<&'static str>) {
    let is_level = |column: &str| column.starts_with("org_l");
    let levels = absent.iter().filter(|column| is_level(column)).count();
    absent
        .retain(|column| !is_level(column) && (*column != "unit" || levels == ColumnField::ORG_LEVELS.len()));
}

impl Repeatable for StaffRow {
    type Key<'r> = (FileOrganisationIndex, &'r str);

    fn key(&self) -> Option<Self::Key<'_>> {
        Some((self.organisation, &self.employee_number))
    }

    fn person(&self) -> Option<(FileOrganisationIndex, &str)> {
        Some((self.organisation, &self.employee_number))
    }

    fn same() -> &'static str {
        "employee number"
    }

    fn faulty_cell(&self, reason: &Rejection) -> Option<(&'static str, &str)> {
        let of_assignments = matches!(reason, Rejection::AlikeInFile { .. });
        of_assignments.then_some(("assignment_number", &self.post.assignment_number))
    }

    /// Of another post of the person nothing is in doubt, as long as each has its number.
    fn is_in_doubt_by(&self, rejected: &Self) -> bool {
        let (own, other) = (&self.post.assignment_number, &rejected.post.assignment_number);
        own == other || own.is_empty() || other.is_empty()
    }

    fn judge(rows: &[&(u64, Self)]) -> Result<Vec<bool>, Rejection> {
        let without = rows.iter().filter(|(_, row)| row.post.assignment_number.is_empty()).count();
        if without > 0 && without < rows.len() {
            return Err(Rejection::SomeWithoutAssignmentNumber { lines: lines(rows) });
        }
        let numbers = rows.iter().map(|(_, row)| row.post.assignment_number.as_str());
        if let Some(numbers) = alike(numbers) {
            return Err(Rejection::AlikeInFile { numbers });
        }
        let mut first_of: HashMap<&str, &Self> = HashMap::new();
        let mut repeated = Vec::with_capacity(rows.len());
        for (_, row) in rows {
            let first = *first_of.entry(&row.post.assignment_number).or_insert(row);
            if first != row {
                let same = if row.post.assignment_number.is_empty() {
                    "employee number without assignment numbers".to_owned()
                } else {
                    format!("person, and some the same assignment number {}", row.post.assignment_number)
                };
                return Err(Rejection::Differing { lines: lines(rows), same });
            }
            repeated.push(!std::ptr::eq(first, row));
        }
        Ok(repeated)
    }
}

/// Warns of people whose rows say different things of them, once of each (spec 2.2).
fn warn_of_differing_names(checked: &mut CheckedFile<StaffRow>) {
    let mut first_of: HashMap<(FileOrganisationIndex, &str), &StaffRow> = HashMap::new();
    let mut told = HashSet::new();
    for (line, row) in &checked.rows {
        let person = (row.organisation, row.employee_number.as_str());
        let first = *first_of.entry(person).or_insert(row);
        for (field, this) in row.person.each() {
            let (first, column) = (first.person.get(field), field.about().name);
            if first != this && told.insert((person, column)) {
                let (number, first) = (row.employee_number.to_string(), first.to_string());
                let warning = Warning::DifferingNames { number, first };
                let by_full_name = matches!(field, PersonField::FirstName | PersonField::LastName)
                    && checked.header_of("last_name").is_empty();
                let header = checked.header_of(if by_full_name { "full_name" } else { column });
                checked.warnings.push(Remark::warning(*line, header, this.as_str(), &warning));
            }
        }
    }
}

/// The organisations that good rows name, in order of code, with everyone there.
fn listed_organisations(
    conn: &mut Conn,
    run: &mut ImportRun<'_>,
    checked: &CheckedFile<StaffRow>,
) -> Result<Vec<ListedOrganisation>, DbError> {
    let ids = run.organisations(conn, &checked.organisations)?;
    let mut named: Indexed<FileOrganisationIndex, bool> = Indexed::filled(false, ids.len());
    for (line, row) in &checked.rows {
        match (ids.get(row.organisation), named.get_mut(row.organisation)) {
            (Some(Some(_)), Some(named)) => *named = true,
            _ => run.unknown_organisation(*line, checked, row.organisation),
        }
    }
    let mut listed = Vec::new();
    for ((index, id), named) in ids.placed().zip(named) {
        if let (Some(organisation_id), true) = (*id, named) {
            let newest_list = newest_staff_list(conn, organisation_id)?;
            let people = current_staff(conn, organisation_id)?;
            listed.push(ListedOrganisation { index, organisation_id, newest_list, people });
        }
    }
    listed.sort_by_key(|organisation| checked.organisations.get(organisation.index));
    Ok(listed)
}

fn reach(run: &mut ImportRun<'_>, checked: &CheckedFile<StaffRow>) -> ListReach {
    run.partial = run.options.partial;
    if checked.ends_in_reason && !run.partial {
        run.partial = true;
        run.note(&Note::EndsInReason);
    }
    if checked.rejected_unknown && !run.partial {
        run.note(&Note::MayNameAnybody);
    }
    if !checked.further_sheets.is_empty() && !run.partial {
        run.note(&Note::MoreSheets { sheets: checked.further_sheets.join(", ") });
    }
    ListReach { as_of: run.options.as_of, complete: !run.partial && checked.may_be_whole() }
}

fn describe(run: &mut ImportRun<'_>, difference: &mut StaffDifference<'_>, checked: &CheckedFile<StaffRow>) {
    run.report.applied = difference.applied;
    run.report.joiners = difference.joiners;
    run.report.changes = difference.changes;
    run.report.leavers = difference.turnovers.iter().map(|turnover| turnover.leavers).sum();
    run.people = difference.turnovers.iter().flat_map(weighed).collect();
    std::mem::swap(&mut run.report.difference, &mut difference.listed);
    for column in &difference.kept_columns {
        run.note(&Note::ColumnAbsent { column: (*column).into() });
    }
    if let (people @ 1.., Some(newest)) = difference.keep_leave_date {
        let people = counted(usize::try_from(people).unwrap_or(usize::MAX), "person", "people");
        let warning = Warning::OlderList { people, newest: newest.to_string() };
        run.warn(checked.header_line, checked.header_of("leave_date"), "", &warning);
    }
    warn_of_many_renamed(run, &difference.turnovers, checked);
    if let Some((line, number)) = difference.decorated.first() {
        run.warn(*line, &checked.employee_column, number, &Warning::DecoratedNew);
    }
    warn_of_others(run, difference, checked);
    reject_near(run, &difference.near, checked);
}

/// Warns of numbers that are another person's now, and of people who stand under another number.
fn warn_of_others(
    run: &mut ImportRun<'_>,
    difference: &StaffDifference<'_>,
    checked: &CheckedFile<StaffRow>,
) {
    let whole =
        |name: PersonFields<&str>| format!("{} {}", name.first_name, name.last_name).trim().to_owned();
    for OtherPerson { line, number, was, is } in &difference.others {
        let warning = Warning::OtherPerson { was: whole(*was), is: whole(*is) };
        run.warn(*line, &checked.employee_column, number, &warning);
    }
    for Renumbered { line, name, number, known } in &difference.renumbered {
        let warning = Warning::Renumbered { name: whole(*name), known: (*known).to_owned() };
        run.warn(*line, &checked.employee_column, number, &warning);
    }
}

/// What the brakes weigh of an organisation.
fn weighed(turnover: &Turnover<'_>) -> [(ImportBrake, BrakeWeight); 2] {
    use ImportBrake::{Addresses, Leavers};
    let weigh = |part| BrakeWeight { organisation: turnover.code.to_owned(), part, whole: turnover.in_post };
    // Of a list without addresses, the names alone say that a column was moved against the others.
    let others = turnover.other_addresses.max(turnover.other_names);
    [(Leavers, weigh(turnover.ending)), (Addresses, weigh(others))]
}

/// The percentage of the people in post above which other last names are warned about.
const MANY_RENAMED: u64 = 10;

/// Warns where so many people in post have another last name that a column has most likely been moved against the
/// others.
fn warn_of_many_renamed(
    run: &mut ImportRun<'_>,
    turnovers: &[Turnover<'_>],
    checked: &CheckedFile<StaffRow>,
) {
    let column = match checked.header_of("last_name") {
        "" => checked.header_of("full_name"),
        header => header,
    };
    let many = |one: &&Turnover<'_>| {
        let (changed, in_post) = (one.other_last_names, one.in_post);
        changed >= FEWEST && changed.saturating_mul(100) > in_post.saturating_mul(MANY_RENAMED)
    };
    for turnover in turnovers.iter().filter(many) {
        let (changed, in_post) = (turnover.other_last_names.to_string(), turnover.in_post.to_string());
        let organisation = turnover.code.to_owned();
        run.warn(checked.header_line, column, "", &Warning::ManyLastNames { changed, in_post, organisation });
    }
}
