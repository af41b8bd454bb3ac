//! The mail that tells HR what became of a file from the inbox, and what to put right (spec 3.6).

use askama::Template;

use super::{Mail, Rendered, rendered};

mod page;
mod report;

use page::ImportReportPage;
pub(crate) use report::{
    FileCounts, FileLocation, FileOutcome, ImportReport, NotLookedInto, Remarks, RowRemark,
};

#[derive(Template)]
#[template(path = "mail/import_report.subject.txt")]
struct ImportReportSubject<'a> {
    page: &'a ImportReportPage,
}

#[derive(Template)]
#[template(path = "mail/import_report.txt")]
struct ImportReportText<'a> {
    page: &'a ImportReportPage,
}

#[derive(Template)]
#[template(path = "mail/import_report.html")]
struct ImportReportHtml<'a> {
    page: &'a ImportReportPage,
}

impl Mail for ImportReport {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = ImportReportPage::of(self);
        rendered(
            &ImportReportSubject { page: &page },
            &ImportReportText { page: &page },
            &ImportReportHtml { page: &page },
        )
    }
}

#[cfg(test)]
mod tests;
