//! A code that was made → SVG or PNG, true to size. Its job ends at the bytes of the file.

use super::{CodeRefused, Made};
use std::fmt::Write as _;

/// Dots to a module in a PNG: an edge between modules is on a dot's edge, and a printer of 1,200 dots an inch has no more to show on a
/// module of 0.34 mm.
const DOTS: u32 = 16;
/// The size of the letters under the code, as a part of the symbol's side: nine letters then take about four fifths of it.
const LETTERS: f64 = 0.15;
/// The height of the strip that they stand in, in their own size.
const STRIP: f64 = 1.4;
/// Where in the strip they stand: their base line, in their own size from above.
const BASE_LINE: f64 = 0.9;
/// The width of nine letters of a fixed-width typeface, in their own size.
const NINE_LETTERS: f64 = 9.0 * 0.6;

impl Made {
    /// A drawing in millimetres with its quiet zone, dark modules as one path; `with_text` puts the panel code under it for those who type.
    pub fn svg(&self, with_text: bool) -> String {
        let side = f64::from(self.symbol.side_with_quiet());
        let letters = f64::from(self.modules) * LETTERS;
        let height = side + if with_text { letters * STRIP } else { 0.0 };
        let (width_mm, height_mm) = (side * self.module_mm, height * self.module_mm);
        let (code, path) = (self.code, self.path());
        let text = if with_text {
            format!(
                "<text x=\"{x}\" y=\"{y:.3}\" font-family=\"'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace\" \
                 font-size=\"{letters:.3}\" text-anchor=\"middle\" textLength=\"{length:.3}\">{code}</text>\n",
                x = side / 2.0,
                y = side + letters * BASE_LINE,
                length = letters * NINE_LETTERS,
            )
        } else {
            String::new()
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width_mm:.3}mm\" height=\"{height_mm:.3}mm\" viewBox=\"0 0 {side} {height:.3}\" role=\"img\">\n\
             <title>{code}</title>\n\
             <rect width=\"{side}\" height=\"{height:.3}\" fill=\"#fff\"/>\n\
             <path d=\"{path}\" fill=\"#000\" shape-rendering=\"crispEdges\"/>\n\
             {text}</svg>\n"
        )
    }

    /// Every run of dark modules in a row as a rectangle.
    fn path(&self) -> String {
        let (symbol, quiet) = (&self.symbol, self.quiet_modules);
        let mut path = String::new();
        for row in 0..symbol.side {
            let mut column = 0;
            while column < symbol.side {
                let run = (column..symbol.side)
                    .take_while(|column| symbol.is_dark(*column, row))
                    .count();
                let run = u32::try_from(run).unwrap_or_default();
                if run > 0 {
                    // Writing to a String cannot fail.
                    let _ = write!(path, "M{} {}h{run}v1h-{run}z", column + quiet, row + quiet);
                }
                column += run + 1;
            }
        }
        path
    }

    /// A picture of one bit a pixel with its quiet zone, which says its size in print. It has no text: that needs a typeface.
    ///
    /// # Errors
    /// [`CodeRefused::Picture`] when it cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, CodeRefused> {
        let refused = |why: png::EncodingError| CodeRefused::Picture(why.to_string());
        let side = self.symbol.side_with_quiet() * DOTS;
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let dots_per_metre = (f64::from(DOTS) * 1_000.0 / self.module_mm).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: dots_per_metre,
            yppu: dots_per_metre,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header().map_err(refused)?;
        writer.write_image_data(&self.rows()).map_err(refused)?;
        writer.finish().map_err(refused)?;
        Ok(bytes)
    }

    /// The picture's bits, 1 for light, each row filled up to whole bytes.
    fn rows(&self) -> Vec<u8> {
        let (symbol, quiet) = (&self.symbol, self.quiet_modules);
        let light = |column: u32, row: u32| match (column.checked_sub(quiet), row.checked_sub(quiet)) {
            (Some(column), Some(row)) => !symbol.is_dark(column, row),
            _ => true,
        };
        let side = symbol.side_with_quiet();
        let mut rows = Vec::new();
        for row in 0..side {
            // 16 dots to a module are two whole bytes.
            let one: Vec<u8> = (0..side)
                .flat_map(|column| [if light(column, row) { 0xff } else { 0 }; (DOTS / 8) as usize])
                .collect();
            for _ in 0..DOTS {
                rows.extend_from_slice(&one);
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use crate::code::{Made, Order, Symbology, make};
    use alloclap_core::code::PanelCode;

    fn made(symbology: Symbology) -> Made {
        make(&Order {
            code: PanelCode::parse("K7QM-2FXR").expect("the code of the documentation"),
            host: "alloclap.example".to_owned(),
            symbology,
            size_mm: 45.0,
            distance_m: 0.6,
        })
        .expect("a usual order")
    }

    #[test]
    fn what_is_drawn_is_what_was_read_back() {
        for symbology in [Symbology::QrCode, Symbology::DataMatrix] {
            let made = made(symbology);
            let side = made.symbol.side_with_quiet() as usize;

            let mut drawn = vec![false; side * side];
            for run in made.path().split('z').filter(|run| !run.is_empty()) {
                let numbers: Vec<usize> = run
                    .split(|c: char| !c.is_ascii_digit())
                    .filter_map(|number| number.parse().ok())
                    .collect();
                let [column, row, width, 1, back] = numbers[..] else {
                    panic!("{run} is no rectangle")
                };
                assert_eq!(width, back);
                drawn[row * side + column..][..width].fill(true);
            }
            let wanted: Vec<bool> = (0..side * side)
                .map(|at| {
                    let place = |n: usize| (n as u32).checked_sub(made.quiet_modules);
                    matches!((place(at % side), place(at / side)), (Some(x), Some(y)) if made.symbol.is_dark(x, y))
                })
                .collect();
            assert!(drawn == wanted, "the SVG of a {symbology:?} shows another code");

            let png = made.png().expect("fits into memory");
            let mut reader = png::Decoder::new(std::io::Cursor::new(png))
                .read_info()
                .expect("a PNG");
            let mut bits = vec![0; reader.output_buffer_size().expect("known")];
            let info = reader.next_frame(&mut bits).expect("whole");
            let dots = info.width as usize / side;
            let dark = |x: usize, y: usize| bits[y * info.line_size + x / 8] & (0x80 >> (x % 8)) == 0;
            let shown: Vec<bool> = (0..side * side)
                .map(|at| dark(at % side * dots + dots / 2, at / side * dots + dots / 2))
                .collect();
            assert!(shown == wanted, "the PNG of a {symbology:?} shows another code");
            let per_metre = reader.info().pixel_dims.expect("says its size").xppu;
            let printed_mm = f64::from(info.width) / f64::from(per_metre) * 1e3;
            assert!(
                (printed_mm - made.drawing_mm).abs() < 0.05,
                "{printed_mm} mm would be printed instead of {}",
                made.drawing_mm
            );
        }
    }

    #[test]
    fn the_panel_code_stands_under_the_drawing_if_it_is_wanted() {
        let made = made(Symbology::QrCode);
        assert!(made.svg(true).contains(">K7QM-2FXR</text>"));
        assert!(!made.svg(false).contains("<text"));
        let height = |svg: &str| {
            svg.split("height=\"")
                .nth(1)
                .and_then(|rest| rest.split("mm").next()?.parse::<f64>().ok())
        };
        assert!(
            height(&made.svg(true)) > height(&made.svg(false)),
            "the text stands in the quiet zone"
        );
    }
}
