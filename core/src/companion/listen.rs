//! Playing commentaries: which file, from where it was left, and into the journal what was heard. How sound is made is `audio`'s.

use super::notify::{Notifier, Subscription, Told};
use super::{Clock, Companion, CompanionError};
use crate::audio::{
    self, AudioError, Command, Cue, Interruption, Item, NumberedEvent, OutputError, OutputMaker, Player,
    PlayerError, PlayerEvent, PlayerSnapshot, Rendering, Transcript, VoiceReport,
};
use crate::catalogue::model::Id;
use crate::catalogue::{CommentaryView, Key};
use crate::journal::Journal;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Records in whose commentaries words are looked for.
const SEARCHED_RECORDS: u32 = 50;

/// A passage of a commentary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpokenHit {
    /// The commentary.
    pub commentary: Key,
    /// Its title.
    pub title: String,
    /// The words, and when they are said.
    pub cue: Cue,
}

/// A player whose marks go into the journal: what was heard, and where a listener stopped. No call waits for a disk's or a
/// device's pleasure but for the journal's small writes.
pub struct Listening {
    heard: Arc<Hearing>,
    snapshot: watch::Receiver<PlayerSnapshot>,
    notifier: Notifier,
}

/// A player, and where its marks go.
struct Hearing {
    player: Player,
    journal: Arc<Journal>,
    clock: Arc<dyn Clock>,
    events: Mutex<VecDeque<NumberedEvent>>,
}

impl Listening {
    /// Tells the player what to do. Returns at once.
    pub fn command(&self, command: Command) {
        self.heard.player.command(command);
    }

    /// Tells the player what the world does. Returns at once.
    pub fn interrupt(&self, what: Interruption) {
        self.heard.player.interrupt(what);
    }

    /// Tells the player what the system's own voice did. Returns at once.
    pub fn voice(&self, report: VoiceReport) {
        self.heard.player.voice(report);
    }

    /// The player as it is now.
    ///
    /// # Errors
    /// What is wrong with the journal, into which the marks made since the last call are written.
    pub fn snapshot(&self) -> Result<PlayerSnapshot, CompanionError> {
        self.heard.keep_marks()?;
        Ok(self.heard.player.snapshot())
    }

    /// What happened since the last call, numbered without gaps.
    ///
    /// # Errors
    /// What is wrong with the journal.
    pub fn take_events(&self) -> Result<Vec<NumberedEvent>, CompanionError> {
        self.heard.keep_marks()?;
        Ok(self
            .heard
            .events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
            .collect())
    }

    /// Tells a listener of the player as it is, then of each change, ten times a second at most, until the player is dropped.
    /// Marks are written to the journal before each.
    pub fn subscribe(&self, listener: impl Fn(Told<PlayerSnapshot>) + Send + Sync + 'static) -> Subscription {
        // Weak: whoever watches a player must not keep it playing.
        let heard = Arc::downgrade(&self.heard);
        self.notifier.subscribe(self.snapshot.clone(), move |told| {
            if let Some(heard) = heard.upgrade() {
                heard.keep_or_log();
            }
            listener(told);
        })
    }
}

impl Hearing {
    /// For where nobody is left to be told.
    fn keep_or_log(&self) {
        if let Err(error) = self.keep_marks() {
            tracing::warn!("what was heard could not be written to the journal: {error}");
        }
    }

    fn keep_marks(&self) -> Result<(), CompanionError> {
        let new = self.player.take_events();
        let mut kept = Ok(());
        for numbered in &new {
            let marked = match &numbered.event {
                PlayerEvent::Heard { id } => {
                    key_of(id).map(|key| self.journal.heard(&key, &key, self.clock.now_ms()))
                }
                PlayerEvent::Left { id, position_ms } => {
                    key_of(id).map(|key| self.journal.set_position(&key, *position_ms, self.clock.now_ms()))
                }
                PlayerEvent::Failed { .. } | PlayerEvent::Speak { .. } | PlayerEvent::StopSpeaking => None,
            };
            // One mark that cannot be written must cost neither the others nor the events.
            if let Some(Err(error)) = marked {
                kept = Err(error.into());
            }
        }
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(new);
        kept
    }
}

impl Drop for Hearing {
    fn drop(&mut self) {
        self.keep_or_log();
    }
}

impl Companion {
    /// A player on an output of the caller's choice. Starts a thread.
    ///
    /// # Errors
    /// [`CompanionError::NoSoundOutput`] if no thread can be started.
    pub fn player(&self, output: OutputMaker) -> Result<Listening, CompanionError> {
        let player = Player::start(output, Box::new(audio::SystemClock::default()))?;
        let (sender, snapshot) = watch::channel(player.snapshot());
        player.listen(Box::new(move |now| {
            sender.send_replace(now);
        }));
        Ok(Listening {
            heard: Arc::new(Hearing {
                player,
                journal: Arc::clone(&self.journal),
                clock: Arc::clone(&self.clock),
                events: Mutex::default(),
            }),
            snapshot,
            notifier: self.notifier.clone(),
        })
    }

    /// A commentary as the player takes it, from where the listener left it.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`], or [`CompanionError::NotDownloaded`] if its file is not on this phone.
    pub fn item(&self, commentary: &Key) -> Result<Item, CompanionError> {
        let view = self.on_this_phone(commentary)?;
        let file = self.folder.join(&view.file.path).to_string_lossy().into_owned();
        let panel = view.panel.clone();
        self.item_of(view, file, panel.as_ref())
    }

    /// What a visitor hears at a panel: the commentary that suits best and is on this phone; where there is none, the words of
    /// one, or the anecdote, for the system's own voice.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for the panel, [`CompanionError::NoWords`] if nobody wrote or recorded anything.
    pub fn item_at(&self, panel: &Key) -> Result<Item, CompanionError> {
        let view = self.panel(panel)?;
        let present = view.commentaries.iter().position(|c| c.file.present);
        let mut commentaries = view.commentaries;
        if let Some(present) = present {
            let commentary = commentaries.swap_remove(present);
            let file = self.folder.join(&commentary.file.path);
            return self.item_of(commentary, file.to_string_lossy().into_owned(), Some(panel));
        }
        let written = commentaries.into_iter().find(|c| !c.transcript.trim().is_empty());
        if let Some(commentary) = written {
            return self.item_of(commentary, String::new(), Some(panel));
        }
        let words = view
            .infoclap
            .ok_or_else(|| CompanionError::NoWords { id: name_of(panel) })?;
        Ok(Item {
            id: name_of(panel),
            title: view.place.name.text,
            panel: Some(name_of(panel)),
            resume_ms: self.journal.position(panel)?.unwrap_or(0),
            transcript: words.text,
            language: words.language.as_str().to_owned(),
            ..Item::default()
        })
    }

    fn item_of(
        &self,
        view: CommentaryView,
        file: String,
        panel: Option<&Key>,
    ) -> Result<Item, CompanionError> {
        Ok(Item {
            id: name_of(&view.key),
            title: view.title.text.clone(),
            panel: panel.map(name_of),
            file,
            duration_ms: view.duration_ms,
            loudness_lufs: view.loudness_lufs,
            resume_ms: self.journal.position(&view.key)?.unwrap_or(0),
            transcript: words_of(&view).to_owned(),
            language: view.language.as_str().to_owned(),
        })
    }

    /// What is said in a commentary, when, and its chapters. Where nobody wrote down the times they are estimated.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`].
    pub fn transcript(&self, commentary: &Key) -> Result<Transcript, CompanionError> {
        let view = self.commentary(commentary)?;
        Ok(Transcript::read(words_of(&view), view.duration_ms))
    }

    /// Where something is said: the passages of commentaries in which all these words occur, whatever their case and accents.
    /// Those that the search finds best come first; [`Command::SeekTo`] with a passage's beginning plays it.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn search_spoken(&self, words: &str, limit: u32) -> Result<Vec<SpokenHit>, CompanionError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut hits: Vec<SpokenHit> = Vec::new();
        let mut seen = BTreeSet::new();
        for found in self.search(words, SEARCHED_RECORDS)? {
            for view in self.commentaries_for(&found.key)? {
                if hits.len() >= limit || !seen.insert(name_of(&view.key)) {
                    continue;
                }
                let transcript = Transcript::read(words_of(&view), view.duration_ms);
                hits.extend(transcript.search(words).into_iter().map(|cue| SpokenHit {
                    commentary: view.key.clone(),
                    title: view.title.text.clone(),
                    cue: cue.clone(),
                }));
            }
        }
        hits.truncate(limit);
        Ok(hits)
    }

    /// The samples of a commentary, as every output gets them. Reads the head of the file.
    ///
    /// # Errors
    /// As [`Self::item`]; [`CompanionError::Damaged`] if the file cannot be decoded.
    pub fn open_commentary(&self, commentary: &Key) -> Result<Rendering, CompanionError> {
        let view = self.on_this_phone(commentary)?;
        Ok(Rendering::open(
            &self.folder.join(&view.file.path),
            view.loudness_lufs,
        )?)
    }

    fn on_this_phone(&self, commentary: &Key) -> Result<CommentaryView, CompanionError> {
        let view = self.commentary(commentary)?;
        if view.file.present {
            Ok(view)
        } else {
            Err(CompanionError::NotDownloaded { path: view.file.path })
        }
    }
}

/// What an item for a record is called.
fn name_of(key: &Key) -> String {
    format!("{}/{}", key.publication, key.id)
}

/// The words of a commentary, with their times if they are known.
fn words_of(view: &CommentaryView) -> &str {
    if view.timed_transcript.is_empty() {
        &view.transcript
    } else {
        &view.timed_transcript
    }
}

/// The commentary that an item of ours stands for.
fn key_of(item: &str) -> Option<Key> {
    let (publication, id) = item.split_once('/')?;
    Some(Key {
        publication: publication.parse::<Id>().ok()?,
        id: id.parse().ok()?,
    })
}

impl From<AudioError> for CompanionError {
    fn from(error: AudioError) -> Self {
        match error {
            AudioError::Unreadable { file, reason } => Self::Storage {
                path: file,
                why: reason,
            },
            what => Self::Recording { what },
        }
    }
}

impl From<OutputError> for CompanionError {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::NoDevice { reason } | OutputError::Lost { reason } => {
                Self::NoSoundOutput { why: reason }
            }
            OutputError::File { file, reason } => Self::Storage {
                path: file,
                why: reason,
            },
        }
    }
}

impl From<PlayerError> for CompanionError {
    fn from(error: PlayerError) -> Self {
        match error {
            PlayerError::Recording(error) => error.into(),
            PlayerError::Output(error) => error.into(),
            PlayerError::NoWords => Self::NoWords { id: String::new() },
            PlayerError::Voice { reason } => Self::NoVoice { why: reason },
        }
    }
}
