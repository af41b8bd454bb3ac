//! `rehearse`: every message that would be sent, day by day, if nothing changed. Nothing is sent or stored.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::args::RehearseArgs;
use super::exit::Exit;
use super::out::{Out, width};
use super::planned::{account, document};
use crate::answers::{ListColumn, prose, table};
use crate::app::App;
use crate::delivery::SendingRate;
use crate::delivery::pace::QueueForecast;
use crate::jobs::{MessageTotals, Planned, PlannedDay, rehearse};
use crate::outbox::{MailRoute, MessageKind};
use crate::wording::{counted, long_date};

/// Prints the messages of the days to come, by day and by kind, with what the queue makes of them.
pub(crate) fn run(app: &App, args: &RehearseArgs, out: Out) -> anyhow::Result<Exit> {
    let (today, now) = (app.today(), app.now());
    let planned = rehearse(app, args.organisation.as_deref(), today, args.until, now)?;
    let rates: Vec<SenderRate> =
        app.routes().into_iter().map(|(route, mail)| (route, app.configured_rate(mail))).collect();
    let days = queued(&planned, &rates);
    if out.json {
        let days: Vec<Value> = days.iter().map(day_document).collect();
        out.document(&document(
            &planned,
            json!({ "totals": totals_document(&planned.totals()), "days": days }),
        ))?;
    } else {
        out.text(&words(&planned, &days, &rates, (today, args.until)))?;
    }
    Ok(Exit::Done)
}

/// A sender's mail, and how fast it may go.
type SenderRate = (MailRoute, SendingRate);

/// A day's messages, and how long after they are queued the queue of every sender is empty again.
struct QueuedNow<'a> {
    day: &'a PlannedDay,
    totals: MessageTotals,
    empty_after: TimeDelta,
}

/// The days on which something goes out. What the mail brake holds is counted as if it were let go the same day.
fn queued<'a>(planned: &'a Planned, rates: &[SenderRate]) -> Vec<QueuedNow<'a>> {
    let mut queues: Vec<QueueForecast> = rates.iter().map(|(_, rate)| QueueForecast::new(*rate)).collect();
    let mut last: Option<NaiveDate> = None;
    let days = planned.days.iter().map(|day| {
        let days_since = last.map_or(0, |last| (day.on - last).num_days());
        last = Some(day.on);
        let messages = planned.by_organisation(day);
        let mut empty_after = TimeDelta::zero();
        for (queue, (route, _)) in queues.iter_mut().zip(rates) {
            let theirs = messages.iter().filter(|(code, _)| route.is_of(code)).map(|(_, count)| count).sum();
            empty_after = empty_after.max(queue.add(theirs, days_since));
        }
        QueuedNow { day, totals: day.totals(), empty_after }
    });
    days.filter(|queued| queued.totals.messages() > 0).collect()
}

fn totals_document(totals: &MessageTotals) -> Value {
    let by_kind = MessageKind::planned().map(|kind| (kind.as_str().to_owned(), totals.of(kind).into()));
    Value::Object(by_kind.chain([("held".to_owned(), totals.held.into())]).collect())
}

fn day_document(queued: &QueuedNow<'_>) -> Value {
    json!({
        "on": queued.day.on,
        "totals": totals_document(&queued.totals),
        "total": queued.totals.messages(),
        "account": account(&queued.day.account()),
        "queue_empty_after_seconds": queued.empty_after.num_seconds(),
    })
}

fn words(
    planned: &Planned,
    days: &[QueuedNow<'_>],
    rates: &[SenderRate],
    (from, until): (NaiveDate, NaiveDate),
) -> String {
    let totals = planned.totals();
    let mut text = String::new();
    if days.is_empty() {
        return format!(
            "From {} to {} nothing would be sent, if nothing changed.",
            long_date(from),
            long_date(until)
        );
    }
    let kinds: Vec<MessageKind> = MessageKind::planned().filter(|kind| is_shown(*kind, &totals)).collect();
    let row = |queued: &QueuedNow<'_>| {
        let figures = |totals: &MessageTotals| {
            let of: Vec<usize> = kinds.iter().map(|kind| totals.of(*kind)).collect();
            of.into_iter().chain([totals.messages(), totals.held]).map(|count| count.to_string())
        };
        let day = queued.day.on.format("%a %-d %b %Y").to_string();
        let mut row: Vec<String> = std::iter::once(day).chain(figures(&queued.totals)).collect();
        row.push(duration(queued.empty_after));
        row
    };
    let mut columns = vec![ListColumn::code("day")];
    columns.extend(kinds.iter().map(|kind| ListColumn::figure(kind.heading())));
    columns.extend(["messages", "held", "queue empty after"].map(ListColumn::figure));
    let figures = table(&columns, days.iter().map(row), width());
    let counts = kinds.iter().map(|kind| {
        let (one, many) = kind.one_and_many();
        counted(totals.of(*kind), one, many)
    });
    text.push_str(&format!(
        "\n\nFrom {} to {}, if nothing changed: {} on {} ({}). Nothing was sent or stored.\n",
        long_date(from),
        long_date(until),
        counted(totals.messages(), "message", "messages"),
        counted(days.len(), "day", "days"),
        counts.collect::<Vec<_>>().join(", "),
    ));
    if let Some(longest) =
        days.iter().max_by_key(|queued| (queued.empty_after, std::cmp::Reverse(queued.day.on)))
    {
        let at = match rates {
            [(_, rate)] => format!("{} messages a minute and {} a day", rate.per_minute, rate.per_day),
            _ => "the rate of each sender".to_owned(),
        };
        text.push_str(&format!(
            "At {at} the queue is longest on {}: empty after {}.\n",
            long_date(longest.day.on),
            duration(longest.empty_after)
        ));
    }
    let held: Vec<String> = planned.held().collect();
    if !held.is_empty() {
        text.push_str("\nHeld until `refresher outbox release`:\n");
        held.iter().for_each(|held| text.push_str(&format!("- {held}\n")));
    }
    format!("{figures}{}", prose(&text, width()))
}

/// Whether a kind is named where there is none of it: an escalation only comes where the policy asks for it.
fn is_shown(kind: MessageKind, totals: &MessageTotals) -> bool {
    kind != MessageKind::Escalation || totals.of(kind) > 0
}

/// A duration for people: `2 min`, `4 h 10 min`, `2 d 3 h`.
fn duration(time: TimeDelta) -> String {
    let minutes = (time.num_seconds() + 59) / 60;
    match (minutes / (24 * 60), minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}
