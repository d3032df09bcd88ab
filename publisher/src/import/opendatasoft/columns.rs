//! Which column of a table holds what: the names that portals have used, and those that a user adds in a file.

use crate::fold::folded;
use alloclap_core::catalogue::model::FilmForm;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The names that are known without a user's file.
const BUILT_IN: &str = include_str!("columns.toml");

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Column {
    Id,
    Title,
    Director,
    Producer,
    Form,
    Address,
    Postcode,
    From,
    Until,
    Point,
    Shape,
    X,
    Y,
}

/// A commune that a postcode certainly means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Commune {
    /// Its INSEE code.
    pub commune: String,
    /// Its name.
    pub name: String,
}

/// A département.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Departement {
    /// Its name.
    pub name: String,
    /// Its région.
    pub region: String,
}

/// What the columns are called and what their values mean.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Columns {
    columns: BTreeMap<Column, Vec<String>>,
    forms: BTreeMap<String, Vec<String>>,
    postcodes: BTreeMap<String, Commune>,
    departements: BTreeMap<String, Departement>,
}

/// Why columns cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnsProblem {
    /// The file about them is no TOML, or not about columns; what the parser says.
    Toml(String),
    /// A kind of film that does not exist.
    UnknownForm(String),
    /// The table lacks a column that is needed.
    Missing {
        /// Whether the title is lacking.
        title: bool,
        /// Whether the position is lacking.
        position: bool,
        /// The columns that are there.
        headers: Vec<String>,
    },
}

/// Where a table has which column.
pub(super) type Layout = BTreeMap<Column, usize>;

impl Columns {
    /// The built-in names, after those of a user's file.
    ///
    /// # Errors
    /// What is wrong with the file, as TOML or as a table of columns.
    pub fn with(user: Option<&str>) -> Result<Self, ColumnsProblem> {
        let read = |text| toml::from_str(text).map_err(|error| ColumnsProblem::Toml(error.to_string()));
        let mut all: Self = read(user.unwrap_or_default())?;
        let built_in: Self = read(BUILT_IN)?;
        for (column, names) in built_in.columns {
            all.columns.entry(column).or_default().extend(names);
        }
        for (form, names) in built_in.forms {
            all.forms.entry(form).or_default().extend(names);
        }
        for (postcode, commune) in built_in.postcodes {
            all.postcodes.entry(postcode).or_insert(commune);
        }
        for (code, departement) in built_in.departements {
            all.departements.entry(code).or_insert(departement);
        }
        match all.forms.keys().find(|form| form_named(form).is_none()) {
            Some(form) => Err(ColumnsProblem::UnknownForm(form.clone())),
            None => Ok(all),
        }
    }

    /// Finds the columns in a header.
    ///
    /// # Errors
    /// Names the columns that are missing, and those that are there: a title and a position are needed.
    pub fn find(&self, headers: &[String]) -> Result<Layout, ColumnsProblem> {
        let headers_folded: Vec<String> = headers.iter().map(|header| folded(header)).collect();
        let at = |names: &Vec<String>| {
            names
                .iter()
                .find_map(|name| headers_folded.iter().position(|header| *header == folded(name)))
        };
        let layout: Layout = self
            .columns
            .iter()
            .filter_map(|(column, names)| Some((*column, at(names)?)))
            .collect();
        let has = |column| layout.contains_key(&column);
        let title = has(Column::Title);
        let position = has(Column::Point) || has(Column::Shape) || (has(Column::X) && has(Column::Y));
        if title && position {
            return Ok(layout);
        }
        Err(ColumnsProblem::Missing {
            title: !title,
            position: !position,
            headers: headers.to_vec(),
        })
    }

    /// The form that a word of the table means.
    pub fn form(&self, word: &str) -> Option<FilmForm> {
        let word = folded(word);
        let meant = self
            .forms
            .iter()
            .find(|(_, names)| names.iter().any(|name| folded(name) == word))?;
        form_named(meant.0)
    }

    /// The commune that a postcode certainly means.
    pub fn commune(&self, postcode: &str) -> Option<&Commune> {
        self.postcodes.get(postcode)
    }

    /// The département of a commune.
    pub fn departement(&self, commune: &str) -> Option<&Departement> {
        self.departements.get(commune.get(..2)?)
    }
}

/// The form of that name in a source folder.
fn form_named(name: &str) -> Option<FilmForm> {
    let form = serde_json::from_value(name.into()).ok()?;
    (form != FilmForm::Other || name == "other").then_some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(header: &str) -> Result<Layout, ColumnsProblem> {
        let headers: Vec<String> = header.split(';').map(str::to_owned).collect();
        Columns::with(None).unwrap().find(&headers)
    }

    #[test]
    fn three_generations_of_column_names_are_known() {
        for header in [
            "Identifiant du lieu;Titre;Réalisateur;Localisation de la scène;geo_point_2d",
            "id_lieu;nom_tournage;nom_realisateur;adresse_lieu;geo_point_2d",
            "recordid;titre;realisateur;adresse_complete;geo_coordinates",
        ] {
            let layout = found(header).unwrap();
            let order = [
                Column::Id,
                Column::Title,
                Column::Director,
                Column::Address,
                Column::Point,
            ];
            for (at, column) in order.into_iter().enumerate() {
                assert_eq!(layout.get(&column), Some(&at), "{column:?} in {header}");
            }
        }
    }

    #[test]
    fn a_table_of_something_else_is_refused_and_its_columns_are_named() {
        let missing = ColumnsProblem::Missing {
            title: true,
            position: true,
            headers: vec!["arbre".to_owned(), "hauteur".to_owned()],
        };
        assert_eq!(found("arbre;hauteur"), Err(missing));
    }

    #[test]
    fn a_users_file_goes_before_and_its_mistakes_are_told() {
        let columns = Columns::with(Some(
            "[columns]\ntitle = [\"Werk\"]\n[forms]\nshort = [\"Kurzfilm\"]",
        ))
        .unwrap();
        let layout = columns
            .find(&["Titre".into(), "Werk".into(), "geo_point_2d".into()])
            .unwrap();
        assert_eq!(layout.get(&Column::Title), Some(&1));
        assert_eq!(columns.form("KURZFILM"), Some(FilmForm::Short));
        assert!(Columns::with(Some("[columns]\ntitel = [\"Werk\"]")).is_err());
        assert!(Columns::with(Some("[forms]\nopera = [\"Oper\"]")).is_err());
    }
}
