//! What is not on this phone and could be: the pack of a panel that somebody stands before, and other publications. Tells what
//! it costs; whether it is downloaded is the visitor's to say.

use super::{Companion, CompanionError};
use crate::catalogue::language;
use crate::catalogue::model::Id;
use crate::publication::Neighbour;
use crate::sync::Located;

/// A pack that is not on this phone, with what it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The publication that has it.
    pub publication: Id,
    /// The address under which that is followed.
    pub address: String,
    /// The pack to download; a trail's has the trail's id.
    pub pack: Id,
    /// The area that lists the pack.
    pub area: Id,
    /// The pack's name in the visitor's language; its id if it has none.
    pub name: String,
    /// How many places are in it.
    pub places: u32,
    /// How many panels are in it.
    pub panels: u32,
    /// Its text, in bytes as they are downloaded.
    pub text_bytes: u64,
    /// All of its media, in bytes.
    pub media_bytes: u64,
}

impl Companion {
    /// Looks for a panel code that is not on this phone: which pack has it, and what that costs. `host` is that of
    /// [`super::Answer::UnknownCode`]. The codes of small publications are all here; a large one's server is asked once for some
    /// kilobytes that hundreds of codes share. Goes to the network and blocks: never on a main thread.
    ///
    /// # Errors
    /// As [`super::Syncing::wait`], if no publication had the code.
    pub fn locate(&self, code: &str, host: Option<&str>) -> Result<Option<Offered>, CompanionError> {
        let located = self.runtime.block_on(self.syncer.locate(code, host))?;
        Ok(located.map(|located| self.offered(located)))
    }

    /// What the pack of [`super::Answer::NotHere`] is called and costs. Blocks as [`Self::locate`].
    ///
    /// # Errors
    /// As [`super::Syncing::wait`].
    pub fn offer(&self, publication: &Id, pack: &Id) -> Result<Option<Offered>, CompanionError> {
        let located = self.runtime.block_on(self.syncer.offer(publication, pack))?;
        Ok(located.map(|located| self.offered(located)))
    }

    /// The publications that those on this phone introduce: they can be followed without a root of one's own. Blocks on the disk.
    ///
    /// # Errors
    /// What is wrong with the data folder.
    pub fn neighbours(&self) -> Result<Vec<Neighbour>, CompanionError> {
        Ok(self.runtime.block_on(self.syncer.neighbours())?)
    }

    fn offered(&self, located: Located) -> Offered {
        let told = language::tell(&located.name, &self.visitor(), &[]);
        Offered {
            name: told.map_or_else(|| located.pack.to_string(), |told| told.text),
            publication: located.publication,
            address: located.address,
            pack: located.pack,
            area: located.area,
            places: located.places,
            panels: located.panels,
            text_bytes: located.text_bytes,
            media_bytes: located.media_bytes,
        }
    }
}
