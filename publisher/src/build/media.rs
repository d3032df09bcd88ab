//! Files of recordings, clips and pictures → blobs, as far as their rights allow. Text and credits stay in any case.

use super::cache::{Cache, Known, Sound, Stamp};
use super::rights::{Withheld, lies_in, withheld};
use super::sniff::{LOOK_BYTES, sniff};
use super::store::Store;
use super::{BuildError, BuildReport, Problem, ProblemKind, Progress, WithheldFile};
use crate::sound::{SoundNote, hex, listen, to_opus};
use crate::source::{Finding, FindingKind, Severity, Sourced, inside};
use alloclap_core::audio::AudioError;
use alloclap_core::catalogue::model::{Id, Medium, Place, Record, Rendition, Rights};
use alloclap_core::publication::{Blob, FileKind};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The blobs of one record, and the territories of its rights.
#[derive(Debug, Clone, Default)]
pub(super) struct Blobs {
    /// What must be on the phone.
    pub blobs: Vec<Blob>,
    /// In packs with a place inside these; empty: in all.
    pub territories: Vec<String>,
}

/// Turns files into blobs.
pub(super) struct Packer<'a> {
    pub folder: &'a Path,
    pub today: Date,
    pub store: &'a Store,
    pub cache: Cache,
    /// What this build knows about files, for the next one.
    pub known: BTreeMap<String, Known>,
    pub problems: Vec<Problem>,
    /// Whether recordings in other formats are made into Opus; the originals stay in the source.
    pub opus: bool,
}

/// One record's files with what decides about them.
struct Files<'a> {
    rights: &'a Rights,
    medium: Medium,
    language: Option<alloclap_core::catalogue::model::Language>,
    renditions: Vec<&'a mut Rendition>,
}

impl Packer<'_> {
    /// Replaces `file` by `blob` in every record, and returns the blobs by record. `places` are the places that a record
    /// is shown at.
    pub fn pack(
        &mut self,
        records: &mut [Sourced],
        places: &BTreeMap<Id, Vec<Place>>,
        report: &mut BuildReport,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<BTreeMap<Id, Blobs>, BuildError> {
        let total = records
            .iter_mut()
            .map(|sourced| file_count(&mut sourced.record))
            .sum();
        let (mut done, mut bytes) = (0, 0);
        let mut packed = BTreeMap::new();
        for sourced in records {
            let at = (sourced.file.clone(), sourced.line);
            let id = sourced.record.id().clone();
            let mut blobs = Blobs::default();
            let mut sound = None;
            for files in files_of(&mut sourced.record) {
                let here = places.get(&id).map_or(&[][..], Vec::as_slice);
                let elsewhere = !files.rights.territories.is_empty()
                    && !here.iter().any(|place| lies_in(place, &files.rights.territories));
                let why = withheld(files.rights, self.today).or(elsewhere.then_some(Withheld::Elsewhere));
                blobs.territories.clone_from(&files.rights.territories);
                for rendition in files.renditions {
                    let Some(name) = rendition.file.take() else {
                        continue;
                    };
                    done += 1;
                    if let Some(why) = why {
                        report.withheld.push(WithheldFile {
                            record: id.clone(),
                            file: name,
                            why,
                        });
                        continue;
                    }
                    match self.blob(&name, files.medium, report)? {
                        Ok(known) => {
                            bytes += known.file.bytes;
                            fill(rendition, &known);
                            self.note(&at, &name, &known, report);
                            sound = sound.or(known.sound);
                            blobs.blobs.push(Blob {
                                file: known.file,
                                medium: files.medium,
                                language: files.language.clone(),
                            });
                        }
                        Err(what) => {
                            self.problems.push(Problem {
                                file: at.0.clone(),
                                line: at.1,
                                what,
                            });
                        }
                    }
                    progress(Progress::Media { done, total, bytes });
                }
            }
            finish(&mut sourced.record, sound);
            blobs.blobs.sort_by(|a, b| a.file.hash.cmp(&b.file.hash));
            blobs.blobs.dedup();
            if !blobs.blobs.is_empty() {
                packed.insert(id, blobs);
            }
        }
        Ok(packed)
    }

    /// Tells what is to be said of a recording: a problem if it must not go out as it is.
    fn note(&mut self, at: &(PathBuf, u32), name: &str, known: &Known, report: &mut BuildReport) {
        for note in known.sound.iter().flat_map(|sound| &sound.notes) {
            // What is made anew says how long it is.
            if known.made_opus && *note == SoundNote::LengthIsGuessed {
                continue;
            }
            let note = note.clone();
            if note.is_grave(known.made_opus) {
                self.problems.push(Problem {
                    file: at.0.clone(),
                    line: at.1,
                    what: ProblemKind::Recording {
                        file: name.to_owned(),
                        note,
                    },
                });
            } else {
                report.findings.push(Finding {
                    severity: Severity::Warning,
                    file: at.0.clone(),
                    line: at.1,
                    field: None,
                    what: FindingKind::Recording {
                        path: name.to_owned(),
                        note,
                    },
                });
            }
        }
    }

    /// The blob of a file: from the cache, or read and copied. The inner error is the source's fault.
    fn blob(
        &mut self,
        name: &str,
        medium: Medium,
        report: &mut BuildReport,
    ) -> Result<Result<Known, ProblemKind>, BuildError> {
        let path = match inside(self.folder, name) {
            Ok(path) => path,
            Err(refusal) => return Ok(Err(ProblemKind::Path(refusal))),
        };
        let file = name.to_owned();
        let stamp = Stamp::of(&path);
        let made_opus = |known: &&Known| {
            let recording = known.sound.is_some();
            !recording || known.made_opus == (self.opus && (known.made_opus || !is_opus(&known.media_type)))
        };
        if let Some(known) = self
            .known
            .get(name)
            .or_else(|| self.cache.get(name, stamp, self.store))
            .filter(made_opus)
        {
            let known = known.clone();
            self.known.insert(name.to_owned(), known.clone());
            return Ok(if fits(&known.media_type, medium) {
                Ok(known)
            } else {
                let media_type = known.media_type;
                Err(ProblemKind::OtherMedium { file, media_type })
            });
        }
        let mut head = Vec::new();
        let opened = File::open(&path).and_then(|file| file.take(LOOK_BYTES as u64).read_to_end(&mut head));
        if let Err(error) = opened {
            return Ok(Err(ProblemKind::File { file, error }));
        }
        let Some(seen) = sniff(&head) else {
            return Ok(Err(ProblemKind::NoMedium { file }));
        };
        if !fits(seen.media_type, medium) {
            let media_type = seen.media_type.to_owned();
            return Ok(Err(ProblemKind::OtherMedium { file, media_type }));
        }
        let sound = match medium {
            Medium::Audio => match measured(&path, name) {
                Ok(sound) => Some(sound),
                Err(error) => return Ok(Err(ProblemKind::Sound(error))),
            },
            _ => None,
        };
        report.media_read += 1;
        let made_opus = self.opus && sound.is_some() && !is_opus(seen.media_type);
        let (file, media_type) = if made_opus {
            match to_opus(&path) {
                Ok(bytes) => (self.store.put_as(FileKind::Media, &bytes)?, OPUS_TYPE.to_owned()),
                Err(error) => {
                    let why = error.to_string();
                    return Ok(Err(ProblemKind::NoOpus { file, why }));
                }
            }
        } else {
            (self.store.copy_in(&path)?, seen.media_type.to_owned())
        };
        let known = Known {
            stamp: stamp.unwrap_or_default(),
            file,
            media_type,
            size_px: seen.size_px,
            sound,
            made_opus,
        };
        self.known.insert(name.to_owned(), known.clone());
        Ok(Ok(known))
    }
}

/// What the build makes of recordings in other formats.
const OPUS_TYPE: &str = "audio/ogg; codecs=opus";

fn is_opus(media_type: &str) -> bool {
    media_type.contains("opus")
}

/// What a recording is, and what is to be said of it.
fn measured(path: &Path, name: &str) -> Result<Sound, AudioError> {
    let (found, notes) = listen(path, name)?;
    Ok(Sound {
        duration_ms: found.probe.duration_ms,
        // A tenth is less than anybody hears, and the same on every machine.
        loudness_lufs: found.integrated_lufs.map(|lufs| (lufs * 10.0).round() / 10.0),
        waveform: hex(&found.waveform),
        notes,
    })
}

/// Whether a file of that type can be what its record says.
fn fits(media_type: &str, medium: Medium) -> bool {
    match medium {
        // Sound alone in an MP4 is often marked as a video.
        Medium::Audio => media_type.starts_with("audio/") || media_type == "video/mp4",
        Medium::Picture => media_type.starts_with("image/"),
        Medium::Video => media_type.starts_with("video/") || media_type.starts_with("text/vtt"),
        Medium::Map | Medium::Other => true,
    }
}

fn fill(rendition: &mut Rendition, known: &Known) {
    rendition.blob = Some(known.file.hash.clone());
    rendition.bytes = known.file.bytes;
    if rendition.media_type.is_empty() {
        rendition.media_type.clone_from(&known.media_type);
    }
    if let Some((width_px, height_px)) = known.size_px {
        rendition.width_px.get_or_insert(width_px);
        rendition.height_px.get_or_insert(height_px);
    }
}

/// What is packed keeps its renditions; duration and loudness are those of the first file.
fn finish(record: &mut Record, sound: Option<Sound>) {
    match record {
        Record::Commentary(commentary) => {
            commentary.renditions.retain(|rendition| rendition.blob.is_some());
            if let Some(sound) = sound {
                commentary.duration_ms = sound.duration_ms;
                commentary.loudness_lufs = sound.loudness_lufs;
                commentary.waveform = sound.waveform;
            }
        }
        Record::Clip(clip) => {
            clip.renditions.retain(|rendition| rendition.blob.is_some());
            clip.subtitles
                .retain(|subtitles| subtitles.rendition.blob.is_some());
        }
        Record::Picture(picture) => picture.renditions.retain(|rendition| rendition.blob.is_some()),
        _ => {}
    }
}

fn file_count(record: &mut Record) -> u32 {
    let renditions = files_of(record).into_iter().flat_map(|files| files.renditions);
    renditions
        .filter(|rendition| rendition.file.is_some())
        .map(|_| 1)
        .sum()
}

fn files_of(record: &mut Record) -> Vec<Files<'_>> {
    match record {
        Record::Commentary(r) => vec![Files {
            rights: &r.rights,
            medium: Medium::Audio,
            language: Some(r.language.clone()),
            renditions: r.renditions.iter_mut().collect(),
        }],
        Record::Picture(r) => vec![Files {
            rights: &r.rights,
            medium: Medium::Picture,
            language: None,
            renditions: r.renditions.iter_mut().collect(),
        }],
        Record::Clip(r) => {
            let clip = Files {
                rights: &r.rights,
                medium: Medium::Video,
                language: r.language.clone(),
                renditions: r.renditions.iter_mut().collect(),
            };
            let subtitles = r.subtitles.iter_mut().map(|subtitles| Files {
                rights: &r.rights,
                medium: Medium::Video,
                language: Some(subtitles.language.clone()),
                renditions: vec![&mut subtitles.rendition],
            });
            std::iter::once(clip).chain(subtitles).collect()
        }
        _ => Vec::new(),
    }
}

/// The places at which each recording, clip and picture is shown; those that are about nothing (a logo) at all of them.
pub(super) fn places_of_media(records: &[Sourced]) -> BTreeMap<Id, Vec<Place>> {
    let mut places: BTreeMap<&Id, &Place> = BTreeMap::new();
    // Which places a panel, film, trail or stop is shown at.
    let mut at: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
    for sourced in records {
        match &sourced.record {
            Record::Place(place) => {
                places.insert(&place.id, place);
                at.entry(&place.id).or_default().insert(&place.id);
            }
            Record::Panel(panel) => {
                at.entry(&panel.id).or_default().insert(&panel.place);
                at.entry(&panel.film).or_default().insert(&panel.place);
            }
            Record::Shooting(shooting) => {
                at.entry(&shooting.film).or_default().insert(&shooting.place);
            }
            Record::Trail(trail) => {
                let stops: BTreeSet<&Id> = super::contents::stop_places(trail).collect();
                for stop in &trail.stops {
                    at.entry(&stop.id).or_default().extend(&stops);
                }
                at.entry(&trail.id).or_default().extend(&stops);
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    for sourced in records {
        let about = match &sourced.record {
            Record::Commentary(r) if !r.rights.territories.is_empty() => &r.about,
            Record::Clip(r) if !r.rights.territories.is_empty() => &r.about,
            Record::Picture(r) if !r.rights.territories.is_empty() => &r.about,
            _ => continue,
        };
        let subjects = [&about.panel, &about.place, &about.film, &about.trail, &about.stop];
        let named: Vec<&Id> = subjects.into_iter().flatten().collect();
        let ids: BTreeSet<&Id> = if named.is_empty() {
            places.keys().copied().collect()
        } else {
            named
                .into_iter()
                .filter_map(|id| at.get(id))
                .flatten()
                .copied()
                .collect()
        };
        let here = ids
            .into_iter()
            .filter_map(|id| places.get(id))
            .map(|place| (*place).clone())
            .collect();
        found.insert(sourced.record.id().clone(), here);
    }
    found
}
