//! Replies in English.

use super::{Kind, Words};

pub(super) const WORDS: Words = Words {
    greeting: "Hello {name},",
    greeting_nameless: "Hello,",
    closing: "Kind regards\nYour customer service",
    refund_settled: "We have refunded {amount} for your order{order}. The money goes back the way you \
         paid; with some banks this takes a few working days.",
    body,
};

#[expect(clippy::too_many_lines, reason = "a text for each kind")]
fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::InTransit => {
            "Your order{order} is on its way. You can follow it with the link in your \
             shipping e-mail. If it does not move for several days, write to us and we will \
             ask the carrier."
        }
        Kind::Delivered => {
            "The carrier tells us that your order{order} was delivered. Please look in the \
             letterbox, with the neighbours and at the front desk. If it is not there, answer \
             this message and we will look into it."
        }
        Kind::Delayed => {
            "Your order{order} is later than planned, and we are sorry for that. It has not \
             been lost; the carrier is working on it. We will keep an eye on it for you."
        }
        Kind::NotShippedYet => {
            "Your order{order} has not been shipped yet. You will get an e-mail with the \
             tracking link as soon as it leaves our warehouse."
        }
        Kind::RefundProcessing => {
            "Your refund for order{order} is being processed. We will write to you again as \
             soon as it has gone through. There is nothing you need to do."
        }
        Kind::RefundOutsidePolicy => {
            "We have looked at your order{order}. We cannot offer a refund for it, because it \
             does not meet the terms of our refund policy. If you think that we have \
             overlooked something, answer this message and a person will read it."
        }
        Kind::AlreadyRefunded => {
            "Your order{order} has already been refunded, so we cannot refund it again. With \
             some banks it takes a few working days until you see the money."
        }
        Kind::PhotoNeeded => {
            "We are sorry that something is wrong with your order{order}. Please send us a \
             photo of the item and of the packaging in your answer, so that we can help you \
             quickly."
        }
        Kind::HandedToPerson => {
            "Thank you for your message about your order{order}. One of my colleagues will \
             look at it personally and answer you."
        }
        Kind::ReturnInstructions => {
            "You can return your order{order}. Please pack the goods safely, put in the \
             delivery note and use the return label from our website. As soon as the parcel \
             has arrived and been checked, we will write to you."
        }
        Kind::Cancelled => "Your order{order} has been cancelled. It will not be shipped.",
        Kind::AddressFixed => {
            "The address of your order{order} can no longer be changed, because the parcel is \
             already being prepared or is on its way. You can ask the carrier to redirect it \
             with the tracking link."
        }
        Kind::Thanks => {
            "Thank you for your kind words. We are glad that we could help. If there is \
             anything else, just write to us."
        }
        Kind::OrderNeeded => {
            "Thank you for your message. We could not find the order that it is about. Please \
             send us the order number; you will find it in the e-mail with which we confirmed \
             your order."
        }
        Kind::ReasonNeeded => {
            "Thank you for your message about your order{order}. Please tell us in a few \
             words what is wrong, so that we can help you: did it not arrive, is it damaged, \
             or is it not what you ordered?"
        }
        Kind::AlreadySent => {
            "Your order{order} has already left our warehouse and can no longer be cancelled. \
             If you do not want to keep it, you can return it as soon as it has arrived."
        }
        Kind::ReadyForPickup => {
            "Your order{order} is ready to be collected. The carrier has told you by e-mail \
             or with a card where it is. Please take a proof of identity with you; after some \
             days it goes back to us."
        }
        Kind::SeemsLost => {
            "Your order{order} has not moved for a long time and seems to be lost. We are \
             sorry for that. Please tell us whether you want your money back or a new parcel."
        }
        Kind::ReturnTooLate => {
            "The time in which your order{order} could be returned is over, so we cannot take \
             it back. If something is wrong with the goods, answer this message and tell us \
             what it is."
        }
        Kind::StatementNeeded => {
            "The carrier tells us that your order{order} was delivered. Please ask your \
             neighbours, and if nobody has it, send us in your answer a short signed \
             statement that you have not received it."
        }
    }
}
