//! What goes out.

mod fault;
mod fault_page;
mod frame;
mod notice;
mod reply;

pub(super) use fault::Fault;
pub(super) use frame::{FieldFault, PageFrame};
pub(super) use notice::Notice;
pub(super) use reply::{CookieChange, Reply, ReplyBody};
