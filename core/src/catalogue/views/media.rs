//! Clips and pictures that may be shown, and the files in which they come.

use crate::catalogue::model::{Clip, Picture, Rendition, Rights, Use};
use crate::catalogue::read::{Found, Reading};
use crate::catalogue::rights::{Territory, Withheld, permits};
use crate::catalogue::{ClipView, MediaFile, PictureView, Told};
use jiff::civil::Date;
use std::path::Path;

/// The territories that something must be permitted in: a panel's, or those of all places of a film. None: unknown.
pub(super) struct Where<'t>(pub &'t [Territory]);

impl Where<'_> {
    /// Whether something may be shown in a companion, here and today.
    pub(super) fn permits(&self, rights: &Rights, today: Date) -> Result<(), Withheld> {
        match self.0 {
            [] => permits(rights, Use::App, &Territory::default(), today),
            here => here
                .iter()
                .try_for_each(|territory| permits(rights, Use::App, territory, today)),
        }
    }
}

impl Reading<'_> {
    /// The clips that may be shown: those in the visitor's languages, or without words, first. The age and the warning are
    /// a clip's own, or those that are given (its film's).
    ///
    /// A clip whose last day is over keeps its title, and has neither link nor file.
    pub(super) fn clip_views(
        &self,
        clips: Vec<Found<Clip>>,
        here: &Where<'_>,
        from_age: Option<u8>,
        warning: Option<&Told>,
    ) -> rusqlite::Result<Vec<ClipView>> {
        let mut views = Vec::with_capacity(clips.len());
        for clip in clips {
            let permitted = here.permits(&clip.value.rights, self.visitor.today);
            if !matches!(permitted, Ok(()) | Err(Withheld::Expired(_))) {
                continue;
            }
            let title = self.tell(&clip.value.title, clip.publication)?;
            let host = clip
                .value
                .link
                .as_deref()
                .and_then(web_host)
                .filter(|_| permitted.is_ok());
            let file = if permitted.is_ok() {
                self.file(&clip.value.renditions, &[])
            } else {
                None
            };
            // With nothing to play, a clip is its words.
            if host.is_none() && file.is_none() && title.is_none() {
                continue;
            }
            let rank = match &clip.value.language {
                Some(language) => self.language_rank(language, clip.publication)?,
                None => 0,
            };
            let view = ClipView {
                key: clip.key,
                kind: clip.value.kind,
                title,
                link: clip.value.link.filter(|_| host.is_some()),
                host,
                file,
                from_age: clip.value.age_rating.map(|rating| rating.from_age).or(from_age),
                warning: self
                    .tell(&clip.value.warning, clip.publication)?
                    .or_else(|| warning.cloned()),
                credit: clip.value.rights.credit,
            };
            views.push((rank, view));
        }
        views.sort_by_key(|(rank, _)| *rank);
        Ok(views.into_iter().map(|(_, view)| view).collect())
    }

    /// The pictures that may be shown and have a file.
    pub(super) fn picture_views(
        &self,
        pictures: Vec<Found<Picture>>,
        here: &Where<'_>,
    ) -> rusqlite::Result<Vec<PictureView>> {
        let mut views = Vec::with_capacity(pictures.len());
        for picture in pictures {
            if here.permits(&picture.value.rights, self.visitor.today).is_err() {
                continue;
            }
            let Some(file) = self.file(&picture.value.renditions, &[]) else {
                continue;
            };
            views.push(PictureView {
                key: picture.key,
                kind: picture.value.kind,
                alt: self.tell(&picture.value.alt, picture.publication)?,
                caption: self.tell(&picture.value.caption, picture.publication)?,
                file,
                credit: picture.value.rights.credit,
            });
        }
        Ok(views)
    }

    /// The file to use of several: one that is on this phone, of the earliest of the preferred media types; otherwise in
    /// the publisher's order.
    pub(super) fn file(&self, renditions: &[Rendition], preferred: &[&str]) -> Option<MediaFile> {
        let files = renditions
            .iter()
            .filter_map(|rendition| media_file(self.folder, rendition));
        files.min_by_key(|file| {
            let wanted = preferred.iter().position(|part| file.media_type.contains(part));
            (!file.present, wanted.unwrap_or(preferred.len()))
        })
    }
}

fn media_file(folder: &Path, rendition: &Rendition) -> Option<MediaFile> {
    let hash = rendition.blob.as_ref()?.as_str();
    let path = format!("media/{hash}");
    let present = std::fs::metadata(folder.join(&path))
        .is_ok_and(|file| file.is_file() && (rendition.bytes == 0 || file.len() == rendition.bytes));
    Some(MediaFile {
        hash: hash.to_owned(),
        bytes: rendition.bytes,
        media_type: rendition.media_type.clone(),
        path,
        present,
    })
}

/// The host of a web address, in Punycode where it is not ASCII, so that `аllocine.fr` with a Cyrillic a shows what it is.
/// `None` for anything that is not `http` or `https`: a link must open a page, never run something.
pub(super) fn web_host(link: &str) -> Option<String> {
    let address = url::Url::parse(link).ok()?;
    let web = matches!(address.scheme(), "http" | "https");
    address.host_str().filter(|_| web).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_the_host_that_it_opens() {
        for (link, want) in [
            ("https://www.allocine.fr/video/?id=1", Some("www.allocine.fr")),
            ("https://www.allocine.fr@evil.example/", Some("evil.example")),
            ("https://аllocine.fr/", Some("xn--llocine-1fg.fr")),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
            ("no link", None),
        ] {
            assert_eq!(web_host(link).as_deref(), want, "{link}");
        }
    }
}
