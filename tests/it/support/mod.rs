//! What several test files stand on.
#![cfg(test)]

pub mod smtp;
