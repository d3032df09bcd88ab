//! Whether everything that somebody made says who, and what may be done with it.

use super::Check;
use crate::source::{FindingKind, Severity, Sourced};
use alloclap_core::catalogue::model::{Record, Rights};

impl Check<'_> {
    pub(super) fn rights(&mut self, at: &Sourced) {
        match &at.record {
            Record::Panel(panel) if !panel.infoclap.is_empty() => {
                self.rights_of(at, "infoclap_rights", &panel.infoclap_rights);
            }
            Record::Commentary(commentary) => self.rights_of(at, "rights", &commentary.rights),
            Record::Clip(clip) => self.rights_of(at, "rights", &clip.rights),
            Record::Picture(picture) => self.rights_of(at, "rights", &picture.rights),
            _ => {}
        }
    }

    fn rights_of(&mut self, at: &Sourced, field: &str, rights: &Rights) {
        if rights.credit.trim().is_empty() {
            self.find(
                at,
                Severity::Warning,
                &format!("{field}.credit"),
                FindingKind::MissingCredit,
            );
        }
        if rights.uses.is_empty() {
            self.find(
                at,
                Severity::Warning,
                &format!("{field}.uses"),
                FindingKind::NoUses,
            );
        }
        self.dates(at, &format!("{field}.until"), rights.from, rights.until);
    }
}
