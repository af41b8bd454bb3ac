//! `/`: how things stand: the figures of `status`, what waits, what lapses soon, the budget and the board's summary.

use chrono::Days;

use super::beside::BesideFigures;
use super::groups::{CountsLead, GroupFigures, people_address};
use super::page::{lead, status};
use crate::answers::{self, Question, Viewer};
use crate::compliance::GroupBy;
use crate::web::answer::{
    ExportForm, Fault, LabelledValue, PageDocument, PageFrame, Reply, ReportFilter, ReportPage,
    ReportSection, ShownValue, file,
};
use crate::web::request::{
    Admitted, PageQuestion, PageRequest, Parameter, ParameterValue, ReachedScope, as_at_words,
    figure_parameters, figures_asked,
};
use crate::wording::set_percent;

/// What can be grouped by, as the flag writes it.
const GROUPS: [(&str, GroupBy); 5] = [
    ("course", GroupBy::Course),
    ("staff-group", GroupBy::StaffGroup),
    ("unit", GroupBy::Unit),
    ("job-title", GroupBy::JobTitle),
    ("organisation", GroupBy::Organisation),
];

/// In how many days what lapses is counted.
const SOON: [u64; 3] = [30, 60, 90];

/// Shows it, or hands it out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let mut parameters = figure_parameters(&scope);
    let groups = ParameterValue::named(GROUPS.map(|(name, _)| name));
    parameters.push(Parameter::one_of("by", "By", (groups, "course"), "There is no such group"));
    let question = PageQuestion::read(&asked.query, "/", parameters, false, &mut faults);
    let figures = figures_asked(asked, &scope, &question, &mut faults)?;
    let mut sections = Vec::new();
    if let Some((of, viewer)) = figures {
        let lead = lead(by, &scope, of.organisation.as_deref());
        let by_group = GROUPS.iter().filter(|(name, _)| *name == question.one("by")).map(|(_, by)| *by);
        let answer = status(asked, &of, &viewer, lead, &by_group.collect::<Vec<_>>())?;
        if let Some(form) = ExportForm::of(asked.path) {
            return file(asked, by, form, Some(answer.sheet()), &answer);
        }
        let document = PageDocument::of(&answer)?;
        let shown = GroupFigures { question: &question, answer: &answer, document: &document, lead };
        let beside = BesideFigures { asked, by, scope: &scope, question: &question, of: &of };
        let summary = beside.newest_summary()?;
        let mut first = everybody(asked, &shown, &of);
        if answer.rates.all.in_post == 0 {
            first.paragraphs.push(scope.nobody_words(of.organisation.as_deref()).to_owned());
        }
        let change = beside.summary_before()?.and_then(|month| answer.change_since(&month));
        first.figures.splice(
            1..1,
            change.map(|words| LabelledValue::of("Since the board's summary", ShownValue::words(words))),
        );
        sections.push(first);
        sections.extend(beside.waiting()?);
        if lead == CountsLead::ToPeople {
            sections.push(lapsing(asked, &of, &viewer, &question)?);
        }
        sections.extend(beside.money_and_summary(&viewer, summary.as_ref())?);
        let caption = format!("By {}", question.one("by").replace('-', " "));
        sections.push(ReportSection {
            heading: if question.one("by") == "course" {
                "Courses against their targets".to_owned()
            } else {
                "By group".to_owned()
            },
            chart: shown.chart("The share of staff up to date, against the target")?,
            table: Some(shown.table("groups", caption)),
            ..ReportSection::default()
        });
    }
    let frame = PageFrame::of(asked, by.who(), "dashboard", "How things stand")?.with_faults(faults);
    let page = ReportPage {
        filter: Some(ReportFilter::of(&question, "Choose", "Show these figures")),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

fn everybody(asked: &PageRequest<'_>, shown: &GroupFigures<'_>, of: &Question) -> ReportSection {
    let document = shown.document;
    let (counted_states, not_done) = (shown.counted_states(), shown.not_done_states());
    let rag = match (shown.answer.rag(), document.text("staff.withheld")) {
        (Some(rag), _) => rag.words(),
        (None, "") => "no rate",
        (None, why) => why,
    };
    // Where it is counted, none is left out, and no list has none.
    let in_grace = if shown.answer.counts_grace() {
        document.count("excluded.in_grace")
    } else {
        shown.needs("excluded.in_grace", &["in_grace"])
    };
    let target = set_percent(shown.answer.policy.target.millionths() * 100);
    let figures = vec![
        LabelledValue::of("Staff up to date", document.share("staff.rate")),
        LabelledValue::of("Against the target", ShownValue::tag(format!("{rag} ({target})"))),
        LabelledValue::of(
            "People up to date with all that is counted",
            shown.people("staff.up_to_date", &["up_to_date"]),
        ),
        LabelledValue::of("People counted", shown.people("staff.counted", &["up_to_date", "not_up_to_date"])),
        LabelledValue::of("People in post", shown.people("staff.in_post", &[])),
        LabelledValue::of("Of these absent, and left out", shown.people("excluded.absent", &["absent"])),
        LabelledValue::of("Requirements counted", shown.needs("requirements.counted", &counted_states)),
        LabelledValue::of(
            "Requirements met",
            shown.needs("requirements.up_to_date", &["up_to_date", "due_soon"]),
        ),
        LabelledValue::of("Of these due soon", shown.needs("requirements.due_soon", &["due_soon"])),
        LabelledValue::of("Lapsed", shown.needs("requirements.lapsed", &["lapsed"])),
        LabelledValue::of("Not done", shown.needs("requirements.not_done", &not_done)),
        LabelledValue::of("In grace, and left out", in_grace),
        LabelledValue::of("Exempt, and left out", shown.needs("excluded.exempt", &["exempt"])),
    ];
    ReportSection {
        paragraphs: shown.said_first(as_at_words(asked, shown.question, of)),
        figures,
        ..ReportSection::default()
    }
}

/// What is up to date and lapses within some days, the last of them included, as it is for what is due soon.
fn lapsing(
    asked: &PageRequest<'_>,
    of: &Question,
    viewer: &Viewer,
    question: &PageQuestion,
) -> Result<ReportSection, Fault> {
    // Due before the day after the last.
    let days = SOON.map(|days| of.as_at.checked_add_days(Days::new(days + 1)).unwrap_or(of.as_at));
    let counts = answers::lapsing_before(asked.app(), of, viewer, &days)?;
    let figures = SOON.iter().zip(days).zip(counts).map(|((soon, day), count)| {
        let day = day.to_string();
        let more = [("state", "up_to_date"), ("state", "due_soon"), ("due_before", day.as_str())];
        let shown = ShownValue::count(count).to(people_address(question, &more));
        LabelledValue::of(format!("Within {soon} days"), shown)
    });
    Ok(ReportSection {
        heading: "What lapses soon".to_owned(),
        figures: figures.collect(),
        ..ReportSection::default()
    })
}
