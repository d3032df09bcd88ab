//! Servers that answer something else than they were asked.

use crate::{Phone, Town};
use alloclap_core::sync::SyncError;
use alloclap_tests::build;
use alloclap_tests::proxy::Fault;
use std::time::Duration;

/// A phone with the first edition, a server with the second, and the path of a file that the phone lacks.
fn before() -> Option<(Phone, Town, String)> {
    let town = Town::samples()?;
    let phone = Phone::new();
    phone.sync(&town.proxy.url()).expect("the first edition");
    let (path, _) = town.files("media").remove(0);
    build(crate::edited().path(), town.public.path());
    let name = path.rsplit('/').next().expect("a name");
    std::fs::remove_file(phone.folder.join("media").join(name)).expect("a file that somebody deleted");
    town.proxy.log();
    Some((phone, town, path))
}

#[test]
fn answers_to_a_range_that_are_not_its_answer_are_never_appended() {
    for fault in [
        Fault::NoRange,
        Fault::Shift(7),
        Fault::Status(416, None),
        Fault::Gzip,
    ] {
        let Some((mut phone, town, path)) = before() else {
            return;
        };
        phone.options.retry.max_failures = 1;
        town.proxy.once(&path, Fault::CutAt(10_000));
        phone.sync(&town.proxy.url()).expect_err("it was cut");
        town.proxy.once(&path, fault.clone());
        // Whether it is told or mended at once: nothing wrong is installed, and the next tap ends well.
        let _ = phone.sync(&town.proxy.url());
        phone
            .sync(&town.proxy.url())
            .unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        phone.assert_whole(Some(2), &format!("{fault:?}"));
    }
}

#[test]
fn wrong_answers_are_told_the_old_guide_stays_and_the_next_tap_fetches_again() {
    let Some(town) = Town::samples() else {
        return;
    };
    let other = town.files("media").remove(1).0;
    for fault in [
        Fault::Longer(1),
        Fault::Gzip,
        Fault::Endless,
        Fault::OtherFile(other),
        Fault::Status(404, None),
        Fault::Status(503, Some("3600")),
        Fault::RedirectLoop,
    ] {
        let Some((phone, town, path)) = before() else {
            return;
        };
        town.proxy.always(&path, fault.clone());
        let error = phone
            .sync(&town.proxy.url())
            .expect_err("that is not what was announced");
        assert!(
            error.to_string().contains(&path),
            "{fault:?}: the file is not named: {error}"
        );
        assert_eq!(
            phone.version(),
            Some(1),
            "{fault:?}: a broken edition was installed"
        );
        if fault == Fault::Status(503, Some("3600")) {
            let told = matches!(
                error,
                SyncError::Server {
                    retry_after_s: Some(3600),
                    ..
                }
            );
            assert!(told, "when to come back is not told: {error}");
        }
        let blob = phone
            .folder
            .join("media")
            .join(path.rsplit('/').next().expect("a name"));
        assert!(!blob.exists(), "{fault:?}: it was registered unchecked");
        // The visitor taps again.
        town.proxy.behave();
        town.proxy.log();
        phone
            .sync(&town.proxy.url())
            .unwrap_or_else(|error| panic!("after {fault:?}: {error}"));
        phone.assert_whole(Some(2), &format!("after {fault:?}"));
        assert!(
            town.proxy.log().iter().any(|asked| asked.path == path),
            "it was not fetched again"
        );
    }
}

#[test]
fn a_server_that_dribbles_or_falls_silent_is_given_up() {
    for fault in [Fault::Trickle, Fault::Stall(20_000)] {
        let Some((mut phone, town, path)) = before() else {
            return;
        };
        phone.options.stall = Duration::from_millis(800);
        phone.options.retry.max_failures = 1;
        town.proxy.always(&path, fault.clone());
        let error = phone.sync(&town.proxy.url()).expect_err("nothing comes");
        assert!(matches!(error, SyncError::Stalled { .. }), "{fault:?}: {error}");
        assert_eq!(phone.version(), Some(1));
        town.proxy.behave();
        phone.options.stall = Duration::from_secs(30);
        phone.sync(&town.proxy.url()).expect("it answers again");
        phone.assert_whole(Some(2), &format!("after {fault:?}"));
    }
}

#[test]
fn a_mirror_on_another_server_serves_what_the_first_spoils() {
    let Some(mirror) = Town::samples() else {
        return;
    };
    let source = alloclap_tests::copy(&alloclap_tests::sample("saint-bonnet"));
    let toml = source.path().join("publication.toml");
    let words = std::fs::read_to_string(&toml).expect("publication.toml");
    let named = format!("mirrors = [\"{}\"]\nlanguages =", mirror.proxy.url());
    std::fs::write(&toml, words.replacen("languages =", &named, 1)).expect("publication.toml");
    let Some(town) = Town::of(source.path()) else {
        return;
    };
    for (path, _) in town.files("media") {
        town.proxy.always(&path, Fault::Status(404, None));
    }
    let phone = Phone::new();
    phone.sync(&town.proxy.url()).expect("the mirror has everything");
    phone.assert_whole(Some(1), "from a mirror");
}
