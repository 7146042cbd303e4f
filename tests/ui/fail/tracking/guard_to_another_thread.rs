use memory_accounting::allocator::AllocationGroupRegistry;

fn spawn<F: FnOnce() + Send + 'static>(_work: F) {}

fn main() {
    let token = AllocationGroupRegistry::global().register_allocation_group("server");
    let guard = token.enter();
    spawn(move || drop(guard));
}
