//! `remind`: today's reminders.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};

use super::args::RemindArgs;
use super::exit::Exit;
use super::json::List;
use super::out::{Out, table};
use crate::app::App;
use crate::jobs::{Planned, PlannedMessage, Writing, plan_reminders};
use crate::outbox::Kind;
use crate::plan::Brake;

/// How many messages are shown to a person.
const SHOWN: usize = 100;

/// Plans today's reminders into the outbox, or with `--dry-run` shows them.
pub fn run(app: &App, args: &RemindArgs, out: Out) -> anyhow::Result<Exit> {
    let writing = if args.dry_run { Writing::Nothing } else { Writing::Outbox };
    let planned = plan_reminders(app, args.organisation.as_deref(), app.today(), app.now(), writing)?;
    if !planned.sending_day {
        out.note(&format!("{} is not a sending day: nothing is planned", app.today()));
    }
    for held in &planned.held {
        out.note(held);
    }
    if out.json {
        out.document(&document(&planned))?;
    } else {
        out.text(&words(&planned, args.dry_run))?;
    }
    Ok(Exit::Done)
}

/// The documented shape (spec 4.1), written out message by message: a first run of a large organisation is long.
#[derive(Serialize)]
struct Document<M> {
    messages: M,
    total: usize,
    account: Value,
}

#[derive(Serialize)]
struct Message<'a> {
    on: NaiveDate,
    kind: &'static str,
    organisation: &'a str,
    employee_number: &'a str,
    to: &'a str,
    held: bool,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    employee_number: &'a str,
    course: &'a str,
    state: &'static str,
    due_date: NaiveDate,
    stage: Option<i32>,
    triggers: bool,
}

fn shown_message(on: NaiveDate, message: PlannedMessage<'_>) -> Message<'_> {
    let items = message.items().map(|item| Item {
        employee_number: message.employee_number,
        course: item.course,
        state: item.state.as_str(),
        due_date: item.due_on,
        stage: item.stage,
        triggers: item.triggers,
    });
    Message {
        on,
        kind: Kind::Reminder.as_str(),
        organisation: message.organisation,
        employee_number: message.employee_number,
        to: message.to,
        held: message.brake == Brake::Held,
        items: items.collect(),
    }
}

fn document(planned: &Planned) -> impl Serialize {
    let account = &planned.account;
    let account = json!({
        "considered": account.considered(),
        "messaged": account.messaged,
        "nothing_due": account.nothing_due,
        "already_told": account.already_told,
        "no_email": account.no_email,
        "held": account.held,
    });
    let messages = List(move || planned.messages().map(|message| shown_message(planned.on, message)));
    Document { messages, total: planned.total(), account }
}

fn words(planned: &Planned, dry_run: bool) -> String {
    let headers = ["employee", "to", "course", "state", "due", "stage"];
    let rows = planned.messages().take(SHOWN).flat_map(|message| {
        message.items().filter(|item| item.triggers).map(move |item| {
            vec![
                message.employee_number.to_owned(),
                message.to.to_owned(),
                item.course.to_owned(),
                item.state.as_str().replace('_', " "),
                item.due_on.to_string(),
                item.stage.map_or(String::new(), |stage| stage.to_string()),
            ]
        })
    });
    let account = &planned.account;
    let mut text = String::new();
    if planned.total() > 0 {
        text.push_str(&table(&headers, 5, rows));
        text.push_str("\n\n");
    }
    if planned.total() > SHOWN {
        text.push_str(&format!("and {} more messages; --json lists them all\n\n", planned.total() - SHOWN));
    }
    let done = if dry_run { "would be planned" } else { "planned" };
    text.push_str(&format!(
        "{} reminders {done}. {} people considered: {} mailed, {} held, {} with nothing due, {} told before, \
         {} without an e-mail address.",
        planned.total(),
        account.considered(),
        account.messaged,
        account.held,
        account.nothing_due,
        account.already_told,
        account.no_email,
    ));
    text
}
