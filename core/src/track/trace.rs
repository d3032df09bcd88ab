//! A recorded walk as JSON: parallel lists of times, positions and what is known of each.

use super::{DEFAULT_ACCURACY_M, PointKind, TrackError, course, plausible};
use crate::geo::{Fix, Position};
use serde::Deserialize;

/// The longest recording that is believed: 10 years, far beyond any walk and far below what overflows milliseconds.
const MAX_SECONDS: f64 = 10.0 * 366.0 * 86_400.0;

#[derive(Deserialize)]
struct Recorded {
    times: Vec<f64>,
    latlon: Vec<[f64; 2]>,
    #[serde(default)]
    accuracy: Option<Vec<Option<f64>>>,
    #[serde(default)]
    speed: Option<Vec<Option<f64>>>,
    #[serde(default)]
    course: Option<Vec<Option<f64>>>,
}

pub(super) fn read(text: &str) -> Result<Vec<Fix>, TrackError> {
    let recorded: Recorded =
        serde_json::from_str(text).map_err(|error| TrackError::NotATrace(error.to_string()))?;
    let expected = recorded.latlon.len();
    let fits = |list: &str, found: Option<usize>| match found {
        Some(found) if found != expected => Err(TrackError::Lengths {
            list: list.to_owned(),
            found: found as u64,
            expected: expected as u64,
        }),
        _ => Ok(()),
    };
    fits("times", Some(recorded.times.len()))?;
    fits("accuracy", recorded.accuracy.as_ref().map(Vec::len))?;
    fits("speed", recorded.speed.as_ref().map(Vec::len))?;
    fits("course", recorded.course.as_ref().map(Vec::len))?;

    let value =
        |list: &Option<Vec<Option<f64>>>, index| list.as_ref().and_then(|l| l.get(index).copied().flatten());
    let mut fixes = Vec::with_capacity(expected);
    let mut start_ms = None;
    for (index, (&[lat, lon], &seconds)) in recorded.latlon.iter().zip(&recorded.times).enumerate() {
        let number = index as u64 + 1;
        let position = Position::new(lat, lon).map_err(|source| TrackError::Position {
            what: PointKind::Fix,
            number,
            source,
        })?;
        if seconds.abs() > MAX_SECONDS {
            return Err(TrackError::Seconds { number, seconds });
        }
        let t_ms = (seconds * 1000.0).round() as i64;
        fixes.push(Fix {
            t_ms: t_ms - *start_ms.get_or_insert(t_ms),
            position,
            accuracy_m: plausible(value(&recorded.accuracy, index)).unwrap_or(DEFAULT_ACCURACY_M),
            speed_m_s: plausible(value(&recorded.speed, index)),
            course_deg: course(value(&recorded.course, index)),
        });
    }
    if fixes.is_empty() {
        Err(TrackError::Nothing)
    } else {
        Ok(fixes)
    }
}

#[cfg(test)]
mod tests {
    use crate::track::{TrackError, read_trace};

    #[test]
    fn times_start_at_the_first_fix_and_gaps_in_the_lists_have_defaults() {
        let json = r#"{"start_time":"2024-01-18T18:16:41Z","times":[2,3.5],"latlon":[[53.5,9.9],[53.6,9.8]],
            "accuracy":[4,null],"speed":[1.5,-1]}"#;
        let fixes = read_trace(json.as_bytes()).unwrap();
        let read: Vec<_> = fixes
            .iter()
            .map(|f| (f.t_ms, f.accuracy_m, f.speed_m_s))
            .collect();
        assert_eq!(read, [(0, 4.0, Some(1.5)), (1_500, 10.0, None)]);
    }

    #[test]
    fn lists_that_do_not_go_together_are_refused() {
        let short = r#"{"times":[1],"latlon":[[53.5,9.9],[53.6,9.8]]}"#;
        assert_eq!(
            read_trace(short.as_bytes()),
            Err(TrackError::Lengths {
                list: "times".into(),
                found: 1,
                expected: 2
            })
        );
        let far = r#"{"times":[1,1e300],"latlon":[[53.5,9.9],[53.6,9.8]]}"#;
        assert!(matches!(
            read_trace(far.as_bytes()),
            Err(TrackError::Seconds { number: 2, .. })
        ));
        let off = r#"{"times":[1],"latlon":[[153.5,9.9]]}"#;
        assert!(matches!(
            read_trace(off.as_bytes()),
            Err(TrackError::Position { number: 1, .. })
        ));
        assert_eq!(
            read_trace(br#"{"times":[],"latlon":[]}"#),
            Err(TrackError::Nothing)
        );
        assert!(matches!(read_trace(b"{}"), Err(TrackError::NotATrace(_))));
    }
}
