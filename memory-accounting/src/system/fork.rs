//! Keeping what a lock guards whole across `fork`.

/// Has `prepare` run in the thread that forks before the process is copied, and `after` in that thread of both processes afterwards.
///
/// Registering twice has them run twice. Does nothing where there is no `fork`, or no memory to remember them.
pub(crate) fn around_fork(prepare: extern "C" fn(), after: extern "C" fn()) {
    platform::around_fork(prepare, after);
}

#[cfg(unix)]
mod platform {
    pub(super) fn around_fork(prepare: extern "C" fn(), after: extern "C" fn()) {
        // SAFETY: the functions take nothing and may be called at any time.
        unsafe { libc::pthread_atfork(Some(prepare), Some(after), Some(after)) };
    }
}

#[cfg(not(unix))]
mod platform {
    pub(super) fn around_fork(_: extern "C" fn(), _: extern "C" fn()) {}
}
