//! The verdict of the trend on the last month, in the words and icons of Making Data Count: whether it is more than the
//! usual variation, and whether the target will be met while nothing changes. The icons are drawn here; each has a shape
//! of its own, and its words beside it.

use serde::Serialize;

use super::drawing::{Chart, escaped};
use crate::board::{Disclosed, Month, ProcessPart, Sign, TargetReach, Variation, Xmr, process};
use crate::wording::{long_date, one_line, percent};

/// The verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Whether the last month is more than the usual variation; without an icon where there are too few months to say.
    pub variation: VerdictLine,
    /// Whether the target will be met.
    pub assurance: Option<VerdictLine>,
}

/// One half of the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct VerdictLine {
    pub icon: Option<Chart>,
    pub words: String,
}

/// The verdict on the last month with a rate that is told; `None` for a first summary.
pub(crate) fn verdict(figures: &Disclosed) -> Option<Verdict> {
    let parts = process(&figures.trend, &figures.changes);
    let months: usize = parts.iter().map(|part| part.months.len()).sum();
    let part = parts.last().filter(|_| months >= 2)?;
    let since = since(part);
    let Some(xmr) = &part.xmr else {
        return Some(Verdict { variation: too_few(part), assurance: None });
    };
    let (month, rate) = *part.months.last()?;
    let variation = xmr.variation.last().copied().unwrap_or(Variation::CommonCause);
    let (name, title, drawn) = match variation {
        Variation::CommonCause => ("variation", "Variation: common cause", COMMON_CAUSE),
        Variation::Improvement(_) => ("variation", "Variation: special cause, improving", IMPROVING),
        Variation::Concern(_) => ("variation", "Variation: special cause, of concern", CONCERN),
    };
    let trial = if xmr.trial {
        format!(
            " The limits are trial limits: they rest on {} months{since}, and 12 make them reliable.",
            part.months.len()
        )
    } else {
        since_then(part)
    };
    let variation = VerdictLine {
        icon: Some(icon(name, title, drawn)),
        words: format!("{}{trial}", of_variation(variation, month, part, xmr)),
    };
    let target = figures.target_millionths;
    let reach = xmr.reach(target);
    let (title, drawn) = match reach {
        TargetReach::Never => ("Assurance: consistently falling short of the target", FALLING_SHORT),
        TargetReach::Sometimes => ("Assurance: hit and miss", HIT_AND_MISS),
        TargetReach::Always => ("Assurance: consistently passing the target", PASSING),
    };
    let assurance = VerdictLine {
        icon: Some(icon("assurance", title, drawn)),
        words: of_reach(reach, &percent(target), month, rate >= target),
    };
    Some(Verdict { variation, assurance: Some(assurance) })
}

impl Verdict {
    /// Its halves.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &VerdictLine> {
        std::iter::once(&self.variation).chain(&self.assurance)
    }
}

fn since(part: &ProcessPart<'_>) -> String {
    part.change.map_or(String::new(), |change| format!(" since {}", long_date(change.on)))
}

/// That the process is based anew, and why.
fn since_then(part: &ProcessPart<'_>) -> String {
    part.change.map_or(String::new(), |change| {
        format!(" The limits are those since {}: {}.", long_date(change.on), what(&change.what))
    })
}

fn what(words: &str) -> String {
    one_line(words).trim_end_matches('.').to_owned()
}

fn too_few(part: &ProcessPart<'_>) -> VerdictLine {
    let months = part.months.len();
    let have = if months == 1 {
        "1 month has a summary".to_owned()
    } else {
        format!("{months} months have a summary")
    };
    let since = part
        .change
        .map_or(String::new(), |change| format!(" since {} ({})", long_date(change.on), what(&change.what)));
    let words =
        format!("{have}{since}. From six on, process limits show whether a month differs from the usual.");
    VerdictLine { icon: None, words }
}

/// A level in millionths of 1 as a percentage with one decimal; what is beyond 0% or 100% is shown there.
pub(super) fn shown(millionths: f64) -> String {
    format!("{:.1}%", (millionths / 10_000.0).clamp(0.0, 100.0))
}

fn of_variation(variation: Variation, month: Month, part: &ProcessPart<'_>, xmr: &Xmr) -> String {
    let month = month.long();
    let marked_out = |sign, words, limit| marked_out(sign, words, limit, (part, xmr));
    match variation {
        Variation::Improvement(sign) => format!(
            "{month} {}: something has changed for the better (special cause, improving).",
            marked_out(sign, ["above", "upper", "rises"], xmr.upper)
        ),
        Variation::Concern(sign) => format!(
            "{month} {}: something has changed for the worse (special cause, of concern).",
            marked_out(sign, ["below", "lower", "falls"], xmr.lower)
        ),
        Variation::CommonCause => format!(
            "{month} is within the usual variation, {} to {}: nothing marks it out as a change (common cause).",
            shown(xmr.lower),
            shown(xmr.upper)
        ),
    }
}

/// By which sign a month is marked out.
fn marked_out(
    sign: Sign,
    [side, limit_name, moves]: [&str; 3],
    limit: f64,
    (part, xmr): (&ProcessPart<'_>, &Xmr),
) -> String {
    match sign {
        Sign::Outside => format!("is {side} the {limit_name} process limit of {}", shown(limit)),
        Sign::Trend => {
            format!("is the last of {} {moves} in a row, from summary to summary", part.in_a_row())
        }
        Sign::TwoOfThree => {
            format!(
                "is one of two months out of three close to the {limit_name} process limit of {}",
                shown(limit)
            )
        }
        Sign::Shift => {
            format!("is one of seven or more summaries in a row {side} the mean of {}", shown(xmr.mean))
        }
    }
}

/// Whether the target will be met. A month that differs from the usual may meet what is not met usually, or miss it.
fn of_reach(reach: TargetReach, target: &str, month: Month, is_met: bool) -> String {
    let month = month.long();
    match reach {
        TargetReach::Never if is_met => format!(
            "The target of {target} is above the usual variation (consistently falling short): {month} met it, and it \
             will be met only while that lasts."
        ),
        TargetReach::Never => format!(
            "The target of {target} is above the usual variation: unless something changes it will not be met \
             (consistently falling short)."
        ),
        TargetReach::Sometimes => format!(
            "The target of {target} is within the usual variation: some months will meet it and others miss it, by \
             chance alone (hit and miss)."
        ),
        TargetReach::Always if is_met => format!(
            "The target of {target} is below the usual variation: it will be met while nothing changes (consistently \
             passing)."
        ),
        TargetReach::Always => format!(
            "The target of {target} is below the usual variation (consistently passing): {month} missed it all the \
             same, and will again while that lasts."
        ),
    }
}

/// The icons' shapes, on a field of 96 by 96 units.
const COMMON_CAUSE: &str = "<circle cx=\"48\" cy=\"48\" r=\"42\" fill=\"#ffffff\" stroke=\"#4c6272\" stroke-width=\"8\"/>\
<polyline points=\"22,52 35,42 48,54 61,42 74,52\" fill=\"none\" stroke=\"#4c6272\" stroke-width=\"6\"/>\
<circle cx=\"22\" cy=\"52\" r=\"5\" fill=\"#4c6272\"/><circle cx=\"35\" cy=\"42\" r=\"5\" fill=\"#4c6272\"/>\
<circle cx=\"48\" cy=\"54\" r=\"5\" fill=\"#4c6272\"/><circle cx=\"61\" cy=\"42\" r=\"5\" fill=\"#4c6272\"/>\
<circle cx=\"74\" cy=\"52\" r=\"5\" fill=\"#4c6272\"/>";
const IMPROVING: &str = "<circle cx=\"48\" cy=\"48\" r=\"42\" fill=\"#ffffff\" stroke=\"#005eb8\" stroke-width=\"8\"/>\
<polyline points=\"22,62 42,52 66,32\" fill=\"none\" stroke=\"#005eb8\" stroke-width=\"8\"/>\
<polygon points=\"76,24 72,44 56,28\" fill=\"#005eb8\"/>";
const CONCERN: &str = "<circle cx=\"48\" cy=\"48\" r=\"42\" fill=\"#ffffff\" stroke=\"#c65d00\" stroke-width=\"8\"/>\
<polyline points=\"22,34 42,44 66,64\" fill=\"none\" stroke=\"#c65d00\" stroke-width=\"8\"/>\
<polygon points=\"76,72 56,68 72,52\" fill=\"#c65d00\"/>";
const PASSING: &str = "<rect x=\"6\" y=\"6\" width=\"84\" height=\"84\" rx=\"16\" fill=\"#ffffff\" stroke=\"#005eb8\" stroke-width=\"8\"/>\
<polyline points=\"24,50 42,68 74,30\" fill=\"none\" stroke=\"#005eb8\" stroke-width=\"10\"/>";
const FALLING_SHORT: &str = "<rect x=\"6\" y=\"6\" width=\"84\" height=\"84\" rx=\"16\" fill=\"#ffffff\" stroke=\"#c65d00\" stroke-width=\"8\"/>\
<polyline points=\"28,28 68,68\" fill=\"none\" stroke=\"#c65d00\" stroke-width=\"10\"/>\
<polyline points=\"68,28 28,68\" fill=\"none\" stroke=\"#c65d00\" stroke-width=\"10\"/>";
const HIT_AND_MISS: &str = "<rect x=\"6\" y=\"6\" width=\"84\" height=\"84\" rx=\"16\" fill=\"#ffffff\" stroke=\"#4c6272\" stroke-width=\"8\"/>\
<path d=\"M34 38 a14 14 0 1 1 20 13 q-6 4 -6 10\" fill=\"none\" stroke=\"#4c6272\" stroke-width=\"8\"/>\
<circle cx=\"48\" cy=\"73\" r=\"6\" fill=\"#4c6272\"/>";

fn icon(name: &'static str, title: &str, drawn: &str) -> Chart {
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 96 96\" width=\"48\" height=\"48\" role=\"img\" \
         aria-labelledby=\"{name}-title\">\n<title id=\"{name}-title\">{}</title>\n{drawn}</svg>\n",
        escaped(title)
    );
    Chart {
        is_wide: false,
        name,
        title: title.to_owned(),
        says: String::new(),
        reading: String::new(),
        figures: Vec::new(),
        svg,
    }
}
