//! A recording as one line of frames that begins at 0: run-in and padding of the encoder cut off, holes filled with silence,
//! one or two channels, at the recording's own sample rate. Rate, loudness and speed are changed by those who read from here.

use super::container::{Codec, Container, Fault, guarded};
use super::downmix::Downmix;
use super::error::{AudioError, Damage, Unsupported};
use std::path::Path;
use symphonia::core::formats::{SeekMode, SeekTo};
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

/// Sample rates in Hz that are taken: telephone to studio.
const SAMPLE_RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// After a seek every decoder needs some sound before it is right again: one frame of AAC or Vorbis, up to nine frames of mp3
/// whose bits lie in earlier frames (216 ms at 24 kHz). RFC 7845, 4.6 asks for 80 ms of Opus; a
/// held note is another sound after 250 ms and the same as when played through after 800 ms (measured on the golden chirp).
const SETTLE_MS: u64 = 800;
/// The last page of an Ogg file says where it ends, not where it begins; pages of 1 s are usual. Going back by two of them
/// is enough to know what time it is on the last one. They are read, not decoded.
const OGG_RUN_UP_MS: u64 = 2_000;
/// Packets whose time is off by less are neighbours: clocks of containers are coarse.
const NEIGHBOUR_MS: u64 = 2;
/// No packet of a known codec lasts longer; what a broken one claims beyond this is not believed.
const PACKET_MAX_MS: u64 = 1_000;
/// A hole longer than this is not filled: the clock of such a file is wrong.
const HOLE_MAX_MS: u64 = 10_000;
/// A recording that misses its declared end by less is whole.
const END_TOLERANCE_MS: u64 = 100;
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
            let mut packet = match guarded(|| self.container.format.next_packet()) {
                Ok(Some(packet)) if packet.track_id == self.container.track.id => packet,
                Ok(Some(_)) => continue,
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
                    self.raw.clear();
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
        let ticks = self.ticks_of_frame(early).max(self.first_ticks());
        // A second seek in FLAC does not leave where the first went (symphonia-bundle-flac 0.6.1).
        if self.spent || self.container.codec == Codec::Flac {
            self.container.open_again()?;
            self.spent = false;
        }
        match self.seek_container(ticks) {
            // Estimated lengths are sometimes too short: then from the beginning, packet by packet.
            Err(Fault::Refused(_)) if self.seek_container(self.first_ticks()).is_ok() => {}
            Err(fault) => return Err(self.damaged(self.ms_of_frame(target), fault.to_string())),
            Ok(()) => {}
        }
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

    fn seek_container(&mut self, ticks: i64) -> Result<(), Fault> {
        let to = SeekTo::Timestamp {
            ts: Timestamp::new(ticks),
            track_id: self.container.track.id,
        };
        let Container { format, decoder, .. } = &mut self.container;
        guarded(|| {
            format.seek(SeekMode::Accurate, to)?;
            decoder.reset();
            Ok(())
        })
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
        let spec = guarded(|| {
            let decoded = container.decoder.decode(packet)?;
            decoded.copy_to_vec_interleaved(raw);
            Ok(decoded.spec().clone())
        })?;
        if spec.rate() != probe.sample_rate_hz {
            let text = format!(
                "the sample rate changes from {} to {} Hz",
                probe.sample_rate_hz,
                spec.rate()
            );
            return Err(Fault::Panicked(text));
        }
        if usize::from(probe.channels) == spec.channels().count() {
            mix.mix(raw, block);
        } else {
            Downmix::to(spec.channels(), mix.outputs()).mix(raw, block);
        }
        if container.header_gain != 1.0 {
            block
                .iter_mut()
                .for_each(|sample| *sample *= container.header_gain);
        }
        Ok(())
    }

    /// Puts the block that begins at `start` onto the line of frames: cuts what is before `next_frame` and behind the end, fills
    /// a hole before it with silence.
    fn place(&mut self, start: i64) {
        let channels = usize::from(self.channels());
        let expected = i64::try_from(self.next_frame).unwrap_or(i64::MAX);
        let neighbour = self.frames_of_ms(NEIGHBOUR_MS);
        let after_seek = self.settle_from.is_some();
        let start = if !after_seek && start.abs_diff(expected) <= neighbour {
            expected
        } else {
            start
        };
        if start < expected {
            let early = (expected.abs_diff(start) as usize)
                .saturating_mul(channels)
                .min(self.block.len());
            self.block.drain(..early);
        } else if start > expected && !self.block.is_empty() {
            let hole = start.abs_diff(expected);
            if hole <= self.frames_of_ms(HOLE_MAX_MS) {
                self.block
                    .splice(..0, std::iter::repeat_n(0.0, hole as usize * channels));
            }
            if !after_seek && expected > 0 {
                self.note_damage(format!("{} ms are missing", self.ms_of_frame(hole)));
            }
        }
        if let Some(end) = self.end_frame {
            let room = end.saturating_sub(self.next_frame) as usize;
            self.block.truncate(room.saturating_mul(channels));
        }
        if !self.block.is_empty() {
            self.settle_from = None;
        }
        self.next_frame += (self.block.len() / channels) as u64;
    }

    /// The mp3 demuxer cuts everything behind a length that it guessed from the bit rate, or that the header only claims
    /// (symphonia-bundle-mp3 0.6.1): 47 s of a 300 s recording with a variable bit rate. Only a length that is known may cut.
    fn correct_trim(&mut self, packet: &mut Packet) {
        let Some(end) = self.end_frame else { return };
        let beyond =
            self.frame_of_ticks(packet.pts.get()) > (end + self.frames_of_ms(END_TOLERANCE_MS)) as i64;
        if beyond && self.container.edit.is_none() && !self.probe.duration_counted {
            self.note_damage("it goes on behind its declared end".to_owned());
            self.end_frame = None;
        }
        let guessed = self.probe.duration_counted || self.end_frame.is_none();
        if self.container.codec == Codec::Mp3 && guessed {
            packet.trim_end = Duration::ZERO;
        }
    }

    /// No more packets. Says what is missing, if the end came too early.
    fn finish(&mut self, fault: Option<Fault>) -> Result<(), AudioError> {
        self.over = true;
        // The demuxer of m4a cannot go back from the end (symphonia-format-isomp4 0.6.1), and none can after a panic.
        self.spent = self.container.is_iso_media() || matches!(fault, Some(Fault::Panicked(_)));
        let reason = fault.map(|fault| match fault.is_end_of_file() {
            true => "it breaks off".to_owned(),
            false => fault.to_string(),
        });
        let missing = self.end_frame.unwrap_or(0).saturating_sub(self.next_frame);
        let short = missing > self.frames_of_ms(END_TOLERANCE_MS);
        let reason = reason
            .or_else(|| short.then(|| format!("the last {} ms are missing", self.ms_of_frame(missing))));
        let Some(reason) = reason else { return Ok(()) };
        if !self.something_heard {
            return Err(self.damaged(self.ms_of_frame(self.next_frame), reason));
        }
        self.note_damage(reason);
        Ok(())
    }

    fn note_damage(&mut self, reason: String) {
        let at_ms = self.ms_of_frame(self.next_frame);
        self.damage.get_or_insert(Damage { at_ms, reason });
    }

    fn damaged(&self, at_ms: u64, reason: String) -> AudioError {
        AudioError::Damaged {
            file: self.container.file.clone(),
            at_ms,
            reason,
        }
    }

    /// The end as the file declares it; nothing if it does not, or if what it declares is a guess.
    fn declared_end_frame(&self) -> Option<u64> {
        let Container {
            track, codec, edit, ..
        } = &self.container;
        // Without a LAME header there is no padding, and the length may be a guess from the bit rate.
        if *codec == Codec::Mp3 && track.padding.is_none() {
            return None;
        }
        let ticks = track.duration.map(Duration::get).or(track.num_frames)?;
        let end = u64::try_from(self.frame_of_ticks(i64::try_from(ticks).ok()?)).ok()?;
        let edit_frames = edit.filter(|e| e.length_ns > 0).and_then(|e| {
            u64::try_from(e.length_ns * u128::from(self.probe.sample_rate_hz) / 1_000_000_000).ok()
        });
        // A file without frames declares nothing, nor does one that is longer than a month.
        let plausible = 1..u64::from(self.probe.sample_rate_hz) * 86_400 * 31;
        Some(end.min(edit_frames.unwrap_or(end))).filter(|end| plausible.contains(end))
    }

    /// Reads all packets without decoding them, and goes back to the beginning.
    fn counted_end_frame(&mut self) -> Result<u64, AudioError> {
        let (mut end, mut previous) = (0, None);
        while let Ok(Some(packet)) = guarded(|| self.container.format.next_packet()) {
            if packet.track_id == self.container.track.id {
                let pts = packet.pts.get();
                // All frames of an mp3 are equally long; what its packets say of their length depends on the guess.
                let length = match previous.filter(|_| self.container.codec == Codec::Mp3) {
                    Some(previous) => pts.abs_diff(previous),
                    None => packet.dur.get(),
                };
                end = end.max(self.frame_of_ticks(pts.saturating_add_unsigned(length)));
                previous = Some(pts);
            }
        }
        self.container.open_again()?;
        Ok(u64::try_from(end).unwrap_or(0))
    }

    /// The earliest time that the demuxer lets itself be sent to.
    fn first_ticks(&self) -> i64 {
        let track = &self.container.track;
        match self.container.codec {
            Codec::Mp3 => -i64::from(track.delay.unwrap_or(0)),
            _ => track.start_ts.get(),
        }
    }

    fn frame_of_ticks(&self, ticks: i64) -> i64 {
        self.scaled(i128::from(ticks) - i128::from(self.origin_ticks))
    }

    fn frames_of_ticks(&self, ticks: u64) -> u64 {
        u64::try_from(self.scaled(i128::from(ticks))).unwrap_or(0)
    }

    fn scaled(&self, ticks: i128) -> i64 {
        let (numer, denom) = self.time_base();
        let rate = i128::from(self.probe.sample_rate_hz);
        let frames = (ticks * numer * rate + denom / 2).div_euclid(denom);
        i64::try_from(frames).unwrap_or(if frames < 0 { i64::MIN } else { i64::MAX })
    }

    fn ticks_of_frame(&self, frame: i64) -> i64 {
        let (numer, denom) = self.time_base();
        let ticks = (i128::from(frame) * denom).div_euclid(numer * i128::from(self.probe.sample_rate_hz));
        i64::try_from(ticks + i128::from(self.origin_ticks)).unwrap_or(i64::MAX)
    }

    fn time_base(&self) -> (i128, i128) {
        let base = self.container.track.time_base;
        base.map_or((1, i128::from(self.probe.sample_rate_hz)), |b| {
            (b.numer.get().into(), b.denom.get().into())
        })
    }

    fn frames_of_ms(&self, ms: u64) -> u64 {
        ms * u64::from(self.probe.sample_rate_hz) / 1000
    }

    fn ms_of_frame(&self, frame: u64) -> u64 {
        let ms = u128::from(frame) * 1000 / u128::from(self.probe.sample_rate_hz);
        u64::try_from(ms).unwrap_or(u64::MAX)
    }
}

/// Ogg counts the encoder's run-in as time, an m4a hides it behind its edit list, mp3 begins before zero.
fn origin_ticks(container: &Container) -> i64 {
    let track = &container.track;
    if container.is_ogg() {
        return track
            .start_ts
            .get()
            .saturating_add(i64::from(track.delay.unwrap_or(0)));
    }
    container
        .edit
        .map_or(0, |edit| i64::try_from(edit.start_ticks).unwrap_or(0))
}

#[cfg(test)]
mod tests;
