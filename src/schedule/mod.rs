//! The schedule room.

pub mod calendar;

pub use calendar::Calendar;
