//! What an app can do about a failure, told to uniffi.

use alloclap_core::audio::AudioError;
use alloclap_core::companion::{CompanionError, Unfit};
use alloclap_core::sync::{Attack, Unreached};

/// Why a host was not reached.
#[uniffi::remote(Enum)]
pub enum Unreached {
    /// There is no host of that name, or no network to ask.
    NoSuchHost,
    /// The host is there, and nobody answers.
    NobodyAnswers,
    /// The connection was cut.
    Cut,
    /// Nothing came for too long.
    Silent,
    /// Its certificate does not prove that it is that host.
    Certificate,
    /// It sends from one address to the next without end.
    TooManyRedirects,
    /// It sends from a secure address to an insecure one.
    InsecureRedirect,
    /// Something else, which only the words tell.
    Other,
}

/// Why what is offered cannot be used.
#[uniffi::remote(Enum)]
pub enum Unfit {
    /// What is there is no guide, or one that nobody can read.
    NotAGuide,
    /// A file is not the one that was announced.
    WrongBytes,
    /// It is older than the one that is here.
    Older {
        /// The edition that is installed.
        installed: u64,
        /// The edition that is offered.
        offered: u64,
    },
    /// It does not have that trail, area or pack.
    NoSuchTrail {
        /// What was asked for.
        id: String,
    },
    /// Something else, which only the words tell.
    Other,
}

/// Why something could not be done, told apart by what an app can do about it. Shells put it into the visitor's language.
#[uniffi::remote(Error)]
pub enum CompanionError {
    /// Nothing of that name is on this phone. To do: search, or sync.
    NotFound {
        /// What was looked for: `panel`, `film`, `trail`, `commentary`, `publication`, `place`.
        kind: String,
        /// The id or code that was asked for.
        id: String,
    },
    /// The record is here, its media file is not. To do: sync with that medium.
    NotDownloaded {
        /// The file under the data folder.
        path: String,
    },
    /// The address cannot be one of a publication. To do: correct it.
    Address {
        /// What was given.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// No network, or nobody answers there. To do: try again later; what was downloaded is kept.
    Unreachable {
        /// What was asked for.
        url: String,
        /// The kind of trouble, for words in any language.
        kind: Unreached,
        /// What the network said.
        why: String,
    },
    /// The server refuses. To do: try again, later if it said when.
    Refused {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
        /// In how many seconds the server wants to be asked again, if it said so.
        retry_after_s: Option<u64>,
    },
    /// What is offered is broken, or contradicts itself or what is installed. To do: tell its publisher; the old guide stays.
    BadPublication {
        /// The address or publication.
        url: String,
        /// The kind of trouble, for words in any language.
        kind: Unfit,
        /// What is wrong with it.
        why: String,
    },
    /// Nobody has said which root of it to believe. To do: compare the fingerprint with the publisher's, then follow it.
    UnknownRoot {
        /// The publication.
        url: String,
        /// SHA-256 of the first root that its server shows.
        fingerprint: String,
    },
    /// It, or somebody between it and this phone, was caught. To do: try again later or elsewhere; the old guide stays.
    Untrusted {
        /// The publication.
        url: String,
        /// What it was caught at.
        attack: Attack,
    },
    /// Another address already serves a publication of that name. To do: forget one of them.
    ClaimedByAnother {
        /// The publication.
        publication: String,
        /// The address that is followed.
        followed: String,
        /// The other one.
        claimant: String,
    },
    /// Written by, or for, a newer version of the app. To do: update the app.
    UpdateApp {
        /// The file or address.
        what: String,
    },
    /// No room. To do: free some, or choose less.
    StorageFull {
        /// The folder or file.
        path: String,
        /// Bytes that are needed beyond what is there, if known.
        needed_bytes: Option<u64>,
        /// Bytes that are free, if known.
        free_bytes: Option<u64>,
    },
    /// Guides would take more room than the visitor allows. To do: allow more, or choose less.
    OverQuota {
        /// Bytes that guides would take.
        needed_bytes: u64,
        /// Bytes that they may take.
        quota_bytes: u64,
    },
    /// The data folder cannot be used. To do: choose another, or give leave.
    Storage {
        /// The folder or file.
        path: String,
        /// What the system said.
        why: String,
    },
    /// A file on this phone is broken. To do: delete it and sync; the visitor's own data is in another file.
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// A recording cannot be played. To do: delete its file and sync, or tell its publisher.
    Recording {
        /// What is wrong with it.
        what: AudioError,
    },
    /// There is neither a recording nor words to read aloud. To do: tell the publisher.
    NoWords {
        /// The panel or commentary; empty if it is not known.
        id: String,
    },
    /// The system's own voice cannot read aloud. To do: install a voice for the language, or show the words.
    NoVoice {
        /// What the system said.
        why: String,
    },
    /// Another sync holds the data folder. To do: wait for it.
    Busy {
        /// The data folder.
        path: String,
    },
    /// It was cancelled. To do: nothing.
    Cancelled,
    /// The companion was shut down. To do: open it again.
    Closed,
    /// What was handed in cannot be used. To do: mend the caller.
    Input {
        /// What was handed in: `frame`, `position`, `trace`.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// There is no sound output, or it went away. To do: connect one, or render to a file.
    NoSoundOutput {
        /// What the system said.
        why: String,
    },
    /// A part of the app itself failed. To do: try again, and report it.
    Internal {
        /// What is known.
        why: String,
    },
}

/// Why metadata are not believed.
#[uniffi::remote(Enum)]
pub enum Attack {
    /// Older than what this phone has seen.
    Older {
        /// The metadata: `root`, `timestamp`, `snapshot`, `targets`, `index`.
        what: String,
        /// The version that was seen.
        seen: u64,
        /// The version that is offered.
        offered: u64,
    },
    /// Pieces that were never published together.
    Mixed {
        /// The piece that does not fit.
        what: String,
    },
    /// Not signed by enough of the keys that may.
    Signatures {
        /// The metadata.
        what: String,
        /// Signatures that hold.
        valid: u64,
        /// Signatures that are needed.
        needed: u64,
    },
    /// Another root than the one that is followed.
    OtherRoot {
        /// SHA-256 of the root that is followed.
        expected: String,
        /// SHA-256 of the root that is offered.
        offered: String,
    },
    /// Another publication than the one that was followed there.
    OtherPublication {
        /// The publication that is followed.
        expected: String,
        /// The publication that is offered.
        offered: String,
    },
    /// A name that leads out of its folder.
    UnsafeName {
        /// The name.
        name: String,
    },
    /// Expired before it was ever followed.
    Expired {
        /// The metadata: `root` or `targets`.
        what: String,
        /// Since when, RFC 3339.
        since: String,
        /// What this phone's clock shows, RFC 3339.
        clock: String,
    },
    /// No metadata, or not as they should be.
    Malformed {
        /// The metadata.
        what: String,
        /// What is wrong with them.
        why: String,
    },
}
