//! Two configurations on one database: what was told last holds, and nobody takes turns.

use crate::support::program::Folder;

/// A folder with a second configuration in `second/`, whose policy has another target, and the same database.
fn two() -> Folder {
    let folder = Folder::with_everything();
    std::fs::create_dir(folder.file("second")).unwrap();
    let settings = folder.read("refresher.toml").replace("sqlite:refresher.db", "sqlite:../refresher.db");
    folder.write("second/refresher.toml", settings);
    folder.write(
        "second/policy.toml",
        folder.read("policy.toml").replacen("target = 90.0", "target = 70.0", 1),
    );
    folder
}

const SECOND: &str = "--config second/refresher.toml";

fn policies(folder: &Folder) -> usize {
    folder.database().iter().filter(|row| row.starts_with("policy_version:")).count()
}

fn target(folder: &Folder, config: &str) -> f64 {
    folder.run(&format!("{config} --json status")).ended(0).json()["target"].as_f64().unwrap()
}

fn set_target(folder: &Folder, file: &str, from: &str, to: &str) {
    let text = folder.read(file).replacen(&format!("target = {from}"), &format!("target = {to}"), 1);
    folder.write(file, text);
}

#[test]
fn of_two_policies_the_one_told_last_holds_and_they_never_take_turns() {
    let folder = two();
    assert_eq!(target(&folder, ""), 0.9);
    folder.run(&format!("{SECOND} remind")).ended(0);
    assert_eq!(policies(&folder), 2);
    for _ in 0..3 {
        let first = folder.run("remind").ended(0);
        assert!(
            first.err.contains("is not in force") && first.err.contains("second/refresher.toml"),
            "{first:?}"
        );
        let second = folder.run(&format!("{SECOND} remind")).ended(0);
        assert!(!second.err.contains("is not in force"), "{second:?}");
        assert_eq!((policies(&folder), target(&folder, ""), target(&folder, SECOND)), (2, 0.7, 0.7));
    }
    let check = folder.run("check");
    assert!(check.out.contains("warning  policy: the policy"), "{check:?}");
    assert!(check.out.contains("two configurations with different policies"), "{check:?}");
    assert!(!folder.run(&format!("{SECOND} check")).out.contains("is not in force"));

    // Somebody edits the first: it is told anew, and holds.
    set_target(&folder, "policy.toml", "90.0", "80.0");
    folder.run("remind").ended(0);
    folder.run(&format!("{SECOND} remind")).ended(0);
    assert_eq!((policies(&folder), target(&folder, ""), target(&folder, SECOND)), (3, 0.8, 0.8));
    // And back to what it was at first, on purpose.
    set_target(&folder, "policy.toml", "80.0", "90.0");
    folder.run("remind").ended(0);
    assert_eq!((policies(&folder), target(&folder, SECOND)), (4, 0.9));
    // Both the same: nothing is left to say.
    set_target(&folder, "second/policy.toml", "70.0", "90.0");
    assert!(!folder.run(&format!("{SECOND} remind")).err.contains("is not in force"));
    assert_eq!(policies(&folder), 4);
}

#[test]
fn an_old_copy_of_a_policy_is_not_put_in_force_by_a_configuration_that_comes_later() {
    let folder = Folder::with_everything();
    let old = folder.read("policy.toml");
    set_target(&folder, "policy.toml", "90.0", "80.0");
    folder.run("remind").ended(0);
    std::fs::create_dir(folder.file("second")).unwrap();
    let settings = folder.read("refresher.toml").replace("sqlite:refresher.db", "sqlite:../refresher.db");
    folder.write("second/refresher.toml", settings);
    folder.write("second/policy.toml", &old);
    let said = folder.run(&format!("{SECOND} remind")).ended(0);
    assert!(said.err.contains("is not in force"), "{said:?}");
    assert_eq!((policies(&folder), target(&folder, "")), (2, 0.8));
    // A comment is a change, and says that it is meant.
    folder.write("second/policy.toml", format!("# on purpose\n{old}"));
    folder.run(&format!("{SECOND} remind")).ended(0);
    assert_eq!((policies(&folder), target(&folder, "")), (3, 0.9));
}

#[test]
fn naming_another_policy_file_in_the_settings_is_a_change_too() {
    let folder = Folder::with_everything();
    folder
        .write("policy-2027.toml", folder.read("policy.toml").replacen("target = 90.0", "target = 60.0", 1));
    let settings = folder.read("refresher.toml");
    assert!(settings.contains("policy = \"policy.toml\""), "{settings}");
    folder.write("refresher.toml", settings.replace("\"policy.toml\"", "\"policy-2027.toml\""));
    folder.run("remind").ended(0);
    assert_eq!(target(&folder, ""), 0.6);
    folder.write("refresher.toml", settings);
    folder.run("remind").ended(0);
    assert_eq!((policies(&folder), target(&folder, "")), (3, 0.9));
}

#[test]
fn two_names_of_one_organisation_never_take_turns_either() {
    let folder = two();
    let renamed = folder.read("second/refresher.toml").replacen("name = \"", "name = \"Other ", 1);
    folder.write("second/refresher.toml", renamed);
    folder.write("second/policy.toml", folder.read("policy.toml"));
    let told = || folder.database().iter().filter(|row| row.starts_with("organisation_version:")).count();
    folder.run("remind").ended(0);
    let before = told();
    for _ in 0..3 {
        folder.run(&format!("{SECOND} remind")).ended(0);
        let first = folder.run("remind").ended(0);
        assert!(first.err.contains("another configuration"), "{first:?}");
        assert_eq!(told(), before + 1);
    }
}

#[test]
fn a_contact_that_the_settings_leave_out_is_the_one_that_a_file_brought_in_every_run() {
    let folder = Folder::with_everything();
    let settings = folder.read("refresher.toml").replace("safeguarding_email = ", "# safeguarding_email = ");
    folder.write("refresher.toml", settings.replacen("name = \"", "name = \"First ", 1));
    folder.run("remind").ended(0);
    let rows = "RXX,Named by a file,acute,brought@example.org\n";
    folder.write("organisations.csv", format!("code,name,kind,safeguarding_email\n{rows}"));
    folder.run("import organisations organisations.csv").ended(0);
    let contacts = |folder: &Folder| -> Vec<String> {
        let open = |row: &String| row.starts_with("organisation_version:") && row.ends_with(",NULL");
        folder.database().into_iter().filter(open).filter(|row| row.contains("brought@example.org")).collect()
    };
    // Renamed in the settings: what they say of the contact is still nothing.
    folder.write("refresher.toml", settings.replacen("name = \"", "name = \"Second ", 1));
    for words in ["remind --dry-run", "remind"] {
        let ran = folder.run(words).ended(0);
        assert!(!ran.err.contains("another configuration"), "{ran:?}");
    }
    let open = contacts(&folder);
    assert!(open.len() == 1 && open[0].contains("Second "), "{open:?}");
    for _ in 0..2 {
        folder.run("remind").ended(0);
        assert_eq!(contacts(&folder), open);
    }
    // A file says something else again: the settings, which stayed as they were, have no quarrel with it.
    let rows = "RXX,Named again,acute,again@example.org\n";
    folder.write("organisations.csv", format!("code,name,kind,safeguarding_email\n{rows}"));
    folder.run("import organisations organisations.csv").ended(0);
    let ran = folder.run("remind").ended(0);
    assert!(!ran.err.contains("another configuration"), "{ran:?}");
}

#[test]
fn a_policy_that_is_brought_under_a_day_to_come_holds_from_the_day_on_which_it_was_recorded() {
    let folder = Folder::with_everything();
    set_target(&folder, "policy.toml", "90.0", "55.0");
    folder.run_as("--today 2097-01-15 import training training.csv").ended(0);
    let status = folder.run_as("--json status").ended(0);
    assert_eq!(status.json()["target"], 0.55, "{status:?}");
    assert!(!status.err.contains("is not in force"), "{status:?}");
    let check = folder.run_as("check");
    assert!(!check.out.contains("the policy of another configuration"), "{check:?}");
}
