//! `move`: the whole database from one engine to the other, with the proof.

use serde_json::json;

use super::args::{Global, MoveArgs};
use super::exit::Exit;
use super::opening::clock;
use super::out::Out;
use crate::audit::Actor;
use crate::config::{Config, Overrides};
use crate::jobs::{MoveOrder, Moved, move_installation};
use crate::wording::counted;

/// Moves it, and says what was proved and what to do next.
pub(crate) fn run(global: &Global, args: &MoveArgs, out: Out) -> anyhow::Result<Exit> {
    let config = Config::load(&global.config, std::env::vars(), &Overrides::default())?;
    let clock = clock(global);
    let order = MoveOrder {
        config: &config,
        from: &args.from,
        to: &args.to,
        other: args.other_program.as_deref(),
        today: clock.today(config.time_zone),
        by: &Actor::of_process(),
    };
    let moved = move_installation(&order, clock.now(), &mut |table| out.detail(&format!("copying {table}")))?;
    if out.json {
        let document = json!({ "moved": moved.report, "compared": moved.compared });
        out.document(&document)?;
    } else {
        out.text(&words(&moved))?;
    }
    Ok(Exit::Done)
}

fn words(moved: &Moved) -> String {
    let Moved { report, compared } = moved;
    let rows: u64 = report.tables.iter().map(|table| table.rows).sum();
    let messages: Vec<String> =
        report.messages.iter().map(|(state, count)| format!("{count} {state}")).collect();
    let messages = if messages.is_empty() { "none".to_owned() } else { messages.join(", ") };
    let cut = match report.nanoseconds_cut {
        0 => String::new(),
        cut => format!(" Of {cut} instants what is finer than a microsecond was cut."),
    };
    let figures = match compared.len() {
        0 => {
            "The figures of both were not compared: --other-program, the program of the other package, has both asked."
                .to_owned()
        }
        count => format!("Both answer {} alike.", counted(count, "question", "questions")),
    };
    let next = if report.needs_adopting {
        "Point `database` at the other, run `refresher check`, and take it into use with `refresher adopt`."
    } else {
        "Point `database` at the other, which need not be adopted, run `refresher check`, and start the daemon."
    };
    format!(
        "{} was moved to {}: {rows} rows of {} tables, the same on both sides.{cut}\nMessages: {messages}. The audit log \
         has {} entries, the newest sealed with {}; the one that tells of the move comes after it.\n{figures}\n\n{} is \
         marked as moved, and mails nobody any more. {next}",
        report.from,
        report.to,
        report.tables.len(),
        report.audit.entries,
        report.audit.hash,
        report.from,
    )
}
