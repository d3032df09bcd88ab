//! The panel code: eight characters in two groups of four, `K7QM-2FXR`, printed under the flashcode of a panel.
//!
//! Seven characters are drawn at random, the eighth is computed from them so that a slip of the finger is noticed instead
//! of opening another panel. Whether a code is already taken is the publisher's business.
//!
//! ```text
//! code      = group [ "-" ] group          ; 8 characters, at least one of them a letter
//! group     = 4 character
//! character = "0"–"9" / "A" / "C"–"H" / "J" / "K" / "M" / "N" / "P"–"R" / "T" / "V"–"Y"
//! ```
//!
//! With `v₁…v₈` the places of the characters in the alphabet (0 to 28), a code holds
//! `1·v₁ + 2·v₂ + … + 7·v₇ + 1·v₈ ≡ 16 (mod 29)`.
//! 29 is prime and no weight is a multiple of it, so a change of any one character changes the sum; neighbours have
//! different weights, so a swap of two different neighbours changes it too. The weights add up to 29 and 16 is not 0, so no
//! row of one repeated character is a code.

use std::{fmt, str::FromStr};

/// The characters of a code, in the order of their values. Of each set of look-alikes it has one: `0` of O 0, `1` of
/// I L 1, `2` of Z 2, `5` of S 5, `8` of B 8, `V` of U V.
const ALPHABET: [char; 29] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N',
    'P', 'Q', 'R', 'T', 'V', 'W', 'X', 'Y',
];
/// The size of the alphabet as a modulus.
const MODULUS: u64 = 29;
/// What each character's value counts in the sum.
const WEIGHTS: [u64; 8] = [1, 2, 3, 4, 5, 6, 7, 1];
/// What the weighted sum of a code leaves modulo 29.
const REMAINDER: u64 = 16;
/// Characters in a code, without the hyphen.
const CHARS: usize = 8;
/// Characters before the hyphen.
const GROUP: usize = 4;
/// Longest typed text that is looked at: a code with every character set apart, and some to spare.
const MAX_TYPED_CHARS: usize = 64;

/// The code of a panel. Orders and compares as its canonical text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PanelCode([char; CHARS]);

/// Why a text is no panel code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not eight characters.
    #[error(
        "a panel code has 8 characters, this has {found}: type it as printed under the flashcode, like K7QM-2FXR"
    )]
    Length {
        /// How many characters there are, hyphens and spaces not counted.
        found: usize,
    },
    /// A character that no code has.
    #[error(
        "panel codes have no \"{character}\": type the letters and digits printed under the flashcode, like K7QM-2FXR"
    )]
    Character {
        /// The first such character.
        character: char,
    },
    /// The check character does not fit the other seven.
    #[error(
        "one of the 8 characters is mistyped or two are swapped: compare with the code printed under the flashcode"
    )]
    Check,
    /// Eight digits, which may be the number of an old Flashcode but are never a panel code.
    #[error("a panel code has at least one letter: digits alone are the number of an old Flashcode")]
    OnlyDigits,
}

impl PanelCode {
    /// Makes a code of 64 random bits. Equal bits make equal codes: the caller brings the randomness, and draws again
    /// when the code is taken. Each of the 17 billion codes comes with the same probability to one part in a million.
    pub fn draw(random: [u8; 8]) -> Self {
        let mut number = u64::from_le_bytes(random);
        loop {
            let mut values = [0_u64; CHARS];
            let mut rest = number;
            for value in values.iter_mut().take(CHARS - 1) {
                *value = rest % MODULUS;
                rest /= MODULUS;
            }
            let missing = MODULUS + REMAINDER - weighted_sum(&values) % MODULUS;
            if let Some(last) = values.last_mut() {
                *last = missing % MODULUS;
            }
            let code = Self(values.map(character_of));
            if code.has_letter() {
                return code;
            }
            number = number.wrapping_add(1);
        }
    }

    /// Reads a code as programs write it: `K7QM-2FXR` or `K7QM2FXR`, upper case, nothing around it.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let hyphen = text.chars().nth(GROUP) == Some('-');
        Self::collect(
            text.chars()
                .enumerate()
                .filter(|(at, _)| !(hyphen && *at == GROUP))
                .map(|(_, c)| c),
        )
    }

    /// Reads a code as people type it: case, spaces, hyphens, dots and look-alikes (O for 0, I and L for 1, Z for 2, S for 5, B for 8,
    /// U for V) are forgiven.
    pub fn parse_typed(text: &str) -> Result<Self, CodeError> {
        let meant = text
            .chars()
            .take(MAX_TYPED_CHARS)
            .filter(|c| !is_separator(*c))
            .map(|c| look_alike(c.to_ascii_uppercase()));
        Self::collect(meant)
    }

    /// The eight characters without the hyphen, `K7QM2FXR`: how code directories and stores name a panel.
    pub fn canonical(&self) -> String {
        self.0.iter().collect()
    }

    fn collect(characters: impl Iterator<Item = char>) -> Result<Self, CodeError> {
        let mut code = [' '; CHARS];
        let mut values = [0_u64; CHARS];
        let mut found = 0;
        let mut stranger = None;
        for character in characters {
            match value_of(character) {
                Some(value) => {
                    if let (Some(place), Some(slot)) = (code.get_mut(found), values.get_mut(found)) {
                        (*place, *slot) = (character, value);
                    }
                }
                None => stranger = stranger.or(Some(character)),
            }
            found += 1;
        }
        if found != CHARS {
            return Err(CodeError::Length { found });
        }
        if let Some(character) = stranger {
            return Err(CodeError::Character { character });
        }
        let code = Self(code);
        if !code.has_letter() {
            return Err(CodeError::OnlyDigits);
        }
        if weighted_sum(&values) % MODULUS != REMAINDER {
            return Err(CodeError::Check);
        }
        Ok(code)
    }

    /// A code of digits alone could be taken for the number of an old Flashcode, so there is none.
    fn has_letter(&self) -> bool {
        self.0.iter().any(char::is_ascii_uppercase)
    }
}

impl fmt::Display for PanelCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, character) in self.0.iter().enumerate() {
            if at == GROUP {
                f.write_str("-")?;
            }
            write!(f, "{character}")?;
        }
        Ok(())
    }
}

impl FromStr for PanelCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::parse(text)
    }
}

fn weighted_sum(values: &[u64; CHARS]) -> u64 {
    values
        .iter()
        .zip(WEIGHTS)
        .map(|(value, weight)| value * weight)
        .sum()
}

fn character_of(value: u64) -> char {
    usize::try_from(value)
        .ok()
        .and_then(|at| ALPHABET.get(at))
        .copied()
        .unwrap_or('0')
}

fn value_of(character: char) -> Option<u64> {
    ALPHABET
        .iter()
        .position(|c| *c == character)
        .and_then(|at| u64::try_from(at).ok())
}

/// What people put between the groups, on purpose or because a keyboard did. A character of no width counts as nothing too.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '_' | '.' | '\u{ad}' | '\u{200b}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{feff}'
        )
}

fn look_alike(character: char) -> char {
    match character {
        'O' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'B' => '8',
        'U' => 'V',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with(code: PanelCode, at: usize, character: char) -> String {
        code.0
            .iter()
            .enumerate()
            .map(|(i, c)| if i == at { character } else { *c })
            .collect()
    }

    #[test]
    fn the_code_in_every_document_of_ours_is_one() {
        let code = PanelCode::parse("K7QM-2FXR").expect("the example of the documentation holds the rule");
        assert_eq!(
            (code.to_string().as_str(), code.canonical().as_str()),
            ("K7QM-2FXR", "K7QM2FXR")
        );
        assert_eq!(
            PanelCode::parse_typed(" k7qm 2fxr\n"),
            Ok(code),
            "a visitor may leave out the hyphen and the capitals"
        );
    }

    /// Both laws follow from the arithmetic if it is right for every weight and every pair of values; those are few enough
    /// to try them all.
    #[test]
    fn every_weight_tells_every_two_values_apart_and_every_two_neighbours() {
        for (at, weight) in WEIGHTS.iter().enumerate() {
            for (a, b) in (0..MODULUS)
                .flat_map(|a| (0..MODULUS).map(move |b| (a, b)))
                .filter(|(a, b)| a != b)
            {
                assert_ne!(
                    weight * a % MODULUS,
                    weight * b % MODULUS,
                    "a slip at character {at} from {a} to {b} passes"
                );
                if let Some(next) = WEIGHTS.get(at + 1) {
                    let (right, swapped) = (
                        (weight * a + next * b) % MODULUS,
                        (weight * b + next * a) % MODULUS,
                    );
                    assert_ne!(
                        right,
                        swapped,
                        "a swap of the characters {at} and {} passes",
                        at + 1
                    );
                }
            }
        }
    }

    #[test]
    fn a_visitor_is_told_what_is_wrong() {
        assert_eq!(
            PanelCode::parse_typed("K7QM-2FX"),
            Err(CodeError::Length { found: 7 })
        );
        assert_eq!(
            PanelCode::parse_typed("K7QM-2FXé"),
            Err(CodeError::Character { character: 'é' })
        );
        assert_eq!(PanelCode::parse_typed("7KQM-2FXR"), Err(CodeError::Check));
        assert_eq!(PanelCode::parse_typed("1234-5678"), Err(CodeError::OnlyDigits));
        assert_eq!(
            PanelCode::parse("k7qm-2fxr"),
            Err(CodeError::Character { character: 'k' })
        );
        assert_eq!(PanelCode::parse("K7-QM2FXR"), Err(CodeError::Length { found: 9 }));
        for same in ALPHABET {
            let row = same.to_string().repeat(CHARS);
            assert!(
                PanelCode::parse(&row).is_err(),
                "{row} opens a panel, and children type such things"
            );
        }
    }

    proptest! {
        #[test]
        fn every_slip_and_every_swap_of_neighbours_is_caught(random: [u8; 8]) {
            let code = PanelCode::draw(random);
            prop_assert_eq!(PanelCode::parse(&code.canonical()), Ok(code));
            prop_assert_eq!(PanelCode::parse(&code.to_string()), Ok(code));
            for at in 0..CHARS {
                for other in ALPHABET.into_iter().filter(|c| *c != code.0[at]) {
                    let slip = with(code, at, other);
                    prop_assert!(PanelCode::parse_typed(&slip).is_err(), "{code} mistyped as {slip} opens another panel");
                }
            }
            for at in 1..CHARS {
                let mut swapped = code.0;
                swapped.swap(at - 1, at);
                let text: String = swapped.iter().collect();
                prop_assert!(swapped == code.0 || PanelCode::parse_typed(&text).is_err(), "{code} mistyped as {text} opens another panel");
            }
        }

        #[test]
        fn what_people_type_for_a_code_is_that_code(random: [u8; 8], pick: [u8; 8]) {
            let code = PanelCode::draw(random);
            let typed: String = code.0.iter().zip(pick).map(|(c, pick)| {
                let alike: &[char] = match c {
                    '0' => &['0', 'O', 'o'], '1' => &['1', 'I', 'l', 'L', 'i'], '2' => &['2', 'Z', 'z'], '5' => &['5', 'S', 's'],
                    '8' => &['8', 'B', 'b'], 'V' => &['V', 'U', 'u', 'v'], _ => &[],
                };
                let typed = if alike.is_empty() { c.to_ascii_lowercase() } else { alike[usize::from(pick) % alike.len()] };
                let between = ["", " ", "-", "\u{2013}", "\u{a0}"][usize::from(pick) % 5];
                format!("{typed}{between}")
            }).collect();
            prop_assert_eq!(PanelCode::parse_typed(&typed), Ok(code), "{:?} is not taken for {}", typed, code);
        }

        #[test]
        fn no_text_makes_it_stumble(text in "\\PC*") {
            if let Ok(code) = PanelCode::parse(&text) {
                prop_assert!(text == code.canonical() || text == code.to_string());
            }
            let _ = PanelCode::parse_typed(&text);
        }
    }
}
