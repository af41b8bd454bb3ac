//! Who makes the tables that a server keeps, and who may do what with them (spec 20.2).

use diesel::connection::SimpleConnection;

use crate::support::engine::connect;
use crate::support::program::Folder;

/// Takes the last step back, so that the tables are of an older version.
fn made_older(folder: &Folder) {
    let steps = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres")).unwrap();
    let newest = steps.map(|step| step.unwrap().path()).max().unwrap();
    let back = std::fs::read_to_string(newest.join("down.sql")).unwrap();
    connect(&folder.file("refresher.db"))
        .batch_execute(&format!(
            "{back}; DELETE FROM __diesel_schema_migrations \
             WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)"
        ))
        .unwrap();
}

#[test]
fn older_tables_on_a_server_are_left_to_their_owner_unless_the_settings_say_otherwise() {
    let folder = Folder::new();
    folder.write("staff.csv", "employee_number,first_name,last_name,start_date\n1,A,B,2020-01-01\n");
    made_older(&folder);
    for words in ["import staff staff.csv", "daemon --yes", "status"] {
        let ran = folder.run(words).ended(1);
        assert!(ran.err.contains("refresher migrate-schema"), "{words}: {ran:?}");
    }
    folder.run("migrate-schema").ended(0);
    folder.run("import staff staff.csv").ended(0);
    made_older(&folder);
    let settings = folder.read("refresher.toml");
    folder.write("refresher.toml", settings.replace("# migrate = true", "migrate = true"));
    folder.run("import staff staff.csv").ended(0);
    folder.run("check").ended(0);
}

#[test]
fn nothing_is_prepared_for_a_pooler_that_knows_of_nothing_prepared() {
    let folder = Folder::with_everything();
    let settings = folder.read("refresher.toml");
    folder.write("refresher.toml", settings.replace("# prepared = false", "prepared = false"));
    for words in ["remind", "send", "status", "board --month 2026-10 --send"] {
        folder.run(words).ended(0);
    }
}

#[test]
fn the_roles_that_are_printed_know_every_right_and_end_with_the_audit_log() {
    let sql = Folder::new().run("migrate-schema --print-grants").ended(0).out;
    for role in ["refresher_owner", "TO refresher;", "REVOKE UPDATE, DELETE ON public.audit"] {
        assert!(sql.contains(role), "{sql}");
    }
}
