//! Keeps staff safeguarding training records, reminds staff before their training lapses, and sends boards a
//! monthly summary.

pub mod board;
pub mod compliance;
pub mod delivery;
pub mod import;
pub mod mail;
pub mod outbox;
pub mod plan;
pub mod policy;
pub mod register;

pub mod cli;
pub mod demo;
pub mod jobs;
pub mod schedule;

pub mod app;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod db;
pub mod document;
