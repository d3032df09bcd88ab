//! What a visitor is shown, and what not.

use crate::catalogue::fixtures::{hash, id, installation, key, liberte, open, visitor};
use crate::catalogue::model::{Effect, Known};
use crate::catalogue::{Catalogue, CodeAnswer, FilmView, PanelView, Visitor};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The catalogue of the first panel with other records beside, or instead of those of the same id.
fn with(changes: Vec<Value>) -> (TempDir, Catalogue) {
    let (folder, catalogue) = open();
    let mut records = liberte();
    for change in changes {
        records.retain(|record| record["id"] != change["id"]);
        records.push(change);
    }
    let report = catalogue
        .install(installation("loire", 1, &[("p", records)]))
        .unwrap();
    assert_eq!(report.reasons, [], "the fixture itself is wrong");
    (folder, catalogue)
}

fn changed(id: &str, change: Value) -> Value {
    let mut record = liberte().into_iter().find(|record| record["id"] == id).unwrap();
    for (field, value) in change.as_object().unwrap() {
        record[field] = value.clone();
    }
    record
}

fn panel(catalogue: &Catalogue, visitor: &Visitor) -> Option<PanelView> {
    catalogue.panel(&key("loire", "panneau-1"), visitor).unwrap()
}

#[test]
fn a_panel_tells_everything_in_the_visitors_language() {
    let (folder, catalogue) = with(vec![]);
    std::fs::create_dir(folder.path().join("media")).unwrap();
    std::fs::write(folder.path().join("media").join(hash('2').as_str()), "abc").unwrap();
    let view = panel(&catalogue, &visitor(&["en-gb", "fr"])).unwrap();
    assert_eq!(
        (view.place.name.text.as_str(), view.film.brief.title.text.as_str()),
        ("Town hall", "Freedom")
    );
    let infoclap = view.infoclap.unwrap();
    assert!(infoclap.text.starts_with("Les figurants"));
    assert_eq!(
        infoclap.instead_of.unwrap().as_str(),
        "en-gb",
        "nobody says that there is no English"
    );
    let spoken: Vec<_> = view.commentaries.iter().map(|c| c.language.as_str()).collect();
    assert_eq!(spoken, ["en", "fr"]);
    let french = &view.commentaries[1];
    assert!(french.synthetic && french.file.present && french.file.media_type.contains("opus"));
    assert!(!view.commentaries[0].file.present);
    assert_eq!(french.title.text, "Town hall");
    assert_eq!((view.code.as_str(), view.facing_deg), ("K7QM-2FXR", Some(270.0)));
    assert_eq!(view.position.lat_deg, 45.4238);
    assert_eq!(view.damage_contact.as_deref(), Some("panneaux@loire.example"));
    assert_eq!(view.pictures.len(), 1);
    assert_eq!(view.access.step_free, Known::Unknown);

    let clip = &view.clips[0];
    assert_eq!(
        (clip.host.as_deref(), clip.from_age),
        (Some("www.allocine.fr"), Some(10))
    );
    assert_eq!(clip.warning.as_ref().unwrap().text, "Violence");
    assert_eq!(
        view.film.makers[0].accounts.len(),
        1,
        "a closed account is offered"
    );
    assert_eq!(view.film.watch.len(), 1, "a link that is no web page is offered");
    // Found although the shooting names the film by an alias.
    assert_eq!(view.film.shootings[0].place.films[0].key.id, id("liberte"));
}

#[test]
fn a_panel_tells_what_was_shot_here_and_a_film_everywhere() {
    let (_folder, catalogue) = with(vec![
        json!({"kind": "place", "id": "pont", "name": {"fr": "Le pont"}, "position": [45.43, 4.07]}),
        json!({"kind": "shooting", "id": "s0", "film": "liberte", "place": "pont", "from": "2009-02-01"}),
        json!({"kind": "shooting", "id": "s2", "film": "liberte", "place": "mairie"}),
    ]);
    let ids =
        |film: &FilmView| -> Vec<String> { film.shootings.iter().map(|s| s.key.id.to_string()).collect() };
    let view = panel(&catalogue, &visitor(&["fr"])).unwrap();
    assert_eq!(ids(&view.film), ["s1", "s2"]);
    let film = catalogue
        .film(&key("loire", "liberte"), &visitor(&["fr"]))
        .unwrap()
        .unwrap();
    assert_eq!(
        ids(&film),
        ["s0", "s1", "s2"],
        "the earliest first, those without a date last"
    );
}

#[test]
fn what_rights_forbid_is_withheld_and_its_words_stay() {
    let (_folder, catalogue) = with(vec![]);
    let after = Visitor {
        today: jiff::civil::date(2027, 1, 1),
        ..visitor(&["fr"])
    };
    let clip = &panel(&catalogue, &after).unwrap().clips[0];
    assert_eq!(
        (&clip.link, &clip.host, &clip.file),
        (&None, &None, &None),
        "a clip is shown past its date"
    );
    assert_eq!(clip.title.as_ref().unwrap().text, "Bande-annonce");

    let abroad = changed("mairie", json!({"country": "BE"}));
    let web_only = changed("c-fr", json!({"rights": {"uses": ["web"]}}));
    let unsaid = changed("photo", json!({"rights": {}}));
    let theirs = changed("panneau-1", json!({"infoclap_rights": {"uses": ["print"]}}));
    let (_folder, catalogue) = with(vec![abroad, web_only, unsaid, theirs]);
    let view = panel(&catalogue, &visitor(&["fr"])).unwrap();
    assert!(view.clips.is_empty(), "a clip for France is shown in Belgium");
    let film = catalogue
        .film(&key("loire", "liberte"), &visitor(&["fr"]))
        .unwrap()
        .unwrap();
    assert!(film.clips.is_empty());
    let spoken: Vec<_> = view.commentaries.iter().map(|c| c.key.id.as_str()).collect();
    assert_eq!(spoken, ["c-en"]);
    assert!(
        view.pictures.is_empty(),
        "a picture is shown although nobody said that it may be"
    );
    assert_eq!(view.infoclap, None);
    let silent = key("loire", "c-fr");
    assert_eq!(catalogue.commentary(&silent, &visitor(&["fr"])).unwrap(), None);
}

#[test]
fn what_is_not_yet_or_no_longer_published_is_not_shown() {
    let tomorrow = json!({"publish_from": "2026-06-02"});
    for (record, change) in [
        ("panneau-1", json!({"state": "draft"})),
        ("panneau-1", json!({"state": "withdrawn"})),
        ("panneau-1", json!({"state": "a word of a later format"})),
        ("panneau-1", tomorrow.clone()),
        ("mairie", tomorrow.clone()),
        ("liberte", json!({"state": "withdrawn"})),
    ] {
        let (_folder, catalogue) = with(vec![changed(record, change.clone())]);
        assert_eq!(panel(&catalogue, &visitor(&["fr"])), None, "{record} {change}");
    }
    let (_folder, catalogue) = with(vec![changed("panneau-1", tomorrow)]);
    let next_day = Visitor {
        today: jiff::civil::date(2026, 6, 2),
        ..visitor(&["fr"])
    };
    assert!(panel(&catalogue, &next_day).is_some(), "the panel is late");
    assert!(
        catalogue
            .panels_with_code("K7QM2FXR", None, &visitor(&["fr"]))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_code_answers_for_ever() {
    let stone = json!({"kind": "tombstone", "id": "vieux", "code": "AAAA-BBBB", "replaced_by": "panneau-1",
        "text": {"fr": "Ce panneau a été déplacé."}});
    let back = changed(
        "panneau-1",
        json!({"id": "repris", "code": "CCCC-DDDD", "old_codes": [], "state": "withdrawn"}),
    );
    let (_folder, catalogue) = with(vec![stone, back]);
    let visitor = visitor(&["fr"]);
    let answer = |code: &str| catalogue.panels_with_code(code, None, &visitor).unwrap();
    let here = CodeAnswer::Panel(key("loire", "panneau-1"));
    for code in ["K7QM-2FXR", "k7qm2fxr", "K7QM 2FXR", "1042"] {
        assert_eq!(answer(code), std::slice::from_ref(&here), "{code}");
    }
    let [
        CodeAnswer::Withdrawn {
            text: Some(text),
            replaced_by: Some(next),
            ..
        },
    ] = &answer("AAAABBBB")[..]
    else {
        panic!("a removed panel says nothing: {:?}", answer("AAAABBBB"))
    };
    assert_eq!(text.text, "Ce panneau a été déplacé.");
    assert_eq!(
        catalogue.panel(next, &visitor).unwrap().unwrap().key.id,
        id("panneau-1")
    );
    assert!(matches!(
        &answer("CCCCDDDD")[..],
        [CodeAnswer::Withdrawn { text: None, .. }]
    ));
    assert_eq!(answer("ZZZZZZZZ"), []);
    assert_eq!(answer(""), []);
    // The old id still opens what took its place.
    assert!(
        catalogue
            .panel(&key("loire", "vieux"), &visitor)
            .unwrap()
            .is_some()
    );
    assert_eq!(
        catalogue.keys_of(&id("vieux"), &visitor).unwrap(),
        [key("loire", "panneau-1")]
    );
    assert_eq!(
        catalogue.keys_of(&id("korkoro"), &visitor).unwrap(),
        [key("loire", "liberte")]
    );
}

#[test]
fn a_ring_of_tombstones_ends() {
    let stone = |a: &str, b: &str| json!({"kind": "tombstone", "id": a, "replaced_by": b});
    let (_folder, catalogue) = with(vec![stone("x", "y"), stone("y", "x")]);
    assert_eq!(
        catalogue.panel(&key("loire", "x"), &visitor(&["fr"])).unwrap(),
        None
    );
    assert_eq!(catalogue.keys_of(&id("x"), &visitor(&["fr"])).unwrap(), []);
}

#[test]
fn a_code_of_a_pack_that_is_not_here_says_where_it_is() {
    let (_folder, catalogue) = open();
    let mut loire = installation("loire", 1, &[("p", liberte())]);
    loire.codes.insert("XXXX-YYYY".into(), id("forez"));
    catalogue.install(loire).unwrap();
    let answers = catalogue
        .panels_with_code("xxxxyyyy", None, &visitor(&["fr"]))
        .unwrap();
    let elsewhere = CodeAnswer::Elsewhere {
        publication: id("loire"),
        pack: id("forez"),
        pack_name: "forez".into(),
    };
    assert_eq!(answers, [elsewhere]);
}

#[test]
fn a_trail_skips_what_is_closed_today() {
    let (_folder, catalogue) = open();
    let mut loire = installation("loire", 1, &[("p", liberte())]);
    let notice = |value: Value| serde_json::from_value(value).unwrap();
    loire.notices = vec![
        notice(
            json!({"id": "n1", "place": "mairie", "until": "2026-06-01", "effect": "skip_stop", "text": {"fr": "Travaux"}}),
        ),
        notice(json!({"id": "n2", "commune": "42204", "from": "2026-06-02", "text": {"fr": "Fête"}})),
        notice(json!({"id": "n3", "trail": "sentier", "effect": "trail_closed", "text": {}})),
    ];
    catalogue.install(loire).unwrap();
    let today = visitor(&["fr"]);
    let trail = catalogue
        .trail(&key("loire", "sentier"), &today)
        .unwrap()
        .unwrap();
    assert_eq!(trail.stops[0].closed.as_ref().unwrap().text.text, "Travaux");
    assert_eq!(trail.stops[1].name.text, "À gauche.");
    assert_eq!(
        trail.notices[0].effect,
        Effect::TrailClosed,
        "a notice without words closes nothing"
    );
    assert!((trail.length_m - 111.0).abs() < 1.0, "{} m", trail.length_m);
    assert_eq!(
        trail.stops[0].position.lat_deg, 45.4238,
        "a walker is led past the panel"
    );
    assert_eq!(panel(&catalogue, &today).unwrap().notices.len(), 1);
    let tomorrow = Visitor {
        today: jiff::civil::date(2026, 6, 2),
        ..today
    };
    let trail = &catalogue.trails(&tomorrow).unwrap()[0];
    assert_eq!(
        trail.stops[0].closed, None,
        "works that are over still close the stop"
    );
    assert_eq!(panel(&catalogue, &tomorrow).unwrap().notices[0].text.text, "Fête");
}

#[test]
fn commentaries_are_found_from_every_side() {
    let spoken = |id: &str, about: Value| changed("c-fr", json!({"id": id, "about": about}));
    let (_folder, catalogue) = with(vec![
        spoken("lieu", json!({"place": "mairie"})),
        spoken("intro", json!({"trail": "sentier"})),
        spoken("gauche", json!({"stop": "e2"})),
    ]);
    let asked = |id: &str| -> Vec<String> {
        let views = catalogue
            .commentaries_for(&key("loire", id), &visitor(&["fr"]))
            .unwrap();
        views.into_iter().map(|view| view.key.id.to_string()).collect()
    };
    assert_eq!(asked("panneau-1"), ["c-fr", "lieu", "c-en"]);
    assert_eq!(asked("mairie"), ["lieu", "c-fr", "c-en"]);
    assert_eq!(asked("e1"), ["lieu", "c-fr", "c-en"]);
    assert_eq!(asked("sentier"), ["intro"]);
    assert_eq!(asked("e2"), ["gauche"]);
    assert_eq!(asked("nothing"), Vec::<String>::new());
    let direction = catalogue
        .commentary(&key("loire", "gauche"), &visitor(&["fr"]))
        .unwrap()
        .unwrap();
    assert_eq!(direction.title.text, "À gauche.");
}
