//! A WAV file (16 bit, stereo, house rate) as output: written as fast as the disk takes it.

use super::super::{HOUSE_CHANNELS, HOUSE_RATE_HZ};
use super::{Output, OutputError};
use hound::{SampleFormat, WavSpec, WavWriter};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Half a second at a time.
const ROOM_FRAMES: u32 = HOUSE_RATE_HZ / 2;

/// A file that is being written; whole only after [`Self::finish`].
pub struct WavOutput {
    file: String,
    writer: WavWriter<BufWriter<File>>,
}

impl WavOutput {
    /// Creates the file, or empties it.
    ///
    /// # Errors
    /// [`OutputError::File`].
    pub fn create(path: &Path) -> Result<Self, OutputError> {
        let file = path.display().to_string();
        let spec = WavSpec {
            channels: HOUSE_CHANNELS,
            sample_rate: HOUSE_RATE_HZ,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        match WavWriter::create(path, spec) {
            Ok(writer) => Ok(Self { file, writer }),
            Err(error) => Err(refused(&file, &error)),
        }
    }

    /// Writes the rest and the length into the header.
    ///
    /// # Errors
    /// [`OutputError::File`].
    pub fn finish(self) -> Result<(), OutputError> {
        let Self { file, writer } = self;
        writer.finalize().map_err(|error| refused(&file, &error))
    }
}

fn refused(file: &str, error: &hound::Error) -> OutputError {
    OutputError::File {
        file: file.to_owned(),
        reason: error.to_string(),
    }
}

impl Output for WavOutput {
    fn name(&self) -> String {
        self.file.clone()
    }

    fn room_frames(&mut self, _now_ms: u64) -> Result<u32, OutputError> {
        Ok(ROOM_FRAMES)
    }

    fn write(&mut self, samples: &[f32]) -> Result<(), OutputError> {
        for sample in samples {
            let sixteen_bit = (sample * f32::from(i16::MAX)).round() as i16;
            self.writer
                .write_sample(sixteen_bit)
                .map_err(|error| refused(&self.file, &error))?;
        }
        Ok(())
    }

    fn pending_frames(&self) -> u32 {
        0
    }
}
