//! A file on its way: from the connection into a folder of its own, piece by piece, and away again once it was taken in (spec
//! 21.3).

use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use axum::body::{Body, HttpBody};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::problem::{Problem, ProblemKind};
use crate::access::Sha256;
use crate::files::private;

/// How long a connection may be silent within a file.
const SILENT_FOR: Duration = Duration::from_secs(30);
/// After how long what a process that ended has left behind is removed.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 60 * 60);

/// A file that arrived whole. It goes with this.
#[derive(Debug)]
pub(super) struct SpooledFile {
    folder: PathBuf,
    /// Where it lies.
    pub(super) file: PathBuf,
    /// Its SHA-256.
    pub(super) sha256: Vec<u8>,
}

impl Drop for SpooledFile {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

/// Receives a file of at most so many bytes into a folder below the spool that has the name of the run.
pub(super) async fn receive(
    spool: &Path,
    run: &str,
    name: &str,
    most: u64,
    body: Body,
) -> Result<SpooledFile, Problem> {
    let folder = spool.join(run);
    let file = folder.join(name);
    let made = private::make_folder(&folder).and_then(|()| private::make_new_file(&file));
    let made = made.with_context(|| format!("nothing can be written into the spool {}", spool.display()))?;
    let mut spooled = SpooledFile { folder, file, sha256: Vec::new() };
    spooled.sha256 = write(File::from_std(made), most, body).await?;
    Ok(spooled)
}

async fn write(mut file: File, most: u64, mut body: Body) -> Result<Vec<u8>, Problem> {
    let cut_off = || {
        let detail = "the connection ended before the file did: nothing of it is taken, send it again";
        Problem::new(ProblemKind::CutOff, detail)
    };
    let (mut hash, mut size) = (Sha256::new(), 0_u64);
    loop {
        let next = poll_fn(|context| Pin::new(&mut body).poll_frame(context));
        let Some(frame) = tokio::time::timeout(SILENT_FOR, next).await.map_err(|_| cut_off())? else { break };
        let Ok(piece) = frame.map_err(|_| cut_off())?.into_data() else { continue };
        size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if size > most {
            return Err(too_large(most));
        }
        hash.update(&piece);
        file.write_all(&piece).await.context("a file can't be written into the spool")?;
    }
    file.flush().await.context("a file can't be written into the spool")?;
    Ok(hash.finish())
}

/// That a file has more than so many bytes.
pub(super) fn too_large(most: u64) -> Problem {
    let detail =
        format!("a file has at most {} MB (`csv_megabytes` in [import]): send less", most / 1_000_000);
    Problem::new(ProblemKind::TooLarge, detail)
}

/// Removes what a process that was killed has left behind.
pub(super) fn tidy(spool: &Path) {
    // A spool that is not there holds nothing.
    let Ok(entries) = std::fs::read_dir(spool) else { return };
    for entry in entries.flatten() {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|at: SystemTime| at.elapsed().ok()); // One of tomorrow is not old.
        if age.is_some_and(|age| age > LEFT_BEHIND) && entry.path().is_dir() {
            remove(&entry.path());
        }
    }
}

fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::warn!(%error, "a file that was brought can't be removed from the spool: remove it by hand");
    }
}
