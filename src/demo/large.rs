//! An organisation of any size for measuring, written row by row: memory stays the same however many people it has.
//!
//! Every person follows from the seed and their place alone, so nothing needs to be kept. Training records come month
//! by month and, within a month, scattered over the people, as registers of courses held do: never grouped by person.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};

use super::dice::Dice;
use super::files::DemoError;
use super::names;
use super::people::AWAY;
use super::posts::{ADMIN, NURSING};

/// Months of history: about 8.5 records a person.
const MONTHS: i32 = 156;

/// Months that every course here counts for.
const VALID: i32 = 36;

/// The files of a large organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LargeFiles {
    /// The staff list.
    pub staff: PathBuf,
    /// The training records.
    pub training: PathBuf,
    /// Rows of the staff list.
    pub staff_rows: u64,
    /// Rows of the training records.
    pub training_rows: u64,
}

/// Writes `staff.csv` and `training.csv` for `people` people into `dir`, with canonical headers and ISO dates: about
/// 5% with two posts, 6% leavers, 2% absent, 8.5 records each with certificates of their own.
pub fn write_large(dir: &Path, people: u64, seed: u64, today: NaiveDate) -> Result<LargeFiles, DemoError> {
    crate::files::private::make_folder(dir)
        .map_err(|source| DemoError::Write { path: dir.to_owned(), source })?;
    let crowd = Crowd { people, seed, today };
    let (staff, training) = (dir.join("staff.csv"), dir.join("training.csv"));
    let staff_rows = to_file(&staff, |out| crowd.write_staff(out))?;
    let training_rows = to_file(&training, |out| crowd.write_training(out))?;
    Ok(LargeFiles { staff, training, staff_rows, training_rows })
}

fn to_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<u64>,
) -> Result<u64, DemoError> {
    let write = || {
        let mut out = BufWriter::with_capacity(1 << 18, File::create(path)?);
        let rows = write(&mut out)?;
        out.flush()?;
        Ok(rows)
    };
    write().map_err(|source| DemoError::Write { path: path.to_owned(), source })
}

type JobTitleAndGroup = (&'static str, &'static str);

const DIVISIONS: [&str; 6] =
    ["Medicine", "Surgery", "Women and Children", "Clinical Support", "Community Services", "Corporate"];

const JOBS: [JobTitleAndGroup; 16] = [
    ("Staff Nurse", NURSING),
    ("Staff Nurse", NURSING),
    ("Staff Nurse", NURSING),
    ("Ward Manager", NURSING),
    ("Named Nurse Safeguarding Children", NURSING),
    ("Healthcare Assistant", "Additional Clinical Services"),
    ("Healthcare Assistant", "Additional Clinical Services"),
    ("Consultant", "Medical and Dental"),
    ("Specialty Registrar", "Medical and Dental"),
    ("Physiotherapist", "Allied Health Professionals"),
    ("Biomedical Scientist", "Healthcare Scientists"),
    ("Pharmacist", "Add Prof Scientific and Technic"),
    ("Student Nurse", "Students"),
    ("Administrator", ADMIN),
    ("Medical Secretary", ADMIN),
    ("Porter", "Estates and Ancillary"),
];

const DIRECTORATES: [&str; 6] =
    ["Acute Care", "Specialist Services", "Outpatients", "Emergency Care", "Planned Care", "Rehabilitation"];

const WARDS: u64 = 20;

/// What every member of the crowd is made from.
struct Crowd {
    people: u64,
    seed: u64,
    today: NaiveDate,
}

/// What is settled about a person by 64 random bits, so that it can be told again for every month.
struct Member {
    bits: u64,
    /// Month of the start, counted from the first month of history; below 0 for those who were there before.
    started: i32,
    /// Month of leaving, for leavers.
    left: Option<i32>,
    job: JobTitleAndGroup,
    division: &'static str,
}

impl Member {
    fn of(bits: u64) -> Self {
        let tenure = small(bits >> 4 & 0xFF) % 240;
        let started = MONTHS - 1 - tenure;
        let left = (bits >> 60 == 0 && tenure > 0).then(|| started.max(MONTHS - 2 - small(bits >> 30 & 0xF)));
        let job = JOBS.get(place(bits & 0xF)).copied().unwrap_or_default();
        let division = DIVISIONS.get(place((bits >> 12 & 0x3F) % 6)).copied().unwrap_or_default();
        Self { bits, started, left, job, division }
    }

    fn unit(&self) -> (&'static str, &'static str, u64) {
        let directorate = DIRECTORATES.get(place((self.bits >> 18 & 0x3F) % 6)).copied().unwrap_or_default();
        (self.division, directorate, 1 + (self.bits >> 24 & 0x3F) % WARDS)
    }

    /// Whether the person completed their course number `course` (0 to 2) in `month`.
    fn trained_in(&self, course: u32, month: i32) -> bool {
        let scatter = small(self.bits >> (30 + 6 * course) & 0x3F);
        // Newcomers are trained in their first months, everybody else on a day of the cycle that is theirs.
        let first = if self.started >= 0 { self.started + scatter % 3 } else { scatter % VALID };
        let due =
            month >= first && (month - first) % VALID == 0 && self.left.is_none_or(|left| month <= left);
        let lately = month >= MONTHS - VALID;
        due && !(lately && self.missed(course))
    }

    /// Whether the latest round of a course was missed: by nobody keen, and in one course at least by the others.
    fn missed(&self, course: u32) -> bool {
        let keen = self.bits >> 48 & 0x7F < 72;
        !keen && (self.bits >> (55 + course) & 1 == 1 || u64::from(course) == (self.bits >> 58) % 3)
    }

    fn course(&self, course: u32) -> &'static str {
        let (title, group) = self.job;
        let clinical = group != ADMIN && group != "Estates and Ancillary";
        match course {
            0 if title.starts_with("Named") => "SGC-L4",
            0 if clinical && self.division == "Women and Children" => "SGC-L3",
            0 if clinical => "SGC-L2",
            0 => "SGC-L1",
            1 if clinical => "SGA-L2",
            1 => "SGA-L1",
            _ if clinical => "PREVENT-AWARE",
            _ => "PREVENT-BASIC",
        }
    }
}

fn small(bits: u64) -> i32 {
    i32::try_from(bits).unwrap_or_default()
}

fn place(bits: u64) -> usize {
    usize::try_from(bits).unwrap_or_default()
}

impl Crowd {
    fn member(&self, person: u64) -> Member {
        Member::of(Dice::of(self.seed, person).roll())
    }

    fn number(person: u64) -> u64 {
        1_042 + person * 17
    }

    /// Year and month of a month of the history.
    fn calendar(&self, month: i32) -> (i32, i32) {
        let months = self.today.year() * 12 + small(u64::from(self.today.month0())) - (MONTHS - 1) + month;
        (months.div_euclid(12), months.rem_euclid(12) + 1)
    }

    /// A day of a month that every month has, and that has come.
    fn day(&self, month: i32, bits: u64) -> u64 {
        let days = if month == MONTHS - 1 { u64::from(self.today.day()).min(28) } else { 28 };
        1 + bits % days
    }

    fn write_staff(&self, out: &mut impl Write) -> std::io::Result<u64> {
        writeln!(
            out,
            "employee_number,first_name,last_name,email,job_title,staff_group,unit,manager_employee_number,\
             start_date,leave_date,assignment_number,primary_assignment,assignment_status"
        )?;
        let plain = |names: &[&'static str]| -> Vec<(&'static str, String)> {
            names.iter().map(|name| (*name, names::plain(name))).collect()
        };
        let (first, last) = (plain(names::FIRST), plain(names::LAST));
        let mut rows = 0;
        for person in 0..self.people {
            let mut dice = Dice::of(self.seed ^ 0x57AF, person);
            let first = first.get(place(dice.below(first.len() as u64)));
            let last = last.get(place(dice.below(last.len() as u64)));
            if let (Some(first), Some(last)) = (first, last) {
                rows += self.write_person(out, person, first, last, &mut dice)?;
            }
        }
        Ok(rows)
    }

    fn write_person(
        &self,
        out: &mut impl Write,
        person: u64,
        (first, first_plain): &(&str, String),
        (last, last_plain): &(&str, String),
        dice: &mut Dice,
    ) -> std::io::Result<u64> {
        let member = self.member(person);
        let number = Self::number(person);
        write!(out, "{number:08},{first},{last},")?;
        let address = !dice.chance(3);
        if address {
            write!(out, "{first_plain}.{last_plain}{person}@example.org")?;
        }
        let ((title, group), (division, directorate, ward)) = (member.job, member.unit());
        write!(out, ",{title},{group},{division} / {directorate} / Ward {ward},")?;
        let tail = self.tail(person, &member, dice);
        writeln!(out, "{tail},{number:08},yes,{}", tail.status)?;
        if !dice.chance(5) {
            return Ok(1);
        }
        write!(out, "{number:08},{first},{last},")?;
        if address {
            write!(out, "{first_plain}.{last_plain}{person}@example.org")?;
        }
        writeln!(out, ",Bank Worker,{group},Corporate / Staff Bank,{tail},{number:08}-2,no,{}", tail.status)?;
        Ok(2)
    }

    /// Manager, dates and status, which a person's posts have in common.
    fn tail(&self, person: u64, member: &Member, dice: &mut Dice) -> Tail {
        let team = if person.is_multiple_of(12) { person - person % 144 } else { person - person % 12 };
        let manager = if dice.chance(2) { 99_999_999 } else { Self::number(team) };
        let (year, month) = self.calendar(member.started);
        let start = (year, month, self.day(member.started, dice.roll()));
        let leave = member.left.map(|left| {
            let (year, month) = self.calendar(left);
            (year, month, 28)
        });
        let status = if dice.chance(2) { dice.pick(&AWAY) } else { "Active Assignment" };
        Tail { manager, start, leave, status }
    }

    fn write_training(&self, out: &mut impl Write) -> std::io::Result<u64> {
        writeln!(out, "employee_number,course,completed_on,expires_on,hours,mode,provider,certificate")?;
        let stride = stride(self.people);
        let mut rows = 0;
        for month in 0..MONTHS {
            for turn in 0..self.people {
                let person = turn * stride % self.people;
                let member = self.member(person);
                for course in 0..3 {
                    if member.trained_in(course, month) {
                        rows += 1;
                        self.write_record(out, rows, person, member.course(course), month)?;
                    }
                }
            }
        }
        Ok(rows)
    }

    fn write_record(
        &self,
        out: &mut impl Write,
        row: u64,
        person: u64,
        course: &str,
        month: i32,
    ) -> std::io::Result<()> {
        let bits = Dice::of(self.seed ^ 0xCE27, row).roll();
        let day = self.day(month, bits & 0xFFFF);
        let (year, calendar_month) = self.calendar(month);
        write!(out, "{:08},{course},{year:04}-{calendar_month:02}-{day:02},", Self::number(person))?;
        // A quarter of the certificates name an expiry, a few of them an earlier one than the course's own.
        if bits >> 16 & 3 == 0 {
            let months = if bits >> 18 & 31 == 0 { 24 } else { VALID };
            let (year, month) = self.calendar(month + months);
            write!(out, "{year:04}-{month:02}-{day:02}")?;
        }
        let effort = match bits >> 24 & 3 {
            0 | 1 => ",,",
            2 => ",2,e-learning",
            _ => ",4,participatory",
        };
        let provider = if bits >> 26 & 1 == 0 { "Learning Hub" } else { "e-Learning for Healthcare" };
        writeln!(out, "{effort},{provider},C{row:09}")
    }
}

/// A step that visits every one of `people` once before it comes back to the first, far from any neighbour.
fn stride(people: u64) -> u64 {
    let shares_a_factor = |step: u64| {
        let (mut a, mut b) = (people, step);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a > 1
    };
    (people * 618 / 1_000 + 1..).find(|step| !shares_a_factor(*step)).unwrap_or(1)
}

/// What the rows of one person share.
struct Tail {
    manager: u64,
    start: (i32, i32, u64),
    leave: Option<(i32, i32, u64)>,
    status: &'static str,
}

impl std::fmt::Display for Tail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.start;
        write!(f, "{:08},{year:04}-{month:02}-{day:02},", self.manager)?;
        self.leave.map_or(Ok(()), |(year, month, day)| write!(f, "{year:04}-{month:02}-{day:02}"))
    }
}
