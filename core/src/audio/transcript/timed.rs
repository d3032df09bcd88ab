//! WebVTT (W3C) and SubRip (SRT): blocks of times and text, and the names of cues and notes that begin a chapter.

use super::{Chapter, Cue};
use std::iter::Peekable;

/// A time beyond a thousand hours is a number of something else.
const SECONDS_MAX: u64 = 3_600_000;

/// WebVTT and SRT: a line with `-->`, then lines of text until an empty one.
pub(super) fn timed_blocks(text: &str) -> (Vec<Cue>, Vec<Chapter>) {
    let mut lines = text.lines().peekable();
    let (mut cues, mut chapters) = (Vec::new(), Vec::new());
    // The title of a chapter that begins with the next cue.
    let mut title: Option<String> = None;
    let mut line_before = "";
    while let Some(line) = lines.next() {
        let word = line.split_whitespace().next().unwrap_or_default();
        if matches!(word, "NOTE" | "STYLE" | "REGION") {
            title = chapter_note(line).or(title);
            block_text(&mut lines);
        } else if let Some((start_ms, end_ms)) = times(line) {
            let named = title.take().or_else(|| chapter_name(line_before));
            let raw = block_text(&mut lines);
            let (text, speaker) = unmarked(&raw);
            if !text.is_empty() && start_ms < end_ms {
                chapters.extend(named.map(|title| Chapter { start_ms, title }));
                cues.push(Cue {
                    start_ms,
                    end_ms,
                    text,
                    speaker,
                });
            }
        }
        line_before = line.trim();
    }
    (cues, chapters)
}

/// `NOTE chapter The arrival`, or `NOTE chapitre …`: the words behind it.
fn chapter_note(line: &str) -> Option<String> {
    let rest = line.trim().strip_prefix("NOTE")?.trim_start();
    let (word, title) = rest.split_once(char::is_whitespace)?;
    let says = ["chapter", "chapitre"]
        .iter()
        .any(|w| word.trim_end_matches(':').eq_ignore_ascii_case(w));
    Some(unmarked(title).0).filter(|title| says && !title.is_empty())
}

/// The name of a cue, if it is a title. Programs number their cues ("12", "cue-12", a UUID): a title has letters, and either
/// several words or no digit.
fn chapter_name(name: &str) -> Option<String> {
    let lettered = name.chars().any(char::is_alphabetic);
    let numbered = name.chars().any(|c| c.is_ascii_digit());
    let several = name.split_whitespace().nth(1).is_some();
    let title = lettered && (several || !numbered) && !name.starts_with("WEBVTT");
    title.then(|| name.to_owned())
}

/// Cues and chapters as WebVTT; what [`timed_blocks`] reads of it is the same again.
pub(super) fn webvtt(cues: &[Cue], chapters: &[Chapter]) -> String {
    let stamp = |ms: u64| {
        let (seconds, ms) = (ms / 1000, ms % 1000);
        format!(
            "{:02}:{:02}:{:02}.{ms:03}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        )
    };
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let mut out = "WEBVTT\n".to_owned();
    let mut chapters = chapters.iter().peekable();
    for cue in cues {
        while let Some(chapter) = chapters.next_if(|chapter| chapter.start_ms <= cue.start_ms) {
            out.push_str(&format!("\nNOTE chapter {}\n", escaped(&chapter.title)));
        }
        let lines = escaped(&cue.text);
        let text = match &cue.speaker {
            Some(speaker) => format!("<v {}>{lines}", escaped(speaker)),
            None => lines,
        };
        let times = format!("{} --> {}", stamp(cue.start_ms), stamp(cue.end_ms));
        out.push_str(&format!("\n{times}\n{text}\n"));
    }
    out
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
pub(super) fn time_ms(text: &str) -> Option<u64> {
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
    (seconds < SECONDS_MAX).then_some(seconds * 1000 + ms)
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
            speaker.get_or_insert_with(|| plain(name.trim()));
        }
        rest = behind;
    }
    text.push_str(rest);
    (plain(&text).trim().to_owned(), speaker)
}

/// The entities of WebVTT as what they stand for.
fn plain(text: &str) -> String {
    let mut text = text.to_owned();
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
    text.replace("&amp;", "&")
}
