//! What changed and why: from last month's figure to this one, and last month as told and as known now.

use super::headline::out_of;
use crate::board::{BoardFigures, Bridge, Cause, Restatement, Step};
use crate::compliance::Rate;
use crate::mail::document::{Block, Note, Row, Section, Table, Tone};
use crate::mail::wording::{counted, long_date, thousands};

/// The way from last month's figure to this one.
pub(super) fn bridge(figures: &BoardFigures) -> Option<Section> {
    let bridge = figures.bridge.as_ref()?;
    let last = bridge.month.long();
    let mut blocks = Vec::new();
    if bridge.steps.is_empty() {
        blocks.push(Block::Paragraph(format!(
            "Everyone counts as they did in {last}: nobody became, or stopped being, up to date."
        )));
    } else {
        blocks.push(Block::Paragraph(in_words(bridge)));
        blocks.push(Block::Table(table(
            (
                &format!("{last}{}", if bridge.reported { ", as reported" } else { ", as known now" }),
                bridge.from,
            ),
            &bridge.steps,
            (&figures.month.long(), bridge.to()),
        )));
    }
    if !bridge.reported {
        blocks.push(Block::Paragraph(format!(
            "No summary was issued for {last}, so its figure is worked out from what is known now."
        )));
    }
    Some(Section { heading: "What changed and why".to_owned(), blocks })
}

/// `7 more people are up to date than in September 2026. Completed training did most to raise it (+31), ...`
fn in_words(bridge: &Bridge) -> String {
    let (from, to) = (bridge.from.up_to_date, bridge.to().up_to_date);
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
    let raised = bridge.steps.iter().max_by_key(|step| step.up_to_date).filter(|step| step.up_to_date > 0);
    let lowered = bridge.steps.iter().min_by_key(|step| step.up_to_date).filter(|step| step.up_to_date < 0);
    let most = |step: &Step, did: &str| {
        format!("{did} most: {} ({})", words(step.cause).to_lowercase(), signed(step.up_to_date))
    };
    let most =
        [raised.map(|step| most(step, "what raised it")), lowered.map(|step| most(step, "what lowered it"))];
    let most: Vec<String> = most.into_iter().flatten().collect();
    let most = if most.is_empty() { String::new() } else { format!("; {}", most.join("; ")) };
    format!("{more}{most}. Each person whose standing changed is in one line, under what decided it.")
}

/// Last month as its summary reported it, and as known now.
pub(super) fn restatement(figures: &BoardFigures) -> Section {
    let last = figures.month.minus(1).long();
    let heading = "Last month, restated".to_owned();
    let Some(restatement) = &figures.restatement else {
        let words = format!("No summary was issued for {last}, so there is nothing to restate.");
        return Section { heading, blocks: vec![Block::Paragraph(words)] };
    };
    Section { heading, blocks: restated(restatement, figures.known_at.date_naive()) }
}

fn restated(restatement: &Restatement, known_on: chrono::NaiveDate) -> Vec<Block> {
    let last = restatement.month.long();
    if restatement.steps.is_empty() {
        return vec![Block::Paragraph(format!(
            "{last} stands as reported, {}: nothing that was recorded since changes it.",
            rate(restatement.reported)
        ))];
    }
    vec![
        Block::Paragraph(format!(
            "{last} was reported as {}. By what is known on {}, it was {}. What was reported is not changed; what \
             explains the difference:",
            rate(restatement.reported),
            long_date(known_on),
            rate(restatement.known_now),
        )),
        Block::Table(table(
            ("As reported", restatement.reported),
            &restatement.steps,
            ("As known now", restatement.known_now),
        )),
    ]
}

/// `305 of 578, 52.7%`.
fn rate(rate: Rate) -> String {
    format!("{}, {}", out_of(rate), rate.shown())
}

/// From one rate to another, a row a cause.
fn table(from: (&str, Rate), steps: &[Step], to: (&str, Rate)) -> Table {
    let end = |(name, rate): (&str, Rate)| Row {
        name: name.to_owned(),
        note: None,
        cells: vec![String::new(), thousands(rate.up_to_date), thousands(rate.counted)],
    };
    let steps = steps.iter().map(|step| Row {
        name: words(step.cause).to_owned(),
        note: note(step.cause).map(|words| Note { words: words.to_owned(), tone: Tone::Plain }),
        cells: vec![thousands(step.people), signed(step.up_to_date), signed(step.counted)],
    });
    let rows = [end(from)].into_iter().chain(steps).chain([end(to)]).collect();
    Table::new(["", "People", "Up to date", "Counted"], rows)
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
