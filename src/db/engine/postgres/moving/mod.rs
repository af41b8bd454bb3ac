//! Moving a database between a file of SQLite and a server of PostgreSQL: this build reads and writes both (spec 20.9).
//!
//! What is moved is asked of the catalogues, so that a table that is added later is moved without anybody thinking of it.

mod file;
mod neutral;
mod ownership;
mod proof;
mod server;
mod side;

use chrono::{DateTime, Utc};

use crate::db::moving::{FrozenMonth, MoveError, MoveReport, MoveSteps, MovedEntry, MovedLog};
use crate::db::versions;
use file::FileSide;
use neutral::{Table, TextRow};
use server::ServerSide;
use side::{Side, failed};

/// Tables that have rows as soon as they are made; the first of the audit log's own is looked at by the log itself.
const FILLED_WHEN_MADE: [&str; 5] =
    ["audit_head", "audit_start", "installation_secret", "mail_kind", "program_version"];

/// How many rows go in at once, and after how many bytes of text fewer do.
const MOST_ROWS: usize = 5_000;
const MOST_BYTES: usize = 4_000_000;

/// Moves all of the database at `from` to the one at `to`, and proves that it is the same there.
pub(crate) fn move_database(
    from: &str,
    to: &str,
    now: DateTime<Utc>,
    steps: &mut dyn MoveSteps,
) -> Result<MoveReport, MoveError> {
    let (mut source, mut target): (Box<dyn Side>, Box<dyn Side>) =
        match (file::path_of(from), file::path_of(to)) {
            (Some(file), None) => (Box::new(FileSide::found(file)?), Box::new(ServerSide::found(to)?)),
            (None, Some(file)) => {
                (Box::new(ServerSide::found(from)?), Box::new(FileSide::found_or_made(file)?))
            }
            _ => return Err(MoveError::OneKind(from.to_owned(), to.to_owned())),
        };
    let moved = Move { source: &mut *source, target: &mut *target, now }.run(steps);
    if moved.is_err() {
        target.give_up();
    }
    moved
}

/// A move that is being done.
struct Move<'s> {
    source: &'s mut dyn Side,
    target: &'s mut dyn Side,
    now: DateTime<Utc>,
}

impl Move<'_> {
    fn run(mut self, steps: &mut dyn MoveSteps) -> Result<MoveReport, MoveError> {
        for side in [&mut *self.source, &mut *self.target] {
            side.begin().map_err(|error| MoveError::InUse {
                place: side.place().to_owned(),
                why: error.to_string(),
            })?;
            refuse_other_version(side)?;
        }
        let tables = self.source.catalogue()?;
        if let Some(difference) = neutral::difference(&tables, &self.target.catalogue()?) {
            return Err(MoveError::Unlike(difference));
        }
        self.refuse_filled(&tables)?;
        let cut = self.copy_all(&tables, steps)?;
        let proved = proof::prove(self.source, self.target, &tables)?;
        let newest = self.tell(&tables, steps)?;
        let before = ownership::mark_unproved(self.target, self.now)?;
        self.on_target("committing", |target| target.run("COMMIT"))?;
        let finished = self.compare(steps).and_then(|()| self.leave_source());
        if let Err(error) = finished {
            return Err(self.drop_target(error));
        }
        let source = self.source.place().to_owned();
        let homes = (self.source.home()?, self.target.home()?);
        let needs_adopting =
            ownership::hand_over(self.target, before.as_ref(), |key| steps.owner(key, &homes.0, &homes.1))?;
        Ok(MoveReport {
            from: source,
            to: self.target.place().to_owned(),
            tables: proved.tables,
            nanoseconds_cut: cut,
            messages: proved.messages,
            audit: MovedLog { entries: newest.0, hash: newest.1 },
            needs_adopting,
        })
    }

    fn on_target<T>(
        &mut self,
        doing: &str,
        work: impl FnOnce(&mut dyn Side) -> diesel::QueryResult<T>,
    ) -> Result<T, MoveError> {
        work(self.target).map_err(|error| failed(self.target.place(), doing, &error))
    }

    fn refuse_filled(&mut self, tables: &[Table]) -> Result<(), MoveError> {
        for table in tables.iter().filter(|table| !FILLED_WHEN_MADE.contains(&table.name.as_str())) {
            let query = format!("SELECT 'x' FROM {} LIMIT 1", neutral::quoted(&table.name));
            let rows = self.on_target("looking whether it is empty", |target| target.texts(&query))?;
            if !rows.is_empty() {
                let place = self.target.place().to_owned();
                return Err(MoveError::NotEmpty { place, table: table.name.clone() });
            }
        }
        Ok(())
    }

    /// Copies every table; how many instants were cut to microseconds.
    fn copy_all(&mut self, tables: &[Table], steps: &mut dyn MoveSteps) -> Result<u64, MoveError> {
        let put_back = self.on_target("setting indexes aside", |target| target.set_aside())?;
        let mut cut = 0;
        for table in tables {
            steps.meet(&table.name);
            if FILLED_WHEN_MADE.contains(&table.name.as_str()) {
                let empty = format!("DELETE FROM {}", neutral::quoted(&table.name));
                self.on_target("emptying what was made", |target| target.run(&empty))?;
            }
            let finer = self.source.finer_than_microseconds(table);
            cut += finer.map_err(|error| failed(self.source.place(), "reading", &error))?;
            self.copy(table)?;
        }
        for statement in put_back {
            self.on_target(&statement, |target| target.run(&statement))?;
        }
        self.on_target("setting what ids go on from", |target| target.settle(tables))?;
        Ok(cut)
    }

    fn copy(&mut self, table: &Table) -> Result<(), MoveError> {
        let source = self.source.place().to_owned();
        let unread =
            |error: diesel::result::Error| failed(&source, &format!("reading {}", table.name), &error);
        let written = |target: &mut dyn Side, rows: Vec<TextRow>| {
            target
                .insert(table, rows)
                .map_err(|error| failed(target.place(), &format!("writing {}", table.name), &error))
        };
        let (mut some, mut bytes) = (Vec::new(), 0);
        for row in self.source.rows(table).map_err(unread)? {
            let row = row.map_err(unread)?;
            refuse_zero(table, &row)?;
            bytes += row.0.iter().flatten().map(String::len).sum::<usize>();
            some.push(row);
            if some.len() >= MOST_ROWS || bytes >= MOST_BYTES {
                written(self.target, std::mem::take(&mut some))?;
                bytes = 0;
            }
        }
        if some.is_empty() { Ok(()) } else { written(self.target, some) }
    }

    /// Adds the entry of the audit log that tells of the move; the newest before it.
    fn tell(&mut self, tables: &[Table], steps: &mut dyn MoveSteps) -> Result<(i32, String), MoveError> {
        let query = "SELECT CAST(id AS TEXT), hash FROM audit ORDER BY audit.id DESC LIMIT 1";
        let newest = self.on_target("reading the audit log", |target| target.texts(query))?;
        let newest =
            newest.first().map(|row| (row.text(0).parse().unwrap_or_default(), row.text(1).to_owned()));
        let newest = newest.unwrap_or_default();
        let entry = steps.entry(newest.clone(), self.now);
        let head = format!(
            "UPDATE audit_head SET entries = {}, hash = {} WHERE entries = {} AND hash = {}",
            entry.id,
            neutral::literal(&entry.hash),
            newest.0,
            neutral::literal(&newest.1)
        );
        let Some(audit) = tables.iter().find(|table| table.name == "audit") else {
            return Err(MoveError::Unlike("there is no audit log".to_owned()));
        };
        let row = audit.columns.iter().map(|column| value_of(&entry, &column.name)).collect();
        self.on_target("adding to the audit log", |target| {
            target.insert(audit, vec![TextRow(row)])?;
            target.run(&head)
        })?;
        Ok(newest)
    }

    /// From then on nobody mails from the source; and then somebody may from the target.
    fn leave_source(&mut self) -> Result<(), MoveError> {
        ownership::mark_moved(self.source, self.target.place(), self.now)?;
        self.source.run("COMMIT").map_err(|error| failed(self.source.place(), "marking it as moved", &error))
    }

    /// Drops what was committed there, because of this.
    fn drop_target(&mut self, because: MoveError) -> MoveError {
        match self.target.drop_all() {
            Ok(()) => because,
            Err(error) => failed(
                self.target.place(),
                &format!("dropping its tables, which is to be done by hand because it failed ({because}),"),
                &error,
            ),
        }
    }

    /// Has both sides asked, which can be done once the target is committed.
    fn compare(&mut self, steps: &mut dyn MoveSteps) -> Result<(), MoveError> {
        let query = "SELECT o.code, s.month, c.known FROM snapshot s JOIN organisation o ON o.id = s.organisation_id \
                     JOIN (SELECT id, CAST(known_at AS TEXT) AS known FROM snapshot) c ON c.id = s.id \
                     ORDER BY o.code, s.month";
        let newest = "SELECT CAST(at AS TEXT) FROM newest_instant";
        let mut read = |query: &str| {
            self.source.texts(query).map_err(|error| failed(self.source.place(), "reading", &error))
        };
        let (frozen, newest) = (read(query)?, read(newest)?);
        let instant = |text: &str| format!("{}Z", text.replace(' ', "T"));
        let newest = newest.first().map(|row| instant(row.text(0)));
        let frozen: Vec<FrozenMonth> = frozen
            .iter()
            .map(|row| FrozenMonth {
                organisation: row.text(0).to_owned(),
                month: row.text(1).to_owned(),
                known_at: instant(row.text(2)),
            })
            .collect();
        steps
            .compare(newest.as_deref(), &frozen)
            .map_err(|why| MoveError::Figures { place: self.target.place().to_owned(), why })
    }
}

fn refuse_other_version(side: &mut dyn Side) -> Result<(), MoveError> {
    let place = side.place().to_owned();
    let ours = versions::our_steps()?;
    let query = "SELECT version FROM __diesel_schema_migrations ORDER BY version";
    // Where there is no such table, nothing was ever made.
    let had: Vec<String> = match side.texts(query) {
        Ok(rows) => rows.iter().map(|row| row.text(0).to_owned()).collect(),
        Err(_) => Vec::new(),
    };
    if had == ours {
        return Ok(());
    }
    let of = match had.last() {
        Some(newest) => format!("it has tables of {newest};"),
        None => "it has no tables of ours;".to_owned(),
    };
    Err(MoveError::Version { place, of, ours: versions::ours()? })
}

/// Refuses a text that only one of the engines keeps.
fn refuse_zero(table: &Table, row: &TextRow) -> Result<(), MoveError> {
    let has_zero = |value: &Option<String>| value.as_ref().is_some_and(|text| text.contains('\0'));
    let found = row.0.iter().zip(&table.columns).find(|(value, _)| has_zero(value));
    found.map_or(Ok(()), |(_, column)| {
        Err(MoveError::Zero {
            table: table.name.clone(),
            key: table.known_by(row).replace('\0', "\u{fffd}"),
            column: column.name.clone(),
        })
    })
}

fn value_of(entry: &MovedEntry, column: &str) -> Option<String> {
    Some(match column {
        "id" => entry.id.to_string(),
        "recorded_at" => entry.recorded_at.format("%F %T%.6f").to_string(),
        "actor" => entry.actor.clone(),
        "action" => entry.action.clone(),
        "object" => entry.object.clone(),
        "details" => entry.details.clone(),
        "previous_hash" => entry.previous_hash.clone(),
        "hash" => entry.hash.clone(),
        _ => return None,
    })
}
