//! A month as a board sees it: its figures, and who is behind them.

mod changes;
mod months;
mod worked_out;

pub use changes::Changes;
pub use months::{Frozen, frozen_figures, month_again, month_figures, months_before};
pub use worked_out::{WorkedOut, work_out};
