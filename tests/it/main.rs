//! The integration tests: one binary, a file a stage.

mod delivery;
mod support;
