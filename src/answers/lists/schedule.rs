//! `jobs`: what is scheduled, when it last ran and when it runs next.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, columns, prose};
use crate::answers::{Answer, Viewer};
use crate::app::App;
use crate::schedule::{self, JobOverview, ScheduledJob};

/// Each scheduled job.
#[derive(Debug)]
pub struct Jobs {
    jobs: Vec<JobOverview>,
    zone: Tz,
}

/// `jobs`, which are those of the daemon, with their expressions, last runs and results, next runs and how late they are.
/// What the last run said counts everybody, so that only who may see everything is told.
pub fn jobs(app: &App, viewer: &Viewer, jobs: &[ScheduledJob]) -> anyhow::Result<Jobs> {
    let mut overviews = job_overviews(app, jobs)?;
    if *viewer != Viewer::Everything {
        overviews.iter_mut().for_each(|job| job.last_detail.clear());
    }
    Ok(Jobs { jobs: overviews, zone: app.config.time_zone })
}

/// How each of `jobs` stands.
pub(crate) fn job_overviews(app: &App, jobs: &[ScheduledJob]) -> anyhow::Result<Vec<JobOverview>> {
    let now = app.now();
    let ledger = app.db.read(|conn| schedule::store::ledger(conn, jobs, now))?;
    Ok(schedule::overview(&ledger, jobs, now, app.config.time_zone))
}

impl Jobs {
    /// The jobs, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let at = |at: DateTime<Utc>| at.with_timezone(&self.zone).format("%a %-d %b %Y %H:%M").to_string();
        let row = move |job: &JobOverview| {
            let late = match job.late_seconds {
                ..=0 => String::new(),
                seconds => format!("{} min", seconds / 60),
            };
            [
                job.job.clone(),
                job.expression.clone(),
                job.last_started_at.map_or("never".to_owned(), at),
                job.last_outcome.map_or("-", |outcome| outcome.as_str()).to_owned(),
                job.last_detail.clone(),
                job.next_run.map_or("-".to_owned(), |slot| at(slot.0)),
                late,
            ]
            .map(AnswerCell::Text)
            .to_vec()
        };
        let mut columns = columns(ListColumn::code, ["job", "expression", "last run", "result"]);
        columns.extend([
            ListColumn::words("what it did"),
            ListColumn::code("next run"),
            ListColumn::code("late"),
        ]);
        AnswerRows::new("Jobs", columns, self.jobs.iter().map(row))
    }
}

impl Serialize for Jobs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json!({ "jobs": self.jobs }).serialize(serializer)
    }
}

impl Answer for Jobs {
    fn words(&self, width: usize) -> String {
        const MISSED: &str = "A run that was missed is made up for once, as of that day, until the job's next run \
                              comes; a board summary that was missed is still sent for twelve months.";
        format!("{}\n\n{}", self.sheet().table(width), prose(MISSED, width))
    }
}
