//! The user's own data: what was heard, where a recording was left, favourites. Another file than the catalogue, because
//! the catalogue may be thrown away and downloaded again, and this never.
//!
//! Its job ends at keeping: it knows neither recordings nor the clock, and what a key means is asked of the catalogue.

mod error;
mod rescue;
mod store;

pub use error::JournalError;
pub use store::{Favourite, Heard, Journal, Rescue};
