//! `jobs`: what is scheduled, when it last ran and when it runs next.

use std::sync::Arc;

use serde_json::json;

use super::exit::Exit;
use super::out::{Out, table};
use crate::app::App;
use crate::jobs;
use crate::schedule::{self, JobOverview};

/// Prints each scheduled job with its expression, last run and result, next run and how late it is.
pub fn run(app: &Arc<App>, out: Out) -> anyhow::Result<Exit> {
    let now = app.now();
    let jobs = jobs::all(app)?;
    let ledger = app.db.read(|conn| Ok::<_, anyhow::Error>(schedule::store::ledger(conn, &jobs, now)?))?;
    let overviews = schedule::overview(&ledger, &jobs, now, app.config.time_zone);
    if out.json {
        out.document(&json!({ "jobs": overviews }))?;
    } else {
        out.text(&words(&overviews, app.config.time_zone))?;
    }
    Ok(Exit::Done)
}

fn words(overviews: &[JobOverview], zone: chrono_tz::Tz) -> String {
    let at =
        |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).format("%a %-d %b %Y %H:%M").to_string();
    let row = |job: &JobOverview| {
        vec![
            job.job.to_string(),
            job.expression.to_string(),
            job.last_started_at.map_or("never".to_owned(), at),
            job.last_outcome.map_or("-", |outcome| outcome.as_str()).to_owned(),
            job.last_detail.clone(),
            job.next_run.map_or("-".to_owned(), |slot| at(slot.0)),
            if job.late_seconds > 0 { format!("{} min late", job.late_seconds / 60) } else { String::new() },
        ]
    };
    let headers = ["job", "expression", "last run", "result", "what it did", "next run", ""];
    let mut text = table(&headers, headers.len(), overviews.iter().map(row));
    text.push_str(
        "\n\nA run that was missed is made up for once, as of that day, until the job's next run comes; a board summary \
         that was missed is still sent for twelve months.",
    );
    text
}
