//! What goes out.

mod fault;
mod frame;
mod notice;
mod reply;

pub(super) use fault::Fault;
pub(super) use frame::{FieldFault, Frame};
pub(super) use notice::Notice;
pub(super) use reply::{CookieChange, Reply, ReplyBody};
