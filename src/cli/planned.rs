//! The documented shape of `remind` and `rehearse` (spec 4.1), written out message by message: a first run of a large
//! organisation is long, and so is a year of any.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};

use crate::answers::shapes::List;
use crate::jobs::{Planned, PlannedMessage};
use crate::plan::{Account, MailBrake};

/// The document of planning runs, with further fields beside those documented.
pub(crate) fn document<'a>(planned: &'a Planned, more: impl Serialize + 'a) -> impl Serialize + 'a {
    PlannedDocument {
        messages: List(move || planned.messages().map(message)),
        total: planned.totals().messages(),
        account: account(&planned.account()),
        more,
    }
}

#[derive(Serialize)]
struct PlannedDocument<M, T> {
    messages: M,
    total: usize,
    account: Value,
    #[serde(flatten)]
    more: T,
}

#[derive(Serialize)]
struct MessageDocument<'a> {
    on: NaiveDate,
    kind: &'static str,
    organisation: &'a str,
    employee_number: Option<&'a str>,
    to: &'a str,
    held: bool,
    items: Vec<ItemDocument<'a>>,
}

#[derive(Serialize)]
struct ItemDocument<'a> {
    employee_number: &'a str,
    course: &'a str,
    state: &'static str,
    due_date: NaiveDate,
    stage: Option<i32>,
    triggers: bool,
}

fn message(message: PlannedMessage<'_>) -> MessageDocument<'_> {
    let items = message.items().map(|item| ItemDocument {
        employee_number: item.employee_number,
        course: item.course,
        state: item.state.as_str(),
        due_date: item.due_on,
        stage: item.stage,
        triggers: item.triggers,
    });
    MessageDocument {
        on: message.on,
        kind: message.kind.as_str(),
        organisation: message.organisation,
        employee_number: message.employee_number,
        to: message.to,
        held: message.brake == MailBrake::Held,
        items: items.collect(),
    }
}

/// The account of everyone considered.
pub(crate) fn account(account: &Account) -> Value {
    json!({
        "considered": account.considered(),
        "messaged": account.messaged,
        "nothing_due": account.nothing_due,
        "already_told": account.already_told,
        "no_email": account.no_email,
        "held": account.held,
    })
}
