//! Files that this program wrote or put away, and that may hold data of people whose data was purged: for a person to
//! remove, since a program that deletes files by itself deletes the wrong ones.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::config::MailTransport;
use crate::inbox::{AnsweredFolder, Folder, store as inbox_store};
use crate::outbox::store as outbox_store;

/// The files that no record knows any more, in order: mail written to files whose message, or its words, were removed,
/// and files of the inbox with what was written beside them. Found by comparing folders with records, so that nothing
/// need be kept of what was removed.
pub(crate) fn left_behind(app: &App) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = mails(app)?;
    found.extend(files_of_the_inbox(app)?);
    found.sort();
    Ok(found)
}

/// `<yyyymmdd>-<id>-<local part>.eml`, as the file transport names them.
fn mails(app: &App) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let folders: BTreeSet<&PathBuf> = app
        .routes()
        .into_iter()
        .filter_map(|(_, mail)| match &mail.transport {
            MailTransport::File(folder) => Some(folder),
            MailTransport::Smtp(_) => None,
        })
        .collect();
    for folder in folders {
        found.extend(mails_in(app, folder)?);
    }
    Ok(found)
}

fn mails_in(app: &App, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let names = names_in(folder);
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let kept = app.db.read(outbox_store::kept_words)?;
    let number = |name: &String| -> Option<i32> {
        let (day, rest) = name.strip_suffix(".eml")?.split_once('-')?;
        let is_day = day.len() == 8 && day.chars().all(|c| c.is_ascii_digit());
        rest.split('-').next()?.parse().ok().filter(|_| is_day) // A name of another form is not ours.
    };
    let lost = names.into_iter().filter(|name| number(name).is_some_and(|number| !kept.contains(&number)));
    Ok(lost.map(|name| folder.join(name)).collect())
}

/// What was put away below the inbox, and its rejected rows.
fn files_of_the_inbox(app: &App) -> anyhow::Result<Vec<PathBuf>> {
    let Some(inbox) = &app.config.inbox else { return Ok(Vec::new()) };
    let folder = Folder::new(inbox);
    let known: HashSet<PathBuf> = app
        .db
        .read(inbox_store::known_places)?
        .into_iter()
        .flat_map(|place| Folder::paths_of(&folder.below(place)))
        .collect();
    let mut lost = Vec::new();
    for place in [AnsweredFolder::Done, AnsweredFolder::Refused] {
        let place = folder.below(place.as_str());
        let ours = names_in(&place).into_iter().filter(|name| Folder::is_put_away(name));
        lost.extend(ours.map(|name| place.join(name)).filter(|path| !known.contains(path)));
    }
    Ok(lost)
}

/// The names of the files in a folder; none where it can't be read, which `check` says of every folder in use.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}
