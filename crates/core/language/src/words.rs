//! Small words of each language, and the words of a shop: enough to tell a short message's language.
//!
//! A word that stands in several lists counts for each of them by its share.

use crate::language::Language;

/// The list of a language.
pub(crate) fn of(language: Language) -> &'static str {
    match language {
        Language::English => ENGLISH,
        Language::German => GERMAN,
        Language::French => FRENCH,
        Language::Spanish => SPANISH,
        Language::Italian => ITALIAN,
        Language::Dutch => DUTCH,
        Language::Danish => DANISH,
    }
}

const ENGLISH: &str = "the a and is are was were be been am i i'm im you your you're we us our they he she it \
    it's its this that these those my mine me have has had haven't hasn't hadn't do does did don't doesn't didn't can can't \
    could would should will won't not no yes of to in on at for from with without about by but so if when what where \
    where's what's which who why how there here please thanks thank thx cheers hello hey dear hi sorry still yet just any \
    some been going get got want wanna need like said says order ordered ordering parcel package delivery delivered shipped \
    shipping tracking arrived arrive received receive broken damaged wrong size money back refund return returned cancel \
    address change question invoice receipt discount help waiting days weeks ago after before today tomorrow yesterday \
    working works stopped because never ever again into than then very too much many good great bought buy sent send \
    item shoes shirt dress lamp mate folks kindly regards ur u pls plz gonna ok okay don't isn't wasn't";

const GERMAN: &str = "der die das den dem des ein eine einen einem einer eines und oder aber ist sind war waren bin \
    bist ich du er sie es wir ihr mich mir dich dir uns euch ihnen mein meine meinen meiner meinem dein ihre ihren \
    ihrem ihrer unser hab habe hast hat haben hatte hätte werde wird wurde würde kann könnt können könnte konnte möchte \
    will wollen wollte soll sollte muss müssen nicht kein keine keinen nix ja nein doch auch noch schon nur mal immer \
    wieder sehr mit ohne von vom zu zum zur im in an am auf aus bei nach für gegen über unter vor seit bis um wo wann was \
    wer wie warum wieso weshalb welche dass wenn weil als so hier da dort jetzt heute morgen gestern bitte danke dank \
    hallo moin servus grüezi guten tag liebe grüße gruß mfg vielen herzlichen paket päckchen bestellung bestellt bestellen \
    lieferung geliefert sendung sendungsnummer angekommen erhalten bekommen kaputt defekt beschädigt falsch falsche größe \
    geld zurück rückerstattung erstattung retoure zurückschicken zurückgeben stornieren storno adresse ändern frage \
    rechnung quittung rabatt gutschein warte tage wochen leider ware artikel eure euer i'm gibt geht mei ned net isch \
    dat is nich wat schuhe jacke tasse";

const FRENCH: &str = "le la les l un une des du de d et ou mais est sont était suis es sommes êtes je j tu il elle on \
    nous vous ils elles me m te t se s mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ai as a avons avez \
    ont avais avait ce c cet cette ces ça ca ne n pas plus jamais rien aucun aucune que qu qui quoi où ou quand comment \
    pourquoi quel quelle quels quelles dans sur sous avec sans pour par chez en au aux à depuis après avant encore toujours \
    déjà très trop bien bonjour bonsoir salut coucou merci svp stp plaît voudrais veux veut voulez souhaite peux pouvez peut \
    puis faire fait reçu recu recevoir arrivé arrivée commande commandé colis livraison livré livrée livreur suivi cassé \
    cassée abîmé abimé endommagé défectueux mauvaise mauvais taille argent remboursement rembourser remboursez retour \
    retourner renvoyer annuler annulation adresse changer question facture reçu code promo réduction jours semaines \
    aujourd hui hier demain cordialement cdt svp article produit produits s'il si y lui jsuis c'est chui pk pq pcq bjr \
    chaussures attends attend";

const SPANISH: &str = "el la los las un una unos unas de del al y o pero es son era soy eres está están estaba estoy \
    yo tú usted ustedes él ella nosotros me te se le les nos mi mis tu tus su sus nuestro he has ha hemos han había no ni \
    sí nunca nada nadie que qué quién quien cuál cuando cuándo dónde donde cómo como por porque para con sin en sobre \
    desde hasta hace ya aún aun todavía muy más menos mucho bien mal hola buenas buenos días tardes noches gracias favor \
    quiero quisiera quería querría necesito puedo puede pueden podría podrían podéis hay haber hacer hecho tengo tiene \
    tienen pedido pedí compré compra paquete envío enviado entrega entregado llegado llegó llegar llega recibido recibí roto rota rotos \
    dañado defectuoso equivocado equivocada talla dinero devolución devolver devuelvan reembolso cancelar anular dirección \
    cambiar pregunta factura recibo descuento cupón días semanas hoy ayer mañana saludos cordial vale artículo producto \
    esto esta este eso esa ese os vuestro vuestra tío joer porfa xfa q zapatos camiseta espero esperando";

const ITALIAN: &str = "il lo la i gli le l un uno una di del dello della dei degli delle d a al allo alla ai agli alle da \
    dal dalla in nel nella nei su sul sulla con per tra fra e ed o ma è sono era sei siamo siete io tu lui lei noi voi loro \
    mi ti si ci vi ne mio mia miei mie tuo tua suo sua vostro vostra vostri ho hai ha abbiamo avete hanno avevo non né no \
    sì mai niente nulla che chi cosa cos quale quando dove dov come perché perche quanto quindi anche ancora già gia più \
    piu molto troppo bene male ciao salve buongiorno buonasera grazie prego favore cortesia gentile saluti cordiali vorrei \
    voglio volevo posso può puo potete potrei potreste devo deve fare fatto ordine ordinato ordinate pacco spedizione spedito \
    spedite consegna consegnato consegnata arrivato arrivata arrivati arriva ricevuto ricevere rotto rotta rotti danneggiato \
    difettoso sbagliato sbagliata taglia soldi rimborso rimborsare rimborsate reso restituire restituzione annullare \
    indirizzo cambiare domanda fattura ricevuta scontrino sconto codice giorni settimane oggi ieri domani articolo prodotto \
    questo questa quello quella sto sta stato stata aspettando aspetto c'è nn x cmq xke scarpe maglia";

const DUTCH: &str = "de het een en of maar is zijn was waren ben bent ik jij je u uw hij zij ze wij we jullie ons onze \
    mij me mijn m'n jouw dit dat deze die heb hebt heeft hebben had hadden word wordt werd worden kan kunt kunnen kon zou \
    zouden wil willen wilt wilde moet moeten mag niet geen niks nooit ja nee nog al steeds wel ook maar weer heel erg met \
    zonder van voor naar bij op in uit over onder tot om te aan door sinds na waar wanneer wat wie hoe waarom welke als \
    omdat dan er hier daar nu vandaag morgen gisteren alsjeblieft alstublieft graag bedankt dank dankjewel hallo hoi dag \
    beste geachte groet groeten groetjes mvg pakket pakketje pakje bestelling besteld bestellen bestelde levering geleverd bezorgd \
    bezorging verzonden verzending aangekomen ontvangen gekregen kapot stuk beschadigd defect verkeerd verkeerde maat geld \
    terug terugbetaling terugbetalen terugsturen retour retourneren annuleren adres wijzigen veranderen vraag factuur bon \
    korting kortingscode dagen weken helaas product artikel schoenen ff effe gwn t 't zo'n hè da's mn kreeg gekocht";

const DANISH: &str = "en et den det de og eller men er var være været bliver blev jeg du han hun vi i mig dig os jer min \
    mit mine din dit jeres vores sin har havde have haft kan kunne vil ville skal skulle må måtte ikke ingen intet aldrig ja \
    nej nok endnu stadig også igen meget med uden fra til på af om for hos ved efter før siden når hvor hvornår hvad hvem \
    hvordan hvorfor hvilken at som hvis fordi så her der nu i dag morgen går venligst tak hej hejsa goddag kære mvh hilsen \
    venlig venlige hilsner gerne bedes bestilling bestilt bestilte ordre pakke pakken levering leveret sendt forsendelse \
    modtaget fået ankommet kommet gået itu ødelagt beskadiget defekt forkert forkerte størrelse penge pengene tilbage \
    refusion refundering refunderet retur returnere returnering annullere annuller afbestille adresse adressen ændre ændret spørgsmål faktura \
    kvittering rabat rabatkode dage uger desværre vare varen varer virker købt købte skoene skriver venter noget nogen lige \
    altså sgu lort træls ik ikk jo da mangler væk";
