//! Where on this line is the walker: progress by a Bayes filter along the line.
//!
//! Its job ends at progress. Which story belongs there is the guide's decision.
//!
//! The line is cut into cells ([`Trail`]). What is believed of the walker ([`TrailState`]) is a probability for each cell and
//! for each way of moving there (forward or backward, walking or standing), and one for being off the trail. A fix moves
//! these probabilities on and weighs them by how well each cell explains it. So a trail that comes back on itself is no
//! puzzle: the walker was on the way out a minute ago, and cannot be on the way back now.

mod belief;
mod grid;
mod progress;
pub mod simulate;
mod step;

pub use belief::{TrailState, USUAL_PACE_M_S};
pub use grid::Trail;
pub use progress::{Direction, Progress};
pub use step::{place, step};

#[cfg(test)]
mod tests;
