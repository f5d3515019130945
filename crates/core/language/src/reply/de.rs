//! Replies in German.

use super::{Kind, Words};

pub(super) const WORDS: Words = Words {
    greeting: "Hallo {name},",
    greeting_nameless: "Guten Tag,",
    closing: "Freundliche Grüße\nIhr Kundenservice",
    refund_settled: "wir haben Ihnen {amount} für Ihre Bestellung{order} erstattet. Das Geld kommt auf \
         dem Weg zurück, auf dem Sie bezahlt haben; bei manchen Banken dauert das ein paar \
         Werktage.",
    body,
};

#[expect(clippy::too_many_lines, reason = "a text for each kind")]
fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::InTransit => {
            "Ihre Bestellung{order} ist unterwegs. Mit dem Link in Ihrer Versandmail können \
             Sie sie verfolgen. Wenn sich mehrere Tage lang nichts tut, schreiben Sie uns, \
             dann fragen wir beim Paketdienst nach."
        }
        Kind::Delivered => {
            "laut Paketdienst wurde Ihre Bestellung{order} zugestellt. Bitte sehen Sie im \
             Briefkasten, bei den Nachbarn und am Empfang nach. Wenn sie dort nicht ist, \
             antworten Sie auf diese Nachricht, dann gehen wir der Sache nach."
        }
        Kind::Delayed => {
            "Ihre Bestellung{order} kommt später als geplant, das tut uns leid. Sie ist nicht \
             verloren; der Paketdienst kümmert sich darum. Wir behalten sie für Sie im Auge."
        }
        Kind::NotShippedYet => {
            "Ihre Bestellung{order} wurde noch nicht versandt. Sobald sie unser Lager \
             verlässt, bekommen Sie eine E-Mail mit der Sendungsnummer."
        }
        Kind::RefundProcessing => {
            "Ihre Rückerstattung für die Bestellung{order} wird bearbeitet. Wir melden uns \
             wieder, sobald sie abgeschlossen ist. Sie müssen nichts weiter tun."
        }
        Kind::RefundOutsidePolicy => {
            "wir haben Ihre Bestellung{order} geprüft. Eine Erstattung ist leider nicht \
             möglich, weil die Bedingungen unserer Erstattungsregeln nicht erfüllt sind. Wenn \
             wir etwas übersehen haben, antworten Sie bitte, dann liest ein Mensch Ihre \
             Nachricht."
        }
        Kind::AlreadyRefunded => {
            "Ihre Bestellung{order} wurde bereits erstattet, deshalb können wir sie nicht \
             noch einmal erstatten. Bei manchen Banken dauert es ein paar Werktage, bis das \
             Geld zu sehen ist."
        }
        Kind::PhotoNeeded => {
            "es tut uns leid, dass mit Ihrer Bestellung{order} etwas nicht stimmt. Bitte \
             schicken Sie uns in Ihrer Antwort ein Foto der Ware und der Verpackung, damit \
             wir Ihnen schnell helfen können."
        }
        Kind::HandedToPerson => {
            "vielen Dank für Ihre Nachricht zu Ihrer Bestellung{order}. Jemand aus unserem \
             Team sieht sie sich persönlich an und antwortet Ihnen."
        }
        Kind::ReturnInstructions => {
            "Sie können Ihre Bestellung{order} zurückschicken. Bitte verpacken Sie die Ware \
             sicher, legen Sie den Lieferschein bei und nutzen Sie das Rücksendeetikett von \
             unserer Website. Sobald das Paket angekommen und geprüft ist, melden wir uns."
        }
        Kind::Cancelled => "Ihre Bestellung{order} wurde storniert. Sie wird nicht versandt.",
        Kind::AddressFixed => {
            "die Adresse Ihrer Bestellung{order} lässt sich nicht mehr ändern, weil das Paket \
             schon vorbereitet wird oder unterwegs ist. Mit dem Link zur Sendungsverfolgung \
             können Sie es beim Paketdienst umleiten."
        }
        Kind::Thanks => {
            "vielen Dank für Ihre netten Worte. Es freut uns, dass wir helfen konnten. Wenn \
             noch etwas ist, schreiben Sie uns einfach."
        }
        Kind::OrderNeeded => {
            "vielen Dank für Ihre Nachricht. Wir konnten die Bestellung dazu nicht finden. \
             Bitte schicken Sie uns die Bestellnummer; sie steht in der E-Mail, mit der wir \
             Ihre Bestellung bestätigt haben."
        }
        Kind::ReasonNeeded => {
            "vielen Dank für Ihre Nachricht zu Ihrer Bestellung{order}. Bitte schreiben Sie \
             uns kurz, was nicht stimmt, damit wir helfen können: Ist sie nicht angekommen, \
             ist etwas beschädigt, oder ist es nicht das, was Sie bestellt haben?"
        }
        Kind::AlreadySent => {
            "Ihre Bestellung{order} hat unser Lager schon verlassen und lässt sich nicht mehr \
             stornieren. Wenn Sie sie nicht behalten möchten, können Sie sie zurückschicken, \
             sobald sie angekommen ist."
        }
        Kind::ReadyForPickup => {
            "Ihre Bestellung{order} liegt zur Abholung bereit. Der Paketdienst hat Ihnen per \
             E-Mail oder mit einer Karte mitgeteilt, wo sie liegt. Bitte nehmen Sie einen \
             Ausweis mit; nach einigen Tagen geht das Paket an uns zurück."
        }
        Kind::SeemsLost => {
            "Ihre Bestellung{order} hat sich lange nicht bewegt und scheint verloren zu sein. \
             Das tut uns leid. Bitte schreiben Sie uns, ob Sie Ihr Geld zurück oder ein neues \
             Paket möchten."
        }
        Kind::ReturnTooLate => {
            "die Frist, in der Ihre Bestellung{order} zurückgeschickt werden konnte, ist \
             vorbei, deshalb können wir sie nicht zurücknehmen. Wenn mit der Ware etwas nicht \
             stimmt, antworten Sie bitte und schreiben Sie uns, was es ist."
        }
        Kind::StatementNeeded => {
            "laut Paketdienst wurde Ihre Bestellung{order} zugestellt. Bitte fragen Sie bei \
             den Nachbarn nach. Wenn niemand sie hat, schicken Sie uns in Ihrer Antwort eine \
             kurze unterschriebene Erklärung, dass Sie sie nicht erhalten haben."
        }
    }
}
