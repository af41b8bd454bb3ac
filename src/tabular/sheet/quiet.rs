//! Panics that are caught and told as a refusal need not be told twice.

use std::cell::Cell;
use std::panic;
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

static HOOKED: Once = Once::new();

/// Runs `work`; a panic on this thread meanwhile is not printed.
pub(super) fn without_words<T>(work: impl FnOnce() -> T) -> T {
    HOOKED.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                usual(panic);
            }
        }));
    });
    let before = QUIET.replace(true);
    let done = work();
    QUIET.set(before);
    done
}
