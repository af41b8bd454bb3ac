//! What goes out.

mod export;
mod fault;
mod fault_page;
mod frame;
mod notice;
mod reply;
mod report;

pub(super) use export::{ExportForm, back, file, numbered, proof_first, told_of_file};
pub(super) use fault::Fault;
pub(super) use frame::{FieldFault, PageFrame};
pub(super) use notice::Notice;
pub(super) use reply::{CookieChange, Reply, ReplyBody};
pub(super) use report::{
    LabelledValue, PageDocument, ReportColumn, ReportField, ReportFilter, ReportForm, ReportPage, ReportRow,
    ReportSection, ReportTable, ShownValue, WordedLink,
};
