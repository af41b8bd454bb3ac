//! What several test files stand on.
#![cfg(test)]

pub mod program;
pub mod smtp;
pub mod trust;
