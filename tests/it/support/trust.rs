//! A trust in a folder of its own, lived in on a fixed clock, its mail kept in memory.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use refresher::app::App;
use refresher::audit::Actor;
use refresher::clock::Clock;
use refresher::db::IfMissing;
use refresher::delivery::{Delivery, DeliverySummary, MemoryTransport, Patience, Transport};
use refresher::import::{FileKind, Force};
use refresher::jobs::{self, HowToImport, Planned, PlannedParts, Writing};
use refresher::outbox::{ListedMessage, store};
use tokio::sync::watch;

use super::engine::overrides;

const SETTINGS: &str = r#"
policy = "policy.toml"
[organisation]
code = "RXX"
name = "Example NHS Trust"
kind = "acute"
safeguarding_email = "safeguarding@example.org"
[smtp]
transport = "file"
per_minute = 100000
per_day = 1000000
"#;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The instant that is written so: `2026-11-01T09:00:00Z`.
pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// This time of day on the wall in London.
pub fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    London.from_local_datetime(&day.and_time(time)).single().unwrap().with_timezone(&Utc)
}

pub struct Trust {
    pub folder: tempfile::TempDir,
    pub memory: MemoryTransport,
    /// Kept open where nothing but the time changes, for those that live long.
    open: Option<App>,
}

impl Trust {
    pub fn new(policy: &str) -> Self {
        Self::with_settings(policy, "")
    }

    /// With further settings after those that every trust has.
    pub fn with_settings(policy: &str, more: &str) -> Self {
        let trust =
            Self { folder: tempfile::tempdir().unwrap(), memory: MemoryTransport::default(), open: None };
        trust.write("refresher.toml", &format!("{SETTINGS}{more}"));
        trust.write("policy.toml", policy);
        trust
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// From now on settings and policy are not read again.
    pub fn keep_open(&mut self, now: DateTime<Utc>) {
        self.open = Some((*self.app(now)).clone());
    }

    pub fn app(&self, now: DateTime<Utc>) -> Arc<App> {
        if let Some(open) = &self.open {
            return Arc::new(App { clock: Clock::Fixed(now), ..open.clone() });
        }
        let settings = self.folder.path().join("refresher.toml");
        Arc::new(App::open(&settings, &overrides(&settings), Clock::Fixed(now), IfMissing::Create).unwrap())
    }

    /// Takes a file in at 7 in the morning of the day, past every brake.
    pub fn import(&self, on: NaiveDate, kind: FileKind, content: &str) {
        self.import_at(at(on, 7, 0), kind, content, Force::Everything);
    }

    /// Takes a file in of which every row is sound.
    pub fn import_at(&self, now: DateTime<Utc>, kind: FileKind, content: &str, force: Force) {
        let name = format!("{kind:?}.csv");
        self.write(&name, content);
        let (app, file) = (self.app(now), self.folder.path().join(name));
        let how = HowToImport { force, ..HowToImport::default() };
        let imported = jobs::import_file(&app, kind, &file, &how, app.today()).unwrap();
        assert!(
            imported.report.refused.is_none() && imported.report.rejected.is_empty(),
            "{:?}",
            imported.report
        );
    }

    /// The planning run of the day's morning.
    pub fn plan(&self, on: NaiveDate, parts: PlannedParts) -> Planned {
        let now = at(on, 8, 0);
        jobs::plan_reminders(&self.app(now), None, on, now, &Actor::of_process(), parts, Writing::Outbox)
            .unwrap()
    }

    /// Runs a scheduled job as the daemon would at that time; what it said.
    pub fn run(&self, job: &str, now: DateTime<Utc>) -> String {
        let app = self.app(now);
        let all = jobs::all(&app).unwrap();
        let job = all.iter().find(|one| one.name == job).unwrap();
        let slot = refresher::schedule::Slot(now);
        (job.run)(refresher::schedule::JobRun { now, today: app.today(), slot }).unwrap()
    }

    /// Delivers what is queued, to memory.
    pub async fn deliver(&self, now: DateTime<Utc>) -> DeliverySummary {
        let app = self.app(now);
        let transport = Arc::new(Transport::Memory(self.memory.clone()));
        let delivery = Delivery {
            transport,
            connections: 1,
            ..jobs::deliveries(&app, &Actor::of_process()).unwrap().remove(0)
        };
        let (_stop, shutdown) = watch::channel(false);
        delivery.deliver_all(None, Patience::None, shutdown).await.unwrap()
    }

    pub fn messages(&self) -> Vec<ListedMessage> {
        let app = self.app(at(day("2026-01-01"), 0, 0));
        app.db.read(|conn| store::list(conn, None)).unwrap()
    }
}
