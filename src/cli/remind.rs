//! `remind`: today's reminders, those to owners of overdue assurance reviews, and the week's digests to managers where
//! they are due.

use super::args::RemindArgs;
use super::exit::Exit;
use super::out::{Out, width};
use super::planned::document;
use crate::answers::{ListColumn, prose, table};
use crate::app::App;
use crate::audit::Actor;
use crate::jobs::{Planned, PlannedMessage, PlannedParts, Writing, plan_reminders};
use crate::outbox::MessageKind;
use crate::wording::counted;

/// How many messages are shown to a person.
const SHOWN: usize = 100;

/// Plans today's messages into the outbox, or with `--dry-run` shows them.
pub(crate) fn run(app: &App, args: &RemindArgs, out: Out) -> anyhow::Result<Exit> {
    let writing = if args.dry_run { Writing::Nothing } else { Writing::Outbox };
    let (today, now) = (app.today(), app.now());
    let planned = plan_reminders(
        app,
        args.organisation.as_deref(),
        today,
        now,
        &Actor::of_process(),
        PlannedParts::Both,
        writing,
    )?;
    if planned.days.is_empty() {
        out.note(&format!("{today} is not a sending day: nothing is planned"));
    }
    for held in planned.held() {
        out.note(&format!(
            "{held}: look with `refresher outbox --state held`, let them go with `refresher outbox release`"
        ));
    }
    if out.json {
        out.document(&document(&planned, ()))?;
    } else {
        out.text(&words(&planned, args.dry_run))?;
    }
    Ok(Exit::Done)
}

fn words(planned: &Planned, dry_run: bool) -> String {
    let of = |kind| planned.messages().filter(move |message| message.kind == kind);
    let totals = planned.totals();
    let mut text = String::new();
    let reminders = of(MessageKind::Reminder).take(SHOWN).flat_map(reminder_rows);
    let width = width();
    let columns = [
        ListColumn::code("employee"),
        ListColumn::words("to"),
        ListColumn::code("course"),
        ListColumn::code("state"),
        ListColumn::code("due"),
        ListColumn::figure("stage"),
    ];
    part(&mut text, "reminders", totals.of(MessageKind::Reminder), || table(&columns, reminders, width));
    let digests = of(MessageKind::ManagerDigest).take(SHOWN).map(digest_row);
    let mut columns = vec![ListColumn::code("digest to"), ListColumn::words("to")];
    columns.extend(["courses listed", "overdue"].map(ListColumn::figure));
    part(&mut text, "digests", totals.of(MessageKind::ManagerDigest), || table(&columns, digests, width));
    let escalations = of(MessageKind::Escalation).take(SHOWN);
    let escalations = escalations.map(|message| {
        vec![message.organisation.to_owned(), message.to.to_owned(), message.items().count().to_string()]
    });
    part(&mut text, "escalations", totals.of(MessageKind::Escalation), || {
        let columns = [
            ListColumn::code("escalation of"),
            ListColumn::words("to"),
            ListColumn::figure("courses listed"),
        ];
        table(&columns, escalations, width)
    });
    let reviews = of(MessageKind::AssuranceReview).take(SHOWN);
    let reviews = reviews.map(|message| vec![message.organisation.to_owned(), message.to.to_owned()]);
    part(&mut text, "overdue reviews", totals.of(MessageKind::AssuranceReview), || {
        table(&[ListColumn::code("overdue reviews of"), ListColumn::words("to")], reviews, width)
    });
    let account = planned.account();
    let owners = match totals.of(MessageKind::AssuranceReview) {
        0 => String::new(),
        1 => " One owner is told of overdue assurance reviews.".to_owned(),
        many => format!(" {many} owners are told of overdue assurance reviews."),
    };
    let digests = counted(totals.of(MessageKind::ManagerDigest), "manager's digest", "managers' digests");
    let lists = match totals.of(MessageKind::Escalation) {
        0 => format!(" and {digests}"),
        many => format!(", {digests} and {}", counted(many, "escalation", "escalations")),
    };
    let said = format!(
        "{}{lists} {}. {} considered: {} mailed, {} held, {} with nothing due, {} \
         told before, {} without an email address.{owners}",
        counted(totals.of(MessageKind::Reminder), "reminder", "reminders"),
        if dry_run { "would be planned" } else { "planned" },
        counted(account.considered(), "person", "people"),
        account.messaged,
        account.held,
        account.nothing_due,
        account.already_told,
        account.no_email,
    );
    text.push_str(&prose(&said, width));
    text
}

/// A table of messages of one kind, and how many are not in it.
fn part(text: &mut String, what: &str, count: usize, table: impl FnOnce() -> String) {
    if count > 0 {
        text.push_str(&table());
        text.push_str("\n\n");
    }
    if count > SHOWN {
        text.push_str(&format!("and {} more {what}; --json lists them all\n\n", count - SHOWN));
    }
}

fn reminder_rows(message: PlannedMessage<'_>) -> impl Iterator<Item = Vec<String>> {
    message.items().filter(|item| item.triggers).map(move |item| {
        vec![
            item.employee_number.to_owned(),
            message.to.to_owned(),
            item.course.to_owned(),
            item.state.as_str().replace('_', " "),
            item.due_on.to_string(),
            item.stage.map_or(String::new(), |stage| stage.to_string()),
        ]
    })
}

fn digest_row(message: PlannedMessage<'_>) -> Vec<String> {
    let overdue = message.items().filter(|item| !item.state.is_up_to_date() && item.due_on < message.on);
    vec![
        message.employee_number.map_or("the safeguarding contact".to_owned(), str::to_owned),
        message.to.to_owned(),
        message.items().count().to_string(),
        overdue.count().to_string(),
    ]
}
