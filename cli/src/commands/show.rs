//! Panels, films, places and trails in words for a person.

use crate::output::Output;
use crate::say;
use crate::words::Ui;
use alloclap_core::catalogue::model::{
    AccessKind, Audience, ClipKind, Difficulty, FilmForm, Known, Language, Role, Translation,
};
use alloclap_core::catalogue::{
    ClipView, CommentaryView, FilmBrief, FilmView, NoticeView, PanelView, PlaceBrief, SearchHit, Told,
    TrailView,
};

/// How many shootings of a film are listed before the rest is only counted.
const SHOOTINGS_SHOWN: usize = 40;

/// A text, with what a visitor should know about it: another language than asked for, a machine's translation.
pub fn told(out: Output, text: &Told) -> String {
    let mut line = text.text.clone();
    for remark in remarks(out.ui, text) {
        line.push(' ');
        line.push_str(&out.faint(&format!("({remark})")));
    }
    line
}

/// As [`told`], to be styled as a whole.
fn told_plainly(ui: Ui, text: &Told) -> String {
    let remarks = remarks(ui, text);
    if remarks.is_empty() {
        text.text.clone()
    } else {
        format!("{} ({})", text.text, remarks.join(", "))
    }
}

/// What a visitor should know about a text.
pub fn remarks(ui: Ui, text: &Told) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(wanted) = &text.instead_of {
        remarks.push(fallback(ui, &text.language, wanted));
    }
    if text.translation == Translation::Machine {
        remarks.push(
            ui.pick("translated by a machine", "traduit par une machine")
                .to_owned(),
        );
    }
    remarks
}

/// That something is in another language than the one that was wanted.
pub fn fallback(ui: Ui, is: &Language, wanted: &Language) -> String {
    let (is, wanted) = (ui.language(is), ui.language(wanted));
    say!(
        ui,
        "in {is}, there is no {wanted}",
        "en {is}, faute de version en {wanted}"
    )
}

/// `Liberté (2009)`.
pub fn film_title(film: &FilmBrief) -> String {
    match film.year {
        Some(year) => format!("{} ({year})", film.title.text),
        None => film.title.text.clone(),
    }
}

fn form(ui: Ui, form: FilmForm) -> &'static str {
    match form {
        FilmForm::Feature => ui.pick("film", "long métrage"),
        FilmForm::Short => ui.pick("short film", "court métrage"),
        FilmForm::Series => ui.pick("series", "série"),
        FilmForm::TvFilm => ui.pick("television film", "téléfilm"),
        FilmForm::WebSeries => ui.pick("web series", "série web"),
        FilmForm::Documentary => ui.pick("documentary", "documentaire"),
        FilmForm::MusicVideo => ui.pick("music video", "clip musical"),
        FilmForm::Advert => ui.pick("advertisement", "publicité"),
        FilmForm::Other => ui.pick("work", "œuvre"),
    }
}

fn role(ui: Ui, role: Role) -> &'static str {
    match role {
        Role::Director => ui.pick("directed by", "réalisation"),
        Role::Writer => ui.pick("written by", "scénario"),
        Role::Actor => ui.pick("with", "avec"),
        Role::Composer => ui.pick("music", "musique"),
        Role::Cinematographer => ui.pick("photography", "image"),
        Role::Producer => ui.pick("produced by", "production"),
        Role::Distributor => ui.pick("distributed by", "distribution"),
        Role::Other => ui.pick("and", "et aussi"),
    }
}

/// `12 rue Lepic, Paris` as far as it is known.
pub fn where_it_is(place: &PlaceBrief) -> String {
    match &place.commune_name {
        Some(commune) if !place.name.text.contains(commune.as_str()) => {
            format!("{}, {commune}", place.name.text)
        }
        _ => place.name.text.clone(),
    }
}

/// A panel: place, film, anecdote, what to hear and see, whom to follow.
pub fn panel(out: Output, panel: &PanelView) {
    let ui = out.ui;
    out.line(&out.strong(&format!(
        "{} · {}",
        film_title(&panel.film.brief),
        where_it_is(&panel.place)
    )));
    out.line(&out.faint(&say!(ui, "panel {}", "panneau {}", panel.code)));
    for notice in &panel.notices {
        self::notice(out, notice);
    }
    if let Some(infoclap) = &panel.infoclap {
        out.line("");
        out.line(&told(out, infoclap));
        if !panel.infoclap_credit.is_empty() {
            out.line(&out.faint(&panel.infoclap_credit));
        }
    }
    if !panel.commentaries.is_empty() {
        out.line("");
        out.line(ui.pick("To hear:", "À écouter :"));
        for commentary in &panel.commentaries {
            out.line(&format!("  {}", commentary_line(ui, commentary)));
        }
    }
    if !panel.clips.is_empty() {
        out.line("");
        out.line(ui.pick("To see:", "À voir :"));
        for clip in &panel.clips {
            self::clip(out, clip);
        }
    }
    makers(out, &panel.film);
    if let Some(line) = access(ui, panel) {
        out.line("");
        out.line(&line);
    }
    if let Some(note) = &panel.access.note {
        out.line(&told(out, note));
    }
    if let Some(contact) = &panel.damage_contact {
        out.line(&out.faint(&say!(
            ui,
            "{}; panel damaged? {contact}",
            "{} ; panneau abîmé ? {contact}",
            panel.publisher
        )));
    }
}

/// One commentary: language, length, voice.
pub fn commentary_line(ui: Ui, commentary: &CommentaryView) -> String {
    let language = ui.language(&commentary.language);
    let length = ui.clock(i64::try_from(commentary.duration_ms).unwrap_or(i64::MAX));
    let mut line = format!("{language}, {length}");
    match commentary.audience {
        Audience::Children => line.push_str(ui.pick(", for children", ", pour les enfants")),
        Audience::Easy => line.push_str(ui.pick(", easy to understand", ", facile à comprendre")),
        Audience::Described => line.push_str(ui.pick(", audio-described", ", en audiodescription")),
        Audience::Standard | Audience::Other => {}
    }
    if commentary.synthetic {
        line.push_str(ui.pick(", synthetic voice", ", voix de synthèse"));
    }
    if !commentary.file.present {
        line.push_str(ui.pick(
            " – not on this machine: sync with audio",
            " – absent de cette machine : synchroniser avec l’audio",
        ));
    }
    line
}

fn clip(out: Output, clip: &ClipView) {
    let ui = out.ui;
    let kind = match clip.kind {
        ClipKind::Scene => ui.pick("the scene", "la scène"),
        ClipKind::Trailer => ui.pick("trailer", "bande-annonce"),
        ClipKind::MakingOf => "making-of",
        ClipKind::Interview => ui.pick("interview", "entretien"),
        ClipKind::SignLanguage => ui.pick("in sign language", "en langue des signes"),
        ClipKind::Other => ui.pick("video", "vidéo"),
    };
    let title = clip
        .title
        .as_ref()
        .map_or_else(String::new, |title| format!(" – {}", told(out, title)));
    let mut line = format!("  {kind}{title}");
    if let Some(age) = clip.from_age.filter(|age| *age > 0) {
        line.push_str(&say!(ui, " (from {age})", " (dès {age} ans)"));
    }
    out.line(&line);
    if let Some(warning) = &clip.warning {
        out.line(&format!("    {}", out.warn(&told_plainly(ui, warning))));
    }
    match (&clip.file, &clip.link, &clip.host) {
        (Some(file), _, _) => out.line(&out.faint(&format!("    {}", file.path))),
        (None, Some(link), Some(host)) => {
            out.line(&out.faint(&say!(
                ui,
                "    at {host}, needs network: {link}",
                "    chez {host}, demande le réseau : {link}"
            )));
        }
        _ => {}
    }
}

fn makers(out: Output, film: &FilmView) {
    if film.makers.is_empty() {
        return;
    }
    let ui = out.ui;
    out.line("");
    for maker in &film.makers {
        let mut line = format!("{} {}", role(ui, maker.credit.role), maker.name);
        if let Some(character) = &maker.credit.character {
            line.push_str(&format!(" ({character})"));
        }
        out.line(&line);
        for account in &maker.accounts {
            let place = account
                .handle
                .as_ref()
                .or(account.address.as_ref())
                .cloned()
                .unwrap_or_default();
            let official = match account.official {
                Known::Yes => ui.pick(", official", ", officiel"),
                Known::No => ui.pick(", not official", ", non officiel"),
                Known::Unknown => "",
            };
            out.line(&out.faint(&say!(
                ui,
                "  follow: {} {place}{official}",
                "  à suivre : {} {place}{official}",
                account.network
            )));
        }
    }
}

fn access(ui: Ui, panel: &PanelView) -> Option<String> {
    let mut words = Vec::new();
    match panel.access.kind {
        AccessKind::Public => words.push(ui.pick("open to all", "ouvert à tous").to_owned()),
        AccessKind::Hours => words.push(match &panel.access.opening_hours {
            Some(hours) => say!(ui, "open {hours}", "ouvert {hours}"),
            None => ui
                .pick("open at certain hours", "ouvert à certaines heures")
                .to_owned(),
        }),
        AccessKind::Outside => words.push(
            ui.pick("to be seen from outside", "à voir de l’extérieur")
                .to_owned(),
        ),
        AccessKind::Private => words.push(
            ui.pick("private, please do not enter", "privé, merci de ne pas entrer")
                .to_owned(),
        ),
        AccessKind::Unknown => {}
    }
    match panel.access.step_free {
        Known::Yes => words.push(ui.pick("step-free", "sans marche").to_owned()),
        Known::No => words.push(ui.pick("not step-free", "avec des marches").to_owned()),
        Known::Unknown => words.push(
            ui.pick("not known whether step-free", "accès sans marche : non renseigné")
                .to_owned(),
        ),
    }
    (!words.is_empty()).then(|| say!(ui, "Access: {}", "Accès : {}", words.join(", ")))
}

fn notice(out: Output, notice: &NoticeView) {
    let until = notice.until.as_ref().map(|day| out.ui.day(day));
    let until = until.map_or_else(String::new, |day| {
        say!(out.ui, " (until {day})", " (jusqu’au {day})")
    });
    out.line(&out.warn(&format!("! {}{until}", told_plainly(out.ui, &notice.text))));
}

/// A film, and everywhere it was shot.
pub fn film(out: Output, film: &FilmView) {
    let ui = out.ui;
    out.line(&out.strong(&film_title(&film.brief)));
    let mut facts = vec![form(ui, film.brief.form).to_owned()];
    if let Some(original) = film
        .original_title
        .as_ref()
        .filter(|title| **title != film.brief.title.text)
    {
        facts.push(say!(ui, "original title {original}", "titre original {original}"));
    }
    if let Some(age) = film.from_age.filter(|age| *age > 0) {
        facts.push(say!(ui, "from {age}", "dès {age} ans"));
    }
    out.line(&out.faint(&facts.join(" · ")));
    if let Some(warning) = &film.warning {
        out.line(&out.warn(&told_plainly(ui, warning)));
    }
    if let Some(synopsis) = &film.synopsis {
        out.line("");
        out.line(&told(out, synopsis));
    }
    makers(out, film);
    out.line("");
    let count = film.shootings.len();
    out.line(&match count {
        0 => ui.pick("No place is known.", "Aucun lieu connu.").to_owned(),
        1 => ui.pick("Shot here:", "Tourné ici :").to_owned(),
        _ => say!(ui, "Shot at {count} places:", "Tourné en {count} lieux :"),
    });
    for shooting in film.shootings.iter().take(SHOOTINGS_SHOWN) {
        let days = ui.days(shooting.from.as_deref(), shooting.until.as_deref());
        let days = days.map_or_else(String::new, |days| format!(" · {days}"));
        let sign = if shooting.place.panels.is_empty() {
            ""
        } else {
            ui.pick(" · panel", " · panneau")
        };
        out.line(&format!(
            "  {}{}{sign}",
            where_it_is(&shooting.place),
            out.faint(&days)
        ));
        if let Some(scene) = &shooting.scene {
            out.line(&format!("    {}", told(out, scene)));
        }
    }
    if count > SHOOTINGS_SHOWN {
        let more = count - SHOOTINGS_SHOWN;
        out.line(&say!(
            ui,
            "  and {more} more (--json lists all)",
            "  et {more} autres (--json les donne tous)"
        ));
    }
    for link in &film.watch {
        out.line(&say!(
            ui,
            "See it: {} – {}",
            "Le voir : {} – {}",
            link.service,
            link.address
        ));
    }
}

/// A place in a list, with its distance.
pub fn nearby(out: Output, place: &PlaceBrief, distance_m: f64, bearing_deg: f64) {
    let ui = out.ui;
    let distance = format!("{:>7} {:<10}", ui.distance(distance_m), ui.compass(bearing_deg));
    let panel = if place.panels.is_empty() {
        String::new()
    } else {
        out.good(ui.pick(" [panel]", " [panneau]"))
    };
    out.line(&format!(
        "{} {}{panel}",
        out.faint(&distance),
        out.strong(&where_it_is(place))
    ));
    let films: Vec<String> = place.films.iter().take(3).map(film_title).collect();
    let more = place.films.len().saturating_sub(films.len());
    let more = if more == 0 {
        String::new()
    } else {
        say!(ui, " and {more} more", " et {more} autres")
    };
    out.line(&format!("{:19}{}{more}", "", films.join(", ")));
}

/// One line of what a search found.
pub fn search_hit(out: Output, hit: &SearchHit) {
    let kind = match hit.kind.as_str() {
        "film" => "film",
        "place" => out.ui.pick("place", "lieu"),
        "person" => out.ui.pick("person", "personne"),
        "company" => out.ui.pick("company", "société"),
        "panel" => out.ui.pick("panel", "panneau"),
        "trail" => out.ui.pick("trail", "parcours"),
        other => other,
    };
    let detail = if hit.detail.is_empty() {
        String::new()
    } else {
        format!(" – {}", hit.detail)
    };
    out.line(&format!(
        "{:<9} {}{} {}",
        kind,
        out.strong(&hit.title),
        detail,
        out.faint(&format!("[{}]", hit.key.id))
    ));
}

/// A trail in a few lines.
pub fn trail(out: Output, trail: &TrailView) {
    let ui = out.ui;
    let mut facts = vec![ui.distance(trail.length_m)];
    if let Some(minutes) = trail.duration_min {
        facts.push(format!("{minutes} min"));
    }
    facts.push(say!(ui, "{} stops", "{} étapes", trail.stops.len()));
    match trail.difficulty {
        Difficulty::Easy => facts.push(ui.pick("easy", "facile").to_owned()),
        Difficulty::Medium => facts.push(ui.pick("medium", "moyen").to_owned()),
        Difficulty::Hard => facts.push(ui.pick("hard", "difficile").to_owned()),
        Difficulty::Unknown => {}
    }
    match trail.step_free {
        Known::Yes => facts.push(ui.pick("step-free", "sans marche").to_owned()),
        Known::No => facts.push(ui.pick("with steps", "avec des marches").to_owned()),
        Known::Unknown => {}
    }
    out.line(&format!(
        "  {} {} {}",
        out.strong(&trail.name.text),
        facts.join(" · "),
        out.faint(&format!("[{}]", trail.key.id))
    ));
    for notice in &trail.notices {
        self::notice(out, notice);
    }
}
