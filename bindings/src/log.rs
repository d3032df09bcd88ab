//! What the library has to say, line by line, to the shell's own logger. What is worth a line is decided where it happens.

use std::cell::Cell;
use std::fmt::Write;
use std::sync::{Arc, Once, PoisonError, RwLock};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::{Registry, reload};

use crate::subscription::ListenerError;

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum LogLevel {
    /// Something failed that should not have: to be reported.
    Error,
    /// Something is not as it should be, and the visitor goes on.
    Warn,
    /// What happens, in large steps.
    Info,
    /// What happens, in small steps; these two tell more only in a library that was built for development.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }

    fn of(level: Level) -> Self {
        match level {
            Level::ERROR => Self::Error,
            Level::WARN => Self::Warn,
            Level::INFO => Self::Info,
            Level::DEBUG => Self::Debug,
            Level::TRACE => Self::Trace,
        }
    }
}

/// Takes lines: called from the thread on which something happened, never while a lock is held. A logger that throws misses the line.
#[uniffi::export(with_foreign)]
pub trait Logger: Send + Sync {
    /// One line, without a line break at its end; `target` names the part that speaks.
    fn log(&self, level: LogLevel, target: String, message: String) -> Result<(), ListenerError>;
}

static LOGGER: RwLock<Option<Arc<dyn Logger>>> = RwLock::new(None);
static FILTER: RwLock<Option<reload::Handle<LevelFilter, Registry>>> = RwLock::new(None);

thread_local! {
    /// Set while a logger is called: what it does in the library is not told to itself.
    static SPEAKING: Cell<bool> = const { Cell::new(false) };
}

/// From now on, lines of this level and above go to this logger, of all companions in the process; none without a logger. Any
/// thread, returns at once. No I/O.
#[uniffi::export]
pub fn set_logger(logger: Option<Arc<dyn Logger>>, level: LogLevel) {
    let filter = if logger.is_some() {
        level.filter()
    } else {
        LevelFilter::OFF
    };
    *LOGGER.write().unwrap_or_else(PoisonError::into_inner) = logger;
    listen();
    log_panics();
    if let Some(handle) = &*FILTER.read().unwrap_or_else(PoisonError::into_inner) {
        // Fails only when the subscriber is gone; a global one never is.
        let _ = handle.modify(|present| *present = filter);
    }
}

/// Becomes the process's subscriber, unless the app has one already: then that one hears everything.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let (filter, handle) = reload::Layer::new(LevelFilter::OFF);
        let subscriber = Registry::default().with(filter).with(Forward);
        if tracing::subscriber::set_global_default(subscriber).is_ok() {
            *FILTER.write().unwrap_or_else(PoisonError::into_inner) = Some(handle);
        }
    });
}

/// Panics are logged with their place, then handled as they were before; the call that panicked answers with an error.
pub(crate) fn log_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let words = crate::house::words_of(panic.payload());
            let place = panic
                .location()
                .map_or_else(|| "somewhere".to_owned(), ToString::to_string);
            tracing::error!("a part of the app panicked at {place}: {words}");
            before(panic);
        }));
    });
}

/// Hands every event to the logger.
struct Forward;

impl<S: Subscriber> Layer<S> for Forward {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if SPEAKING.get() {
            return;
        }
        let Some(logger) = LOGGER.read().unwrap_or_else(PoisonError::into_inner).clone() else {
            return;
        };
        let mut line = Line::default();
        event.record(&mut line);
        let about = event.metadata();
        SPEAKING.set(true);
        // A logger that throws has nobody left to be told.
        let _ = logger.log(
            LogLevel::of(*about.level()),
            about.target().to_owned(),
            line.text(),
        );
        SPEAKING.set(false);
    }
}

/// The message of an event, then its fields.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Line {
    fn text(self) -> String {
        self.message + &self.fields
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, " {}={value:?}", field.name())
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[derive(Default)]
    struct Kept(Mutex<Vec<(LogLevel, String)>>);

    impl Logger for Kept {
        fn log(&self, level: LogLevel, _: String, message: String) -> Result<(), ListenerError> {
            tracing::error!("a logger that logs must not hear itself for ever");
            self.0.lock().unwrap().push((level, message));
            Err(ListenerError::Threw {
                why: "and one that throws harms nobody".to_owned(),
            })
        }
    }

    #[test]
    fn lines_come_by_level_and_panics_with_their_place() {
        let kept = Arc::new(Kept::default());
        set_logger(Some(kept.clone()), LogLevel::Warn);
        tracing::info!("too small to be told");
        tracing::warn!(host = "example.org", "slow");
        let error = crate::house::caught::<()>(|| panic!("a broken recording"));
        set_logger(None, LogLevel::Trace);
        tracing::error!("nobody listens");
        assert!(error.is_err());
        let lines = kept.0.lock().unwrap();
        let of_mine: Vec<_> = lines
            .iter()
            .filter(|(_, line)| line.starts_with("slow") || line.contains("a broken recording"))
            .collect();
        assert_eq!(of_mine.len(), 2, "{lines:?}");
        assert_eq!(
            of_mine[0],
            &(LogLevel::Warn, "slow host=\"example.org\"".to_owned())
        );
        assert!(of_mine[1].1.contains("log.rs:"), "{lines:?}");
        assert!(
            lines.iter().all(|(level, _)| *level != LogLevel::Info),
            "{lines:?}"
        );
        assert!(
            lines.iter().all(|(_, line)| line != "nobody listens"),
            "{lines:?}"
        );
    }
}
