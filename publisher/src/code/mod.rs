//! Makes the flashcode of a panel: panel code, host, size and distance in; a drawing that was read back out, or the reason why there is none.
//!
//! ```text
//! code, host → address → symbols by falling error correction (symbol) → fine enough for the distance (sight) → read back as a phone
//! sees it (seen) → drawn (draw)
//! ```
//! Where on a panel the drawing stands, and which ink it gets, is the designer's work.

mod draw;
mod seen;
mod sight;
mod symbol;

pub use alloclap_flashcode::Symbology;
pub use seen::View;
pub use symbol::Level;

use crate::source::Source;
use alloclap_core::catalogue::model::Record;
use alloclap_core::code::{CodeError, PanelCode, Payload, payload};
use symbol::Symbol;

/// The smallest and the largest symbol that is made, in millimetres.
pub const SIZE_MM: (f64, f64) = (5.0, 2_000.0);
/// The nearest and the farthest a phone may be, in metres. Main cameras of phones do not focus nearer.
pub const DISTANCE_M: (f64, f64) = (0.1, 50.0);

/// A flashcode as it is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The panel that it opens.
    pub code: PanelCode,
    /// The host in its address, without scheme, port or path.
    pub host: String,
    /// Its kind.
    pub symbology: Symbology,
    /// The side of the symbol in millimetres, from dark edge to dark edge: the quiet zone around comes on top.
    pub size_mm: f64,
    /// From how far a phone is to read it, in metres.
    pub distance_m: f64,
}

/// A flashcode that was made and read back.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The panel that it opens.
    pub code: PanelCode,
    /// The address that it holds.
    pub address: String,
    /// Modules along a side, without quiet zone.
    pub modules: u32,
    /// Modules of quiet zone on each side.
    pub quiet_modules: u32,
    /// The error correction of a QR Code; a Data Matrix has one only.
    pub level: Option<Level>,
    /// The side of a module in millimetres.
    pub module_mm: f64,
    /// The side of the drawing with its quiet zone in millimetres; a text under it comes on top.
    pub drawing_mm: f64,
    /// Pixels of the reference camera that a module covers at the distance.
    pub pixels_per_module: f64,
    symbol: Symbol,
}

/// Why no flashcode was made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CodeRefused {
    /// What names the panel is no panel code.
    #[error("\"{wanted}\" names no panel: {why}")]
    Code {
        /// What was given.
        wanted: String,
        /// What is wrong with it.
        why: CodeError,
    },
    /// The source has no such panel.
    #[error("the source has no panel \"{wanted}\": give the code or the id of one of its panels")]
    NoSuchPanel {
        /// What was given.
        wanted: String,
    },
    /// The source names no host.
    #[error("publication.toml lists no hosts: write the one of the flashcodes there, or give it")]
    NoHost,
    /// The host is none that a phone would take for the publication's.
    #[error("\"{host}\" is no host of flashcodes: give a name alone, like guide.example.fr")]
    Host {
        /// What was given.
        host: String,
    },
    /// The size is out of range.
    #[error("{size_mm} mm is no size of a flashcode: give {least} to {most} mm", least = SIZE_MM.0, most = SIZE_MM.1)]
    Size {
        /// What was given.
        size_mm: f64,
    },
    /// The distance is out of range.
    #[error("{distance_m} m is no distance to read from: give {least} to {most} m", least = DISTANCE_M.0, most = DISTANCE_M.1)]
    Distance {
        /// What was given.
        distance_m: f64,
    },
    /// The address is longer than a symbol holds.
    #[error("an address of {chars} characters does not fit into a code: take a shorter host")]
    TooLong {
        /// Its length.
        chars: usize,
    },
    /// The modules are smaller than outdoor printing keeps apart.
    #[error(
        "modules of {module_mm:.2} mm are too fine to print, {least_mm} mm is the least: make the code {needed_mm} mm large"
    )]
    TooFineToPrint {
        /// The side of a module.
        module_mm: f64,
        /// The least.
        least_mm: f64,
        /// The size from which the code could be printed, in whole millimetres.
        needed_mm: u32,
    },
    /// From that distance a phone's camera does not tell the modules apart.
    #[error(
        "from {distance_m} m a module of {module_mm:.2} mm covers {pixels:.2} pixels of a phone's camera, {least_pixels} are needed: make the code {needed_mm} mm large, or have it read from {within_m:.2} m at most"
    )]
    TooFineToSee {
        /// The distance asked for.
        distance_m: f64,
        /// The side of a module.
        module_mm: f64,
        /// What it covers.
        pixels: f64,
        /// What it has to cover.
        least_pixels: f64,
        /// The size from which it could be read from there, in whole millimetres.
        needed_mm: u32,
        /// The distance from which this size could be read, in metres.
        within_m: f64,
    },
    /// From that distance the code does not fit into the camera's picture.
    #[error(
        "from {distance_m} m a phone's camera sees {view_mm:.0} mm, less than the {drawing_mm:.0} mm of the code with its quiet zone: make it smaller, or have it read from {from_m:.2} m at least"
    )]
    LargerThanView {
        /// The distance asked for.
        distance_m: f64,
        /// The short side of what is seen from there.
        view_mm: f64,
        /// The side of the drawing.
        drawing_mm: f64,
        /// The distance from which it fits.
        from_m: f64,
    },
    /// The reader did not read the code that was made, or read something else.
    #[error("the code that was made does not read back {0} from that distance: make it larger")]
    NotReadBack(View),
    /// The picture file could not be written.
    #[error("the picture cannot be written: {0}")]
    Picture(String),
}

/// The panel of a source that is named by its code, as people type it, or by its id.
///
/// # Errors
/// [`CodeRefused::NoSuchPanel`]; [`CodeRefused::Code`] if the panel's own code is none.
pub fn panel_of(source: &Source, wanted: &str) -> Result<PanelCode, CodeRefused> {
    let typed = PanelCode::parse_typed(wanted).ok();
    let panels = source.records.iter().filter_map(|sourced| match &sourced.record {
        Record::Panel(panel) => Some(panel),
        _ => None,
    });
    for panel in panels {
        let own = PanelCode::parse_typed(&panel.code);
        if panel.id.as_str() == wanted {
            return own.map_err(|why| CodeRefused::Code {
                wanted: panel.code.clone(),
                why,
            });
        }
        if let (Some(typed), Ok(own)) = (typed, own)
            && typed == own
        {
            return Ok(own);
        }
    }
    Err(CodeRefused::NoSuchPanel {
        wanted: wanted.to_owned(),
    })
}

/// The host that a source prints into its flashcodes: the first in its list, the others are former ones.
///
/// # Errors
/// [`CodeRefused::NoHost`].
pub fn host_of(source: &Source) -> Result<String, CodeRefused> {
    source.publisher.hosts.first().cloned().ok_or(CodeRefused::NoHost)
}

/// Makes a flashcode with the strongest error correction whose modules a phone tells apart at the distance, and reads it back as a phone
/// would see it from there. Blocks while it computes.
///
/// # Errors
/// [`CodeRefused`], with the figures that would do.
pub fn make(order: &Order) -> Result<Made, CodeRefused> {
    let Order {
        size_mm, distance_m, ..
    } = *order;
    if !(SIZE_MM.0..=SIZE_MM.1).contains(&size_mm) {
        return Err(CodeRefused::Size { size_mm });
    }
    if !(DISTANCE_M.0..=DISTANCE_M.1).contains(&distance_m) {
        return Err(CodeRefused::Distance { distance_m });
    }
    let addresses = addresses(order)?;
    let mut refused = CodeRefused::TooLong {
        chars: addresses
            .iter()
            .map(|address| address.len())
            .max()
            .unwrap_or_default(),
    };
    for symbol in symbol::strongest_first(&addresses, order.symbology) {
        match finish(order, symbol) {
            Ok(made) => return Ok(made),
            Err(why) => refused = why,
        }
    }
    Err(refused)
}

fn finish(order: &Order, symbol: Symbol) -> Result<Made, CodeRefused> {
    let sight = sight::at(order.size_mm, order.distance_m, &symbol)?;
    seen::read_back(&symbol, sight.pixels_per_module)?;
    Ok(Made {
        code: order.code,
        address: symbol.text.clone(),
        modules: symbol.side,
        quiet_modules: symbol.quiet,
        level: symbol.level,
        module_mm: sight.module_mm,
        drawing_mm: sight.drawing_mm,
        pixels_per_module: sight.pixels_per_module,
        symbol,
    })
}

/// The address of the panel in its spellings, the usual one first.
///
/// Scheme and host mean the same in capitals (RFC 3986, 6.2.2.1), which QR Codes store in 5½ bits a character instead of 8. The path
/// keeps its small letter: web servers tell `/p/` from `/P/`, and visitors without the app come to one.
fn addresses(order: &Order) -> Result<[String; 2], CodeRefused> {
    let refused = || CodeRefused::Host {
        host: order.host.clone(),
    };
    let listed = [order.host.clone()];
    let code = order.code.canonical();
    let Payload::Panel { host: Some(host), .. } =
        payload::read(&format!("https://{}/p/{code}", order.host), &listed)
    else {
        return Err(refused());
    };
    if !host.contains('.') {
        return Err(refused());
    }
    let spellings = [
        format!("https://{host}/p/{code}"),
        format!("HTTPS://{}/p/{code}", host.to_ascii_uppercase()),
    ];
    let opens = Payload::Panel {
        code: order.code,
        host: Some(host),
    };
    if spellings.iter().all(|text| payload::read(text, &listed) == opens) {
        Ok(spellings)
    } else {
        Err(refused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(symbology: Symbology, size_mm: f64, distance_m: f64) -> Order {
        Order {
            code: PanelCode::parse("K7QM-2FXR").expect("the code of the documentation"),
            host: "alloclap.fr".to_owned(),
            symbology,
            size_mm,
            distance_m,
        }
    }

    const BOTH: [Symbology; 2] = [Symbology::QrCode, Symbology::DataMatrix];

    #[test]
    fn a_small_code_is_made_for_a_visitor_who_stands_off() {
        for symbology in BOTH {
            let made = make(&order(symbology, 45.0, 1.2)).expect("45 mm can be read from 1.2 m");
            assert!(made.pixels_per_module >= 2.0, "{made:?}");
            assert!(
                made.drawing_mm > 45.0,
                "the quiet zone is missing, or was taken from the symbol"
            );
            assert_eq!(
                payload::read(&made.address, &["alloclap.fr".to_owned()]),
                Payload::Panel {
                    code: made.code,
                    host: Some("alloclap.fr".to_owned())
                },
                "the code opens another panel"
            );
        }
    }

    #[test]
    fn who_stands_nearer_gets_more_error_correction() {
        let level = |distance_m| {
            make(&order(Symbology::QrCode, 45.0, distance_m))
                .expect("near enough")
                .level
        };
        assert_eq!(level(0.5), Some(Level::High), "room for damage is given away");
        assert!(level(1.2) < level(0.5));
    }

    #[test]
    fn what_a_refusal_advises_is_accepted() {
        for symbology in BOTH {
            let Err(CodeRefused::TooFineToSee {
                needed_mm, within_m, ..
            }) = make(&order(symbology, 45.0, 6.0))
            else {
                panic!("nobody reads 45 mm from 6 m")
            };
            make(&order(symbology, f64::from(needed_mm), 6.0)).expect("the advised size");
            make(&order(symbology, 45.0, within_m)).expect("the advised distance");
        }
        let Err(CodeRefused::TooFineToPrint { needed_mm, .. }) = make(&order(Symbology::QrCode, 6.0, 0.1))
        else {
            panic!("nobody prints that outdoors")
        };
        make(&order(Symbology::QrCode, f64::from(needed_mm), 0.1)).expect("the advised size");
        let Err(CodeRefused::LargerThanView { from_m, .. }) = make(&order(Symbology::QrCode, 900.0, 0.5))
        else {
            panic!("the camera sees a part only")
        };
        make(&order(Symbology::QrCode, 900.0, from_m)).expect("the advised distance");
    }

    #[test]
    fn nonsense_is_named() {
        for size_mm in [0.0, -45.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                make(&order(Symbology::QrCode, size_mm, 1.0)),
                Err(CodeRefused::Size { .. })
            ));
            assert!(matches!(
                make(&order(Symbology::QrCode, 45.0, size_mm)),
                Err(CodeRefused::Distance { .. })
            ));
        }
        for host in [
            "",
            "alloclap",
            "alloclap.fr/x",
            "https://alloclap.fr",
            "a@alloclap.fr",
            "alloclap.fr:8080",
        ] {
            let refused = make(&Order {
                host: host.to_owned(),
                ..order(Symbology::QrCode, 45.0, 1.0)
            });
            assert!(
                matches!(refused, Err(CodeRefused::Host { .. })),
                "{host:?} gives {refused:?}"
            );
        }
        let made = make(&Order {
            host: "Cinéma.example".to_owned(),
            ..order(Symbology::QrCode, 60.0, 0.5)
        });
        let address = made.expect("a host with an accent").address.to_lowercase();
        assert_eq!(address, "https://xn--cinma-dsa.example/p/k7qm2fxr");
    }
}
