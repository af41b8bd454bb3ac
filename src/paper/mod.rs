//! The board's paper: its content, made once, and its forms: the mail with its attachments, the page, the text, the PDF,
//! the workbook, the charts, the figures.
//!
//! Comes in: the figures of a month and those before it. Goes out: [`Paper`], bytes and nothing written; the same figures
//! give the same bytes at any time and on any machine. No form of it names a member of staff, and every form is made
//! from what a board is told of the figures ([`Disclosed`]), never from the exact ones.
//!
//! `content` says it, in words, charts and tables of typed cells (`table`); `page` shows these as words for those who
//! read, `workbook` as numbers for those who reckon. It works no figure out.

mod chart;
mod content;
#[cfg(any(test, feature = "pdf"))]
mod letters;
mod page;
mod page_table;
#[cfg(feature = "pdf")]
mod pdf;
mod table;
mod workbook;

use crate::board::{BoardFigures, Disclosed, disclose};
use crate::mail::{MailPart, PartPlace, Rendered};

#[cfg(feature = "pdf")]
use chart::Verdict;
use chart::{Chart, ChartError};
pub(crate) use chart::{PageBar, bars_on_page, line_on_page};
use content::PaperContent;
use page::BoardSummaryPage;
use table::PaperForm;

/// The most that a mail with its attachments may weigh as it goes over the wire: board members read it on the train.
pub(crate) const MOST_MAIL_BYTES: usize = 1_000_000;

/// The media type of the workbook.
const WORKBOOK_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What is said where the PDF would be, in a program built without it; `None` in one that makes it.
pub(crate) const WITHOUT_PDF: Option<&str> = if cfg!(feature = "pdf") {
    None
} else {
    Some(
        "no PDF: this program was built without it; `cargo install --path . --features pdf` builds one that makes it",
    )
};

/// Why a paper can't be made: the program is at fault, never the figures.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// A template.
    #[error("the board summary can't be put into words: {0}")]
    Words(#[from] askama::Error),
    /// A chart.
    #[error("{0}")]
    Chart(#[from] ChartError),
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
    printer: Printer,
}

/// Lays figures out for printing; `None` in a program built without it.
type Printer = fn(&Disclosed, &PaperContent) -> Result<Option<Vec<u8>>, PaperError>;

/// What was made of a paper, and why the PDF is not with it, where it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadePaper<T> {
    /// What was made.
    pub content: T,
    /// Why the PDF could not be laid out; the rest does without it.
    pub without_pdf: Option<String>,
}

/// A form of the summary as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperFile {
    /// Its name: organisation and month are in it.
    pub name: String,
    /// What it holds.
    pub content: Vec<u8>,
}

impl Paper {
    /// The paper of `figures`, compared with the frozen figures of `earlier` months, oldest first. Of these, later
    /// months and other organisations are passed over.
    pub fn new(figures: &BoardFigures, earlier: &[BoardFigures]) -> Result<Self, PaperError> {
        Ok(Self { figures: disclose(figures, earlier)?, printer: print })
    }

    /// The hash that is printed on it: that of the figures as it tells them.
    pub fn printed_hash(&self) -> &str {
        &self.figures.snapshot
    }

    /// The mail to a board: its pictures within, the workbook attached unless the mail were too heavy with it. It says
    /// so where the PDF could not be made.
    pub fn mail(&self) -> Result<MadePaper<Rendered>, PaperError> {
        let attached = |ending: &str, content_type: &str, content: Vec<u8>| MailPart {
            name: self.name(ending),
            content_type: content_type.to_owned(),
            place: PartPlace::Attached,
            content,
        };
        let content = self.content()?;
        let (pdf, workbook) = self.beside_the_pdf(&content, || self.workbook(&content));
        let workbook = attached("xlsx", WORKBOOK_TYPE, workbook?);
        let pdf = pdf.map(|content| content.map(|content| attached("pdf", "application/pdf", content)));
        let words = match &pdf {
            Ok(Some(_)) => "this summary to print, and the tables as a workbook",
            Ok(None) => "the tables as a workbook",
            Err(_) => {
                "the tables as a workbook. The summary to print (PDF) could not be made this time; all that it would \
                 say is in this mail"
            }
        };
        let without_pdf = pdf.as_ref().err().cloned();
        let parts: Vec<MailPart> = pdf.ok().flatten().into_iter().chain([workbook]).collect();
        let page = || BoardSummaryPage::of(&content, PaperForm::Page);
        let mut mail = page().attaching(words).mail()?;
        let weight: usize = parts.iter().map(|part| wire_bytes_of(&part.content)).sum();
        if wire_bytes(&mail) + weight > MOST_MAIL_BYTES {
            return Ok(MadePaper { content: page().mail()?, without_pdf });
        }
        mail.parts.extend(parts);
        Ok(MadePaper { content: mail, without_pdf })
    }

    /// The mail's subject and text alone.
    pub fn words(&self) -> Result<(String, String), PaperError> {
        Ok(BoardSummaryPage::of(&self.content()?, PaperForm::Page).words()?)
    }

    /// The page alone.
    pub fn page(&self) -> Result<String, PaperError> {
        Ok(BoardSummaryPage::of(&self.content()?, PaperForm::Page).html()?)
    }

    /// Every form as a file.
    pub fn files(&self) -> Result<MadePaper<Vec<PaperFile>>, PaperError> {
        let content = self.content()?;
        let (pdf, files) = self.beside_the_pdf(&content, || self.other_files(&content));
        let mut files = files?;
        let without_pdf = pdf.as_ref().err().cloned();
        files.extend(pdf.ok().flatten().map(|content| self.file("pdf", content)));
        Ok(MadePaper { content: files, without_pdf })
    }

    fn other_files(&self, content: &PaperContent) -> Result<Vec<PaperFile>, PaperError> {
        let page = BoardSummaryPage::of(content, PaperForm::Page);
        let mut files = vec![
            self.file("html", page.html()?.into_bytes()),
            self.file("txt", page.words()?.1.into_bytes()),
            self.file("xlsx", self.workbook(content)?),
            self.file("json", serde_json::to_vec_pretty(&self.figures)?),
        ];
        files.extend(content.charts().map(|chart: &Chart| {
            let name = format!("{}-{}.svg", self.stem(), chart.name);
            PaperFile { name, content: chart.svg.clone().into_bytes() }
        }));
        Ok(files)
    }

    /// The PDF, which takes longer than all else, while `other` is made beside it; or why it can't be made. The library
    /// that lays it out may break down over what nobody thought of: that is a reason like any other.
    fn beside_the_pdf<T>(
        &self,
        content: &PaperContent,
        other: impl FnOnce() -> T,
    ) -> (Result<Option<Vec<u8>>, String>, T) {
        std::thread::scope(|threads| {
            let pdf = threads.spawn(|| (self.printer)(&self.figures, content));
            let other = other();
            let pdf = match pdf.join() {
                Ok(pdf) => pdf.map_err(|error| error.to_string()),
                Err(_) => Err("the library that lays out the PDF broke down".to_owned()),
            };
            (pdf, other)
        })
    }

    /// What every form shows.
    fn content(&self) -> Result<PaperContent, PaperError> {
        Ok(PaperContent::of(&self.figures)?)
    }

    fn workbook(&self, content: &PaperContent) -> Result<Vec<u8>, PaperError> {
        Ok(workbook::write(&self.figures, content)?)
    }

    fn file(&self, ending: &str, content: Vec<u8>) -> PaperFile {
        PaperFile { name: self.name(ending), content }
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

/// The summary laid out for printing.
#[cfg(feature = "pdf")]
fn print(figures: &Disclosed, content: &PaperContent) -> Result<Option<Vec<u8>>, PaperError> {
    let icons = content.verdict.iter().flat_map(Verdict::lines).filter_map(|line| line.icon.as_ref());
    let charts = icons.chain(content.charts());
    let charts = charts.map(|chart| (format!("{}.svg", chart.name), chart.svg.clone()));
    let page = serde_json::to_value(BoardSummaryPage::of(content, PaperForm::Print))?;
    Ok(Some(pdf::write(&page, charts, figures.known_at).map_err(PaperError::Pdf)?))
}

/// No program lays it out that was built without.
#[cfg(not(feature = "pdf"))]
#[expect(clippy::unnecessary_wraps, reason = "as the one that lays it out")]
fn print(_: &Disclosed, _: &PaperContent) -> Result<Option<Vec<u8>>, PaperError> {
    Ok(None)
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
