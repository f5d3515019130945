//! Who buys. A person is a pure function of the seed and a number: the first few are not honest, and
//! buy in every shop. Serial refunders have the lowest numbers, then the members of rings, four to an address,
//! then those who write instructions into their messages, and then everybody else.

use homeostat_clock::Entropy;
use rand::{Rng, RngExt};

use crate::world::recipe::{People, RING};

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

    /// The language of a code.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

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
pub(super) fn draw(
    (entropy, people): (&Entropy, &People),
    language: Language,
    rng: &mut impl Rng,
) -> Shopper {
    let hostile = people.hostile();
    let nth = if rng.random_bool(people.hostile_share) {
        rng.random_range(0..hostile)
    } else {
        rng.random_range(hostile..hostile + people.honest)
    };
    shopper((entropy, people), nth, language)
}

/// An honest person who speaks `language`.
pub(super) fn honest(
    (entropy, people): (&Entropy, &People),
    number: u32,
    language: Language,
) -> Shopper {
    let nth = people.hostile() + number % people.honest.max(1);
    in_language(shopper((entropy, people), nth, language), language)
}

/// One of those who are not honest, writing in `language` this time.
pub(super) fn hostile(
    (entropy, people): (&Entropy, &People),
    number: u32,
    language: Language,
) -> Shopper {
    let nth = number % people.hostile().max(1);
    in_language(shopper((entropy, people), nth, language), language)
}

fn in_language(shopper: Shopper, language: Language) -> Shopper {
    Shopper {
        language,
        ..shopper
    }
}

/// A person by number. Half of the people speak the language of the shop where they buy first, so the
/// number counts within that language.
fn shopper((entropy, people): (&Entropy, &People), nth: u32, mostly: Language) -> Shopper {
    let rings_end = people.refunders + people.ring_members();
    let character = match nth {
        n if n < people.refunders => Character::SerialRefunder,
        n if n < rings_end => Character::Ring((n - people.refunders) / RING),
        n if n < people.hostile() => Character::Manipulator,
        _ => Character::Honest,
    };
    // Who is not honest is the same person in every shop.
    let honest = character == Character::Honest;
    let name = if honest {
        format!("{}:{nth}", mostly.code())
    } else {
        format!("any:{nth}")
    };
    let mut rng = entropy.child(&name).rng();
    let language = if honest && rng.random_bool(people.own_language_share) {
        mostly
    } else {
        Language::ALL[rng.random_range(0..Language::ALL.len())]
    };
    let home = language.home();
    let first_name = home.first[rng.random_range(0..home.first.len())];
    let last_name = home.last[rng.random_range(0..home.last.len())];
    // A ring shares its door.
    let mut door = match character {
        Character::Ring(ring) => entropy.child(&format!("ring:{ring}")).rng(),
        Character::Honest | Character::SerialRefunder | Character::Manipulator => {
            entropy.child(&format!("{name}:door")).rng()
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
        let (entropy, people) = (Entropy::from_seed(1).child("people"), People::default());
        let told = |language| format!("{:?}", shopper((&entropy, &people), 3, language));
        assert_eq!(told(Language::German), told(Language::Danish));
    }

    #[test]
    fn a_ring_shares_its_address_and_nothing_else() {
        let (entropy, people) = (Entropy::from_seed(1).child("people"), People::default());
        let member = |nth| {
            let nth = people.refunders + nth;
            shopper((&entropy, &people), nth, Language::English)
        };
        let [a, b] = [0, 1].map(member);
        assert_eq!(a.character, b.character);
        assert_eq!((&a.street, &a.postcode), (&b.street, &b.postcode));
        assert_ne!(a.email, b.email);
        let other = member(RING);
        assert_ne!(
            a.street.clone() + &a.postcode,
            other.street + &other.postcode
        );
    }
}
