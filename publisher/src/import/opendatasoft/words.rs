//! How the table's words are shown: addresses and names that were typed in capitals, several names in one cell.

use crate::fold::folded;

/// Words that French addresses write small.
const SMALL_IN_ADDRESSES: &[&str] = &[
    "allée",
    "allées",
    "angle",
    "au",
    "aux",
    "avenue",
    "à",
    "bis",
    "boulevard",
    "carrefour",
    "chemin",
    "cité",
    "cour",
    "cours",
    "d",
    "de",
    "des",
    "du",
    "en",
    "esplanade",
    "et",
    "face",
    "galerie",
    "impasse",
    "jardin",
    "l",
    "la",
    "le",
    "les",
    "parc",
    "parvis",
    "passage",
    "passerelle",
    "place",
    "pont",
    "port",
    "porte",
    "quai",
    "quater",
    "rond-point",
    "route",
    "rue",
    "ruelle",
    "square",
    "sur",
    "ter",
    "voie",
    "villa",
];
/// Words that names write small.
const SMALL_IN_NAMES: &[&str] = &[
    "d", "da", "de", "del", "der", "di", "du", "et", "l", "la", "le", "van", "von",
];

/// An address without its postcode and commune, without doubled spaces and marks, and not in one case throughout.
pub(super) fn address(text: &str) -> String {
    let mut text = text.trim();
    if let Some((street, rest)) = text.rsplit_once(',') {
        let postcode = rest
            .trim_start()
            .get(..5)
            .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        if postcode && !street.trim().is_empty() {
            text = street;
        }
    }
    let spaced = text
        .replace('*', " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if in_one_case(&spaced) {
        capitalised(&spaced, SMALL_IN_ADDRESSES)
    } else {
        spaced
    }
}

/// A name without doubled spaces, and not in capitals throughout.
pub(super) fn name(text: &str) -> String {
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if in_one_case(&spaced) {
        capitalised(&spaced, SMALL_IN_NAMES)
    } else {
        spaced
    }
}

/// Whether a text has letters, and all of them in capitals.
pub(super) fn shouts(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

/// The people named in one cell, and whether a note in brackets was left out.
///
/// They are set apart by `/`, `,`, `;`, `&`, `+`, ` - `, ` et ` or ` and `. A pair that shares its family name ("Robert et
/// Ronan Burke") stays together as it is credited: who of them is called how would be a guess.
pub(super) fn people(cell: &str) -> (Vec<String>, bool) {
    let (bare, dropped) = without_brackets(cell);
    let bare = if folded(&bare).is_empty() {
        cell.to_owned()
    } else {
        bare
    };
    let apart = bare.replace(" - ", "/").replace(" – ", "/");
    let mut found: Vec<String> = Vec::new();
    for part in apart.split(['/', ',', ';', '&', '+']) {
        for person in pair(part) {
            let known = found.iter().any(|other| folded(other) == folded(&person));
            if !known && !folded(&person).is_empty() {
                found.push(person);
            }
        }
    }
    (found, dropped)
}

/// The companies named in one cell, set apart by `/` or `;`: other marks are part of their names.
pub(super) fn companies(cell: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in cell.split(['/', ';']) {
        let name = part.split_whitespace().collect::<Vec<_>>().join(" ");
        if !folded(&name).is_empty() && !found.iter().any(|other| folded(other) == folded(&name)) {
            found.push(name);
        }
    }
    found
}

fn pair(part: &str) -> Vec<String> {
    let words: Vec<&str> = part.split_whitespace().collect();
    let mut people: Vec<Vec<&str>> = vec![Vec::new()];
    for word in &words {
        if matches!(word.to_lowercase().as_str(), "et" | "and") {
            people.push(Vec::new());
        } else if let Some(person) = people.last_mut() {
            person.push(word);
        }
    }
    people.retain(|person| !person.is_empty());
    if people.len() > 1 && people.iter().any(|person| person.len() == 1) {
        return vec![words.join(" ")];
    }
    people.iter().map(|person| person.join(" ")).collect()
}

fn without_brackets(text: &str) -> (String, bool) {
    let (mut depth, mut dropped, mut bare) = (0_u32, false, String::with_capacity(text.len()));
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(c),
            _ => dropped = true,
        }
    }
    (bare, dropped)
}

fn in_one_case(text: &str) -> bool {
    shouts(text) || !text.chars().any(char::is_uppercase)
}

/// Every word with a capital, but for those that are written small after the first.
fn capitalised(text: &str, small: &[&str]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut word = String::new();
    let mut first = true;
    for c in text.chars().map(Some).chain([None]) {
        match c {
            Some(c) if c.is_alphanumeric() => word.extend(c.to_lowercase()),
            other => {
                let keep_small = small.contains(&word.as_str()) && !first;
                let mut letters = word.chars();
                if let Some(initial) = letters.next() {
                    if keep_small {
                        shown.push(initial);
                    } else {
                        shown.extend(initial.to_uppercase());
                    }
                    shown.push_str(letters.as_str());
                    first = false;
                    word.clear();
                }
                shown.extend(other);
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_as_people_write_them() {
        for (typed, shown) in [
            ("12 rue cantagrel, 75013 paris", "12 rue Cantagrel"),
            ("3/5  PLACE  RHIN ET DANUBE", "3/5 place Rhin et Danube"),
            ("CIMETIERE*  DE THIAIS", "Cimetiere de Thiais"),
            (
                "19 Rue des Écoles, fond de cour",
                "19 Rue des Écoles, fond de cour",
            ),
            ("4  AVENUE  DE L'OBSERVATOIRE", "4 avenue de l'Observatoire"),
        ] {
            assert_eq!(address(typed), shown);
        }
    }

    #[test]
    fn several_directors_in_one_cell_are_told_apart() {
        for (cell, want) in [
            (
                "VLADIMIR DE FONTENAY/MARIE MONGE",
                vec!["VLADIMIR DE FONTENAY", "MARIE MONGE"],
            ),
            ("Lise Akoka et Romane Guéret", vec!["Lise Akoka", "Romane Guéret"]),
            (
                "Matt BLOOM, Robert BURKE, Ronan BURKE",
                vec!["Matt BLOOM", "Robert BURKE", "Ronan BURKE"],
            ),
            (
                "Noemie Saglio - Renaud Bertrand",
                vec!["Noemie Saglio", "Renaud Bertrand"],
            ),
            ("Jean-Xavier de Lestrade", vec!["Jean-Xavier de Lestrade"]),
            ("Robert et Ronan BURKE", vec!["Robert et Ronan BURKE"]),
            ("Arnaud Selignac,", vec!["Arnaud Selignac"]),
            ("  ", vec![]),
        ] {
            assert_eq!(people(cell).0, want, "{cell}");
        }
        assert_eq!(
            people("Daina REID (Bloc 1) et Damon THOMAS (bloc 2)"),
            (vec!["Daina REID".into(), "Damon THOMAS".into()], true)
        );
    }

    #[test]
    fn names_in_capitals_are_lowered_and_others_stay() {
        assert_eq!(name("ALEXANDRE DE LA PATELLIÈRE"), "Alexandre de la Patellière");
        assert_eq!(name("LUDOVIC COLBEAU-JUSTIN"), "Ludovic Colbeau-Justin");
        assert_eq!(name("Franck VICTOR"), "Franck VICTOR");
    }
}
