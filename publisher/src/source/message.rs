//! Findings in words, French and English: each says what is wrong and what to do. Decides nothing.

use super::finding::{Expected, Finding, FindingKind, UiLanguage};
use super::{Kind, finding::Severity};
use crate::words::{audio, track};
use alloclap_core::catalogue::model::PanelFormat;
use alloclap_core::code::CodeError;
use std::fmt;

impl Finding {
    /// The finding in words, without its place: what is wrong and what to do.
    pub fn message(&self, language: UiLanguage) -> String {
        match language {
            UiLanguage::French => self.french(),
            UiLanguage::English => self.english(),
        }
    }

    /// Where it was found: `films/liberte.toml:12 title.fr`.
    pub fn place(&self) -> String {
        let mut place = self.file.display().to_string();
        if self.line > 0 {
            place.push_str(&format!(":{}", self.line));
        }
        if let Some(field) = &self.field {
            place.push_str(&format!(" {field}"));
        }
        place
    }

    fn english(&self) -> String {
        use FindingKind as F;
        match &self.what {
            F::ReadAsWindows1252 => "was not saved as UTF-8 and was read as Windows-1252: check its accents, or save it as UTF-8".into(),
            F::TooLarge { bytes, limit_bytes } => format!("is too large ({bytes} bytes, at most {limit_bytes} are read): split it into several files"),
            F::Outside { path } => format!("\"{path}\" leads out of the source folder, or too deep into it: copy the file into the folder and write its path from there"),
            F::UnreadableFile { why } => format!("cannot be read ({why}): check that the file is whole and may be opened"),
            F::NotRead => "is not read: records are .toml, .csv, .xlsx or .ods files; move it elsewhere, or rename it".into(),
            F::BadToml { why } => format!("is no valid TOML here: {why}; check quotes, brackets and \"=\" on this line and the one before"),
            F::UnknownSheet { name } => format!("the sheet \"{name}\" is not read: name it films, people, companies, places, shootings, panels, commentaries, clips, pictures, trails, notices or removed"),
            F::CellWithoutHeader { value } => format!("\"{value}\" is in a column without a header and is not read: give the column a header, or empty the cell"),
            F::UnknownField { name, meant } => format!("there is no field \"{name}\", it is not read{}", or_english(meant)),
            F::UnknownValue { value, meant, allowed } => format!("\"{value}\" is not known here{}: write one of {}", or_english(meant), allowed.join(", ")),
            F::BadValue { value, expected } => format!("\"{value}\" does not fit: write {}", expected.english()),
            F::MissingField => "is missing, without it the record is not used: write it".into(),
            F::StopUnclear => "a stop needs either a place, or both \"at\" and a direction: write one of the two".into(),
            F::ZoneUnclear => "a zone needs either a centre and a radius_m, or at least three corners: write one of the two".into(),
            F::Unreadable { why } => format!("cannot be used: {why}"),
            F::NewerFormat { format } => format!("this folder is in format {format}, of a later version of this program: install that version to read everything"),
            F::DuplicateId { id, other_file, other_line } => format!("the id \"{id}\" was already given in {}:{other_line}: give each record an id of its own", other_file.display()),
            F::MissingLanguage { language } => format!("is not written in \"{language}\", one of the publication's languages: add it, visitors get another language until then"),
            F::NothingSaid => "is empty in every language: write it".into(),
            F::NoLanguages => "the publication names no language: write languages = [\"fr\", \"en\"]".into(),
            F::MissingTranscript => "the words that are spoken are missing: write them, for those who cannot hear".into(),
            F::MissingAlt => "nothing says what the picture shows: write it, for those who cannot see it".into(),
            F::MissingCredit => "nobody is credited: name who made it".into(),
            F::NoUses => "no use is granted, so it is shown nowhere: write uses = [\"app\", \"offline\", \"web\", \"print\"], or those that you may".into(),
            F::DanglingReference { id, kind, meant } => format!("there is no {} \"{id}\"{}: correct the id, or add it", kind.map_or("record", Kind::key), or_english(meant)),
            F::RefersToHidden { id } => format!("\"{id}\" is not published, so this leads nowhere: publish it, or take this back too"),
            F::InfoClapTooLong { characters, limit, format } => format!("{characters} characters do not fit on a panel of {}, at most {limit} can be read at its distance: shorten the text, or choose a larger panel", size(*format)),
            F::StopFarFromLine { stop, distance_m } => format!("the stop \"{stop}\" is {distance_m:.0} m away from the trail's line: check its position, or lead the line there"),
            F::PanelsTooClose { other, distance_m } => format!("is {distance_m:.0} m from the panel \"{other}\" of the same trail, too near for a phone to tell them apart: visitors may be offered both; move one, or tell both in one stop"),
            F::BadPanelCode { code, why } => format!("\"{code}\" is no panel code ({why}): compare it with the panel, or draw a new one"),
            F::DuplicateCode { code, other } => format!("the code \"{code}\" is already that of \"{other}\": each panel needs one of its own"),
            F::MissingFile { path } => format!("there is no file \"{path}\": check its name, capitals included, or add it"),
            F::UnknownFileType { path, known } => format!("\"{path}\" is of a type that is not understood: use {}", known.join(", ")),
            F::BadRecording { why } => audio(UiLanguage::English, why),
            F::Recording { path, note } => note.message(UiLanguage::English, path),
            F::NoWords { path } => format!("there is not a word in \"{path}\": check that it is the right file"),
            F::NoFile => "there is nothing to play or show: add a file or a link".into(),
            F::BadLine { why } => format!("the file holds no line that can be followed: {}", track(UiLanguage::English, why)),
            F::OnlyWaypoints => "the file holds single points and no line: export the trail as GPX with a track".into(),
            F::NoLine => "the trail has no line, phones cannot follow it: add a GPX file and write its name in line_file".into(),
            F::Vanished { id } => format!("\"{id}\" was published and is gone: bring it back, or add it to removed.toml so that it goes on answering"),
            F::NoOpeningHours => "is open at certain hours, but they are missing: write opening_hours = \"Mo-Fr 09:00-17:00\"".into(),
            F::UnreadableHours { value } => format!("\"{value}\" cannot be read as opening hours, so that guides take the place for open: write them as OpenStreetMap does, \"Mo-Fr 09:00-12:00,14:00-17:00; PH off\", with the days Mo Tu We Th Fr Sa Su"),
            F::DatesReversed { from, until } => format!("ends ({until}) before it begins ({from}): correct one of the dates"),
            F::AbsurdAge { age } => format!("nobody rates films from {age} years: write an age from 0 to 21"),
            F::DeadLink { address, status: Some(status) } => format!("\"{address}\" leads nowhere, its server answers {status}: find where it moved to, or take it out"),
            F::DeadLink { address, status: None } => format!("\"{address}\" cannot be reached: check it in a browser, and take it out if nobody answers"),
            F::NotHttps { address } => format!("\"{address}\" is no https:// address: visitors' phones refuse others; write the whole address"),
            F::SubjectUnclear => "is about nothing, or about several things: write exactly one of about.panel, place, film, trail or stop".into(),
            F::CornersCross => "the zone's sides cross or touch: write its corners, each once, in the order in which one walks around it".into(),
            F::OutOfRange { value, least, most } => format!("{value} makes no sense here: write a number from {least} to {most}"),
            F::BadCommune { value } => format!("\"{value}\" is no INSEE code, which has five characters: has a spreadsheet eaten the leading zero?"),
            F::BadPostcode { value } => format!("\"{value}\" is no French postcode, which has five digits: has a spreadsheet eaten the leading zero?"),
        }
    }

    fn french(&self) -> String {
        use FindingKind as F;
        match &self.what {
            F::ReadAsWindows1252 => "n’est pas enregistré en UTF-8 et a été lu comme du Windows-1252 : vérifiez les accents, ou enregistrez-le en UTF-8".into(),
            F::TooLarge { bytes, limit_bytes } => format!("est trop gros ({bytes} octets, {limit_bytes} au plus sont lus) : partagez-le en plusieurs fichiers"),
            F::Outside { path } => format!("« {path} » mène hors du dossier source, ou trop profond : copiez le fichier dans le dossier et écrivez son chemin à partir de là"),
            F::UnreadableFile { why } => format!("est illisible ({why}) : vérifiez que le fichier est entier et qu’on peut l’ouvrir"),
            F::NotRead => "n’est pas lu : les fiches sont des fichiers .toml, .csv, .xlsx ou .ods ; déplacez-le, ou renommez-le".into(),
            F::BadToml { why } => format!("n’est pas du TOML valable ici : {why} ; vérifiez guillemets, crochets et « = » sur cette ligne et la précédente"),
            F::UnknownSheet { name } => format!("la feuille « {name} » n’est pas lue : nommez-la films, people, companies, places, shootings, panels, commentaries, clips, pictures, trails, notices ou removed"),
            F::CellWithoutHeader { value } => format!("« {value} » est dans une colonne sans titre et n’est pas lu : donnez un titre à la colonne, ou videz la cellule"),
            F::UnknownField { name, meant } => format!("il n’y a pas de champ « {name} », il n’est pas lu{}", or_french(meant)),
            F::UnknownValue { value, meant, allowed } => format!("« {value} » n’est pas connu ici{} : écrivez l’un de ces mots : {}", or_french(meant), allowed.join(", ")),
            F::BadValue { value, expected } => format!("« {value} » ne convient pas : écrivez {}", expected.french()),
            F::MissingField => "manque, et sans lui la fiche ne sert pas : écrivez-le".into(),
            F::StopUnclear => "une étape veut soit un lieu (place), soit « at » et « direction » : écrivez l’un des deux".into(),
            F::ZoneUnclear => "une zone veut soit « centre » et « radius_m », soit au moins trois coins (« corners ») : écrivez l’un des deux".into(),
            F::Unreadable { why } => format!("est inutilisable : {why}"),
            F::NewerFormat { format } => format!("ce dossier est au format {format}, d’une version plus récente de ce programme : installez-la pour tout lire"),
            F::DuplicateId { id, other_file, other_line } => format!("l’identifiant « {id} » est déjà donné dans {}:{other_line} : donnez à chaque fiche le sien", other_file.display()),
            F::MissingLanguage { language } => format!("n’est pas écrit en « {language} », l’une des langues de la publication : ajoutez-le, le visiteur reçoit une autre langue en attendant"),
            F::NothingSaid => "est vide dans toutes les langues : écrivez-le".into(),
            F::NoLanguages => "la publication ne nomme aucune langue : écrivez languages = [\"fr\", \"en\"]".into(),
            F::MissingTranscript => "les mots prononcés manquent : écrivez-les, pour ceux qui n’entendent pas".into(),
            F::MissingAlt => "rien ne dit ce que montre l’image : écrivez-le, pour ceux qui ne la voient pas".into(),
            F::MissingCredit => "personne n’est crédité : nommez qui l’a fait".into(),
            F::NoUses => "aucun usage n’est accordé, donc rien n’est montré : écrivez uses = [\"app\", \"offline\", \"web\", \"print\"], ou ceux que vous avez".into(),
            F::DanglingReference { id, kind, meant } => format!("il n’y a pas de {} « {id} »{} : corrigez l’identifiant, ou ajoutez la fiche", kind.map_or("fiche", Kind::key), or_french(meant)),
            F::RefersToHidden { id } => format!("« {id} » n’est pas publié, ceci ne mène donc nulle part : publiez-le, ou retirez aussi ceci"),
            F::InfoClapTooLong { characters, limit, format } => format!("{characters} caractères ne tiennent pas sur un panneau de {}, {limit} au plus se lisent à sa distance : raccourcissez le texte, ou choisissez un panneau plus grand", size(*format)),
            F::StopFarFromLine { stop, distance_m } => format!("l’étape « {stop} » est à {distance_m:.0} m du tracé : vérifiez sa position, ou menez-y le tracé"),
            F::PanelsTooClose { other, distance_m } => format!("est à {distance_m:.0} m du panneau « {other} » du même parcours, trop près pour qu’un téléphone les distingue : les deux risquent d’être proposés ; déplacez l’un, ou racontez les deux en une étape"),
            F::BadPanelCode { code, why } => format!("« {code} » n’est pas un code de panneau ({}) : comparez-le au panneau, ou tirez-en un nouveau", code_in_french(why)),
            F::DuplicateCode { code, other } => format!("le code « {code} » est déjà celui de « {other} » : chaque panneau veut le sien"),
            F::MissingFile { path } => format!("il n’y a pas de fichier « {path} » : vérifiez son nom, majuscules comprises, ou ajoutez-le"),
            F::UnknownFileType { path, known } => format!("« {path} » est d’un type inconnu : utilisez {}", known.join(", ")),
            F::BadRecording { why } => audio(UiLanguage::French, why),
            F::Recording { path, note } => note.message(UiLanguage::French, path),
            F::NoWords { path } => format!("il n’y a pas un mot dans « {path} » : vérifiez que c’est le bon fichier"),
            F::NoFile => "il n’y a rien à écouter ni à montrer : ajoutez un fichier ou un lien".into(),
            F::BadLine { why } => format!("le fichier ne contient pas de tracé à suivre : {}", track(UiLanguage::French, why)),
            F::OnlyWaypoints => "le fichier contient des points isolés et pas de tracé : exportez le parcours en GPX avec une trace".into(),
            F::NoLine => "le parcours n’a pas de tracé, les téléphones ne peuvent pas le suivre : ajoutez un fichier GPX et écrivez son nom dans line_file".into(),
            F::Vanished { id } => format!("« {id} » a été publié et a disparu : remettez-le, ou ajoutez-le à removed.toml pour qu’il réponde encore"),
            F::NoOpeningHours => "est ouvert à certaines heures, qui manquent : écrivez opening_hours = \"Mo-Fr 09:00-17:00\"".into(),
            F::UnreadableHours { value } => format!("« {value} » est illisible comme horaires, et les guides croiront le lieu ouvert : écrivez-les comme OpenStreetMap, \"Mo-Fr 09:00-12:00,14:00-17:00; PH off\", les jours étant Mo Tu We Th Fr Sa Su"),
            F::DatesReversed { from, until } => format!("finit ({until}) avant de commencer ({from}) : corrigez l’une des dates"),
            F::AbsurdAge { age } => format!("aucun film n’est réservé à partir de {age} ans : écrivez un âge de 0 à 21"),
            F::DeadLink { address, status: Some(status) } => format!("« {address} » ne mène nulle part, son serveur répond {status} : cherchez la nouvelle adresse, ou retirez-la"),
            F::DeadLink { address, status: None } => format!("« {address} » est injoignable : vérifiez-la dans un navigateur, et retirez-la si personne ne répond"),
            F::NotHttps { address } => format!("« {address} » n’est pas une adresse https:// : les téléphones refusent les autres ; écrivez l’adresse entière"),
            F::SubjectUnclear => "ne porte sur rien, ou sur plusieurs choses : écrivez un seul de about.panel, place, film, trail ou stop".into(),
            F::CornersCross => "les côtés de la zone se croisent ou se touchent : écrivez ses coins, chacun une fois, dans l’ordre où l’on en fait le tour".into(),
            F::OutOfRange { value, least, most } => format!("{value} n’a pas de sens ici : écrivez un nombre de {least} à {most}"),
            F::BadCommune { value } => format!("« {value} » n’est pas un code INSEE, qui a cinq caractères : un tableur a-t-il mangé le zéro du début ?"),
            F::BadPostcode { value } => format!("« {value} » n’est pas un code postal français, qui a cinq chiffres : un tableur a-t-il mangé le zéro du début ?"),
        }
    }
}

/// In English, with its place: what a log wants.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(
            f,
            "{}: {severity}: {}",
            self.place(),
            self.message(UiLanguage::English)
        )
    }
}

impl Expected {
    fn english(self) -> &'static str {
        match self {
            Self::Text => "words in quotes",
            Self::Id => {
                "an id: 1 to 64 of a–z, 0–9, \"-\", \"_\" and \".\", beginning with a letter or a digit"
            }
            Self::Whole => "a whole number, 12",
            Self::Number => "a number, 12.5",
            Self::Boolean => "true or false (in tables also yes or no)",
            Self::Date => "a day, 2024-05-31 (in tables also 31/05/2024)",
            Self::Position => "latitude and longitude, \"45.4237, 4.0662\"",
            Self::Language => "a language, fr, en, de, pt-br",
            Self::List => "a list, [\"one\", \"two\"]",
            Self::Texts => "texts by language, { fr = \"…\", en = \"…\" }",
            Self::Table => "fields, { name = \"…\" }",
            Self::Tables => "a list of fields, each under its own [[…]]",
        }
    }

    fn french(self) -> &'static str {
        match self {
            Self::Text => "des mots entre guillemets droits",
            Self::Id => {
                "un identifiant : 1 à 64 signes parmi a–z, 0–9, « - », « _ » et « . », le premier étant une lettre ou un chiffre"
            }
            Self::Whole => "un nombre entier, 12",
            Self::Number => "un nombre, 12.5 (dans un tableau aussi 12,5)",
            Self::Boolean => "true ou false (dans un tableau aussi oui ou non)",
            Self::Date => "un jour, 2024-05-31 (dans un tableau aussi 31/05/2024)",
            Self::Position => "latitude et longitude, \"45.4237, 4.0662\"",
            Self::Language => "une langue, fr, en, de, pt-br",
            Self::List => "une liste, [\"un\", \"deux\"]",
            Self::Texts => "des textes par langue, { fr = \"…\", en = \"…\" }",
            Self::Table => "des champs, { name = \"…\" }",
            Self::Tables => "une liste de champs, chacun sous son [[…]]",
        }
    }
}

fn or_english(meant: &Option<String>) -> String {
    meant
        .as_ref()
        .map(|m| format!("; did you mean \"{m}\"?"))
        .unwrap_or_default()
}

fn or_french(meant: &Option<String>) -> String {
    meant
        .as_ref()
        .map(|m| format!(" ; vouliez-vous dire « {m} » ?"))
        .unwrap_or_default()
}

fn size(format: PanelFormat) -> &'static str {
    match format {
        PanelFormat::Small => "15 × 20 cm",
        PanelFormat::Medium => "40 × 60 cm",
        PanelFormat::Large => "60 × 80 cm",
        PanelFormat::Other => "?",
    }
}

fn code_in_french(why: &CodeError) -> String {
    match why {
        CodeError::Length { found } => format!("il a {found} signes au lieu de 8"),
        CodeError::Character { character } => format!("aucun code n’a de « {character} »"),
        CodeError::Check => "un signe est faux, ou deux sont échangés".to_owned(),
        CodeError::OnlyDigits => "des chiffres seuls sont le numéro d’un ancien Flashcode".to_owned(),
    }
}
