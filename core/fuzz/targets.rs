//! What is fuzzed: whatever bytes come, nothing panics, and what is accepted is sane.
#![allow(dead_code, reason = "each target uses its own function")]

use alloclap_core::audio::{Decoder, Transcript};
use alloclap_core::code::{PanelCode, Payload, payload};
use alloclap_core::geo::{Fix, Position, destination};
use alloclap_core::guide::{Guide, GuideOptions, GuideState, GuideStop, GuideTrail};
use alloclap_core::track::{Format, read_route, read_trace, write_route};
use alloclap_flashcode::{LumaView, Reader, Session};

/// Fixes of any kind along one of four trails. Ten bytes are one fix; the first byte of all chooses the trail.
pub fn fixes(data: &[u8]) {
    let Some((&first, data)) = data.split_first() else {
        return;
    };
    let trail = trail(first);
    let options = GuideOptions {
        headphones: first & 4 != 0,
        ..GuideOptions::default()
    };
    let mut guide = Guide::new(trail.clone(), options);
    let mut t_ms = 0i64;
    for bytes in data.chunks_exact(10).take(400) {
        let &[t0, t1, lat0, lat1, lon0, lon1, accuracy, speed, course, odd] = bytes else {
            return;
        };
        t_ms = match odd & 7 {
            0 => i64::MIN,
            1 => i64::MAX,
            _ => t_ms.saturating_add(i64::from(i16::from_le_bytes([t0, t1])) * 50),
        };
        let fix = Fix {
            t_ms,
            position: Position {
                lat_deg: number(
                    odd >> 4,
                    45.4237 + f64::from(i16::from_le_bytes([lat0, lat1])) * 1e-6,
                ),
                lon_deg: 4.0662 + f64::from(i16::from_le_bytes([lon0, lon1])) * 1e-6,
            },
            accuracy_m: number(accuracy >> 4, f64::from(accuracy)),
            speed_m_s: (speed & 1 == 0).then(|| number(speed >> 4, f64::from(speed) / 8.0)),
            course_deg: (course & 1 == 0).then(|| number(course >> 4, f64::from(course) * 2.0)),
        };
        for event in guide.step(fix) {
            assert!(event.progress_m.is_none_or(f64::is_finite), "{event:?}");
        }
        if let Some(progress) = guide.progress() {
            assert!(
                progress.along_m.is_finite() && (0.0..=1.0).contains(&progress.certainty),
                "{progress:?}"
            );
        }
        let snapshot = guide.snapshot();
        assert!(
            snapshot
                .next
                .is_none_or(|next| next.distance_m.is_finite() && next.time_s >= 0.0)
        );
        if odd & 8 != 0 {
            let written = serde_json::to_vec(guide.state()).unwrap_or_default();
            let state: GuideState = serde_json::from_slice(&written).unwrap_or_default();
            guide = Guide::resume(trail.clone(), options, state);
        }
    }
}

/// A file of any kind: read as a trail and as a trace; what is accepted is on the Earth and survives being written.
pub fn files(data: &[u8]) {
    let on_earth = |position: Position| Position::new(position.lat_deg, position.lon_deg).is_ok();
    if let Ok(route) = read_route(data) {
        assert!(route.line.iter().all(|&point| on_earth(point)));
        assert!(
            route
                .waypoints
                .iter()
                .all(|w| on_earth(w.position) && !w.name.is_empty())
        );
        for format in [Format::Gpx, Format::Kml, Format::GeoJson] {
            let text = write_route(&route, format);
            let read = read_route(text.as_bytes());
            let same = read.as_ref().is_ok_and(|read| {
                (read.line.len(), read.waypoints.len()) == (route.line.len(), route.waypoints.len())
            });
            assert!(same, "{format:?} is not read back: {read:?} of {text}");
        }
        if route.line.len() < 200 && route.waypoints.len() < 50 {
            let _ = Guide::new(GuideTrail::from_route(&route), GuideOptions::default());
        }
    }
    if let Ok(fixes) = read_trace(data) {
        let sane = |fix: &Fix| on_earth(fix.position) && fix.accuracy_m.is_finite() && fix.accuracy_m >= 0.0;
        assert!(!fixes.is_empty() && fixes.iter().all(sane));
    }
}

/// Bytes of any kind as a recording: opened, played, sought, played on. What comes out is finite and bounded.
pub fn recordings(data: &[u8]) {
    let Ok(mut decoder) = Decoder::of_bytes("fuzz", data.to_vec()) else {
        return;
    };
    let (probe, channels) = (decoder.probe(), usize::from(decoder.channels()));
    assert!(
        (8_000..=192_000).contains(&probe.sample_rate_hz) && (1..=2).contains(&channels),
        "{probe:?}"
    );
    let play = |decoder: &mut Decoder, most: usize| {
        let mut next = decoder.next_frame();
        let mut frames = 0;
        while let Ok(Some(block)) = decoder.next_block() {
            assert!(!block.samples.is_empty() && block.samples.len() % channels == 0);
            assert_eq!(block.start_frame, next, "frames are not counted one by one");
            next += (block.samples.len() / channels) as u64;
            frames += block.samples.len() / channels;
            if frames > most {
                return;
            }
        }
    };
    play(&mut decoder, 400_000);
    let middle = data
        .first()
        .map_or(0, |byte| probe.duration_ms / 255 * u64::from(*byte));
    for position_ms in [middle, 0, u64::MAX] {
        if decoder.seek(position_ms).is_ok() {
            play(&mut decoder, 20_000);
        }
    }
}

/// Bytes of any kind as the words of a recording. What was read is in order, and says the same again when it is published.
pub fn transcripts(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let read = Transcript::read(&text, data.len() as u64 * 100);
    assert!(read.cues.windows(2).all(|w| w[0].start_ms <= w[1].start_ms));
    assert!(
        read.cues
            .iter()
            .all(|cue| cue.start_ms < cue.end_ms && !cue.text.is_empty())
    );
    for position_ms in [0, 1, 5_000, read.end_ms(), u64::MAX] {
        let cue = read.at(position_ms);
        assert!(cue.is_none_or(|cue| (cue.start_ms..cue.end_ms).contains(&position_ms)));
        let _ = read.chapter_at(position_ms);
    }
    let _ = read.search(&text.chars().take(20).collect::<String>());
    let again = Transcript::parse(&read.to_webvtt());
    assert_eq!(again.cues.len(), read.cues.len(), "{}", read.to_webvtt());
}

/// The most pixels along a side of a fuzzed frame: enough for small codes, and quick.
const MOST_SIDE: u32 = 128;

/// A frame of any size, read as a picture and by a camera. The first byte chooses the way, then come width, height and padding of a row,
/// then the rows. Panics that other people's readers throw and ours catches are not seen here.
pub fn luma(data: &[u8]) {
    let &[way, width, height, padding, ref rows @ ..] = data else {
        return;
    };
    let size = |byte: u8| u32::from(byte).min(MOST_SIDE);
    let (width, height) = (size(width), size(height));
    let view = LumaView {
        data: rows,
        width,
        height,
        // Now and then shorter than a row.
        row_stride: (width + u32::from(padding)).saturating_sub(u32::from(way & 128 != 0)),
    };
    // A clock that strikes at every look: the work ends after so many pieces, wherever it is then.
    let looks = std::cell::Cell::new(0_u64);
    let clock = || {
        looks.set(looks.get() + 1);
        std::time::Duration::from_micros(looks.get() * 20)
    };
    let codes = match way & 3 {
        0 => Reader::new().read_within(&view, &clock, 40).unwrap_or_default(),
        1 => Reader::new().read_within(&view, &clock, 4).unwrap_or_default(),
        _ => {
            let mut session = Session::new(clock, u32::from(way >> 2 & 7));
            let mut codes = vec![];
            for _ in 0..6 {
                codes.extend(session.frame(&view).into_iter().flat_map(|seen| seen.new.clone()));
            }
            codes
        }
    };
    for code in codes {
        assert!(!code.bytes.is_empty() || code.text.is_some(), "an empty code");
        assert!(
            code.corners.iter().all(|p| p.x.is_finite() && p.y.is_finite()),
            "{code:?}"
        );
        assert!(
            code.spare.is_none_or(|spare| (0.0..=1.0).contains(&spare)),
            "{code:?}"
        );
    }
}

/// What a flashcode may say, or a visitor type: nothing that comes out could harm a screen, and what opens a panel is its code.
pub fn payload(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let hosts = ["alloclap.fr", "Cin\u{e9}ma.example", "", "\u{202e}", "a b"].map(str::to_owned);
    let shown = match payload::read(&text, &hosts) {
        Payload::Panel { code, host } => {
            assert_eq!(PanelCode::parse(&code.canonical()), Ok(code), "{text:?}");
            host.unwrap_or_default()
        }
        Payload::OldIndex { digits } => {
            assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "{text:?}");
            digits
        }
        Payload::Link(link) => {
            assert!(link.address.is_ascii(), "{link:?}");
            format!("{}{}{}", link.address, link.host, link.shown_host)
        }
        Payload::Text(shown) => shown,
    };
    let harms =
        |c: char| (c.is_control() && c != '\n' && c != '\t') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!shown.chars().any(harms), "{text:?} would be shown as {shown:?}");
    if let Ok(code) = PanelCode::parse_typed(&text) {
        assert_eq!(PanelCode::parse(&code.to_string()), Ok(code), "{text:?}");
    }
}

fn number(kind: u8, usual: f64) -> f64 {
    match kind {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => -usual,
        3 => 1e300,
        _ => usual,
    }
}

fn trail(kind: u8) -> GuideTrail {
    let start = Position {
        lat_deg: 45.4237,
        lon_deg: 4.0662,
    };
    let end = destination(start, 70.0, 600.0);
    let line = match kind & 3 {
        0 => Vec::new(),
        1 => vec![start],
        2 => vec![start, start, end, start],
        _ => vec![start, end],
    };
    let stop = |metres: u32| GuideStop {
        quiet: metres == 300,
        closed: metres == 450,
        commentary_ms: 20_000,
        ..GuideStop::at(&metres.to_string(), destination(start, 70.0, f64::from(metres)))
    };
    GuideTrail {
        line,
        stops: [150, 300, 305, 450, 600].map(stop).to_vec(),
    }
}
