//! The questions that a visitor asks, each answered with a view: records joined, told in the visitor's language, and
//! nothing that rights or dates forbid.

mod commentary;
mod film;
mod media;
mod panel;
mod place;
mod trail;

#[cfg(test)]
mod tests;
