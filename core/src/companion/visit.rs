//! Looking things up: what a flashcode says → the panel, and everything else that is told about places and films.

use super::SeenCode;
use super::scanner::no_frame;
use super::{Answer, Companion, CompanionError};
use crate::catalogue::model::Id;
use crate::catalogue::{Around, CodeAnswer, CommentaryView, FilmView, Key, PanelView, SearchHit, TrailView};
use crate::code::payload::{self, Payload};
use crate::code::{Link, PanelCode};
use crate::geo::Position;
use alloclap_flashcode::{LumaView, Reader};

/// Places around a visitor that a search looks at in any case: a quarter of a large town.
const SEARCHED_PLACES: usize = 300;

impl Companion {
    /// The codes in a still picture of 8-bit luma, `row_stride` bytes from row to row. Computes on this thread for some ten milliseconds
    /// where a code stands out, and up to some seconds where nothing can be read, without I/O. A camera's frames are [`super::Scanner`]'s.
    ///
    /// # Errors
    /// [`CompanionError::Input`] if the sizes do not fit the data.
    pub fn scan(
        &self,
        luma: &[u8],
        width: u32,
        height: u32,
        row_stride: u32,
    ) -> Result<Vec<SeenCode>, CompanionError> {
        let frame = LumaView {
            data: luma,
            width,
            height,
            row_stride,
        };
        Ok(Reader::new()
            .read(&frame)
            .map_err(no_frame)?
            .into_iter()
            .map(SeenCode::from)
            .collect())
    }

    /// What a flashcode's text, or a typed panel code, means here. Opens nothing.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn answer(&self, text: &str) -> Result<Answer, CompanionError> {
        match payload::read(text, &self.catalogue.hosts()?) {
            Payload::Panel { code, host } => self.panel_answer(&code, host),
            Payload::OldIndex { digits } => {
                let found = self.catalogue.panels_with_code(&digits, None, &self.visitor())?;
                Ok(answer_of(found).unwrap_or(Answer::UnknownIndex { digits }))
            }
            Payload::Link(Link {
                address,
                shown_host,
                imitates,
                ..
            }) => Ok(Answer::Link {
                address,
                host: shown_host,
                imitates,
            }),
            // A sign of another publisher, or of another century: its text may still be listed as a panel's old code.
            Payload::Text(text) => {
                let mut found = self.catalogue.panels_with_code(&text, None, &self.visitor())?;
                // Or a visitor typed it with an O for a 0: that is forgiven where it leads to a panel, and not said of any other text.
                if found.is_empty()
                    && let Ok(code) = PanelCode::parse_typed(&text)
                {
                    found = self
                        .catalogue
                        .panels_with_code(&code.canonical(), None, &self.visitor())?;
                }
                Ok(answer_of(found).unwrap_or(Answer::Text { text }))
            }
        }
    }

    fn panel_answer(&self, code: &PanelCode, host: Option<String>) -> Result<Answer, CompanionError> {
        let found = self
            .catalogue
            .panels_with_code(&code.canonical(), host.as_deref(), &self.visitor())?;
        Ok(answer_of(found).unwrap_or_else(|| Answer::UnknownCode {
            code: code.to_string(),
            host,
        }))
    }

    /// A panel.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] if it is not here, or not to be shown.
    pub fn panel(&self, panel: &Key) -> Result<PanelView, CompanionError> {
        found("panel", panel, self.catalogue.panel(panel, &self.visitor())?)
    }

    /// A film, with everywhere it was shot.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] if it is not here, or not to be shown.
    pub fn film(&self, film: &Key) -> Result<FilmView, CompanionError> {
        found("film", film, self.catalogue.film(film, &self.visitor())?)
    }

    /// A trail with its line and stops.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] if it is not here, or not to be shown.
    pub fn trail(&self, trail: &Key) -> Result<TrailView, CompanionError> {
        found("trail", trail, self.catalogue.trail(trail, &self.visitor())?)
    }

    /// All trails.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn trails(&self) -> Result<Vec<TrailView>, CompanionError> {
        Ok(self.catalogue.trails(&self.visitor())?)
    }

    /// A commentary.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] if it is not here, or must not be played.
    pub fn commentary(&self, commentary: &Key) -> Result<CommentaryView, CompanionError> {
        found(
            "commentary",
            commentary,
            self.catalogue.commentary(commentary, &self.visitor())?,
        )
    }

    /// The commentaries for a panel, place, film, trail or stop, the one that suits the visitor first.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn commentaries_for(&self, about: &Key) -> Result<Vec<CommentaryView>, CompanionError> {
        Ok(self.catalogue.commentaries_for(about, &self.visitor())?)
    }

    /// The records of that id, or alias, in any publication.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn keys_of(&self, id: &Id) -> Result<Vec<Key>, CompanionError> {
        Ok(self.catalogue.keys_of(id, &self.visitor())?)
    }

    /// What fits a text best: films, places, people, companies, panels, trails. Accents, case and small slips don't matter.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn search(&self, text: &str, limit: u32) -> Result<Vec<SearchHit>, CompanionError> {
        Ok(self.catalogue.search(
            text,
            &self.visitor(),
            usize::try_from(limit).unwrap_or(usize::MAX),
        )?)
    }

    /// The same for somebody who stands somewhere: of what fits about equally well, places and panels that are near come first.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn search_near(
        &self,
        text: &str,
        near: Position,
        limit: u32,
    ) -> Result<Vec<SearchHit>, CompanionError> {
        let visitor = self.visitor();
        let places = self.places.today(visitor.today)?.nearest(near, SEARCHED_PLACES);
        let around: Vec<Around> = places
            .into_iter()
            .map(|place| Around {
                row: place.row,
                distance_m: place.distance_m,
            })
            .collect();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.catalogue.search_around(text, &visitor, limit, &around)?)
    }
}

/// Panels that may be shown come first in `found`; only without any, the others answer.
fn answer_of(found: Vec<CodeAnswer>) -> Option<Answer> {
    let panels: Vec<Key> = found
        .iter()
        .filter_map(|answer| match answer {
            CodeAnswer::Panel(panel) => Some(panel.clone()),
            _ => None,
        })
        .collect();
    match <[Key; 1]>::try_from(panels) {
        Ok([panel]) => Some(Answer::Panel { panel }),
        Err(panels) if panels.len() > 1 => Some(Answer::Choice { panels }),
        Err(_) => found.into_iter().find_map(|answer| match answer {
            CodeAnswer::Panel(_) => None,
            CodeAnswer::Withdrawn {
                key,
                text,
                replaced_by,
            } => Some(Answer::Withdrawn {
                panel: key,
                text,
                replaced_by: replaced_by.map(|key| key.id),
            }),
            CodeAnswer::Elsewhere {
                publication, pack, ..
            } => Some(Answer::NotHere { publication, pack }),
        }),
    }
}

fn found<T>(kind: &str, key: &Key, record: Option<T>) -> Result<T, CompanionError> {
    record.ok_or_else(|| CompanionError::NotFound {
        kind: kind.to_owned(),
        id: key.id.to_string(),
    })
}
