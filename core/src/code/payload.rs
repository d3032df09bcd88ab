//! What the text of a 2D code names: a panel, an old Flashcode's number, somebody else's link, or just text.
//!
//! ```text
//! payload   = [ "MEBKM:" *( field ";" ) | "URLTO:" ] content       ; the wrappers of old Flashcodes, any case, at most two deep
//! field     = "URL:" content / "TITLE:" text / …                   ; only URL counts; ":" ";" "," and "\" are escaped by "\"
//! content   = panel-url / panel-code / old-index / link / text
//! panel-url = [ ( "https" / "http" ) "://" ] HOST "/p/" CODE [ "/" ] [ "?" query ] [ "#" fragment ]   ; HOST: one that a publication lists
//! panel-code= CODE                                                 ; see `panel_code`; case is forgiven
//! old-index = 8*20 digit
//! link      = ( "https" / "http" ) "://" … / "www." …
//! ```
//! Scheme, host and `/p/` are read in any case, as QR codes in their smaller alphanumeric mode have capitals only. Nothing is
//! ever opened here, and nothing that comes out holds a control character or one that changes the direction of writing.

use super::{PanelCode, host};
use url::Url;

/// Longest text that is read as anything but text, in bytes: the 7,089 digits of the largest QR Code.
const MAX_READ_BYTES: usize = 7_089;
/// Longest text that is kept for showing, in characters.
const MAX_SHOWN_CHARS: usize = 2_000;
/// How deep wrappers may be nested; `URLTO:` within `MEBKM:` has been seen, more has not.
const MAX_WRAPPERS: usize = 2;
/// Digits of the number of an old Flashcode; 16 have been seen.
const OLD_INDEX_DIGITS: std::ops::RangeInclusive<usize> = 8..=20;

/// What a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// A panel, of this publication or of another.
    Panel {
        /// Its code.
        code: PanelCode,
        /// The listed host that the code's address has, lower case; nothing if there was only the code.
        host: Option<String>,
    },
    /// The number of an old Flashcode. Its resolvers are gone; a publication may say which panel it means.
    OldIndex {
        /// 8 to 20 digits.
        digits: String,
    },
    /// Somebody else's link: to be shown, never to be opened by itself.
    Link(Link),
    /// Any other text, fit for showing: at most 2,000 characters, without control characters.
    Text(String),
}

/// Somebody else's link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The whole address, in ASCII.
    pub address: String,
    /// Its host as ASCII (`xn--…` for other letters).
    pub host: String,
    /// Its host as it is shown to a visitor: in Punycode if it could imitate another.
    pub shown_host: String,
    /// Whether the visitor is to be warned that the address could be taken for another one.
    pub imitates: bool,
}

/// Reads a text. `hosts` are all hosts that the followed publications list, old ones among them, in any case and letters.
pub fn read(text: &str, hosts: &[String]) -> Payload {
    if text.len() > MAX_READ_BYTES {
        return Payload::Text(shown_text(text));
    }
    let mut content = text.trim_matches(is_blank).to_owned();
    for _ in 0..MAX_WRAPPERS {
        let Some(inner) = unwrapped(&content) else { break };
        content = inner;
    }
    if let Ok(code) = PanelCode::parse(&content.to_ascii_uppercase()) {
        return Payload::Panel { code, host: None };
    }
    if OLD_INDEX_DIGITS.contains(&content.len()) && content.bytes().all(|b| b.is_ascii_digit()) {
        return Payload::OldIndex { digits: content };
    }
    let listed: Vec<String> = hosts.iter().filter_map(|host| ascii_host(host)).collect();
    let payload = address(&content, &listed).map(|(url, explicit)| of_address(&url, explicit, &listed));
    payload
        .flatten()
        .unwrap_or_else(|| Payload::Text(shown_text(text)))
}

/// A text as it may be shown: control characters and those that change the direction of writing become spaces (line breaks
/// stay), and after 2,000 characters comes "…".
pub fn shown_text(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(MAX_SHOWN_CHARS)
        .map(|c| if is_unshowable(c) { ' ' } else { c })
        .collect();
    if text.chars().nth(MAX_SHOWN_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

/// The text inside `URLTO:` or `MEBKM:`, if there is such a wrapper.
fn unwrapped(text: &str) -> Option<String> {
    if let Some(inner) = strip_prefix_any_case(text, "URLTO:") {
        return Some(inner.trim_matches(is_blank).to_owned());
    }
    let fields = strip_prefix_any_case(text, "MEBKM:")?;
    unescaped_fields(fields).into_iter().find_map(|field| {
        strip_prefix_any_case(&field, "URL:").map(|address| address.trim_matches(is_blank).to_owned())
    })
}

/// Splits at `;` where no backslash stands before it, and takes the backslashes away.
fn unescaped_fields(text: &str) -> Vec<String> {
    let mut fields = vec![];
    let mut field = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => field.extend(characters.next()),
            ';' => fields.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    fields.push(field);
    fields
}

/// The text as a web address, and whether it says so itself. Without a scheme, only what begins with a listed host or `www.`
/// is one: most words with a dot in them are not.
fn address(content: &str, listed: &[String]) -> Option<(Url, bool)> {
    if strip_prefix_any_case(content, "https://")
        .or_else(|| strip_prefix_any_case(content, "http://"))
        .is_some()
    {
        return Url::parse(content).ok().map(|url| (url, true));
    }
    let url = Url::parse(&format!("https://{content}")).ok()?;
    let host = url.host_str()?;
    let known = listed.iter().any(|ours| ours == host) && content.contains('/');
    (known || strip_prefix_any_case(content, "www.").is_some()).then_some((url, false))
}

fn of_address(url: &Url, explicit: bool, listed: &[String]) -> Option<Payload> {
    let host = url.host_str()?;
    // A listed host as user name ("https://ours@theirs/") is a known trick; honest codes have no user name at all.
    let posing_user = !url.username().is_empty() || url.password().is_some();
    let ours = listed.iter().any(|ours| ours == host) && !posing_user && url.port().is_none();
    if ours && let Some(code) = code_of_path(url.path()) {
        return Some(Payload::Panel {
            code,
            host: Some(host.to_owned()),
        });
    }
    if !explicit && url.as_str().contains("%20") {
        return None; // "www. is short for World Wide Web" is a sentence
    }
    let shown = host::shown(host, listed);
    Some(Payload::Link(Link {
        address: url.as_str().to_owned(),
        host: host.to_owned(),
        shown_host: if posing_user { host.to_owned() } else { shown.text },
        imitates: shown.imitates || posing_user,
    }))
}

/// The code in `/p/CODE` or `/p/CODE/`.
fn code_of_path(path: &str) -> Option<PanelCode> {
    let code = strip_prefix_any_case(path, "/p/")?;
    PanelCode::parse_typed(code.strip_suffix('/').unwrap_or(code)).ok()
}

fn ascii_host(host: &str) -> Option<String> {
    url::Host::parse(host.trim()).ok().map(|host| host.to_string())
}

fn strip_prefix_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || is_unshowable(character)
}

/// Control characters but line breaks and tabs; marks, embeddings, overrides and isolates of direction; the byte-order mark.
fn is_unshowable(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hosts() -> Vec<String> {
        ["alloclap.fr", "Cinéma.example", "old.example.org"]
            .map(str::to_owned)
            .into()
    }

    fn panel_host(text: &str) -> Option<Option<String>> {
        match read(text, &hosts()) {
            Payload::Panel { code, host } => {
                assert_eq!(code.to_string(), "K7QM-2FXR", "{text} opens another panel");
                Some(host)
            }
            _ => None,
        }
    }

    #[test]
    fn a_panel_is_opened_however_its_address_is_written() {
        for text in [
            "https://alloclap.fr/p/K7QM-2FXR",
            "HTTPS://ALLOCLAP.FR/P/K7QM2FXR",
            "http://alloclap.fr/p/k7qm-2fxr/?utm_source=panel#top",
            "  alloclap.fr/p/K7QM-2FXR\r\n",
            "URLTO:https://alloclap.fr/p/K7QM-2FXR",
            "MEBKM:TITLE:Libert\\;é;URL:https\\://alloclap.fr/p/K7QM-2FXR;;",
            "mebkm:url:urlto:alloclap.fr/p/K7QM-2FXR;;",
        ] {
            assert_eq!(panel_host(text), Some(Some("alloclap.fr".to_owned())), "{text:?}");
        }
        assert_eq!(
            panel_host("https://cinéma.example/p/K7QM-2FXR"),
            Some(Some("xn--cinma-dsa.example".to_owned()))
        );
        assert_eq!(
            panel_host("k7qm-2fxr"),
            Some(None),
            "a flashcode may hold the bare code"
        );
    }

    #[test]
    fn a_panel_is_never_opened_on_a_stranger_s_word() {
        for text in [
            "https://example.com/p/K7QM-2FXR",
            "https://alloclap.fr@example.com/p/K7QM-2FXR",
            "https://user@alloclap.fr/p/K7QM-2FXR",
            "https://alloclap.fr:8443/p/K7QM-2FXR",
            "https://alloclap.fr.example.com/p/K7QM-2FXR",
            "https://alloclap.fr/q/K7QM-2FXR",
            "https://alloclap.fr/p/K7QM-2FXV",
        ] {
            assert!(
                matches!(read(text, &hosts()), Payload::Link(_)),
                "{text} gives {:?}",
                read(text, &hosts())
            );
        }
    }

    #[test]
    fn other_people_s_codes_are_told_apart() {
        assert_eq!(
            read("1234567890123456", &hosts()),
            Payload::OldIndex {
                digits: "1234567890123456".to_owned()
            }
        );
        for text in [
            "WIFI:S:Café;T:WPA;P:x;;",
            "javascript:alert(1)",
            "tel:+33100000000",
            "Bonjour.",
            "www. is short",
            "",
            "1234567",
        ] {
            assert_eq!(read(text, &hosts()), Payload::Text(text.to_owned()));
        }
        let Payload::Link(link) = read("https://аlloclap.fr/x?\u{202e}y", &hosts()) else {
            panic!("this is a link")
        };
        assert!(
            link.imitates && link.shown_host.starts_with("xn--") && link.address.is_ascii(),
            "{link:?}"
        );
        let Payload::Link(link) = read("www.musée.fr", &hosts()) else {
            panic!("this is a link")
        };
        assert_eq!((link.shown_host.as_str(), link.imitates), ("www.musée.fr", false));
    }

    #[test]
    fn hostile_text_is_defused() {
        assert_eq!(
            read("txt.\u{202e}fdp\u{0}\u{7}", &hosts()),
            Payload::Text("txt. fdp  ".to_owned())
        );
        let Payload::Text(shown) = read(&"https://alloclap.fr/p/".repeat(1_000_000), &hosts()) else {
            panic!("too long for a link")
        };
        assert_eq!(shown.chars().count(), MAX_SHOWN_CHARS + 1);
    }

    proptest! {
        #[test]
        fn whatever_is_read_can_be_shown(text in prop_oneof![any::<String>(), "(MEBKM:|URLTO:|https?://|www\\.|\\PC|[;:\\\\/@.]|\\p{Cc}){0,40}"]) {
            let shown = match read(&text, &hosts()) {
                Payload::Text(shown) => shown,
                Payload::Link(link) => format!("{}{}{}", link.address, link.host, link.shown_host),
                Payload::OldIndex { digits } => digits,
                Payload::Panel { host, .. } => host.unwrap_or_default(),
            };
            prop_assert!(!shown.chars().any(is_unshowable), "{:?} would be shown as {:?}", text, shown);
        }
    }
}
