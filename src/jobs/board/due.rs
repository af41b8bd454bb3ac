//! Which board summaries are due, and issuing them (spec 2.9, 5): on the first working day of each month at the
//! scheduled time for the month before; one that was missed is still sent, once.

use chrono::{Datelike, NaiveDate};

use super::summary::issue_board_summary;
use crate::answers::{self, SendingDays};
use crate::app::App;
use crate::audit::Actor;
use crate::board::Month;
use crate::jobs::names::BOARD_SUMMARY;
use crate::jobs::organisation_results::OrganisationResults;
use crate::jobs::upkeep::watch::{self, TroubleFound};
use crate::mail::Trouble;
use crate::register::Organisation;
use crate::schedule::{self, Calendar, JobRun};
use crate::wording::counted;

/// How many months back a missed summary is looked for.
const MONTHS_BACK: u32 = 12;

/// Issues every summary that is due and was not issued, of every organisation with recipients, each by itself.
pub(crate) fn issue_due(app: &App, run: JobRun) -> anyhow::Result<String> {
    app.take_up_policy(&Actor::daemon())?;
    let calendar = SendingDays::read(app, &answers::policy_of(app, run.today)?.reminders)?.calendar;
    let Some(first) = app.db.read(|conn| schedule::store::counted_from(conn, BOARD_SUMMARY))? else {
        return Ok("nothing due".to_owned());
    };
    let started_on = first.0.with_timezone(&app.config.time_zone).date_naive();
    let mut organisations = answers::organisations(app)?;
    organisations.retain(|organisation| app.board_recipients(&organisation.code).next().is_some());
    let months = due_months(&calendar, started_on, app.today_for_good(run.today));
    let mut each = OrganisationResults::default();
    for month in months {
        let what = format!("the board summary for {}", month.long());
        each.extend(OrganisationResults::of(&organisations, &what, |organisation| {
            issue(app, organisation, month, run)
        }));
    }
    let said = if each.done.is_empty() {
        "nothing due".to_owned()
    } else {
        format!("issued {}", each.done.join(", "))
    };
    each.or_faults(said)
}

/// Issues a month's summary unless it was, and says so. Where it goes without its PDF, the operator is told why.
fn issue(
    app: &App,
    organisation: &Organisation,
    month: Month,
    run: JobRun,
) -> anyhow::Result<Option<String>> {
    let (code, name) = (&organisation.code, &organisation.name);
    if answers::frozen_figures(app, code, month)?.is_some() {
        return Ok(None);
    }
    let done = issue_board_summary(app, code, month, &Actor::daemon(), run.today, run.now)?;
    if let Some(why) = &done.without_pdf {
        tracing::error!(organisation = code, why, "the board summary goes without its PDF");
        let trouble = Trouble::WithoutPdf { month: month.long(), why: why.clone() };
        let key = format!("without-pdf {code} {month}");
        watch::queue_notices(app, &[TroubleFound::new(key, name.clone(), trouble)], run.today, run.now)?;
    }
    let recipients = counted(done.queued, "recipient", "recipients");
    let pdf = if done.without_pdf.is_some() { ", without the PDF" } else { "" };
    Ok(Some(format!("{month} of {code} to {recipients}{pdf}")))
}

/// The summaries that will be issued from `today` to `until`: day, organisation and recipient of each message. What was
/// missed is issued today; with no schedule ever started, it is as if one were started today.
pub(crate) fn to_come(
    app: &App,
    calendar: &Calendar,
    organisation: Option<&str>,
    today: NaiveDate,
    until: NaiveDate,
) -> anyhow::Result<Vec<(NaiveDate, String, String)>> {
    let first = app.db.read(|conn| schedule::store::counted_from(conn, BOARD_SUMMARY))?;
    let started_on = first.map(|slot| slot.0.with_timezone(&app.config.time_zone).date_naive());
    let started_on = started_on.or(today.pred_opt()).unwrap_or(today);
    let asked = |code: &str| organisation.is_none_or(|asked| asked == code);
    let mut messages = Vec::new();
    for known in answers::organisations(app)?.into_iter().filter(|known| asked(&known.code)) {
        let recipients: Vec<&str> = app.board_recipients(&known.code).collect();
        if recipients.is_empty() {
            continue;
        }
        let first = Month::of(today).minus(MONTHS_BACK);
        let next = |month: &Month| month.last_day().succ_opt().map(Month::of);
        for month in std::iter::successors(Some(first), next).take_while(|month| month.first_day() <= until) {
            let on = sending_day(calendar, month).filter(|day| started_on < *day).map(|day| day.max(today));
            let on = on.filter(|day| *day <= until);
            if let Some(on) = on
                && answers::frozen_figures(app, &known.code, month)?.is_none()
            {
                messages.extend(recipients.iter().map(|to| (on, known.code.clone(), (*to).to_owned())));
            }
        }
    }
    Ok(messages)
}

/// The day on which a month's summary goes out: the first working day of the next.
fn sending_day(calendar: &Calendar, month: Month) -> Option<NaiveDate> {
    let next = month.last_day().succ_opt()?;
    calendar.first_working_day(next.year(), next.month())
}

/// The months whose summary is due by `today`, oldest first: those whose sending day, the first working day of the
/// next month, came after the schedule was first looked at. A first start has nothing to make up for.
fn due_months(calendar: &Calendar, started_on: NaiveDate, today: NaiveDate) -> Vec<Month> {
    let this_month = Month::of(today);
    let due =
        |month: &Month| sending_day(calendar, *month).is_some_and(|day| started_on < day && day <= today);
    (1..=MONTHS_BACK).rev().map(|back| this_month.minus(back)).filter(due).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::day;

    #[test]
    fn a_summary_is_due_from_the_first_working_day_and_a_missed_one_still() {
        let calendar = Calendar::new([], []);
        for (started_on, today, months) in [
            ("2026-09-15", "2026-09-30", ""),
            ("2026-09-15", "2026-10-01", "2026-09"), // a Thursday
            ("2026-09-15", "2026-11-01", "2026-09"), // a Sunday: October's is not due yet
            ("2026-09-15", "2026-11-02", "2026-09 2026-10"),
            ("2026-10-01", "2026-10-20", ""), // first started on the sending day, after the time
            ("2026-12-20", "2027-01-03", ""),
            ("2026-12-20", "2027-01-04", "2026-12"), // 1 January is a holiday and a Friday
        ] {
            let due = due_months(&calendar, day(started_on), day(today));
            let due: Vec<String> = due.iter().map(ToString::to_string).collect();
            assert_eq!(due.join(" "), months, "started {started_on}, today {today}");
        }
    }
}
