//! Reasons that come from below (the system's, and core's about files) in words, French and English: what is wrong and
//! what to do. The reasons of this crate's own rooms have their words in a `message` file beside each. Decides nothing.

use crate::source::UiLanguage;
use alloclap_core::audio::{AudioError, Unsupported};
use alloclap_core::geo::PositionError;
use alloclap_core::track::{self, PointKind, TrackError};
use std::io;

/// One sentence in both languages, side by side so that neither can be forgotten: `say!(ui, "{n} films", "{n} films")`.
macro_rules! say {
    ($language:expr, $english:literal, $french:literal $(,)?) => {
        match $language {
            $crate::source::UiLanguage::English => format!($english),
            $crate::source::UiLanguage::French => format!($french),
        }
    };
}
pub(crate) use say;

/// What a log wants: a reason's English words as its `Display`.
macro_rules! english_display {
    ($($reason:ty),+ $(,)?) => {$(
        impl std::fmt::Display for $reason {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.message($crate::source::UiLanguage::English))
            }
        }
    )+};
}
pub(crate) use english_display;

/// Bytes in a kilobyte, as disks and operators count.
const KILO: f64 = 1000.0;

/// An amount of bytes that a person can grasp.
pub(crate) fn size(ui: UiLanguage, bytes: u64) -> String {
    let (mut amount, mut unit) = (bytes as f64, 0);
    let units = match ui {
        UiLanguage::English => ["B", "kB", "MB", "GB"],
        UiLanguage::French => ["o", "ko", "Mo", "Go"],
    };
    while amount >= KILO && unit + 1 < units.len() {
        amount /= KILO;
        unit += 1;
    }
    let name = units.get(unit).copied().unwrap_or_default();
    let digits = usize::from(unit > 0);
    let number = format!("{amount:.digits$}");
    match ui {
        UiLanguage::English => format!("{number} {name}"),
        UiLanguage::French => format!("{} {name}", number.replace('.', ",")),
    }
}

/// Why the system could not do something with a file or a folder, and what to do.
pub fn system(ui: UiLanguage, error: &io::Error) -> String {
    use io::ErrorKind as K;
    match error.kind() {
        K::NotFound => say!(
            ui,
            "there is no such file or folder; check the name",
            "ce fichier ou ce dossier n’existe pas ; vérifiez le nom"
        ),
        K::PermissionDenied => say!(
            ui,
            "this machine does not allow it; check who may read and write there",
            "la machine ne le permet pas ; vérifiez les droits de lecture et d’écriture"
        ),
        K::StorageFull | K::QuotaExceeded => say!(
            ui,
            "the disk is full; free some room",
            "le disque est plein ; libérez de la place"
        ),
        K::ReadOnlyFilesystem => say!(
            ui,
            "the disk is read-only; choose another place",
            "le disque est en lecture seule ; choisissez un autre endroit"
        ),
        K::IsADirectory => say!(
            ui,
            "that is a folder, not a file; name a file",
            "c’est un dossier, pas un fichier ; nommez un fichier"
        ),
        K::NotADirectory | K::AlreadyExists => say!(
            ui,
            "there is a file where a folder is needed; choose another name",
            "un fichier se trouve là où il faut un dossier ; choisissez un autre nom"
        ),
        K::ResourceBusy | K::ExecutableFileBusy => say!(
            ui,
            "another program holds it; close it there and try again",
            "un autre programme l’occupe ; fermez-le là-bas et réessayez"
        ),
        K::InvalidData => say!(
            ui,
            "its bytes are not what they should be; check that it is whole and saved as UTF-8 ({error})",
            "son contenu n’est pas celui attendu ; vérifiez qu’il est entier et enregistré en UTF-8 ({error})"
        ),
        _ => say!(
            ui,
            "the system says \"{error}\"; check that it is there, not open in another program, and that the disk is not full",
            "le système dit « {error} » ; vérifiez qu’il est là, qu’aucun autre programme ne l’occupe et que le disque n’est pas plein"
        ),
    }
}

/// Why a file is no trail or no walk, and what to do.
pub fn track(ui: UiLanguage, error: &TrackError) -> String {
    use TrackError as E;
    match error {
        E::TooLarge { bytes } => {
            let (bytes, most) = (size(ui, *bytes), size(ui, track::MAX_BYTES as u64));
            say!(
                ui,
                "the file has {bytes}, at most {most} are read: thin it out or cut it",
                "le fichier fait {bytes}, {most} au plus sont lus : allégez-le ou coupez-le"
            )
        }
        E::NotUtf8 { byte } => say!(
            ui,
            "byte {byte} is no UTF-8: save the file as UTF-8",
            "l’octet {byte} n’est pas de l’UTF-8 : enregistrez le fichier en UTF-8"
        ),
        E::UnknownFormat => say!(
            ui,
            "neither GPX nor JSON: give a .gpx, a .geojson or a recorded trace",
            "ni GPX ni JSON : donnez un fichier .gpx, .geojson ou une trace enregistrée"
        ),
        E::Xml(why) => say!(
            ui,
            "the XML is not well-formed ({why}): export it again",
            "le XML est mal formé ({why}) : exportez-le à nouveau"
        ),
        E::NotGpx(root) => say!(
            ui,
            "the XML is <{root}>, not <gpx>: export it as GPX",
            "le XML est <{root}> et non <gpx> : exportez-le en GPX"
        ),
        E::Json(why) => say!(
            ui,
            "the JSON is not well-formed ({why}): export it again",
            "le JSON est mal formé ({why}) : exportez-le à nouveau"
        ),
        E::NotATrace(why) => say!(
            ui,
            "the JSON is no recorded trace ({why}): write it as {{\"times\": [seconds], \"latlon\": [[lat, lon]], …}}",
            "le JSON n’est pas une trace enregistrée ({why}) : écrivez-le ainsi {{\"times\": [secondes], \"latlon\": [[lat, lon]], …}}"
        ),
        E::NotGeoJson => say!(
            ui,
            "the JSON is no GeoJSON: \"type\" must be FeatureCollection, Feature, LineString, MultiLineString or Point",
            "le JSON n’est pas du GeoJSON : « type » doit être FeatureCollection, Feature, LineString, MultiLineString ou Point"
        ),
        E::Polygon => say!(
            ui,
            "a polygon is no trail: draw it as a LineString",
            "un polygone n’est pas un parcours : dessinez-le comme une ligne (LineString)"
        ),
        E::Position { what, number, source } => {
            let (what, why) = (point(ui, *what), position(ui, source));
            say!(ui, "{what} {number}: {why}", "{what} {number} : {why}")
        }
        E::NoPosition { what, number } => {
            let what = point(ui, *what);
            say!(
                ui,
                "{what} {number} has no latitude and longitude that can be read as numbers: correct it, or remove it",
                "{what} {number} : ni latitude ni longitude qui se lisent comme des nombres ; corrigez-les, ou retirez ce point"
            )
        }
        E::Time { number, text } => say!(
            ui,
            "track point {number}: \"{text}\" is no time; write it like 2026-05-01T10:00:00Z",
            "point de trace {number} : « {text} » n’est pas une heure ; écrivez-la ainsi : 2026-05-01T10:00:00Z"
        ),
        E::NoTimes => say!(
            ui,
            "no track point has a time, so there is no walk to replay: give a recorded track, not a drawn one",
            "aucun point n’a d’heure, il n’y a donc pas de marche à rejouer : donnez une trace enregistrée, pas dessinée"
        ),
        E::Lengths {
            list,
            found,
            expected,
        } => say!(
            ui,
            "\"{list}\" has {found} values but \"latlon\" has {expected}: every fix needs one",
            "« {list} » a {found} valeurs, « latlon » en a {expected} : il en faut une par position"
        ),
        E::Seconds { number, seconds } => say!(
            ui,
            "\"times\" value {number} is {seconds} s: give seconds since the start",
            "la valeur {number} de « times » est {seconds} s : donnez des secondes depuis le départ"
        ),
        E::Nothing => say!(
            ui,
            "the file holds neither a line nor a waypoint nor a position: export the trail with its track",
            "le fichier ne contient ni tracé, ni point, ni position : exportez le parcours avec sa trace"
        ),
    }
}

fn point(ui: UiLanguage, what: PointKind) -> &'static str {
    let (english, french) = match what {
        PointKind::Track => ("track point", "point de trace"),
        PointKind::Route => ("route point", "point d’itinéraire"),
        PointKind::Waypoint => ("waypoint", "point de passage"),
        PointKind::Line => ("line point", "point du tracé"),
        PointKind::Point => ("point", "point isolé"),
        PointKind::Fix => ("fix", "position"),
    };
    match ui {
        UiLanguage::English => english,
        UiLanguage::French => french,
    }
}

/// Why something is no position, and how to write one.
pub fn position(ui: UiLanguage, error: &PositionError) -> String {
    match error {
        PositionError::OutOfRange { lat_deg, lon_deg } => say!(
            ui,
            "{lat_deg}, {lon_deg} is no position: latitude must be within ±90 degrees and longitude within ±180",
            "{lat_deg}, {lon_deg} n’est pas une position : la latitude va de −90 à 90 degrés, la longitude de −180 à 180"
        ),
        PositionError::NotTwoNumbers(text) => say!(
            ui,
            "\"{text}\" is no position: write it as latitude, longitude, for example \"45.4237, 4.0662\"",
            "« {text} » n’est pas une position : écrivez latitude, longitude, par exemple « 45.4237, 4.0662 »"
        ),
    }
}

/// Why a recording cannot be played, and what to do.
pub fn audio(ui: UiLanguage, error: &AudioError) -> String {
    match error {
        AudioError::Unreadable { file, reason } => say!(
            ui,
            "{file} cannot be read ({reason}): check that it exists and may be opened",
            "{file} est illisible ({reason}) : vérifiez qu’il existe et qu’on peut l’ouvrir"
        ),
        AudioError::Empty { file } => say!(
            ui,
            "{file} is empty: export it again",
            "{file} est vide : exportez-le à nouveau"
        ),
        AudioError::NotARecording { file } => say!(
            ui,
            "{file} is no recording that is known: use Ogg Opus, mp3, m4a (AAC-LC), FLAC, Ogg Vorbis or WAV",
            "{file} n’est pas un enregistrement connu : utilisez Ogg Opus, mp3, m4a (AAC-LC), FLAC, Ogg Vorbis ou WAV"
        ),
        AudioError::Unsupported { file, what } => {
            let what = unsupported(ui, *what);
            say!(ui, "{file} holds {what}", "{file} contient {what}")
        }
        AudioError::Damaged { file, at_ms, reason } => {
            let (minutes, seconds) = (at_ms / 60_000, at_ms / 1000 % 60);
            let reason = damage(ui, reason);
            say!(
                ui,
                "{file} is damaged at {minutes}:{seconds:02} ({reason}): export it again",
                "{file} est abîmé à {minutes}:{seconds:02} ({reason}) : exportez-le à nouveau"
            )
        }
    }
}

/// What was found in a damaged recording: in French what we found ourselves, as it is what a decoder says.
fn damage(ui: UiLanguage, reason: &str) -> String {
    let missing = reason.strip_suffix(" ms are missing");
    match (
        ui,
        reason,
        missing.map(|ms| ms.strip_prefix("the last ").ok_or(ms)),
    ) {
        (UiLanguage::English, ..) => reason.to_owned(),
        (_, "it breaks off", _) => "il s’interrompt".to_owned(),
        (_, "it goes on behind its declared end", _) => "il continue après la fin qu’il annonce".to_owned(),
        (_, "its index is missing, which stands at the end of such files", _) => {
            "il manque son index, qui se trouve à la fin de tels fichiers".to_owned()
        }
        (_, _, Some(Ok(ms))) => format!("les {ms} dernières ms manquent"),
        (_, _, Some(Err(ms))) => format!("il manque {ms} ms"),
        _ => reason.to_owned(),
    }
}

fn unsupported(ui: UiLanguage, what: Unsupported) -> String {
    match what {
        Unsupported::HeAac => say!(
            ui,
            "HE-AAC, of which only half could be heard: export it as AAC-LC or Ogg Opus",
            "du HE-AAC, dont on n’entendrait que la moitié : exportez-le en AAC-LC ou en Ogg Opus"
        ),
        Unsupported::Channels => say!(
            ui,
            "more than two channels: export it in stereo or mono",
            "plus de deux canaux : exportez-le en stéréo ou en mono"
        ),
        Unsupported::SampleRate => say!(
            ui,
            "a sample rate outside of 8 to 192 kHz: export it at 48 kHz",
            "une fréquence d’échantillonnage hors de 8 à 192 kHz : exportez-le à 48 kHz"
        ),
        Unsupported::SeveralStreams => say!(
            ui,
            "several streams at once: export the sound alone",
            "plusieurs pistes à la fois : exportez le son seul"
        ),
        Unsupported::Codec => say!(
            ui,
            "a codec that is not known: export it as Ogg Opus, mp3, AAC-LC, FLAC, Vorbis or PCM",
            "un codec inconnu : exportez-le en Ogg Opus, mp3, AAC-LC, FLAC, Vorbis ou PCM"
        ),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Both languages of each reason: neither empty, not the same, and French as it is set.
    pub(crate) fn both_languages<T: std::fmt::Debug>(
        reasons: &[T],
        words: impl Fn(&T, UiLanguage) -> String,
    ) {
        for reason in reasons {
            let [english, french] = [UiLanguage::English, UiLanguage::French].map(|ui| words(reason, ui));
            assert!(
                !english.is_empty() && !french.is_empty(),
                "{reason:?} says nothing"
            );
            assert_ne!(english, french, "{reason:?} says the same in both languages");
            assert!(!french.contains('\''), "a typewriter apostrophe: {french}");
            for sign in [":", ";", "?", "!"] {
                let mut found = french.match_indices(sign);
                let set = found.all(|(at, _)| {
                    let (before, after) = (&french[..at], &french[at + sign.len()..]);
                    before.ends_with([' ', '"']) || !(after.is_empty() || after.starts_with(' '))
                });
                assert!(set, "no space before \"{sign}\": {french}");
            }
        }
    }

    #[test]
    fn what_the_system_and_core_say_is_said_in_both_languages() {
        use io::ErrorKind as K;
        let system_errors = [
            K::NotFound,
            K::PermissionDenied,
            K::StorageFull,
            K::ReadOnlyFilesystem,
            K::IsADirectory,
            K::NotADirectory,
            K::ResourceBusy,
            K::InvalidData,
            K::Other,
        ]
        .map(io::Error::from);
        both_languages(&system_errors, |error, ui| system(ui, error));

        let nowhere = || PositionError::OutOfRange {
            lat_deg: 95.0,
            lon_deg: 4.0,
        };
        let kinds = [
            PointKind::Track,
            PointKind::Route,
            PointKind::Waypoint,
            PointKind::Line,
            PointKind::Point,
            PointKind::Fix,
        ];
        let mut track_errors: Vec<TrackError> = kinds
            .into_iter()
            .map(|what| TrackError::Position {
                what,
                number: 2,
                source: nowhere(),
            })
            .collect();
        track_errors.extend([
            TrackError::TooLarge { bytes: 70 << 20 },
            TrackError::NotUtf8 { byte: 3 },
            TrackError::UnknownFormat,
            TrackError::Xml("unexpected end".to_owned()),
            TrackError::NotGpx("kml".to_owned()),
            TrackError::Json("EOF".to_owned()),
            TrackError::NotATrace("EOF".to_owned()),
            TrackError::NotGeoJson,
            TrackError::Polygon,
            TrackError::NoPosition {
                what: PointKind::Track,
                number: 2,
            },
            TrackError::Time {
                number: 1,
                text: "midi".to_owned(),
            },
            TrackError::NoTimes,
            TrackError::Lengths {
                list: "times".to_owned(),
                found: 1,
                expected: 2,
            },
            TrackError::Seconds {
                number: 2,
                seconds: 1e300,
            },
            TrackError::Nothing,
        ]);
        both_languages(&track_errors, |error, ui| track(ui, error));
        both_languages(
            &[nowhere(), PositionError::NotTwoNumbers("ici".to_owned())],
            |error, ui| position(ui, error),
        );

        let file = || "media/un.m4a".to_owned();
        let mut audio_errors: Vec<AudioError> = [
            Unsupported::HeAac,
            Unsupported::Channels,
            Unsupported::SampleRate,
            Unsupported::SeveralStreams,
            Unsupported::Codec,
        ]
        .map(|what| AudioError::Unsupported { file: file(), what })
        .into();
        audio_errors.extend([
            AudioError::Unreadable {
                file: file(),
                reason: "denied".to_owned(),
            },
            AudioError::Empty { file: file() },
            AudioError::NotARecording { file: file() },
            AudioError::Damaged {
                file: file(),
                at_ms: 61_000,
                reason: "page".to_owned(),
            },
        ]);
        both_languages(&audio_errors, |error, ui| audio(ui, error));
    }

    #[test]
    fn what_was_found_in_a_recording_is_said_in_french() {
        let found = [
            ("it breaks off", "il s’interrompt"),
            ("the last 1200 ms are missing", "les 1200 dernières ms manquent"),
            ("40 ms are missing", "il manque 40 ms"),
            ("mpa: invalid header", "mpa: invalid header"),
        ];
        for (reason, said) in found {
            assert_eq!(damage(UiLanguage::French, reason), said);
            assert_eq!(damage(UiLanguage::English, reason), reason);
        }
    }

    #[test]
    fn amounts_are_written_as_each_language_writes_them() {
        assert_eq!(size(UiLanguage::French, 67_108_864), "67,1 Mo");
        assert_eq!(size(UiLanguage::English, 999), "999 B");
    }
}
