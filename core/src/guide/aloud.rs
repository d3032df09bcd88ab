//! What is said aloud where no recording does, for somebody whose phone is in the pocket. Its job ends at sentences in French
//! and English; when they may sound is the same rule as for stories.

use super::event::{GuideEvent, GuideEventKind, Reason};
use super::{Guide, Sound};
use serde::Serialize;

/// A short sentence for the phone's own voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Announcement {
    /// When it came up, in the time of the fixes. Say each once: another one has another time.
    pub t_ms: i64,
    /// What to say in English.
    pub english: String,
    /// What to say in French.
    pub french: String,
}

/// The eight winds, from north clockwise: "to the north", « au nord ».
const WINDS: [(&str, &str); 8] = [
    ("to the north", "au nord"),
    ("to the north-east", "au nord-est"),
    ("to the east", "à l’est"),
    ("to the south-east", "au sud-est"),
    ("to the south", "au sud"),
    ("to the south-west", "au sud-ouest"),
    ("to the west", "à l’ouest"),
    ("to the north-west", "au nord-ouest"),
];

impl Guide {
    /// Keeps what is to be said of these events, if anything is and the phone may speak now.
    pub(super) fn announce(&mut self, events: &[GuideEvent]) {
        let may_speak = match self.options.sound {
            Sound::Always => true,
            Sound::OnHeadphones => self.options.headphones,
            Sound::OnRequest => false,
        };
        if !may_speak {
            return;
        }
        let mut now: Option<Announcement> = None;
        for event in events {
            // A story is not talked over, unless somebody is losing the way.
            let lost = event.kind == GuideEventKind::OffTrail;
            if self.state.playing.is_some() && !lost {
                continue;
            }
            let Some((english, french)) = self.sentence(event) else {
                continue;
            };
            match &mut now {
                Some(now) => {
                    join(&mut now.english, &english);
                    join(&mut now.french, &french);
                }
                None => {
                    now = Some(Announcement {
                        t_ms: event.t_ms,
                        english,
                        french,
                    });
                }
            }
        }
        if now.is_some() {
            self.aloud = now;
        }
    }

    fn sentence(&self, event: &GuideEvent) -> Option<(String, String)> {
        let names: Vec<&str> = event
            .stops
            .iter()
            .filter_map(|id| self.stops.iter().find(|stop| stop.id == *id))
            .map(|stop| stop.name.as_str())
            .collect();
        let name = names.first().copied().unwrap_or_default();
        let both = |english: &str, french: &str| Some((english.to_owned(), french.to_owned()));
        match (event.kind, &event.reason) {
            // A story without a recording is its name: a direction's name is its text.
            (GuideEventKind::Trigger, _) => {
                let stop = self
                    .stops
                    .iter()
                    .find(|stop| Some(&stop.id) == event.stops.first())?;
                (stop.commentary_ms == 0).then(|| (name.to_owned(), name.to_owned()))
            }
            (GuideEventKind::Offer, Reason::SeveralFit { count, .. }) => Some((
                format!(
                    "{count} stories here: {}. Choose on the screen.",
                    names.join(", ")
                ),
                format!(
                    "{count} histoires ici : {}. Choisissez sur l’écran.",
                    names.join(", ")
                ),
            )),
            (GuideEventKind::Offer, Reason::WalkedBackwards { .. }) => both(
                "You are walking the trail from its end. The guide follows you.",
                "Vous suivez le parcours à rebours. Le guide vous suit.",
            ),
            (GuideEventKind::Wait, Reason::Closed { .. }) => Some((
                format!("{name} is closed today."),
                format!("{name} : fermé aujourd’hui."),
            )),
            (GuideEventKind::Wait, Reason::Shut { .. }) => Some((
                format!("{name} is closed at this hour."),
                format!("{name} : fermé à cette heure."),
            )),
            (GuideEventKind::OffTrail, _) => {
                let way_back = self.way_back()?;
                let tens = (way_back.distance_m / 10.0).round() * 10.0;
                let wind = ((way_back.bearing_deg / 45.0).round().max(0.0) as usize) % WINDS.len();
                let (english, french) = WINDS.get(wind)?;
                Some((
                    format!("You have left the trail. It is {tens:.0} metres {english}."),
                    format!("Vous avez quitté le parcours. Il est à {tens:.0} mètres {french}."),
                ))
            }
            (GuideEventKind::OnTrail, _) => both(
                "You are back on the trail.",
                "Vous êtes de retour sur le parcours.",
            ),
            (GuideEventKind::Completed, _) => both("The trail ends here.", "Le parcours s’achève ici."),
            (GuideEventKind::Offer | GuideEventKind::Wait | GuideEventKind::Left, _) => None,
        }
    }
}

/// Two sentences in a row; a name becomes one by its full stop.
fn join(said: &mut String, next: &str) {
    if !said.ends_with(['.', '!', '?', '…']) {
        said.push('.');
    }
    said.push(' ');
    said.push_str(next);
}
