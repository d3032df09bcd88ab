//! Reads the codes in every picture of a folder and prints one JSON object a line: `{"file","codes":[{"symbology","text","bytes"}],"ms"}`.
//!
//! For measuring the reader against pictures with known contents: `cargo run --release --example read_folder -- FOLDER [PART OF NAME]…`.

use alloclap_flashcode::{LumaView, Reader, Symbology};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("which folder? read_folder FOLDER [PART OF NAME]…")?;
    let wanted: Vec<String> = arguments.collect();
    let mut files: Vec<_> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    for file in files {
        let name = file.to_string_lossy();
        if name.ends_with(".csv") || !(wanted.is_empty() || wanted.iter().any(|part| name.contains(part))) {
            continue;
        }
        println!(
            "{}",
            read(&file).unwrap_or_else(|error| json!({ "file": name, "error": error.to_string() }))
        );
    }
    Ok(())
}

fn read(file: &Path) -> Result<Value, Box<dyn std::error::Error>> {
    let picture = image::open(file)?.into_luma8();
    let (width, height) = picture.dimensions();
    let begin = Instant::now();
    let codes = Reader::new().read(&LumaView {
        data: picture.as_raw(),
        width,
        height,
        row_stride: width,
    })?;
    let ms = begin.elapsed().as_secs_f64() * 1e3;
    let codes: Vec<Value> = codes
        .iter()
        .map(|code| {
            let symbology = match code.symbology {
                Symbology::QrCode => "qr_code",
                Symbology::DataMatrix => "data_matrix",
            };
            let corners: Vec<[f32; 2]> = code.corners.iter().map(|p| [p.x, p.y]).collect();
            json!({ "symbology": symbology, "text": code.text, "bytes": code.bytes, "corners": corners })
        })
        .collect();
    Ok(json!({ "file": file.to_string_lossy(), "codes": codes, "ms": ms }))
}
