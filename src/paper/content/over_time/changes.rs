//! What changed and why: from last month's figure to this one, and last month as told and as known now.

use chrono::NaiveDate;

use crate::board::{
    Cause, Disclosed, DisclosedBridge, DisclosedMoves, DisclosedRestatement, DisclosedStep, FEWEST_PEOPLE,
    Shown, change_tenths,
};
use crate::compliance::Rate;
use crate::paper::content::section::{Block, PaperSection};
use crate::paper::table::{ShownIn, Table, TableCell, TableColumn, TableRow, out_of, signed};
use crate::wording::{capitalised, long_date, moved, thousands};

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
            "What moved the figure since {last} is not shown: it would tell of under {FEWEST_PEOPLE} people."
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

/// `The rate is up 1.2 points on September 2026: 7 more people are up to date. What raised it most: completed training
/// (+31); what lowered it most: training lapsed (-24).` The direction of the rate leads.
fn in_words(bridge: &DisclosedBridge, steps: &[DisclosedStep]) -> Option<String> {
    let (from, to) = (*bridge.from.value()?, *bridge.to.value()?);
    let last = bridge.month.long();
    let people = match to.up_to_date.cast_signed() - from.up_to_date.cast_signed() {
        0 => "as many people are up to date".to_owned(),
        change => {
            let direction = if change > 0 { "more" } else { "fewer" };
            let noun = if change.unsigned_abs() == 1 { "person is" } else { "people are" };
            format!("{} {direction} {noun} up to date", thousands(change.unsigned_abs()))
        }
    };
    let moved = match change_tenths(to, from) {
        None => format!("Against {last}, {people}"),
        Some(0) => format!("The rate is what it was in {last}: {people}"),
        Some(tenths) => format!("The rate is {} on {last}: {people}", moved(tenths)),
    };
    let counted = match to.counted.cast_signed() - from.counted.cast_signed() {
        0 => String::new(),
        change => format!(
            ", out of {} {}",
            thousands(change.unsigned_abs()),
            if change > 0 { "more" } else { "fewer" }
        ),
    };
    Some(format!("{moved}{counted}.{}", most(steps)))
}

/// What raised the count of people up to date most, and what lowered it most; where several did as much, all of them.
fn most(steps: &[DisclosedStep]) -> String {
    let told: Vec<(Cause, i64)> =
        steps.iter().filter_map(|step| Some((step.cause, step.moves.value()?.up_to_date))).collect();
    let most = |sign: i64, did: &str| {
        let size = told.iter().map(|(_, moved)| moved * sign).max().filter(|size| *size > 0)?;
        let causes: Vec<String> = told
            .iter()
            .filter(|(_, moved)| moved * sign == size)
            .map(|(cause, _)| cause.words().to_lowercase())
            .collect();
        let each = if causes.len() > 1 { " each" } else { "" };
        let moved = signed(size * sign, thousands(size.unsigned_abs()));
        Some(format!("{did} most: {} ({moved}{each})", causes.join(", ")))
    };
    let said: Vec<String> =
        [most(1, "what raised it"), most(-1, "what lowered it")].into_iter().flatten().collect();
    // What is withheld may have moved it more.
    let of = if told.len() < steps.len() { "of the causes shown, " } else { "" };
    if said.is_empty() {
        return String::new();
    }
    format!(" {}.", capitalised(&format!("{of}{}", said.join("; "))))
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
            "{} What explains the difference is not shown: it would tell of under {FEWEST_PEOPLE} people.",
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
