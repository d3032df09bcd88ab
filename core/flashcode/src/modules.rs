//! From the light of a symbol's modules to dark or light, by the modules around; the same for every symbology.
#![expect(
    clippy::indexing_slicing,
    reason = "a kernel over a grid: all indices run over its own width and height"
)]

use crate::reed_solomon::Codeword;
use crate::votes::Votes;

/// Half the side of the square of modules that one is compared with.
const REACH: usize = 4;
/// The least contrast, as a part of the whole symbol's, that counts as contrast: below it, it is glare or shade with noise.
const LEAST_CONTRAST: f32 = 0.25;

/// Takes away what blur brought in from the four neighbours: `strength` times the difference from their mean is added.
pub(crate) fn sharpen(lights: &[f32], width: usize, strength: f32, sharp: &mut Vec<f32>) {
    let height = lights.len() / width;
    sharp.clear();
    sharp.extend((0..lights.len()).map(|i| {
        let (x, y) = (i % width, i / width);
        let left = lights[y * width + x.saturating_sub(1)];
        let right = lights[y * width + (x + 1).min(width - 1)];
        let above = lights[y.saturating_sub(1) * width + x];
        let below = lights[(y + 1).min(height - 1) * width + x];
        lights[i] + strength * (lights[i] - (left + right + above + below) / 4.0)
    }));
}

/// How dark each module is: above 0 dark, below 0 light, 1 being the usual difference in this symbol. The threshold is half way
/// between the means of what is darker and of what is lighter than the mean of the modules around.
pub(crate) fn darkness(lights: &[f32], width: usize, values: &mut Vec<f32>) {
    let height = lights.len() / width;
    let mean = lights.iter().sum::<f32>() / lights.len().max(1) as f32;
    let whole = lights.iter().map(|l| (l - mean).abs()).sum::<f32>() / lights.len().max(1) as f32;
    let least = (whole * LEAST_CONTRAST).max(1.0);
    values.clear();
    for y in 0..height {
        let (top, bottom) = (y.saturating_sub(REACH), (y + REACH + 1).min(height));
        for x in 0..width {
            let (left, right) = (x.saturating_sub(REACH), (x + REACH + 1).min(width));
            let around = || (top..bottom).flat_map(|row| &lights[row * width + left..row * width + right]);
            let mean = around().sum::<f32>() / ((bottom - top) * (right - left)) as f32;
            let (mut dark, mut darks, mut light, mut count) = (0.0, 0.0_f32, 0.0, 0.0_f32);
            for value in around() {
                if *value < mean {
                    (dark, darks) = (dark + value, darks + 1.0);
                } else {
                    (light, count) = (light + value, count + 1.0);
                }
            }
            let (dark, light) = (dark / darks.max(1.0), light / count.max(1.0));
            let contrast = ((light - dark) / 2.0).max(least);
            values.push(((dark + light) / 2.0 - lights[y * width + x]) / contrast);
        }
    }
}

/// The modules seen in a mirror: rows for columns.
pub(crate) fn mirror(values: &[f32], size: usize, mirrored: &mut Vec<f32>) {
    mirrored.clear();
    mirrored.extend((0..values.len()).map(|i| values[i % size * size + i / size]));
}

/// Room for the modules of a symbol on their way from light to text, kept from symbol to symbol.
#[derive(Debug, Default)]
pub(crate) struct ModuleRoom {
    pub(crate) lights: Vec<f32>,
    pub(crate) sharp: Vec<f32>,
    pub(crate) darkness: Vec<f32>,
    pub(crate) mirrored: Vec<f32>,
    pub(crate) codewords: Vec<Codeword>,
    pub(crate) data: Vec<u8>,
    pub(crate) votes: Votes,
}

/// Modules of the largest symbol, a QR Code of version 40.
const MOST_MODULES: usize = 177 * 177;

impl ModuleRoom {
    /// Makes room for the largest symbol, so that none is made later.
    pub(crate) fn reserve(&mut self) {
        for values in [
            &mut self.lights,
            &mut self.sharp,
            &mut self.darkness,
            &mut self.mirrored,
        ] {
            values.reserve(MOST_MODULES.saturating_sub(values.len()));
        }
        self.codewords
            .reserve((MOST_MODULES / 8).saturating_sub(self.codewords.len()));
        self.votes.reserve();
        self.data
            .reserve((MOST_MODULES / 8).saturating_sub(self.data.len()));
    }
}
