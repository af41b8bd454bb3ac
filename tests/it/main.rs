//! The integration tests: one binary, a file a stage.

#[cfg(test)]
mod reference;
