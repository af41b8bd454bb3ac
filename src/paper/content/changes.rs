//! What changed and why: from last month's figure to this one, and last month as told and as known now.

use super::headline::out_of;
use crate::board::{
    Cause, Disclosed, DisclosedBridge, DisclosedRestatement, DisclosedStep, FEWEST_PEOPLE, Moves, Shown,
};
use crate::compliance::Rate;
use crate::paper::document::{Block, Note, Row, Section, Table, Tone};
use crate::wording::{counted, long_date, thousands};

/// The way from last month's figure to this one.
pub(super) fn bridge(figures: &Disclosed) -> Option<Section> {
    let bridge = figures.bridge.as_ref()?;
    let last = bridge.month.long();
    let mut blocks = Vec::new();
    match &bridge.steps {
        Shown::Withheld(_) => blocks.push(Block::Paragraph(format!(
            "What moved the figure since {last} is not shown: it is of under {FEWEST_PEOPLE} people."
        ))),
        Shown::As(steps) if steps.is_empty() => blocks.push(Block::Paragraph(format!(
            "Everyone counts as they did in {last}: nobody became, or stopped being, up to date."
        ))),
        Shown::As(steps) => {
            blocks.extend(in_words(bridge, steps).map(Block::Paragraph));
            let from = format!("{last}{}", if bridge.reported { ", as reported" } else { ", as known now" });
            let to = figures.month.long();
            blocks.push(Block::Table(table((&from, &bridge.from), steps, (&to, &bridge.to))));
        }
    }
    if !bridge.reported {
        blocks.push(Block::Paragraph(format!(
            "No summary was issued for {last}, so its figure is worked out from what is known now."
        )));
    }
    Some(Section { heading: "What changed and why".to_owned(), blocks })
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
        format!("{did} most: {} ({})", words(cause).to_lowercase(), signed(up_to_date))
    };
    let most =
        [raised.map(|step| most(step, "what raised it")), lowered.map(|step| most(step, "what lowered it"))];
    let most: Vec<String> = most.into_iter().flatten().collect();
    let most = if most.is_empty() { String::new() } else { format!("; {}", most.join("; ")) };
    Some(format!("{more}{most}. Each person whose standing changed is in one line, under what decided it."))
}

/// Last month as its summary reported it, and as known now.
pub(super) fn restatement(figures: &Disclosed) -> Section {
    let last = figures.month.minus(1).long();
    let heading = "Last month, restated".to_owned();
    let Some(restatement) = &figures.restatement else {
        let words = format!("No summary was issued for {last}, so there is nothing to restate.");
        return Section { heading, blocks: vec![Block::Paragraph(words)] };
    };
    Section { heading, blocks: restated(restatement, figures.known_at.date_naive()) }
}

fn restated(restatement: &DisclosedRestatement, known_on: chrono::NaiveDate) -> Vec<Block> {
    let last = restatement.month.long();
    let (reported, known_now) = (restatement.reported.words(rate), restatement.known_now.words(rate));
    let steps = restatement.steps.value();
    if steps.is_some_and(Vec::is_empty) {
        return vec![Block::Paragraph(format!(
            "{last} stands as reported, {reported}: nothing that was recorded since changes it."
        ))];
    }
    let was = format!(
        "{last} was reported as {reported}. By what is known on {}, it was {known_now}.",
        long_date(known_on)
    );
    let Some(steps) = steps else {
        let explained = format!("What explains the difference is of under {FEWEST_PEOPLE} people.");
        return vec![Block::Paragraph(format!("{was} What was reported is not changed. {explained}"))];
    };
    vec![
        Block::Paragraph(format!("{was} What was reported is not changed; what explains the difference:")),
        Block::Table(table(
            ("As reported", &restatement.reported),
            steps,
            ("As known now", &restatement.known_now),
        )),
    ]
}

/// `305 of 578, 52.7%`.
fn rate(rate: &Rate) -> String {
    format!("{}, {}", out_of(*rate), rate.shown())
}

/// From one rate to another, a row a cause.
fn table(from: (&str, &Shown<Rate>), steps: &[DisclosedStep], to: (&str, &Shown<Rate>)) -> Table {
    let end = |(name, rate): (&str, &Shown<Rate>)| Row {
        name: name.to_owned(),
        note: None,
        cells: vec![
            String::new(),
            rate.words(|rate| thousands(rate.up_to_date)),
            rate.words(|rate| thousands(rate.counted)),
        ],
    };
    let steps = steps.iter().map(|step| Row {
        name: words(step.cause).to_owned(),
        note: note(step.cause).map(|words| Note { words: words.to_owned(), tone: Tone::Plain }),
        cells: moves(&step.moves),
    });
    let rows = [end(from)].into_iter().chain(steps).chain([end(to)]).collect();
    Table::new(["", "People", "Up to date", "Counted"], rows)
}

fn moves(moves: &Shown<Moves>) -> Vec<String> {
    match moves {
        Shown::As(moves) => vec![thousands(moves.people), signed(moves.up_to_date), signed(moves.counted)],
        Shown::Withheld(why) => vec![why.words().to_owned(), String::new(), String::new()],
    }
}

/// A count with its sign: `+31`, `-1,024`, `0`.
fn signed(count: i64) -> String {
    let sign = match count {
        0 => "",
        count if count > 0 => "+",
        _ => "-",
    };
    format!("{sign}{}", thousands(count.unsigned_abs()))
}

/// What a cause is called.
fn words(cause: Cause) -> &'static str {
    match cause {
        Cause::Joined => "Joined",
        Cause::Left => "Left",
        Cause::Trained => "Completed training",
        Cause::RecordedLate => "Completed before, recorded since",
        Cause::Corrected => "Records corrected",
        Cause::Lapsed => "Training lapsed",
        Cause::GraceEnded => "Time to do a course ran out",
        Cause::Exemption => "Exemptions",
        Cause::Absence => "Went absent or came back",
        Cause::PostChanged => "Changed post",
        Cause::StaffChanged => "Staff list put right",
        Cause::Policy => "Rules changed",
        Cause::Other => "Other",
    }
}

fn note(cause: Cause) -> Option<&'static str> {
    match cause {
        Cause::GraceEnded => Some("New starters, or a new rule"),
        Cause::Exemption => Some("Begun, ended or recorded"),
        Cause::StaffChanged => Some("Joiners, leavers, absences and posts of then"),
        _ => None,
    }
}
