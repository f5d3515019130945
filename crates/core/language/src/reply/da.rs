//! Replies in Danish.

use super::{Kind, Words};

pub(super) const WORDS: Words = Words {
    greeting: "Hej {name}",
    greeting_nameless: "Hej",
    closing: "Venlig hilsen\nKundeservice",
    refund_settled: "Vi har refunderet {amount} for din bestilling{order}. Pengene kommer tilbage samme \
         vej, som du betalte; hos nogle banker tager det et par hverdage.",
    body,
};

fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::InTransit => {
            "Din bestilling{order} er på vej. Du kan følge pakken med linket i din \
             forsendelsesmail. Hvis der ikke sker noget i flere dage, så skriv til os, og vi \
             spørger fragtfirmaet."
        }
        Kind::Delivered => {
            "Fragtfirmaet oplyser, at din bestilling{order} er leveret. Kig venligst i \
             postkassen, hos naboerne og i receptionen. Hvis den ikke er der, så svar på \
             denne besked, og vi undersøger sagen."
        }
        Kind::Delayed => {
            "Din bestilling{order} er senere end planlagt, og det beklager vi. Den er ikke \
             gået tabt; fragtfirmaet arbejder på sagen. Vi holder øje med den for dig."
        }
        Kind::NotShippedYet => {
            "Din bestilling{order} er ikke sendt endnu. Du får en e-mail med sporingslinket, \
             så snart den forlader vores lager."
        }
        Kind::RefundProcessing => {
            "Refunderingen af din bestilling{order} er ved at blive behandlet. Vi skriver \
             igen, så snart den er gennemført. Du behøver ikke gøre mere."
        }
        Kind::RefundOutsidePolicy => {
            "Vi har set på din bestilling{order}. Vi kan desværre ikke refundere den, fordi \
             betingelserne i vores refusionspolitik ikke er opfyldt. Hvis vi har overset \
             noget, så svar på denne besked, og et menneske læser den."
        }
        Kind::AlreadyRefunded => {
            "Din bestilling{order} er allerede refunderet, så vi kan ikke refundere den igen. \
             Hos nogle banker går der et par hverdage, før du ser pengene."
        }
        Kind::PhotoNeeded => {
            "Vi er kede af, at der er noget galt med din bestilling{order}. Send os venligst \
             et billede af varen og af emballagen i dit svar, så vi hurtigt kan hjælpe dig."
        }
        Kind::HandedToPerson => {
            "Tak for din besked om din bestilling{order}. En af mine kolleger ser personligt \
             på den og svarer dig."
        }
        Kind::ReturnInstructions => {
            "Du kan sende din bestilling{order} retur. Pak varerne godt ind, læg følgesedlen \
             ved, og brug returlabelen fra vores hjemmeside. Så snart pakken er ankommet og \
             kontrolleret, skriver vi til dig."
        }
        Kind::Cancelled => "Din bestilling{order} er annulleret. Den bliver ikke sendt.",
        Kind::AddressFixed => {
            "Adressen på din bestilling{order} kan ikke længere ændres, fordi pakken allerede \
             bliver gjort klar eller er på vej. Med sporingslinket kan du bede fragtfirmaet \
             om at omdirigere den."
        }
        Kind::Thanks => {
            "Mange tak for dine venlige ord. Vi er glade for, at vi kunne hjælpe. Hvis der er \
             andet, så skriv endelig til os."
        }
    }
}
