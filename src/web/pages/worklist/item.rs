//! `/worklist/KIND/ABOUT`: one thing that waits, what was done about it and said of it; and what can be done.

use chrono::SecondsFormat;

use super::place::{address, put_right_at};
use super::question::question_of;
use crate::answers::{self, WorkItem, WorkItemAlone};
use crate::casework::{WorkChange, WorkComment, WorkFault, WorkKind, WorkState};
use crate::jobs::{WaitingWork, WorkOutcome, change_work};
use crate::web::answer::{
    Fault, FieldFault, LabelledValue, Notice, PageFrame, Reply, ReportColumn, ReportField, ReportForm,
    ReportPage, ReportRow, ReportSection, ReportTable, ShownValue, WordedLink,
};
use crate::web::pages::sheet::in_words;
use crate::web::request::{Admitted, PageRequest, ReachedScope};
use crate::wording::{counted, long_date, thousands};

/// Shows it.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    show(asked, by, &found(asked, by)?, ItemShown::default())
}

/// It becomes the sender's.
pub(crate) fn take(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let then = "Whoever looks at the worklist sees that. Give it back if you can\u{2019}t see to it.";
    change(asked, by, WorkChange::Take, ("It is yours", then))
}

/// It is nobody's again.
pub(crate) fn give_back(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    change(asked, by, WorkChange::GiveBack, ("It is nobody\u{2019}s again", "Anybody can take it."))
}

/// Something is said of it.
pub(crate) fn comment(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let words = typed(asked, "words");
    let then = "Whoever sees this sees it. It is handed out with what is kept about the person, and removed with it.";
    change(asked, by, WorkChange::Comment(&words), ("Your comment is kept", then))
}

/// It is to wait no longer.
pub(crate) fn close(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let reason = typed(asked, "reason");
    let then = "It stands among what is closed, and waits again by itself once it happens anew. To take that back, open it again.";
    change(asked, by, WorkChange::Close(&reason), ("It is closed", then))
}

/// It is to wait after all.
pub(crate) fn reopen(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let then = "It stands in the worklist until it is put right or closed.";
    change(asked, by, WorkChange::Reopen, ("It waits again", then))
}

/// What was typed, with the ends of lines that a text has.
fn typed(asked: &PageRequest<'_>, field: &str) -> String {
    asked.form.one(field).replace("\r\n", "\n").trim().to_owned()
}

/// The item in the path, where the holder of the right sees it; what is put right is there no longer.
fn found(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<WorkItemAlone, Fault> {
    let [kind, about] = asked.places.as_slice() else { return Err(Fault::NotFound) };
    let kind = WorkKind::parse(kind).ok_or(Fault::NotFound)?;
    let scope = ReachedScope::of(asked, by)?;
    for viewer in scope.viewers() {
        let of = question_of(asked, &viewer, Some(kind))?;
        if let Some(found) = answers::work_item(asked.app(), &of, &viewer, (kind, about))? {
            return Ok(found);
        }
    }
    Err(Fault::NotFound)
}

/// How a form says since when the item it is about waits.
fn since(item: &WorkItem) -> String {
    item.key.since.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn change(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    change: WorkChange<'_>,
    (what, then): (&str, &str),
) -> Result<Reply, Fault> {
    let alone = found(asked, by)?;
    let item = &alone.item;
    let done = || Reply::see(address(item.key.kind, &item.key.about));
    let once = asked.once(by.who())?;
    if once.was_sent_before(asked.app())? {
        return Ok(done());
    }
    if let Some(fault) = change.fault() {
        let faults = vec![worded(change, fault)];
        return show(asked, by, &alone, ItemShown { status: 422, faults });
    }
    let changed = || ItemShown { status: 409, faults: Vec::new() };
    // What is no number is no version that was shown.
    let shown = asked.form.one("version").parse().ok().filter(|_| asked.form.one("since") == since(item));
    let Some(shown) = shown else { return show(asked, by, &alone, changed()) };
    let work = WaitingWork { key: &item.key, renewed_at: item.renewed_at, people: &item.people };
    match change_work(asked.app(), (work, shown), change, (&by.who().actor(), &once), asked.now)? {
        WorkOutcome::Done => {
            let (what, then) = (what.to_owned(), then.to_owned());
            Notice::Done { what, then }.keep(asked, by.who())?;
            Ok(done())
        }
        WorkOutcome::SentBefore => Ok(done()),
        // How it stands now.
        WorkOutcome::Changed => show(asked, by, &found(asked, by)?, changed()),
    }
}

fn worded(change: WorkChange<'_>, fault: WorkFault) -> FieldFault {
    let (field, missing) = match change {
        WorkChange::Close(_) => ("reason", "Say why it is to wait no longer"),
        _ => ("words", "Say something of it"),
    };
    match fault {
        WorkFault::Empty => FieldFault::of(field, missing),
        WorkFault::TooLong(most) => {
            FieldFault::of(field, format!("Say it in at most {} letters", thousands(most as u64)))
        }
    }
}

/// How the page of an item is answered.
struct ItemShown {
    status: u16,
    faults: Vec<FieldFault>,
}

impl Default for ItemShown {
    fn default() -> Self {
        Self { status: 200, faults: Vec::new() }
    }
}

fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    alone: &WorkItemAlone,
    shown: ItemShown,
) -> Result<Reply, Fault> {
    let item = &alone.item;
    asked.looked_at(by.who(), item.named.iter().copied());
    let mut sections = Vec::new();
    if shown.status == 409 {
        sections.push(ReportSection {
            heading: "Nothing was done".to_owned(),
            paragraphs: vec![
                "Somebody took, closed or opened this while you looked at it, or it happened anew. Below is how it stands now."
                    .to_owned(),
            ],
            // What nobody can be asked for any more is not lost.
            verbatim: if item.state() == WorkState::Closed { typed(asked, "reason") } else { String::new() },
            ..ReportSection::default()
        });
    }
    let account = by.who().account.id;
    sections.push(standing(asked, alone, account));
    sections.push(comments(asked, alone));
    if item.state() == WorkState::Open {
        sections.push(closing(asked, item));
    }
    let heading = in_words(item.key.kind.as_str());
    let frame = PageFrame::of(asked, by.who(), "worklist-item", heading)?.with_faults(shown.faults);
    let page = ReportPage {
        crumbs: vec![WordedLink { href: "/worklist".to_owned(), words: "Worklist".to_owned() }],
        sections,
        ..ReportPage::of(frame)
    };
    Reply::page_with(shown.status, &page)
}

/// A form that does this, of the item as it is shown.
fn form(item: &WorkItem, verb: &'static str, button: &str) -> ReportForm {
    let action = format!("{}/{verb}", address(item.key.kind, &item.key.about));
    ReportForm::new(verb, action, button)
        .carrying("version", item.case.version.to_string())
        .carrying("since", since(item))
}

/// What it is, how it stands, and where it is put right.
fn standing(asked: &PageRequest<'_>, alone: &WorkItemAlone, account: i32) -> ReportSection {
    let item = &alone.item;
    let said = |label: &str, words: String| LabelledValue::of(label, ShownValue::words(words));
    let days = counted(item.working_days, "working day", "working days");
    let mut figures = vec![
        said("What waits", item.what.clone()),
        said("Since", format!("{}, {days}", long_date(item.since))),
        said("Organisation", item.key.organisation.clone()),
    ];
    if !item.unit.is_empty() {
        figures.push(said("Unit", item.unit.clone()));
    }
    let is_mine = item.case.taken_by == Some(account);
    let whose = match item.taken_by.as_str() {
        _ if is_mine => "You",
        "" => "Nobody yet",
        name => name,
    };
    figures.push(said("Taken by", whose.to_owned()));
    let mut forms = Vec::new();
    if let Some(closed) = alone.item.case.closed.as_ref().filter(|_| item.state() == WorkState::Closed) {
        let why = if closed.reason.is_empty() { "the reason was removed" } else { closed.reason.as_str() };
        let at = asked.instant_words(closed.at);
        figures.push(said("Closed", format!("{at}, by {}: {why}", alone.closed_by)));
        forms.push(form(item, "reopen", "Open it again").second());
    } else if is_mine {
        forms.push(form(item, "give-back", "Give it back").second());
    } else if item.case.taken_by.is_some() {
        forms.push(form(item, "take", "Take it over").second());
    } else {
        forms.push(form(item, "take", "Take it"));
    }
    let href = put_right_at(item.key.kind, &item.key.about);
    let words = match item.key.kind {
        WorkKind::BouncingAddress | WorkKind::SharedAddress => {
            "The person\u{2019}s page: a staff list with the right address puts it right"
        }
        WorkKind::RejectedRows => "Put the rows right, or dismiss them",
        WorkKind::HeldMail => "Look at the mail that is held, and let it go or cancel it",
    };
    let links = vec![WordedLink { href, words: words.to_owned() }];
    ReportSection { figures, forms, links, ..ReportSection::default() }
}

/// What was said of it, and what says more.
fn comments(asked: &PageRequest<'_>, alone: &WorkItemAlone) -> ReportSection {
    let hint = "Whoever sees this item reads it, and so may whoever it is about";
    let field = ReportField::note("words", "Comment", hint, asked.form.one("words"));
    let mut section = ReportSection {
        heading: "Comments".to_owned(),
        forms: vec![form(&alone.item, "comment", "Comment").asking(vec![field]).second()],
        ..ReportSection::default()
    };
    if alone.comments.is_empty() {
        section.paragraphs.push("Nobody said anything of it yet.".to_owned());
        return section;
    }
    let row = |(at, (name, comment)): (usize, &(String, WorkComment))| ReportRow {
        id: (at + 1).to_string(),
        cells: vec![
            ShownValue::words(asked.instant_words(comment.at)),
            ShownValue::words(name),
            ShownValue::words(&comment.words),
        ],
    };
    let columns = ["When", "Who", "What"].map(ReportColumn::words).to_vec();
    let rows = alone.comments.iter().enumerate().map(row).collect();
    section.table = Some(ReportTable::whole("comments", "What was said, in order", columns, rows));
    section
}

/// What says why it is to wait no longer.
fn closing(asked: &PageRequest<'_>, item: &WorkItem) -> ReportSection {
    let hint = "Such as: they are on leave until March, and the address is theirs again then";
    let field = ReportField::typed("reason", "Why it is to wait no longer", hint, asked.form.one("reason"));
    ReportSection {
        heading: "Close it without putting it right".to_owned(),
        paragraphs: vec![
            "It leaves the list, and comes back by itself once it happens anew. What is put right leaves the list without this."
                .to_owned(),
        ],
        forms: vec![form(item, "close", "Close it").asking(vec![field]).second()],
        ..ReportSection::default()
    }
}
