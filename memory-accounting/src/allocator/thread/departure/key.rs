//! A key of pthread, which calls a function at the end of every thread that has set it.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is called, with the value of the key.
type Destructor = extern "C" fn(*mut libc::c_void);

/// Made when it is first set, and never given back.
pub(super) struct Key {
    /// One more than the key of pthread, which may be zero; zero while there is none.
    made: AtomicUsize,
    destructor: Destructor,
}

impl Key {
    pub(super) const fn new(destructor: Destructor) -> Self {
        Self { made: AtomicUsize::new(0), destructor }
    }

    /// Has the destructor called when this thread ends; `false` where the system has no key left, or no memory.
    pub(super) fn set(&self) -> bool {
        let Some(key) = self.get_or_make() else { return false };
        // Not null, for which no destructor is called.
        let value = ptr::dangling::<u8>().cast();
        // SAFETY: the key was made and is never deleted; the value is never followed. The destructor is there while this library is loaded.
        unsafe { libc::pthread_setspecific(key, value) == 0 }
    }

    fn get_or_make(&self) -> Option<libc::pthread_key_t> {
        if let Some(key) = from_made(self.made.load(Ordering::Relaxed)) {
            return Some(key);
        }
        let key = make(self.destructor)?;
        let made = usize::try_from(key).ok()?.checked_add(1)?;
        match self.made.compare_exchange(0, made, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => Some(key),
            Err(others) => {
                // SAFETY: just made, and nobody else has it.
                unsafe { libc::pthread_key_delete(key) };
                from_made(others)
            }
        }
    }
}

fn make(destructor: Destructor) -> Option<libc::pthread_key_t> {
    let mut key = 0;
    // SAFETY: the key is written to a place of ours, and the destructor takes any value.
    (unsafe { libc::pthread_key_create(&raw mut key, Some(destructor)) } == 0).then_some(key)
}

fn from_made(made: usize) -> Option<libc::pthread_key_t> {
    made.checked_sub(1).and_then(|key| libc::pthread_key_t::try_from(key).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_destructor_is_called_once_at_the_end_of_each_thread_that_set_it() {
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        static KEY: Key = Key::new(count);
        extern "C" fn count(_: *mut libc::c_void) {
            CALLS.fetch_add(1, Ordering::Relaxed);
        }
        for threads in 1..=3 {
            std::thread::spawn(|| assert!(KEY.set() && KEY.set())).join().expect("no panic");
            std::thread::spawn(|| ()).join().expect("no panic");
            assert_eq!(CALLS.load(Ordering::Relaxed), threads);
        }
    }

    #[test]
    fn threads_that_make_it_at_once_have_the_same_key() {
        static KEY: Key = Key::new(ignore);
        extern "C" fn ignore(_: *mut libc::c_void) {}
        let keys: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| KEY.get_or_make().expect("a key"))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }
}
