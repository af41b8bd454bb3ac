//! The integration tests: one binary, a file a stage.

mod imports;
mod register;
