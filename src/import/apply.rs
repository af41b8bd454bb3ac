//! Checked rows into the register, a function a kind of file.

mod assurance;
mod bookings;
mod money;
mod organisations;
mod staff;
mod training;

pub use assurance::assurance;
pub use bookings::bookings;
pub use money::{budget, expenses};
pub use organisations::organisations;
pub use staff::staff;
pub use training::{exemptions, training};
