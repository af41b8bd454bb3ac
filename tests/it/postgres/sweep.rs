//! What deleted rows leave in the tables of a server, and how it goes (spec 20.8).

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use refresher::app::App;
use refresher::audit::Actor;
use refresher::clock::Clock;
use refresher::db::{IfMissing, SweepOutcome, SweepWay};
use refresher::jobs::{self, PurgeConfirmed};

use crate::support::cluster::Cluster;
use crate::support::engine::{connect, overrides};
use crate::support::program::Folder;

#[derive(QueryableByName)]
struct StoredTable {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    file: i64,
}

/// The file that each table stands in, which is another one once it was written anew.
fn files(folder: &Folder) -> BTreeMap<String, i64> {
    let query = "SELECT relname::text AS name, pg_relation_filenode(oid)::bigint AS file FROM pg_class \
                 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    let tables: Vec<StoredTable> =
        diesel::sql_query(query).load(&mut connect(&folder.file("refresher.db"))).unwrap();
    tables.into_iter().map(|table| (table.name, table.file)).collect()
}

/// A register with somebody whose data is due to go.
fn with_leaver(settings: &str) -> (Folder, App) {
    let folder = Folder::new();
    let given = folder.read("refresher.toml");
    folder.write("refresher.toml", given.replace("# rewrite = false", settings));
    folder.write(
        "staff.csv",
        "employee_number,last_name,start_date,leave_date\n1,Zanzibar,2001-01-01,2019-05-31\n2,Stays,2001-01-01,\n",
    );
    folder.run("import staff staff.csv").ended(0);
    let clock = Clock::OnDate("2026-11-24".parse().unwrap());
    let path = folder.file("refresher.toml");
    let app = App::open(&path, &overrides(&path), clock, IfMissing::Fail).unwrap();
    (folder, app)
}

fn purge(app: &App) {
    let purged =
        jobs::purge_leavers(app, PurgeConfirmed::No, &Actor::of_process(), app.today(), app.now()).unwrap();
    assert_eq!(purged.people, 1);
}

#[test]
fn what_was_purged_is_freed_and_the_tables_stay_as_they_are() {
    let (folder, app) = with_leaver("");
    let before = files(&folder);
    purge(&app);
    assert!(folder.run("check").out.contains("free parts of the database"));
    assert_eq!(jobs::sweep(&app, SweepWay::Free).unwrap(), SweepOutcome::Clean);
    assert_eq!(files(&folder), before);
    assert!(folder.run("check").out.contains("nobody's data is kept longer"));
}

#[test]
fn all_tables_but_the_audit_log_are_written_anew_where_the_settings_ask_for_it() {
    let (folder, app) = with_leaver("rewrite = true");
    let before = files(&folder);
    purge(&app);
    assert_eq!(jobs::sweep(&app, SweepWay::Rewrite).unwrap(), SweepOutcome::Clean);
    let after = files(&folder);
    let same: Vec<&String> =
        before.iter().filter(|(name, file)| after[*name] == **file).map(|(name, _)| name).collect();
    assert_eq!(same, ["audit"]);
    assert!(!folder.run("check").out.contains("rewrite"), "this role owns the tables");
}

#[test]
fn what_somebody_still_reads_holds_nobody_up_and_is_swept_by_a_later_run() {
    let (folder, app) = with_leaver("rewrite = true");
    let mut reader = connect(&folder.file("refresher.db"));
    reader
        .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT COUNT(*) FROM staff_version")
        .unwrap();
    purge(&app);
    let before = files(&folder);
    assert_eq!(jobs::sweep(&app, SweepWay::Rewrite).unwrap(), SweepOutcome::InUse);
    let after = files(&folder);
    assert_eq!(after["staff_version"], before["staff_version"], "it is still read");
    assert_ne!(after["assignment_version"], before["assignment_version"], "nobody reads it");
    assert!(folder.run("check").out.contains("free parts of the database"));
    reader.batch_execute("COMMIT").unwrap();
    assert_eq!(jobs::sweep(&app, SweepWay::Rewrite).unwrap(), SweepOutcome::Clean);
    assert_ne!(files(&folder)["staff_version"], before["staff_version"]);
    assert!(folder.run("check").out.contains("nobody's data is kept longer"));
}

#[test]
fn a_role_that_does_not_own_the_tables_is_told_that_it_can_not_write_them_anew() {
    let cluster = Cluster::start();
    let folder = Folder::empty();
    let run = |role: &str, words: &str| {
        let mut command = folder.command();
        command.env("REFRESHER_DATABASE", cluster.url().replace("refresher@", &format!("{role}@")));
        let output = command.env("REFRESHER_NODE_INSTANCE", "test").args(words.split(' ')).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    run("refresher", "init");
    let given = folder.read("refresher.toml");
    folder.write("refresher.toml", given.replace("# rewrite = false", "rewrite = true"));
    cluster
        .connect("register")
        .batch_execute(
            "CREATE ROLE daemon LOGIN; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO daemon",
        )
        .unwrap();
    for (role, is_told) in [("daemon", true), ("refresher", false)] {
        let said = run(role, "--json check");
        assert_eq!(said.contains("`rewrite` in [retention] is not done"), is_told, "{role}: {said}");
    }
}
