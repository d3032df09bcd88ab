//! Reed–Solomon correction of errors and erasures over GF(256), with a bound on what it may make up.
//!
//! Berlekamp–Massey started from the erasure locator, Chien search, Forney's formula; see R. E. Blahut, "Algebraic Codes for Data
//! Transmission", chapter 7.
#![expect(
    clippy::indexing_slicing,
    reason = "tables of 256 and 510 entries, indexed by bytes and by sums of two logarithms"
)]

/// A field of 256 elements with the roots of the code's generator polynomial.
#[derive(Debug)]
pub(crate) struct Field {
    exp: [u8; 510],
    log: [u8; 256],
    /// The exponent of the generator polynomial's first root.
    first_root: usize,
}

/// QR Code: x⁸ + x⁴ + x³ + x² + 1, roots from α⁰ (ISO/IEC 18004, 7.5.2).
pub(crate) static QR: Field = Field::new(0x11d, 0);
/// Data Matrix: x⁸ + x⁵ + x³ + x² + 1, roots from α¹ (ISO/IEC 16022, 5.7.1).
pub(crate) static DATA_MATRIX: Field = Field::new(0x12d, 1);

/// Largest chance, as a power of two, with which random codewords may come out as corrected. Above it a correction is refused: a wrong
/// text is worse than none.
const WORST_CHANCE_LOG2: f32 = -19.0;

/// One more than the most codewords of a block.
pub(crate) const MOST: usize = 256;

/// A codeword as it was read, and how sure its least sure module is.
pub(crate) type Codeword = (u8, f32);

/// Shares of the check codewords that are given up as erasures, in the order of trying.
const ERASED_SHARES: [f32; 4] = [0.0, 0.25, 0.5, 0.7];

impl Field {
    const fn new(polynomial: u32, first_root: usize) -> Self {
        let (mut exp, mut log) = ([0; 510], [0; 256]);
        let (mut i, mut value) = (0, 1_u32);
        while i < 255 {
            exp[i] = value as u8;
            exp[i + 255] = value as u8;
            log[value as usize] = i as u8;
            value <<= 1;
            if value >= 256 {
                value ^= polynomial;
            }
            i += 1;
        }
        Self { exp, log, first_root }
    }

    fn times(&self, a: u8, b: u8) -> u8 {
        if a == 0 || b == 0 {
            0
        } else {
            self.exp[usize::from(self.log[usize::from(a)]) + usize::from(self.log[usize::from(b)])]
        }
    }

    fn inverse(&self, a: u8) -> u8 {
        self.exp[255 - usize::from(self.log[usize::from(a)])]
    }

    /// α to a power.
    fn power(&self, exponent: usize) -> u8 {
        self.exp[exponent % 255]
    }

    /// A polynomial's value, lowest coefficient first.
    fn value(&self, polynomial: &[u8], x: u8) -> u8 {
        polynomial.iter().rev().fold(0, |sum, c| self.times(sum, x) ^ c)
    }

    /// Zero beyond `count`.
    fn syndromes(&self, word: &[u8], count: usize) -> [u8; MOST] {
        let mut syndromes = [0; MOST];
        for (j, syndrome) in syndromes.iter_mut().take(count).enumerate() {
            *syndrome = word
                .iter()
                .fold(0, |sum, c| self.times(sum, self.power(self.first_root + j)) ^ c);
        }
        syndromes
    }

    /// Corrects a block in place. `checks` is the number of its check codewords, `spared` how many of them the standard keeps for detecting
    /// only, `erased` the positions whose values are not to be trusted. Gives the number of errors outside of them, or nothing when the
    /// block cannot be corrected, or might as well be made up.
    pub(crate) fn correct(
        &self,
        block: &mut [u8],
        checks: usize,
        spared: usize,
        erased: &[usize],
    ) -> Option<usize> {
        let (size, lost) = (block.len(), erased.len());
        if lost > checks || size > 255 || checks >= size {
            return None;
        }
        let syndromes = self.syndromes(block, checks);
        if syndromes.iter().all(|s| *s == 0) {
            return Some(0);
        }
        let mut locator = [0_u8; MOST];
        locator[0] = 1;
        for (count, position) in erased.iter().enumerate() {
            let x = self.power(size - 1 - position);
            for i in (1..=count + 1).rev() {
                locator[i] ^= self.times(locator[i - 1], x);
            }
        }
        let mut earlier = locator;
        let mut length = lost;
        for step in lost + 1..=checks {
            let discrepancy =
                (0..step).fold(0, |sum, i| sum ^ self.times(locator[i], syndromes[step - i - 1]));
            earlier.copy_within(..MOST - 1, 1);
            earlier[0] = 0;
            if discrepancy != 0 {
                let mut next = locator;
                for (value, e) in next.iter_mut().zip(&earlier) {
                    *value ^= self.times(discrepancy, *e);
                }
                if 2 * length < step + lost {
                    length = step + lost - length;
                    let inverse = self.inverse(discrepancy);
                    earlier = locator.map(|c| self.times(c, inverse));
                }
                locator = next;
            }
        }
        let degree = locator.iter().rposition(|c| *c != 0)?;
        let errors = degree.checked_sub(lost)?;
        if 2 * errors + lost + spared > checks
            || made_up_chance_log2(size, checks, lost, errors) > WORST_CHANCE_LOG2
        {
            return None;
        }
        let mut evaluator = [0_u8; MOST];
        for (i, l) in locator.iter().enumerate().take(degree + 1) {
            for j in 0..checks - i.min(checks) {
                evaluator[i + j] ^= self.times(*l, syndromes[j]);
            }
        }
        let mut derivative = [0_u8; MOST];
        for i in (1..=degree).step_by(2) {
            derivative[i - 1] = locator[i];
        }
        let mut found = 0;
        for (position, read) in block.iter_mut().enumerate() {
            let exponent = size - 1 - position;
            let inverse = self.power(255 - exponent);
            if self.value(&locator[..=degree], inverse) != 0 {
                continue;
            }
            found += 1;
            let slope = self.value(&derivative[..=degree], inverse);
            if slope == 0 {
                return None;
            }
            let shifted = self.times(
                self.value(&evaluator[..checks], inverse),
                self.power(exponent * (256 - self.first_root) % 255),
            );
            *read ^= self.times(shifted, self.inverse(slope));
        }
        (found == degree && self.syndromes(block, checks).iter().all(|s| *s == 0)).then_some(errors)
    }

    /// Corrects a block; first as it was read, then with its least sure codewords given up as erasures. Gives the share of its error
    /// correction that is left; the corrected bytes stand at the beginning of `bytes`.
    pub(crate) fn corrected(
        &self,
        block: &[Codeword],
        checks: usize,
        spared: usize,
        bytes: &mut [u8; MOST],
    ) -> Option<f32> {
        let size = block.len();
        if size >= MOST {
            return None;
        }
        let mut by_sureness: [usize; MOST] = std::array::from_fn(|i| i);
        let by_sureness = &mut by_sureness[..size];
        by_sureness.sort_unstable_by(|a, b| block[*a].1.total_cmp(&block[*b].1));
        ERASED_SHARES.iter().find_map(|share| {
            let lost = (share * checks as f32) as usize;
            for (byte, (read, _)) in bytes.iter_mut().zip(block) {
                *byte = *read;
            }
            self.correct(&mut bytes[..size], checks, spared, by_sureness.get(..lost)?)?;
            let wrong = bytes
                .iter()
                .zip(block)
                .filter(|(right, (read, _))| *right != read)
                .count();
            Some((1.0 - 2.0 * wrong as f32 / checks as f32).max(0.0))
        })
    }
}

/// The binary logarithm of the chance that a random word lies as near to some codeword: ways to place the errors, times their values,
/// over the values that the checks left can take.
fn made_up_chance_log2(size: usize, checks: usize, lost: usize, errors: usize) -> f32 {
    let ways: f32 = (0..errors)
        .map(|i| ((size - lost - i) as f32 / (i + 1) as f32).log2())
        .sum();
    ways + 8.0 * errors as f32 - 8.0 * (checks - lost) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A code word: data, then check codewords by long division by the generator polynomial.
    fn encoded(field: &Field, data: &[u8], checks: usize) -> Vec<u8> {
        let mut generator = vec![1_u8];
        for j in 0..checks {
            let root = field.power(field.first_root + j);
            let mut next = vec![0; generator.len() + 1];
            for (i, c) in generator.iter().enumerate() {
                next[i] ^= *c;
                next[i + 1] ^= field.times(*c, root);
            }
            generator = next;
        }
        let mut rest = [data, &vec![0; checks]].concat();
        for i in 0..data.len() {
            let lead = rest[i];
            for (j, g) in generator.iter().enumerate() {
                rest[i + j] ^= field.times(lead, *g);
            }
        }
        [data, &rest[data.len()..]].concat()
    }

    proptest! {
        #[test]
        fn whatever_the_checks_can_bear_is_put_right(
            data in proptest::collection::vec(any::<u8>(), 10..80),
            checks in 12_usize..30,
            shares in (0.0_f32..1.0, 0.0_f32..1.0),
            seed: u64,
            matrix: bool,
        ) {
            let field = if matrix { &DATA_MATRIX } else { &QR };
            let word = encoded(field, &data, checks);
            let lost = (shares.0 * (checks - 6) as f32) as usize;
            let errors = (shares.1 * ((checks - lost) / 2 + 1) as f32) as usize;
            let mut places: Vec<usize> = (0..word.len()).collect();
            let mut state = seed | 1;
            for i in (1..places.len()).rev() {
                state ^= state << 13; state ^= state >> 7; state ^= state << 17;
                places.swap(i, state as usize % (i + 1));
            }
            let mut damaged = word.clone();
            for place in &places[..lost + errors] {
                state ^= state << 13; state ^= state >> 7; state ^= state << 17;
                damaged[*place] ^= (state >> 20) as u8 | 1;
            }
            let mut repaired = damaged;
            let corrected = field.correct(&mut repaired, checks, 0, &places[..lost]);
            match corrected {
                Some(_) => prop_assert_eq!(&repaired, &word, "made up with {} lost and {} wrong of {} checks", lost, errors, checks),
                None => prop_assert!(
                    made_up_chance_log2(word.len(), checks, lost, errors) > WORST_CHANCE_LOG2,
                    "{} lost and {} wrong of {} checks were given up", lost, errors, checks
                ),
            }
        }

        #[test]
        fn noise_is_refused(noise in proptest::collection::vec(any::<u8>(), 26..100), checks in 7_usize..20) {
            let mut word = noise.clone();
            let erased: Vec<usize> = (0..checks / 2).collect();
            prop_assert_eq!(QR.correct(&mut word, checks, 0, &erased), None);
        }
    }
}
