//! `/imports`: what was imported, the newest first; `/imports/ID`: one import.

pub(crate) mod bring;
pub(crate) mod columns;
pub(crate) mod decide;
mod difference;
pub(crate) mod draft;
pub(crate) mod rejected;
mod rejected_part;
pub(crate) mod undo;

use super::sheet::{SheetWords, sheet_section};
use crate::access::AccessRight;
use crate::answers;
use crate::web::answer::{
    ExportForm, Fault, LabelledValue, PageDocument, PageFrame, Reply, ReportFilter, ReportPage,
    ReportSection, ShownValue, WordedLink, file, numbered,
};
use crate::web::request::{Admitted, PageQuestion, PageRequest, ReachedScope};
use crate::wording::long_date;

/// What an import counts, under the names of its document.
const COUNTS: [(&str, &str); 10] = [
    ("rows", "Rows of the file"),
    ("applied", "Rows that changed something"),
    ("unchanged", "Rows that changed nothing"),
    ("skipped", "Rows passed over"),
    ("rejected", "Rows rejected"),
    ("joiners", "Joiners"),
    ("changes", "People changed"),
    ("leavers", "Leavers"),
    ("records_added", "Records added"),
    ("records_corrected", "Records corrected"),
];

/// Shows them, or hands them out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let question = PageQuestion::read(&asked.query, "/imports", vec![scope.parameter()], true, &mut faults);
    let mut sections = Vec::new();
    if faults.is_empty() {
        let answer = answers::imports(asked.app(), &scope.viewer(question.text("organisation").as_deref()))?;
        if let Some(form) = ExportForm::of(asked.path) {
            return file(asked, by, form, Some(answer.sheet()), &answer);
        }
        let words = SheetWords {
            list: "imports",
            caption: "Imports",
            rows: ("import", "imports"),
            none: "Nothing was imported yet: bring a file here, put it into the inbox, or use the command refresher import.",
            unseen: &[],
        };
        if by.who().holder.may_anywhere(AccessRight::ImportsChange) {
            let link = WordedLink { href: "/imports/new".to_owned(), words: "Bring a file".to_owned() };
            sections.push(ReportSection { links: vec![link], ..ReportSection::default() });
        }
        sections.push(sheet_section(answer.sheet(), &question, &words, |header, row| {
            let id = row.first().map(ToString::to_string).unwrap_or_default();
            if header == "id" { format!("/imports/{id}") } else { String::new() }
        }));
    }
    let frame = PageFrame::of(asked, by.who(), "imports", "Imports")?.with_faults(faults);
    let filter = ReportFilter::of(&question, "Choose", "Show these imports");
    let page = ReportPage {
        intro: vec![
            "Every file that was imported, and what was recorded by hand: the newest first.".to_owned(),
        ],
        filter: Some(filter).filter(ReportFilter::asks_for_something),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

/// Shows one, or hands it out as the command's document.
pub(crate) fn one(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let (id, form) = numbered(asked)?;
    let mut faults = Vec::new();
    let path = format!("/imports/{id}");
    let question = PageQuestion::read(&asked.query, &path, Vec::new(), false, &mut faults);
    let import = scope.first_seen(|viewer| answers::import_of(asked.app(), viewer, id))?;
    if let (Some(form), true) = (form, faults.is_empty()) {
        return file(asked, by, form, None, &import);
    }
    let document = PageDocument::of(&import)?;
    let frame = PageFrame::of(asked, by.who(), "import", format!("Import {id}"))?;
    let mut sections =
        if faults.is_empty() { vec![about(asked, &document), counts(&document)] } else { Vec::new() };
    if faults.is_empty() && imports_seen_whole(asked, by, id).is_ok() {
        sections.push(verbs(id, &document));
    }
    let page = ReportPage {
        crumbs: vec![WordedLink { href: "/imports".to_owned(), words: "Imports".to_owned() }],
        sections,
        ..ReportPage::of(frame.with_faults(faults))
    };
    page.exported(&question, &["json"]).reply()
}

/// The import with this number, where the holder has the page's right at every organisation that it touched.
fn imports_seen_whole(asked: &PageRequest<'_>, by: &Admitted<'_>, id: i32) -> Result<PageDocument, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let import = scope.first_seen(|viewer| answers::import_of(asked.app(), viewer, id))?;
    let document = PageDocument::of(&import)?;
    let organisations = document.list("organisations");
    let may = |code: &str| by.who().holder.may(AccessRight::ImportsChange, Some(code));
    let is_whole =
        !organisations.is_empty() && organisations.iter().all(|code| code.as_str().is_some_and(may));
    if is_whole { Ok(document) } else { Err(Fault::NotFound) }
}

/// The import, where anybody of those whose eyes the right gives may see it.
fn about(asked: &PageRequest<'_>, document: &PageDocument) -> ReportSection {
    let is = |name: &str| document.at(name).as_bool().unwrap_or_default();
    let number = |name: &str| document.at(name).as_i64();
    let words = |label: &str, words: String| LabelledValue::of(label, ShownValue::words(words));
    let organisations: Vec<&str> =
        document.list("organisations").iter().filter_map(|code| code.as_str()).collect();
    let file = Some(document.text("file")).filter(|file| !file.is_empty()).unwrap_or("by hand");
    let mut figures = vec![
        words("Kind", document.text("kind").to_owned()),
        words("File", file.to_owned()),
        words("As of", document.text("as_of").parse().map(long_date).unwrap_or_default()),
        words(
            "Recorded at",
            document.text("recorded_at").parse().map(|at| asked.instant_words(at)).unwrap_or_default(),
        ),
        words(
            "Brought by",
            Some(document.text("actor")).filter(|by| !by.is_empty()).unwrap_or("nobody known").to_owned(),
        ),
        words("Organisations", organisations.join(", ")),
    ];
    if is("partial") {
        figures.push(words("Partial", "nobody became a leaver for not being in it".to_owned()));
    }
    if is("forced") {
        figures.push(words("Forced", "brakes were overruled, or a known file was imported again".to_owned()));
    }
    for (name, label) in [("undoes", "Undoes"), ("undone_by", "Undone by")] {
        if let Some(other) = number(name) {
            let shown = ShownValue::words(format!("Import {other}")).to(format!("/imports/{other}"));
            figures.push(LabelledValue::of(label, shown));
        }
    }
    ReportSection { figures, ..ReportSection::default() }
}

/// What can be done with it.
fn verbs(id: i32, document: &PageDocument) -> ReportSection {
    let mut links = Vec::new();
    let mut link = |page: &str, words: &str| {
        links.push(WordedLink { href: format!("/imports/{id}/{page}"), words: words.to_owned() });
    };
    let stands = document.at("undone_by").is_null();
    if stands && document.at("rejected").as_u64().is_some_and(|rows| rows > 0) {
        link("rejected", "Put the rejected rows right");
    }
    if stands {
        link("undo", "See what undoing it would put back");
    }
    ReportSection { links, ..ReportSection::default() }
}

fn counts(document: &PageDocument) -> ReportSection {
    let figures = COUNTS.iter().map(|(name, label)| LabelledValue::of(*label, document.count(name)));
    ReportSection {
        heading: "What it counted".to_owned(),
        figures: figures.collect(),
        ..ReportSection::default()
    }
}
