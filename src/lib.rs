//! Keeps staff safeguarding training records, reminds staff before their training lapses, and sends boards a monthly
//! summary. This page is the map of the code; README.md is the way in for those who use the program.
//!
//! # The flow
//!
//! ```text
//!  file ─tabular▶ rows ─import▶ difference ─register▶ versions ──compliance──▶ state of each (person, course)
//!                                                        │           policy ↗            │
//!                                                        │                  plan (+ what was told)     board (+ snapshots, budget)
//!                                                        │                        └─ mail: typed ─▶ rendered ─┴─ paper: content ─▶ its forms
//!                                                        │            outbox: message + its promises, one transaction
//!                                                        │                              │
//!                                                        │            delivery: claim ─▶ look again ─▶ send ─▶ record
//!                                                                           bounces ◀─ what comes back
//!  cli, web, api ──ask──▶ answers ──read──▶ the rooms above  (never writes; for a viewer)
//!  cli, web, api, schedule, inbox (files dropped) ──do──▶ jobs ──write once──▶ the rooms above; what they must know, they ask
//!                                                   app, daemon, uploads, audit, config, clock, db, toml_file, files, wording below
//! ```
//!
//! The modules stand in this order. `<room>/mod.rs` is a room's door: it says what comes in and what goes out. Decisions
//! are pure functions of register, policy and date; files, clock, network and database are at the edges. In a room that
//! keeps something, `store` is the only part that knows the database. No files of a room need each other: what two of
//! them share stands in a third, below both.
//!
//! What people ask is answered in [`answers`], what is done is done by [`jobs`], on behalf of whoever is named; the command
//! line keeps what is typed, printing and exit codes. An answer is one value in every form: a document for programs, rows
//! for a spreadsheet, words for a terminal. It is given to an [`answers::Viewer`], and nothing about anybody whom the
//! viewer may not see is in it. [`app`] puts settings, database and clock together, and answers nothing.
//!
//! # The promises
//!
//! 1. *Planned at most once, delivered at least once.* Whatever is promised, such as a (person, course, due date, stage),
//!    is promised once for ever, by a unique index of one ledger. A message is a row before it is a mail, and every
//!    attempt carries the same `Message-ID`.
//! 2. *Any figure can be asked for again.* The register keeps versions: as at any day, as known at any instant, under
//!    the policy of its time, the answer is the same.
//! 3. *An import is all or nothing, and can be undone.* Rows that can't be used are set aside with a reason; the rest is
//!    one transaction. An undo is a change like any other: nothing is deleted, and it can itself be undone.
//! 4. *Running any job again, late, twice or from two processes is harmless.* What is due is derived from the database.
//! 5. *What was looked at adds up.* Everyone considered by a planning run was messaged, held, had nothing due, was told
//!    before, or has no email address.
//!
//! # One reminder
//!
//! The doorbell of [`schedule`] rings; the run ledger says that a slot of the job `reminders` is due and nobody has it.
//! [`jobs::plan_reminders`] reads the clock's `today`, reads the whole register once ([`register::View`]), and gives it
//! with the policy to [`compliance::Judge`], which says for each person and course needed the state and the due date.
//! [`plan::plan`] finds the stage reached, drops what was told, sorts, counts everyone in its account and holds the day
//! where the mail brake says so. The job queues each as what it promises, with the promises in the ledger, in one
//! transaction for each organisation. [`delivery::Delivery`] asks `jobs` whether the message is still true (the person is in
//! post, something is still due, the address is today's) and for its words, a [`mail::Reminder`], claims it under a lease,
//! sends it with no transaction open, and records what the server said.
//!
//! # One board summary
//!
//! On the first working day of the month the job `board_summary` works out last month's figures as at its last day
//! ([`board::BoardFigures`]): [`compliance::rates`] by course, staff group, job title and unit, [`compliance::forecast`], the
//! budget, what is doubtful in the data. [`board::disclose`] says what of them a board is told; from that
//! [`paper::Paper`] makes the tables, once, and from these the mail, the page, the PDF and the workbook. The figures are
//! frozen as a snapshot in the same transaction that queues the mail once for each recipient; whoever asks for the month
//! again gets the frozen figures, and the same paper.

#![warn(unreachable_pub)]

mod tabular;

pub mod import;
pub mod register;

pub mod policy;

pub mod compliance;

pub mod plan;

pub mod board;

pub mod mail;
mod paper;

pub mod outbox;

pub mod bounces;
pub mod delivery;
mod feeds;
mod inbox;
mod installation;
mod uploads;

pub mod access;
mod casework;

pub mod answers;
pub mod jobs;
pub mod schedule;

pub mod api;
mod http;
pub mod web;

pub mod cli;
pub mod demo;

pub mod app;
pub mod audit;
pub mod clock;
pub mod config;
mod daemon;
pub mod db;
pub mod files;
mod measures;
pub mod pulse;
mod toml_file;
pub mod wording;

#[cfg(test)]
mod sample;
