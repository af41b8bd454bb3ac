//! Small random registers, concentrated around the boundaries of a chosen day, as the files people bring.
//!
//! Dates are drawn as days from `today`, or as what makes something lapse, begin or end that many days from it,
//! so that most of them fall on a boundary and a failing case shrinks towards it.

mod people;
mod rules;

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::sample::select;

use super::days::{parse, plus};
use super::folder::Folder;

/// A register in files, and the days to ask about.
#[derive(Clone)]
pub struct Case {
    pub today: NaiveDate,
    /// Days near today to ask as at.
    pub as_at: [NaiveDate; 2],
    /// (organisation, employee number) of everyone in the staff list.
    pub people: Vec<(String, String)>,
    pub folder: Folder,
}

/// The files as they are, so that a failing case can be read and kept.
impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "today {}, as at {} and {}", self.today, self.as_at[0], self.as_at[1])?;
        writeln!(f, "--- policy.toml\n{}", self.folder.policy)?;
        for (kind, text) in self.folder.imports() {
            writeln!(f, "--- {kind}.csv\n{text}")?;
        }
        Ok(())
    }
}

/// Days from today at which things are likely to begin, end or lapse.
fn near() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => -2..=2_i64,
        2 => select(vec![-91, -90, -89, -31, -30, -29, -8, -7, 6, 7, 8, 14, 29, 30, 31, 89, 90, 91]),
        1 => -400..400_i64,
    ]
}

/// Today: ordinary days, month ends, a leap day, the turn of a financial year, days about bank holidays.
fn today() -> impl Strategy<Value = NaiveDate> {
    let days = [
        "2026-06-15",
        "2026-02-28",
        "2028-02-29",
        "2026-03-31",
        "2026-04-01",
        "2026-05-22",
        "2026-12-24",
        "2027-08-31",
    ];
    (select(days.map(parse).to_vec()), 0..4_i64).prop_map(|(day, more)| plus(day, more))
}

/// Rows of text as CSV.
fn csv(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// A date cell.
fn cell(date: Option<NaiveDate>) -> String {
    date.map_or(String::new(), |date| date.to_string())
}

fn code(organisation: usize) -> String {
    ["RX1", "RX2"][organisation].to_owned()
}

/// A whole case.
pub fn case() -> impl Strategy<Value = Case> {
    let everything = (
        today(),
        [near(), near()],
        1..=2_usize,
        rules::rules(),
        proptest::collection::vec(people::person(), 1..9),
        prop_oneof![7 => Just(0_usize), 1 => 46..53_usize],
        people::money(),
    );
    everything.prop_map(|(today, as_at, organisations, rules, persons, fillers, money)| {
        let mut files = people::Files::new(today, organisations, &rules);
        for person in &persons {
            files.add(person);
        }
        files.fill(fillers);
        let (budget, expenses) = money.files(today, organisations);
        let second =
            vec![code(1), "Southfield Trust".into(), "community".into(), "contact@southfield.test".into()];
        let header = ["code", "name", "kind", "safeguarding_email"];
        let folder = Folder {
            policy: rules.policy(today),
            organisations: if organisations == 2 { csv(&header, &[second]) } else { String::new() },
            staff: files.staff(),
            training: files.training(),
            exemptions: files.exemptions(),
            budget,
            expenses,
        };
        Case { today, as_at: as_at.map(|days| plus(today, days)), people: files.numbers, folder }
    })
}
