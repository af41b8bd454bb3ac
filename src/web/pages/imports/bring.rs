//! `/imports/new`: a file is brought, with what it is.

use askama::Template;
use chrono::NaiveDate;

use crate::import::{FileEncoding, FileKind, ImportError, day_meant};
use crate::jobs::drafts::{
    BringOutcome, DraftOrder, DraftReading, ImportDraft, ReceivedFile, bring, drafts_waiting,
};
use crate::web::answer::{Fault, FieldFault, PageFrame, Reply};
use crate::web::request::{Admitted, PageRequest, ReachedScope};
use crate::web::upload::{BroughtContent, FormFile};
use crate::wording::{capitalised, cut, is_invisible, is_line_break};

/// The longest name of a file that is kept.
const LONGEST_NAME: usize = 120;

/// One of several.
struct OneChoice {
    value: String,
    words: String,
    is_chosen: bool,
}

/// A draft that waits.
struct WaitingDraft {
    href: String,
    words: String,
}

#[derive(Template)]
#[template(path = "web/import_new.html")]
struct BringPage {
    frame: PageFrame,
    waiting: Vec<WaitingDraft>,
    kinds: Vec<OneChoice>,
    /// Nothing where there is but one.
    organisations: Vec<OneChoice>,
    as_of: String,
    partial: bool,
    sheet: String,
    start_date: String,
    encoding: String,
    cells: Vec<OneChoice>,
    megabytes: u64,
    /// Where the draft stands in whose place this one may come.
    replaces: Option<WaitingDraft>,
}

/// What dates in a matrix of training can be, by the name of the flag.
const CELLS: [(&str, &str); 3] = [
    ("", "As the headers say"),
    ("completed", "Days of completions"),
    ("expires", "Days on which training lapses"),
];

const NO_SUCH_ORGANISATION: &str = "There is no such organisation, or it is not for you to see";

/// Shows the form.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    show(asked, by, (200, Vec::new(), None))
}

/// Keeps what is brought as a draft.
pub(crate) fn post(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let kind = FileKind::ALL.into_iter().find(|kind| kind.as_str() == asked.form.one("kind"));
    let kind = kind.filter(|kind| may_bring(*kind, &scope));
    if kind.is_none() {
        faults.push(FieldFault::of("kind", "Choose what the file holds"));
    }
    let organisation = organisation(asked, &scope, kind);
    if organisation.is_none() {
        faults.push(FieldFault::of("organisation", NO_SUCH_ORGANISATION));
    }
    let as_of = as_of(asked);
    if as_of.is_none() {
        faults.push(FieldFault::of(
            "as_of",
            "Enter a day with its year, such as 27 March 2026, or leave it empty for today",
        ));
    }
    let reading = reading(asked, &mut faults);
    let (status, file) = match file(asked) {
        Ok(file) => (422, Some(file)),
        Err((status, words)) => {
            faults.push(FieldFault { field: "file", words });
            (status, None)
        }
    };
    let (Some(kind), Some(organisation), Some(as_of), Some((file, received))) =
        (kind, organisation, as_of, file)
    else {
        return show(asked, by, (status, faults, None));
    };
    if !faults.is_empty() {
        return show(asked, by, (422, faults, None));
    }
    let order = DraftOrder {
        received,
        file: &shown_name(&file.name),
        kind,
        organisation: organisation.as_deref(),
        as_of,
        partial: !asked.form.one("partial").is_empty(),
        sheet: asked.form.one("sheet").trim(),
        map: asked.form.one("map"),
        reading: &reading,
        replaces: !asked.form.one("replace").is_empty(),
        once: asked.once(by.who())?,
    };
    let outcome = bring(asked.app(), &order, asked.now)?;
    became(asked, by, outcome)
}

/// Leads to what became of a file that was brought, or says why nothing did.
fn became(asked: &PageRequest<'_>, by: &Admitted<'_>, outcome: BringOutcome) -> Result<Reply, Fault> {
    match outcome {
        BringOutcome::Kept(id) | BringOutcome::SentBefore(Some(id)) => {
            Ok(Reply::see(format!("/imports/drafts/{id}")))
        }
        BringOutcome::SentBefore(None) => Ok(Reply::see("/imports")),
        BringOutcome::AnotherWaits(waiting) => {
            let words =
                "Another file of this kind waits: look at it first, or say that yours takes its place";
            show(asked, by, (409, vec![FieldFault::of("replace", words)], Some(*waiting)))
        }
        BringOutcome::NotRead(error) => {
            let words = match error {
                // What the command has a flag for has a field here.
                ImportError::Refused { reason, .. } => {
                    format!("The file {}", reason.replace("--encoding ", ""))
                }
                other => return Err(Fault::Ours(other.into())),
            };
            show(asked, by, (415, vec![FieldFault { field: "file", words }], None))
        }
    }
}

/// Whether files of this kind may be brought: one of organisations may be about any.
fn may_bring(kind: FileKind, scope: &ReachedScope) -> bool {
    kind != FileKind::Organisations || scope.reaches_all()
}

/// The organisation whose rows the file may hold, the inner `None` for all; `None` where what is said is none.
fn organisation(
    asked: &PageRequest<'_>,
    scope: &ReachedScope,
    kind: Option<FileKind>,
) -> Option<Option<String>> {
    let said = asked.form.one("organisation");
    let is_of_all = kind == Some(FileKind::Organisations)
        || (said.is_empty() && scope.reaches_all() && scope.codes().count() > 1);
    if is_of_all {
        return Some(None);
    }
    let mut codes = scope.codes();
    let found = if said.is_empty() { codes.next() } else { codes.find(|code| *code == said) };
    found.map(|code| Some(code.to_owned()))
}

/// The day the file speaks of; today where none is said.
fn as_of(asked: &PageRequest<'_>) -> Option<NaiveDate> {
    match asked.form.one("as_of").trim() {
        "" => Some(asked.app().today()),
        said => day_meant(said),
    }
}

/// How the file is to be read; what is wrong with it is a fault.
fn reading(asked: &PageRequest<'_>, faults: &mut Vec<FieldFault>) -> DraftReading {
    let typed = |name| asked.form.one(name).trim();
    let start_on = day_meant(typed("start_date"));
    if start_on.is_none() && !typed("start_date").is_empty() {
        let words = "Enter a day with its year, such as 27 March 2026, or leave it empty";
        faults.push(FieldFault::of("start_date", words));
    }
    let encoding = typed("encoding");
    if let (false, Err(words)) = (encoding.is_empty(), FileEncoding::named(encoding)) {
        faults.push(FieldFault::of("encoding", capitalised(&words)));
    }
    let cells = CELLS.iter().find(|(value, _)| *value == typed("cells")).map_or("", |(value, _)| value);
    DraftReading { start_on, encoding: encoding.to_owned(), cells: cells.to_owned() }
}

/// The file, or with which status to say what is wrong with it.
fn file<'a>(asked: &PageRequest<'a>) -> Result<(&'a FormFile, &'a ReceivedFile), (u16, String)> {
    let megabytes = asked.app().config.web.upload_bytes / 1_000_000;
    let Some(file) = asked.file else { return Err((422, "Choose the file".to_owned())) };
    Err(match &file.content {
        BroughtContent::Whole(received) => return Ok((file, received)),
        BroughtContent::Empty => (422, "The file is empty: export it again".to_owned()),
        BroughtContent::TooLarge => {
            let words = format!(
                "The file is larger than the {megabytes} MB that are taken here: split it, or use the inbox or the command"
            );
            (413, words)
        }
        BroughtContent::CutOff => (400, "The file did not arrive whole: send it again".to_owned()),
        BroughtContent::Unwritable => {
            (503, "The file can’t be kept on this machine: tell whoever runs this service for you".to_owned())
        }
        BroughtContent::NotTaken => (422, "Choose the file again".to_owned()),
    })
}

/// What the file is called, as it can be shown anywhere: without folders, line breaks and what turns text around.
fn shown_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String =
        name.chars().filter(|c| !c.is_control() && !is_invisible(*c) && !is_line_break(*c)).collect();
    let name = cut(name.trim(), LONGEST_NAME);
    if name.is_empty() { "file".to_owned() } else { name }
}

/// What a draft is called in a link.
pub(super) fn draft_words(asked: &PageRequest<'_>, draft: &ImportDraft) -> String {
    let at = draft.organisation.as_ref().map_or_else(String::new, |code| format!(" of {code}"));
    let brought = asked.instant_words(draft.made_at);
    format!("{}{at}: {}, brought {brought}", capitalised(&draft.kind), draft.file)
}

/// Whether a draft is for this holder to see: that of an organisation for whoever has the right there, that of all for
/// whoever has it at all.
pub(super) fn may_see(by: &Admitted<'_>, draft_organisation: Option<&str>) -> bool {
    by.who().holder.may(by.right(), draft_organisation)
}

fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    (status, faults, replaces): (u16, Vec<FieldFault>, Option<ImportDraft>),
) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let typed = |name: &str| asked.form.one(name).to_owned();
    let kind = typed("kind");
    let kinds = FileKind::ALL.into_iter().filter(|kind| may_bring(*kind, &scope));
    let kinds = kinds.map(|of| OneChoice {
        value: of.as_str().to_owned(),
        words: capitalised(of.as_str()),
        is_chosen: of.as_str() == kind,
    });
    let cells = CELLS.into_iter().map(|(value, words)| OneChoice {
        value: value.to_owned(),
        words: words.to_owned(),
        is_chosen: value == typed("cells"),
    });
    let organisation = typed("organisation");
    let mut organisations: Vec<OneChoice> = Vec::new();
    if scope.codes().count() > 1 {
        if scope.reaches_all() {
            organisations.push(OneChoice { value: String::new(), words: "All".to_owned(), is_chosen: false });
        }
        organisations.extend(scope.codes().map(|code| OneChoice {
            value: code.to_owned(),
            words: code.to_owned(),
            is_chosen: code == organisation,
        }));
    }
    let line = |draft: &ImportDraft| WaitingDraft {
        href: format!("/imports/drafts/{}", draft.id),
        words: draft_words(asked, draft),
    };
    let waiting = drafts_waiting(asked.app())?;
    let page = BringPage {
        frame: PageFrame::of(asked, by.who(), "import-new", "Bring a file")?.with_faults(faults),
        waiting: waiting
            .iter()
            .filter(|draft| may_see(by, draft.organisation.as_deref()))
            .map(line)
            .collect(),
        kinds: kinds.collect(),
        organisations,
        as_of: typed("as_of"),
        partial: !typed("partial").is_empty(),
        sheet: typed("sheet"),
        start_date: typed("start_date"),
        encoding: typed("encoding"),
        cells: cells.collect(),
        megabytes: asked.app().config.web.upload_bytes / 1_000_000,
        replaces: replaces.as_ref().map(line),
    };
    Reply::page_with(status, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_is_shown_without_folders_and_without_what_turns_it_around() {
        for (name, shown) in [
            ("staff.csv", "staff.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ann\\staff list.xlsx", "staff list.xlsx"),
            ("a\r\nSet-Cookie: b.csv", "aSet-Cookie: b.csv"),
            ("staff\u{202e}vsc.exe", "staffvsc.exe"),
            ("  ", "file"),
            ("", "file"),
        ] {
            assert_eq!(shown_name(name), shown, "{name:?}");
        }
        assert!(shown_name(&"ä".repeat(500)).chars().count() <= LONGEST_NAME);
    }
}
