//! Views as JSON for machines. The field names are documented in `docs/cli.md` and stay stable; nothing here depends on
//! how core names its fields.

use alloclap_core::catalogue::model::Account;
use alloclap_core::catalogue::{
    AccessView, ClipView, CommentaryView, FilmBrief, FilmView, Key, MakerView, NoticeView, PanelView,
    PictureView, PlaceBrief, SearchHit, ShootingView, Told, TrailView,
};
use alloclap_core::geo::Position;
use serde_json::{Value, json};

/// The words that the model writes for a value of an enumeration: `tv_film`, `making_of`.
fn word(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

pub fn position(position: Position) -> Value {
    json!([position.lat_deg, position.lon_deg])
}

pub fn key(key: &Key) -> Value {
    json!({ "publication": key.publication.as_str(), "id": key.id.as_str() })
}

pub fn told(told: &Told) -> Value {
    json!({
        "text": told.text,
        "language": told.language.as_str(),
        "audience": told.audience.as_str(),
        "instead_of": told.instead_of.as_ref().map(|language| language.as_str()),
        "translation": word(told.translation),
    })
}

fn told_or_null(text: Option<&Told>) -> Value {
    text.map_or(Value::Null, told)
}

pub fn film_brief(film: &FilmBrief) -> Value {
    json!({
        "id": film.key.id.as_str(),
        "publication": film.key.publication.as_str(),
        "title": film.title.text,
        "year": film.year,
        "form": word(film.form),
    })
}

pub fn place_brief(place: &PlaceBrief) -> Value {
    json!({
        "id": place.key.id.as_str(),
        "publication": place.key.publication.as_str(),
        "name": place.name.text,
        "position": position(place.position),
        "commune": place.commune_name,
        "panels": place.panels.iter().map(|panel| panel.id.as_str()).collect::<Vec<_>>(),
        "films": place.films.iter().map(film_brief).collect::<Vec<_>>(),
    })
}

pub fn nearby(place: &PlaceBrief, distance_m: f64, bearing_deg: f64) -> Value {
    json!({
        "place": place_brief(place),
        "panel": place.panels.first().map(|panel| panel.id.as_str()),
        "films": place.films.iter().map(film_brief).collect::<Vec<_>>(),
        "distance_m": rounded(distance_m, 1),
        "bearing_deg": rounded(bearing_deg, 1),
    })
}

fn account(account: &Account) -> Value {
    json!({
        "network": account.network,
        "handle": account.handle,
        "address": account.address,
        "official": word(account.official),
        "checked": account.checked.map(|day| day.to_string()),
    })
}

fn maker(maker: &MakerView) -> Value {
    json!({
        "name": maker.name,
        "role": word(maker.credit.role),
        "character": maker.credit.character,
        "accounts": maker.accounts.iter().map(account).collect::<Vec<_>>(),
    })
}

fn shooting(shooting: &ShootingView) -> Value {
    json!({
        "id": shooting.key.id.as_str(),
        "place": place_brief(&shooting.place),
        "from": shooting.from,
        "until": shooting.until,
        "scene": told_or_null(shooting.scene.as_ref()),
    })
}

fn clip(clip: &ClipView) -> Value {
    json!({
        "id": clip.key.id.as_str(),
        "shows": word(clip.kind),
        "title": told_or_null(clip.title.as_ref()),
        "link": clip.link,
        "host": clip.host,
        "file": clip.file.as_ref().map(|file| &file.path),
        "from_age": clip.from_age,
        "warning": told_or_null(clip.warning.as_ref()),
        "credit": clip.credit,
    })
}

fn picture(picture: &PictureView) -> Value {
    json!({
        "id": picture.key.id.as_str(),
        "shows": word(picture.kind),
        "alt": told_or_null(picture.alt.as_ref()),
        "caption": told_or_null(picture.caption.as_ref()),
        "file": picture.file.path,
        "present": picture.file.present,
        "credit": picture.credit,
    })
}

pub fn commentary(commentary: &CommentaryView) -> Value {
    json!({
        "id": commentary.key.id.as_str(),
        "title": commentary.title.text,
        "language": commentary.language.as_str(),
        "instead_of": commentary.instead_of.as_ref().map(|language| language.as_str()),
        "audience": commentary.audience.as_str(),
        "voice": commentary.voice,
        "synthetic": commentary.synthetic,
        "transcript": commentary.transcript,
        "duration_ms": commentary.duration_ms,
        "file": commentary.file.path,
        "present": commentary.file.present,
        "credit": commentary.credit,
        "waveform": commentary.waveform,
    })
}

fn notice(notice: &NoticeView) -> Value {
    json!({ "id": notice.key.id.as_str(), "text": told(&notice.text), "until": notice.until })
}

fn access(access: &AccessView) -> Value {
    json!({
        "is": word(access.kind),
        "opening_hours": access.opening_hours,
        "step_free": word(access.step_free),
        "toilets": word(access.toilets),
        "seating": word(access.seating),
        "note": told_or_null(access.note.as_ref()),
    })
}

pub fn film(film: &FilmView) -> Value {
    json!({
        "id": film.brief.key.id.as_str(),
        "publication": film.brief.key.publication.as_str(),
        "title": told(&film.brief.title),
        "original_title": film.original_title,
        "year": film.brief.year,
        "form": word(film.brief.form),
        "synopsis": told_or_null(film.synopsis.as_ref()),
        "makers": film.makers.iter().map(maker).collect::<Vec<_>>(),
        "shootings": film.shootings.iter().map(shooting).collect::<Vec<_>>(),
        "clips": film.clips.iter().map(clip).collect::<Vec<_>>(),
        "pictures": film.pictures.iter().map(picture).collect::<Vec<_>>(),
        "watch": film.watch.iter().map(|link| json!({ "service": link.service, "address": link.address })).collect::<Vec<_>>(),
        "from_age": film.from_age,
        "warning": told_or_null(film.warning.as_ref()),
    })
}

pub fn panel(panel: &PanelView) -> Value {
    json!({
        "id": panel.key.id.as_str(),
        "publication": panel.key.publication.as_str(),
        "code": panel.code,
        "place": place_brief(&panel.place),
        "access": access(&panel.access),
        "position": position(panel.position),
        "facing_deg": panel.facing_deg,
        "film": film(&panel.film),
        "infoclap": told_or_null(panel.infoclap.as_ref()),
        "infoclap_credit": panel.infoclap_credit,
        "commentaries": panel.commentaries.iter().map(commentary).collect::<Vec<_>>(),
        "clips": panel.clips.iter().map(clip).collect::<Vec<_>>(),
        "pictures": panel.pictures.iter().map(picture).collect::<Vec<_>>(),
        "notices": panel.notices.iter().map(notice).collect::<Vec<_>>(),
        "publisher": panel.publisher,
        "damage_contact": panel.damage_contact,
    })
}

pub fn trail(trail: &TrailView) -> Value {
    json!({
        "id": trail.key.id.as_str(),
        "publication": trail.key.publication.as_str(),
        "name": trail.name.text,
        "length_m": rounded(trail.length_m, 0),
        "duration_min": trail.duration_min,
        "step_free": word(trail.step_free),
        "stops": trail.stops.iter().map(|stop| json!({
            "id": stop.id.as_str(),
            "name": stop.name.text,
            "position": position(stop.position),
            "closed": stop.closed.as_ref().map(|notice| notice.text.text.as_str()),
        })).collect::<Vec<_>>(),
        "notices": trail.notices.iter().map(notice).collect::<Vec<_>>(),
    })
}

pub fn search_hit(hit: &SearchHit) -> Value {
    json!({
        "id": hit.key.id.as_str(),
        "publication": hit.key.publication.as_str(),
        "kind": hit.kind,
        "title": hit.title,
        "detail": hit.detail,
        "score": rounded(hit.score, 3),
    })
}

/// A number without digits that mean nothing.
pub fn rounded(number: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (number * scale).round() / scale
}
