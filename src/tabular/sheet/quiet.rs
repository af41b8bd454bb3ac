//! Panics that are caught and told as a refusal need not be told twice.

use std::cell::Cell;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread is caught and told as the refusal of a file: what tells of panics may keep silent.
pub(crate) fn panics_are_refusals() -> bool {
    QUIET.get()
}

/// Runs `work`, which catches its own panics; [`panics_are_refusals`] meanwhile.
pub(super) fn refusing_panics<T>(work: impl FnOnce() -> T) -> T {
    let before = QUIET.replace(true);
    let done = work();
    QUIET.set(before);
    done
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn only_panics_that_become_refusals_are_told_apart() {
        assert!(!panics_are_refusals());
        let caught = refusing_panics(|| {
            assert!(panics_are_refusals());
            assert!(!std::thread::spawn(panics_are_refusals).join().unwrap(), "another thread's are its own");
            catch_unwind(|| panic!("as a damaged workbook may have it"))
        });
        assert!(caught.is_err() && !panics_are_refusals());
    }
}
