//! `export facts`: tables whose sums are what `status` says, in which nobody is named unless that is asked for (spec 22.3).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Value, json};

use crate::against_reference::Program;
use crate::reference::generate::case;
use crate::support::program::Folder;

type Row = BTreeMap<String, String>;

const FILES: [&str; 7] = [
    "budget.csv",
    "courses.csv",
    "organisations.csv",
    "people.csv",
    "person_courses.csv",
    "rates.csv",
    "units.csv",
];

fn text(folder: &Path, file: &str) -> String {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    text.strip_prefix('\u{feff}').unwrap_or_else(|| panic!("{file} has no byte order mark")).to_owned()
}

fn header(folder: &Path, file: &str) -> String {
    text(folder, file).split("\r\n").next().unwrap().to_owned()
}

/// The rows of a table, each by the names of its columns.
fn rows(folder: &Path, file: &str) -> Vec<Row> {
    let text = text(folder, file);
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

/// The tables as somebody puts them together who has nothing but them.
struct Star {
    people: BTreeMap<String, Row>,
    courses: Vec<Row>,
    paths: BTreeMap<String, String>,
}

impl Star {
    fn read(folder: &Path) -> Self {
        let people = rows(folder, "people.csv").into_iter();
        let units = rows(folder, "units.csv").into_iter();
        Self {
            people: people.map(|row| (row["person_key"].clone(), row)).collect(),
            courses: rows(folder, "person_courses.csv"),
            paths: units.map(|row| (row["unit_key"].clone(), row["path"].clone())).collect(),
        }
    }

    fn path(&self, person: &Row) -> &str {
        self.paths.get(&person["unit_key"]).map_or("", String::as_str)
    }

    /// What `status` calls the counts of these people.
    fn counts(&self, is_meant: impl Fn(&Row) -> bool) -> Value {
        let people: Vec<&Row> =
            self.people.values().filter(|row| row["in_post"] == "1" && is_meant(row)).collect();
        let keys: BTreeSet<&str> = people.iter().map(|row| row["person_key"].as_str()).collect();
        let pairs: Vec<&Row> =
            self.courses.iter().filter(|row| keys.contains(row["person_key"].as_str())).collect();
        let counted: Vec<&&Row> = pairs.iter().filter(|row| row["counted"] == "1").collect();
        let who: BTreeSet<&str> = counted.iter().map(|row| row["person_key"].as_str()).collect();
        let behind: BTreeSet<&str> = counted
            .iter()
            .filter(|row| row["in_numerator"] == "0")
            .map(|row| row["person_key"].as_str())
            .collect();
        let absent = people.iter().filter(|row| row["absent"] == "1").count();
        json!({
            "staff": { "in_post": people.len(), "counted": who.len(), "up_to_date": who.len() - behind.len() },
            "requirements": of_pairs(&pairs),
            "excluded": {
                "absent": absent,
                "in_grace": in_state(&pairs, "in_grace", "0"),
                "exempt": in_state(&pairs, "exempt", "0"),
            },
        })
    }

    /// The same of a course, where a pair stands for a person.
    fn of_course(&self, course: &str) -> Value {
        let pairs: Vec<&Row> = self.courses.iter().filter(|row| row["course"] == course).collect();
        let needed: usize = pairs.iter().filter(|row| row["required"] == "1").count();
        let requirements = of_pairs(&pairs);
        let staff = json!({
            "in_post": needed,
            "counted": requirements["counted"],
            "up_to_date": requirements["up_to_date"],
        });
        json!({ "staff": staff, "requirements": requirements })
    }
}

fn in_state(pairs: &[&Row], state: &str, counted: &str) -> usize {
    pairs.iter().filter(|row| row["state"] == state && row["counted"] == counted).count()
}

fn of_pairs(pairs: &[&Row]) -> Value {
    let sum = |column: &str| pairs.iter().map(|row| row[column].parse::<usize>().unwrap()).sum::<usize>();
    json!({
        "counted": sum("counted"),
        "up_to_date": sum("in_numerator"),
        "due_soon": in_state(pairs, "due_soon", "1"),
        "lapsed": in_state(pairs, "lapsed", "1"),
        "not_done": in_state(pairs, "not_done", "1") + in_state(pairs, "in_grace", "1"),
    })
}

/// What `status` says, without its rates and whatever else is not added up.
fn without_rates(status: &Value) -> Value {
    let mut kept = json!({});
    for part in ["staff", "requirements", "excluded"] {
        if let Some(counts) = status.get(part) {
            kept[part] = counts.clone();
            kept[part].as_object_mut().unwrap().remove("rate");
        }
    }
    kept
}

/// Everything that the tables in a folder say otherwise than `status`, which is asked with these words.
fn compare(folder: &Path, status: impl Fn(&str) -> Value) {
    let star = Star::read(folder);
    assert_eq!(star.counts(|_| true), without_rates(&status("")), "everyone");
    let rates = rows(folder, "rates.csv");
    for by in ["course", "staff-group", "unit", "job-title", "organisation"] {
        let groups = status(&format!("--by {by}"))["groups"].as_array().unwrap().clone();
        let told: Vec<&Row> = rates.iter().filter(|row| row["by"] == by).collect();
        assert_eq!(told.len(), groups.len(), "{by}");
        for (group, rate) in groups.iter().zip(told) {
            let (key, organisation) = (group["key"].as_str().unwrap(), group["organisation"].as_str());
            let is_of = |row: &Row| organisation.is_none_or(|code| row["organisation"] == code);
            let sums = match by {
                "course" => star.of_course(key),
                "staff-group" => star.counts(|row| row["staff_group"] == key),
                "job-title" => star.counts(|row| row["job_title"] == key),
                "organisation" => star.counts(|row| row["organisation"] == key),
                _ => star.counts(|row| {
                    let path = star.path(row);
                    let is_below = !key.is_empty() && path.starts_with(&format!("{key} / "));
                    is_of(row) && (path == key || is_below)
                }),
            };
            let mut sums = without_rates(&sums);
            sums.as_object_mut().unwrap().remove("excluded");
            assert_eq!(sums, without_rates(group), "{by} {key}");
            assert_eq!(rate["key"], key);
            assert_eq!(rate["organisation"], organisation.unwrap_or_default());
            assert_eq!(rate["course"], if by == "course" { key } else { "" });
            assert_eq!(json!(rate["numerator"].parse::<u64>().unwrap()), group["staff"]["up_to_date"]);
            assert_eq!(json!(rate["denominator"].parse::<u64>().unwrap()), group["staff"]["counted"]);
            assert_eq!(json!(rate["target"].parse::<f64>().unwrap()), group["target"]);
            assert_eq!(rate["rag"], group["rag"].as_str().unwrap_or_default());
        }
    }
}

fn compare_in(folder: &Folder, prefix: &str, as_at: &str) {
    folder
        .run(&format!("{prefix} export facts --identified --as-at {as_at} --output facts --force"))
        .ended(0);
    let status =
        |by: &str| folder.run(&format!("--json {prefix} status --as-at {as_at} {by}")).ended(0).json();
    compare(&folder.file("facts"), status);
}

#[test]
fn the_sums_of_a_trust_of_600_are_what_status_says() {
    let folder = Folder::empty();
    folder.run("demo --once").ended(0);
    compare_in(&folder, "--config demo/refresher.toml", "2026-11-24");
    compare_in(&folder, "--config demo/refresher.toml", "2025-03-31");
    // Where nobody is named, all is the same but for job titles of few.
    folder.run("--config demo/refresher.toml export facts --output told").ended(0);
    let star = Star::read(&folder.file("told"));
    let status = folder.run("--json --config demo/refresher.toml status").ended(0).json();
    assert_eq!(star.counts(|_| true), without_rates(&status));
    let titles: BTreeSet<&str> = star.people.values().map(|row| row["job_title"].as_str()).collect();
    assert!(titles.contains("other") && titles.len() > 5, "{titles:?}");
    for title in titles.iter().filter(|title| !["other", ""].contains(*title)) {
        assert!(star.people.values().filter(|row| row["job_title"] == *title).count() >= 5, "{title}");
    }
    let told: BTreeSet<String> = rows(&folder.file("told"), "rates.csv")
        .into_iter()
        .filter(|row| row["by"] == "job-title")
        .map(|row| row["key"].clone())
        .collect();
    assert_eq!(
        told.iter().map(String::as_str).collect::<BTreeSet<_>>().symmetric_difference(&titles).count(),
        1,
        "rates are told of the titles that people are told of, but for whoever is not in post"
    );
}

#[test]
fn the_sums_of_any_register_are_what_status_says() {
    let config =
        Config { cases: 12, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&case(), |case| {
            let program = Program::with(&case.folder, case.today);
            let [near, other] = case.as_at;
            for (as_at, organisation) in [(near, ""), (other, "--organisation RX1")] {
                let asked = format!("--as-at {as_at} {organisation}");
                let folder = program.path().join(format!("facts-{as_at}"));
                let output = folder.to_str().unwrap();
                let words = format!("export facts --identified {asked} --output {output} --force");
                program.run(case.today, &words.split_whitespace().collect::<Vec<_>>());
                compare(&folder, |by| {
                    let words = format!("status {asked} {by}");
                    let out = program.run(case.today, &words.split_whitespace().collect::<Vec<_>>());
                    serde_json::from_str(&out).unwrap()
                });
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn nobody_is_named_unless_that_is_asked_for() {
    let folder = Folder::with_everything();
    folder.run("export facts --output told").ended(0);
    folder.run("export facts --output again --pseudonymised").ended(0);
    let told = folder.file("told");
    for file in FILES {
        let said = text(&told, file);
        assert_eq!(said, text(&folder.file("again"), file), "{file} is not the same again");
        for name in ["Aisha", "Bello", "Okafor", "Costa", "Femi", "0012345", "@", "2021-09-12", "Matron"] {
            assert!(!said.contains(name), "{file} names {name}: {said}");
        }
    }
    let people = rows(&told, "people.csv");
    let keys: Vec<&str> = people.iter().map(|row| row["person_key"].as_str()).collect();
    assert!(keys.iter().all(|key| key.len() == 16 && key.bytes().all(|b| b.is_ascii_hexdigit())), "{keys:?}");
    assert!(keys.is_sorted(), "the order of numbers would tell who is who: {keys:?}");
    assert_eq!(people.iter().filter(|row| !row["manager_key"].is_empty()).count(), 3);
    assert!(people.iter().all(|row| row["job_title"] == "other" && row["start_on"].ends_with("-01")));

    folder.run("export facts --output named --identified").ended(0);
    let named = rows(&folder.file("named"), "people.csv");
    let maria = named.iter().find(|row| row["employee_number"] == "00123458").unwrap();
    assert_eq!((maria["name"].as_str(), maria["job_title"].as_str()), ("Maria Costa", "Matron"));
    assert_eq!(maria["start_on"], "2015-01-12");
    assert!(named.iter().filter(|row| row["manager_key"] == maria["person_key"]).count() == 3);
    assert!(keys.contains(&maria["person_key"].as_str()), "the key is the same, named or not");
    let log = folder.run("--json audit").ended(0).json();
    let entries = log["entries"].as_array().unwrap();
    let told: Vec<&Value> = entries.iter().filter(|entry| entry["action"] == "facts-export").collect();
    assert_eq!(told.len(), 1, "only what names people is told: {told:?}");
    assert_eq!(told[0]["details"]["people"], 4);
    let all: usize = FILES.iter().map(|file| rows(&folder.file("named"), file).len()).sum();
    assert_eq!(told[0]["details"]["rows"], all);

    // Another installation names the same people otherwise.
    let other = Folder::with_everything();
    other.run("export facts --output told").ended(0);
    let others = rows(&other.file("told"), "people.csv");
    assert!(others.iter().all(|row| !keys.contains(&row["person_key"].as_str())));
}

#[test]
fn the_tables_have_the_columns_of_the_rules_and_fit_together() {
    let folder = Folder::with_everything();
    let words = folder.run("export facts --output facts").ended(0);
    let facts = folder.file("facts");
    for (file, columns) in [
        (
            "person_courses.csv",
            "as_at,person_key,organisation,course,required,state,counted,in_numerator,due_on,lapse_on,covered_by,\
             days_to_lapse",
        ),
        (
            "people.csv",
            "person_key,organisation,unit_key,staff_group,job_title,in_post,absent,start_on,manager_key",
        ),
        ("units.csv", "unit_key,path,level1,level2,level3,level4,level5,level6,level7,level8"),
        ("courses.csv", "course,title,valid_months,target,required"),
        ("organisations.csv", "organisation,name,kind"),
        ("rates.csv", "as_at,by,key,organisation,course,numerator,denominator,target,rag"),
        ("meta.csv", "as_at,known_at,known_import,policy_hash,version,rows,blake3"),
    ] {
        assert_eq!(header(&facts, file), columns, "{file}");
    }
    let mut listed: Vec<String> = std::fs::read_dir(&facts)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    listed.sort();
    let mut expected: Vec<&str> = FILES.iter().copied().chain(["meta.csv"]).collect();
    expected.sort_unstable();
    assert_eq!(listed, expected);

    let star = Star::read(&facts);
    for row in &star.courses {
        assert!(star.people.contains_key(&row["person_key"]), "{row:?}");
    }
    let unit = rows(&facts, "units.csv").into_iter().find(|row| row["path"] == "Surgery / Recovery").unwrap();
    assert_eq!((unit["level1"].as_str(), unit["level2"].as_str()), ("Surgery", "Recovery"));
    // Aisha's level 2, which lapses in 20 days, and level 1, which it covers.
    let lapsing = star.courses.iter().find(|row| row["days_to_lapse"] == "20").unwrap();
    assert_eq!((lapsing["course"].as_str(), lapsing["state"].as_str()), ("SGC-L2", "due_soon"));
    assert_eq!(lapsing["lapse_on"], "2026-12-14");
    let covered: Vec<&Row> = star.courses.iter().filter(|row| row["covered_by"] == "SGC-L2").collect();
    assert!(
        covered.iter().any(|row| row["person_key"] == lapsing["person_key"] && row["course"] == "SGC-L1")
    );
    assert!(covered.iter().all(|row| row["required"] == "0" && row["state"].is_empty()));

    let meta = &rows(&facts, "meta.csv")[0];
    let mut hasher = blake3::Hasher::new();
    for file in FILES {
        hasher.update(&std::fs::read(facts.join(file)).unwrap());
    }
    assert_eq!(meta["blake3"], hasher.finalize().to_hex().to_string());
    assert_eq!(meta["rows"], FILES.iter().map(|file| rows(&facts, file).len()).sum::<usize>().to_string());
    let imports = folder.run("--json import list").ended(0).json();
    let newest = imports["imports"].as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).max();
    assert_eq!(meta["known_import"], newest.unwrap().to_string());
    assert_eq!(meta["policy_hash"], blake3::hash(folder.read("policy.toml").as_bytes()).to_hex().to_string());
    assert!(words.out.contains("person_courses.csv"), "{words:?}");
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_made_harmless() {
    let folder = Folder::with_everything();
    let rows_of = |title: &str| {
        (1..=5).map(|n| format!("F{n},Fay,Lee,{title},-Ward/=1+1,2020-01-06\n")).collect::<String>()
    };
    let header = "employee_number,first_name,last_name,job_title,unit,start_date\n";
    folder.write(
        "more.csv",
        format!(
            "{header}{}",
            rows_of("=HYPERLINK(\"\"x\"\")").replace("=H", "\"=H").replace(",-Ward", "\",-Ward")
        ),
    );
    folder.run("import staff more.csv --partial").ended(0);
    folder.run("export facts --output facts").ended(0);
    let facts = folder.file("facts");
    let titles: Vec<String> =
        rows(&facts, "people.csv").into_iter().map(|row| row["job_title"].clone()).collect();
    assert_eq!(titles.iter().filter(|title| *title == "'=HYPERLINK(\"x\")").count(), 5, "{titles:?}");
    let units = rows(&facts, "units.csv");
    assert!(units.iter().any(|row| row["path"] == "'-Ward / =1+1" && row["level2"] == "'=1+1"), "{units:?}");
}

#[test]
fn what_it_wrote_is_replaced_and_what_others_wrote_is_kept() {
    let folder = Folder::with_everything();
    folder.run("export facts --output facts").ended(0);
    folder.run("export facts --output facts").ended(0);
    folder.write("facts/people.csv", "mine");
    let refused = folder.run("export facts --output facts --as-at 2026-01-31").ended(1);
    assert!(refused.err.contains("people.csv") && refused.err.contains("--force"), "{refused:?}");
    assert_eq!(folder.read("facts/people.csv"), "mine");
    assert!(
        text(&folder.file("facts"), "person_courses.csv").contains("2026-11-24"),
        "all or none is replaced"
    );
    folder.run("export facts --output facts --force").ended(0);
    assert_ne!(folder.read("facts/people.csv"), "mine");
    folder.run("export facts --output facts --identified --pseudonymised").ended(2);
    folder.run("export facts --output facts --format parquet").ended(2);
}

#[test]
fn facts_without_names_are_written_by_whoever_may_only_read() {
    let folder = Folder::with_everything();
    let before = folder.database();
    folder.run("export facts --output facts").ended(0);
    assert_eq!(folder.database(), before);
}
