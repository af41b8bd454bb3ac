//! What changed and why: from last month's figure to this one, and last month as told and as known now.

use chrono::NaiveDate;

use crate::board::{
    Cause, Disclosed, DisclosedBridge, DisclosedMoves, DisclosedRestatement, DisclosedStep, FEWEST_PEOPLE,
    Shown,
};
use crate::compliance::Rate;
use crate::paper::content::section::{Block, PaperSection};
use crate::paper::table::{ShownIn, Table, TableCell, TableColumn, TableRow, out_of, signed};
use crate::wording::{counted, long_date, thousands};

/// The way from last month's figure to this one.
pub(in crate::paper::content) fn bridge(figures: &Disclosed) -> Option<PaperSection> {
    let bridge = figures.bridge.as_ref()?;
    let (last, this) = (bridge.month.long(), figures.month.long());
    let from = format!("{last}{}", if bridge.reported { ", as reported" } else { ", as known now" });
    let caption = format!(
        "From {last} to {this}: each person whose standing changed is in one line, under what decided it."
    );
    let table = |steps| table("What changed", caption, (&from, &bridge.from), steps, (&this, &bridge.to));
    let mut blocks = Vec::new();
    match &bridge.steps {
        Shown::Withheld(_) => blocks.push(Block::Paragraph(format!(
            "What moved the figure since {last} is not shown: it is of under {FEWEST_PEOPLE} people."
        ))),
        Shown::As(steps) if steps.is_empty() => {
            blocks.push(Block::Paragraph(format!(
                "Everyone counts as they did in {last}: nobody became, or stopped being, up to date."
            )));
            blocks.push(Block::Table(table(steps).only(ShownIn::Workbook)));
        }
        Shown::As(steps) => {
            blocks.extend(in_words(bridge, steps).map(Block::Paragraph));
            blocks.push(Block::Table(table(steps)));
        }
    }
    if !bridge.reported {
        blocks.push(Block::Paragraph(format!(
            "No summary was issued for {last}, so its figure is worked out from what is known now."
        )));
    }
    Some(PaperSection::new("What changed and why", blocks))
}

/// `7 more people are up to date than in September 2026. Completed training did most to raise it (+31), ...`
fn in_words(bridge: &DisclosedBridge, steps: &[DisclosedStep]) -> Option<String> {
    let (from, to) = (bridge.from.value()?.up_to_date, bridge.to.value()?.up_to_date);
    let last = bridge.month.long();
    let more = match to.cast_signed() - from.cast_signed() {
        0 => format!("As many people are up to date as in {last}"),
        change => {
            let direction = if change > 0 { "more" } else { "fewer" };
            let people = counted(change.unsigned_abs(), "person", "people");
            let (count, noun) = people.split_once(' ').unwrap_or((people.as_str(), ""));
            let verb = if change.unsigned_abs() == 1 { "is" } else { "are" };
            format!("{count} {direction} {noun} {verb} up to date than in {last}")
        }
    };
    let told = || steps.iter().filter_map(|step| Some((step.cause, step.moves.value()?.up_to_date)));
    let raised = told().max_by_key(|(_, up_to_date)| *up_to_date).filter(|(_, up_to_date)| *up_to_date > 0);
    let lowered = told().min_by_key(|(_, up_to_date)| *up_to_date).filter(|(_, up_to_date)| *up_to_date < 0);
    let most = |(cause, up_to_date): (Cause, i64), did: &str| {
        format!(
            "{did} most: {} ({})",
            cause.words().to_lowercase(),
            signed(up_to_date, thousands(up_to_date.unsigned_abs()))
        )
    };
    let most =
        [raised.map(|step| most(step, "what raised it")), lowered.map(|step| most(step, "what lowered it"))];
    let most: Vec<String> = most.into_iter().flatten().collect();
    let most = if most.is_empty() { String::new() } else { format!("; {}", most.join("; ")) };
    Some(format!("{more}{most}."))
}

/// Last month as its summary reported it, and as known now.
pub(in crate::paper::content) fn restatement(figures: &Disclosed) -> PaperSection {
    let last = figures.month.minus(1).long();
    let blocks = match &figures.restatement {
        Some(restatement) => restated(restatement, figures.known_at.date_naive()),
        None => vec![Block::Paragraph(format!(
            "No summary was issued for {last}, so there is nothing to restate."
        ))],
    };
    PaperSection::new("Last month, restated", blocks)
}

fn restated(restatement: &DisclosedRestatement, known_on: NaiveDate) -> Vec<Block> {
    let last = restatement.month.long();
    let (reported, known_now) = (restatement.reported.words(rate), restatement.known_now.words(rate));
    let was = || {
        format!(
            "{last} was reported as {reported}. By what is known on {}, it was {known_now}. What was reported is not \
             changed.",
            long_date(known_on)
        )
    };
    let table = |steps| {
        table(
            "Restatement",
            format!("What explains the difference between {last} as reported and as known now."),
            ("As reported", &restatement.reported),
            steps,
            ("As known now", &restatement.known_now),
        )
    };
    match &restatement.steps {
        Shown::As(steps) if steps.is_empty() => vec![
            Block::Paragraph(format!(
                "{last} stands as reported, {reported}: nothing that was recorded since changes it."
            )),
            Block::Table(table(steps).only(ShownIn::Workbook)),
        ],
        Shown::As(steps) => vec![Block::Paragraph(was()), Block::Table(table(steps))],
        Shown::Withheld(_) => vec![Block::Paragraph(format!(
            "{} What explains the difference is of under {FEWEST_PEOPLE} people.",
            was()
        ))],
    }
}

/// `305 of 578, 52.7%`.
fn rate(rate: &Rate) -> String {
    format!("{}, {}", out_of(*rate), rate.shown())
}

/// From one rate to another, a row a cause.
fn table(
    name: &'static str,
    caption: String,
    from: (&str, &Shown<Rate>),
    steps: &[DisclosedStep],
    to: (&str, &Shown<Rate>),
) -> Table {
    let end = |(name, rate): (&str, &Shown<Rate>)| {
        TableRow::new([
            TableCell::words(name),
            TableCell::Nothing,
            TableCell::told(rate, |rate| TableCell::Count(rate.up_to_date)),
            TableCell::told(rate, |rate| TableCell::Count(rate.counted)),
            TableCell::told(rate, |rate| TableCell::rate(*rate)),
            TableCell::Nothing,
        ])
    };
    let steps = steps.iter().map(|step| {
        let cell = |of: fn(&DisclosedMoves) -> TableCell| TableCell::told(&step.moves, of);
        TableRow::new([
            TableCell::words(step.cause.words()),
            cell(|of| TableCell::Count(of.people)),
            cell(|of| TableCell::Change(of.up_to_date)),
            cell(|of| TableCell::Change(of.counted)),
            TableCell::Nothing,
            note(step.cause).map_or(TableCell::Nothing, TableCell::words),
        ])
    });
    let columns = vec![
        TableColumn::new("Cause"),
        TableColumn::new("People"),
        TableColumn::new("Up to date"),
        TableColumn::new("Counted"),
        TableColumn::of_workbook("Rate"),
        TableColumn::new("Note").below_name(),
    ];
    let rows = [end(from)].into_iter().chain(steps).chain([end(to)]).collect();
    Table::new(name, caption, columns, rows)
}

fn note(cause: Cause) -> Option<&'static str> {
    match cause {
        Cause::GraceEnded => Some("New starters, or a new rule"),
        Cause::Exemption => Some("Begun, ended or recorded"),
        Cause::StaffChanged => Some("Joiners, leavers, absences and posts of then"),
        _ => None,
    }
}
