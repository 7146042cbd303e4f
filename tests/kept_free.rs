//! What threads have freed goes back to the system once a limiter runs, although no purge reaches it.
//!
//! glibc gives each of several threads a heap of its own and keeps what is free at the end of it, the more the larger the blocks that were
//! freed. The threads here free everything and then sleep, as those do that wait for memory. A process of its own, because the thresholds
//! are the process's.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn idle_threads_keep_little_of_what_they_freed() {
    let limit = 64 << 20;
    let without = resident_once_freed();
    assert!(without > 24 << 20, "{without} bytes: the threads have nothing to give back");
    let _limiter =
        memory_accounting::MemoryLimiter::new(memory_accounting::MemoryGrant::effective(limit).unwrap())
            .unwrap();
    let with = resident_once_freed();
    assert!(with < 12 << 20, "{with} bytes are still resident, and were {without}");
}

/// How much more is resident when eight threads have freed what they had, and are still there.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn resident_once_freed() -> usize {
    use std::hint::black_box;
    use std::sync::Barrier;
    use std::thread;

    const THREADS: usize = 8;
    let before = resident();
    let freed = Barrier::new(THREADS + 1);
    let seen = Barrier::new(THREADS + 1);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                // A block that was mapped and is freed raises what glibc keeps.
                drop(black_box(vec![1_u8; 8 << 20]));
                let blocks: Vec<Vec<u8>> = (0..4).map(|_| vec![1; 1 << 20]).collect();
                drop(black_box(blocks));
                freed.wait();
                seen.wait();
            });
        }
        freed.wait();
        memory_accounting::allocator::purge();
        let resident = resident().saturating_sub(before);
        seen.wait();
        resident
    })
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}
