//! Jobs that go from one organisation to the next: what is wrong with one never keeps the others waiting, and is named.

use std::sync::Arc;

use diesel::connection::SimpleConnection;
use refresher::app::App;
use refresher::clock::Clock;
use refresher::db::IfMissing;
use refresher::jobs;
use refresher::schedule::{JobRun, Slot};

use crate::support::engine::{connect, full_when};
use crate::support::engine::{no_longer_full, overrides};
use crate::support::program::{Folder, lines};

/// Two organisations with a board each, whose schedule was first looked at in October.
fn folder() -> Folder {
    let folder = Folder::with_everything();
    let board = "\n[[board]]\norganisation = \"RYY\"\nrecipients = [\"other.board@example.org\"]\n";
    folder.write("refresher.toml", folder.read("refresher.toml") + board);
    sql(
        &folder,
        "INSERT INTO job_run (job, slot, started_at, finished_at, lease_until, outcome) VALUES ('board_summary', \
         '2026-10-10 08:00:00', '2026-10-10 08:00:00', '2026-10-10 08:00:00', '2026-10-10 08:00:00', 'skipped')",
    );
    folder
}

fn sql(folder: &Folder, statements: &str) {
    let file = folder.file("refresher.db");
    connect(&file).batch_execute(statements).unwrap();
}

fn run(folder: &Folder, job: &str, at: &str) -> anyhow::Result<String> {
    let now = at.parse().unwrap();
    let settings = folder.file("refresher.toml");
    let app = App::open(&settings, &overrides(&settings), Clock::Fixed(now), IfMissing::Fail).unwrap();
    let app = Arc::new(app);
    let job = jobs::all(&app)?.into_iter().find(|found| found.name == job).unwrap();
    (job.run)(JobRun { now, today: app.today(), slot: Slot(now) })
}

fn rows(folder: &Folder, table: &str, with: &str) -> usize {
    folder.database().iter().filter(|line| line.starts_with(table) && line.contains(with)).count()
}

#[test]
fn a_board_summary_that_can_not_be_made_is_named_and_keeps_no_other_back() {
    let folder = folder();
    let damage = "INSERT INTO snapshot (organisation_id, month, as_at, known_at, frozen_at, content_hash, figures) \
        SELECT id, '2026-01', '2026-01-31', '2026-02-01 08:00:00', '2026-02-01 08:00:00', 'none', '{}' \
        FROM organisation WHERE code = 'RXX'";
    sql(&folder, damage);
    let error = run(&folder, jobs::BOARD_SUMMARY, "2026-11-02T09:00:00Z").unwrap_err().to_string();
    for what in
        ["October 2026 of RXX", "is damaged", "restore the database from a backup", "of RYY to 1 recipient"]
    {
        assert!(error.contains(what), "{what}: {error}");
    }
    assert_eq!(rows(&folder, "message:", "'other.board@example.org'"), 1);
    assert_eq!(rows(&folder, "message:", "'board.secretary@example.org'"), 0);
    // Put right, only the one that is missing is made up for.
    sql(&folder, "DELETE FROM snapshot WHERE month = '2026-01'");
    let said = run(&folder, jobs::BOARD_SUMMARY, "2026-11-02T09:15:00Z").unwrap();
    assert_eq!(said, "issued 2026-10 of RXX to 1 recipient");
    assert_eq!(rows(&folder, "message:", "'other.board@example.org'"), 1);
    assert_eq!(rows(&folder, "message:", "'board.secretary@example.org'"), 1);
}

#[test]
fn an_organisation_whose_reminders_can_not_be_planned_is_named_and_keeps_no_other_back() {
    let folder = folder();
    let id = &lines(
        &folder.file("refresher.db"),
        "SELECT CAST(id AS TEXT) AS line FROM organisation WHERE code = 'RXX'",
    )[0];
    sql(&folder, &full_when("INSERT", &format!("NEW.kind = 'reminder' AND NEW.organisation_id = {id}")));
    let error = run(&folder, jobs::REMINDERS, "2026-11-24T08:00:00Z").unwrap_err().to_string();
    assert!(
        error.contains("the reminders of RXX (")
            && error.contains("the disk is full")
            && error.contains("All others were served"),
        "{error}"
    );
    assert_eq!(rows(&folder, "planning_run:", ""), 1, "the other's: {error}");
    assert_eq!(rows(&folder, "message:", "'reminder'"), 0);
    sql(&folder, no_longer_full());
    run(&folder, jobs::REMINDERS, "2026-11-24T08:00:00Z").unwrap();
    assert_eq!(rows(&folder, "planning_run:", ""), 2, "one each");
    assert!(rows(&folder, "message:", "'reminder'") > 0);
}
