//! The `refresher` program.

use std::process::ExitCode;

/// The allocator of musl, which static programs are built with, is slow where several threads use it.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    refresher::cli::main()
}
