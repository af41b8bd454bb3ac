//! Keeps staff safeguarding training records, reminds staff before their training lapses, and sends boards a monthly
//! summary. This page is the map of the code; README.md is the way in for those who use the program.
//!
//! # The flow
//!
//! ```text
//!  file ─tabular▶ rows ─import▶ difference ─register▶ versions ──compliance──▶ state of each (person, course)
//!                                                        │           policy ↗            │
//!                                                        │                  plan (+ what was told)     board (+ snapshots, budget)
//!                                                        │                        └──── mail: typed ──▶ rendered ────┘
//!                                                        │            outbox: message + what it tells, one transaction
//!                                                        │                              │
//!                                                        │            delivery: claim ─▶ look again ─▶ send ─▶ record
//!                                                                           bounces ◀─ what comes back
//!  inbox (files dropped), schedule, cli ──call──▶ jobs ──call──▶ the rooms above
//!                                                   app, daemon, audit, config, clock, db, document, files, wording below
//! ```
//!
//! The modules stand in this order. `<room>/mod.rs` is a room's door: it says what comes in and what goes out. Decisions
//! are pure functions of register, policy and date; files, clock, network and database are at the edges. In a room that
//! keeps something, `store` is the only part that knows the database.
//!
//! # The promises
//!
//! 1. *Planned at most once, delivered at least once.* A (person, course, due date, stage) is planned once for ever, by
//!    a unique index. A message is a row before it is a mail, and every attempt carries the same `Message-ID`.
//! 2. *Any figure can be asked for again.* The register keeps versions: as at any day, as known at any instant, under
//!    the policy of its time, the answer is the same.
//! 3. *An import is all or nothing, and can be undone.* Rows that can't be used are set aside with a reason; the rest is
//!    one transaction. An undo is a change like any other: nothing is deleted, and it can itself be undone.
//! 4. *Running any job again, late, twice or from two processes is harmless.* What is due is derived from the database.
//! 5. *What was looked at adds up.* Everyone considered by a planning run was messaged, held, had nothing due, was told
//!    before, or has no e-mail address.
//!
//! # One reminder
//!
//! The doorbell of [`schedule`] rings; the run ledger says that a slot of the job `reminders` is due and nobody has it.
//! [`jobs::plan_reminders`] reads the clock's `today`, reads the whole register once ([`register::View`]), and gives it
//! with the policy to [`compliance::Judge`], which says for each person and course needed the state and the due date.
//! [`plan::plan`] finds the stage reached, drops what was told, sorts, counts everyone in its account and holds the day
//! where the mail brake says so. The job renders each [`mail::Reminder`] and enqueues it with what it tells, in one
//! transaction. [`delivery::Delivery`] claims the message under a lease, asks `jobs` whether it is still true (the
//! person is in post, something is still due, the address is today's), sends it with no transaction open, and records
//! what the server said.
//!
//! # One board summary
//!
//! On the first working day of the month the job `board_summary` works out last month's figures as at its last day
//! ([`board::BoardFigures`]): [`compliance::rates`] by course, staff group and unit, [`compliance::forecast`], the
//! budget, what is doubtful in the data. They are frozen as a snapshot in the same transaction that queues the
//! [`mail::BoardSummary`] once for each recipient; whoever asks for the month again gets the frozen figures.

pub mod tabular;

pub mod import;
pub mod register;

pub mod policy;

pub mod compliance;

pub mod plan;

pub mod board;
pub mod chart;

pub mod mail;
pub mod paper;

pub mod outbox;

pub mod bounces;
pub mod delivery;
pub mod inbox;
pub mod installation;

pub mod jobs;
pub mod schedule;

pub mod cli;
pub mod demo;

pub mod app;
pub mod audit;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod db;
pub mod document;
pub mod files;
pub mod wording;
