//! What is not shown or not packed, and why, in words, French and English. Decides nothing.

use super::{HeldBack, Withheld};
use crate::source::UiLanguage;
use crate::words::say;

impl HeldBack {
    /// The reason in one word for a machine, without its data.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::NotYet { .. } => "not_yet",
            Self::Withdrawn => "withdrawn",
            Self::Needs { .. } => "needs",
            Self::Over => "over",
            Self::Unreached => "unreached",
        }
    }

    /// The reason in a few words, to stand before the names of the records that have it in common.
    pub fn heading(&self, ui: UiLanguage) -> String {
        match self {
            Self::Draft => say!(ui, "drafts", "brouillons"),
            Self::NotYet { .. } => say!(ui, "for a later day", "à montrer plus tard"),
            Self::Withdrawn => say!(ui, "withdrawn", "retirées"),
            Self::Needs { .. } => say!(
                ui,
                "in need of something that is not shown",
                "liées à une fiche non montrée"
            ),
            Self::Over => say!(ui, "notices that are over", "infos échues"),
            Self::Unreached => say!(
                ui,
                "nothing that is shown leads to them",
                "rien de montré n’y mène"
            ),
        }
    }

    /// Why this record is not shown, and what would show it.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::Draft => say!(
                ui,
                "it is a draft: write state = \"published\" to show it",
                "c’est un brouillon : écrivez state = \"published\" pour la montrer"
            ),
            Self::NotYet { from } => say!(
                ui,
                "it is to be shown from {from}: build again on that day",
                "elle se montre à partir du {from} : reconstruisez ce jour-là"
            ),
            Self::Withdrawn => say!(
                ui,
                "it was withdrawn: its code goes on answering",
                "elle est retirée : son code répond encore"
            ),
            Self::Needs { id } => say!(
                ui,
                "it needs \"{id}\", which is not shown: show that first",
                "elle a besoin de « {id} », qui n’est pas montré : montrez-le d’abord"
            ),
            Self::Over => say!(
                ui,
                "its last day has passed: write another \"until\" to show it again",
                "son dernier jour est passé : écrivez un autre « until » pour la remontrer"
            ),
            Self::Unreached => say!(
                ui,
                "nothing that is shown leads to it: name it in a record that is shown",
                "rien de montré n’y mène : nommez-la dans une fiche montrée"
            ),
        }
    }
}

impl Withheld {
    /// The reason in one word for a machine, without its data.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotOffline => "not_offline",
            Self::NotYet(_) => "not_yet",
            Self::Over(_) => "over",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// Why a file is not packed, and what would change that.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::NotOffline => say!(
                ui,
                "its rights do not grant the use \"offline\": add it if you have it",
                "ses droits n’accordent pas l’usage « offline » : ajoutez-le si vous l’avez"
            ),
            Self::NotYet(from) => say!(
                ui,
                "its rights begin on {from}: build again on that day",
                "ses droits commencent le {from} : reconstruisez ce jour-là"
            ),
            Self::Over(until) => say!(
                ui,
                "its rights ended on {until}: renew them, or take the file out",
                "ses droits ont pris fin le {until} : renouvelez-les, ou retirez le fichier"
            ),
            Self::Elsewhere => say!(
                ui,
                "none of its places is in a territory of its rights: check both",
                "aucun de ses lieux n’est dans un territoire de ses droits : vérifiez les deux"
            ),
        }
    }
}
