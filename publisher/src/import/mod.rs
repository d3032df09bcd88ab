//! Tables of other people → a source folder, again and again, without losing what was written by hand in between.
//!
//! Its job ends at files that a person may edit: what they mean is read by `source`, what is wrong with them is said by
//! the check.

mod keep;
mod message;
pub mod opendatasoft;
mod report;
mod table;

pub use report::{Conflict, ImportReport, Refusal, Refused, Repair, Vanished};
pub use table::{NotATable, TableError};
