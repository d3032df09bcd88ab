//! Opens a recording with the demuxers and decoders of others and keeps what they may do wrong away from the rest: panics
//! become errors, and nothing behind this file knows which library reads a format.

use super::error::{AudioError, Unsupported};
use super::m4a;
use super::mended::Mended;
use super::mp3::{FrameIndex, Tail};
use std::any::Any;
use std::fs::File;
use std::io::{Cursor, ErrorKind, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_FLAC, CODEC_ID_MP3, CODEC_ID_OPUS, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::{Error, SeekErrorKind};
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::well_known::{FORMAT_ID_ISOMP4, FORMAT_ID_OGG};
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo, Track, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::Timestamp;
use symphonia::default::formats::MpaReader;

/// How a recording is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// Opus: the house format.
    Opus,
    /// MPEG-1 or MPEG-2 layer III.
    Mp3,
    /// AAC, low complexity.
    AacLc,
    /// FLAC.
    Flac,
    /// Vorbis.
    Vorbis,
    /// Uncompressed samples.
    Pcm,
}

/// What went wrong inside a third party's code.
#[derive(Debug)]
pub(super) enum Fault {
    /// It returned an error.
    Refused(Error),
    /// It panicked; the reader or decoder must not be used again.
    Panicked(String),
}

impl Fault {
    /// Whether the file simply ended.
    pub(super) fn is_end_of_file(&self) -> bool {
        matches!(self, Self::Refused(Error::IoError(e)) if e.kind() == ErrorKind::UnexpectedEof)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(Error::ResetRequired) => f.write_str("another recording begins here"),
            Self::Refused(error) => error.fmt(f),
            Self::Panicked(what) => write!(f, "the decoder gave up: {what}"),
        }
    }
}

/// Runs a third party's code; its panic becomes a [`Fault`].
pub(super) fn guarded<T>(run: impl FnOnce() -> Result<T, Error>) -> Result<T, Fault> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result.map_err(Fault::Refused),
        Err(payload) => Err(Fault::Panicked(panic_text(payload.as_ref()))),
    }
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given")
        .to_owned()
}

/// Where the bytes come from, to open them once more.
#[derive(Clone)]
enum Origin {
    File(PathBuf),
    Bytes(Arc<[u8]>),
}

impl Origin {
    fn open(&self) -> std::io::Result<Box<dyn MediaSource>> {
        Ok(match self {
            Self::File(path) => {
                let source = File::open(path)?;
                if !source.metadata()?.is_file() {
                    return Err(std::io::Error::other("it is no file"));
                }
                Box::new(source)
            }
            Self::Bytes(bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }
}

/// An open recording: packets on one side, a decoder for them on the other.
pub(super) struct Container {
    pub(super) file: String,
    origin: Origin,
    format: Box<dyn FormatReader>,
    /// The time at which `format` begins to count, in ticks: it may have been opened in the middle.
    begun_ticks: i64,
    /// Where the frames of an mp3 lie, once somebody has sought in it.
    frames: Option<FrameIndex>,
    pub(super) decoder: Box<dyn AudioDecoder>,
    pub(super) track: Track,
    pub(super) params: AudioCodecParameters,
    pub(super) codec: Codec,
    pub(super) edit: Option<m4a::Edit>,
    /// Gain that the file asks every player to apply (RFC 7845, 5.1), as a factor.
    pub(super) header_gain: f32,
}

impl Container {
    /// Opens a file; its name's extension is not believed.
    pub(super) fn open(path: &Path) -> Result<Self, AudioError> {
        Self::of_origin(path.display().to_string(), Origin::File(path.to_owned()))
    }

    /// Opens bytes; `name` stands for them in errors.
    pub(super) fn of_bytes(name: &str, bytes: Vec<u8>) -> Result<Self, AudioError> {
        Self::of_origin(name.to_owned(), Origin::Bytes(bytes.into()))
    }

    /// Opens the same once more, at its beginning.
    pub(super) fn open_again(&mut self) -> Result<(), AudioError> {
        let frames = self.frames.take();
        *self = Self::of_origin(self.file.clone(), self.origin.clone())?;
        self.frames = frames;
        Ok(())
    }

    /// The next packet of the track that is heard, at its time in the whole recording; nothing at the end.
    pub(super) fn next_packet(&mut self) -> Result<Option<Packet>, Fault> {
        loop {
            let packet = guarded(|| self.format.next_packet())?;
            let Some(mut packet) = packet else { return Ok(None) };
            if packet.track_id == self.track.id {
                packet.pts = Timestamp::new(packet.pts.get().saturating_add(self.begun_ticks));
                return Ok(Some(packet));
            }
        }
    }

    /// Goes to a time, in ticks, or to shortly before it.
    pub(super) fn seek(&mut self, ticks: i64) -> Result<(), Fault> {
        if !self.enter_before(ticks) && self.begun_ticks != 0 {
            return Err(Fault::Refused(Error::SeekError(SeekErrorKind::Unseekable)));
        }
        // Estimated lengths are sometimes too short: then from where it begins, packet by packet.
        match self.seek_format(ticks.saturating_sub(self.begun_ticks)) {
            Err(Fault::Refused(_)) => self.seek_format(self.first_ticks()),
            answer => answer,
        }
    }

    /// The earliest time that the demuxer lets itself be sent to, in its own ticks.
    fn first_ticks(&self) -> i64 {
        let tracks = self.format.tracks();
        let track = tracks.iter().find(|track| track.id == self.track.id);
        match self.codec {
            Codec::Mp3 => -i64::from(track.and_then(|track| track.delay).unwrap_or(0)),
            _ => self.track.start_ts.get(),
        }
    }

    fn seek_format(&mut self, ticks: i64) -> Result<(), Fault> {
        let to = SeekTo::Timestamp {
            ts: Timestamp::new(ticks.max(self.first_ticks())),
            track_id: self.track.id,
        };
        let Self { format, decoder, .. } = self;
        guarded(|| {
            format.seek(SeekMode::Accurate, to)?;
            decoder.reset();
            Ok(())
        })
    }

    /// Opens an mp3 in its middle, so that not all that is before a time has to be read, and says whether it did. Where it does
    /// not succeed, the demuxer goes the long way and says what is wrong.
    fn enter_before(&mut self, ticks: i64) -> bool {
        if self.codec != Codec::Mp3 {
            return false;
        }
        let first_ticks = -i64::from(self.track.delay.unwrap_or(0));
        let samples = u64::try_from(ticks.saturating_sub(first_ticks)).unwrap_or(0);
        let mut entered = || -> Option<(Box<dyn FormatReader>, i64)> {
            let mut source = self.origin.open().ok()?;
            if self.frames.is_none() {
                self.seek_format(first_ticks).ok()?;
                let first = guarded(|| self.format.next_packet()).ok()??;
                self.frames = FrameIndex::beginning_with(source.as_mut(), &first.data).ok();
            }
            let mark = self
                .frames
                .as_mut()?
                .mark_before(source.as_mut(), samples)
                .ok()??;
            let stream = MediaSourceStream::new(
                Box::new(Tail::new(source, mark.position).ok()?),
                Default::default(),
            );
            let format = guarded(|| MpaReader::try_new(stream, FormatOptions::default())).ok()?;
            let begun = first_ticks.checked_add_unsigned(mark.samples_before)?;
            Some((Box::new(format), begun))
        };
        let Some((format, begun_ticks)) = entered() else {
            return false;
        };
        self.format = format;
        self.begun_ticks = begun_ticks;
        true
    }

    /// Whether this is an m4a.
    pub(super) fn is_iso_media(&self) -> bool {
        self.format.format_info().format == FORMAT_ID_ISOMP4
    }

    /// Whether this is an Ogg file.
    pub(super) fn is_ogg(&self) -> bool {
        self.format.format_info().format == FORMAT_ID_OGG
    }

    fn of_origin(file: String, origin: Origin) -> Result<Self, AudioError> {
        let unreadable = |e: std::io::Error| AudioError::Unreadable {
            file: file.clone(),
            reason: e.to_string(),
        };
        let mut source = origin.open().map_err(unreadable)?;
        let mut head = Vec::new();
        source
            .by_ref()
            .take(12)
            .read_to_end(&mut head)
            .map_err(unreadable)?;
        if head.is_empty() {
            return Err(AudioError::Empty { file });
        }
        let iso_media = m4a::is_iso_media(&head);
        let edits = if iso_media {
            m4a::edits(source.as_mut())
        } else {
            None
        };
        let without_index = iso_media && edits.is_none();
        let source = Mended::new(source, &head).map_err(unreadable)?;
        let stream = MediaSourceStream::new(Box::new(source), Default::default());
        let format = guarded(|| {
            symphonia::default::get_probe().probe(
                &Hint::new(),
                stream,
                FormatOptions::default(),
                MetadataOptions::default(),
            )
        })
        .map_err(|fault| {
            let damaged = |reason| AudioError::Damaged {
                file: file.clone(),
                at_ms: 0,
                reason,
            };
            // A file that begins as a recording and ends before its first sound was cut.
            let cut = known_beginning(&head) && fault.is_end_of_file();
            match fault {
                _ if without_index => {
                    damaged("its index is missing, which stands at the end of such files".to_owned())
                }
                _ if cut => damaged("it breaks off".to_owned()),
                Fault::Refused(Error::Unsupported(_)) => AudioError::NotARecording { file: file.clone() },
                fault if fault.is_end_of_file() => AudioError::NotARecording { file: file.clone() },
                Fault::Refused(Error::IoError(e)) => unreadable(e),
                fault => damaged(fault.to_string()),
            }
        })?;
        Self::of_format(file, origin, format, &edits.unwrap_or_default())
    }

    fn of_format(
        file: String,
        origin: Origin,
        format: Box<dyn FormatReader>,
        edits: &[m4a::Edit],
    ) -> Result<Self, AudioError> {
        let unsupported = |what| AudioError::Unsupported {
            file: file.clone(),
            what,
        };
        // Seeking in an Ogg file with several known streams never returns (symphonia-format-ogg 0.6.1).
        if format.format_info().format == FORMAT_ID_OGG && format.tracks().len() > 1 {
            return Err(unsupported(Unsupported::SeveralStreams));
        }
        let track = format.default_track(TrackType::Audio).cloned();
        let track = track.ok_or_else(|| AudioError::NotARecording { file: file.clone() })?;
        let params = track.codec_params.as_ref().and_then(|p| p.audio()).cloned();
        let mut params = params.ok_or_else(|| unsupported(Unsupported::Codec))?;
        let codec = codec(params.codec).ok_or_else(|| unsupported(Unsupported::Codec))?;
        let header = params.extra_data.as_deref().unwrap_or_default();
        if codec == Codec::AacLc && m4a::is_he_aac(header) {
            return Err(unsupported(Unsupported::HeAac));
        }
        if codec == Codec::Opus && params.channels.as_ref().is_some_and(|c| c.count() > 2) {
            return Err(unsupported(Unsupported::Channels));
        }
        let mut header_gain = 1.0;
        if codec == Codec::Opus {
            header_gain = opus_header_gain(header);
            // The adapter would cut the pre-skip from whichever packet comes first, also after a seek; the timeline does it.
            params.extra_data = None;
        }
        let decoder = guarded(|| codecs().make_audio_decoder(&params, &AudioDecoderOptions::default()));
        let decoder = decoder.map_err(|fault| match fault {
            Fault::Refused(Error::Unsupported(_)) => unsupported(Unsupported::Codec),
            fault => AudioError::Damaged {
                file: file.clone(),
                at_ms: 0,
                reason: fault.to_string(),
            },
        })?;
        let edit = edits.iter().find(|e| e.track_id == track.id).copied();
        Ok(Self {
            file,
            origin,
            format,
            begun_ticks: 0,
            frames: None,
            decoder,
            track,
            params,
            codec,
            edit,
            header_gain,
        })
    }
}

/// Whether the first bytes are those of a format that is played.
fn known_beginning(head: &[u8]) -> bool {
    let begins = |with: &[u8]| head.starts_with(with);
    m4a::is_iso_media(head) || begins(b"OggS") || begins(b"fLaC") || begins(b"ID3") || begins(b"RIFF")
}

/// Q7.8 decibels at byte 16 of the `OpusHead` packet.
fn opus_header_gain(head: &[u8]) -> f32 {
    let q7_8 = head
        .get(16..)
        .and_then(|h| h.first_chunk::<2>())
        .map_or(0, |b| i16::from_le_bytes(*b));
    10f32.powf(f32::from(q7_8) / (20.0 * 256.0))
}

fn codec(id: AudioCodecId) -> Option<Codec> {
    match id {
        CODEC_ID_OPUS => Some(Codec::Opus),
        CODEC_ID_MP3 => Some(Codec::Mp3),
        CODEC_ID_AAC => Some(Codec::AacLc),
        CODEC_ID_FLAC => Some(Codec::Flac),
        CODEC_ID_VORBIS => Some(Codec::Vorbis),
        id if codecs().get_audio_decoder(id).is_some() => Some(Codec::Pcm),
        _ => None,
    }
}

fn codecs() -> &'static CodecRegistry {
    static CODECS: OnceLock<CodecRegistry> = OnceLock::new();
    CODECS.get_or_init(|| {
        let mut registry = CodecRegistry::new();
        symphonia::default::register_enabled_codecs(&mut registry);
        registry.register_audio_decoder::<symphonia_adapter_libopus::OpusDecoder>();
        registry
    })
}
