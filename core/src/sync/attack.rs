//! What a publication was caught at: `tough`'s refusals, told apart by what a visitor can be told about them.

use tough::error::Error;
use tough::schema::Error as SchemaError;

/// Why metadata are not believed. Each is what an attacker would try; some are also what a careless upload looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attack {
    /// Older than what this phone has seen: somebody takes an edition back, or repeats an old answer.
    Older {
        /// The metadata: `root`, `timestamp`, `snapshot`, `targets`, `index`.
        what: String,
        /// The version that was seen.
        seen: u64,
        /// The version that is offered.
        offered: u64,
    },
    /// Pieces that were never published together: an upload that is under way, or editions mixed on purpose.
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
    /// Expired before it was ever followed: nothing tells whether it is still true.
    Expired {
        /// The metadata: `root` or `targets`.
        what: String,
        /// Since when, RFC 3339.
        since: String,
        /// What this phone's clock shows, RFC 3339: it may be the one that is wrong.
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

impl std::fmt::Display for Attack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Older { what, seen, offered } => {
                write!(
                    f,
                    "its {what} is version {offered}, and version {seen} was seen already"
                )
            }
            Self::Mixed { what } => write!(f, "its {what} does not belong to the rest"),
            Self::Signatures { what, valid, needed } => {
                write!(
                    f,
                    "its {what} has {valid} of the {needed} signatures that are needed"
                )
            }
            Self::OtherRoot { expected, offered } => {
                write!(f, "its root is {offered}, and {expected} is followed")
            }
            Self::OtherPublication { expected, offered } => {
                write!(
                    f,
                    "it says that it is \"{offered}\", and \"{expected}\" is followed there"
                )
            }
            Self::UnsafeName { name } => write!(f, "the name \"{name}\" leads out of its folder"),
            Self::Expired { what, since, clock } => {
                write!(f, "its {what} expired on {since}, and this clock shows {clock}")
            }
            Self::Malformed { what, why } => write!(f, "its {what} cannot be read ({why})"),
        }
    }
}

/// What `tough` refused, or nothing if it failed for another reason: a disk that is full.
pub(super) fn named(error: &Error) -> Option<Attack> {
    let malformed = |what: String, why: String| Attack::Malformed { what, why };
    Some(match error {
        Error::OlderMetadata {
            role,
            current_version,
            new_version,
            ..
        } => Attack::Older {
            what: role.to_string(),
            seen: *current_version,
            offered: *new_version,
        },
        Error::OlderSnapshotInTimestamp {
            snapshot_new,
            snapshot_old,
            ..
        } => Attack::Older {
            what: "snapshot".to_owned(),
            seen: *snapshot_old,
            offered: *snapshot_new,
        },
        Error::SnapshotRoleRollback {
            role,
            old_role_version,
            new_role_version,
            ..
        } => Attack::Older {
            what: role.trim_end_matches(".json").to_owned(),
            seen: *old_role_version,
            offered: *new_role_version,
        },
        Error::SnapshotRoleMissing { role, .. } => Attack::Mixed { what: role.clone() },
        Error::VersionMismatch { role, .. } => Attack::Mixed {
            what: role.to_string(),
        },
        Error::VerifyMetadata { role, source, .. } => unsigned(&role.to_string(), source),
        Error::VerifyTrustedMetadata { source, .. } => unsigned("root", source),
        Error::ParseMetadata { role, source, .. } => in_text(&role.to_string(), source),
        Error::ParseTrustedMetadata { source, .. } => in_text("root", source),
        Error::Transport { url, source, .. } => in_transport(url, source)?,
        Error::MaxUpdatesExceeded { max_root_updates, .. } => malformed(
            "root".to_owned(),
            format!("more than {max_root_updates} new roots at once"),
        ),
        Error::MetaMissing { file, role, .. } => malformed(role.to_string(), format!("{file} is missing")),
        Error::TimestampMetaLength { .. } | Error::MissingSnapshotMeta { .. } => {
            malformed("timestamp".to_owned(), error.to_string())
        }
        Error::SnapshotTargetsMetaMissing { .. } => malformed("snapshot".to_owned(), error.to_string()),
        _ => return None,
    })
}

fn unsigned(what: &str, error: &SchemaError) -> Attack {
    match error {
        SchemaError::SignatureThreshold { threshold, valid, .. } => Attack::Signatures {
            what: what.to_owned(),
            valid: *valid,
            needed: *threshold,
        },
        // One signature twice is no second signature.
        SchemaError::DuplicateKeyId { .. } => Attack::Malformed {
            what: what.to_owned(),
            why: "it is signed twice by one key".to_owned(),
        },
        other => Attack::Malformed {
            what: what.to_owned(),
            why: other.to_string(),
        },
    }
}

/// JSON that `tough` refuses; a name that it calls unsafe is told as such.
fn in_text(what: &str, error: &serde_json::Error) -> Attack {
    let why = error.to_string();
    if why.contains("target name '") && why.contains("is unsafe") {
        let name = why.split('\'').nth(1).unwrap_or("..").to_owned();
        return Attack::UnsafeName { name };
    }
    Attack::Malformed {
        what: what.to_owned(),
        why,
    }
}

/// The network's own failures are told by the transport; what is left are bytes that are not those announced.
fn in_transport(url: &url::Url, error: &tough::TransportError) -> Option<Attack> {
    let what = || {
        let name = url.path_segments().and_then(|mut parts| parts.next_back());
        let name = name.unwrap_or_default().trim_end_matches(".json");
        name.rsplit('.').next().unwrap_or(name).to_owned()
    };
    let cause = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Error>());
    match cause? {
        Error::HashMismatch { .. } => Some(Attack::Mixed { what: what() }),
        Error::MaxSizeExceeded { max_size, .. } => Some(Attack::Malformed {
            what: what(),
            why: format!("more than {max_size} bytes"),
        }),
        _ => None,
    }
}
