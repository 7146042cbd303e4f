//! What a panic allocates for ever is charged to the root group.

use std::panic;
use std::thread;

use super::token::AllocationGroupToken;

/// Runs the program's panic hook in the root group from now on: the default one, or the one that was set before.
///
/// The first panic that prints a backtrace costs tens of MB for ever, because the standard library keeps the debug information that it
/// has read. Without this, the component that happens to panic first is charged with it, even where the panic is caught.
///
/// Call it once, at the start and after the program's own hook is set; each further call wraps the hook once more. In a thread that is
/// panicking it does nothing, because hooks cannot be set there. The module `testing` calls it before it first measures.
///
/// ```
/// use memory_accounting::allocator::{AllocationGroupToken, install_panic_hook};
///
/// std::panic::set_hook(Box::new(|_| assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root())));
/// install_panic_hook();
/// # let parser = memory_accounting::allocator::AllocationGroupRegistry::global().register_allocation_group("parser");
/// let caught = parser.scope(|| std::panic::catch_unwind(|| panic!("a broken line")));
/// assert!(caught.is_err());
/// ```
pub fn install_panic_hook() {
    if thread::panicking() {
        return;
    }
    let root = AllocationGroupToken::root();
    root.scope(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |panic| root.scope(|| previous(panic))));
    });
}
