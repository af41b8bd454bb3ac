//! What several test files stand on.
#![cfg(test)]

#[cfg(feature = "postgres")]
pub mod cluster;
pub mod console;
pub mod database;
pub mod engine;
#[cfg(feature = "sso")]
pub mod identity_provider;
pub mod interface;
pub mod mailing;
pub mod page_rules;
#[cfg(feature = "postgres")]
pub mod pooler;
#[cfg(target_os = "linux")]
pub mod postfix;
pub mod program;
pub mod smtp;
pub mod trust;
pub mod webdriver;
