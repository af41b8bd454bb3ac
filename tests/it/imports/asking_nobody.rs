//! Requirements that ask nobody, told wherever somebody looks at the policy or at its figures (spec 2.3).

use std::fs;

use serde_json::{Value, json};

use crate::support::program::Folder;

const POLICY: &str = "[[course]]\ncode = 'L1'\ntitle = 'Level 1'\n[[course]]\ncode = 'L3'\ntitle = 'Level 3'\n\
     [[requirement]]\ncourse = 'L1'\n[[requirement]]\ncourse = 'L3'\nunits = ['*Children*']\n";

/// A trust of a nurse and a porter, under a policy with one rule for everybody and one for a unit that is not there.
fn trust() -> Folder {
    trust_under(POLICY)
}

fn trust_under(policy: &str) -> Folder {
    let folder = Folder::new();
    folder.write("policy.toml", policy);
    let head = "employee_number,last_name,start_date,unit,staff_group";
    folder.write(
        "staff.csv",
        format!("{head}\n1,Bello,2020-01-01,Paediatrics,Nursing\n2,Ade,2020-01-01,Site,Estates\n"),
    );
    folder.run("--today 2026-10-05 import staff staff.csv").ended(0);
    folder
}

fn silent() -> Value {
    json!([{
        "requirement": 2, "course": "L3", "selector": "units", "patterns": ["*Children*"], "why": "nobody_matches",
        "organisation": null,
    }])
}

const TOLD: &str =
    "requirement 2 of the policy, for L3, has units = [\"*Children*\"], and nobody in post has such a unit";

#[test]
fn a_rule_that_asks_nobody_is_told_by_check_and_by_policy_check_and_policy_impact() {
    let folder = trust();
    let checks = folder.run("check --json").json()["checks"].clone();
    let warned = checks.as_array().unwrap().iter().find(|one| one["says"].as_str().unwrap().contains(TOLD));
    let warned = warned.unwrap_or_else(|| panic!("{checks:#}"));
    assert_eq!((&warned["what"], &warned["verdict"]), (&json!("policy"), &json!("warning")));
    assert!(warned["to_do"].as_str().unwrap().starts_with("correct the spelling"), "{warned}");
    assert!(folder.run("check").out.contains(TOLD));
    let checked = folder.run("policy check policy.toml").ended(0);
    assert!(checked.err.contains(TOLD), "{checked:?}");
    assert_eq!(folder.run("--json policy check policy.toml").ended(0).json()["asks_nobody"], silent());
    let impact = folder.run_wide("policy impact policy.toml").ended(0);
    assert!(impact.out.contains(TOLD), "{impact:?}");
    assert_eq!(folder.run("--json policy impact policy.toml").ended(0).json()["asks_nobody"], silent());
    // A policy that asks for the unit there is says nothing.
    folder.write("other.toml", POLICY.replace("Children", "Paediatrics"));
    for words in ["policy check other.toml", "policy impact other.toml"] {
        assert_eq!(
            folder.run(&format!("--json {words}")).ended(0).json()["asks_nobody"],
            json!([]),
            "{words}"
        );
    }
    folder.write("policy.toml", POLICY.replace("Children", "Paediatrics"));
    assert!(!folder.run("check").out.contains("asks nobody"));
}

#[test]
fn a_policy_is_checked_by_itself_where_there_is_no_register() {
    let folder = Folder::empty();
    folder.write("policy.toml", POLICY);
    let checked = folder.run("--json policy check policy.toml").ended(0);
    assert_eq!((&checked.json()["asks_nobody"], checked.err.as_str()), (&Value::Null, ""));
}

#[test]
fn a_board_is_told_how_far_a_rule_that_asks_nobody_spoils_its_figures_in_every_form() {
    let folder = trust();
    let board = "--today 2026-11-02 board --month 2026-10";
    let figures = folder.run(&format!("{board} --json")).ended(0).json()["summaries"][0]["figures"].clone();
    assert_eq!(figures["data_quality"]["asks_nobody"], silent());
    folder.run(&format!("{board} --out paper")).ended(0);
    let mut forms = Vec::new();
    for file in fs::read_dir(folder.file("paper")).unwrap() {
        let path = file.unwrap().path();
        let form = path.extension().unwrap().to_str().unwrap().to_owned();
        if ["html", "txt", "json"].contains(&form.as_str()) {
            let text = fs::read_to_string(&path).unwrap().replace("&#34;", "\"").replace("&quot;", "\"");
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains("*Children*"), "{form}: {text}");
            assert!(
                form == "json" || words.contains("Rules of the policy that ask nobody"),
                "{form}: {text}"
            );
        }
        forms.push(form);
    }
    assert!(["html", "txt"].iter().all(|form| forms.contains(&(*form).to_owned())), "{forms:?}");
    let text = folder.run(board).ended(0).out;
    assert!(text.contains("Rules of the policy that ask nobody"), "{text}");
    // Where all of them ask somebody the figure is 0.
    let folder = trust_under(&POLICY.replace("Children", "Paediatrics"));
    let figures = folder.run(&format!("{board} --json")).ended(0).json()["summaries"][0]["figures"].clone();
    assert_eq!(figures["data_quality"]["asks_nobody"], json!([]));
}

#[test]
fn of_several_organisations_the_one_whose_list_lacks_the_column_is_named() {
    let folder = trust();
    folder.write("organisations.csv", "code,name,kind\nRXX,Example,acute\nRYY,Other,community\n");
    folder.run("import organisations organisations.csv").ended(0);
    folder.write("policy.toml", POLICY.replace("units = ['*Children*']", "staff_groups = ['Nursing']"));
    folder.write("other.csv", "employee_number,last_name,start_date,organisation\n9,Okafor,2020-01-01,RYY\n");
    let report = folder.run("import staff other.csv --json").ended(0).json();
    let warning = report["warnings"][0]["warning"].as_str().unwrap();
    assert!(warning.contains("nobody in post at RYY has a staff group"), "{report:#}");
    let checked = folder.run("policy check policy.toml").ended(0).err;
    assert!(checked.contains("nobody in post at RYY has a staff group"), "{checked}");
}
