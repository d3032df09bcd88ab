//! What an answer means for a file of which a part is here. Pure.
//!
//! A part is continued only by a 206 whose `Content-Range` starts exactly where the part ends and agrees on the file's
//! length. Anything else begins anew: an appended 200 or a shifted 206 would make a file of the right length with the
//! wrong bytes.

/// What to do with the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Its body continues the part.
    Append,
    /// Its body is the whole file: empty the part first.
    Restart,
    /// Its body is of no use: empty the part, and ask for the whole file.
    AskForAll,
    /// It announces something else than the file; the text says what.
    Wrong(String),
    /// The server refuses.
    Refused,
}

/// The head of an answer, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head<'a> {
    pub(super) status: u16,
    pub(super) content_length: Option<u64>,
    pub(super) content_range: Option<&'a str>,
    pub(super) content_encoding: Option<&'a str>,
}

/// Judges an answer to a request for a file of `bytes` bytes of which the first `part_bytes` are here (0: asked without
/// a range).
pub(super) fn judge(head: Head<'_>, part_bytes: u64, bytes: u64) -> Verdict {
    let whole = part_bytes == 0;
    match head.status {
        200 | 206 => {
            if let Some(coding) = head
                .content_encoding
                .filter(|c| !c.trim().eq_ignore_ascii_case("identity"))
            {
                return Verdict::Wrong(format!("{}-coded bytes, which nobody asked for", coding.trim()));
            }
        }
        416 if !whole => return Verdict::AskForAll,
        _ => return Verdict::Refused,
    }
    if head.status == 200 {
        return match head.content_length {
            Some(length) if length != bytes => Verdict::Wrong(format!("{length} bytes")),
            _ => Verdict::Restart,
        };
    }
    let fits = head.content_range.and_then(content_range)
        == Some(ContentRange {
            first: part_bytes,
            last: bytes.saturating_sub(1),
            total: bytes,
        });
    match (fits, whole) {
        (true, true) => Verdict::Restart,
        (true, false) => Verdict::Append,
        (false, false) => Verdict::AskForAll,
        (false, true) => Verdict::Wrong(format!(
            "the range {}",
            head.content_range.unwrap_or("without a name")
        )),
    }
}

#[derive(Debug, PartialEq, Eq)]
struct ContentRange {
    first: u64,
    last: u64,
    total: u64,
}

/// Reads `bytes 5-9/10`. An unknown total (`*`) does not do: it could be another file's.
fn content_range(value: &str) -> Option<ContentRange> {
    let (range, total) = value.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| text.trim().parse::<u64>().ok();
    Some(ContentRange {
        first: number(first)?,
        last: number(last)?,
        total: number(total)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16) -> Head<'static> {
        Head {
            status,
            content_length: None,
            content_range: None,
            content_encoding: None,
        }
    }

    #[test]
    fn a_part_is_continued_only_where_it_ends() {
        let partial = |range| {
            judge(
                Head {
                    content_range: Some(range),
                    ..head(206)
                },
                40,
                100,
            )
        };
        assert_eq!(partial("bytes 40-99/100"), Verdict::Append);
        for wrong in [
            "bytes 41-99/100",
            "bytes 0-99/100",
            "bytes 40-99/101",
            "bytes 40-99/*",
            "bytes 40-98/100",
            "40",
        ] {
            assert_eq!(
                partial(wrong),
                Verdict::AskForAll,
                "{wrong} would have corrupted the file"
            );
        }
        assert_eq!(judge(head(206), 40, 100), Verdict::AskForAll);
        assert_eq!(judge(head(200), 40, 100), Verdict::Restart);
        assert_eq!(judge(head(416), 40, 100), Verdict::AskForAll);
    }

    #[test]
    fn other_lengths_and_codings_are_refused_before_they_are_read() {
        let wrong = |head| matches!(judge(head, 0, 100), Verdict::Wrong(_));
        assert!(wrong(Head {
            content_length: Some(99),
            ..head(200)
        }));
        assert!(wrong(Head {
            content_encoding: Some("gzip"),
            ..head(200)
        }));
        assert!(!wrong(Head {
            content_encoding: Some("identity"),
            content_length: Some(100),
            ..head(200)
        }));
        assert!(wrong(head(206)), "nobody asked for a range");
        for status in [204, 304, 404, 416, 503] {
            assert_eq!(judge(head(status), 0, 100), Verdict::Refused);
        }
    }
}
