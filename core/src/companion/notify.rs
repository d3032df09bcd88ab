//! Telling those who watch: the present value first, then the latest of each change. What is told is decided by whoever owns the
//! value; on which screen it is shown, by a shell.
//!
//! A listener runs on a thread of its own turn: one that is slow, or never comes back, delays nobody but itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tokio::task::AbortHandle;

/// Listeners that may run at once. A hundred screens do not change together; so many that hang must not take the threads on
/// which downloads are written (tokio's blocking pool has 512).
const LISTENERS_AT_ONCE: usize = 64;

/// What a watcher is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Told<T> {
    /// The value as it is now. Values that came and went while the listener was busy are left out.
    Now(T),
    /// What was watched is over: the last word.
    Ended,
}

/// Somebody watches. Dropping it ends that: no further call begins.
#[derive(Debug)]
pub struct Subscription {
    task: AbortHandle,
    cancelled: Arc<AtomicBool>,
}

impl Subscription {
    /// Ends it: no further call begins. One that is under way ends by itself. Returns at once.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        self.task.abort();
    }

    /// Whether it is over: cancelled, or what was watched has ended. Returns at once.
    pub fn is_over(&self) -> bool {
        self.task.is_finished()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Owes a listener the last word: the runtime may end before what is watched does, and takes the task with it.
struct LastWord<T> {
    listener: Option<Arc<dyn Fn(Told<T>) + Send + Sync>>,
    cancelled: Arc<AtomicBool>,
}

impl<T> Drop for LastWord<T> {
    fn drop(&mut self) {
        let cancelled = self.cancelled.load(Ordering::SeqCst);
        if let Some(listener) = self.listener.take().filter(|_| !cancelled) {
            listener(Told::Ended);
        }
    }
}

/// Calls listeners. Clones share its limit.
#[derive(Debug, Clone)]
pub(super) struct Notifier {
    runtime: Handle,
    turns: Arc<Semaphore>,
}

impl Notifier {
    pub(super) fn new(runtime: Handle) -> Self {
        Self {
            runtime,
            turns: Arc::new(Semaphore::new(LISTENERS_AT_ONCE)),
        }
    }

    /// Tells `listener` of the value as it is, then of each change, until the value's owner is gone.
    pub(super) fn subscribe<T>(
        &self,
        mut value: watch::Receiver<T>,
        listener: impl Fn(Told<T>) + Send + Sync + 'static,
    ) -> Subscription
    where
        T: Clone + Send + Sync + 'static,
    {
        let turns = Arc::clone(&self.turns);
        let listener: Arc<dyn Fn(Told<T>) + Send + Sync> = Arc::new(listener);
        let cancelled = Arc::new(AtomicBool::new(false));
        let last = LastWord {
            listener: Some(Arc::clone(&listener)),
            cancelled: Arc::clone(&cancelled),
        };
        value.mark_changed();
        let task = self.runtime.spawn(async move {
            // Dropped with the task, on a thread of its own turn like every other call.
            let last = OnItsOwn(Some(last));
            // An owner that is gone still leaves its last value to be told.
            while value.changed().await.is_ok() {
                let told = Told::Now(value.borrow_and_update().clone());
                let Ok(turn) = Arc::clone(&turns).acquire_owned().await else {
                    break;
                };
                let listener = Arc::clone(&listener);
                let called = tokio::task::spawn_blocking(move || {
                    listener(told);
                    drop(turn);
                });
                // A listener that panics is called once more: it must know that this was it.
                if called.await.is_err() {
                    break;
                }
            }
            drop(last);
        });
        Subscription {
            task: task.abort_handle(),
            cancelled,
        }
    }
}

/// Drops what it holds on a thread that may block, whether or not a runtime is left to give one.
struct OnItsOwn<T: Send + 'static>(Option<LastWord<T>>);

impl<T: Send + 'static> Drop for OnItsOwn<T> {
    fn drop(&mut self) {
        if let Some(last) = self
            .0
            .take()
            .filter(|last| !last.cancelled.load(Ordering::SeqCst))
        {
            // Without a thread the word is spoken here.
            let _ = std::thread::Builder::new()
                .name("alloclap-ended".to_owned())
                .spawn(move || drop(last));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    const LONG: Duration = Duration::from_secs(20);

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .build()
            .unwrap()
    }

    #[test]
    fn the_present_value_comes_first_then_the_latest_then_the_end() {
        let runtime = runtime();
        let (sender, receiver) = watch::channel(1);
        let (said, heard) = mpsc::channel();
        let (go, wait) = mpsc::channel::<()>();
        let wait = std::sync::Mutex::new(wait);
        let _subscription = Notifier::new(runtime.handle().clone()).subscribe(receiver, move |told| {
            said.send(told).unwrap();
            wait.lock().unwrap().recv().unwrap();
        });
        assert_eq!(heard.recv_timeout(LONG).unwrap(), Told::Now(1));
        for value in 2..=100 {
            sender.send_replace(value);
        }
        go.send(()).unwrap();
        assert_eq!(
            heard.recv_timeout(LONG).unwrap(),
            Told::Now(100),
            "a slow listener is told what is so now, not what was"
        );
        drop(sender);
        go.send(()).unwrap();
        assert_eq!(heard.recv_timeout(LONG).unwrap(), Told::Ended);
        go.send(()).unwrap();
    }

    #[test]
    fn a_cancelled_listener_is_left_alone_and_a_hanging_one_hangs_alone() {
        let runtime = runtime();
        let notifier = Notifier::new(runtime.handle().clone());
        let (sender, receiver) = watch::channel(1);
        let (hang, until) = mpsc::channel::<()>();
        let until = std::sync::Mutex::new(until);
        let hanging = notifier.subscribe(receiver.clone(), move |_| {
            let _ = until.lock().unwrap().recv();
        });
        let (said, heard) = mpsc::channel();
        let second = notifier.subscribe(receiver, move |told| said.send(told).unwrap());
        assert_eq!(heard.recv_timeout(LONG).unwrap(), Told::Now(1));
        sender.send_replace(2);
        assert_eq!(
            heard.recv_timeout(LONG).unwrap(),
            Told::Now(2),
            "one listener that hangs kept the other one waiting"
        );
        second.cancel();
        while !second.is_over() {
            std::thread::yield_now();
        }
        sender.send_replace(3);
        assert!(
            heard.recv_timeout(LONG).is_err(),
            "a cancelled listener was called"
        );
        drop((hang, hanging));
    }

    #[test]
    fn the_last_word_comes_even_if_the_runtime_ends_first() {
        let runtime = runtime();
        let (_sender, receiver) = watch::channel(1);
        let (said, heard) = mpsc::channel();
        let _subscription =
            Notifier::new(runtime.handle().clone()).subscribe(receiver, move |told| said.send(told).unwrap());
        assert_eq!(heard.recv_timeout(LONG).unwrap(), Told::Now(1));
        runtime.shutdown_background();
        assert_eq!(
            heard.recv_timeout(LONG).unwrap(),
            Told::Ended,
            "a screen waits for ever for a companion that was shut down"
        );
    }
}
