//! The integration tests: one binary, a file a stage.

#[cfg(test)]
mod against_reference;
mod delivery;
#[cfg(test)]
mod reference;
mod schedule;
mod support;
