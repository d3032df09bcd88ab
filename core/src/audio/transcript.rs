//! What is said in a recording, and when: WebVTT, SubRip, LRC or plain words, read into cues and chapters. Pure; what to show of
//! them is a shell's matter. Files come from people: what is not understood is left out, and the rest is read.

mod lrc;
mod plain;
mod timed;

/// A transcript of more cues than this is none: ten hours of two-second cues.
const CUES_MAX: usize = 18_000;
/// More chapters than this are none.
const CHAPTERS_MAX: usize = 1_000;
/// How many cues may have begun since one that is still heard.
const OVERLAPPING_MAX: usize = 100;

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

/// A part of a recording with a title of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// When it begins, in milliseconds from the beginning of the recording.
    pub start_ms: u64,
    /// Its title.
    pub title: String,
}

/// Cues in the order in which they begin.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transcript {
    /// The cues.
    pub cues: Vec<Cue>,
    /// The chapters: a cue with a title as its name begins one, and so does a cue behind a note `NOTE chapter Title`.
    pub chapters: Vec<Chapter>,
    /// Whether the times were written down; else they are estimated from the length of the words.
    pub timed: bool,
}

impl Transcript {
    /// Reads any of the three formats; text without times has no cues.
    pub fn parse(text: &str) -> Self {
        let text = text
            .trim_start_matches('\u{feff}')
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let (mut cues, mut chapters) = timed::timed_blocks(&text);
        if cues.is_empty() {
            (cues, chapters) = (lrc::lrc(&text), Vec::new());
        }
        cues.truncate(CUES_MAX);
        cues.sort_by_key(|cue| (cue.start_ms, cue.end_ms));
        chapters.truncate(CHAPTERS_MAX);
        chapters.sort_by_key(|chapter| chapter.start_ms);
        chapters.dedup_by_key(|chapter| chapter.start_ms);
        let timed = !cues.is_empty();
        Self {
            cues,
            chapters,
            timed,
        }
    }

    /// As [`Self::parse`]; text without times becomes passages of a sentence or two, spread over the recording's duration in
    /// milliseconds, or at the pace of a guide if that is 0.
    pub fn read(text: &str, duration_ms: u64) -> Self {
        let parsed = Self::parse(text);
        if parsed.timed || text.contains("-->") {
            return parsed;
        }
        let mut cues = plain::passages(text, duration_ms);
        cues.truncate(CUES_MAX);
        Self {
            cues,
            ..Self::default()
        }
    }

    /// As WebVTT, the form in which it is published.
    pub fn to_webvtt(&self) -> String {
        timed::webvtt(&self.cues, &self.chapters)
    }

    /// When the last words are over, in milliseconds.
    pub fn end_ms(&self) -> u64 {
        self.cues.iter().map(|cue| cue.end_ms).max().unwrap_or(0)
    }

    /// The number and title of the chapter of a time; nothing before the first.
    pub fn chapter_at(&self, position_ms: u64) -> Option<(usize, &Chapter)> {
        let begun = self.chapters.partition_point(|c| c.start_ms <= position_ms);
        let number = begun.checked_sub(1)?;
        Some((number, self.chapters.get(number)?))
    }

    /// The cue that is heard at a time; of several, the one that began last. Nothing between cues.
    pub fn at(&self, position_ms: u64) -> Option<&Cue> {
        self.cues.get(self.number_at(position_ms)?)
    }

    /// The number of that cue, from 0.
    pub fn number_at(&self, position_ms: u64) -> Option<usize> {
        let begun = self.cues.partition_point(|cue| cue.start_ms <= position_ms);
        // Cues overlap by seconds, not by a hundred of their kind: looking back further would cost a lot and find nothing.
        let earliest = begun.saturating_sub(OVERLAPPING_MAX);
        (earliest..begun)
            .rev()
            .find(|number| self.cues.get(*number).is_some_and(|cue| position_ms < cue.end_ms))
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

    #[test]
    fn names_and_notes_begin_chapters_and_numbers_do_not() {
        let transcript = Transcript::parse(
            "WEBVTT\n\nL'arrivée\n00:00.000 --> 00:03.000\nUn\n\ncue-2\n00:03.000 --> 00:04.000\nDeux\n\nNOTE chapter: Le tournage\n\n3\n00:05.000 --> 00:06.000\nTrois\n\n1. La fin\n00:07.000 --> 00:08.000\nQuatre\n",
        );
        let chapters: Vec<(u64, &str)> = transcript
            .chapters
            .iter()
            .map(|c| (c.start_ms, c.title.as_str()))
            .collect();
        assert_eq!(
            chapters,
            [(0, "L'arrivée"), (5_000, "Le tournage"), (7_000, "1. La fin")]
        );
        assert_eq!(transcript.cues.len(), 4);
        let title = |ms| transcript.chapter_at(ms).map(|(n, c)| (n, c.title.as_str()));
        assert_eq!(title(4_999), Some((0, "L'arrivée")));
        assert_eq!(title(60_000), Some((2, "1. La fin")));
        assert_eq!(
            Transcript::parse("1\n00:01,0 --> 00:02,0\nUn\n").chapter_at(1_500),
            None
        );
    }

    #[test]
    fn what_is_published_says_the_same() {
        let read = Transcript::parse(
            "WEBVTT\n\nNOTE chapter L'arrivée & la suite\n\n00:01.500 --> 00:03.000\n<v Marie & Rose>Un &lt;b&gt;\nDeux\n\n01:00:03.000 --> 01:00:04.000\nFin\n",
        );
        assert_eq!(read.chapters.len(), 1);
        assert_eq!(read.cues[0].text, "Un <b>\nDeux");
        assert_eq!(Transcript::parse(&read.to_webvtt()), read);
        let lrc = Transcript::parse("[00:01.00]Un\n[00:02.50]Deux\n");
        assert_eq!(Transcript::parse(&lrc.to_webvtt()), lrc);
    }

    #[test]
    fn words_without_times_are_cut_into_passages_over_the_recording() {
        let text = "Vous êtes sur la place où tout commence. Regardez ! La maison rouge est celle de Marie.\n\nPlus loin coule la rivière.";
        let transcript = Transcript::read(text, 30_000);
        let texts: Vec<&str> = transcript.cues.iter().map(|c| c.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "Vous êtes sur la place où tout commence.",
                "Regardez ! La maison rouge est celle de Marie.",
                "Plus loin coule la rivière."
            ]
        );
        assert!(!transcript.timed);
        assert_eq!((transcript.cues[0].start_ms, transcript.end_ms()), (0, 30_000));
        assert!(transcript.cues.windows(2).all(|w| w[0].end_ms == w[1].start_ms));
        let paced = Transcript::read(text, 0).end_ms();
        assert!((5_000..15_000).contains(&paced), "read in {paced} ms");
        assert_eq!(Transcript::read("  \n", 5_000).cues.len(), 0);
    }

    proptest! {
        #[test]
        fn no_word_of_a_plain_text_is_lost(text in "([a-zé]{1,12}[.!?]?[ \n]){0,200}", duration_ms in 0u64..10_000_000) {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let read = Transcript::read(&text, 600_000 + duration_ms);
            prop_assert_eq!(words(&read.plain_text()), words(&text));
            prop_assert!(read.cues.iter().all(|c| c.text.chars().count() <= 300));
        }


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
