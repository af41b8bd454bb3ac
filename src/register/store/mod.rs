//! Reading and writing the register.

mod known;
mod organisations;
mod read_view;

pub use known::{Detail, Known};
pub use organisations::organisations;
pub use read_view::view;
