//! What every object of the facade stands on: open until it is shut, and no panic beyond the call that caused it. What an object
//! does is in the file of its room.

use alloclap_core::companion::{self, CompanionError};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

/// Something that is open until it is shut. Whoever is using it when it is shut uses it to the end of the call.
pub(crate) struct Open<T>(RwLock<Option<Arc<T>>>);

impl<T> Open<T> {
    pub(crate) fn new(thing: T) -> Self {
        Self(RwLock::new(Some(Arc::new(thing))))
    }

    /// Works with it. A panic becomes [`CompanionError::Internal`]; the hook has logged it by then.
    pub(crate) fn with<R>(
        &self,
        work: impl FnOnce(&T) -> Result<R, CompanionError>,
    ) -> Result<R, CompanionError> {
        let thing = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let thing = thing.ok_or(CompanionError::Closed)?;
        let outcome = caught(|| work(&thing));
        // Whatever failed while it was shut failed for that.
        let shut = || self.0.read().unwrap_or_else(PoisonError::into_inner).is_none();
        outcome.map_err(|error| if shut() { CompanionError::Closed } else { error })
    }

    fn take(&self) -> Option<Arc<T>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Something that ends with its companion.
pub(crate) trait Shut: Send + Sync {
    /// Lets go of what is inside; calls from now on answer [`CompanionError::Closed`].
    fn shut(&self);
}

impl<T: Send + Sync> Shut for Open<T> {
    fn shut(&self) {
        // Dropped after the lock was given back: what is inside may take its time to end.
        drop(self.take());
    }
}

/// A companion, and everything that was made with it and is still held by somebody.
pub(crate) struct House {
    companion: Open<companion::Companion>,
    guests: Mutex<Vec<Weak<dyn Shut>>>,
}

impl House {
    pub(crate) fn new(companion: companion::Companion) -> Arc<Self> {
        Arc::new(Self {
            companion: Open::new(companion),
            guests: Mutex::default(),
        })
    }

    /// Works with the companion.
    pub(crate) fn with<R>(
        &self,
        work: impl FnOnce(&companion::Companion) -> Result<R, CompanionError>,
    ) -> Result<R, CompanionError> {
        self.companion.with(work)
    }

    /// Makes something that ends with the companion.
    pub(crate) fn make<T: Send + Sync + 'static>(
        &self,
        make: impl FnOnce(&companion::Companion) -> Result<T, CompanionError>,
    ) -> Result<Arc<Open<T>>, CompanionError> {
        let made = Arc::new(Open::new(self.companion.with(make)?));
        let guest: Weak<dyn Shut> = Arc::downgrade(&made) as Weak<dyn Shut>;
        {
            let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
            guests.retain(|guest| guest.strong_count() > 0);
            guests.push(guest);
        }
        // Somebody may have shut the house meanwhile, and looked at the guests before this one came.
        match self.companion.with(|_| Ok(())) {
            Ok(()) => Ok(made),
            Err(error) => {
                made.shut();
                Err(error)
            }
        }
    }

    /// Ends everything that was made with the companion, then the companion.
    pub(crate) fn shut(&self) {
        let companion = self.companion.take();
        let guests = std::mem::take(&mut *self.guests.lock().unwrap_or_else(PoisonError::into_inner));
        for guest in guests.iter().filter_map(Weak::upgrade) {
            guest.shut();
        }
        drop(companion);
    }
}

/// Runs it; a panic becomes an error of this call. Everything behind the facade recovers from a lock that a panic poisoned.
pub(crate) fn caught<R>(work: impl FnOnce() -> Result<R, CompanionError>) -> Result<R, CompanionError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        Err(CompanionError::Internal {
            why: words_of(panic.as_ref()),
        })
    })
}

/// What a panic says.
pub(crate) fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a panic without words".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloclap_core::catalogue::model::Audience;
    use alloclap_core::companion::{Preferences, SystemClock};

    fn house(folder: &std::path::Path) -> Arc<House> {
        let preferences = Preferences {
            languages: Vec::new(),
            audience: Audience::Standard,
        };
        House::new(companion::Companion::open(folder, preferences, Arc::new(SystemClock)).unwrap())
    }

    #[test]
    fn a_panic_is_an_error_of_its_call_and_the_next_call_works() {
        let folder = tempfile::tempdir().unwrap();
        let house = house(folder.path());
        // In the middle of a write, with the journal's lock held: the worst place there is.
        let broken = house.with(|companion| -> Result<(), _> {
            companion.prefer(Preferences {
                languages: Vec::new(),
                audience: Audience::Children,
            });
            panic!("a decoder met {} bytes that it did not expect", 3)
        });
        assert_eq!(
            broken,
            Err(CompanionError::Internal {
                why: "a decoder met 3 bytes that it did not expect".to_owned()
            })
        );
        let trails = house.with(|companion| companion.trails());
        assert_eq!(trails.unwrap(), [], "one panic cost the visitor the app");
    }

    #[test]
    fn whatever_is_called_after_the_end_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let house = house(folder.path());
        let guest = house.make(|_| Ok(7)).unwrap();
        assert_eq!(guest.with(|seven| Ok(*seven)), Ok(7));
        house.shut();
        house.shut();
        assert_eq!(guest.with(|seven| Ok(*seven)), Err(CompanionError::Closed));
        assert_eq!(house.with(|_| Ok(())), Err(CompanionError::Closed));
        assert_eq!(house.make(|_| Ok(7)).err(), Some(CompanionError::Closed));
    }

    #[test]
    fn guests_that_left_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let house = house(folder.path());
        for _ in 0..1_000 {
            drop(house.make(|_| Ok(())).unwrap());
        }
        let kept = house.guests.lock().unwrap().len();
        assert!(kept <= 1, "{kept} subscriptions that nobody holds are remembered");
    }
}
