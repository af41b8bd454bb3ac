//! Writes a fictional trust down as the files that people bring (spec section 3), with the oddities of real exports:
//! title rows, a total below, real date cells, ESR's headers, competence names and dates.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{Datelike, Days, NaiveDate};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::bookings::DemoBooking;
use super::people::{DemoPerson, back};
use super::trust::FictionalTrust;
use super::wishes::{ORGANISATION_CODE, ORGANISATION_NAME, SAFEGUARDING_EMAIL};
use super::{assurance, bookings, money, posts};
use crate::files::{CsvWriter, LineEnd};

/// Why the files could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A folder or file could not be made or written.
    #[error("cannot write {path}: {source}; choose a folder that can be written")]
    Write {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The spreadsheet could not be put together.
    #[error("cannot write the spreadsheet {path}: {source}; choose a folder that can be written")]
    Spreadsheet {
        /// The file.
        path: PathBuf,
        /// What the spreadsheet library said.
        source: rust_xlsxwriter::XlsxError,
    },
}

/// The files of a fictional trust, in the order in which they are to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrustFiles {
    /// The organisation.
    pub(crate) organisations: PathBuf,
    /// The staff list, an ESR-like spreadsheet.
    pub(crate) staff: PathBuf,
    /// The training records under ESR's competence names.
    pub(crate) training: PathBuf,
    /// Places booked on training to come.
    pub(crate) bookings: PathBuf,
    /// Allocations for three financial years.
    pub(crate) budget: PathBuf,
    /// What was spent and ordered.
    pub(crate) expenses: PathBuf,
    /// Exemptions.
    pub(crate) exemptions: PathBuf,
    /// Answers to the default policy's assurance statements.
    pub(crate) assurance: PathBuf,
    /// Part of the staff list again, with six faulty rows; to be imported with `--partial`, so that nobody who is not
    /// in it becomes a leaver. Few enough of its rows are faulty for the brake on rejected rows to stay off.
    pub(crate) staff_with_mistakes: PathBuf,
}

/// Headers of the staff list, ESR's own.
pub(super) const STAFF_HEADERS: [&str; 15] = [
    "Employee Number",
    "Last Name",
    "First Name",
    "Employee Email Address",
    "Position Title",
    "Staff Group",
    "Org L2",
    "Org L3",
    "Org L4",
    "Supervisor Employee Number",
    "Latest Start Date",
    "Termination Date",
    "Assignment Number",
    "Primary Assignment",
    "Assignment Status",
];

/// A cell of the staff list.
#[derive(Debug, Clone)]
enum StaffListCell {
    Text(String),
    Day(Option<NaiveDate>),
}

impl StaffListCell {
    fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// As a CSV export writes it.
    fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Day(day) => day.map(|day| day.format("%d/%m/%Y").to_string()).unwrap_or_default(),
        }
    }
}

/// Writes every file of `trust` into `dir`.
pub(super) fn write(dir: &Path, trust: &FictionalTrust) -> Result<TrustFiles, DemoError> {
    let files = TrustFiles {
        organisations: dir.join("organisations.csv"),
        staff: dir.join("staff.xlsx"),
        training: dir.join("training.csv"),
        bookings: dir.join("bookings.csv"),
        budget: dir.join("budget.csv"),
        expenses: dir.join("expenses.csv"),
        exemptions: dir.join("exemptions.csv"),
        assurance: dir.join("assurance.csv"),
        staff_with_mistakes: dir.join("staff-with-mistakes.csv"),
    };
    let organisation = [ORGANISATION_CODE, ORGANISATION_NAME, "acute", SAFEGUARDING_EMAIL].map(str::to_owned);
    csv(&files.organisations, &["code", "name", "kind", "safeguarding_email"], [organisation])?;
    let staff = staff_rows(&trust.people);
    sheet(&staff, trust.today)
        .and_then(|mut book| book.save(&files.staff))
        .map_err(|source| DemoError::Spreadsheet { path: files.staff.clone(), source })?;
    csv(&files.training, &TRAINING_HEADERS, training_rows(trust))?;
    let headers = ["Employee Number", "Course Name", "Class Start Date", "Venue"];
    csv(&files.bookings, &headers, bookings::bookings(trust).iter().map(booking_row))?;
    csv(
        &files.budget,
        &["organisation", "financial_year", "allocated", "dedicated"],
        budget_rows(trust.today),
    )?;
    let headers = ["organisation", "date", "description", "amount", "course", "people", "reference"];
    csv(&files.expenses, &headers, trust.spending.iter().map(expense_row))?;
    let headers = ["organisation", "employee_number", "course", "from", "until", "reason"];
    csv(&files.exemptions, &headers, exemption_rows(trust))?;
    csv(&files.assurance, &assurance::HEADERS, assurance::rows(trust.today))?;
    csv(&files.staff_with_mistakes, &STAFF_HEADERS, mistakes(&staff))?;
    Ok(files)
}

/// Writes one CSV file.
fn csv<const N: usize>(
    path: &PathBuf,
    headers: &[&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Result<(), DemoError> {
    let write = || -> io::Result<()> {
        let mut writer = CsvWriter::new(File::create(path)?, LineEnd::CrLf);
        writer.row(headers)?;
        rows.into_iter().try_for_each(|row| writer.row(&row))?;
        writer.finish().map(drop)
    };
    write().map_err(|source| DemoError::Write { path: path.clone(), source })
}

/// The staff list, a row an assignment.
fn staff_rows(people: &[DemoPerson]) -> Vec<[StaffListCell; 15]> {
    let rows = |person: &DemoPerson| {
        let main = staff_row(person, person.post, person.start, &person.number, "Yes");
        let bank = person.bank_from.map(|start| {
            let post = posts::DemoPost { title: bank_title(person), unit: posts::BANK, ..person.post };
            staff_row(person, post, start, &format!("{}-2", person.number), "No")
        });
        std::iter::once(main).chain(bank)
    };
    people.iter().flat_map(rows).collect()
}

fn bank_title(person: &DemoPerson) -> &'static str {
    if person.post.group == posts::NURSING { "Bank Nurse" } else { "Bank Worker" }
}

fn staff_row(
    person: &DemoPerson,
    post: posts::DemoPost,
    start: NaiveDate,
    assignment: &str,
    primary: &str,
) -> [StaffListCell; 15] {
    let [division, directorate, ward] = post.unit;
    [
        StaffListCell::text(&person.number),
        StaffListCell::text(person.last),
        StaffListCell::text(person.first),
        StaffListCell::text(&person.email),
        StaffListCell::text(post.title),
        StaffListCell::text(post.group),
        StaffListCell::text(division),
        StaffListCell::text(directorate),
        StaffListCell::text(ward),
        StaffListCell::text(&person.manager),
        StaffListCell::Day(Some(start)),
        StaffListCell::Day(person.leave),
        StaffListCell::text(assignment),
        StaffListCell::text(primary),
        StaffListCell::text(person.status),
    ]
}

/// The staff list as a spreadsheet, with two title rows above the header and a total below.
fn sheet(rows: &[[StaffListCell; 15]], today: NaiveDate) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    // Without a day of its own the file would carry the clock's, and differ from run to run.
    book.set_properties(&DocProperties::new().set_creation_datetime(&excel_day(today)?));
    let date = Format::new().set_num_format("dd-mmm-yyyy");
    let bold = Format::new().set_bold();
    let page = book.add_worksheet();
    page.set_name("Staff in Post")?;
    page.write_with_format(0, 0, format!("{ORGANISATION_NAME} - Staff in Post by Assignment"), &bold)?;
    page.write(1, 0, format!("Effective Date: {}", today.format("%d-%b-%Y")))?;
    for (column, header) in (0u16..).zip(STAFF_HEADERS) {
        page.write_with_format(2, column, header, &bold)?;
    }
    for (row, cells) in (3u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(cells) {
            match cell {
                StaffListCell::Text(text) if !text.is_empty() => page.write_string(row, column, text)?,
                StaffListCell::Day(Some(day)) => {
                    page.write_datetime_with_format(row, column, excel_day(*day)?, &date)?
                }
                _ => continue,
            };
        }
    }
    let below = u32::try_from(rows.len()).unwrap_or(u32::MAX - 3) + 3;
    page.write_with_format(below, 0, "Total", &bold)?;
    page.write_with_format(below, 4, format!("{} assignments", rows.len()), &bold)?;
    page.set_freeze_panes(3, 0)?;
    Ok(book)
}

fn excel_day(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(day.year()).unwrap_or_default();
    ExcelDateTime::from_ymd(
        year,
        u8::try_from(day.month()).unwrap_or(1),
        u8::try_from(day.day()).unwrap_or(1),
    )
}

/// Headers of the training records.
const TRAINING_HEADERS: [&str; 9] = [
    "Employee Number",
    "Last Name",
    "Competence Name",
    "Completion Date",
    "Expiry Date",
    "Hours",
    "Mode",
    "Provider",
    "Certificate",
];

fn training_rows(trust: &FictionalTrust) -> impl Iterator<Item = [String; 9]> + '_ {
    trust.completions.iter().enumerate().filter_map(|(place, (person, completion))| {
        let person = trust.people.get(*person)?;
        let (hours, mode) =
            completion.effort.map_or((String::new(), ""), |(hours, mode)| (hours.to_string(), mode));
        Some([
            person.number.clone(),
            person.last.to_owned(),
            competence(completion.course).to_owned(),
            esr_date(completion.on),
            completion.expires.map(esr_date).unwrap_or_default(),
            hours,
            mode.to_owned(),
            completion.provider.to_owned(),
            format!("FH{:06}", 100_000 + place),
        ])
    })
}

fn booking_row(booking: &DemoBooking) -> [String; 4] {
    [
        booking.number.clone(),
        competence(booking.course).to_owned(),
        esr_date(booking.on),
        booking.place.to_owned(),
    ]
}

/// A day as ESR's exports write it: `02-Dec-2025`.
fn esr_date(day: NaiveDate) -> String {
    day.format("%d-%b-%Y").to_string()
}

/// The competence that stands for a course in ESR; the courses that ESR has none for go by their code.
fn competence(course: &'static str) -> &'static str {
    match course {
        "SGC-L1" => "NHS|CSTF|Safeguarding Children - Level 1 - 3 Years|",
        "SGC-L2" => "NHS|CSTF|Safeguarding Children - Level 2 - 3 Years|",
        "SGC-L3" => "NHS|CSTF|Safeguarding Children - Level 3 - 3 Years|",
        "SGA-L1" => "NHS|CSTF|Safeguarding Adults - Level 1 - 3 Years|",
        "SGA-L2" => "NHS|CSTF|Safeguarding Adults - Level 2 - 3 Years|",
        "SGA-L3" => "NHS|CSTF|Safeguarding Adults - Level 3 - 3 Years|",
        "PREVENT-BASIC" => "NHS|CSTF|Preventing Radicalisation - Basic Prevent Awareness - 3 Years|",
        "PREVENT-AWARE" => "NHS|CSTF|Preventing Radicalisation - Prevent Awareness - 3 Years|",
        code => code,
    }
}

fn budget_rows(today: NaiveDate) -> [[String; 4]; 3] {
    money::budgets(today).map(|(year, pence)| {
        [ORGANISATION_CODE.to_owned(), year.to_string(), pounds(pence), "yes".to_owned()]
    })
}

fn expense_row(spending: &money::Spending) -> [String; 7] {
    [
        ORGANISATION_CODE.to_owned(),
        spending.on.format("%d/%m/%Y").to_string(),
        spending.description.to_owned(),
        pounds(spending.pence),
        spending.course.to_owned(),
        if spending.people == 0 { String::new() } else { spending.people.to_string() },
        spending.reference.clone(),
    ]
}

/// An amount as a finance system prints it: `1,234.50`, below nothing with a minus.
pub(super) fn pounds(pence: i64) -> String {
    let (sign, pence) = (if pence < 0 { "-" } else { "" }, pence.unsigned_abs());
    let (pounds, pence) = (pence / 100, pence % 100);
    match (pounds / 1_000, pounds % 1_000) {
        (0, rest) => format!("{sign}{rest}.{pence:02}"),
        (thousands, rest) => format!("{sign}{thousands},{rest:03}.{pence:02}"),
    }
}

/// A handful of exemptions: some for one course, some for all; some with an end.
fn exemption_rows(trust: &FictionalTrust) -> Vec<[String; 6]> {
    let today = trust.today;
    let (ago, ahead) = (back(today, 120).to_string(), (today + Days::new(150)).to_string());
    let reasons = [
        ("SGC-L1", "", "", "Level 3 completed at the university, certificate seen"),
        (
            "PREVENT-BASIC",
            ago.as_str(),
            ahead.as_str(),
            "Equivalent training with the previous employer accepted",
        ),
        ("", ago.as_str(), ahead.as_str(), "Research sabbatical, no patient contact"),
        ("SGA-L2", ago.as_str(), "", "Trains colleagues in this course"),
        ("", ago.as_str(), ahead.as_str(), "Phased return agreed with occupational health"),
    ];
    let late = trust.people.iter().filter(|person| !person.keen && person.is_counted(today)).step_by(9);
    late.zip(reasons)
        .map(|(person, (course, from, until, reason))| {
            [ORGANISATION_CODE, &person.number, course, from, until, reason].map(str::to_owned)
        })
        .collect()
}

/// Eighty rows of the staff list as they are, and six that can't be taken as they stand.
fn mistakes(rows: &[[StaffListCell; 15]]) -> Vec<[String; 15]> {
    let mut rows: Vec<[String; 15]> = rows
        .iter()
        .filter(|[.., primary, _]| primary.plain() == "Yes")
        .take(86)
        .map(|row| row.each_ref().map(StaffListCell::plain))
        .collect();
    let faults: [fn(&mut [String; 15]); 6] = [
        |[_, last, ..]| last.clear(),
        |[_, _, _, _, _, _, _, _, _, _, start, ..]| "31/02/2026".clone_into(start),
        |[_, _, _, _, _, _, _, _, _, _, start, ..]| start.clear(),
        |[number, ..]| "1.23457E+07".clone_into(number),
        |[_, _, _, email, ..]| email.push_str("; second@example.org"),
        |[_, _, _, _, _, _, _, _, _, _, _, leave, ..]| "soon".clone_into(leave),
    ];
    for (row, fault) in rows.iter_mut().skip(30).step_by(9).zip(faults) {
        fault(row);
    }
    rows
}
