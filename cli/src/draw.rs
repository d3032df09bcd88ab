//! A walk as a picture (SVG): trail, stops, fixes, estimate and triggers, for people to look at. Readable in print and in the sun:
//! dark on white, shapes as well as colours tell things apart.

use crate::say;
use crate::words::Ui;
use alloclap_core::geo::{Plane, Point, Position};
use std::fmt::Write as _;

/// What is drawn.
pub struct Walk<'a> {
    /// The language of legend and description.
    pub ui: Ui,
    /// The trail's name.
    pub name: &'a str,
    /// The trail's line.
    pub line: &'a [Position],
    /// The stops in order.
    pub stops: Vec<Stop<'a>>,
    /// Where the phone believed to be.
    pub fixes: &'a [Position],
    /// Where the guide believed the walker to be.
    pub estimates: &'a [Position],
    /// Where stories began.
    pub triggers: Vec<Trigger>,
}

/// A stop on the picture.
pub struct Stop<'a> {
    /// Its name in the list.
    pub name: &'a str,
    /// Where it is.
    pub position: Position,
}

/// The moment of a story on the picture.
pub struct Trigger {
    /// Where the phone believed to be.
    pub position: Position,
    /// Which stop, by its place in the list.
    pub stop: usize,
    /// Whether it was offered instead of begun.
    pub offered: bool,
    /// When, in milliseconds from the beginning.
    pub t_ms: i64,
}

/// Width of the map in SVG units; text and strokes are sized for it.
const MAP_WIDTH: f64 = 760.0;
/// The map is never drawn lower or higher than this, however long and thin the trail.
const MAP_HEIGHT: std::ops::RangeInclusive<f64> = 320.0..=760.0;
/// Room around everything drawn.
const MARGIN: f64 = 36.0;
/// How far beside and above of a stop its number is drawn, and the radius of its disc.
const BESIDE: f64 = 15.0;
const LABEL: f64 = 10.0;
/// The longest name in the list of stops, in characters: as many as fit into the width.
const NAME_CHARS: usize = 78;
/// Height of a line in the list of stops.
const LINE_HEIGHT: f64 = 22.0;

/// The picture. Without any position, an empty map that says so.
pub fn svg(walk: &Walk<'_>) -> String {
    let ui = walk.ui;
    let all: Vec<Position> = walk
        .line
        .iter()
        .copied()
        .chain(walk.stops.iter().map(|stop| stop.position))
        .chain(walk.fixes.iter().copied())
        .collect();
    let frame = Frame::around(&all);
    let list_height = LINE_HEIGHT * (walk.stops.len() as f64 + 2.0);
    let height = frame.height + list_height + MARGIN;
    let told = walk.triggers.iter().filter(|trigger| !trigger.offered).count();
    let name = escape(walk.name);
    let stops = ui.count(walk.stops.len(), ["stop", "stops"], ["étape", "étapes"]);
    let told = ui.count(
        told,
        ["story told", "stories told"],
        ["histoire racontée", "histoires racontées"],
    );
    let description = say!(
        ui,
        "Map of the walk along {name}: {stops}, {told}.",
        "Carte de la marche le long de {name} : {stops}, {told}."
    );
    let mut out = String::new();
    let mut add = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    add(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {MAP_WIDTH} {height:.0}\" role=\"img\" aria-labelledby=\"t d\" \
         font-family=\"system-ui, sans-serif\" font-size=\"14\" fill=\"#1a1a1a\">"
    ));
    add(format!(
        "<title id=\"t\">{name}</title><desc id=\"d\">{description}</desc>"
    ));
    add(format!(
        "<rect width=\"{MAP_WIDTH}\" height=\"{height:.0}\" fill=\"#ffffff\"/>"
    ));
    add(format!(
        "<path d=\"{}\" fill=\"none\" stroke=\"#f2b134\" stroke-width=\"9\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>",
        frame.path(walk.line)
    ));
    add(format!(
        "<path d=\"{}\" fill=\"none\" stroke=\"#3b6ea8\" stroke-width=\"1\" stroke-opacity=\".45\"/>",
        frame.path(walk.fixes)
    ));
    let mut dots = String::new();
    for fix in walk.fixes {
        let (x, y) = frame.place(*fix);
        // Writing to a String cannot fail.
        let _ = write!(dots, "M{x:.1} {y:.1}h0");
    }
    add(format!(
        "<path d=\"{dots}\" stroke=\"#3b6ea8\" stroke-width=\"3\" stroke-linecap=\"round\"/>"
    ));
    add(format!(
        "<path d=\"{}\" fill=\"none\" stroke=\"#1b7a4b\" stroke-width=\"2\" stroke-linejoin=\"round\"/>",
        frame.path(walk.estimates)
    ));
    for stop in &walk.stops {
        let (x, y) = frame.place(stop.position);
        add(format!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#1a1a1a\"/>"
        ));
    }
    for trigger in &walk.triggers {
        let Some(stop) = walk.stops.get(trigger.stop) else {
            continue;
        };
        let ((x, y), (to_x, to_y)) = (frame.place(trigger.position), frame.place(stop.position));
        let fill = if trigger.offered { "#ffffff" } else { "#c02942" };
        add(format!(
            "<path d=\"M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}\" stroke=\"#c02942\" stroke-width=\"1.5\" stroke-dasharray=\"3 3\"/>\
             <path d=\"M{x:.1} {:.1}l8 8l-8 8l-8 -8z\" fill=\"{fill}\" stroke=\"#c02942\" stroke-width=\"2\"/>",
            y - 8.0
        ));
    }
    let at: Vec<(f64, f64)> = walk.stops.iter().map(|stop| frame.place(stop.position)).collect();
    for (index, (x, y)) in labels(&at).into_iter().enumerate() {
        add(number(x, y, index + 1));
    }
    add(frame.scale_bar(ui));
    let mut y = frame.height + LINE_HEIGHT;
    add(legend(ui, y));
    for (index, stop) in walk.stops.iter().enumerate() {
        y += LINE_HEIGHT;
        let told = walk.triggers.iter().find(|trigger| trigger.stop == index);
        let mark = match told {
            Some(trigger) => {
                let clock = ui.clock(trigger.t_ms);
                if trigger.offered {
                    say!(ui, " – offered at {clock}", " – proposée à {clock}")
                } else {
                    say!(ui, " – told at {clock}", " – racontée à {clock}")
                }
            }
            None => String::new(),
        };
        add(number(MARGIN, y - 5.0, index + 1));
        add(format!(
            "<text x=\"{}\" y=\"{y:.0}\">{}{mark}</text>",
            MARGIN + 20.0,
            escape(&shortened(stop.name))
        ));
    }
    add("</svg>".to_owned());
    out
}

/// Where the numbers of stops stand: each beside its stop, so that the sign of what happened there stays in sight, and where no
/// number before it and no other stop is; if all around is taken, above on the left.
fn labels(stops: &[(f64, f64)]) -> Vec<(f64, f64)> {
    const AROUND: [(f64, f64); 8] = [
        (-1.0, -1.0),
        (1.0, -1.0),
        (-1.0, 1.0),
        (1.0, 1.0),
        (-1.4, 0.0),
        (1.4, 0.0),
        (0.0, -1.4),
        (0.0, 1.4),
    ];
    let mut taken: Vec<(f64, f64)> = Vec::new();
    for &(x, y) in stops {
        let beside = AROUND.map(|(right, down)| (x + right * BESIDE, y + down * BESIDE));
        let apart = |a: (f64, f64), b: (f64, f64), least: f64| (a.0 - b.0).hypot(a.1 - b.1) >= least;
        let free = beside.iter().find(|&&here| {
            taken.iter().all(|&there| apart(here, there, 2.0 * LABEL))
                && stops.iter().all(|&stop| apart(here, stop, LABEL + 4.0))
        });
        taken.push(*free.unwrap_or(&(x - BESIDE, y - BESIDE)));
    }
    taken
}

/// A name that fits into a line: a spoken direction may be several sentences.
fn shortened(name: &str) -> String {
    if name.chars().count() <= NAME_CHARS {
        return name.to_owned();
    }
    let kept: String = name.chars().take(NAME_CHARS).collect();
    format!("{}…", kept.trim_end())
}

fn number(x: f64, y: f64, number: usize) -> String {
    format!(
        "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{LABEL}\" fill=\"#1a1a1a\"/><text x=\"{x:.1}\" y=\"{:.1}\" fill=\"#ffffff\" \
         font-size=\"12\" font-weight=\"bold\" text-anchor=\"middle\">{number}</text>",
        y + 4.2
    )
}

fn legend(ui: Ui, y: f64) -> String {
    let texts = [
        (
            ui.pick("trail", "parcours"),
            "<path d=\"M0 -5h24\" stroke=\"#f2b134\" stroke-width=\"9\" stroke-linecap=\"round\"/>",
        ),
        (
            ui.pick("fixes", "positions"),
            "<path d=\"M2 -5h0m10 0h0m10 0h0\" stroke=\"#3b6ea8\" stroke-width=\"4\" stroke-linecap=\"round\"/>",
        ),
        (
            ui.pick("estimate", "estimation"),
            "<path d=\"M0 -5h24\" stroke=\"#1b7a4b\" stroke-width=\"2\"/>",
        ),
        (
            ui.pick("a story begins", "histoire racontée"),
            "<path d=\"M12 -13l8 8l-8 8l-8 -8z\" fill=\"#c02942\"/>",
        ),
        (
            ui.pick("a story is offered", "histoire proposée"),
            "<path d=\"M12 -12l7 7l-7 7l-7 -7z\" fill=\"#ffffff\" stroke=\"#c02942\" stroke-width=\"2\"/>",
        ),
    ];
    let mut out = String::new();
    let mut x = MARGIN - 10.0;
    for (text, sign) in texts {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<g transform=\"translate({x:.0} {y:.0})\">{sign}<text x=\"32\">{text}</text></g>"
        );
        x += 60.0 + 7.2 * text.chars().count() as f64;
    }
    out
}

/// How metres become SVG units.
struct Frame {
    plane: Plane,
    west_m: f64,
    north_m: f64,
    units_per_m: f64,
    height: f64,
}

impl Frame {
    fn around(positions: &[Position]) -> Self {
        let origin = positions.first().copied().unwrap_or(Position {
            lat_deg: 0.0,
            lon_deg: 0.0,
        });
        let plane = Plane::at(origin);
        let points: Vec<Point> = positions
            .iter()
            .map(|position| plane.project(*position))
            .collect();
        let least = |of: fn(&Point) -> f64| points.iter().map(of).fold(f64::INFINITY, f64::min).min(0.0);
        let most = |of: fn(&Point) -> f64| points.iter().map(of).fold(f64::NEG_INFINITY, f64::max).max(0.0);
        let (west, east) = (least(|p| p.east_m), most(|p| p.east_m));
        let (south, north) = (least(|p| p.north_m), most(|p| p.north_m));
        // At least 20 m are shown, so that a walk on the spot is no division by zero.
        let (wide, high) = ((east - west).max(20.0), (north - south).max(20.0));
        let units_per_m = ((MAP_WIDTH - 2.0 * MARGIN) / wide).min((MAP_HEIGHT.end() - 2.0 * MARGIN) / high);
        let height = (high * units_per_m + 2.0 * MARGIN).max(*MAP_HEIGHT.start());
        let spare_m = (MAP_WIDTH - 2.0 * MARGIN) / units_per_m - wide;
        Self {
            plane,
            west_m: west - spare_m / 2.0,
            north_m: north,
            units_per_m,
            height,
        }
    }

    fn place(&self, position: Position) -> (f64, f64) {
        let point = self.plane.project(position);
        (
            MARGIN + (point.east_m - self.west_m) * self.units_per_m,
            MARGIN + (self.north_m - point.north_m) * self.units_per_m,
        )
    }

    fn path(&self, positions: &[Position]) -> String {
        let mut path = String::new();
        for (index, position) in positions.iter().enumerate() {
            let (x, y) = self.place(*position);
            // Writing to a String cannot fail.
            let _ = write!(path, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
        }
        path
    }

    /// A bar of a round length, about a fifth of the width.
    fn scale_bar(&self, ui: Ui) -> String {
        let wanted_m = MAP_WIDTH / 5.0 / self.units_per_m;
        let decade = 10_f64.powf(wanted_m.log10().floor());
        let metres = [5.0, 2.0, 1.0]
            .into_iter()
            .map(|step| step * decade)
            .find(|m| *m <= wanted_m)
            .unwrap_or(decade);
        let (x, y, length) = (MARGIN / 2.0, self.height - 12.0, metres * self.units_per_m);
        format!(
            "<path d=\"M{x} {:.1}v6h{length:.1}v-6\" fill=\"none\" stroke=\"#1a1a1a\" stroke-width=\"1.5\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"12\">{}</text>\
             <text x=\"{:.0}\" y=\"24\" text-anchor=\"middle\" font-size=\"12\">{}</text>",
            y - 6.0,
            x + length + 6.0,
            y,
            ui.distance(metres),
            MAP_WIDTH - MARGIN / 2.0,
            "N ↑"
        )
    }
}

/// Text as SVG and HTML may hold it; control characters, which XML forbids, are left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && c != '\n' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_holds_what_happened_and_no_foreign_markup() {
        let here = Position::new(48.88, 2.33).unwrap();
        let there = Position::new(48.881, 2.335).unwrap();
        let walk = Walk {
            ui: Ui::Fr,
            name: "Lieux <script>",
            line: &[here, there],
            stops: vec![Stop {
                name: "A & B",
                position: there,
            }],
            fixes: &[here, there],
            estimates: &[here, there],
            triggers: vec![Trigger {
                position: there,
                stop: 0,
                offered: false,
                t_ms: 65_000,
            }],
        };
        let picture = svg(&walk);
        assert!(
            picture.contains("1 étape, 1 histoire racontée.")
                && picture.contains("A &amp; B – racontée à 1:05"),
            "{picture}"
        );
        assert!(
            !picture.contains("<script>") && !picture.contains("NaN"),
            "{picture}"
        );
    }

    #[test]
    fn numbers_of_stops_that_stand_close_do_not_hide_each_other() {
        let stops = [(100.0, 100.0), (104.0, 103.0), (110.0, 100.0), (300.0, 100.0)];
        let labels = labels(&stops);
        for (index, a) in labels.iter().enumerate() {
            for b in &labels[..index] {
                assert!((a.0 - b.0).hypot(a.1 - b.1) >= 2.0 * LABEL, "{labels:?}");
            }
        }
        assert!(
            (labels[3].0 - 300.0).abs() < 20.0,
            "a number stands far from its stop"
        );
    }

    #[test]
    fn nothing_to_draw_is_still_a_picture() {
        let walk = Walk {
            ui: Ui::En,
            name: "",
            line: &[],
            stops: vec![],
            fixes: &[],
            estimates: &[],
            triggers: vec![],
        };
        assert!(!svg(&walk).contains("NaN"));
    }
}
