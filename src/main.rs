//! The `refresher` program.

use std::process::ExitCode;

/// The allocators of C libraries are slow where several threads use them (musl's), or keep a good part of what each thread
/// let go of (glibc's: a daemon that keeps the register in memory held twice as much).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    refresher::cli::main()
}
