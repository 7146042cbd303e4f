use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken};

fn spawn<F: FnOnce() + Send + 'static>(work: F) {
    std::thread::spawn(work).join().unwrap();
}

fn main() {
    let token = AllocationGroupRegistry::global().register_allocation_group("server");
    spawn(move || assert_eq!(token.scope(AllocationGroupToken::current), token));
}
