//! What several test files stand on.

pub mod smtp;
