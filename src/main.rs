//! The `refresher` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    refresher::cli::main()
}
