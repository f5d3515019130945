//! Who buys. A person is a pure function of the seed and a number: the first few are not honest, and
//! buy in every shop.

use homeostat_clock::Entropy;
use rand::{Rng, RngExt};

/// Serial refunders have the numbers below this.
const REFUNDERS: u32 = 20;
/// Then the members of rings, four to an address.
const RINGS: u32 = REFUNDERS + 24;
/// Then those who write instructions into their messages.
const MANIPULATORS: u32 = RINGS + 16;
/// Then everybody else.
const PEOPLE: u32 = 20_000;

/// The languages that people write in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Language {
    English,
    German,
    French,
    Spanish,
    Italian,
    Dutch,
    Danish,
}

/// How somebody deals with a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Character {
    Honest,
    /// Claims a refund for nearly everything.
    SerialRefunder,
    /// One of several accounts at one address; claims that parcels did not arrive.
    Ring(u32),
    /// Writes instructions to the machine into messages.
    Manipulator,
}

/// One person.
#[derive(Debug, Clone)]
pub(crate) struct Shopper {
    pub(crate) id: u64,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) country: &'static str,
    pub(crate) postcode: String,
    pub(crate) street: String,
    pub(crate) language: Language,
    pub(crate) character: Character,
}

/// Where people of a language live: country, streets, telephone prefix, and names.
struct Home {
    country: &'static str,
    streets: [&'static str; 4],
    prefix: &'static str,
    first: [&'static str; 6],
    last: [&'static str; 6],
}

impl Language {
    pub(crate) const ALL: [Self; 7] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Italian,
        Self::Dutch,
        Self::Danish,
    ];

    /// ISO 639-1.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Italian => "it",
            Self::Dutch => "nl",
            Self::Danish => "da",
        }
    }

    fn home(self) -> Home {
        match self {
            Self::English => Home {
                country: "GB",
                streets: ["High Street", "Mill Lane", "Station Road", "Church Walk"],
                prefix: "+44 7700 9",
                first: ["Olivia", "Jack", "Amelia", "Harry", "Grace", "Noah"],
                last: ["Smith", "Taylor", "Brown", "Walker", "Hughes", "Clarke"],
            },
            Self::German => Home {
                country: "DE",
                streets: ["Gartenweg", "Lindenstraße", "Am Markt", "Schulstraße"],
                prefix: "+49 151 55",
                first: ["Lena", "Jonas", "Mia", "Paul", "Jörg", "Anke"],
                last: ["Müller", "Schmidt", "Weber", "Wagner", "Krüger", "Vogel"],
            },
            Self::French => Home {
                country: "FR",
                streets: [
                    "rue des Lilas",
                    "avenue Foch",
                    "rue du Port",
                    "place Carnot",
                ],
                prefix: "+33 6 12 3",
                first: ["Camille", "Hugo", "Chloé", "Louis", "Inès", "Jules"],
                last: ["Martin", "Bernard", "Petit", "Durand", "Leroy", "Moreau"],
            },
            Self::Spanish => Home {
                country: "ES",
                streets: [
                    "calle Mayor",
                    "calle del Sol",
                    "avenida Libertad",
                    "calle Real",
                ],
                prefix: "+34 612 3",
                first: ["Lucía", "Hugo", "Sofía", "Mateo", "Carmen", "Iker"],
                last: ["García", "López", "Sánchez", "Pérez", "Gómez", "Ruiz"],
            },
            Self::Italian => Home {
                country: "IT",
                streets: ["via Roma", "via Garibaldi", "corso Italia", "via Verdi"],
                prefix: "+39 320 1",
                first: ["Giulia", "Luca", "Sara", "Marco", "Elena", "Paolo"],
                last: ["Rossi", "Bianchi", "Ferrari", "Romano", "Greco", "Conti"],
            },
            Self::Dutch => Home {
                country: "NL",
                streets: ["Kerkstraat", "Dorpsweg", "Molenlaan", "Havenkade"],
                prefix: "+31 6 123",
                first: ["Emma", "Daan", "Sanne", "Bram", "Fleur", "Tijs"],
                last: ["de Vries", "Jansen", "Bakker", "Visser", "Smit", "Mulder"],
            },
            Self::Danish => Home {
                country: "DK",
                streets: ["Nørregade", "Skovvej", "Strandvejen", "Møllevej"],
                prefix: "+45 20 12",
                first: ["Freja", "Magnus", "Ida", "Søren", "Laura", "Anders"],
                last: ["Jensen", "Nielsen", "Hansen", "Møller", "Larsen", "Holm"],
            },
        }
    }
}

/// Somebody who buys in a shop whose customers mostly speak `language`.
pub(super) fn draw(people: &Entropy, language: Language, rng: &mut impl Rng) -> Shopper {
    let nth = if rng.random_bool(0.07) {
        rng.random_range(0..MANIPULATORS)
    } else {
        rng.random_range(MANIPULATORS..PEOPLE)
    };
    shopper(people, nth, language)
}

/// A person by number. Half of the people speak the language of the shop where they buy first, so the
/// number counts within that language.
fn shopper(people: &Entropy, nth: u32, mostly: Language) -> Shopper {
    let character = match nth {
        n if n < REFUNDERS => Character::SerialRefunder,
        n if n < RINGS => Character::Ring((n - REFUNDERS) / 4),
        n if n < MANIPULATORS => Character::Manipulator,
        _ => Character::Honest,
    };
    // Who is not honest is the same person in every shop.
    let honest = character == Character::Honest;
    let name = if honest {
        format!("{}:{nth}", mostly.code())
    } else {
        format!("any:{nth}")
    };
    let mut rng = people.child(&name).rng();
    let language = if honest && rng.random_bool(0.5) {
        mostly
    } else {
        Language::ALL[rng.random_range(0..Language::ALL.len())]
    };
    let home = language.home();
    let first_name = home.first[rng.random_range(0..home.first.len())];
    let last_name = home.last[rng.random_range(0..home.last.len())];
    // A ring shares its door.
    let mut door = match character {
        Character::Ring(ring) => people.child(&format!("ring:{ring}")).rng(),
        Character::Honest | Character::SerialRefunder | Character::Manipulator => {
            people.child(&format!("{name}:door")).rng()
        }
    };
    let door_home = match character {
        Character::Ring(_) => Language::German.home(),
        Character::Honest | Character::SerialRefunder | Character::Manipulator => home,
    };
    let id = 6_000_000 + u64::from(nth) + if honest { 100_000 * mostly as u64 } else { 0 };
    Shopper {
        id,
        first_name,
        last_name,
        email: format!("{}.{id}@mail.example", ascii(first_name)),
        phone: format!("{}{:05}", door_home.prefix, rng.random_range(0..100_000)),
        country: door_home.country,
        postcode: format!("{:05}", door.random_range(10_000..99_999)),
        street: format!(
            "{} {}",
            door_home.streets[door.random_range(0..4_usize)],
            door.random_range(1..180)
        ),
        language,
        character,
    }
}

fn ascii(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    letters.collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_not_honest_is_the_same_person_in_every_shop() {
        let people = Entropy::from_seed(1).child("people");
        let told = |language| format!("{:?}", shopper(&people, 3, language));
        assert_eq!(told(Language::German), told(Language::Danish));
    }

    #[test]
    fn a_ring_shares_its_address_and_nothing_else() {
        let people = Entropy::from_seed(1).child("people");
        let [a, b] = [REFUNDERS, REFUNDERS + 1].map(|nth| shopper(&people, nth, Language::English));
        assert_eq!(a.character, b.character);
        assert_eq!((&a.street, &a.postcode), (&b.street, &b.postcode));
        assert_ne!(a.email, b.email);
        let other = shopper(&people, REFUNDERS + 4, Language::English);
        assert_ne!(
            a.street.clone() + &a.postcode,
            other.street + &other.postcode
        );
    }
}
