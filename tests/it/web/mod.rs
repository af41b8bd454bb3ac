//! The console, asked as a browser asks it.

mod account;
mod asking;
mod sign_in;
