//! Hand-worked cases at the boundaries of 2.2 to 2.8: small files, and what must be answered on which day.
//!
//! They are data, so that the same cases judge the reference (here) and the program (`against_reference`).

mod figures;
mod mail;
mod states;

use chrono::NaiveDate;
use serde_json::Value;

use super::Answers;
use super::days::parse;
use super::folder::Folder;

/// The day on which the files are imported, and the current date of every check but those of mail.
pub const TODAY: &str = "2026-06-15";

/// Small files, and what must be answered.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// A sentence saying what must hold.
    pub name: &'static str,
    /// The policy's own keys.
    pub policy: &'static str,
    /// Its courses, requirements and reminders.
    pub rules: &'static str,
    /// CSV with its header row, as are the next ones.
    pub staff: &'static str,
    pub training: &'static str,
    pub exemptions: &'static str,
    pub budget: &'static str,
    pub expenses: &'static str,
    pub checks: &'static [Check],
}

/// One hand-worked answer.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// As at a day, an employee number's course: `STATE DUE LAPSE` with `-` for null, `covered by COURSE`,
    /// `not needed`, `absent` or `not in post`.
    State(&'static str, &'static str, &'static str, &'static str),
    /// As at a day (for `remind`, on it), a command line, a JSON pointer into its answer, and the JSON there.
    Figure(&'static str, &'static str, &'static str, &'static str),
    /// The reminders planned on a day, in the order of the checks: `NUMBER COURSE STATE STAGE` and `!` where it
    /// triggers, items with `, ` and messages with `; ` between them.
    Mail(&'static str, &'static str),
    /// The managers' digests of the run on a day: `ADDRESS < NUMBER COURSE STATE`, with the same marks between.
    Digest(&'static str, &'static str),
}

/// One person for years, one yearly course with 30 days of grace, nothing recorded.
pub const BASE: Scenario = Scenario {
    name: "",
    policy: POLICY,
    rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 12\n\
            [[requirement]]\ncourse = 'C'\nwithin_days = 30\n",
    staff: "employee_number,last_name,start_date\n0101,Ash,2020-01-01\n",
    training: "",
    exemptions: "",
    budget: "",
    expenses: "",
    checks: &[],
};

/// The policy's own keys in most scenarios.
pub const POLICY: &str = "due_soon_days = 30\ntarget = 90.0\namber_margin = 5.0\ngrace = 'exclude'\n\
                          absent_statuses = ['Maternity & Adoption', 'Career Break']\n";

/// Every scenario.
pub fn all() -> Vec<Scenario> {
    [states::ALL, figures::ALL, mail::ALL].concat()
}

impl Scenario {
    /// Its files.
    pub fn folder(&self) -> Folder {
        Folder {
            policy: format!("{}{}", self.policy, self.rules),
            organisations: String::new(),
            staff: self.staff.to_owned(),
            training: self.training.to_owned(),
            exemptions: self.exemptions.to_owned(),
            budget: self.budget.to_owned(),
            expenses: self.expenses.to_owned(),
        }
    }

    /// What an answerer gets wrong: a line for every check that fails.
    pub fn faults(&self, answers: &mut dyn Answers) -> Vec<String> {
        let mut faults = Vec::new();
        for check in self.checks {
            let (expected, found) = check.run(answers);
            if expected != found {
                faults.push(format!("{}: {check:?}: found {found}", self.name));
            }
        }
        faults
    }
}

impl Check {
    /// What is expected and what is found, in one form.
    fn run(&self, answers: &mut dyn Answers) -> (String, String) {
        let today: NaiveDate = parse(TODAY);
        match self {
            Self::State(day, number, course, expected) => {
                let answer = answers.ask(today, &format!("explain {number} --as-at {day}"));
                ((*expected).to_owned(), state_of(&answer, course))
            }
            Self::Figure(day, args, pointer, expected) => {
                // Planning has a day of its own, and knows no other.
                let answer = if *args == "remind" {
                    answers.ask(parse(day), args)
                } else {
                    answers.ask(today, &format!("{args} --as-at {day}"))
                };
                let expected: Value = serde_json::from_str(expected).unwrap();
                (plain(&expected), answer.pointer(pointer).map_or("missing".to_owned(), plain))
            }
            Self::Mail(day, expected) => {
                ((*expected).to_owned(), mail_of(&answers.ask(parse(day), "remind")))
            }
            Self::Digest(day, expected) => {
                ((*expected).to_owned(), digests_of(&answers.ask(parse(day), "remind")))
            }
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

/// JSON as text; a number the same whether it is written `1` or `1.0`.
fn plain(value: &Value) -> String {
    value.as_f64().map_or_else(|| value.to_string(), |number| number.to_string())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], |list| list.as_slice())
}

fn state_of(answer: &Value, course: &str) -> String {
    let named = |key: &str| list(&answer[key]).iter().find(|entry| entry["course"] == course);
    if answer["in_post"] == false {
        return "not in post".to_owned();
    }
    if answer["absent"] == true {
        return "absent".to_owned();
    }
    if let Some(entry) = named("courses") {
        let [state, due, lapse] = ["state", "due_date", "lapse_date"].map(|key| text(&entry[key]));
        return format!("{state} {due} {lapse}");
    }
    named("covered")
        .map_or("not needed".to_owned(), |entry| format!("covered by {}", text(&entry["covered_by"])))
}

fn mail_of(answer: &Value) -> String {
    let item = |item: &Value| {
        let [number, course, state] = ["employee_number", "course", "state"].map(|key| text(&item[key]));
        let stage = item["stage"].as_i64().map_or("-".to_owned(), |stage| stage.to_string());
        format!("{number} {course} {state} {stage}{}", if item["triggers"] == true { "!" } else { "" })
    };
    let items = |message: &Value| list(&message["items"]).iter().map(item).collect::<Vec<_>>().join(", ");
    let reminders = list(&answer["messages"]).iter().filter(|message| message["kind"] == "reminder");
    let mut messages: Vec<String> = reminders.map(items).collect();
    messages.sort();
    messages.join("; ")
}

fn digests_of(answer: &Value) -> String {
    let item = |item: &Value| ["employee_number", "course", "state"].map(|key| text(&item[key])).join(" ");
    let digest = |message: &Value| {
        let mut items: Vec<String> = list(&message["items"]).iter().map(item).collect();
        items.sort();
        format!("{} < {}", text(&message["to"]), items.join(", "))
    };
    let all = list(&answer["messages"]).iter().filter(|message| message["kind"] == "manager-digest");
    let mut messages: Vec<String> = all.map(digest).collect();
    messages.sort();
    messages.join("; ")
}

#[cfg(test)]
mod tests {
    use super::super::Reference;
    use super::*;

    #[test]
    fn the_reference_answers_every_hand_worked_case() {
        let mut faults = Vec::new();
        for scenario in all() {
            let dir = tempfile::tempdir().unwrap();
            scenario.folder().write(dir.path());
            faults.extend(scenario.faults(&mut Reference::load(dir.path())));
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
