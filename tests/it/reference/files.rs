//! The files people bring (section 3), read straight from CSV into plain rows.

use std::collections::HashMap;
use std::path::Path;

use chrono::NaiveDate;

use super::days;
use super::policy::{Exact, Policy};

/// An organisation (3.5, or the configured one).
#[derive(Debug, Clone)]
pub struct Organisation {
    pub code: String,
    pub name: String,
    pub safeguarding_email: String,
}

/// A row of the staff list: one assignment (3.1).
#[derive(Debug, Clone)]
pub struct Assignment {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub job_title: String,
    pub staff_group: String,
    pub unit: String,
    /// Their employee number; empty where none is named.
    pub manager: String,
    pub start: NaiveDate,
    pub leave: Option<NaiveDate>,
    pub number: String,
    pub primary: bool,
    pub status: String,
}

/// A training record (3.2).
#[derive(Debug, Clone)]
pub struct Record {
    pub course: usize,
    pub completed_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
    /// In hundredths.
    pub hours: Option<i128>,
    pub participatory: bool,
}

/// An exemption (3.5); no course means all.
#[derive(Debug, Clone)]
pub struct Exemption {
    pub course: Option<usize>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// A person with everything about them.
#[derive(Debug, Clone)]
pub struct Person {
    pub organisation: String,
    pub employee_number: String,
    /// In the order of the file.
    pub rows: Vec<Assignment>,
    pub records: Vec<Record>,
    pub exemptions: Vec<Exemption>,
}

/// An allocation (3.3).
#[derive(Debug, Clone)]
pub struct Allocation {
    pub organisation: String,
    pub year: String,
    pub pence: i128,
    pub dedicated: Option<bool>,
}

/// An expense (3.3).
#[derive(Debug, Clone)]
pub struct Expense {
    pub organisation: String,
    pub date: NaiveDate,
    pub pence: i128,
}

/// Everything in a folder of files.
pub struct Register {
    pub policy: Policy,
    /// By code.
    pub organisations: Vec<Organisation>,
    /// By organisation, then employee number, as text.
    pub people: Vec<Person>,
    pub allocations: Vec<Allocation>,
    pub expenses: Vec<Expense>,
}

type Row = HashMap<String, String>;

fn rows(dir: &Path, name: &str) -> Vec<Row> {
    let path = dir.join(name);
    if !path.exists() {
        return Vec::new();
    }
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn cell(row: &Row, column: &str) -> String {
    row.get(column).map_or("", |s| s.trim()).to_owned()
}

fn pence(text: &str) -> i128 {
    Exact::parse(&text.replace([',', '£'], "")).hundredths()
}

impl Register {
    /// Reads a folder with `refresher.toml` (for the configured organisation), `policy.toml` and CSV files.
    pub fn load(dir: &Path) -> Self {
        let policy = Policy::parse(&std::fs::read_to_string(dir.join("policy.toml")).unwrap());
        let config: toml::Table =
            std::fs::read_to_string(dir.join("refresher.toml")).unwrap().parse().unwrap();
        let text = |key: &str| config["organisation"][key].as_str().unwrap().to_owned();
        let configured = Organisation {
            code: text("code"),
            name: text("name"),
            safeguarding_email: text("safeguarding_email"),
        };
        let home = configured.code.clone();
        let owner =
            |row: &Row| Some(cell(row, "organisation")).filter(|o| !o.is_empty()).unwrap_or(home.clone());
        let mut organisations = vec![configured];
        for row in rows(dir, "organisations.csv") {
            organisations.retain(|o| o.code != cell(&row, "code"));
            organisations.push(Organisation {
                code: cell(&row, "code"),
                name: cell(&row, "name"),
                safeguarding_email: cell(&row, "safeguarding_email"),
            });
        }
        organisations.sort_by(|a, b| a.code.cmp(&b.code));
        let mut people: Vec<Person> = Vec::new();
        for row in rows(dir, "staff.csv") {
            add_post(&mut people, owner(&row), &row);
        }
        for row in rows(dir, "training.csv") {
            let at = find(&people, &owner(&row), &cell(&row, "employee_number")).expect("a known person");
            people[at].records.push(record(&row, &policy));
        }
        for row in rows(dir, "exemptions.csv") {
            let at = find(&people, &owner(&row), &cell(&row, "employee_number")).expect("a known person");
            people[at].exemptions.push(exemption(&row, &policy));
        }
        people.sort_by(|a, b| {
            (&a.organisation, &a.employee_number).cmp(&(&b.organisation, &b.employee_number))
        });
        let allocations = rows(dir, "budget.csv").iter().map(|row| allocation(row, owner(row))).collect();
        let expenses = rows(dir, "expenses.csv")
            .iter()
            .map(|row| Expense {
                organisation: owner(row),
                date: days::parse(&cell(row, "date")),
                pence: pence(&cell(row, "amount")),
            })
            .collect();
        Self { policy, organisations, people, allocations, expenses }
    }
}

fn find(people: &[Person], organisation: &str, number: &str) -> Option<usize> {
    people.iter().position(|p| p.organisation == organisation && p.employee_number == number)
}

/// 3.1: several rows for one employee number are one person.
fn add_post(people: &mut Vec<Person>, organisation: String, row: &Row) {
    let employee_number = cell(row, "employee_number");
    let at = find(people, &organisation, &employee_number).unwrap_or_else(|| {
        let (rows, records, exemptions) = (vec![], vec![], vec![]);
        people.push(Person { organisation, employee_number, rows, records, exemptions });
        people.len() - 1
    });
    people[at].rows.push(assignment(row));
}

fn assignment(row: &Row) -> Assignment {
    Assignment {
        first_name: cell(row, "first_name"),
        last_name: cell(row, "last_name"),
        email: cell(row, "email"),
        job_title: cell(row, "job_title"),
        staff_group: cell(row, "staff_group"),
        unit: cell(row, "unit"),
        manager: cell(row, "manager_employee_number"),
        start: days::parse(&cell(row, "start_date")),
        leave: days::parse_optional(&cell(row, "leave_date")),
        number: cell(row, "assignment_number"),
        primary: cell(row, "primary_assignment") == "yes",
        status: cell(row, "assignment_status"),
    }
}

fn record(row: &Row, policy: &Policy) -> Record {
    let hours = cell(row, "hours");
    Record {
        course: policy.course_named(&cell(row, "course")),
        completed_on: days::parse(&cell(row, "completed_on")),
        expires_on: days::parse_optional(&cell(row, "expires_on")),
        hours: Some(hours).filter(|h| !h.is_empty()).map(|h| Exact::parse(&h).hundredths()),
        participatory: cell(row, "mode") == "participatory",
    }
}

fn exemption(row: &Row, policy: &Policy) -> Exemption {
    let course = cell(row, "course");
    Exemption {
        course: Some(course).filter(|c| !c.is_empty()).map(|c| policy.course_named(&c)),
        from: days::parse_optional(&cell(row, "from")),
        until: days::parse_optional(&cell(row, "until")),
    }
}

fn allocation(row: &Row, organisation: String) -> Allocation {
    let dedicated = cell(row, "dedicated");
    Allocation {
        organisation,
        year: cell(row, "financial_year"),
        pence: pence(&cell(row, "allocated")),
        dedicated: Some(dedicated).filter(|d| !d.is_empty()).map(|d| d == "yes"),
    }
}
