//! A transcript with times: WebVTT (W3C), SubRip (SRT) and LRC, read into cues. Pure; what to show of them is a shell's matter.
//! Files come from people: what is not understood is left out, and the rest is read.

use std::iter::Peekable;

/// A transcript of more cues than this is none: ten hours of two-second cues.
const CUES_MAX: usize = 18_000;
/// An LRC line lasts until the next one; the last for this long, in milliseconds.
const LAST_LINE_MS: u64 = 10_000;

/// Words that are heard together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// When they begin, in milliseconds from the beginning of the recording.
    pub start_ms: u64,
    /// When they are over.
    pub end_ms: u64,
    /// The words, without marks of the format; lines are separated by `\n`.
    pub text: String,
    /// Who speaks, if it says so.
    pub speaker: Option<String>,
}

/// Cues in the order in which they begin.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transcript {
    /// The cues.
    pub cues: Vec<Cue>,
}

impl Transcript {
    /// Reads any of the three formats; text without times has no cues.
    pub fn parse(text: &str) -> Self {
        let text = text
            .trim_start_matches('\u{feff}')
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let mut cues = timed_blocks(&text);
        if cues.is_empty() {
            cues = lrc(&text);
        }
        cues.truncate(CUES_MAX);
        cues.sort_by_key(|cue| (cue.start_ms, cue.end_ms));
        Self { cues }
    }

    /// The cue that is heard at a time; of several, the one that began last. Nothing between cues.
    pub fn at(&self, position_ms: u64) -> Option<&Cue> {
        let begun = self.cues.partition_point(|cue| cue.start_ms <= position_ms);
        self.cues
            .get(..begun)?
            .iter()
            .rev()
            .find(|cue| position_ms < cue.end_ms)
    }

    /// The cues in which all words of a question occur, whatever their case and accents.
    pub fn search(&self, question: &str) -> Vec<&Cue> {
        let words: Vec<String> = folded(question).split_whitespace().map(str::to_owned).collect();
        let holds = |cue: &&Cue| {
            let text = folded(&cue.text);
            !words.is_empty() && words.iter().all(|word| text.contains(word.as_str()))
        };
        self.cues.iter().filter(holds).collect()
    }

    /// The words alone, one cue a line: for those who read instead of hearing.
    pub fn plain_text(&self) -> String {
        self.cues
            .iter()
            .map(|cue| cue.text.replace('\n', " "))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn folded(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// WebVTT and SRT: a line with `-->`, then lines of text until an empty one.
fn timed_blocks(text: &str) -> Vec<Cue> {
    let mut lines = text.lines().peekable();
    let mut cues = Vec::new();
    while let Some(line) = lines.next() {
        let word = line.split_whitespace().next().unwrap_or_default();
        if matches!(word, "NOTE" | "STYLE" | "REGION") {
            block_text(&mut lines);
        } else if let Some((start_ms, end_ms)) = times(line) {
            let raw = block_text(&mut lines);
            let (text, speaker) = unmarked(&raw);
            if !text.is_empty() && start_ms < end_ms {
                cues.push(Cue {
                    start_ms,
                    end_ms,
                    text,
                    speaker,
                });
            }
        }
    }
    cues
}

/// Lines until an empty one, or until one that can only be the next cue.
fn block_text<'a>(lines: &mut Peekable<impl Iterator<Item = &'a str>>) -> String {
    let mut text: Vec<&str> = Vec::new();
    while let Some(line) = lines.next_if(|line| !line.trim().is_empty() && times(line).is_none()) {
        text.push(line.trim());
    }
    text.join("\n")
}

fn times(line: &str) -> Option<(u64, u64)> {
    let (start, rest) = line.split_once("-->")?;
    Some((time_ms(start.trim())?, time_ms(rest.split_whitespace().next()?)?))
}

/// `hh:mm:ss.mmm`, hours optional, with a point or a comma; two digits after it are hundredths, as in LRC.
fn time_ms(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if fraction.len() > 3 || whole.split(':').count() > 3 {
        return None;
    }
    let digits = |part: &str| -> Option<u64> {
        let plain = !part.is_empty() && part.len() <= 6 && part.bytes().all(|b| b.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    let seconds = whole
        .split(':')
        .try_fold(0u64, |total, part| Some(total * 60 + digits(part)?))?;
    let ms = if fraction.is_empty() {
        0
    } else {
        digits(&format!("{fraction:0<3}"))?
    };
    Some(seconds * 1000 + ms)
}

/// Takes out `<v Speaker>`, `<i>` and their like, and the six entities of WebVTT.
fn unmarked(raw: &str) -> (String, Option<String>) {
    let (mut text, mut speaker) = (String::new(), None);
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, behind)) = after.split_once('>') else {
            // "a < b" is no tag.
            text.push('<');
            rest = after;
            continue;
        };
        let voice = tag
            .strip_prefix('v')
            .and_then(|v| v.split_once(char::is_whitespace));
        if let Some((_, name)) = voice {
            speaker.get_or_insert_with(|| name.trim().to_owned());
        }
        rest = behind;
    }
    text.push_str(rest);
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", "\u{a0}"),
        ("&lrm;", "\u{200e}"),
        ("&rlm;", "\u{200f}"),
    ];
    for (entity, character) in entities {
        text = text.replace(entity, character);
    }
    (text.replace("&amp;", "&").trim().to_owned(), speaker)
}

/// LRC: `[mm:ss.xx]words`, several times before the same words, `[offset:±ms]` for all of them.
fn lrc(text: &str) -> Vec<Cue> {
    let mut starts: Vec<(u64, &str)> = Vec::new();
    let mut offset_ms = 0i64;
    for line in text.lines() {
        let (mut rest, mut times) = (line.trim(), Vec::new());
        while let Some((tag, behind)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            match (time_ms(tag), tag.split_once(':')) {
                (Some(ms), _) => times.push(ms),
                (None, Some(("offset", ms))) => offset_ms = ms.trim().parse().unwrap_or(0),
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn brief(text: &str) -> Vec<(u64, u64, String)> {
        Transcript::parse(text)
            .cues
            .into_iter()
            .map(|c| (c.start_ms, c.end_ms, c.text))
            .collect()
    }

    #[test]
    fn the_three_formats_say_the_same() {
        let expected = [
            (1_500, 4_000, "Ici fut tournée\nLiberté.".to_owned()),
            (4_000, 65_250, "Tony Gatlif & Cie".to_owned()),
        ];
        let vtt = "\u{feff}WEBVTT - panneau\r\n\r\nNOTE\r\n00:00 --> nothing\r\n\r\n1\r\n00:01.500 --> 00:04.000 align:start\r\nIci fut <i>tournée</i>\r\nLiberté.\r\n\r\n00:00:04.000 --> 00:01:05.250\r\n<v Marie Rose>Tony Gatlif &amp; Cie</v>\r\n";
        assert_eq!(brief(vtt), expected);
        assert_eq!(
            Transcript::parse(vtt).cues[1].speaker.as_deref(),
            Some("Marie Rose")
        );
        let srt = "1\n00:00:01,500 --> 00:00:04,000\nIci fut tournée\nLiberté.\n\n2\n00:00:04,000 --> 00:01:05,250\nTony Gatlif & Cie\n";
        assert_eq!(brief(srt), expected);
        let lrc = "[ar:AlloClap]\n[offset:500]\n[00:02.00]Ici fut tournée\n[00:04.50][00:10]Liberté.\n";
        assert_eq!(
            brief(lrc),
            [
                (1_500, 4_000, "Ici fut tournée".to_owned()),
                (4_000, 9_500, "Liberté.".to_owned()),
                (9_500, 19_500, "Liberté.".to_owned())
            ]
        );
    }

    #[test]
    fn the_cue_of_a_moment_and_of_a_word_is_found() {
        let transcript = Transcript::parse(
            "WEBVTT\n\n00:01.000 --> 00:03.000\nL'été à Saint-Bonnet\n\n00:05.000 --> 00:06.000\nFin\n",
        );
        assert_eq!(transcript.at(999), None);
        assert_eq!(transcript.at(1_000).unwrap().text, "L'été à Saint-Bonnet");
        assert_eq!(transcript.at(3_000), None, "between two cues nothing is shown");
        assert_eq!(transcript.search("ETE bonnet").len(), 1);
        assert_eq!(transcript.search("  ").len(), 0);
        assert_eq!(transcript.plain_text(), "L'été à Saint-Bonnet\nFin");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm(text in "(\\PC|\n|-->|[0-9:.,<>\\[\\]]){0,200}", position_ms in any::<u64>()) {
            let transcript = Transcript::parse(&text);
            prop_assert!(transcript.cues.windows(2).all(|w| w[0].start_ms <= w[1].start_ms));
            prop_assert!(transcript.cues.iter().all(|c| c.start_ms < c.end_ms));
            if let Some(cue) = transcript.at(position_ms) {
                prop_assert!(cue.start_ms <= position_ms && position_ms < cue.end_ms);
            }
        }
    }
}
