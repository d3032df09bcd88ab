//! Stands in for the crate `globset`, of which `tough` uses three functions: for the patterns of delegations, which no publication
//! of ours has, and which are read all the same wherever metadata is. The real one brings three crates of regular expressions, a
//! third of a megabyte of a phone's library.
//!
//! The patterns are those of the crate `glob`, with one rule of The Update Framework (4.5, `PATHPATTERN`): no wildcard but `**`
//! matches a `/`. A pattern with alternatives in braces, which only the real one knows, matches those braces and nothing else.

use glob::{MatchOptions, Pattern, PatternError};
use std::fmt;
use std::path::Path;

/// Names are told apart by case, and folders by their separators.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// Why a text is no pattern.
#[derive(Debug, Clone)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl From<PatternError> for Error {
    fn from(error: PatternError) -> Self {
        Self(error.to_string())
    }
}

/// A pattern.
#[derive(Debug, Clone)]
pub struct Glob(Pattern);

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn new(pattern: &str) -> Result<Self, Error> {
        Ok(Self(Pattern::new(pattern)?))
    }

    /// The pattern, ready to match.
    pub fn compile_matcher(&self) -> GlobMatcher {
        GlobMatcher(self.0.clone())
    }
}

/// Matches one pattern.
#[derive(Debug, Clone)]
pub struct GlobMatcher(Pattern);

impl GlobMatcher {
    /// Whether a path fits the pattern.
    pub fn is_match(&self, path: impl AsRef<Path>) -> bool {
        self.0.matches_path_with(path.as_ref(), OPTIONS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of The Update Framework.
    #[test]
    fn patterns_match_what_the_framework_says() {
        let examples: [(&str, &[&str], &[&str]); 4] = [
            (
                "targets/*.tgz",
                &["targets/foo.tgz", "targets/bar.tgz"],
                &["targets/foo.txt"],
            ),
            (
                "foo-version-?.tgz",
                &["foo-version-2.tgz", "foo-version-a.tgz"],
                &["foo-version-alpha.tgz"],
            ),
            ("*.tgz", &["foo.tgz", "bar.tgz"], &["targets/foo.tgz"]),
            ("foo.tgz", &["foo.tgz"], &["FOO.tgz", "foo.tgz.txt", "a/foo.tgz"]),
        ];
        for (pattern, fit, do_not) in examples {
            let matcher = Glob::new(pattern).unwrap().compile_matcher();
            for path in fit {
                assert!(matcher.is_match(path), "{pattern} does not match {path}");
            }
            for path in do_not {
                assert!(!matcher.is_match(path), "{pattern} matches {path}");
            }
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_its_place() {
        let why = Glob::new("a[").unwrap_err().to_string();
        assert!(why.contains("position 1"), "{why}");
    }
}
