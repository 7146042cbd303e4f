//! The limiter with a tracking allocator, real threads and a real runtime.
//!
//! Timeouts are only there to fail instead of hanging.

mod callers;
mod components;
#[cfg(unix)]
mod fork;
mod hooks;
mod levels;
mod memory;
mod readings;
mod reservations;
mod stress;

use std::alloc::System;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use memory_accounting::allocator::TrackingAllocator;
use memory_accounting::{LimiterState, MemoryGrant, MemoryLimiter, MemoryLimiterBuilder};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

const LIMIT: u64 = 1000;

fn grant(bytes: usize) -> MemoryGrant {
    MemoryGrant::effective(bytes).unwrap()
}

/// A limiter of [`LIMIT`] bytes and the usage it reads.
fn limiter_reading(usage: u64) -> (MemoryLimiter, Arc<AtomicU64>) {
    limiter_of(MemoryLimiter::builder(grant(1000)), usage)
}

fn limiter_of(builder: MemoryLimiterBuilder, usage: u64) -> (MemoryLimiter, Arc<AtomicU64>) {
    let usage = Arc::new(AtomicU64::new(usage));
    let source = Arc::clone(&usage);
    let limiter = builder.with_usage_source(move || Some(source.load(Ordering::Relaxed))).start().unwrap();
    (limiter, usage)
}

fn state(limiter: &MemoryLimiter) -> LimiterState {
    limiter.state().unwrap()
}

fn poll_once<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

async fn within_patience<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it ends by itself")
}

/// Looks again and again until `condition` is true.
async fn until(condition: impl Fn() -> bool) {
    within_patience(async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
