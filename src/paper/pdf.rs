//! The paper as a PDF: A4, real tables, vector charts, tagged for screen readers (PDF/UA-1).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde_json::Value;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::layout::Abs;
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontInstance, FontVariant, FontVariations};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::letters::{self, showable};

/// What the paper looks like; its words come as data.
const TEMPLATE: &str = include_str!("../../templates/paper/board_summary.typ");

/// With what tags the heading of a row as one.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

/// The embedded fonts and no others, as for the charts: the second is for letters that the first has not.
static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    super::chart::fonts::FONTS.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect()
});

/// The shapes of their letters.
static SHAPES: LazyLock<Vec<FontInstance>> = LazyLock::new(|| {
    let shapes = |font: &Font| {
        font.clone().instantiate(FontVariant::default(), Abs::pt(10.0), &FontVariations::default())
    };
    FONTS.iter().map(shapes).collect()
});

impl letters::Font for FontInstance {
    fn has(&self, letter: char) -> bool {
        // A font may list a letter, and give it the shape of those it has not.
        self.ttf().glyph_index(letter).is_some_and(|shape| shape.0 != 0)
    }
}

static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// All that the template can see: its data and the charts. There is no other file, no clock and no network.
struct TypstWorld {
    main: Source,
    files: BTreeMap<String, Bytes>,
}

impl World for TypstWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(id.get().vpath().get_without_slash()).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Lays out `page`, the content of the summary, with its charts by file name, as made at `made_at`. The reason why it
/// can't be is the template's, or a chart's. Letters that the fonts have not are marked.
pub(super) fn write(
    page: &Value,
    charts: impl Iterator<Item = (String, String)>,
    made_at: DateTime<Utc>,
) -> Result<Vec<u8>, String> {
    let path = VirtualPath::new("/paper.typ").map_err(|error| error.to_string())?;
    let main = FileId::new(RootedPath::new(VirtualRoot::Project, path));
    let data = ("paper.json".to_owned(), Bytes::from_string(showable_in(page).to_string()));
    let charts = charts.map(|(name, svg)| (name, Bytes::from_string(showable(&svg, &SHAPES))));
    let desk = TypstWorld {
        main: Source::new(main, TEMPLATE.to_owned()),
        files: std::iter::once(data).chain(charts).collect(),
    };
    let document: PagedDocument = typst::compile(&desk).output.map_err(|errors| said(&errors))?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("refresher".to_owned())),
        timestamp: timestamp(made_at),
        standards: PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| error.message().to_string())?,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| said(&errors));
    // What was laid out is remembered for the next document, which is a month away.
    typst::comemo::evict(0);
    pdf
}

/// The same page with all its words as they can be shown.
fn showable_in(page: &Value) -> Value {
    match page {
        Value::String(words) => Value::String(showable(words, &SHAPES)),
        Value::Array(items) => items.iter().map(showable_in).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), showable_in(value))).collect())
        }
        other => other.clone(),
    }
}

fn said(errors: &[SourceDiagnostic]) -> String {
    errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; ")
}

fn timestamp(at: DateTime<Utc>) -> Option<Timestamp> {
    let small = |number: u32| u8::try_from(number).ok();
    let datetime = Datetime::from_ymd_hms(
        at.year(),
        small(at.month())?,
        small(at.day())?,
        small(at.hour())?,
        small(at.minute())?,
        small(at.second())?,
    )?;
    Some(Timestamp::new_utc(datetime))
}
