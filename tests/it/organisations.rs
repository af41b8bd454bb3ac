//! The organisation that the settings name: known by what they give and by what an import of organisations brought, and
//! in the same way by whoever plans, whoever only shows and whoever asks.

use serde_json::Value;

use crate::support::program::Folder;

/// People whose manager nobody knows, so that the contact hears of them.
fn trust() -> Folder {
    let folder = Folder::with_everything();
    let settings = folder.read("refresher.toml").replace("\nsafeguarding_email", "\n# safeguarding_email");
    folder.write("refresher.toml", settings);
    folder
}

fn import(folder: &Folder, name: &str, contact: &str) {
    folder.write("own.csv", format!("code,name,kind,safeguarding_email\nRXX,{name},acute,{contact}\n"));
    folder.run("import organisations own.csv").ended(0);
}

/// To whom the messages of the day go that are for no member of staff.
fn to_contacts(folder: &Folder, command: &str) -> Vec<String> {
    let document = folder.run(&format!("--json {command}")).ended(0).json();
    let messages = document["messages"].as_array().unwrap().iter();
    let contacts =
        messages.filter(|one| one["kind"] == "manager-digest" && one["employee_number"] == Value::Null);
    contacts.map(|one| one["to"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_contact_that_the_settings_leave_out_is_the_one_that_an_import_brought() {
    for (what, change, expected) in [
        ("nothing", None, &["brought@example.org"][..]),
        (
            "another name",
            Some(("# safeguarding_email", "name = \"New Name\"\n# safeguarding_email")),
            &["brought@example.org"],
        ),
        (
            "a contact",
            Some(("# safeguarding_email = \"safeguarding@", "safeguarding_email = \"given@")),
            &["given@example.org"],
        ),
    ] {
        let folder = trust();
        import(&folder, "Brought Trust", "brought@example.org");
        if let Some((from, to)) = change {
            let settings = folder.read("refresher.toml");
            let settings = match what {
                "another name" => settings.replacen("name = ", "# name = ", 1),
                _ => settings,
            };
            assert!(settings.contains(from), "{settings}");
            folder.write("refresher.toml", settings.replacen(from, to, 1));
        }
        let before = folder.database();
        let dry = to_contacts(&folder, "remind --dry-run");
        assert_eq!(dry, expected, "{what}");
        assert_eq!(to_contacts(&folder, "rehearse --until 2026-11-24"), expected, "{what}");
        assert!(folder.database() == before, "{what}: what only shows records nothing");
        assert_eq!(to_contacts(&folder, "remind"), expected, "{what}");
        folder.run("send").ended(0);
        let sent = folder.run("--json outbox --state sent").ended(0).json();
        let digests = sent["messages"].as_array().unwrap().iter();
        let digests: Vec<&Value> =
            digests.filter(|one| one["kind"] == "manager-digest").map(|one| &one["to"]).collect();
        assert!(expected.iter().all(|to| digests.iter().any(|one| *one == to)), "{what}: {digests:?}");
    }
}

#[test]
fn a_contact_taken_out_of_the_settings_is_known_no_more_unless_an_import_brought_it() {
    let folder = Folder::with_everything();
    assert_eq!(to_contacts(&folder, "remind --dry-run"), ["safeguarding@example.org"]);
    let settings = folder.read("refresher.toml");
    folder.write("refresher.toml", settings.replace("\nsafeguarding_email", "\n# safeguarding_email"));
    assert_eq!(to_contacts(&folder, "remind --dry-run"), [""; 0]);
    import(&folder, "Brought Trust", "brought@example.org");
    assert_eq!(to_contacts(&folder, "remind --dry-run"), ["brought@example.org"]);
    // Given again, and taken out again: what the import brought was never overwritten.
    folder.write("refresher.toml", &settings);
    assert_eq!(to_contacts(&folder, "remind --dry-run"), ["safeguarding@example.org"]);
    folder.run("import training training.csv").ended(0);
    folder.write("refresher.toml", settings.replace("\nsafeguarding_email", "\n# safeguarding_email"));
    for command in ["remind --dry-run", "remind"] {
        assert_eq!(to_contacts(&folder, command), ["brought@example.org"], "{command}");
    }
}

#[test]
fn check_warns_of_every_organisation_that_has_staff_and_nobody_to_tell_of_those_without_a_manager() {
    let folder = trust();
    let listed = "code,name,kind,safeguarding_email\nRYY,Yonder Trust,acute,y@example.org\n\
        RZZ,Further Trust,acute,\nRWW,Empty Trust,acute,\n";
    folder.write("others.csv", listed);
    folder.run("import organisations others.csv").ended(0);
    folder.write(
        "others-staff.csv",
        "organisation,employee_number,last_name,start_date\nRYY,1,Ash,2020-01-01\nRZZ,2,Birch,2020-01-01\n",
    );
    folder.run("import staff others-staff.csv").ended(0);
    let warned = |folder: &Folder| -> Vec<String> {
        let document = folder.run("--json check").json();
        let checks = document["checks"].as_array().unwrap().iter();
        let told = checks.filter(|one| one["says"].as_str().unwrap().contains("no safeguarding contact"));
        told.map(|one| {
            assert_eq!(one["verdict"], "warning");
            assert!(one["to_do"].as_str().unwrap().contains("safeguarding_email"), "{one}");
            one["says"].as_str().unwrap().split(" (").next().unwrap().to_owned()
        })
        .collect()
    };
    assert_eq!(warned(&folder), ["RXX", "RZZ"]);
    import(&folder, "Own Trust", "own@example.org");
    folder.write("others.csv", listed.replace("acute,\nRWW", "acute,z@example.org\nRWW"));
    folder.run("import organisations others.csv").ended(0);
    assert_eq!(warned(&folder), [""; 0]);
}
