use std::future::Future;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken};

/// As those of runtimes with several threads.
fn spawn<F: Future<Output = ()> + Send + 'static>(_future: F) {}

async fn receive() {}

async fn serve(token: AllocationGroupToken) {
    let _guard = token.enter();
    receive().await;
}

fn main() {
    let token = AllocationGroupRegistry::global().register_allocation_group("server");
    spawn(serve(token));
}
