//! Staff lists (spec 3.1).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use ecow::EcoString;

use super::aliases::{Field, FileKind};
use super::cells::Cells;
use super::messages::{Rejection, Warning};
use super::reading::read_rows;
use super::repeats::{Repeatable, lines, settle};
use super::{Checked, ImportError, Known, ReadOptions, Remark, StaffRow};
use crate::policy::Policy;

/// Reads and checks a staff list.
///
/// # Errors
/// When the file can't be used at all.
pub fn read_staff(
    path: &Path,
    options: &ReadOptions,
    known: &Known<'_>,
) -> Result<Checked<StaffRow>, ImportError> {
    let mut statuses = Statuses::of(known.policy);
    let mut checked =
        read_rows(path, options, known, FileKind::Staff, |cells| Some(check(cells, &mut statuses)))?;
    settle(&mut checked);
    join_absent_levels(&mut checked.absent_columns);
    warn_of_differing_names(&mut checked);
    checked.in_order();
    Ok(checked)
}

fn check(cells: &mut Cells<'_, '_>, statuses: &mut Statuses) -> StaffRow {
    let start_on = cells.required_date(Field::StartDate);
    let leave_on = cells.date(Field::LeaveDate);
    if let (Some(start), Some(leave)) = (start_on, leave_on)
        && leave < start
    {
        cells.fault(Field::LeaveDate, Rejection::LeavesBeforeStart { start: start.to_string() });
    }
    let status = cells.text(Field::AssignmentStatus);
    if statuses.is_new(&status) {
        cells.warn(Field::AssignmentStatus, Warning::UnknownStatus { status: status.clone().into_owned() });
    }
    StaffRow {
        organisation: cells.organisation(),
        employee_number: cells.employee_number().as_ref().into(),
        first_name: cells.common_text(Field::FirstName),
        last_name: cells.required_text(Field::LastName).as_ref().into(),
        email: cells.email(Field::Email),
        job_title: cells.common_text(Field::JobTitle),
        staff_group: cells.common_text(Field::StaffGroup),
        unit: unit(cells),
        manager_employee_number: cells.optional_employee_number(Field::ManagerEmployeeNumber).as_ref().into(),
        start_on: start_on.unwrap_or_default(),
        leave_on,
        assignment_number: cells.text(Field::AssignmentNumber).as_ref().into(),
        primary: cells.yes_no(Field::PrimaryAssignment).unwrap_or(false),
        status: cells.shared.once(&status),
    }
}

/// The unit's path, ` / ` between its steps: the column, or ESR's levels without the empty ones.
fn unit(cells: &mut Cells<'_, '_>) -> EcoString {
    if cells.layout.position(Field::Unit).is_some() {
        let path = cells.text(Field::Unit);
        return cells.shared.once(&joined(path.split('/')));
    }
    let levels: Vec<Cow<'_, str>> = Field::ORG_LEVELS.iter().map(|&level| cells.text(level)).collect();
    cells.shared.once(&joined(levels.iter().map(AsRef::as_ref)))
}

/// A unit is absent only where none of its levels has a column either; by themselves they are no columns.
fn join_absent_levels(absent: &mut Vec<&'static str>) {
    let is_level = |column: &str| column.starts_with("org_l");
    let levels = absent.iter().filter(|column| is_level(column)).count();
    absent.retain(|column| !is_level(column) && (*column != "unit" || levels == Field::ORG_LEVELS.len()));
}

fn joined<'s>(steps: impl Iterator<Item = &'s str>) -> String {
    let steps: Vec<&str> = steps.map(str::trim).filter(|step| !step.is_empty()).collect();
    steps.join(" / ")
}

/// The assignment statuses met so far that are no news: known to the policy, or warned about already.
struct Statuses {
    told: HashSet<String>,
    /// As files write them, to be quick about those met before.
    met: HashSet<String>,
}

/// The statuses remembered; nobody has as many, and nobody reads as many warnings.
const MOST_STATUSES: usize = 10_000;

impl Statuses {
    fn of(policy: &Policy) -> Self {
        let known = policy.absent_statuses.iter().chain(&policy.present_statuses);
        let told = known.map(|status| folded(status)).chain([String::new()]).collect();
        Self { told, met: HashSet::from([String::new()]) }
    }

    fn is_new(&mut self, status: &str) -> bool {
        if self.met.contains(status) || self.met.len() > MOST_STATUSES {
            return false;
        }
        self.met.insert(status.to_owned());
        self.told.insert(folded(status))
    }
}

/// A status for comparing whole, ignoring case and runs of space (spec 2.2).
fn folded(status: &str) -> String {
    status.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl Repeatable for StaffRow {
    type Key<'r> = (u16, &'r str);

    fn key(&self) -> Option<Self::Key<'_>> {
        Some((self.organisation, &self.employee_number))
    }

    fn person(&self) -> Option<(u16, &str)> {
        Some((self.organisation, &self.employee_number))
    }

    fn same() -> &'static str {
        "employee number"
    }

    fn judge(rows: &[&(u64, Self)]) -> Result<Vec<bool>, Rejection> {
        let without = rows.iter().filter(|(_, row)| row.assignment_number.is_empty()).count();
        if without > 0 && without < rows.len() {
            return Err(Rejection::SomeWithoutAssignmentNumber { lines: lines(rows) });
        }
        let mut first_of: HashMap<&str, &Self> = HashMap::new();
        let mut repeated = Vec::with_capacity(rows.len());
        for (_, row) in rows {
            let first = *first_of.entry(&row.assignment_number).or_insert(row);
            if first != row {
                let same = if row.assignment_number.is_empty() {
                    "employee number without assignment numbers".to_owned()
                } else {
                    format!("person, and some the same assignment number {}", row.assignment_number)
                };
                return Err(Rejection::Differing { lines: lines(rows), same });
            }
            repeated.push(!std::ptr::eq(first, row));
        }
        Ok(repeated)
    }
}

/// Warns of people whose rows give different names or addresses, once of each (spec 2.2).
fn warn_of_differing_names(checked: &mut Checked<StaffRow>) {
    let mut first_of: HashMap<(u16, &str), &StaffRow> = HashMap::new();
    let mut told = HashSet::new();
    for (line, row) in &checked.rows {
        let person = (row.organisation, row.employee_number.as_str());
        let first = *first_of.entry(person).or_insert(row);
        for (column, first, this) in [
            ("last_name", &first.last_name, &row.last_name),
            ("first_name", &first.first_name, &row.first_name),
            ("email", &first.email, &row.email),
        ] {
            if first != this && told.insert((person, column)) {
                let (number, first) = (row.employee_number.to_string(), first.to_string());
                let warning = Warning::DifferingNames { number, first };
                checked.warnings.push(Remark::warning(*line, column, this.as_str(), &warning));
            }
        }
    }
}
