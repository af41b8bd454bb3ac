//! The program against the reference: the same files and the same command lines must give the same answers.
//!
//! `REFERENCE_CASES` says how many random registers are tried, `REFERENCE_SEED` which; each runs the program about
//! forty times.

use std::collections::BTreeSet;
use std::process::Command;

use chrono::NaiveDate;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use serde_json::Value;

use crate::reference::days::{parse, plus};
use crate::reference::folder::Folder;
use crate::reference::generate::{Case, case};
use crate::reference::scenarios::{TODAY, all};
use crate::reference::{Answers, Reference};
use crate::support::engine::with_database;
use crate::support::program::is_for_real;

/// The built program on a folder of files that it has imported.
pub struct Program {
    dir: tempfile::TempDir,
}

impl Program {
    /// Writes the files, makes the database and imports everything.
    pub fn with(folder: &Folder, today: NaiveDate) -> Self {
        let program = Self { dir: tempfile::tempdir().unwrap() };
        folder.write(program.dir.path());
        let dir = program.dir.path().to_str().unwrap();
        program.run(today, &["init", "--dir", dir]);
        // `init` may bring settings and a policy of its own; those of the folder count.
        folder.write_settings(program.dir.path());
        for (kind, _) in folder.imports() {
            program.run(today, &["import", kind, &format!("{dir}/{kind}.csv")]);
        }
        program
    }

    pub fn path(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// Standard output of a command that must succeed.
    pub fn run(&self, today: NaiveDate, args: &[&str]) -> String {
        let config = self.dir.path().join("refresher.toml");
        let output = with_database(&mut Command::new(env!("CARGO_BIN_EXE_refresher")), self.dir.path())
            .current_dir(self.dir.path())
            .args(["--config", config.to_str().unwrap(), "--today", &today.to_string(), "--json"])
            .args(args)
            .args(is_for_real(args.iter().copied()).then_some("--yes"))
            .output()
            .unwrap();
        let [out, err] =
            [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
        assert!(output.status.success(), "{args:?} on {today}: {}\n{err}\n{out}", output.status);
        out
    }
}

impl Answers for Program {
    fn ask(&mut self, today: NaiveDate, args: &str) -> Value {
        let words: Vec<&str> = args.split_whitespace().collect();
        let out = self.run(today, &words);
        serde_json::from_str(&out).unwrap_or_else(|e| panic!("{args}: no JSON ({e}): {out:?}"))
    }
}

/// Where the program's answer lacks or contradicts something of the reference's; further fields are no difference.
fn differences(path: &str, expected: &Value, found: &Value, into: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(_)) => {
            for (key, value) in expected {
                match found.get(key) {
                    Some(other) => differences(&format!("{path}/{key}"), value, other, into),
                    None => into.push(format!("{path}/{key}: expected {value}, found no such field")),
                }
            }
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            for (at, (value, other)) in expected.iter().zip(found).enumerate() {
                differences(&format!("{path}/{at}"), value, other, into);
            }
        }
        (Value::Number(a), Value::Number(b)) if (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < 1e-9 => {}
        _ if expected == found => {}
        _ => into.push(format!("{path}: expected {expected}, found {found}")),
    }
}

/// Messages in one order: that order is free.
fn in_order(mut answer: Value) -> Value {
    let Some(messages) = answer.get_mut("messages").and_then(Value::as_array_mut) else { return answer };
    messages.sort_by_key(|message| {
        ["on", "kind", "organisation", "employee_number"].map(|key| message[key].to_string())
    });
    answer
}

/// The command lines a case is judged by, each with its current date.
fn questions(case: &Case) -> Vec<(NaiveDate, String)> {
    let [near, other] = case.as_at;
    let mut questions = vec![
        format!("status --as-at {near}"),
        format!("status --as-at {other} --organisation RX1"),
        format!("staff --as-at {near}"),
        format!("staff --as-at {}", case.today),
        format!("forecast --months 14 --as-at {near}"),
        format!("budget --as-at {other}"),
        "budget".to_owned(),
    ];
    for by in ["course", "staff-group", "unit", "job-title", "organisation"] {
        questions.push(format!("status --as-at {near} --by {by}"));
    }
    for (organisation, number) in case.people.iter().take(3) {
        questions.push(format!("explain {number} --organisation {organisation} --as-at {other}"));
    }
    let mut dated: Vec<(NaiveDate, String)> = questions.into_iter().map(|args| (case.today, args)).collect();
    // What is rehearsed and what is then planned day by day, told and not, over two weeks' digests.
    for later in [0, 1, 2, 7, 9] {
        let today = plus(case.today, later);
        dated.push((today, format!("rehearse --until {}", plus(today, 8))));
        dated.push((today, "remind".to_owned()));
    }
    dated
}

/// Everything in which the program differs from the reference on a case.
fn judge(case: &Case) -> Vec<String> {
    let mut program = Program::with(&case.folder, case.today);
    let files = tempfile::tempdir().unwrap();
    case.folder.write(files.path());
    let mut reference = Reference::load(files.path());
    let mut faults = Vec::new();
    for (today, args) in questions(case) {
        let expected = in_order(reference.ask(today, &args));
        let found = in_order(program.ask(today, &args));
        differences(&format!("{today} {args}: "), &expected, &found, &mut faults);
    }
    faults
}

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}: {text:?}")))
}

#[test]
fn the_program_answers_random_registers_as_the_reference_does() {
    let config = Config {
        cases: setting("REFERENCE_CASES", 40) as u32,
        rng_seed: RngSeed::Fixed(setting("REFERENCE_SEED", 1)),
        max_shrink_iters: 300,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&case(), |case| {
        // A command that fails is a fault like any other, and shrinks like one.
        match std::panic::catch_unwind(|| judge(&case)) {
            Ok(faults) if faults.is_empty() => Ok(()),
            Ok(faults) => Err(TestCaseError::fail(faults[..faults.len().min(12)].join("\n"))),
            Err(panic) => {
                let message =
                    panic.downcast_ref::<String>().map_or("a command failed; see above", String::as_str);
                Err(TestCaseError::fail(message.to_owned()))
            }
        }
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[test]
fn the_program_answers_every_hand_worked_case() {
    let mut faults = Vec::new();
    for scenario in all() {
        faults.extend(scenario.faults(&mut Program::with(&scenario.folder(), parse(TODAY))));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_difference_is_found_and_a_further_field_is_none() {
    let expected = serde_json::json!({ "rate": 0.5, "list": [1, null], "due": "2026-06-15" });
    for (found, faults) in [
        (serde_json::json!({ "rate": 0.5, "list": [1.0, null], "due": "2026-06-15", "more": 1 }), 0),
        (serde_json::json!({ "rate": 0.500001, "list": [1, null], "due": "2026-06-15" }), 1),
        (serde_json::json!({ "rate": 0.5, "list": [1], "due": "2026-06-15" }), 1),
        (serde_json::json!({ "rate": null, "list": [1, 0] }), 3),
    ] {
        let mut differing = Vec::new();
        differences("", &expected, &found, &mut differing);
        assert_eq!(differing.len(), faults, "{differing:?}");
    }
}

/// Random registers are read by the reference without a fault, and are not all alike: every state comes up.
#[test]
fn random_registers_reach_every_state() {
    let mut runner = TestRunner::deterministic();
    let mut found = BTreeSet::new();
    for round in 0..40 {
        let case = case().new_tree(&mut runner).unwrap().current();
        let files = tempfile::tempdir().unwrap();
        case.folder.write(files.path());
        let mut reference = Reference::load(files.path());
        if round < 5 {
            for (today, args) in questions(&case) {
                reference.ask(today, &args);
            }
        }
        let answer = reference.ask(case.today, "staff");
        for person in answer["people"].as_array().unwrap() {
            let courses = person["courses"].as_array().unwrap();
            found.extend(courses.iter().map(|course| course["state"].as_str().unwrap().to_owned()));
        }
    }
    let all = ["due_soon", "exempt", "in_grace", "lapsed", "not_done", "up_to_date"];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), all);
}
