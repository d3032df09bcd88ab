//! What is heard, and the page that a visit leaves.

use crate::{TRAIL, WALK, companion, number, only};
use alloclap_tests::{at, guide, sample, text, visitor};
use std::fs;

#[test]
fn a_rendered_commentary_is_the_sound_that_a_player_makes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wav = folder.path().join("commentary.wav");
    let done = only(visitor(&[
        "listen",
        "YKW3-QPT9",
        "--lang",
        "fr",
        "--out",
        &text(&wav),
        "--json",
    ]));
    assert_eq!(at(&done, "commentary.id"), "commentary-saint-bonnet-fr");
    let bytes = fs::read(&wav).expect("the WAV file");
    assert_eq!(
        (&bytes[..4], &bytes[8..12], bytes[22], bytes[34]),
        (&b"RIFF"[..], &b"WAVE"[..], 2, 16)
    );
    let heard: Vec<i16> = bytes[44..]
        .chunks_exact(2)
        .map(|two| i16::from_le_bytes([two[0], two[1]]))
        .collect();

    let companion = companion(&guide().phone, "fr", jiff::Zoned::now().date());
    let commentary = companion
        .keys_of(&"commentary-saint-bonnet-fr".parse().expect("an id"))
        .expect("the guide")[0]
        .clone();
    let mut player = companion.open_commentary(&commentary).expect("the recording");
    let (mut played, mut some) = (Vec::new(), [0.0; 4_800]);
    loop {
        let frames = player.render(&mut some).expect("the recording");
        if frames == 0 {
            break;
        }
        played.extend(
            some[..frames * 2]
                .iter()
                .map(|sample| (sample * f32::from(i16::MAX)).round() as i16),
        );
    }
    assert!(
        heard == played,
        "the file holds other samples than a player is given"
    );
    let frames = heard.len() as f64 / 2.0;
    let want_s = number(&done, "duration_ms") / 1000.0;
    assert!(
        (frames / 48_000.0 - want_s).abs() < 0.05,
        "{frames} frames are not {want_s} s"
    );
    assert!(
        heard.iter().any(|sample| sample.unsigned_abs() > 3_000),
        "the commentary is silent"
    );
}

#[test]
fn a_visit_leaves_a_page_that_needs_nobody() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let to = folder.path().join("visit.html");
    let (trace, photo) = (text(&sample(WALK)), text(&sample("photos/saint-bonnet-easy.jpg")));
    let done = only(visitor(&[
        "visit",
        TRAIL,
        "--trace",
        &trace,
        "--scan",
        &photo,
        "--out",
        &text(&to),
        "--ui",
        "fr",
        "--json",
    ]));
    let page = fs::read_to_string(&to).expect("the page");
    assert_eq!(number(&done, "bytes"), page.len() as f64);
    for loads in [
        "src=\"http",
        "src='http",
        "<link",
        "<script",
        "@import",
        "url(http",
        "srcset",
    ] {
        assert!(
            !page.contains(loads),
            "the page loads something from elsewhere: {loads}"
        );
    }
    for words in [
        "<html lang=\"fr\"",
        "Le panneau scanné",
        "YKW3-QPT9",
        "Liberté",
        "<audio controls src=\"data:audio/",
        "<svg",
    ] {
        assert!(page.contains(words), "the page lacks {words}");
    }
    assert!(
        page.contains("Ici, Tony Gatlif a tourné Liberté"),
        "the transcript is there for whom sound is no use"
    );
    assert!(
        page.matches("<time>").count() >= 8,
        "each story of the walk is told"
    );
}

#[test]
fn words_that_are_said_lead_to_their_moment() {
    let hit = only(visitor(&[
        "search",
        "MAIRE guerre",
        "--said",
        "--lang",
        "fr",
        "--json",
    ]));
    assert_eq!(at(&hit, "commentary"), "commentary-saint-bonnet-fr");
    assert_eq!(at(&hit, "panel"), "panel-saint-bonnet");
    assert!(at(&hit, "text").contains("un maire"), "{hit}");
    let (start_ms, end_ms) = (number(&hit, "start_ms"), number(&hit, "end_ms"));
    assert!(0.0 <= start_ms && start_ms < end_ms, "{hit}");
    let nothing = visitor(&["search", "hippopotame", "--said", "--lang", "fr"]).ok();
    assert!(nothing.stdout.contains("Nothing fits"), "{}", nothing.stdout);
}
