//! Words without times: cut into passages of a sentence or two, with the times at which they are probably spoken.

use super::Cue;

/// Characters that are spoken in a second: 150 words a minute, as guides are asked to speak, of six characters each.
const CHARACTERS_A_SECOND: u64 = 15;
/// Silence after a passage, counted in characters: a breath.
const BREATH_CHARACTERS: u64 = 6;
/// Shorter sentences are joined to the next, in characters: a voice that is asked for single words stutters.
const SHORT: usize = 40;
/// Longer ones are cut at a space, in characters: who skips or pauses does not want to hear half a page again.
const LONG: usize = 280;

/// Passages spread over a duration in milliseconds; without one, at the pace of a guide.
pub(super) fn passages(text: &str, duration_ms: u64) -> Vec<Cue> {
    let texts = cut(text);
    let weight = |text: &str| u64::try_from(text.chars().count()).unwrap_or(0) + BREATH_CHARACTERS;
    let total: u64 = texts.iter().map(|text| weight(text)).sum();
    let duration_ms = if duration_ms > 0 {
        duration_ms
    } else {
        total * 1000 / CHARACTERS_A_SECOND
    };
    let at = |characters: u64| {
        let ms = u128::from(characters) * u128::from(duration_ms) / u128::from(total.max(1));
        u64::try_from(ms).unwrap_or(u64::MAX)
    };
    let mut said = 0;
    texts
        .into_iter()
        .map(|text| {
            let start_ms = at(said);
            said += weight(&text);
            Cue {
                start_ms,
                end_ms: at(said),
                text,
                speaker: None,
            }
        })
        .filter(|cue| cue.start_ms < cue.end_ms)
        .collect()
}

fn cut(text: &str) -> Vec<String> {
    let mut passages: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut passage = String::new();
        for word in line.split_whitespace() {
            let length = passage.chars().count();
            if length + word.chars().count() >= LONG && length > 0 {
                passages.push(std::mem::take(&mut passage));
            }
            if !passage.is_empty() {
                passage.push(' ');
            }
            passage.push_str(word);
            let ends = word
                .trim_end_matches(['»', '"', '”', ')', '’'])
                .ends_with(['.', '!', '?', '…', '。', '！', '？']);
            if ends && passage.chars().count() >= SHORT {
                passages.push(std::mem::take(&mut passage));
            }
        }
        if !passage.is_empty() {
            passages.push(passage);
        }
    }
    passages
}
