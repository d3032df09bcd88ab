//! A recording as one line of frames that begins at 0: run-in and padding of the encoder cut off, holes filled with silence,
//! one or two channels, at the recording's own sample rate. Rate, loudness and speed are changed by those who read from here.

mod placing;
mod timeline;

use super::container::{Codec, Container, Fault, guarded};
use super::downmix::Downmix;
use super::error::{AudioError, Damage, Unsupported};
use std::path::Path;
use symphonia::core::audio::AudioSpec;
use symphonia::core::packet::Packet;
use timeline::origin_ticks;

/// Sample rates in Hz that are taken: telephone to studio.
const SAMPLE_RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// After a seek every decoder needs some sound before it is right again: one frame of AAC or Vorbis, up to nine frames of mp3
/// whose bits lie in earlier frames (216 ms at 24 kHz). RFC 7845, 4.6 asks for 80 ms of Opus; a
/// held note is another sound after 250 ms and the same as when played through after 800 ms (measured on the golden chirp).
const SETTLE_MS: u64 = 800;
/// The last page of an Ogg file says where it ends, not where it begins; pages of 1 s are usual. Going back by two of them
/// is enough to know what time it is on the last one. They are read, not decoded.
const OGG_RUN_UP_MS: u64 = 2_000;
/// No packet of a known codec lasts longer; what a broken one claims beyond this is not believed.
const PACKET_MAX_MS: u64 = 1_000;
/// This many packets in a row that cannot be decoded are no scratch: about two seconds.
const BAD_PACKETS_MAX: u32 = 100;

/// What a recording is, known before it is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// How it is encoded.
    pub codec: Codec,
    /// Duration of what is heard, in milliseconds.
    pub duration_ms: u64,
    /// Frames a second.
    pub sample_rate_hz: u32,
    /// Channels in the file; two at most are heard.
    pub channels: u16,
    /// Whether the duration had to be counted because the file does not tell it, or not reliably: a cut file, or an mp3
    /// without a Xing or LAME header, in which players guess and jump wrongly.
    pub duration_counted: bool,
    /// Whether its bit rate varies and no header tells how long it is: other players show a wrong duration and seek wrongly
    /// (300 s as 253 s, silently). Known of mp3 only.
    pub length_is_guessed: bool,
}

/// Opens a file and says what it is, without decoding it. Blocks on the disk.
///
/// # Errors
/// See [`AudioError`].
pub fn probe(path: &Path) -> Result<Probe, AudioError> {
    Decoder::open(path).map(|decoder| decoder.probe())
}

/// Frames that follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block<'a> {
    /// The number of its first frame, from the beginning of the recording.
    pub start_frame: u64,
    /// Interleaved samples of [`Decoder::channels`] channels, full scale at ±1.
    pub samples: &'a [f32],
}

/// Decodes one recording. Blocks on the disk; belongs to one thread at a time.
pub struct Decoder {
    container: Container,
    probe: Probe,
    mix: Downmix,
    /// The time, in ticks of the container, of the first frame that is heard.
    origin_ticks: i64,
    end_frame: Option<u64>,
    next_frame: u64,
    /// Set by a seek, until sound has come: packets before it are not worth decoding.
    settle_from: Option<i64>,
    bad_packets: u32,
    something_heard: bool,
    over: bool,
    /// Whether the container has to be opened again before it can be read again.
    spent: bool,
    damage: Option<Damage>,
    raw: Vec<f32>,
    block: Vec<f32>,
}

impl Decoder {
    /// Opens a file. Its content decides what it is, not its name.
    ///
    /// # Errors
    /// See [`AudioError`].
    pub fn open(path: &Path) -> Result<Self, AudioError> {
        Self::of_container(Container::open(path)?)
    }

    /// Opens a recording that is in memory; `name` stands for it in errors.
    ///
    /// # Errors
    /// See [`AudioError`].
    pub fn of_bytes(name: &str, bytes: Vec<u8>) -> Result<Self, AudioError> {
        Self::of_container(Container::of_bytes(name, bytes)?)
    }

    fn of_container(container: Container) -> Result<Self, AudioError> {
        let unsupported = |what| AudioError::Unsupported {
            file: container.file.clone(),
            what,
        };
        let decoded = container.decoder.codec_params();
        let rate = decoded.sample_rate.or(container.params.sample_rate);
        let rate = rate
            .filter(|r| SAMPLE_RATES_HZ.contains(r))
            .ok_or_else(|| unsupported(Unsupported::SampleRate))?;
        let layout = decoded.channels.as_ref().or(container.params.channels.as_ref());
        let layout = layout
            .filter(|l| l.count() > 0)
            .ok_or_else(|| unsupported(Unsupported::Channels))?;
        let channels = u16::try_from(layout.count()).map_err(|_| unsupported(Unsupported::Channels))?;
        let mix = Downmix::new(layout);
        let probe = Probe {
            codec: container.codec,
            duration_ms: 0,
            sample_rate_hz: rate,
            channels,
            duration_counted: false,
            length_is_guessed: false,
        };
        let mut decoder = Self {
            probe,
            mix,
            origin_ticks: origin_ticks(&container),
            end_frame: None,
            next_frame: 0,
            settle_from: None,
            bad_packets: 0,
            something_heard: false,
            over: false,
            spent: false,
            damage: None,
            raw: Vec::new(),
            block: Vec::new(),
            container,
        };
        decoder.end_frame = decoder.declared_end_frame();
        if decoder.end_frame.is_none() {
            decoder.end_frame = Some(decoder.counted_end_frame()?);
            decoder.probe.duration_counted = true;
        }
        decoder.probe.duration_ms = decoder.ms_of_frame(decoder.end_frame.unwrap_or(0));
        Ok(decoder)
    }

    /// What the recording is.
    pub fn probe(&self) -> Probe {
        self.probe
    }

    /// Channels of the blocks: 1 or 2.
    pub fn channels(&self) -> u16 {
        self.mix.outputs()
    }

    /// What could not be decoded so far, if anything.
    pub fn damage(&self) -> Option<&Damage> {
        self.damage.as_ref()
    }

    /// The next frames, never empty; nothing at the end. A hole in the recording is silence, and [`Self::damage`] tells of it.
    ///
    /// # Errors
    /// [`AudioError::Damaged`] if nothing of the recording can be decoded.
    pub fn next_block(&mut self) -> Result<Option<Block<'_>>, AudioError> {
        while !self.over {
            let mut packet = match self.container.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => {
                    self.finish(None)?;
                    break;
                }
                Err(fault) => {
                    self.finish(Some(fault))?;
                    break;
                }
            };
            self.correct_trim(&mut packet);
            let start =
                self.frame_of_ticks(packet.pts.get().saturating_add_unsigned(packet.trim_start.get()));
            let length = self
                .frames_of_ticks(packet.dur.get())
                .min(self.frames_of_ms(PACKET_MAX_MS));
            if self
                .settle_from
                .is_some_and(|from| start.saturating_add_unsigned(length) <= from)
            {
                continue;
            }
            let start_frame = self.next_frame;
            self.block.clear();
            match self.decode(&packet) {
                Ok(()) => {
                    self.bad_packets = 0;
                    self.something_heard = true;
                    self.place(start);
                }
                Err(fault) => {
                    self.bad_packets += 1;
                    let hopeless = matches!(fault, Fault::Panicked(_)) || self.bad_packets >= BAD_PACKETS_MAX;
                    if hopeless {
                        self.finish(Some(fault))?;
                        break;
                    }
                    // What a decoder says while it settles after a seek is no damage.
                    if self.settle_from.is_none() {
                        self.note_damage(fault.to_string());
                    }
                    self.block.clear();
                    self.block
                        .resize(length as usize * usize::from(self.channels()), 0.0);
                    self.place(start);
                }
            }
            if !self.block.is_empty() {
                return Ok(Some(Block {
                    start_frame,
                    samples: &self.block,
                }));
            }
        }
        Ok(None)
    }

    /// Goes to a position in milliseconds: the next block begins there, exactly. A position behind the end is the end.
    ///
    /// # Errors
    /// [`AudioError::Damaged`] if the file does not let itself be searched at all.
    pub fn seek(&mut self, position_ms: u64) -> Result<(), AudioError> {
        let target = u128::from(position_ms) * u128::from(self.probe.sample_rate_hz) / 1000;
        let target = u64::try_from(target)
            .unwrap_or(u64::MAX)
            .min(self.end_frame.unwrap_or(u64::MAX));
        let settle = self.frames_of_ms(SETTLE_MS);
        let run_up = if self.container.is_ogg() {
            self.frames_of_ms(OGG_RUN_UP_MS)
        } else {
            settle
        };
        let early = i64::try_from(target)
            .unwrap_or(i64::MAX)
            .saturating_sub_unsigned(run_up);
        let ticks = self.ticks_of_frame(early);
        // A second seek in FLAC does not leave where the first went (symphonia-bundle-flac 0.6.1).
        if self.spent || self.container.codec == Codec::Flac {
            self.container.open_again()?;
            self.spent = false;
        }
        self.container
            .seek(ticks)
            .map_err(|fault| self.damaged(self.ms_of_frame(target), fault.to_string()))?;
        self.over = false;
        self.bad_packets = 0;
        self.next_frame = target;
        self.settle_from = Some(
            i64::try_from(target)
                .unwrap_or(i64::MAX)
                .saturating_sub_unsigned(settle),
        );
        Ok(())
    }

    /// The number of the frame that comes next.
    pub fn next_frame(&self) -> u64 {
        self.next_frame
    }

    /// Decodes a packet into `block`, mixed down.
    fn decode(&mut self, packet: &Packet) -> Result<(), Fault> {
        let Self {
            container,
            raw,
            block,
            mix,
            probe,
            ..
        } = self;
        // Mono and stereo, which most recordings are, need no mixing and no second copy.
        let as_it_is = |spec: &AudioSpec| {
            usize::from(probe.channels) == spec.channels().count() && mix.changes_nothing()
        };
        let spec = guarded(|| {
            let decoded = container.decoder.decode(packet)?;
            let spec = decoded.spec().clone();
            decoded.copy_to_vec_interleaved(if as_it_is(&spec) { block } else { raw });
            Ok(spec)
        })?;
        if spec.rate() != probe.sample_rate_hz {
            let text = format!(
                "the sample rate changes from {} to {} Hz",
                probe.sample_rate_hz,
                spec.rate()
            );
            return Err(Fault::Panicked(text));
        }
        if usize::from(probe.channels) != spec.channels().count() {
            Downmix::to(spec.channels(), mix.outputs()).mix(raw, block);
        } else if !as_it_is(&spec) {
            mix.mix(raw, block);
        }
        if container.header_gain != 1.0 {
            block
                .iter_mut()
                .for_each(|sample| *sample *= container.header_gain);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
