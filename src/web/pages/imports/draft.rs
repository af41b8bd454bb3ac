//! `/imports/drafts/ID`: what a file that was brought would change; all of it as CSV.

use std::time::Duration;

use askama::Template;

use super::bring::may_see;
use super::difference::{difference_rows, difference_sections, named_in};
use crate::answers::{self, Viewer};
use crate::import::{ImportBrake, ImportStep};
use crate::jobs::drafts::{
    ColumnsFound, DraftEnd, DraftLook, DraftRead, DraftStage, ImportDraft, draft_with_id,
};
use crate::web::answer::{ExportForm, Fault, FieldFault, PageFrame, Reply, ReportSection, file, proof_first};
use crate::web::request::{Admitted, PageRequest};
use crate::wording::{capitalised, counted, long_date};

/// So long a page waits for what is soon done.
const SHORT_WAIT: Duration = Duration::from_secs(2);

/// What a person types to overrule a brake.
pub(super) struct BrakeField {
    pub(super) brake: ImportBrake,
    /// The field, named as the brake.
    pub(super) name: &'static str,
    /// What the brake is about.
    pub(super) words: String,
    pub(super) label: &'static str,
    /// What is to be typed.
    pub(super) count: u64,
}

/// What a page of a draft says first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DraftRemark {
    Nothing,
    /// What it would change is another than was shown.
    ChangedMeanwhile,
    /// It is being applied, and can't be discarded.
    BeingApplied,
}

#[derive(Template)]
#[template(path = "web/import_draft.html")]
struct DraftPage {
    frame: PageFrame,
    id: i32,
    remark: &'static str,
    about: String,
    /// What it is at; empty once it was read.
    underway: String,
    /// Why nothing of it can be used; empty where something can.
    unusable: String,
    /// By which the difference is known that is shown; empty where there is nothing to apply.
    mark: String,
    brakes: Vec<BrakeField>,
    cause: String,
    /// Why it can't be applied at all; empty where it can.
    refused: String,
    /// Whether that is that the very file was imported before.
    is_known: bool,
    has_rows: bool,
    /// Whether it is offered to say which column is which.
    may_say_columns: bool,
    sections: Vec<ReportSection>,
}

/// Shows it, or hands out all that it would change.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (number, form) = match asked.place().split_once('.') {
        None => (asked.place(), None),
        Some((number, "txt")) => return how_far(asked, by, number),
        Some((number, "csv")) => (number, Some(ExportForm::Csv)),
        Some(_) => return Err(Fault::NotFound),
    };
    let id = number.parse().map_err(|_| Fault::NotFound)?;
    let draft = match found(asked, by, id) {
        Ok(draft) => draft,
        Err(fault) => return became(asked, by, id).ok_or(fault),
    };
    let look = asked.state.drafts.look(&asked.state.app, &draft, SHORT_WAIT);
    match (form, &look) {
        (None, DraftLook::Ended(DraftEnd::Applied(import))) => Ok(Reply::see(format!("/imports/{import}"))),
        (None, _) => show(asked, by, &draft, &look, DraftShown::plainly()),
        (Some(form), DraftLook::Ended(DraftEnd::Read(read) | DraftEnd::Changed(read))) => {
            let report = &read.report;
            let people = report.joiners + report.leavers + report.changes;
            if let Some(proof) = proof_first(asked, by, usize::try_from(people).unwrap_or(usize::MAX)) {
                return Ok(proof);
            }
            note_looks(asked, by, &draft, read, true)?;
            let rows = difference_rows(&report.difference);
            file(asked, by, form, Some(rows), &read.report)
        }
        (Some(_), _) => Err(Fault::NotFound),
    }
}

/// Notes that whoever asks looked at the people who are named in what a file would change.
fn note_looks(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    draft: &ImportDraft,
    read: &DraftRead,
    is_file: bool,
) -> Result<(), Fault> {
    let viewer = match &draft.organisation {
        Some(code) => Viewer::Organisation(code.clone()),
        None => Viewer::Everything,
    };
    let named = named_in(&read.report.difference, is_file);
    asked.looked_at(by.who(), answers::people_named(asked.app(), &viewer, &named)?);
    Ok(())
}

/// How far it is, in words for whoever waits on its page; none once it has ended.
fn how_far(asked: &PageRequest<'_>, by: &Admitted<'_>, number: &str) -> Result<Reply, Fault> {
    let draft = found(asked, by, number.parse().map_err(|_| Fault::NotFound)?)?;
    Ok(Reply::plain(
        200,
        &match asked.state.drafts.look(&asked.state.app, &draft, SHORT_WAIT) {
            DraftLook::Underway(stage, progress) => underway_words(stage, progress),
            DraftLook::Ended(_) => String::new(),
        },
    ))
}

/// The draft with this number, where it is there for this holder.
pub(super) fn found(asked: &PageRequest<'_>, by: &Admitted<'_>, id: i32) -> Result<ImportDraft, Fault> {
    let draft = draft_with_id(asked.app(), id)?;
    draft.filter(|draft| may_see(by, draft.organisation.as_deref())).ok_or(Fault::NotFound)
}

/// The import that a draft became, where it did a short time ago.
pub(super) fn became(asked: &PageRequest<'_>, by: &Admitted<'_>, id: i32) -> Option<Reply> {
    let (import, organisation) = asked.state.drafts.became(id, SHORT_WAIT)?;
    may_see(by, organisation.as_deref()).then(|| Reply::see(format!("/imports/{import}")))
}

/// With what a draft is shown.
pub(super) struct DraftShown {
    pub(super) status: u16,
    pub(super) remark: DraftRemark,
    pub(super) faults: Vec<FieldFault>,
}

impl DraftShown {
    fn plainly() -> Self {
        Self { status: 200, remark: DraftRemark::Nothing, faults: Vec::new() }
    }
}

/// Shows a draft as it stands.
pub(super) fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    draft: &ImportDraft,
    look: &DraftLook,
    shown: DraftShown,
) -> Result<Reply, Fault> {
    let heading = match draft.organisation.as_deref() {
        Some(code) => format!("What {} would change at {code}", draft.file),
        None => format!("What {} would change", draft.file),
    };
    let frame = PageFrame::of(asked, by.who(), "import-draft", heading)?.with_faults(shown.faults);
    let partial = if draft.partial { ", of only some of the staff" } else { "" };
    let mut page = DraftPage {
        frame,
        id: draft.id,
        remark: match shown.remark {
            DraftRemark::Nothing => "",
            DraftRemark::ChangedMeanwhile => {
                "Something changed while you looked at it. Nothing was done: below is what the file would change now."
            }
            DraftRemark::BeingApplied => "It is being applied already, and can’t be discarded any more.",
        },
        about: format!(
            "{}, as of {}{partial}. Brought {}.",
            capitalised(&draft.kind),
            long_date(draft.as_of),
            asked.instant_words(draft.made_at)
        ),
        underway: String::new(),
        unusable: String::new(),
        mark: String::new(),
        brakes: Vec::new(),
        cause: String::new(),
        refused: String::new(),
        is_known: false,
        has_rows: false,
        may_say_columns: false,
        sections: Vec::new(),
    };
    match look {
        DraftLook::Underway(stage, progress) => page.underway = underway_words(*stage, *progress),
        DraftLook::Ended(DraftEnd::Read(read) | DraftEnd::Changed(read)) => {
            note_looks(asked, by, draft, read, false)?;
            page.read(read);
        }
        DraftLook::Ended(DraftEnd::Unusable(why, found)) => {
            page.unusable = why.to_string();
            page.may_say_columns = *found == ColumnsFound::SomeLack;
        }
        DraftLook::Ended(DraftEnd::Applied(_) | DraftEnd::Failed) => {
            page.unusable =
                "Reading the file failed. Whoever runs this service for you finds why in the log.".to_owned();
        }
    }
    Reply::page_with(shown.status, &page)
}

impl DraftPage {
    fn read(&mut self, read: &DraftRead) {
        let report = &read.report;
        self.brakes = brake_fields(read);
        self.cause = report.cause.clone().unwrap_or_default();
        if let (Some(why), true) = (&report.refused, self.brakes.is_empty()) {
            self.refused = format!("The file {why}.");
        } else if let Some(known) = report.id {
            self.is_known = true;
            self.refused = format!(
                "This very file was imported before, as import {known}, and nothing of its kind since: it would change nothing."
            );
        } else {
            self.mark.clone_from(&read.mark);
        }
        self.may_say_columns = !read.ignored_columns.is_empty();
        self.has_rows = !report.difference.is_empty();
        self.sections = difference_sections(read);
    }
}

/// The brakes that refuse it.
pub(super) fn brake_fields(read: &DraftRead) -> Vec<BrakeField> {
    let field = |(brake, count): &(ImportBrake, u64)| {
        let (name, label, words) = match brake {
            ImportBrake::Leavers => (
                "leavers",
                "People who would leave",
                format!(
                    "The brake on leavers acts: {} in post would be leavers. Is the list complete? If so, type how many.",
                    counted(*count, "person", "people")
                ),
            ),
            ImportBrake::Addresses => (
                "addresses",
                "People who would get another address",
                format!(
                    "The brake on addresses acts: {} would get another email address, or none. Was a column sorted by itself? If all is right, type how many.",
                    counted(*count, "person", "people")
                ),
            ),
            ImportBrake::Rejected => (
                "rejected",
                "Rows that are rejected",
                format!(
                    "The brake on rejected rows acts: {} can’t be used. Put them right in the file if you can; to import the others all the same, type how many.",
                    counted(*count, "row", "rows")
                ),
            ),
        };
        BrakeField { brake: *brake, name, words, label, count: *count }
    };
    read.report.braked.iter().map(field).collect()
}

fn underway_words(stage: DraftStage, (step, done, total): (ImportStep, u64, u64)) -> String {
    let what = match (stage, step) {
        (DraftStage::Reading, ImportStep::Reading) => "The file is being read",
        (DraftStage::Reading, _) => "The file is being compared with the register",
        (DraftStage::Applying, ImportStep::Recording) => "What the file changes is being recorded",
        (DraftStage::Applying, _) => "The file is being compared once more, to be applied",
    };
    match done.saturating_mul(100).checked_div(total) {
        Some(percent) => format!("{what}: {}%.", percent.min(100)),
        None => format!("{what}."),
    }
}
