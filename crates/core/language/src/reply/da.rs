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

#[expect(clippy::too_many_lines, reason = "a text for each kind")]
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
        Kind::OrderNeeded => {
            "Tak for din besked. Vi kunne ikke finde den bestilling, som den handler om. Send \
             os venligst ordrenummeret; det står i den e-mail, hvor vi bekræftede din \
             bestilling."
        }
        Kind::ReasonNeeded => {
            "Tak for din besked om din bestilling{order}. Skriv venligst kort, hvad der er \
             galt, så vi kan hjælpe dig: er den ikke kommet frem, er noget gået i stykker, \
             eller er det ikke det, du har bestilt?"
        }
        Kind::AlreadySent => {
            "Din bestilling{order} har allerede forladt vores lager og kan ikke længere \
             annulleres. Hvis du ikke vil beholde den, kan du sende den retur, så snart den \
             er kommet frem."
        }
        Kind::ReadyForPickup => {
            "Din bestilling{order} ligger klar til afhentning. Fragtfirmaet har med en e-mail \
             eller en seddel fortalt dig, hvor den er. Tag venligst legitimation med; efter \
             nogle dage kommer pakken tilbage til os."
        }
        Kind::SeemsLost => {
            "Din bestilling{order} har ikke bevæget sig i lang tid og ser ud til at være gået \
             tabt. Det er vi kede af. Skriv venligst til os, om du vil have pengene tilbage \
             eller en ny pakke."
        }
        Kind::ReturnTooLate => {
            "Fristen for at sende din bestilling{order} retur er udløbet, så vi kan ikke \
             længere tage den tilbage. Hvis der er noget galt med varerne, så svar på denne \
             besked og skriv, hvad det er."
        }
        Kind::StatementNeeded => {
            "Fragtfirmaet oplyser, at din bestilling{order} er leveret. Spørg venligst hos \
             naboerne, og hvis ingen har den, så send os i dit svar en kort underskrevet \
             erklæring om, at du ikke har modtaget den."
        }
    }
}
