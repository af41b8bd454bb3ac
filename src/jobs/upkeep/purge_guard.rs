//! What speaks against a purge that nobody looks at: a clock that may be wrong, or more people than one night has
//! (spec 2.10).

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::audit::{self, Action};
use crate::db::Conn;
use crate::outbox::store as outbox;
use crate::register::store;
use crate::schedule;

/// The detail of an audit entry that says that a person stood by a purge.
pub(crate) const CONFIRMED: &str = "confirmed";

/// A clock that is further past all that was recorded is not believed.
const MOST_DAYS: i64 = 35;
/// Fewer people than this are never too many.
const FEW: u64 = 20;
/// More than one in so many of all is too many.
const ONE_IN: u64 = 50;

/// Why `people` are not to be purged on `today` unasked; `None` where nothing speaks against it.
pub(crate) fn reason_to_hold(
    app: &App,
    conn: &mut Conn,
    people: usize,
    today: NaiveDate,
) -> anyhow::Result<Option<String>> {
    let confirmed = audit::last_with(conn, Action::Purge, CONFIRMED)?;
    let confirmed = confirmed.map(|at: DateTime<Utc>| at.with_timezone(&app.config.time_zone).date_naive());
    let mut days = store::import_days(conn)?;
    let at_work = outbox::days_at_work(conn)?.into_iter().chain(schedule::store::days_at_work(conn)?);
    days.extend(at_work.map(|day| (day, false)));
    if let Some((before, after)) = leap(&mut days, confirmed, today) {
        return Ok(Some(format!(
            "nothing was recorded from {before} to {after}, {} days, so the clock, which says {today}, may be wrong",
            (after - before).num_days()
        )));
    }
    let (people, kept) = (u64::try_from(people)?, store::people_kept(conn)?);
    let too_many = people >= FEW && people.saturating_mul(ONE_IN) > kept;
    Ok(too_many.then(|| format!("it would remove {people} of {kept} people at once")))
}

/// The latest leap of the clock over more than 35 days in which nothing was recorded, as the days before and after it.
/// What the program itself recorded after a leap does not vouch for the clock, which it recorded by; a file that
/// somebody brought, or a purge that somebody confirmed, does.
fn leap(
    days: &mut Vec<(NaiveDate, bool)>,
    confirmed: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<(NaiveDate, NaiveDate)> {
    if days.is_empty() {
        return None;
    }
    days.extend(confirmed.map(|day| (day, true)));
    days.retain(|(day, _)| *day <= today);
    days.push((today, false));
    days.sort_unstable();
    let mut later = days.iter().rev();
    let (mut after, mut vouched) = *later.next()?;
    for (day, by_somebody) in later {
        if (after - *day).num_days() > MOST_DAYS {
            return (!vouched).then_some((*day, after));
        }
        vouched |= *by_somebody;
        after = *day;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_believed_where_something_was_recorded_lately_that_it_did_not_record_by_itself() {
        // By people `+`, by the program `-`.
        for (recorded, confirmed, today, held) in [
            ("+2026-11-20", None, "2026-11-24", None),
            ("+2026-11-20", None, "2026-12-25", None),
            ("+2026-11-20", None, "2026-12-26", Some("2026-11-20 2026-12-26")),
            ("+2026-11-20", None, "2034-01-01", Some("2026-11-20 2034-01-01")),
            ("+2026-01-01 -2026-01-20 -2026-02-20 -2026-03-20", None, "2026-03-21", None),
            // The daemon of a wrong clock plans and runs before it purges, night after night.
            ("+2026-11-20 -2034-01-01", None, "2034-01-01", Some("2026-11-20 2034-01-01")),
            ("+2026-11-20 -2034-01-01 -2034-01-02", None, "2034-02-20", Some("2034-01-02 2034-02-20")),
            ("+2026-11-20 -2034-01-01 -2034-02-01", None, "2034-02-20", Some("2026-11-20 2034-01-01")),
            ("+2026-11-20 -2034-01-01 +2034-01-03", None, "2034-01-04", None),
            ("+2026-11-20 -2034-01-01", Some("2034-01-02"), "2034-01-04", None),
            ("+2026-11-20 -2034-01-01", Some("2026-11-01"), "2034-01-04", Some("2026-11-20 2034-01-01")),
            // A clock that was ahead and was put right.
            ("+2026-11-20 -2034-01-01", None, "2026-11-24", None),
            ("", None, "2034-01-01", None),
        ] {
            let mut days: Vec<(NaiveDate, bool)> = recorded
                .split_whitespace()
                .map(|day| (day[1..].parse().unwrap(), day.starts_with('+')))
                .collect();
            let confirmed = confirmed.map(|day| day.parse().unwrap());
            let found = leap(&mut days, confirmed, today.parse().unwrap());
            let found = found.map(|(before, after)| format!("{before} {after}"));
            assert_eq!(found.as_deref(), held, "{recorded}, {confirmed:?}, {today}");
        }
    }
}
