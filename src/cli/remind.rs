//! `remind`: today's reminders.

use serde_json::{Value, json};

use super::args::RemindArgs;
use super::exit::Exit;
use super::out::{Out, table};
use crate::app::App;
use crate::jobs::{Planned, PlannedItem, PlannedMessage, Writing, plan_reminders};
use crate::plan::Brake;

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

fn document(planned: &Planned) -> Value {
    let item = |item: &PlannedItem| {
        json!({
            "employee_number": item.employee_number,
            "course": item.course,
            "state": item.state.as_str(),
            "due_date": item.due_on,
            "stage": item.stage,
            "triggers": item.triggers,
        })
    };
    let message = |message: &PlannedMessage| {
        json!({
            "on": planned.on,
            "kind": "reminder",
            "organisation": message.organisation,
            "employee_number": message.employee_number,
            "to": message.to,
            "held": message.brake == Brake::Held,
            "items": message.items.iter().map(item).collect::<Vec<_>>(),
        })
    };
    let account = &planned.account;
    json!({
        "messages": planned.messages.iter().map(message).collect::<Vec<_>>(),
        "total": planned.messages.len(),
        "account": {
            "considered": account.considered(),
            "messaged": account.messaged,
            "nothing_due": account.nothing_due,
            "already_told": account.already_told,
            "no_email": account.no_email,
            "held": account.held,
        },
    })
}

fn words(planned: &Planned, dry_run: bool) -> String {
    let headers = ["employee", "to", "course", "state", "due", "stage"];
    let rows = planned.messages.iter().flat_map(|message| {
        message.items.iter().filter(|item| item.triggers).map(|item| {
            vec![
                message.employee_number.clone(),
                message.to.clone(),
                item.course.clone(),
                item.state.as_str().replace('_', " "),
                item.due_on.to_string(),
                item.stage.map_or(String::new(), |stage| stage.to_string()),
            ]
        })
    });
    let account = &planned.account;
    let mut text = String::new();
    if !planned.messages.is_empty() {
        text.push_str(&table(&headers, 5, rows));
        text.push_str("\n\n");
    }
    let done = if dry_run { "would be planned" } else { "planned" };
    text.push_str(&format!(
        "{} reminders {done}. {} people considered: {} mailed, {} held, {} with nothing due, {} told before, \
         {} without an e-mail address.",
        planned.messages.len(),
        account.considered(),
        account.messaged,
        account.held,
        account.nothing_due,
        account.already_told,
        account.no_email,
    ));
    text
}
