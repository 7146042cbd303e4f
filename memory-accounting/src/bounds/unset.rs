//! Which settings are absent in the operator's file.
//!
//! An expression does not tell a setting that has a value from one that counts as one because it is absent. So where the value is read, it is
//! noted beside the expression, for the component that is declaring itself.

use std::cell::RefCell;

thread_local! {
    /// What was noted in the call of a component's own code that this thread is in, if it is in one.
    static UNSET: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Notes that the setting `key` of the component that is declaring itself is absent.
pub(crate) fn note_unset(key: &str) {
    exchange(|unset| {
        if let Some(unset) = unset.as_mut().filter(|unset| !unset.iter().any(|known| known == key)) {
            unset.push(key.to_owned());
        }
    });
}

/// Does `declare`, which is a component's own code, and returns the keys that were noted in it.
pub(super) fn during(declare: impl FnOnce()) -> Vec<String> {
    /// Puts back what was noted around it, also where the component's own code panics.
    struct Around(Option<Vec<String>>);
    impl Drop for Around {
        fn drop(&mut self) {
            let around = self.0.take();
            exchange(|unset| *unset = around);
        }
    }
    let _around = Around(exchange(|unset| unset.replace(Vec::new())).flatten());
    declare();
    exchange(Option::take).flatten().unwrap_or_default()
}

fn exchange<R>(change: impl FnOnce(&mut Option<Vec<String>>) -> R) -> Option<R> {
    // Nothing else runs while it is borrowed. A thread that ends has none of this any more, and notes nothing.
    UNSET.try_with(|unset| unset.try_borrow_mut().ok().map(|mut unset| change(&mut unset))).ok().flatten()
}
