//! The room that is left on the disk of the database.

use std::io;
use std::path::Path;

use super::checked::CheckedThing;
use crate::app::App;
use crate::files::free_space;

/// What is to be free besides a copy of the database, in bytes: mail, what is brought, and a day's work.
const BESIDES: u64 = 100_000_000;

/// Whether there is room for the database once more: a backup, a cleaning or a newer version writes it anew. Of one that a
/// server keeps nothing is known here.
pub(super) fn disk(app: &App) -> Option<CheckedThing> {
    let file = app.db.place().file()?;
    // A database that is named alone lies in the folder that is worked in.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let sizes = || -> io::Result<(u64, u64)> { Ok((free_space(folder)?, std::fs::metadata(file)?.len())) };
    let shown = folder.display().to_string();
    Some(match sizes() {
        Ok((free, size)) => room(&shown, free, size),
        Err(error) => CheckedThing::warning(
            "disk",
            format!("how much room {shown} has can't be told: {error}"),
            "see what keeps it from being read",
        ),
    })
}

fn room(folder: &str, free: u64, size: u64) -> CheckedThing {
    let says = format!("{} free in {folder}, beside {} of database", in_words(free), in_words(size));
    if free < size.saturating_add(BESIDES) {
        let to_do =
            "make room on that disk: a backup, or cleaning up after a purge, takes as much as the database";
        return CheckedThing::warning("disk", says, to_do);
    }
    CheckedThing::good("disk", says)
}

/// Bytes for people, rounded down: `1.2 GB`.
fn in_words(bytes: u64) -> String {
    match bytes {
        1_000_000_000.. => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
        1_000_000.. => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} kB", bytes / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::upkeep::check::CheckVerdict;

    #[test]
    fn there_must_be_room_for_the_database_once_more_and_a_day() {
        for (free, size, verdict, says) in [
            (102_000_000, 2_000_000, CheckVerdict::Good, "102 MB free in /srv, beside 2 MB of database"),
            (101_999_999, 2_000_000, CheckVerdict::Warning, "101 MB free in /srv, beside 2 MB of database"),
            (100_000_000, 0, CheckVerdict::Good, "100 MB free in /srv, beside 0 kB of database"),
            (0, 1_250_000_000, CheckVerdict::Warning, "0 kB free in /srv, beside 1.2 GB of database"),
            (u64::MAX, u64::MAX, CheckVerdict::Good, ""),
        ] {
            let found = room("/srv", free, size);
            assert_eq!(found.verdict, verdict, "{found:?}");
            assert!(found.says.contains(says), "{found:?}");
        }
    }

    #[test]
    fn the_room_of_a_folder_is_known() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free_space(folder.path()).unwrap() > 0);
        assert!(free_space(&folder.path().join("none")).is_err());
    }
}
