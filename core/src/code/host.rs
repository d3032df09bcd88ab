//! How the host of somebody else's link is shown, so that it cannot pass for another.
//!
//! Letters of other scripts that look like Latin ones, a listed host with a letter exchanged, and a listed host put in front
//! of the real one are how links deceive. This room names them; it does not judge what a host serves.

use unicode_normalization::UnicodeNormalization;

/// Non-Latin letters that are drawn like a Latin one in common typefaces, after the "confusables" of Unicode TR 39.
const DRAWN_LIKE: [(char, char); 38] = [
    ('а', 'a'),
    ('в', 'b'),
    ('с', 'c'),
    ('ԁ', 'd'),
    ('е', 'e'),
    ('һ', 'h'),
    ('і', 'i'),
    ('ј', 'j'),
    ('к', 'k'),
    ('ӏ', 'l'),
    ('м', 'm'),
    ('н', 'h'),
    ('о', 'o'),
    ('р', 'p'),
    ('ԛ', 'q'),
    ('г', 'r'),
    ('ѕ', 's'),
    ('т', 't'),
    ('ѵ', 'v'),
    ('ԝ', 'w'),
    ('х', 'x'),
    ('у', 'y'),
    ('α', 'a'),
    ('ε', 'e'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('σ', 'o'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('ı', 'i'),
    ('ɑ', 'a'),
    ('ɡ', 'g'),
    ('օ', 'o'),
    ('ո', 'n'),
];

/// How a host is shown, and whether it could be taken for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownHost {
    /// The host in its own letters if they are plain or accented Latin, and in Punycode (`xn--…`) otherwise or when it imitates.
    pub text: String,
    /// Whether a person could take it for another host, one of `listed` above all.
    pub imitates: bool,
}

/// Decides how to show `host`, an ASCII host name as the `url` crate gives it. `listed` are the hosts that it must not pass for, in the
/// same form.
pub fn shown(host: &str, listed: &[String]) -> ShownHost {
    let (own_letters, decoded) = idna::domain_to_unicode(host);
    let decoded = decoded.is_ok();
    let posing = own_letters.chars().any(|c| latin_of(c).is_some())
        || listed
            .iter()
            .any(|ours| ours != host && poses_as(&own_letters, host, ours));
    let imitates = posing || !decoded;
    let plain = own_letters.chars().all(|c| c.is_ascii() || is_accented_latin(c));
    let text = if imitates || !plain {
        host.to_owned()
    } else {
        own_letters
    };
    ShownHost { text, imitates }
}

fn poses_as(own_letters: &str, host: &str, ours: &str) -> bool {
    let in_front = host
        .strip_prefix(ours)
        .is_some_and(|rest| rest.starts_with(['.', '-']));
    in_front || skeleton(own_letters) == skeleton(&idna::domain_to_unicode(ours).0)
}

/// What is left of a host when everything is dropped that the eye may miss.
fn skeleton(host: &str) -> String {
    let letters: String = host
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .map(|c| latin_of(c).unwrap_or(c))
        .filter(|c| *c != '-')
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' => 'l',
            '5' => 's',
            other => other,
        })
        .collect();
    letters.replace("rn", "m").replace("vv", "w")
}

fn latin_of(character: char) -> Option<char> {
    DRAWN_LIKE
        .iter()
        .find(|(from, _)| *from == character)
        .map(|(_, to)| *to)
}

fn is_accented_latin(character: char) -> bool {
    matches!(character, 'ß' | 'æ' | 'œ' | 'ø')
        || character
            .nfd()
            .next()
            .is_some_and(|base| base.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascii(host: &str) -> String {
        idna::domain_to_ascii(host).expect("a host that exists on paper")
    }

    #[test]
    fn a_host_that_could_pass_for_another_is_shown_in_punycode() {
        let listed = vec!["alloclap.fr".to_owned()];
        for host in [
            "аlloclap.fr",
            "allοclap.fr",
            "allóclap.fr",
            "al1oclap.fr",
            "alloclap.fr.example.com",
            "allo-clap.fr",
            "аррӏе.com",
        ] {
            let host = ascii(host);
            let shown = shown(&host, &listed);
            assert!(shown.imitates, "{host} is not noticed");
            assert!(shown.text.is_ascii(), "{host} is shown as {}", shown.text);
        }
    }

    #[test]
    fn an_honest_host_keeps_its_letters() {
        let listed = vec!["alloclap.fr".to_owned()];
        for host in ["cinéma-lumière.fr", "example.com", "straße.de", "alloclap.fr"] {
            assert_eq!(
                shown(&ascii(host), &listed),
                ShownHost {
                    text: host.to_owned(),
                    imitates: false
                }
            );
        }
        let other_script = shown(&ascii("映画.jp"), &listed);
        assert!(
            !other_script.imitates && other_script.text.starts_with("xn--"),
            "{other_script:?}"
        );
    }
}
