//! Recordings, clips and pictures, and the files in which they come.

use super::{AgeRating, Id, Language, Rights, State, Texts};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// For whom a text or a recording is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everyone.
    #[default]
    Standard,
    /// Children.
    Children,
    /// Easy to read and understand (FALC in French).
    Easy,
    /// Described for people who do not see.
    Described,
    /// An audience of a later version of this format.
    #[serde(other)]
    Other,
}

impl Audience {
    /// As it is written in sources and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Children => "children",
            Self::Easy => "easy",
            Self::Described => "described",
            Self::Other => "other",
        }
    }

    /// The audience of that name; an unknown one is `Other`.
    pub fn named(name: &str) -> Self {
        match name {
            "standard" => Self::Standard,
            "children" => Self::Children,
            "easy" => Self::Easy,
            "described" => Self::Described,
            _ => Self::Other,
        }
    }
}

/// The SHA-256 of a file's bytes, which is also its name: 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BlobHash(String);

impl BlobHash {
    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BlobHash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fits = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("\"{text}\" is no SHA-256: 64 of 0–9 and a–f"))
        }
    }
}

impl TryFrom<String> for BlobHash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<BlobHash> for String {
    fn from(hash: BlobHash) -> Self {
        hash.0
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a visitor may choose to download or to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// Recordings.
    Audio,
    /// Pictures.
    Picture,
    /// Clips and their subtitles.
    Video,
    /// Maps.
    Map,
    /// A medium of a later version of this format.
    #[serde(other)]
    Other,
}

impl Medium {
    /// Its word in every format; lists are in the order of these words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Picture => "picture",
            Self::Video => "video",
            Self::Map => "map",
            Self::Other => "other",
        }
    }
}

/// One file of a recording, clip or picture.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Rendition {
    /// In a source folder: the file, relative to the folder. Never on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// On the wire: the name of the blob.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<BlobHash>,
    /// Size in bytes; written by the build.
    #[serde(default)]
    pub bytes: u64,
    /// Media type: `audio/ogg; codecs=opus`, `image/webp`; written by the build where it is missing.
    #[serde(default)]
    pub media_type: String,
    /// Width in pixels, of a picture or clip, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_px: Option<u32>,
    /// Height in pixels, of a picture or clip, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height_px: Option<u32>,
}

/// What a recording or a clip is about: exactly one of these should be given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Subject {
    /// The panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub panel: Option<Id>,
    /// The place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Id>,
    /// The film.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub film: Option<Id>,
    /// The trail as a whole: its introduction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail: Option<Id>,
    /// A stop of a trail: a spoken direction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Id>,
}

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Voice {
    /// The speaker's name, or the name of the synthetic voice.
    #[serde(default)]
    pub name: String,
    /// Whether a machine speaks: visitors are told.
    #[serde(default)]
    pub synthetic: bool,
}

/// One recording in one language for one audience.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Commentary {
    /// Its id.
    pub id: Id,
    /// Whether it may be played.
    #[serde(default)]
    pub state: State,
    /// What it is about.
    pub about: Subject,
    /// The language that is spoken.
    pub language: Language,
    /// For whom it is made.
    #[serde(default)]
    pub audience: Audience,
    /// Its title, where it has one of its own.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub title: Texts,
    /// Who speaks.
    #[serde(default)]
    pub voice: Voice,
    /// The words that are spoken, as plain text.
    #[serde(default)]
    pub transcript: String,
    /// In a source folder: a file with those words, relative to the folder: WebVTT, SRT, LRC or plain text. Never on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript_file: Option<String>,
    /// The words with their times, and chapters, as WebVTT; written by the build where the times are known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub timed_transcript: String,
    /// The files.
    #[serde(default)]
    pub renditions: Vec<Rendition>,
    /// Duration in milliseconds; measured by the build.
    #[serde(default)]
    pub duration_ms: u64,
    /// Integrated loudness in LUFS (EBU R 128); measured by the build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loudness_lufs: Option<f64>,
    /// Its shape for the screen: the peaks of equal parts of it, two hexadecimal digits each, 00 silence and ff full scale;
    /// measured by the build.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub waveform: String,
    /// Who made it and what may be done with it.
    #[serde(default)]
    pub rights: Rights,
}

/// What a clip shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClipKind {
    /// The scene that was shot here.
    Scene,
    /// The film's trailer.
    Trailer,
    /// The making-of.
    MakingOf,
    /// An interview.
    Interview,
    /// The commentary or InfoClap in sign language.
    SignLanguage,
    /// Something else, or a kind of a later version of this format.
    #[default]
    #[serde(other)]
    Other,
}

/// Subtitles of a clip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subtitles {
    /// Their language.
    pub language: Language,
    /// Whether they also tell sounds and speakers, for people who do not hear.
    #[serde(default)]
    pub for_deaf: bool,
    /// The WebVTT file.
    #[serde(flatten)]
    pub rendition: Rendition,
}

/// A scene, trailer, making-of or interview: a link or files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// Its id.
    pub id: Id,
    /// Whether it may be shown.
    #[serde(default)]
    pub state: State,
    /// What it shows.
    #[serde(default, rename = "shows")]
    pub kind: ClipKind,
    /// What it is about.
    pub about: Subject,
    /// Its title.
    #[serde(default)]
    pub title: Texts,
    /// The language that is spoken or signed, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The address of the page or stream that shows it; opened on a tap only, its host is named before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The files, if the publisher may distribute them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renditions: Vec<Rendition>,
    /// Its subtitles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subtitles: Vec<Subtitles>,
    /// Duration in milliseconds, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// The age from which it may be seen; shown before playing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_rating: Option<AgeRating>,
    /// A warning shown before playing: "violence, flashing lights".
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub warning: Texts,
    /// Who made it and what may be done with it.
    #[serde(default)]
    pub rights: Rights,
}

/// What a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureKind {
    /// A still of the film.
    Still,
    /// The film's poster.
    Poster,
    /// The place at the time of the shooting.
    Then,
    /// The place today.
    Now,
    /// Anything else, or a kind of a later version of this format.
    #[default]
    #[serde(other)]
    Photo,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Its id.
    pub id: Id,
    /// Whether it may be shown.
    #[serde(default)]
    pub state: State,
    /// What it is.
    #[serde(default, rename = "shows")]
    pub kind: PictureKind,
    /// What it is about.
    #[serde(default)]
    pub about: Subject,
    /// What it shows, for people who do not see it.
    #[serde(default)]
    pub alt: Texts,
    /// A caption.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub caption: Texts,
    /// The picture to compare it with: the other half of then and now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<Id>,
    /// The files.
    #[serde(default)]
    pub renditions: Vec<Rendition>,
    /// Who made it and what may be done with it.
    #[serde(default)]
    pub rights: Rights,
}
