//! What a town relies on: keys are made, lost, replaced and taken back, and phones go on believing the right ones.

use super::*;
use std::fs;

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap()
}

struct Desk {
    dir: tempfile::TempDir,
    folders: Vec<PathBuf>,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folders = vec![dir.path().join("keys/town")];
        Keys::found(&folders, &KeyPlan::default(), at(0)).unwrap();
        Self { dir, folders }
    }

    fn keys(&self) -> Keys {
        Keys::open(&self.folders, Some(&self.out().join("metadata"))).unwrap()
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("public")
    }

    fn sign(&self, index: &[u8], day: i64) -> SignReport {
        sign_index(&self.out(), &self.keys(), index, VALID_DAYS, at(day)).unwrap()
    }

    /// Moves a key into a drawer.
    fn drawer(&self, name: &str) -> PathBuf {
        let drawer = self.dir.path().join("drawer");
        fs::create_dir_all(&drawer).unwrap();
        let file = format!("{name}.key");
        fs::rename(self.folders[0].join(&file), drawer.join(file)).unwrap();
        drawer
    }

    fn lose(&self, name: &str) {
        fs::remove_file(self.folders[0].join(format!("{name}.key"))).unwrap();
    }
}

#[test]
fn first_keys_are_made_once_and_only_their_owner_reads_them() {
    let desk = Desk::new();
    let state = desk.keys().state().unwrap();
    assert_eq!((state.keys.len(), state.root_version), (3, 1));
    assert!(state.keys.iter().all(|key| key.name.is_some()));
    assert!(matches!(
        Keys::found(&desk.folders, &KeyPlan::default(), at(0)),
        Err(KeyError::Exists(_))
    ));
    assert_eq!(
        desk.keys().state().unwrap(),
        state,
        "keys that were there were replaced"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(desk.folders[0].join("root-1.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o77, 0, "others may read a private key");
    }
    let none = KeyPlan {
        signing_keys: 1,
        signing_threshold: 2,
        ..KeyPlan::default()
    };
    let elsewhere = [desk.dir.path().join("elsewhere")];
    assert!(matches!(
        Keys::found(&elsewhere, &none, at(0)),
        Err(KeyError::Threshold { .. })
    ));
}

#[test]
fn an_edition_is_signed_without_root_keys_and_not_without_signing_keys() {
    let desk = Desk::new();
    desk.drawer("root-1");
    desk.drawer("root-2");
    let signed = desk.sign(b"{}", 0);
    assert_eq!(
        (signed.version, signed.root_version, signed.days_left),
        (1, 1, 400)
    );
    assert!(!signed.ends_soon());
    desk.lose("signing-1");
    let error = sign_index(&desk.out(), &desk.keys(), b"[]", VALID_DAYS, at(1)).unwrap_err();
    assert!(
        matches!(
            error,
            KeyError::TooFew {
                role: "signing",
                have: 0,
                needed: 1,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn sixty_days_before_the_end_it_is_time_and_one_command_renews() {
    let desk = Desk::new();
    let first = desk.sign(b"{}", 0);
    let standing = standing(&desk.out()).unwrap().unwrap();
    let look = |day| {
        sign(
            &desk.out(),
            &desk.keys(),
            &standing.index,
            &standing.custom,
            false,
            VALID_DAYS,
            at(day),
        )
        .unwrap()
    };
    assert!(!look(339).ends_soon() && look(341).ends_soon() && look(500).days_left < 0);
    assert!(!look(341).changed, "looking at the date signed something");
    let renewed = refresh(&desk.out(), &mut desk.keys(), VALID_DAYS, at(341)).unwrap();
    assert_eq!(
        (renewed.days_left, renewed.root_version, renewed.version),
        (400, 2, first.version + 1)
    );
    // Root keys in their drawer: the edition is renewed, and the root's end is told.
    let drawer = desk.drawer("root-1");
    desk.drawer("root-2");
    let renewed = refresh(&desk.out(), &mut desk.keys(), VALID_DAYS, at(700)).unwrap();
    assert_eq!(renewed.root_version, 2);
    assert!(renewed.ends_soon() && renewed.root_ends_first(), "{renewed:?}");
    let mut with_stick = desk.folders.clone();
    with_stick.push(drawer);
    let mut keys = Keys::open(&with_stick, None).unwrap();
    assert!(
        !refresh(&desk.out(), &mut keys, VALID_DAYS, at(700))
            .unwrap()
            .ends_soon()
    );
}

#[test]
fn lost_key_the_signing_key_is_replaced_with_a_root_key() {
    let desk = Desk::new();
    desk.sign(b"{}", 0);
    let lost = desk.keys().state().unwrap().keys.pop().unwrap();
    desk.lose("signing-1");
    let mut keys = desk.keys();
    let new = keys.rotate(&lost.id[..12], VALID_DAYS, at(1)).unwrap();
    assert_ne!(new.id, lost.id);
    let signed = desk.sign(b"[]", 1);
    assert_eq!((signed.version, signed.root_version), (2, 2));
    let root = desk.keys().newest().unwrap().signed.signed.clone();
    assert!(!root.keys.contains_key(&lost.id), "a lost key may still sign");
}

#[test]
fn lost_key_one_of_two_root_keys_is_replaced_by_the_other() {
    let desk = Desk::new();
    let lost = desk.keys().state().unwrap().keys[0].clone();
    desk.lose(lost.name.as_deref().unwrap());
    let mut keys = desk.keys();
    keys.rotate(&lost.id, VALID_DAYS, at(1)).unwrap();
    let state = desk.keys().state().unwrap();
    assert!(
        state
            .keys
            .iter()
            .all(|key| key.id != lost.id && key.name.is_some())
    );
    // Nobody is left who could replace a key: said, and nothing changed.
    for key in state.keys.iter().filter(|key| key.role == KeyRole::Root) {
        desk.lose(key.name.as_deref().unwrap());
    }
    let error = desk.keys().revoke("signing-1", VALID_DAYS, at(2)).unwrap_err();
    assert!(matches!(error, KeyError::LastOne(_)), "{error}");
    let error = desk.keys().rotate("signing-1", VALID_DAYS, at(2)).unwrap_err();
    assert!(matches!(error, KeyError::TooFew { role: "root", .. }), "{error}");
    assert_eq!(desk.keys().state().unwrap().root_version, 2);
}

#[test]
fn the_employee_has_left_and_signs_nothing_any_more() {
    let desk = Desk::new();
    let theirs = desk.keys().add(KeyRole::Signing, VALID_DAYS, at(1)).unwrap();
    desk.sign(b"{}", 1);
    // They took their key with them.
    let kept = desk.dir.path().join("theirs");
    fs::create_dir_all(&kept).unwrap();
    let file = format!("{}.key", theirs.name.as_deref().unwrap());
    fs::copy(desk.folders[0].join(&file), kept.join(&file)).unwrap();
    desk.keys()
        .revoke(theirs.name.as_deref().unwrap(), VALID_DAYS, at(2))
        .unwrap();
    let renewed = refresh(&desk.out(), &mut desk.keys(), VALID_DAYS, at(2)).unwrap();
    assert!(renewed.changed);
    let alone = Keys::open(&[kept], Some(&desk.out().join("metadata"))).unwrap();
    let error = sign_index(&desk.out(), &alone, b"[]", VALID_DAYS, at(3)).unwrap_err();
    assert!(
        matches!(
            error,
            KeyError::TooFew {
                role: "signing",
                have: 0,
                ..
            }
        ),
        "{error}"
    );
    assert!(matches!(
        desk.keys().revoke("nobody", VALID_DAYS, at(3)),
        Err(KeyError::Unknown(_))
    ));
}

#[test]
fn two_must_sign_where_two_were_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let folders = [dir.path().join("keys")];
    let plan = KeyPlan {
        signing_keys: 3,
        signing_threshold: 2,
        ..KeyPlan::default()
    };
    Keys::found(&folders, &plan, at(0)).unwrap();
    let out = dir.path().join("public");
    let open = || Keys::open(&folders, None).unwrap();
    fs::remove_file(folders[0].join("signing-1.key")).unwrap();
    sign_index(&out, &open(), b"{}", VALID_DAYS, at(0)).unwrap();
    fs::remove_file(folders[0].join("signing-2.key")).unwrap();
    let error = sign_index(&out, &open(), b"{}", VALID_DAYS, at(0)).unwrap_err();
    assert!(
        matches!(
            error,
            KeyError::TooFew {
                have: 1,
                needed: 2,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn keys_of_another_publication_are_refused_and_so_is_a_broken_chain() {
    let (desk, other) = (Desk::new(), Desk::new());
    desk.sign(b"{}", 0);
    let error = Keys::open(&other.folders, Some(&desk.out().join("metadata"))).unwrap_err();
    assert!(matches!(error, KeyError::TwoRoots(..)), "{error}");
    let mut theirs = other.keys();
    theirs.renew(VALID_DAYS, at(1)).unwrap();
    fs::copy(
        other.folders[0].join("2.root.json"),
        desk.folders[0].join("2.root.json"),
    )
    .unwrap();
    let error = Keys::open(&desk.folders, None).unwrap_err();
    assert!(matches!(error, KeyError::BrokenChain(_)), "{error}");
    fs::write(desk.folders[0].join("signing-1.key"), "no key").unwrap();
    assert!(matches!(
        Keys::open(&desk.folders, None),
        Err(KeyError::NotAKey(_))
    ));
}

#[test]
fn what_was_said_is_said_in_both_languages() {
    use crate::source::UiLanguage::{English, French};
    let path = || PathBuf::from("keys");
    for error in [
        KeyError::NotAKey(path()),
        KeyError::NoKeys(path()),
        KeyError::Exists(path()),
        KeyError::TwoRoots(path(), path()),
        KeyError::BrokenChain(path()),
        KeyError::Unknown("a".into()),
        KeyError::LastOne("a".into()),
        KeyError::NoPublication(path()),
        KeyError::Threshold {
            keys: 1,
            threshold: 2,
        },
    ] {
        assert_ne!(error.message(English), error.message(French));
    }
}
