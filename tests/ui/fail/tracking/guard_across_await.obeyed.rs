use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, Track};

/// As those of runtimes with several threads.
fn spawn<F: Future<Output = ()> + Send + 'static>(future: F) {
    let run = move || pin!(future).poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(thread::spawn(run).join().unwrap(), Poll::Ready(()));
}

async fn receive() {}

async fn serve(token: AllocationGroupToken) {
    receive().await;
    assert_eq!(AllocationGroupToken::current(), token);
}

fn main() {
    let token = AllocationGroupRegistry::global().register_allocation_group("server");
    spawn(serve(token).track_allocations(token));
}
