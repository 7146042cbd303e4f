//! A group that becomes exact while a thread puts its next report off.

use loom::sync::Arc;
use loom::thread;

use crate::counters::Counters;
use crate::level::GroupLevel;

#[test]
fn no_thread_puts_off_a_report_of_an_exact_group() {
    loom::model(|| {
        let shared = Arc::new((Counters::new(), GroupLevel::new()));
        let owner = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let (counters, level) = &*shared;
                if counters.add_allocation(1) {
                    counters.report(level);
                }
            })
        };
        let (counters, level) = &*shared;
        level.track_exactly();
        counters.report_every_change();
        owner.join().expect("no panic");
        // Whatever the order was, from now on every change is due.
        assert!(counters.add_allocation(1));
        counters.report(level);
        assert_eq!((level.level().live_bytes(), level.level().peak_bytes()), (2, 2));
    });
}
