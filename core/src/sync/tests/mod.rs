//! Whole syncs over real sockets into the real catalogue, from a well-behaved server and from a hostile one.

mod abilities;
mod faults;
mod journey;
mod local;
mod recovery;
mod server;
mod signing;
mod town;
mod trust;
