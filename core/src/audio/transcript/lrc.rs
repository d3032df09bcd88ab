//! LRC, the format of lyrics: a time before each line.

use super::Cue;
use super::timed::time_ms;

/// A line lasts until the next one; the last for this long, in milliseconds.
const LAST_LINE_MS: u64 = 10_000;
/// Nobody shifts words by more than an hour, in milliseconds.
const OFFSET_MAX_MS: i64 = 3_600_000;

/// LRC: `[mm:ss.xx]words`, several times before the same words, `[offset:±ms]` for all of them.
pub(super) fn lrc(text: &str) -> Vec<Cue> {
    let mut starts: Vec<(u64, &str)> = Vec::new();
    let mut offset_ms = 0i64;
    for line in text.lines() {
        let (mut rest, mut times) = (line.trim(), Vec::new());
        while let Some((tag, behind)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            match (time_ms(tag), tag.split_once(':')) {
                (Some(ms), _) => times.push(ms),
                (None, Some(("offset", ms))) => {
                    offset_ms = ms
                        .trim()
                        .parse()
                        .unwrap_or(0i64)
                        .clamp(-OFFSET_MAX_MS, OFFSET_MAX_MS)
                }
                _ => {}
            }
            rest = behind.trim();
        }
        starts.extend(times.into_iter().map(|ms| (ms, rest)));
    }
    // A positive offset shows the words earlier.
    let mut starts: Vec<(u64, &str)> = starts
        .into_iter()
        .map(|(ms, t)| (ms.saturating_add_signed(offset_ms.saturating_neg()), t))
        .collect();
    starts.sort_by_key(|(ms, _)| *ms);
    let ends = starts.iter().skip(1).map(|(ms, _)| Some(*ms)).chain([None]);
    let cue = |((start_ms, text), end_ms): (&(u64, &str), Option<u64>)| Cue {
        start_ms: *start_ms,
        end_ms: end_ms.unwrap_or(start_ms.saturating_add(LAST_LINE_MS)),
        text: (*text).to_owned(),
        speaker: None,
    };
    starts
        .iter()
        .zip(ends)
        .map(cue)
        .filter(|c| !c.text.is_empty() && c.start_ms < c.end_ms)
        .collect()
}
