//! The board summary as files: the mail with its attachments, the page, the workbook, the charts, the figures.
//!
//! Comes in: the figures of a month and those before it. Goes out: [`Paper`], bytes and nothing written; the same figures
//! give the same bytes at any time and on any machine. No form of it names a member of staff, and every form is made
//! from what a board is told of the figures ([`Disclosed`]), never from the exact ones.

#[cfg(feature = "pdf")]
mod pdf;
mod sheets;
mod workbook;

use crate::board::{BoardFigures, Disclosed, disclose};
use crate::chart::Chart;
use crate::mail::{BoardSummary, Mail, Part, Place, Rendered};

/// The most that a mail with its attachments may weigh as it goes over the wire: board members read it on the train.
pub const MOST_MAIL_BYTES: usize = 1_000_000;

/// The media type of the workbook.
const WORKBOOK_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What is said where the PDF would be, in a program built without it; `None` in one that makes it.
pub const WITHOUT_PDF: Option<&str> = if cfg!(feature = "pdf") {
    None
} else {
    Some(
        "no PDF: this program was built without it; `cargo install --path . --features pdf` builds one that makes it",
    )
};

/// Why a paper can't be made: the program is at fault, never the figures.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// A template or a chart.
    #[error("the board summary can't be put into words: {0}")]
    Mail(#[from] askama::Error),
    /// The workbook.
    #[error("the workbook of the board summary can't be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The PDF.
    #[error("the board summary can't be laid out as a PDF: {0}")]
    Pdf(String),
    /// The figures as JSON.
    #[error("the figures of the board summary can't be written: {0}")]
    Figures(#[from] serde_json::Error),
}

/// A board summary in all its forms but the mail's text, made when asked for.
#[derive(Debug, Clone)]
pub struct Paper {
    figures: Disclosed,
}

/// A form of the summary as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name: organisation and month are in it.
    pub name: String,
    /// What it holds.
    pub content: Vec<u8>,
}

impl Paper {
    /// The paper of `figures`, compared with the frozen figures of `earlier` months, oldest first. Of these, later
    /// months and other organisations are passed over.
    pub fn new(figures: &BoardFigures, earlier: &[BoardFigures]) -> Result<Self, PaperError> {
        Ok(Self { figures: disclose(figures, earlier)? })
    }

    /// The mail to a board: its pictures within, the workbook attached unless the mail were too heavy with it.
    pub fn mail(&self) -> Result<Rendered, PaperError> {
        let attached = |ending: &str, content_type: &str, content: Vec<u8>| Part {
            name: self.name(ending),
            content_type: content_type.to_owned(),
            place: Place::Attached,
            content,
        };
        let (pdf, workbook) = self.beside_the_pdf(|| self.workbook());
        let workbook = attached("xlsx", WORKBOOK_TYPE, workbook?);
        let pdf = pdf?.map(|content| attached("pdf", "application/pdf", content));
        let parts: Vec<Part> = pdf.into_iter().chain([workbook]).collect();
        let words = match parts.len() {
            1 => "the tables as a workbook",
            _ => "this summary to print, and the tables as a workbook",
        };
        let mut mail = self.summary().attaching(words).render()?;
        let weight: usize = parts.iter().map(|part| wire_bytes_of(&part.content)).sum();
        if wire_bytes(&mail) + weight > MOST_MAIL_BYTES {
            return Ok(self.summary().render()?);
        }
        mail.parts.extend(parts);
        Ok(mail)
    }

    /// The mail's subject and text alone.
    pub fn words(&self) -> Result<(String, String), PaperError> {
        Ok(self.summary().words()?)
    }

    /// Every form as a file.
    pub fn files(&self) -> Result<Vec<File>, PaperError> {
        let (pdf, files) = self.beside_the_pdf(|| self.other_files());
        let mut files = files?;
        files.extend(pdf?.map(|content| self.file("pdf", content)));
        Ok(files)
    }

    fn other_files(&self) -> Result<Vec<File>, PaperError> {
        let summary = self.summary();
        let mut files = vec![
            self.file("html", summary.html_page()?.into_bytes()),
            self.file("txt", summary.words()?.1.into_bytes()),
            self.file("xlsx", self.workbook()?),
            self.file("json", serde_json::to_vec_pretty(&self.figures)?),
        ];
        let charts = summary.charts()?;
        files.extend(charts.iter().map(|chart: &Chart| {
            let name = format!("{}-{}.svg", self.stem(), chart.name);
            File { name, content: chart.svg.clone().into_bytes() }
        }));
        Ok(files)
    }

    /// The PDF, which takes longer than all else, while `other` is made beside it.
    fn beside_the_pdf<T>(&self, other: impl FnOnce() -> T) -> (Result<Option<Vec<u8>>, PaperError>, T) {
        std::thread::scope(|threads| {
            let pdf = threads.spawn(|| self.pdf());
            let other = other();
            (pdf.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
        })
    }

    fn summary(&self) -> BoardSummary<'_> {
        BoardSummary::new(&self.figures)
    }

    /// The summary laid out for printing; `None` in a program built without it.
    #[cfg(feature = "pdf")]
    fn pdf(&self) -> Result<Option<Vec<u8>>, PaperError> {
        let summary = self.summary();
        let charts = summary.charts()?.into_iter().map(|chart| (format!("{}.svg", chart.name), chart.svg));
        let pdf = pdf::write(&summary.data()?, charts, self.figures.known_at).map_err(PaperError::Pdf)?;
        Ok(Some(pdf))
    }

    /// As above.
    #[cfg(not(feature = "pdf"))]
    fn pdf(&self) -> Result<Option<Vec<u8>>, PaperError> {
        Ok(None)
    }

    fn workbook(&self) -> Result<Vec<u8>, PaperError> {
        Ok(workbook::write(&self.figures, &sheets::all(&self.figures))?)
    }

    fn file(&self, ending: &str, content: Vec<u8>) -> File {
        File { name: self.name(ending), content }
    }

    fn name(&self, ending: &str) -> String {
        format!("{}.{ending}", self.stem())
    }

    /// What every file is called: the organisation's code and the month, in letters that any file system takes.
    fn stem(&self) -> String {
        let plain = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
        let code: String = self.figures.organisation.chars().map(plain).collect();
        format!("board-summary-{code}-{}", self.figures.month)
    }
}

/// About what a mail weighs on the wire.
fn wire_bytes(mail: &Rendered) -> usize {
    let parts: usize = mail.parts.iter().map(|part| wire_bytes_of(&part.content)).sum();
    wire_bytes_of(mail.text.as_bytes()) + wire_bytes_of(mail.html.as_bytes()) + parts
}

/// Four characters for three bytes, a line break after 76, and the headers of a part.
fn wire_bytes_of(content: &[u8]) -> usize {
    content.len().div_ceil(3) * 4 * 78 / 76 + 512
}

#[cfg(test)]
mod tests;
