//! A recording → the house format: Ogg Opus, mono, 24 kbit/s (RFC 6716, RFC 7845). The same recording gives the same bytes.

use alloclap_core::audio::{AudioError, HOUSE_CHANNELS, HOUSE_RATE_HZ, Rendering};
use ogg::writing::{PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Channels, Encoder, Signal};
use std::path::Path;

/// Bits a second: speech without an audible loss, 186 kB a minute.
const BITS_A_SECOND: i32 = 24_000;
/// Frames of 20 ms: the longest that costs no quality.
const FRAME: usize = HOUSE_RATE_HZ as usize / 50;
/// A page each second: a seek reads no more than that.
const FRAMES_A_PAGE: u32 = 50;
/// The longest packet that Opus makes, in bytes (RFC 6716, 3.4).
const PACKET_MAX_BYTES: usize = 1_275;
/// A random number would make each build another file: a file has one stream only, so any number does.
const SERIAL: u32 = 0x00A1_10C1;
const VENDOR: &[u8] = b"AlloClap";

/// Why a recording could not be made into the house format.
#[derive(Debug, thiserror::Error)]
pub enum OpusError {
    /// It cannot be decoded.
    #[error(transparent)]
    Recording(#[from] AudioError),
    /// The encoder or the container refuses.
    #[error("it cannot be encoded: {0}")]
    Encoder(String),
}

fn refused(error: impl std::fmt::Display) -> OpusError {
    OpusError::Encoder(error.to_string())
}

/// The whole file, in memory: 11 MB an hour. Its peaks are held below full scale, its loudness is not changed.
///
/// # Errors
/// [`OpusError`].
pub fn to_opus(path: &Path) -> Result<Vec<u8>, OpusError> {
    let mut recording = Rendering::open(path, None)?;
    let mut encoder = Encoder::new(HOUSE_RATE_HZ, Channels::Mono, Application::Audio).map_err(refused)?;
    encoder
        .set_bitrate(Bitrate::Bits(BITS_A_SECOND))
        .map_err(refused)?;
    encoder.set_signal(Signal::Voice).map_err(refused)?;
    let skip = u64::try_from(encoder.get_lookahead().map_err(refused)?).unwrap_or(0);

    let mut file = Vec::new();
    let mut pages = PacketWriter::new(&mut file);
    let head = head(u16::try_from(skip).unwrap_or(0));
    pages
        .write_packet(head, SERIAL, PacketWriteEndInfo::EndPage, 0)
        .and_then(|()| pages.write_packet(tags(), SERIAL, PacketWriteEndInfo::EndPage, 0))
        .map_err(refused)?;

    let mut stereo = vec![0.0; FRAME * usize::from(HOUSE_CHANNELS)];
    let mut packet = [0; PACKET_MAX_BYTES];
    // Frames that were read, and that were encoded; the encoder gives each back later by its look-ahead.
    let (mut read, mut encoded, mut on_page) = (0u64, 0u64, 0);
    let mut over = false;
    loop {
        let frames = if over { 0 } else { recording.render(&mut stereo)? };
        over |= frames < FRAME;
        read += frames as u64;
        let mut mono: Vec<f32> = stereo
            .chunks_exact(usize::from(HOUSE_CHANNELS))
            .take(frames)
            .map(|frame| frame.iter().sum::<f32>() / f32::from(HOUSE_CHANNELS))
            .collect();
        mono.resize(FRAME, 0.0);
        let bytes = encoder.encode_float(&mono, &mut packet).map_err(refused)?;
        encoded += FRAME as u64;
        on_page += 1;
        let last = over && encoded >= read + skip;
        let (end, position) = match last {
            // The position of the last page cuts off what was only added to fill frames.
            true => (PacketWriteEndInfo::EndStream, read + skip),
            false if on_page == FRAMES_A_PAGE => (PacketWriteEndInfo::EndPage, encoded),
            false => (PacketWriteEndInfo::NormalPacket, encoded),
        };
        if on_page == FRAMES_A_PAGE {
            on_page = 0;
        }
        let bytes = packet.get(..bytes).unwrap_or_default().to_vec();
        pages
            .write_packet(bytes, SERIAL, end, position)
            .map_err(refused)?;
        if last {
            break;
        }
    }
    drop(pages);
    Ok(file)
}

/// The identification header (RFC 7845, 5.1).
fn head(skip: u16) -> Vec<u8> {
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend(skip.to_le_bytes());
    head.extend(HOUSE_RATE_HZ.to_le_bytes());
    // No output gain, and the one channel is mono.
    head.extend([0, 0, 0]);
    head
}

/// The comment header (RFC 7845, 5.2), without a comment.
fn tags() -> Vec<u8> {
    let mut tags = b"OpusTags".to_vec();
    tags.extend(u32::try_from(VENDOR.len()).unwrap_or(0).to_le_bytes());
    tags.extend(VENDOR);
    tags.extend(0u32.to_le_bytes());
    tags
}
