//! Keeps a panic of a reader that is not ours from reaching the app.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Does `work`; nothing if it panics. The panic is not reported: pictures that make a decoder panic are expected, and a report
/// for each frame would flood the app's log. Panics of other threads, and of this one outside of `work`, are reported as ever.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !QUIET.try_with(Cell::get).unwrap_or(false) {
                before(panic);
            }
        }));
    });
    let outer = QUIET.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work)).ok();
    QUIET.set(outer);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing_and_ends_there() {
        assert_eq!(quietly(|| panic!("as a decoder may")), None::<()>);
        assert_eq!(quietly(|| 7), Some(7));
        assert!(!QUIET.get(), "later panics of this thread would go unreported");
    }
}
