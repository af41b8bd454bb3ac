//! The `refresher` program.

fn main() {}
