//! Which values stay where they are while something is declared.
//!
//! What a component's own code declares through a pointer of the component's is there until that code returns: another pointer at the
//! same place, met meanwhile, is the same. A pointer that was made for a moment is in no component, and the next one may well be at its
//! place.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

/// One call of a component's own code, of all in this process.
pub(super) type Run = u64;

/// Memory that stays as it is during a run.
struct Staying {
    from: usize,
    to: usize,
    run: Run,
}

thread_local! {
    /// What stays in the calls that this thread is in, outermost first.
    static STAYING: RefCell<Vec<Staying>> = const { RefCell::new(Vec::new()) };
}

/// Does `declare`, which is the own code of `component`.
pub(super) fn during<T: ?Sized, R>(component: &T, declare: impl FnOnce() -> R) -> R {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let run = run_of(component).unwrap_or_else(|| NEXT.fetch_add(1, Ordering::Relaxed));
    with(component, run, declare)
}

/// Does `declare`, which is about `reached`. If `from` stays, so does what is reached from it.
pub(super) fn reached<T: ?Sized, U: ?Sized, R>(from: &T, reached: &U, declare: impl FnOnce() -> R) -> R {
    match run_of(from) {
        Some(run) => with(reached, run, declare),
        None => declare(),
    }
}

/// The outermost call during which `value` stays where it is.
pub(super) fn run_of<T: ?Sized>(value: &T) -> Option<Run> {
    let address = (&raw const *value).addr();
    let run_at = |staying: &RefCell<Vec<Staying>>| {
        let staying = staying.try_borrow().ok()?;
        staying.iter().find(|memory| (memory.from..memory.to).contains(&address)).map(|memory| memory.run)
    };
    STAYING.try_with(run_at).ok().flatten()
}

fn with<T: ?Sized, R>(value: &T, run: Run, declare: impl FnOnce() -> R) -> R {
    /// Also where the component's own code panics.
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            change(|staying| {
                staying.pop();
                if staying.is_empty() {
                    // Nothing is kept that would be charged to the group of whoever declared first.
                    *staying = Vec::new();
                }
            });
        }
    }
    let from = (&raw const *value).addr();
    let memory = Staying { from, to: from.saturating_add(size_of_val(value)), run };
    change(|staying| staying.push(memory));
    let _leave = Leave;
    declare()
}

fn change(change: impl FnOnce(&mut Vec<Staying>)) {
    // Nothing else runs while it is borrowed. A thread that ends has none of this any more, and compares less.
    let _ = STAYING.try_with(|staying| staying.try_borrow_mut().map(|mut staying| change(&mut staying)));
}
