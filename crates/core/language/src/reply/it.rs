//! Replies in Italian.

use super::{Kind, Words};

pub(super) const WORDS: Words = Words {
    greeting: "Ciao {name},",
    greeting_nameless: "Buongiorno,",
    closing: "Cordiali saluti\nIl servizio clienti",
    refund_settled: "Abbiamo rimborsato {amount} per il suo ordine{order}. Il denaro torna con lo stesso \
         metodo usato per il pagamento; con alcune banche servono alcuni giorni lavorativi.",
    body,
};

#[expect(clippy::too_many_lines, reason = "a text for each kind")]
fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::InTransit => {
            "Il suo ordine{order} è in viaggio. Può seguirlo con il link che trova nella mail \
             di spedizione. Se non si muove per diversi giorni, ci scriva e chiederemo al \
             corriere."
        }
        Kind::Delivered => {
            "Il corriere ci comunica che il suo ordine{order} è stato consegnato. Per favore \
             guardi nella cassetta delle lettere, dai vicini e in portineria. Se non è lì, \
             risponda a questo messaggio e faremo una verifica."
        }
        Kind::Delayed => {
            "Il suo ordine{order} è in ritardo e ce ne scusiamo. Non è andato perso; il \
             corriere se ne sta occupando. Lo teniamo d’occhio per lei."
        }
        Kind::NotShippedYet => {
            "Il suo ordine{order} non è ancora stato spedito. Riceverà una mail con il link \
             per seguirlo appena lascerà il nostro magazzino."
        }
        Kind::RefundProcessing => {
            "Il rimborso per il suo ordine{order} è in lavorazione. Le scriveremo appena sarà \
             concluso. Non deve fare altro."
        }
        Kind::RefundOutsidePolicy => {
            "Abbiamo esaminato il suo ordine{order}. Purtroppo un rimborso non è possibile, \
             perché non sono soddisfatte le condizioni della nostra politica di rimborso. Se \
             ci è sfuggito qualcosa, risponda a questo messaggio e lo leggerà una persona."
        }
        Kind::AlreadyRefunded => {
            "Il suo ordine{order} è già stato rimborsato, quindi non possiamo rimborsarlo di \
             nuovo. Con alcune banche passano alcuni giorni lavorativi prima di vedere il \
             denaro."
        }
        Kind::PhotoNeeded => {
            "Ci dispiace che ci sia un problema con il suo ordine{order}. Per favore ci invii \
             nella risposta una foto dell’articolo e dell’imballaggio, così possiamo aiutarla \
             rapidamente."
        }
        Kind::HandedToPerson => {
            "Grazie per il suo messaggio sul suo ordine{order}. Una persona del nostro team \
             lo guarderà e le risponderà."
        }
        Kind::ReturnInstructions => {
            "Può restituire il suo ordine{order}. Imballi bene gli articoli, aggiunga il \
             documento di consegna e usi l’etichetta di reso dal nostro sito. Appena il pacco \
             sarà arrivato e controllato, le scriveremo."
        }
        Kind::Cancelled => "Il suo ordine{order} è stato annullato. Non verrà spedito.",
        Kind::AddressFixed => {
            "L’indirizzo del suo ordine{order} non può più essere cambiato, perché il pacco è \
             già in preparazione o in viaggio. Con il link per seguirlo può chiedere al \
             corriere di deviarlo."
        }
        Kind::Thanks => {
            "Grazie mille per le sue gentili parole. Siamo contenti di averla aiutata. Se le \
             serve altro, ci scriva pure."
        }
        Kind::OrderNeeded => {
            "Grazie per il suo messaggio. Non abbiamo trovato l’ordine a cui si riferisce. \
             Per favore ci invii il numero d’ordine; lo trova nella mail con cui abbiamo \
             confermato il suo acquisto."
        }
        Kind::ReasonNeeded => {
            "Grazie per il suo messaggio sul suo ordine{order}. Per favore ci dica in poche \
             parole che cosa non va, così possiamo aiutarla: non è arrivato, è danneggiato o \
             non è quello che aveva ordinato?"
        }
        Kind::AlreadySent => {
            "Il suo ordine{order} ha già lasciato il nostro magazzino e non può più essere \
             annullato. Se non desidera tenerlo, può restituirlo appena sarà arrivato."
        }
        Kind::ReadyForPickup => {
            "Il suo ordine{order} è pronto per il ritiro. Il corriere le ha indicato con una \
             mail o con un avviso dove si trova. Porti con sé un documento; dopo alcuni \
             giorni il pacco torna da noi."
        }
        Kind::SeemsLost => {
            "Il suo ordine{order} non si muove da molto tempo e sembra che sia andato perso. \
             Ci dispiace. Per favore ci dica se preferisce riavere il denaro o ricevere un \
             nuovo pacco."
        }
        Kind::ReturnTooLate => {
            "Il termine per restituire il suo ordine{order} è scaduto, quindi non possiamo \
             più riprenderlo. Se gli articoli hanno un difetto, risponda a questo messaggio e \
             ci dica quale."
        }
        Kind::StatementNeeded => {
            "Il corriere ci comunica che il suo ordine{order} è stato consegnato. Per favore \
             chieda ai vicini e, se nessuno lo ha, ci invii nella risposta una breve \
             dichiarazione firmata di non averlo ricevuto."
        }
    }
}
