//! An organisation gets another code: what was known of it stays, and a code that changed in the settings alone makes nobody
//! double.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::program::{FILES, Folder};

/// The organisations of the register, by their codes.
fn codes(folder: &Folder) -> BTreeSet<String> {
    let rows = rows(folder, "organisation").into_iter();
    // The last of a row's values, however the engine writes those before it.
    rows.map(|row| row.rsplit('\'').nth(1).unwrap().to_owned()).collect()
}

/// The rows of a table.
fn rows(folder: &Folder, table: &str) -> Vec<String> {
    let all = folder.database().into_iter();
    all.filter(|row| row.starts_with(&format!("{table}: "))).collect()
}

/// What a document counts: all of it but the code of the organisation and the instant that it is of.
fn counts(document: &Value) -> Value {
    let text = document.to_string().replace("\"RNEW\"", "\"RXX\"");
    let mut document: Value = serde_json::from_str(&text).unwrap();
    if let Some(document) = document.as_object_mut() {
        // Of this instant.
        document.remove("known_at");
        document.remove("empty_at");
    }
    document
}

/// With one organisation, which has staff.
fn alone() -> Folder {
    let folder = Folder::new();
    folder.write("staff.csv", FILES[1].1);
    folder.run("import staff staff.csv").ended(0);
    folder
}

fn set_code(folder: &Folder, from: &str, to: &str) {
    let settings = folder.read("refresher.toml");
    assert!(settings.contains(&format!("code = \"{from}\"")), "{settings}");
    folder.write(
        "refresher.toml",
        settings.replace(&format!("code = \"{from}\""), &format!("code = \"{to}\"")),
    );
}

#[test]
fn everything_that_is_known_of_a_renamed_organisation_stays_and_no_figure_changes() {
    let folder = Folder::with_everything();
    // A policy that asks by the code.
    let policy = folder.read("policy.toml");
    folder.write(
        "policy.toml",
        policy.replace("[[requirement]]\n", "[[requirement]]\norganisations = [\"RXX\"]\n"),
    );
    folder.run("remind").ended(0);
    folder.run("board --month 2026-10 --send").ended(0);
    let now = folder.run("--json status").ended(0).json();
    let then = now["known_at"].as_str().unwrap().to_owned();
    let silent = |folder: &Folder| folder.run("check").out.matches("asks nobody").count();
    let silent_before = silent(&folder);
    let asked =
        ["status --by course", "staff", "explain 00123456", "forecast --months 2", "budget", "outbox"];
    let answers = |with: &str| {
        asked.map(|words| {
            let with = if words == "outbox" { "" } else { with };
            counts(&folder.run(&format!("--json {words} {with}")).ended(0).json())
        })
    };
    let (before, before_then) = (answers(""), answers(&format!("--known-at {then}")));
    let kept = ["staff", "staff_version", "training_record", "message", "snapshot", "promise"];
    let rows_before = kept.map(|table| rows(&folder, table));

    let renamed = folder.run("--json organisation rename RXX RNEW").ended(0);
    assert_eq!(renamed.json()["renamed"], serde_json::json!({ "from": "RXX", "to": "RNEW" }));
    assert!(renamed.err.contains("write RNEW for RXX in [organisation], [[board]]"), "{renamed:?}");
    let settings = folder.read("refresher.toml");
    folder.write("refresher.toml", settings.replace("\"RXX\"", "\"RNEW\""));

    assert_eq!(answers(""), before);
    assert_eq!(answers(&format!("--known-at {then}")), before_then);
    assert_eq!(kept.map(|table| rows(&folder, table)), rows_before);
    assert_eq!(codes(&folder), BTreeSet::from(["RNEW", "RYY"].map(str::to_owned)));
    // The month that was reported is theirs, and is reported once.
    let board = folder.run("--json board --month 2026-10 --organisation RNEW").ended(0);
    assert!(board.out.contains("2026-10"), "{board:?}");
    folder.run("board --month 2026-10 --send").ended(0);
    assert_eq!(rows(&folder, "message"), rows_before[3]);
    let log = folder.run("--json audit").ended(0).json();
    let entry = log["entries"].as_array().unwrap().iter().find(|one| one["action"] == "organisation-rename");
    let entry = entry.unwrap().to_string();
    assert!(entry.contains("RXX") && entry.contains("RNEW"), "{entry}");
    let check = folder.run("check");
    assert!(!check.out.contains("organisation: "), "{check:?}");
    assert_eq!(silent(&folder), silent_before, "{check:?}");
    let id = renamed.json()["import"].as_i64().unwrap();
    let undo = folder.run(&format!("import undo {id}")).ended(3);
    assert!((undo.out + &undo.err).contains("organisation rename"));
    folder.run("organisation rename RNEW RXX").ended(0);
    assert_eq!(folder.run("--json status --organisation RXX").ended(0).json()["staff"]["in_post"], 4);
}

#[test]
fn a_code_means_the_organisation_that_had_it_by_what_was_known_then() {
    let folder = Folder::with_everything();
    let now = folder.run("--json status").ended(0).json();
    let then = now["known_at"].as_str().unwrap().to_owned();
    let of = |code: &str, with: &str| {
        let ran = folder.run(&format!("--json status --organisation {code} {with}"));
        if ran.status == 0 { ran.json()["staff"]["in_post"].clone() } else { Value::Null }
    };
    let as_known = format!("--known-at {then}");
    let (first, second) = (of("RXX", &as_known), of("RYY", &as_known));
    assert_ne!(first, second);
    folder.run("organisation rename RXX RZZ").ended(0);
    assert_eq!(of("RXX", &as_known), first);
    // By the code of today, too, which none had then.
    assert_eq!(of("RZZ", &as_known), first);
    assert_eq!(of("RXX", ""), Value::Null, "none has it today");
    folder.run("organisation rename RYY RXX").ended(0);
    assert_eq!((of("RXX", &as_known), of("RYY", &as_known)), (first.clone(), second.clone()));
    assert_eq!((of("RXX", ""), of("RZZ", "")), (second, first));
}

#[test]
fn what_can_not_be_renamed_is_refused_and_nothing_changes() {
    let folder = Folder::with_everything();
    let before = folder.database();
    for (words, said) in [
        ("RZZ RNEW", "there is no organisation \"RZZ\""),
        ("RXX RYY", "an organisation RYY already"),
        ("RXX ryy", "an organisation RYY already"),
        ("RXX RXX", "has that code already"),
        ("RXX R*", "is no code"),
    ] {
        let refused = folder.run(&format!("organisation rename {words}")).ended(1);
        assert!(refused.err.contains(said), "{words}: {refused:?}");
    }
    assert!(folder.database() == before);
}

#[test]
fn a_code_that_changed_in_the_settings_alone_makes_no_second_organisation() {
    let folder = alone();
    folder.run("check").ended(0);
    set_code(&folder, "RXX", "RNEW");
    let command = "`refresher organisation rename RXX RNEW`";
    let check = folder.run("check").ended(1);
    assert!(check.out.contains("fault    organisation: ") && check.out.contains(command), "{check:?}");
    let before = [rows(&folder, "organisation"), rows(&folder, "staff")];
    for words in
        ["import staff staff.csv", "import staff staff.csv --dry-run", "import staff staff.csv --force"]
    {
        let refused = folder.run(words).ended(1);
        assert!(refused.err.contains(command), "{words}: {refused:?}");
    }
    for words in ["remind", "status", "staff"] {
        let ran = folder.run(words).ended(0);
        assert!(ran.err.contains(command), "{words}: {ran:?}");
    }
    assert_eq!([rows(&folder, "organisation"), rows(&folder, "staff")], before);

    folder.run("organisation rename RXX RNEW").ended(0);
    folder.run("check").ended(0);
    let again = folder.run("--json import staff staff.csv --force").ended(0).json();
    assert_eq!((again["joiners"].as_i64(), again["leavers"].as_i64()), (Some(0), Some(0)), "{again:#}");
    assert_eq!(codes(&folder), BTreeSet::from(["RNEW".to_owned()]));
    // And the settings that have the code from before.
    set_code(&folder, "RNEW", "RXX");
    let check = folder.run("check").ended(1);
    assert!(check.out.contains("code = \"RNEW\""), "{check:?}");
    let again = folder.run("--json import staff staff.csv --force").ended(0).json();
    assert_eq!(again["joiners"].as_i64(), Some(0), "{again:#}");
    assert_eq!(codes(&folder), BTreeSet::from(["RNEW".to_owned()]));
}

#[test]
fn a_code_is_that_of_one_more_organisation_where_a_list_brings_it_and_of_the_first_where_none_is_known() {
    let folder = Folder::new();
    set_code(&folder, "RXX", "RNEW");
    folder.write("staff.csv", FILES[1].1);
    folder.run("check").ended(0);
    folder.run("import staff staff.csv").ended(0);
    assert_eq!(codes(&folder), BTreeSet::from(["RNEW".to_owned()]));

    let folder = alone();
    set_code(&folder, "RXX", "RNEW");
    folder.write("organisations.csv", "code,name,kind\nRNEW,One more,acute\n");
    folder.run("import organisations organisations.csv").ended(0);
    folder.run("check").ended(0);
    folder.run("import staff staff.csv").ended(0);
    assert_eq!(codes(&folder), BTreeSet::from(["RNEW", "RXX"].map(str::to_owned)));
    // Several are known: another code in the settings is that of a further one, as it always was.
    set_code(&folder, "RNEW", "RTHIRD");
    let ran = folder.run("import staff staff.csv").ended(0);
    assert!(!ran.err.contains("organisation rename"), "{ran:?}");
    assert_eq!(codes(&folder).len(), 3);
}
