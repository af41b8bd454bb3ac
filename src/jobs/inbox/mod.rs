//! The inbox: files that people drop into a folder are imported as if by hand, put away, and reported to HR.
//!
//! What a file came to is written in one transaction: the import, and the entry in the ledger with what is to be told of
//! it. Putting that into words for the outbox and moving the file away come after and are made up for at the next look,
//! whatever happened in between; so the same file is never taken twice, and no report is lost.

mod look;
mod report;
mod take;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;

use super::upkeep::installation::claim_installation;
use crate::app::App;
use crate::audit::Actor;
use crate::daemon::{DaemonService, StopSignal};
use crate::inbox::{FileNaming, Folder, NotTaken, SeenFile, Watch, beginnings};
use crate::mail::{FileOutcome, NotLookedInto};

pub use look::InboxLook;

/// How often the daemon looks into the folder; [`Watch`] says after how many looks a file is taken.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The inbox with what was seen in it so far.
#[derive(Debug)]
pub struct Inbox {
    folder: Folder,
    watch: Watch,
}

impl Inbox {
    /// The configured inbox, if there is one.
    pub fn of(app: &App) -> Option<Self> {
        let folder = Folder::new(app.config.inbox.as_deref()?);
        Some(Self { folder, watch: Watch::default() })
    }

    /// Looks into the folder: finishes what was begun, and takes every file that is ready.
    pub fn look(&mut self, app: &App) -> anyhow::Result<InboxLook> {
        self.look_while(app, || true)
    }

    /// [`Self::look`], which begins no further file once `going_on` says no.
    fn look_while(&mut self, app: &App, going_on: impl Fn() -> bool) -> anyhow::Result<InboxLook> {
        let folder = &self.folder;
        let unusable = || {
            let path = folder.path().display();
            format!(
                "the inbox {path} can't be used: make the folder, or correct `inbox` in the settings or its permissions"
            )
        };
        folder.make_places().with_context(unusable)?;
        let mut looked = InboxLook::default();
        looked.troubles.extend(folder.shut_out());
        take::finish(app, folder, &mut looked)?;
        let ready =
            self.watch.look(folder.seen().with_context(unusable)?, |seen| folder.has_whole_end(&seen.name));
        if ready.is_empty() {
            return Ok(looked);
        }
        // A copy of the database elsewhere must leave the files to the installation that they were meant for.
        claim_installation(app, &Actor::daemon(), app.now())?;
        app.take_up_policy(&Actor::daemon())?;
        for (seen, name) in ready.into_iter().take_while(|_| going_on()) {
            // A file whose reading ends in a panic is not read again and again, and the others get their turn.
            self.watch.leave(&seen);
            match name {
                FileNaming::Kind(kind) => {
                    let taken = take::take(app, folder, kind, &seen, &mut looked);
                    self.watch.look_again(&seen);
                    taken?;
                }
                FileNaming::Left(why) => leave(app, &seen, why, &mut looked)?,
                FileNaming::Passing => {}
            }
        }
        Ok(looked)
    }
}

/// Leaves a file that is not meant by its name where it is, and says so once for each name.
fn leave(app: &App, seen: &SeenFile, why: NotTaken, looked: &mut InboxLook) -> anyhow::Result<()> {
    let (why, in_log) = match why {
        NotTaken::Unclear => (NotLookedInto::Unclear, "its name does not say what it holds"),
        NotTaken::Copy => (NotLookedInto::Copy, "by its name it is a copy"),
        NotTaken::Kept => (NotLookedInto::Kept, "by its name a program keeps it for itself"),
    };
    let outcome = FileOutcome::Left { why, beginnings: beginnings().to_vec() };
    let key = format!("inbox-name {}", seen.name_mark());
    report::queue_report(app, seen, outcome, key)?;
    looked.taken.push(format!("a file was left: {in_log}"));
    Ok(())
}

/// The inbox as a loop of the daemon, where one is configured.
pub(crate) fn inbox_service(app: &Arc<App>) -> Option<DaemonService> {
    let inbox = Arc::new(Mutex::new(Inbox::of(app)?));
    if matches!(app.db.read(|conn| report::recipient(app, conn)), Ok(None)) {
        tracing::warn!(
            "nobody is told what becomes of the files in the inbox: give [organisation] an hr_email"
        );
    }
    let app = Arc::clone(app);
    Some(DaemonService::new("inbox", move |shutdown| {
        look_until(Arc::clone(&app), Arc::clone(&inbox), shutdown)
    }))
}

async fn look_until(app: Arc<App>, inbox: Arc<Mutex<Inbox>>, mut shutdown: StopSignal) -> anyhow::Result<()> {
    let mut said = Vec::new();
    while !*shutdown.borrow() {
        let (app, inbox, stop) = (Arc::clone(&app), Arc::clone(&inbox), shutdown.clone());
        let looked = tokio::task::spawn_blocking(move || {
            // What was seen is whole at any instant.
            inbox.lock().unwrap_or_else(PoisonError::into_inner).look_while(&app, || !*stop.borrow())
        });
        // An unreadable folder is a trouble like others: it ends when somebody puts it right.
        let looked = looked.await.unwrap_or_else(|panic| Err(panic.into()));
        let looked = looked.unwrap_or_else(|error| InboxLook {
            troubles: vec![format!("{error:#}")],
            ..InboxLook::default()
        });
        for sentence in &looked.taken {
            tracing::info!("{sentence}");
        }
        // Said once for as long as it lasts, not at every look.
        for sentence in looked.troubles.iter().filter(|sentence| !said.contains(*sentence)) {
            tracing::error!("{sentence}");
        }
        said = looked.troubles;
        tokio::select! {
            _ = shutdown.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
    Ok(())
}
