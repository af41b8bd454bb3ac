//! A month as a board sees it: its figures, and who is behind them.

mod asked;
mod changes;
mod listed;
mod months;
mod why;
mod worked_out;

pub use asked::{BoardMonth, MonthAsked, board_month, board_organisations};
pub(crate) use listed::{
    IssuedMonth, board_month_written, issued_months, last_month, month_before, month_told, newest_month,
};
pub use months::IsFrozen;
pub(crate) use months::{frozen_figures, month_figures, months_before};
