//! A group that becomes exact while a thread defers its next report.

use loom::sync::Arc;
use loom::thread;

use crate::BATCH;
use crate::allocator::protocol::counters::{GroupCounters, GroupWatermark};

#[test]
fn no_thread_defers_a_report_of_an_exact_group() {
    loom::model(|| {
        let shared = Arc::new((GroupCounters::new(), GroupWatermark::new()));
        let owner = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let (counters, watermark) = &*shared;
                if counters.add_allocation(1) {
                    counters.report(watermark, BATCH);
                }
            })
        };
        let (counters, watermark) = &*shared;
        watermark.track_exactly();
        counters.force_report();
        owner.join().expect("no panic");
        // Whatever the order was, from now on every change is due.
        assert!(counters.add_allocation(1));
        counters.report(watermark, BATCH);
        assert_eq!((watermark.bytes().live_bytes(), watermark.bytes().peak_bytes()), (2, 2));
    });
}
