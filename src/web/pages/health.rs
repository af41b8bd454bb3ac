//! `/health`: the scheduled jobs, the daemons at work, and what was found when everything was looked over; and whether the
//! console is there, for whatever watches over it (spec 8.15), without a sign-in and without a detail.

use serde::Serialize;

use super::sheet::{SheetWords, sheet_section};
use crate::access::AccessRight;
use crate::answers::{self, Jobs, Nodes, Viewer};
use crate::jobs::{self, CheckVerdict, CheckedThing};
use crate::web::answer::{
    ExportForm, Fault, LabelledValue, Notice, PageFrame, Reply, ReportColumn, ReportForm, ReportPage,
    ReportRow, ReportSection, ReportTable, ShownValue, file,
};
use crate::web::request::{Admitted, PageQuestion, PageRequest, ReachedScope};
use crate::web::state::LookedOver;
use crate::wording::{capitalised, counted};

/// It answers.
pub(crate) fn live(_: &PageRequest<'_>) -> Result<Reply, Fault> {
    Ok(Reply::plain(200, "ok\n"))
}

/// It answers, and can read the database.
pub(crate) fn ready(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    Ok(match asked.app().db.newest_instant() {
        Ok(_) => Reply::plain(200, "ready\n"),
        Err(_) => Reply::plain(503, "not ready\n"),
    })
}

/// The commands' documents in one.
#[derive(Serialize)]
struct HealthDocument<'a> {
    policy: &'a str,
    #[serde(flatten)]
    jobs: &'a Jobs,
    #[serde(flatten)]
    nodes: &'a Nodes,
    checks: Option<&'a [CheckedThing]>,
}

/// Shows how the installation stands, or hands it out as a document.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let app = &asked.state.app;
    let mut faults = Vec::new();
    let question = PageQuestion::read(&asked.query, "/health", Vec::new(), true, &mut faults);
    // Somebody who sees the whole of one organisation sees when jobs ran, not what they counted of others.
    let viewer = ReachedScope::of(asked, by)?.viewer(None);
    let jobs = answers::jobs(app, &viewer, &jobs::all(app)?)?;
    let nodes = answers::nodes(app, &viewer)?;
    // What was found counts everybody: it is for whoever runs the machine, or may see all.
    let runs_it = by.who().holder.may_anywhere(AccessRight::HealthCheck);
    let looked = asked.state.looked_over().filter(|_| runs_it || viewer == Viewer::Everything);
    let policy = answers::which_policy_holds(app)?;
    if ExportForm::of(asked.path).is_some() {
        let checks = looked.as_ref().map(|looked| looked.checked.as_slice());
        let document = HealthDocument { policy: &policy, jobs: &jobs, nodes: &nodes, checks };
        return file(asked, by, ExportForm::Json, None, &document);
    }
    let words = |list, caption, rows, none| SheetWords { list, caption, rows, none, unseen: &[] };
    let no_link = |_: &str, _: &[answers::AnswerCell]| String::new();
    let mut sections = vec![last_look(asked, by, looked.as_ref())];
    if faults.is_empty() {
        sections.push(sheet_section(
            jobs.sheet(),
            &question,
            &words("jobs", "Scheduled jobs", ("job", "jobs"), "Nothing is scheduled."),
            no_link,
        ));
        sections.push(sheet_section(
            nodes.sheet(),
            &question,
            &words(
                "nodes",
                "Daemons at work",
                ("daemon", "daemons"),
                "No daemon is at work, as far as you can see.",
            ),
            no_link,
        ));
    }
    let version = format!("refresher {}", env!("CARGO_PKG_VERSION"));
    let page = ReportPage {
        intro: vec![
            format!("This is {version}. What was scheduled, who does it, and what was found."),
            format!("{}.", capitalised(&policy)),
        ],
        sections,
        ..ReportPage::of(PageFrame::of(asked, by.who(), "health", "Health")?.with_faults(faults))
    };
    page.exported(&question, &["json"]).reply()
}

/// Looks everything over, as the command does.
pub(crate) fn check(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let checked = jobs::look_over_quickly(&asked.state.app)?;
    let wrong = checked.iter().filter(|one| one.verdict != CheckVerdict::Good).count();
    asked.state.keep_looked_over(LookedOver { at: asked.now, checked });
    let what = match wrong {
        0 => "Everything is in order".to_owned(),
        wrong => format!("{} to be looked at", counted(wrong, "thing is", "things are")),
    };
    Notice::Done { what, then: "Nothing was sent or changed.".to_owned() }.keep(asked, by.who())?;
    Ok(Reply::see("/health"))
}

/// What was found the last time, what is wrong first; and a button to look again.
fn last_look(asked: &PageRequest<'_>, by: &Admitted<'_>, looked: Option<&LookedOver>) -> ReportSection {
    let mut section = ReportSection { heading: "What was found".to_owned(), ..ReportSection::default() };
    match looked {
        None => section
            .paragraphs
            .push("Nobody has looked everything over here since this daemon began.".to_owned()),
        Some(looked) => {
            section
                .figures
                .push(LabelledValue::of("Looked over", ShownValue::words(asked.instant_words(looked.at))));
            let mut found: Vec<&CheckedThing> = looked.checked.iter().collect();
            found.sort_by_key(|one| std::cmp::Reverse(one.verdict));
            let rows = found.iter().enumerate().map(|(at, one)| ReportRow {
                id: (at + 1).to_string(),
                cells: vec![
                    ShownValue::words(capitalised(one.what)),
                    ShownValue::tag(verdict(one.verdict)),
                    ShownValue::words(capitalised(&one.says)),
                    ShownValue::words(capitalised(&one.to_do)),
                ],
            });
            let columns =
                ["What", "How it stands", "In words", "What to do"].map(ReportColumn::words).to_vec();
            section.table =
                Some(ReportTable::whole("checks", "Everything that was looked at", columns, rows.collect()));
        }
    }
    if by.who().holder.may_anywhere(AccessRight::HealthCheck) {
        section.forms.push(ReportForm::new("check", "/health/check", "Look everything over now"));
    }
    section
}

fn verdict(verdict: CheckVerdict) -> &'static str {
    match verdict {
        CheckVerdict::Good => "in order",
        CheckVerdict::Warning => "look at it",
        CheckVerdict::Fault => "broken",
    }
}
