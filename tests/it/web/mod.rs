//! The console, asked as a browser asks it.

mod account;
mod accounts;
mod ahead;
mod asking;
mod assurance;
mod casework;
mod dashboard;
mod data;
mod exempt;
mod few;
mod health;
mod imports;
mod looks;
mod outbox;
mod pages;
mod person;
mod policy;
mod saved;
mod sign_in;
#[cfg(feature = "sso")]
pub mod sso;
pub mod worklist;
