//! Room for all that is computed from a picture, kept from one to the next: a camera's frames are read without new memory.

use crate::binarise::Bitmap;
use crate::code::Point;
use crate::datamatrix::patch::PatchRoom;
use crate::modules::ModuleRoom;
use crate::picture::BoxSums;
use crate::qr::finder::{Finder, MOST_FOUND};
use crate::qr::triple::{self, Candidate};

/// The most codes and unread symbols that are kept in mind.
pub(crate) const MOST_KNOWN: usize = 64;

/// The room. Nothing in it means anything from one rung to the next, but for the votes.
#[derive(Debug, Default)]
pub(crate) struct Room {
    pub(crate) resized: Vec<u8>,
    pub(crate) inverted: Vec<u8>,
    pub(crate) sums: BoxSums,
    pub(crate) search: SearchRoom,
    pub(crate) modules: ModuleRoom,
    pub(crate) known: Vec<[Point; 4]>,
    /// The pixels of the largest picture that may be made here; nothing if there is no bound.
    pub(crate) most_area: Option<usize>,
}

/// Room for looking for symbols.
#[derive(Debug, Default)]
pub(crate) struct SearchRoom {
    pub(crate) bitmap: Bitmap,
    /// The reach by which the bitmap was made of what is looked at now; nothing if it was not.
    pub(crate) bitmap_reach: Option<usize>,
    pub(crate) ends: Vec<f32>,
    pub(crate) eyes: Vec<Finder>,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) patches: PatchRoom,
}

impl Room {
    /// Makes all the room that pictures of these sizes need, and bounds them to `most` pixels: about 30 bytes a pixel, and a megabyte.
    pub(crate) fn reserve(&mut self, width: usize, height: usize, most: usize) {
        let area = (width * height).min(most);
        self.most_area = Some(area);
        self.resized.reserve(area.saturating_sub(self.resized.len()));
        self.inverted.reserve(area.saturating_sub(self.inverted.len()));
        self.sums.reserve(area + 2 * (width + height) + 1);
        let search = &mut self.search;
        search
            .bitmap
            .bits
            .reserve(area.saturating_sub(search.bitmap.bits.len()));
        // A part of a frame, doubled, may be twice as wide or high as the frame.
        search
            .ends
            .reserve((2 * width + 1).saturating_sub(search.ends.len()));
        search.eyes.reserve(MOST_FOUND.saturating_sub(search.eyes.len()));
        search
            .candidates
            .reserve((triple::ROOM + 1).saturating_sub(search.candidates.len()));
        search.patches.reserve(area, 2 * height);
        self.modules.reserve();
        self.known.reserve(MOST_KNOWN.saturating_sub(self.known.len()));
    }
}
