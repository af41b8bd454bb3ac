//! Random staff lists, training records, exemptions and money, under random rules.

use chrono::NaiveDate;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::days::{financial_year, parse, plus, plus_months};
use super::rules::Rules;
use super::{cell, code, csv, near};

/// When a post begins or ends, or a record is made.
#[derive(Debug, Clone)]
enum When {
    /// Days from today.
    Near(i64),
    /// So many months earlier, and days from that: where a validity of so many months ends near today.
    Months(i64, i64),
    /// A grace of so many days earlier, and days from that.
    Grace(i64, i64),
    /// A day of its own.
    Day(&'static str),
}

impl When {
    fn date(&self, today: NaiveDate) -> NaiveDate {
        match self {
            Self::Near(days) => plus(today, *days),
            Self::Months(months, days) => plus_months(plus(today, *days), -months),
            Self::Grace(within, days) => plus(today, days - within),
            Self::Day(day) => parse(day),
        }
    }
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        4 => (select(vec![12, 36, 6, 1]), near()).prop_map(|(months, days)| When::Months(months, days)),
        2 => near().prop_map(When::Near),
        2 => (select(vec![0, 1, 30, 90, 365]), -2..=2_i64).prop_map(|(within, days)| When::Grace(within, days)),
        1 => select(vec!["2024-02-29", "2025-08-31", "2025-02-28", "2024-08-30"]).prop_map(When::Day),
    ]
}

/// A post; the first of a person begins at `start`, a later one perhaps just after the one before it.
#[derive(Debug, Clone)]
struct Post {
    start: When,
    /// Days after the end of the post before; 1 is the day after.
    follows: Option<i64>,
    leave: Option<When>,
    status: &'static str,
    staff_group: &'static str,
    job_title: &'static str,
    unit: &'static str,
    primary: bool,
}

#[derive(Debug, Clone)]
struct Record {
    course: usize,
    /// When it was made; or else how many days from today its course's validity ends.
    completed: Result<When, i64>,
    expires: Option<When>,
    hours: &'static str,
    mode: &'static str,
}

/// A person before they have a number.
#[derive(Debug, Clone)]
pub struct Person {
    organisation: usize,
    email: bool,
    /// A manager for every post, by the posts' places; or none for any.
    managers: Option<[&'static str; 3]>,
    posts: Vec<Post>,
    records: Vec<Record>,
    exemptions: Vec<(Option<usize>, Option<i64>, Option<i64>)>,
}

fn post() -> impl Strategy<Value = Post> {
    let statuses = vec!["", "Active Assignment", "Career  break", "MATERNITY & ADOPTION", "Maternity"];
    let units = vec![
        "",
        "Surgery",
        "Surgery / Theatres",
        "Surgery/ Theatres  / Recovery",
        "surgery / theatres",
        "Medicine / Ward 1",
        "Medicine / Ward  2",
        "Medicine",
    ];
    (
        prop_oneof![when(), (300..2000_i64).prop_map(|days| When::Near(-days))],
        weighted(0.5, 1..=2_i64),
        weighted(0.25, when()),
        prop_oneof![3 => Just(""), 2 => select(statuses)],
        select(vec!["", "Nursing Registered", "Nursing  registered", "Medical", "Estates"]),
        select(vec!["", "Staff Nurse", "Consultant", "nurse  associate"]),
        select(units),
        proptest::bool::weighted(0.3),
    )
        .prop_map(|(start, follows, leave, status, staff_group, job_title, unit, primary)| Post {
            start,
            follows,
            leave,
            status,
            staff_group,
            job_title,
            unit,
            primary,
        })
}

fn record() -> impl Strategy<Value = Record> {
    let completed = prop_oneof![
        4 => prop_oneof![2 => near(), 1 => 0..1000_i64].prop_map(Err),
        1 => when().prop_map(Ok),
    ];
    (
        0..4_usize,
        completed,
        weighted(0.2, near().prop_map(When::Near)),
        select(vec!["", "4", "2", "8", "1.33", "0.5", "0.01"]),
        select(vec!["", "participatory", "e-learning"]),
    )
        .prop_map(|(course, completed, expires, hours, mode)| Record {
            course,
            completed,
            expires,
            hours,
            mode,
        })
}

/// Somebody's number, that of nobody, and that of the first of the other organisation alike.
fn manager() -> impl Strategy<Value = &'static str> {
    select(vec!["0101", "0102", "0103", "0105", "9999"])
}

/// A person.
pub fn person() -> impl Strategy<Value = Person> {
    let exemption = (weighted(0.7, 0..4_usize), weighted(0.8, near()), weighted(0.8, near()));
    (
        0..2_usize,
        proptest::bool::weighted(0.8),
        weighted(0.8, [manager(), manager(), manager()]),
        prop_oneof![3 => vec(post(), 1..2), 2 => vec(post(), 2..4)],
        vec(record(), 0..8),
        vec(exemption, 0..2),
    )
        .prop_map(|(organisation, email, managers, posts, records, exemptions)| Person {
            organisation,
            email,
            managers,
            posts,
            records,
            exemptions,
        })
}

/// The rows of the files so far.
pub struct Files<'a> {
    today: NaiveDate,
    organisations: usize,
    rules: &'a Rules,
    pub numbers: Vec<(String, String)>,
    staff: Vec<Vec<String>>,
    training: Vec<Vec<String>>,
    exemptions: Vec<Vec<String>>,
}

impl<'a> Files<'a> {
    pub fn new(today: NaiveDate, organisations: usize, rules: &'a Rules) -> Self {
        let (numbers, staff, training, exemptions) = (vec![], vec![], vec![], vec![]);
        Self { today, organisations, rules, numbers, staff, training, exemptions }
    }

    /// Numbers begin anew in each organisation, so that two organisations use the same ones.
    fn number(&mut self, organisation: &str) -> String {
        let number = format!("{:04}", 101 + self.numbers.iter().filter(|(o, _)| o == organisation).count());
        self.numbers.push((organisation.to_owned(), number.clone()));
        number
    }

    pub fn add(&mut self, person: &Person) {
        let organisation = code(person.organisation % self.organisations);
        let number = self.number(&organisation);
        let mut ended: Option<NaiveDate> = None;
        for (at, post) in person.posts.iter().enumerate() {
            let start = match (ended, post.follows) {
                (Some(ended), Some(days)) => plus(ended, days),
                _ => post.start.date(self.today),
            };
            let leave = post.leave.as_ref().map(|leave| leave.date(self.today).max(start));
            ended = leave;
            // As text, 10 and 11 come before 9.
            let assignment = if person.posts.len() == 1 { "" } else { ["9", "10", "11"][at] };
            let email = format!("p{number}@{}.test", organisation.to_lowercase());
            self.staff.push(vec![
                organisation.clone(),
                number.clone(),
                "Robin".into(),
                format!("Tree{number}"),
                if person.email { email } else { String::new() },
                start.to_string(),
                cell(leave),
                assignment.into(),
                if post.primary { "yes".into() } else { "no".into() },
                post.status.into(),
                post.staff_group.into(),
                post.job_title.into(),
                post.unit.into(),
                person.managers.map_or("", |managers| managers[at]).into(),
            ]);
        }
        for record in &person.records {
            self.record(&organisation, &number, record);
        }
        for (course, from, until) in &person.exemptions {
            let from = from.map(|days| plus(self.today, days));
            let until =
                until.map(|days| plus(self.today, days)).map(|until| from.unwrap_or(until).max(until));
            let course = course.map_or(String::new(), |course| self.course(course));
            let row = vec![organisation.clone(), number.clone(), course, cell(from), cell(until)];
            self.exemptions.push([row, vec!["Agreed".into()]].concat());
        }
    }

    fn course(&self, course: usize) -> String {
        format!("C{}", course % self.rules.courses.len())
    }

    fn record(&mut self, organisation: &str, number: &str, record: &Record) {
        let courses = &self.rules.courses;
        let months = courses[record.course % courses.len()].valid_months.unwrap_or(24);
        let completed = match &record.completed {
            Ok(when) => when.date(self.today),
            Err(days) => plus_months(plus(self.today, *days), -months),
        };
        let expires = record.expires.as_ref().map(|expires| expires.date(self.today).max(completed));
        self.training.push(vec![
            organisation.into(),
            number.into(),
            self.course(record.course),
            completed.to_string(),
            cell(expires),
            record.hours.into(),
            record.mode.into(),
            // Unlike any other, so that no record is taken for a correction of another.
            format!("certificate {}", self.training.len() + 1),
        ]);
    }

    /// Further people in post with nothing recorded, so that the mail brake can act.
    pub fn fill(&mut self, people: usize) {
        for _ in 0..people {
            let number = self.number("RX1");
            let email = format!("p{number}@rx1.test");
            let tree = format!("Tree{number}");
            let row = [
                "RX1",
                &number,
                "Robin",
                &tree,
                &email,
                "2025-06-01",
                "",
                "",
                "",
                "",
                "Estates",
                "",
                "",
                "0101",
            ];
            self.staff.push(row.map(str::to_owned).to_vec());
        }
    }

    pub fn staff(&self) -> String {
        let header = [
            "organisation",
            "employee_number",
            "first_name",
            "last_name",
            "email",
            "start_date",
            "leave_date",
            "assignment_number",
            "primary_assignment",
            "assignment_status",
            "staff_group",
            "job_title",
            "unit",
            "manager_employee_number",
        ];
        csv(&header, &self.staff)
    }

    pub fn training(&self) -> String {
        let header = [
            "organisation",
            "employee_number",
            "course",
            "completed_on",
            "expires_on",
            "hours",
            "mode",
            "certificate",
        ];
        if self.training.is_empty() { String::new() } else { csv(&header, &self.training) }
    }

    pub fn exemptions(&self) -> String {
        let header = ["organisation", "employee_number", "course", "from", "until", "reason"];
        if self.exemptions.is_empty() { String::new() } else { csv(&header, &self.exemptions) }
    }
}

/// Allocations and expenses.
#[derive(Debug, Clone)]
pub struct Money {
    allocations: Vec<Option<(&'static str, bool)>>,
    /// Organisation, days from today or from the year's first day, amount, whether it has a reference.
    expenses: Vec<(usize, bool, i64, &'static str, bool)>,
}

/// Allocations and expenses.
pub fn money() -> impl Strategy<Value = Money> {
    let allocation = weighted(0.7, (select(vec!["1,000.00", "£123.45", "0"]), any::<bool>()));
    let amount = select(vec!["100", "33.33", "1,234.50", "0.01", "-5.00"]);
    let expense = (0..2_usize, any::<bool>(), near(), amount, any::<bool>());
    (vec(allocation, 2..3), vec(expense, 0..6))
        .prop_map(|(allocations, expenses)| Money { allocations, expenses })
}

impl Money {
    /// `budget.csv` and `expenses.csv`; empty where they would have no row.
    pub fn files(&self, today: NaiveDate, organisations: usize) -> (String, String) {
        let year = financial_year(today);
        let mut allocations = Vec::new();
        for (at, allocation) in self.allocations.iter().enumerate().take(organisations) {
            if let Some((amount, dedicated)) = allocation {
                let year = format!("{year}-{:02}", (year + 1) % 100);
                let dedicated = if *dedicated { "yes" } else { "no" };
                allocations.push(vec![code(at), year, (*amount).into(), dedicated.into()]);
            }
        }
        let first = NaiveDate::from_ymd_opt(year, 4, 1).unwrap();
        let mut expenses = Vec::new();
        for (at, (organisation, from_first, days, amount, referenced)) in self.expenses.iter().enumerate() {
            let date = plus(if *from_first { first } else { today }, *days);
            let reference = if *referenced { format!("INV-{at}") } else { String::new() };
            let organisation = code(organisation % organisations);
            let (date, amount) = (date.to_string(), (*amount).to_owned());
            expenses.push(vec![organisation, date, "Trainer".into(), amount, reference]);
        }
        let text = |header: &[&str], rows: &[Vec<String>]| {
            if rows.is_empty() { String::new() } else { csv(header, rows) }
        };
        (
            text(&["organisation", "financial_year", "allocated", "dedicated"], &allocations),
            text(&["organisation", "date", "description", "amount", "reference"], &expenses),
        )
    }
}
