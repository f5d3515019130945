//! Replies in Dutch.

use super::{Kind, Words};

pub(super) const WORDS: Words = Words {
    greeting: "Hallo {name},",
    greeting_nameless: "Hallo,",
    closing: "Met vriendelijke groet\nDe klantenservice",
    refund_settled: "We hebben {amount} terugbetaald voor je bestelling{order}. Het geld komt terug via \
         de betaalwijze die je hebt gebruikt; bij sommige banken duurt dat een paar \
         werkdagen.",
    body,
};

#[expect(clippy::too_many_lines, reason = "a text for each kind")]
fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::InTransit => {
            "Je bestelling{order} is onderweg. Je kunt het pakket volgen met de link in je \
             verzendmail. Gebeurt er meerdere dagen niets, schrijf ons dan en wij vragen het \
             na bij de bezorger."
        }
        Kind::Delivered => {
            "Volgens de bezorger is je bestelling{order} afgeleverd. Kijk alsjeblieft in de \
             brievenbus, bij de buren en bij de receptie. Is het pakket daar niet, antwoord \
             dan op dit bericht en wij zoeken het uit."
        }
        Kind::Delayed => {
            "Je bestelling{order} is later dan gepland en dat spijt ons. Het pakket is niet \
             kwijt; de bezorger is ermee bezig. Wij houden het voor je in de gaten."
        }
        Kind::NotShippedYet => {
            "Je bestelling{order} is nog niet verzonden. Je krijgt een e-mail met de volglink \
             zodra het pakket ons magazijn verlaat."
        }
        Kind::RefundProcessing => {
            "De terugbetaling van je bestelling{order} wordt verwerkt. We schrijven je zodra \
             die is afgerond. Je hoeft verder niets te doen."
        }
        Kind::RefundOutsidePolicy => {
            "We hebben je bestelling{order} bekeken. Een terugbetaling is helaas niet \
             mogelijk, omdat niet aan de voorwaarden van ons beleid is voldaan. Hebben we \
             iets over het hoofd gezien, antwoord dan en een mens leest je bericht."
        }
        Kind::AlreadyRefunded => {
            "Je bestelling{order} is al terugbetaald, dus we kunnen die niet nog een keer \
             terugbetalen. Bij sommige banken duurt het een paar werkdagen voordat je het \
             geld ziet."
        }
        Kind::PhotoNeeded => {
            "Het spijt ons dat er iets mis is met je bestelling{order}. Stuur ons in je \
             antwoord alsjeblieft een foto van het artikel en van de verpakking, dan kunnen \
             we je snel helpen."
        }
        Kind::HandedToPerson => {
            "Bedankt voor je bericht over je bestelling{order}. Iemand van ons team kijkt er \
             persoonlijk naar en antwoordt je."
        }
        Kind::ReturnInstructions => {
            "Je kunt je bestelling{order} terugsturen. Pak de spullen goed in, doe de pakbon \
             erbij en gebruik het retourlabel van onze website. Zodra het pakket binnen en \
             gecontroleerd is, schrijven we je."
        }
        Kind::Cancelled => "Je bestelling{order} is geannuleerd. Hij wordt niet verzonden.",
        Kind::AddressFixed => {
            "Het adres van je bestelling{order} kan niet meer worden gewijzigd, omdat het \
             pakket al wordt klaargemaakt of onderweg is. Met de volglink kun je de bezorger \
             vragen om het om te leiden."
        }
        Kind::Thanks => {
            "Dank je wel voor je aardige woorden. We zijn blij dat we konden helpen. Is er \
             nog iets, schrijf ons dan gerust."
        }
        Kind::OrderNeeded => {
            "Bedankt voor je bericht. We konnen de bestelling waar het over gaat niet vinden. \
             Stuur ons alsjeblieft het bestelnummer; het staat in de e-mail waarmee we je \
             bestelling hebben bevestigd."
        }
        Kind::ReasonNeeded => {
            "Bedankt voor je bericht over je bestelling{order}. Schrijf ons alsjeblieft kort \
             wat er mis is, dan kunnen we je helpen: is het pakket niet aangekomen, is er \
             iets beschadigd, of is het niet wat je hebt besteld?"
        }
        Kind::AlreadySent => {
            "Je bestelling{order} heeft ons magazijn al verlaten en kan niet meer worden \
             geannuleerd. Wil je de spullen niet houden, dan kun je ze terugsturen zodra het \
             pakket is aangekomen."
        }
        Kind::ReadyForPickup => {
            "Je bestelling{order} ligt klaar om te worden opgehaald. De bezorger heeft je met \
             een e-mail of een kaartje laten weten waar. Neem alsjeblieft een \
             identiteitsbewijs mee; na een paar dagen gaat het pakket terug naar ons."
        }
        Kind::SeemsLost => {
            "Je bestelling{order} beweegt al lang niet meer en lijkt kwijt te zijn. Dat spijt \
             ons. Laat ons alsjeblieft weten of je je geld terug wilt of een nieuw pakket."
        }
        Kind::ReturnTooLate => {
            "De tijd waarin je je bestelling{order} kon terugsturen is voorbij, dus we kunnen \
             die niet meer terugnemen. Is er iets mis met de spullen, antwoord dan op dit \
             bericht en schrijf wat het is."
        }
        Kind::StatementNeeded => {
            "Volgens de bezorger is je bestelling{order} afgeleverd. Vraag het alsjeblieft na \
             bij de buren. Heeft niemand het pakket, stuur ons dan in je antwoord een korte \
             ondertekende verklaring dat je het niet hebt ontvangen."
        }
    }
}
