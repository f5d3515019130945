//! What a generated world is made of, as far as its owner wants another one than the usual: a TOML file in which every
//! field may be left out. `docs/world.toml` has all of them with what they are without it.
//!
//! The rates say what is drawn, not the draws: a world of the same seed and rates is the same world.

use std::{collections::BTreeMap, fmt::Display, path::Path};

use serde::Deserialize;

use super::{BRANDS, trade::Language};

/// Honest people of a world at most, in each language.
const HONEST_MAX: u32 = 90_000;
/// People who are not honest at most.
const OTHERS_MAX: u32 = 9_000;
/// Members of a ring.
pub(super) const RING: u32 = 4;
/// Orders of a shop in a day at most.
const ORDERS_MAX: f64 = 20_000.0;
/// Suppliers of a shop at most.
const SUPPLIERS_MAX: usize = 9;
/// Longest name of a supplier, in characters.
const NAME_CHARS_MAX: usize = 60;

/// A world's rates.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Recipe {
    /// In place of the seed that the sandbox is started with.
    pub(crate) seed: Option<u64>,
    pub(crate) people: People,
    pub(crate) parcels: Parcels,
    pub(crate) letters: Letters,
    pub(crate) competitors: Competitors,
    /// By the name of the brand.
    pub(crate) shops: BTreeMap<String, ShopRates>,
}

/// Who buys.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct People {
    /// How many honest people there are in each language.
    pub(crate) honest: u32,
    /// How many claim a refund for nearly everything.
    pub(crate) refunders: u32,
    /// How many rings there are, of four accounts at one address each.
    pub(crate) rings: u32,
    /// How many write instructions to the machine.
    pub(crate) manipulators: u32,
    /// The share of orders that those placed who are not honest.
    pub(crate) hostile_share: f64,
    /// The share of honest people who speak the language of the shop; the others speak any.
    pub(crate) own_language_share: f64,
}

/// What becomes of parcels, of a thousand; the others arrive as they should.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Parcels {
    pub(crate) lost: u32,
    pub(crate) damaged: u32,
    pub(crate) wrong_item: u32,
    pub(crate) late: u32,
    pub(crate) returned: u32,
}

/// What is written about orders.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Letters {
    /// Of a hundred orders that arrived as they should, about how many is asked where they are.
    pub(crate) where_is_it: u32,
    /// The same of people who changed their mind.
    pub(crate) changed_mind: u32,
    /// Who want it sent elsewhere.
    pub(crate) change_address: u32,
    /// Who have a question.
    pub(crate) question: u32,
    /// Who want an invoice.
    pub(crate) invoice: u32,
    /// Who say thank you.
    pub(crate) thanks: u32,
    /// The share of their orders about which a refunder claims something.
    pub(crate) refunder_share: f64,
    /// The same of a ring.
    pub(crate) ring_share: f64,
    /// The same of a manipulator.
    pub(crate) manipulator_share: f64,
    /// The share of letters that are sent a second time.
    pub(crate) again_share: f64,
    /// The share of those who got something broken or wrong who show it in a picture at once.
    pub(crate) picture_share: f64,
}

/// How fast competitors change their ads, in times of the usual: at 2 an ad runs half as long.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Competitors {
    /// Those who keep what works.
    pub(crate) steady: f64,
    /// Those whose ads run for some weeks.
    pub(crate) usual: f64,
    /// Those who try something new all the time.
    pub(crate) restless: f64,
}

/// One shop; what is absent is as usual.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ShopRates {
    /// Orders a day that no ad brought.
    pub(crate) orders_per_day: Option<f64>,
    /// What most of its customers speak: en, de, fr, es, it, nl or da.
    pub(crate) language: Option<String>,
    /// Names of those whom the brand owes.
    pub(crate) suppliers: Option<Vec<String>>,
}

impl Default for People {
    fn default() -> Self {
        Self {
            honest: 19_940,
            refunders: 20,
            rings: 6,
            manipulators: 16,
            hostile_share: 0.07,
            own_language_share: 0.5,
        }
    }
}

impl Default for Parcels {
    fn default() -> Self {
        Self {
            lost: 15,
            damaged: 25,
            wrong_item: 15,
            late: 40,
            returned: 10,
        }
    }
}

impl Default for Letters {
    fn default() -> Self {
        Self {
            where_is_it: 8,
            changed_mind: 4,
            change_address: 2,
            question: 4,
            invoice: 2,
            thanks: 2,
            refunder_share: 0.7,
            ring_share: 0.8,
            manipulator_share: 0.6,
            again_share: 0.12,
            picture_share: 0.6,
        }
    }
}

impl Default for Competitors {
    fn default() -> Self {
        Self {
            steady: 1.0,
            usual: 1.0,
            restless: 1.0,
        }
    }
}

/// A file that describes no world.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    /// It cannot be read.
    #[error("the world's file {path} cannot be read")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is no TOML, or has a key that there is none of.
    #[error("the world's file: {0}")]
    Toml(String),
    /// A value makes no sense.
    #[error("the world's file, {field}: {problem}")]
    Field {
        /// The field.
        field: String,
        /// What is wrong and what would be right.
        problem: String,
    },
}

/// Whether a file describes a world.
///
/// # Errors
/// What is wrong with it, and where.
pub fn check_recipe(path: &Path) -> Result<(), RecipeError> {
    Recipe::parse(&Recipe::load(path)?).map(drop)
}

impl People {
    /// The members of all rings.
    pub(crate) fn ring_members(&self) -> u32 {
        self.rings.saturating_mul(RING)
    }

    /// Everybody who is not honest.
    pub(crate) fn hostile(&self) -> u32 {
        let others = self.refunders.saturating_add(self.manipulators);
        others.saturating_add(self.ring_members())
    }

    fn check(&self) -> Result<(), RecipeError> {
        share("people.hostile_share", self.hostile_share)?;
        share("people.own_language_share", self.own_language_share)?;
        if !(1..=HONEST_MAX).contains(&self.honest) {
            let problem = format!("{} must be 1 to {HONEST_MAX}", self.honest);
            return Err(field("people.honest", problem));
        }
        let hostile = self.hostile();
        if hostile > OTHERS_MAX {
            let problem = format!(
                "refunders, manipulators and four members of each ring are {hostile}, must be at most {OTHERS_MAX}"
            );
            return Err(field("people.rings", problem));
        }
        if hostile == 0 && self.hostile_share > 0.0 {
            let problem = "must be 0 where nobody is a refunder, a manipulator or in a ring";
            return Err(field("people.hostile_share", problem));
        }
        Ok(())
    }
}

impl Recipe {
    /// Reads a file.
    pub(crate) fn load(path: &Path) -> Result<String, RecipeError> {
        std::fs::read_to_string(path).map_err(|source| RecipeError::Unreadable {
            path: path.display().to_string(),
            source,
        })
    }

    /// The rates that a text describes.
    pub(crate) fn parse(text: &str) -> Result<Self, RecipeError> {
        let recipe: Self =
            toml::from_str(text).map_err(|error| RecipeError::Toml(error.to_string()))?;
        recipe.check()?;
        Ok(recipe)
    }

    /// The rates of a brand's shop.
    pub(crate) fn shop(&self, brand: &str) -> ShopRates {
        self.shops.get(brand).cloned().unwrap_or_default()
    }

    fn check(&self) -> Result<(), RecipeError> {
        self.people.check()?;
        let parcels = &self.parcels;
        let fates = [
            parcels.lost,
            parcels.damaged,
            parcels.wrong_item,
            parcels.late,
            parcels.returned,
        ];
        sum("parcels", &fates, 1_000)?;
        let letters = &self.letters;
        let reasons = [
            letters.where_is_it,
            letters.changed_mind,
            letters.change_address,
            letters.question,
            letters.invoice,
            letters.thanks,
        ];
        sum("letters", &reasons, 100)?;
        share("letters.refunder_share", letters.refunder_share)?;
        share("letters.ring_share", letters.ring_share)?;
        share("letters.manipulator_share", letters.manipulator_share)?;
        share("letters.again_share", letters.again_share)?;
        share("letters.picture_share", letters.picture_share)?;
        let competitors = &self.competitors;
        for (name, times) in [
            ("steady", competitors.steady),
            ("usual", competitors.usual),
            ("restless", competitors.restless),
        ] {
            within(&format!("competitors.{name}"), times, 0.1, 10.0)?;
        }
        self.shops
            .iter()
            .try_for_each(|(brand, shop)| shop.check(brand))
    }
}

impl ShopRates {
    fn check(&self, brand: &str) -> Result<(), RecipeError> {
        if BRANDS.iter().all(|known| known.name != brand) {
            let known = BRANDS.map(|known| known.name).join(", ");
            return Err(field(
                format!("shops.{brand}"),
                format!("there is no such brand; there are {known}"),
            ));
        }
        let at = |name: &str| format!("shops.{brand}.{name}");
        if let Some(orders) = self.orders_per_day {
            within(&at("orders_per_day"), orders, 0.0, ORDERS_MAX)?;
        }
        if let Some(code) = &self.language
            && Language::of_code(code).is_none()
        {
            let known = Language::ALL.map(Language::code).join(", ");
            return Err(field(
                at("language"),
                format!("{code:?} must be one of {known}"),
            ));
        }
        let suppliers = self.suppliers.as_deref().unwrap_or_default();
        if suppliers.len() > SUPPLIERS_MAX {
            let problem = format!("{} must be at most {SUPPLIERS_MAX}", suppliers.len());
            return Err(field(at("suppliers"), problem));
        }
        let is_name = |name: &&String| {
            let chars = name.chars().count();
            (1..=NAME_CHARS_MAX).contains(&chars) && !name.chars().any(char::is_control)
        };
        match suppliers.iter().find(|name| !is_name(name)) {
            Some(name) => Err(field(
                at("suppliers"),
                format!("{name:?} must be a name of 1 to {NAME_CHARS_MAX} characters"),
            )),
            None => Ok(()),
        }
    }
}

fn field(name: impl Into<String>, problem: impl Display) -> RecipeError {
    RecipeError::Field {
        field: name.into(),
        problem: problem.to_string(),
    }
}

fn share(name: &str, value: f64) -> Result<(), RecipeError> {
    within(name, value, 0.0, 1.0)
}

fn within(name: &str, value: f64, least: f64, most: f64) -> Result<(), RecipeError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(field(name, format!("{value} must be {least} to {most}")))
}

fn sum(name: &str, parts: &[u32], most: u32) -> Result<(), RecipeError> {
    let sum = parts
        .iter()
        .fold(0_u32, |sum, part| sum.saturating_add(*part));
    if sum <= most {
        return Ok(());
    }
    let problem = format!("its numbers add up to {sum}, must be at most {most}");
    Err(field(name, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../../../docs/world.toml");

    #[test]
    fn the_example_has_every_field_and_is_the_usual_world() {
        let read = Recipe::parse(EXAMPLE).unwrap();
        let usual = Recipe {
            seed: Some(1),
            shops: read.shops.clone(),
            ..Recipe::default()
        };
        assert_eq!(read, usual);
        assert_eq!(read.shops.len(), BRANDS.len());
        let is_whole = |shop: &ShopRates| {
            shop.orders_per_day.is_some() && shop.language.is_some() && shop.suppliers.is_some()
        };
        assert!(read.shops.values().all(is_whole), "{:?}", read.shops);
        assert_eq!(Recipe::parse("").unwrap(), Recipe::default());
    }

    #[test]
    fn what_makes_no_sense_is_named_with_the_fix() {
        for (text, told) in [
            ("orders = 5", "orders"),
            (
                "[people]\nhostile_share = 1.5",
                "people.hostile_share: 1.5 must be 0 to 1",
            ),
            (
                "[people]\nhostile_share = nan",
                "people.hostile_share: NaN must be 0 to 1",
            ),
            ("[people]\nhonest = 0", "people.honest: 0 must be 1 to"),
            ("[people]\nrings = 4000000000", "people.rings: "),
            (
                "[people]\nrefunders = 0\nrings = 0\nmanipulators = 0",
                "people.hostile_share: must be 0 where",
            ),
            (
                "[parcels]\nlost = 999",
                "parcels: its numbers add up to 1089",
            ),
            (
                "[letters]\nthanks = 200",
                "letters: its numbers add up to 220",
            ),
            (
                "[competitors]\nrestless = 0",
                "competitors.restless: 0 must be 0.1 to 10",
            ),
            (
                "[shops.zephyr]",
                "shops.zephyr: there is no such brand; there are aurora",
            ),
            (
                "[shops.aurora]\norders_per_day = -1",
                "shops.aurora.orders_per_day: -1 must",
            ),
            (
                "[shops.aurora]\nlanguage = \"xx\"",
                "shops.aurora.language: \"xx\" must be one",
            ),
            (
                "[shops.aurora]\nsuppliers = [\"\"]",
                "shops.aurora.suppliers: \"\" must be",
            ),
            ("seed = -1", "seed"),
        ] {
            let error = Recipe::parse(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
