//! A second, deliberately naive implementation of the rules of the specification, to judge the product by.
//!
//! It reads the same files people bring (`policy.toml`, `staff.csv`, ...) and answers the same command lines as
//! the program, as the JSON of 4.1. It was written from the specification alone and shares no code and no type
//! with the program: whatever it needs, it does by brute force, day by day. Slow and plain is right here; clever
//! is not.
//!
//! Where 4.1 is silent, these were decided:
//! - a group's `organisation` is the code by unit and by organisation, else null; its `title` is the course's
//!   title by course, the organisation's name by organisation, else null;
//! - groups by course are in the policy's order, others in the plain text order of (organisation, key);
//! - in groups by course, `staff.in_post` is the people who need the course, exempt and in grace included;
//! - `rag` is null where nobody is counted; a budget line is given for every organisation;
//! - group keys that differ in case are different groups (2.3: "group keys keep the case they came in");
//! - items of a message with equal due dates are in the plain text order of the course's code;
//! - what is not a sending day has no messages, and its account is left out of the comparison.

pub mod budget;
pub mod credit;
pub mod days;
pub mod digest;
pub mod explain;
pub mod files;
pub mod folder;
pub mod forecast;
pub mod generate;
pub mod needs;
pub mod people;
pub mod policy;
pub mod remind;
pub mod scenarios;
pub mod state;
pub mod status;

use chrono::NaiveDate;
use serde_json::Value;

use files::Register;
use remind::Told;

/// Something that answers the program's command lines with the JSON of 4.1: the reference, or the program.
pub trait Answers {
    /// The answer to `refresher --today TODAY --json ARGS`.
    fn ask(&mut self, today: NaiveDate, args: &str) -> Value;
}

/// The reference: a register read once, and what its reminders have told so far.
pub struct Reference {
    /// Everything in the files.
    pub register: Register,
    told: Told,
}

impl Reference {
    /// Reads the files in a folder.
    pub fn load(dir: &std::path::Path) -> Self {
        Self { register: Register::load(dir), told: Told::default() }
    }
}

impl Answers for Reference {
    fn ask(&mut self, today: NaiveDate, args: &str) -> Value {
        let words: Vec<&str> = args.split_whitespace().collect();
        let flag = |name: &str| words.iter().position(|w| *w == name).map(|at| words[at + 1]);
        let as_at = flag("--as-at").map_or(today, days::parse);
        let organisation = flag("--organisation");
        let register = &self.register;
        match words[0] {
            "status" => status::status(register, as_at, flag("--by"), organisation),
            "explain" => explain::explain(register, &self.told, words[1], organisation, as_at),
            "staff" => explain::staff(register, as_at, organisation),
            "forecast" => {
                let months = flag("--months").map_or(12, |n| n.parse().unwrap());
                forecast::forecast(register, as_at, months, organisation)
            }
            "budget" => budget::budget(register, as_at, flag("--year"), organisation),
            "remind" => remind::remind(register, today, &mut self.told),
            "rehearse" => {
                let until = days::parse(flag("--until").unwrap());
                remind::rehearse(register, today, until, &self.told)
            }
            other => panic!("the reference has no command {other}"),
        }
    }
}
