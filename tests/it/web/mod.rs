//! The console, asked as a browser asks it.

mod account;
mod asking;
mod imports;
mod outbox;
mod pages;
mod sign_in;
