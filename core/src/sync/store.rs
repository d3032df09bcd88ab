//! The catalogue as a port: what sync reads from it, and the one thing that it writes.

use crate::catalogue::model::{BlobHash, Id};
use crate::catalogue::{Catalogue, CatalogueError, InstallReport, Installation};
use crate::publication::Blob;

/// Where a publication is installed. Methods block; they are called on a blocking thread.
pub trait Store: Send + Sync {
    /// Switches a publication to a new edition in one transaction: all of it, or nothing.
    ///
    /// # Errors
    /// Whatever kept it from being stored; the old edition is whole then.
    fn install(&self, installation: Installation) -> Result<InstallReport, CatalogueError>;

    /// The packs of a publication that are installed, with the hash of the file each came from.
    ///
    /// # Errors
    /// The store cannot be read.
    fn pack_hashes(&self, publication: &Id) -> Result<Vec<(Id, BlobHash)>, CatalogueError>;

    /// Every blob that a pack of any publication names.
    ///
    /// # Errors
    /// The store cannot be read.
    fn all_blobs(&self) -> Result<Vec<BlobHash>, CatalogueError>;

    /// The publications that are installed, each with the blobs that its packs name.
    ///
    /// # Errors
    /// The store cannot be read.
    fn blobs_by_publication(&self) -> Result<Vec<(Id, Vec<Blob>)>, CatalogueError>;

    /// Removes one pack with everything that is in no other. The rest of the publication stays as it is.
    ///
    /// # Errors
    /// [`CatalogueError::NotFollowed`] if there is no such pack, or the store cannot be written.
    fn remove_pack(&self, publication: &Id, pack: &Id) -> Result<(), CatalogueError>;

    /// The mirrors of a publication, as its installed edition names them.
    ///
    /// # Errors
    /// The store cannot be read.
    fn mirrors(&self, source: &str) -> Result<Vec<String>, CatalogueError>;

    /// The version of a publication's index that is installed, if one is.
    ///
    /// # Errors
    /// The store cannot be read.
    fn index_version(&self, publication: &Id) -> Result<Option<u64>, CatalogueError>;

    /// The address under which a publication is followed, if it is.
    ///
    /// # Errors
    /// The store cannot be read.
    fn source(&self, publication: &Id) -> Result<Option<String>, CatalogueError>;
}

impl Store for Catalogue {
    fn install(&self, installation: Installation) -> Result<InstallReport, CatalogueError> {
        Self::install(self, installation)
    }

    fn pack_hashes(&self, publication: &Id) -> Result<Vec<(Id, BlobHash)>, CatalogueError> {
        Self::pack_hashes(self, publication)
    }

    fn all_blobs(&self) -> Result<Vec<BlobHash>, CatalogueError> {
        Self::all_blobs(self)
    }

    fn index_version(&self, publication: &Id) -> Result<Option<u64>, CatalogueError> {
        Self::index_version(self, publication)
    }

    fn blobs_by_publication(&self) -> Result<Vec<(Id, Vec<Blob>)>, CatalogueError> {
        self.followed()?
            .into_iter()
            .map(|followed| {
                let blobs = self.blobs(&followed.publication)?;
                Ok((followed.publication, blobs))
            })
            .collect()
    }

    fn remove_pack(&self, publication: &Id, pack: &Id) -> Result<(), CatalogueError> {
        Self::remove_pack(self, publication, pack)
    }

    fn mirrors(&self, source: &str) -> Result<Vec<String>, CatalogueError> {
        let mut followed = self.followed()?.into_iter();
        let followed = followed.find(|one| one.source == source);
        Ok(followed.map(|one| one.publisher.mirrors).unwrap_or_default())
    }

    fn source(&self, publication: &Id) -> Result<Option<String>, CatalogueError> {
        let mut followed = self.followed()?.into_iter();
        Ok(followed
            .find(|one| one.publication == *publication)
            .map(|one| one.source))
    }
}
