//! Replies in French.

use super::{Kind, Words};

pub(super) const WORDS: Words = Words {
    greeting: "Bonjour {name},",
    greeting_nameless: "Bonjour,",
    closing: "Bien cordialement\nVotre service client",
    refund_settled: "Nous vous avons remboursé {amount} pour votre commande{order}. L’argent revient par \
         le moyen de paiement que vous avez utilisé ; avec certaines banques, cela prend \
         quelques jours ouvrés.",
    body,
};

#[expect(clippy::too_many_lines, reason = "a text for each kind")]
fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::InTransit => {
            "Votre commande{order} est en route. Vous pouvez la suivre avec le lien de votre \
             e-mail d’expédition. Si rien ne bouge pendant plusieurs jours, écrivez-nous et \
             nous interrogerons le transporteur."
        }
        Kind::Delivered => {
            "Le transporteur nous indique que votre commande{order} a été livrée. Merci de \
             regarder dans la boîte aux lettres, chez les voisins et à l’accueil. Si elle n’y \
             est pas, répondez à ce message et nous ferons des recherches."
        }
        Kind::Delayed => {
            "Votre commande{order} a du retard, et nous en sommes désolés. Elle n’est pas \
             perdue ; le transporteur s’en occupe. Nous la surveillons pour vous."
        }
        Kind::NotShippedYet => {
            "Votre commande{order} n’a pas encore été expédiée. Vous recevrez un e-mail avec \
             le lien de suivi dès qu’elle quittera notre entrepôt."
        }
        Kind::RefundProcessing => {
            "Le remboursement de votre commande{order} est en cours de traitement. Nous vous \
             écrirons dès qu’il sera terminé. Vous n’avez rien à faire."
        }
        Kind::RefundOutsidePolicy => {
            "Nous avons examiné votre commande{order}. Un remboursement n’est malheureusement \
             pas possible, car les conditions de notre politique de remboursement ne sont pas \
             remplies. Si quelque chose nous a échappé, répondez à ce message et une personne \
             le lira."
        }
        Kind::AlreadyRefunded => {
            "Votre commande{order} a déjà été remboursée, nous ne pouvons donc pas la \
             rembourser une seconde fois. Avec certaines banques, il faut quelques jours \
             ouvrés avant de voir l’argent."
        }
        Kind::PhotoNeeded => {
            "Nous sommes désolés que votre commande{order} pose problème. Merci de nous \
             envoyer en réponse une photo de l’article et de l’emballage, afin que nous \
             puissions vous aider rapidement."
        }
        Kind::HandedToPerson => {
            "Merci pour votre message au sujet de votre commande{order}. Une personne de \
             notre équipe va l’examiner et vous répondra."
        }
        Kind::ReturnInstructions => {
            "Vous pouvez nous retourner votre commande{order}. Merci de bien emballer les \
             articles, de joindre le bon de livraison et d’utiliser l’étiquette de retour de \
             notre site. Dès que le colis sera arrivé et contrôlé, nous vous écrirons."
        }
        Kind::Cancelled => "Votre commande{order} a été annulée. Elle ne sera pas expédiée.",
        Kind::AddressFixed => {
            "L’adresse de votre commande{order} ne peut plus être modifiée, car le colis est \
             déjà en préparation ou en route. Avec le lien de suivi, vous pouvez demander au \
             transporteur de le réacheminer."
        }
        Kind::Thanks => {
            "Merci beaucoup pour vos mots aimables. Nous sommes heureux d’avoir pu vous \
             aider. Si vous avez besoin d’autre chose, écrivez-nous."
        }
        Kind::OrderNeeded => {
            "Merci pour votre message. Nous n’avons pas trouvé la commande dont il s’agit. \
             Merci de nous envoyer le numéro de commande ; il se trouve dans l’e-mail qui a \
             confirmé votre achat."
        }
        Kind::ReasonNeeded => {
            "Merci pour votre message au sujet de votre commande{order}. Dites-nous en \
             quelques mots ce qui ne va pas, afin que nous puissions vous aider : n’est-elle \
             pas arrivée, est-elle abîmée, ou n’est-ce pas ce que vous aviez commandé ?"
        }
        Kind::AlreadySent => {
            "Votre commande{order} a déjà quitté notre entrepôt et ne peut plus être annulée. \
             Si vous ne souhaitez pas la garder, vous pourrez nous la retourner dès qu’elle \
             sera arrivée."
        }
        Kind::ReadyForPickup => {
            "Votre commande{order} vous attend au point de retrait. Le transporteur vous a \
             indiqué l’adresse par e-mail ou par un avis de passage. Pensez à prendre une \
             pièce d’identité ; après quelques jours, le colis nous est renvoyé."
        }
        Kind::SeemsLost => {
            "Votre commande{order} ne bouge plus depuis longtemps et semble perdue. Nous en \
             sommes désolés. Dites-nous si vous préférez être remboursé ou recevoir un \
             nouveau colis."
        }
        Kind::ReturnTooLate => {
            "Le délai pour retourner votre commande{order} est dépassé, nous ne pouvons donc \
             plus la reprendre. Si les articles ont un défaut, répondez à ce message et \
             dites-nous lequel."
        }
        Kind::StatementNeeded => {
            "Le transporteur nous indique que votre commande{order} a été livrée. Merci de \
             demander à vos voisins ; si personne ne l’a, envoyez-nous en réponse une courte \
             déclaration signée indiquant que vous ne l’avez pas reçue."
        }
    }
}
