//! What is asked, in seven languages: wishes that are denied, slips, and what is no threat.

use super::*;
use crate::text::{plain, tokens};

fn main_of(text: &str, language: Language) -> Intent {
    Tables::new().read(&tokens(&plain(text)), Frame::default(), language, &mut 0)[0].intent
}

fn all_of(text: &str, language: Language) -> Vec<Intent> {
    let read = Tables::new().read(&tokens(&plain(text)), Frame::default(), language, &mut 0);
    read.into_iter().map(|scored| scored.intent).collect()
}

#[test]
fn the_order_of_all_is_the_order_of_the_words() {
    for (index, intent) in Intent::ALL.into_iter().enumerate() {
        assert_eq!(intent as usize, index);
    }
}

#[test]
fn a_wish_that_is_denied_is_no_wish() {
    for (text, language) in [
        ("I do NOT want a refund", Language::English),
        ("I don't need my money back", Language::English),
        ("Please do not cancel my order", Language::English),
        ("Ich möchte keine Rückerstattung", Language::German),
        ("Eine Erstattung will ich nicht", Language::German),
        ("Je ne veux pas de remboursement", Language::French),
        ("No quiero un reembolso", Language::Spanish),
        ("Non voglio il rimborso", Language::Italian),
        ("Ik wil geen terugbetaling", Language::Dutch),
        ("Jeg vil ikke have refusion", Language::Danish),
    ] {
        let all = all_of(text, language);
        assert!(!all.contains(&Intent::RefundWish), "{text}: {all:?}");
        assert!(!all.contains(&Intent::CancelOrder), "{text}: {all:?}");
    }
}

#[test]
fn a_refund_that_did_not_come_is_still_wished_for() {
    for (text, language) in [
        ("I have not received my refund", Language::English),
        ("Why have you not refunded me?", Language::English),
        (
            "Ich habe noch keine Rückerstattung erhalten",
            Language::German,
        ),
        ("Je n'ai pas reçu mon remboursement", Language::French),
        ("No he recibido el reembolso", Language::Spanish),
        ("Non ho ricevuto il rimborso", Language::Italian),
        ("Ik heb nog geen terugbetaling ontvangen", Language::Dutch),
        ("Jeg har ikke modtaget min refundering", Language::Danish),
    ] {
        assert_eq!(main_of(text, language), Intent::RefundWish, "{text}");
    }
}

#[test]
fn a_denial_ends_where_the_next_clause_begins() {
    let text = "It is not what I hoped for and I want a refund";
    assert_eq!(main_of(text, Language::English), Intent::RefundWish);
    let text = "kjolen ligner ikke billedet og jeg vil sende den tilbage";
    assert_eq!(main_of(text, Language::Danish), Intent::ReturnWish);
}

#[test]
fn words_that_threats_share_with_ordinary_messages_are_no_threat() {
    for (text, language) in [
        (
            "I paid with PayPal and my bank has booked it. Where is my order?",
            Language::English,
        ),
        ("Where is my parcel? Thanks, Sue", Language::English),
        (
            "Die Anzeige am Gerät ist kaputt, bezahlt habe ich mit PayPal",
            Language::German,
        ),
        ("J'ai payé via PayPal, où est mon colis ?", Language::French),
        (
            "Pagué con PayPal. ¿Cuál es el consumo de la lámpara?",
            Language::Spanish,
        ),
        (
            "A causa del ritardo vi chiedo dove è il pacco, ho pagato con PayPal",
            Language::Italian,
        ),
        (
            "Ik heb met PayPal betaald, maar de kortingscode werkt niet aan de kassa",
            Language::Dutch,
        ),
        (
            "Jeg har betalt med PayPal. Hvor finder jeg jeres politik og anmeldelser?",
            Language::Danish,
        ),
    ] {
        let main = main_of(text, language);
        assert!(!main.is_threat(), "{text}: {main:?}");
    }
}

#[test]
fn a_threat_is_not_guessed_from_a_slip() {
    let all = all_of(
        "Weet u of de pan geschikt is voor inductie",
        Language::Dutch,
    );
    assert!(!all.contains(&Intent::ChargebackThreat), "{all:?}");
}

#[test]
fn several_intents_are_told_strongest_first() {
    let all = all_of(
        "The vase arrived broken. I want my money back.",
        Language::English,
    );
    assert_eq!(all, [Intent::Damaged, Intent::RefundWish]);
    let all = all_of("Danke. Wo ist mein Paket?", Language::German);
    assert_eq!(all, [Intent::WhereIsMyOrder, Intent::Thanks]);
}

#[test]
fn slips_and_missing_accents_are_forgiven() {
    assert_eq!(
        main_of("were is my ordr, i want a refudn", Language::English),
        Intent::RefundWish
    );
    assert_eq!(
        main_of("rueckerstatung bitte", Language::German),
        Intent::RefundWish
    );
    assert_eq!(
        main_of("colis pas recu", Language::French),
        Intent::NotReceived
    );
}

#[test]
fn a_message_in_an_unexpected_language_is_still_understood() {
    assert_eq!(
        main_of("Wo ist mein Paket?", Language::French),
        Intent::WhereIsMyOrder
    );
}

#[test]
fn what_is_hoped_or_feared_did_not_happen() {
    for (text, language) in [
        (
            "I hope it has not been damaged. Where is my parcel?",
            Language::English,
        ),
        (
            "Hoffentlich ist sie nicht zerbrochen. Wo ist mein Paket?",
            Language::German,
        ),
        (
            "J'espère qu'il n'est pas cassé. Où est mon colis ?",
            Language::French,
        ),
        (
            "Espero que no se haya roto. ¿Dónde está mi paquete?",
            Language::Spanish,
        ),
        (
            "Spero che non si sia rotto. Dov'è il mio pacco?",
            Language::Italian,
        ),
        (
            "Hopelijk is hij niet gebroken. Waar is mijn pakket?",
            Language::Dutch,
        ),
        (
            "Jeg håber ikke den er gået i stykker. Hvor er min pakke?",
            Language::Danish,
        ),
    ] {
        assert_eq!(main_of(text, language), Intent::WhereIsMyOrder, "{text}");
    }
    let text = "I hope you can help me. The vase arrived broken.";
    assert_eq!(main_of(text, Language::English), Intent::Damaged);
}

#[test]
fn a_slip_of_ones_own_is_no_mix_up_of_the_shop() {
    for (text, language) in [
        ("Please cancel, I chose the wrong colour", Language::English),
        (
            "Vi prego di annullare, ho sbagliato colore",
            Language::Italian,
        ),
        (
            "Por favor anulen el pedido, me equivoqué de talla",
            Language::Spanish,
        ),
    ] {
        assert_eq!(main_of(text, language), Intent::CancelOrder, "{text}");
    }
    let text = "You sent me the wrong colour";
    assert_eq!(main_of(text, Language::English), Intent::WrongItem);
}

#[test]
fn a_code_that_follows_a_parcel_is_no_wish_for_a_discount() {
    for (text, language) in [
        (
            "I never got a tracking code, please send me one",
            Language::English,
        ),
        (
            "Non ho mai ricevuto il codice di tracciamento",
            Language::Italian,
        ),
        ("No he recibido el código de seguimiento", Language::Spanish),
    ] {
        let all = all_of(text, language);
        assert!(!all.contains(&Intent::DiscountWish), "{text}: {all:?}");
    }
    let text = "My code does not work at the checkout";
    assert_eq!(main_of(text, Language::English), Intent::DiscountWish);
}

#[test]
fn the_order_of_words_tells_a_mix_up_from_silence() {
    let text = "I ordered on Monday and have heard nothing since";
    let all = all_of(text, Language::English);
    assert!(!all.contains(&Intent::WrongItem), "{all:?}");
    let text = "This is not what I ordered";
    assert_eq!(main_of(text, Language::English), Intent::WrongItem);
}

#[test]
fn nothing_found_is_other() {
    assert_eq!(all_of("", Language::English), [Intent::Other]);
    assert_eq!(all_of("lorem ipsum", Language::Danish), [Intent::Other]);
}
