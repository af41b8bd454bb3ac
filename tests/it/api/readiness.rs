//! Whether the work can go on, as what watches over the daemon is told of it.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;

use crate::support::engine::connect;
use crate::support::interface::Interface;

/// What is done to the database, the word that is told then, and what puts it right again.
const SPOILT: [(&str, &str, &str); 5] = [
    (
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')",
        "schema",
        "DELETE FROM __diesel_schema_migrations WHERE version = '20991231000001'",
    ),
    (
        "CREATE TABLE kept AS SELECT * FROM __diesel_schema_migrations; \
         DELETE FROM __diesel_schema_migrations WHERE version = (SELECT MAX(version) FROM kept)",
        "schema",
        "INSERT INTO __diesel_schema_migrations SELECT * FROM kept WHERE version = (SELECT MAX(version) FROM kept); \
         DROP TABLE kept",
    ),
    ("ALTER TABLE node RENAME TO node_of_another", "read-only", "ALTER TABLE node_of_another RENAME TO node"),
    (
        "ALTER TABLE __diesel_schema_migrations RENAME TO steps_of_another",
        "schema",
        "ALTER TABLE steps_of_another RENAME TO __diesel_schema_migrations",
    ),
    // What is asked first ends in an error.
    (
        "ALTER TABLE program_version RENAME COLUMN version TO unknown",
        "database",
        "ALTER TABLE program_version RENAME COLUMN unknown TO version",
    ),
];

#[test]
fn it_is_ready_unless_the_database_is_not_what_it_needs_and_again_once_it_is() {
    for (spoil, word, mend) in SPOILT {
        let mut interface = Interface::start();
        let change = |sql: &str| {
            let file = interface.trust.folder.path().join("refresher.db");
            connect(&file).batch_execute(sql).unwrap();
        };
        change(spoil);
        assert_eq!(interface.get("/readyz").has(503).body, format!("{word}\n"), "{spoil}");
        assert_eq!(interface.get("/healthz").has(200).body, "ok\n", "{spoil}");
        change(mend);
        // What was found is told again for some seconds; another process finds it anew.
        interface.later(TimeDelta::zero());
        assert_eq!(interface.get("/readyz").has(200).body, "ready\n", "{mend}");
    }
}

/// On a server, whose clock is another than the daemon's; a file goes by the daemon's own.
#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_more_than_five_seconds_off_the_databases_is_told_until_it_is_right() {
    use crate::support::mailing::{Daemon, until};
    use crate::support::program::Folder;

    let folder = Folder::with_everything();
    let change = |sql: &str| connect(&folder.file("refresher.db")).batch_execute(sql).unwrap();
    let of_all = |what: &str| {
        change(&format!(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {what}', current_database()); END $$"
        ));
    };
    for (seconds, status, word) in [(60, 503, "clock"), (-60, 503, "clock"), (2, 200, "ready")] {
        change("DROP SCHEMA IF EXISTS ahead CASCADE; CREATE SCHEMA ahead");
        change(&format!(
            "CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS \
             'SELECT pg_catalog.clock_timestamp() + make_interval(secs => {seconds})'"
        ));
        of_all("SET search_path = public, ahead, pg_catalog");
        let mut command = folder.command();
        command.env("REFRESHER_API_LISTEN", "127.0.0.1:0").env("REFRESHER_WEB_LISTEN", "off").arg("daemon");
        let daemon = Daemon::spawn(command);
        until("it listens", || daemon.interface().is_some()).await;
        let told = daemon.ask("/readyz", None);
        assert!(told.starts_with(&format!("HTTP/1.1 {status} ")), "{seconds}: {told}");
        assert!(told.ends_with(&format!("\r\n\r\n{word}\n")), "{seconds}: {told}");
        assert_eq!(daemon.terminate().0, Some(0));
        of_all("RESET search_path");
    }
}
