//! Italian.

use super::{Intent, context::Role};
use crate::pattern::Row;

pub(super) const ROWS: &[Row<Intent>] = &[
    (
        Intent::LegalThreat,
        90,
        "avvocat*, denunci*, vie legali, via legale, azion* legal*, tribunale*, giudice, \
         carabinieri, polizia, querel*, codacons, altroconsumo, associazione ~ consumatori, \
         agcm, antitrust, legale!, diffida, autorità, per vie, tribunale, giudice di pace, \
         segnalazione ~ autorità|agcm|polizia, raccomandata, avvocata, adiconsum, \
         federconsumatori, causa legale|contro, faccio|farò|fare|facciamo causa",
    ),
    (
        Intent::ChargebackThreat,
        85,
        "chargeback*, \
         contest* ~ pagamento|banca|paypal|carta|addebito|transazione|controversia, \
         controversia*, storn* ~ pagamento|addebito|carta|banca, \
         apr* ~ contestazione|controversia|reclamo ~ paypal|banca, apr* ~ contestazione, \
         bloccare ~ pagamento|carta, riaddebito, disput*, disconosc*, paypal ~ reclamo|segnal*, \
         bloccare ~ addebito|pagamento, addebito ~ banca|bloccare|contestare|stornare, \
         banca ~ bloccare|stornare|annullare|rimbors*|storno, \
         paypal ~ reclamo|controversia|protezione|aprire, \
         visa|mastercard|amex ~ contest*|storn*|reclam*, reclamo ~ banca|paypal, disconoscere",
    ),
    (
        Intent::NotReceived,
        60,
        "non|mai|nulla|niente|ancora ~ arrivat*|ricevut*|consegnat*|arriva|giunt*|recapitat*|pervenut*, \
         risulta|dice|segnato|segna|scritto|stato|secondo|appare ~ consegnat*, \
         consegnato ~ ma|però|invece|non, \
         pacco|ordine|spedizione|paco ~ pers*|smarrit*|sparit*|rubat*|scompars*|spari*, \
         non ho ~ ricevuto|visto|avuto, mai ~ arrivat*|ricevut*|vist*|consegnat*, \
         niente ~ pacco|arrivato|cassetta|ricevuto, nessun* ~ pacco|consegna, \
         non ~ c è ~ pacco|nulla|niente|nessun, ancora ~ niente|nulla, \
         non mi ~ arriva*|consegnat*, nn ~ arrivat*|ricevut*|consegnat*|arriva, \
         pacco|scatola ~ vuoto|vuota, scatola vuota, di ~ pacco|ordine ~ nessuna traccia, \
         nessuna traccia, non si trova, mai ~ arriv*|ricev*|vist*, \
         non ~ ancora ~ arrivat*|ricevut*|consegnat*, non è qui, sparito nel nulla, \
         non è ~ arrivat*, corriere ~ non|mai|dice|falso, pacco ~ non ce l, il pacco ~ non|nn, \
         non ce l ho, firmat* ~ qualcun|altro|certo|non, corriere ~ mai|bugia|mente, \
         postino ~ mai|non, nessuno ~ suonato|passato|venuto|citofonato, rubato, \
         consegnato ~ mano|qualcun|altro, a mano ~ ieri|a me|non, nessuno in casa, \
         a casa ~ nessuno, non ero ~ casa, chi ce l ha, chi ~ firmato|ritirato|preso, \
         consegnato ~ sbagliat*|vicin*|altr*, lasciato ~ ma|non|niente, presunta consegna, \
         non trovo ~ pacco|ordine, da nessuna parte, portiere|portinaio ~ non|niente, \
         nessuno ~ ha|ce ~ pacco|ricevuto|visto, ce l ha nessuno, qui nessuno",
    ),
    (
        Intent::Damaged,
        60,
        "rotto, rotta, rotti, rotte, danneggiat*, spaccat*, spezzat*, frantumat*, crepat*, \
         crepa, ammaccat*, ammaccatura*, schiacciat*, strappat*, strappo, in mille pezzi, \
         a pezzi, in frantumi, scheggiat*, bucat*, buco, bagnat*, rovinat*, distrutt*, \
         sfondat*, incrinat*, scucit*, versato, piegat*, danni!, danno!, graffiat*, graffio, \
         graffi!, arrivato ~ rotto|male|distrutto|rovinato, si è rotto, macchiat*, sporc*, \
         deformat*, aperto ~ rotto, infranto, rotture, crepato, \
         in ~ pezzi|frantumi|due|briciole, cattive|pessime condizioni, \
         scatola ~ aperta|sfondata|schiacciata|rotta, scheggia*, fratturat*, demolit*, \
         crepato|crepata, scartato ~~ rott*|crep*|rovinat*, \
         aprendo ~~ rott*|crep*|rovinat*|danneg*, apert* ~~ rott*|crep*|rovinat*, \
         imballat* ~ male, angolo ~ rotto|ammaccato|piegato, sbeccat*, ammuffit*, sciolt*, \
         marci*, lacerat*, vetri",
    ),
    (
        Intent::WrongItem,
        60,
        "sbagliat* ~ articolo|prodotto|taglia|colore|ordine|modello|pacco|numero|misura, \
         articolo|prodotto|taglia|colore|ordine|modello|pacco|numero|misura|oggetto ~ sbagliat*|errat*|divers*, \
         non è quello|quella, \
         ordinato ~ ma|e|invece ~ arrivat*|ricevut*|mandat*|spedit*|inviat*, \
         un altr* ~ prodotto|articolo|modello|colore|taglia|cosa, altr* ~ cliente, \
         manca* ~ un|una|pezz*|articol*|parte|viti|il|la|nel|dal|i|le|metà|caricatore, mancant*, \
         incomplet*, errore ~ spedizione|ordine|articolo|invio, \
         mandato|spedito|inviato|mandata ~ sbagliat*|altr*|divers*, \
         sbagliato ~ spedizione|invio|mandare|pacco|taglia, non corrisponde*, non conforme, \
         non è ~ ordinat*|comprat*|volevo|chiesto, non è ciò, non sono ~ quelli|quelle, \
         altro cliente, qualcun altro, qualcos altro, tutt altro, cosa diversa, diverso da, \
         solo ~ uno|una|metà ~ invece|su|arrivat*|ricevut*, ce n era solo, scambiat*, \
         uno scambio, confus*, scambiato|scambiati|scambiate, pagato ~~ questa|questo|ma|è, \
         chiaramente ~ non|quella|quello|un altr*, diverso ~ foto|descrizione|sito|dal, \
         non assomiglia, non è come, dimenticato ~ mettere|includere|inserire, \
         due ~ sinistr*|destr*, non c era, non era ~ pacco|scatola, manca ~ un|una|il|la, \
         nome di ~ altr*, altro nome, intestato a ~ altr*, per un altra persona",
    ),
    (Intent::WrongItem, 25, "manca*, sbagliat*, errat*"),
    (
        Intent::WrongItem,
        58,
        "ordinat*|volevo|comprat*|preso ~~ ner*|bianc*|grigi*|beige|marrone|blu!|ross*|verd*|giall*|rosa|azzurr* ~~ ner*|bianc*|grigi*|beige|marrone|blu!|ross*|verd*|giall*|rosa|azzurr*, \
         ner*|bianc*|grigi*|beige|marrone|blu!|ross*|verd*|giall*|rosa|azzurr* ~~ ordinat*|volevo|comprat*|preso ~~ ner*|bianc*|grigi*|beige|marrone|blu!|ross*|verd*|giall*|rosa|azzurr*, \
         ordinat*|volevo|comprat*|preso ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46 ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46, \
         non è mio|mia, non sono miei|mie, contenuto ~ non|no|diverso|sbagliato",
    ),
    (
        Intent::WrongItem,
        57,
        "spedito|mandato|inviato|arrivato|arrivata ~~ volevo|chiesto|chiedevo|desideravo, \
         mandato|inviato|spedito ~~ pagato",
    ),
    (Intent::WrongItem, 40, "invece di|del|della|dei, al posto"),
    (
        Intent::Defective,
        58,
        "difett*, guast*, smesso di ~ funzionare|andare|caricare, malfunzion*, fuso, è morto, \
         si spegne, non dà segni, rotto dopo, \
         dopo ~ giorni|settimane|mese|uso|utilizzi ~ rott*|funzion*, fa contatto, non va più, \
         difettos*, si blocca, non va, non ~ si accende, si è ~ rott*|guast*|bloccat*|spent*, \
         dopo ~ rott*|guast*|smesso, smesso, è morta|morto, difetto, in garanzia, \
         garanzia ~ guast*|rott*|valere, \
         non|nn ~ funzion*|accend*|carica|ricarica|parte|scalda|collega|connette, non ~ va più, \
         si spegne ~ da solo|sola, da solo, si surriscalda, scalda troppo, \
         batteria ~ dura|scarica|morta|carica|tiene, non tiene ~ carica, lampeggia, ronza, \
         cuciture ~ apert*|scucit*, suola ~ scoll*, si scolla, si stacca, \
         si è ~ staccat*|scollat*|aperto|scucit*, gocciola, perde acqua, messaggio di errore, \
         non si chiude, non si apre, non risponde, dal ~ primo|secondo giorno, \
         problema ~ funzionamento, non funziona, solo ~~ una parte|lato, da una parte",
    ),
    (Intent::Defective, 25, "fermo, fa rumore"),
    (
        Intent::CancelOrder,
        60,
        "annull*, disdi*, recesso, recedere, ordine doppio, \
         non ~ spedite|speditelo|inviate|mandate|spedire, cambiato idea, \
         bloccare ~ ordine|spedizione, fermare ~ ordine|spedizione, rinunci*, revoc*, \
         non ~ serve più, non ~ voglio più, \
         non ~ spedite|speditelo|inviate|mandate|speditela|inviatelo|mandatelo, ripensament*, \
         ci ho ripensato, diritto di recesso, annullamento, ordine ~ per sbaglio|errore, \
         ordinat* ~ errore|sbaglio|doppio, revocare, \
         troppo tardi per ~ annullare|revocare|cancellare|fermare|cambiare, \
         tornare indietro ~ acquisto, fermare, bloccate, \
         prima che ~ parta|spediate ~ annull*|blocc*, togliere ~ ordine, \
         ordine ~ doppione|duplicato|doppio, doppione, lasciar perdere, non lo voglio più, \
         non mi serve più ~ annull*|ordine, fermate ~ ordine|spedizione|pacco, \
         stop ~ ordine|spedizione, cancell*!",
    ),
    (
        Intent::CancelOrder,
        25,
        "due ordini, senza volere, due volte, per errore, per sbaglio",
    ),
    (
        Intent::ChangeAddress,
        62,
        "indirizzo ~ sbagliat*|errat*|cambi*|modific*|corregg*|nuov*|vecchi*|divers*|aggiorn*|correzione|scorrett*, \
         cambi*|modific*|corregg*|sbagliat*|nuov*|divers*|aggiorn*|errore|altro|vecchio|variare|correzione ~ indirizzo, \
         trasferit*, trasloc*, numero civico, civico ~ sbagliat*|errat*, \
         cap ~ sbagliat*|errat*, consegn*|sped* ~ altro|lavoro|ufficio|vicin*|indirizzo, \
         sbagliato ~ via|civico|cap|indirizzo, indirizzo ~ sbagliato|altro|non è, \
         non abito più, abito ora, cambio ~ indirizzo|residenza|casa, \
         cambiato ~ casa|indirizzo|residenza, civico, un altro indirizzo, correggere, \
         via ~ sbagliat*|errat*, cap! ~ giusto|sbagliat*, \
         vecchio|sbagliato|altro|nuovo ~ indirizzo, spedire altrove, consegnare altrove, cap, \
         dimenticato ~ civico|interno|scala|piano, compilazione automatica, \
         dati di ~ spedizione|consegna",
    ),
    (
        Intent::ChangeAddress,
        63,
        "consegnare|spedire|inviare|mandare|consegnate|consegnarlo ~~ ufficio|lavoro|vicin*|genitori",
    ),
    (
        Intent::ReturnWish,
        50,
        "restitu*, reso|resi, rendere ~ articolo|prodotto|il|la|le|i|scarpe|vestito|merce, \
         rispedir*, rimandar*, mandar* indietro, etichetta ~ reso|restituzione, \
         cambi* ~ taglia|colore|misura|numero|articolo|prodotto|con, \
         cambio ~ taglia|merce|misura, sostitu*, \
         troppo ~ piccol*|grand*|strett*|larg*|lung*|cort*, \
         non ~ va|vanno|sta|stanno ~ bene|bene, non mi ~ piace|sta|va|entra|entrano|calza*, \
         mi ~ sta|stanno|va|vanno ~ piccol*|grand*|strett*|larg*|lung*|cort*|male, scambi*, \
         indietro ~ merce|scarpe|articolo, fare ~ reso|cambio, rendere, restituirl*, \
         mandarl* indietro, un altra taglia, taglia ~ più|superiore|inferiore|in meno, \
         mi ~ strett*|larg*|piccol*|grand*, non è ~ la mia taglia, non mi convince, \
         procedura ~ reso|restituzione, non fa per me, non è come me, spese di reso, \
         tempi di reso, termine ~ reso, provat* ~ strett*|larg*|piccol*|grand*, \
         troppo ~~ piccol*|grand*|strett*|larg*|lung*|cort*, cambiare ~ taglia|colore|numero, \
         taglia in più|meno",
    ),
    (
        Intent::ReturnWish,
        62,
        "come|procedura ~~ restituire|rendere|rimandare|cambiare|reso|restituirl*, \
         restituire|rendere|rimandare|cambiare|reso|restituirl* ~~ come|procedura",
    ),
    (
        Intent::RefundWish,
        48,
        "rimbors*, soldi ~ indietro|indietro|restitu*|ridare|ridate|ridatemi, \
         indietro ~ soldi|denaro, ridat* ~ soldi|miei, riavere ~ soldi|denaro|importo, \
         miei soldi, restitu* ~ soldi|denaro|importo|somma|quanto, riaccredit*, risarci*, \
         accredit*, denaro ~ indietro, indennizz*, recuperare ~ soldi|denaro, rivoglio, \
         ridatemi, indietro i soldi, restituzione ~ denaro|soldi|importo, essere rimborsat*, \
         rimborso, rimborsatemi, essere rimborsato, pretendo ~ rimborso|soldi|denaro, \
         voglio ~ rimborso, dove ~ soldi|rimborso|denaro, rimborso ~ totale|completo|parziale, \
         mi dovete, quanto ho pagato, la somma",
    ),
    (
        Intent::RefundWish,
        58,
        "rispedit*, ho ~ reso, restituit*, già ~ reso|rispedit*|restituit*, rimandat*, \
         quando ~ rimbors*|soldi|accredit*, \
         rimbors* ~ effettuat*|fatto|quando|ancora|confermar*|arriv*|elaborat*, \
         aspett* ~ rimbors*|soldi, dove ~ rimbors*|soldi, ancora ~ rimbors*|soldi",
    ),
    (Intent::RefundWish, 25, "soldi"),
    (
        Intent::RefundWish,
        56,
        "soldi|denaro|rimborso|importo ~ non|ancora|mai|dove|quando|nn, \
         non|ancora|mai|dove|quando|nn ~ soldi|denaro|rimborso|importo",
    ),
    (
        Intent::WhereIsMyOrder,
        50,
        "dove|dov ~ ordine|pacco|spedizione|è|sono|scarpe|roba|trova|finito|finita, \
         quando ~ arriv*|consegn*|sped*|ricev*|part*|ricevo|parte, traccia*, tracking*, track*, \
         codice di ~ spedizione|tracciamento, stato ~ ordine|spedizione|consegna|pacco, \
         a che punto, sto ~ aspettando, aspett* ~ da|ancora|pacco|ordine|mio|la|il|ormai, \
         in attesa ~ pacco|ordine|spedizione|da|consegna|del, ritard*, \
         tempi ~ consegna|spedizione, non ~ ancora ~ spedit*|partit*|inviat*, \
         è ~ stato|stata|già ~ spedit*|partit*, novità, notizie, aggiornament*, \
         ferm* ~ da|a|in|al, bloccat* ~ da|a|in|al|dogana, in transito, spedit* ~ quando|già, \
         doveva ~ arrivare|essere, prevista ~ consegna, data di consegna, non si muove, \
         in consegna, quanto ~ tempo|manca|mette|vuole|ancora, che fine ha fatto, dov è, dove è, \
         dove si trova, quando ~ pacco|ordine|spedizione|arriva*|arriverà|partirà|spedite, \
         è ~ partit*|spedit*, già ~ partit*|spedit*|in viaggio, ci sono ~ notizie|novità, \
         spedizione ~ ferma|bloccata, non ~ spedit*|partit*, consegna ~ prevista|quando, \
         doveva ~ arrivare, dovrebbe ~ arrivare|essere, sarebbe dovut*, arriva o no, \
         a che punto ~ è, in arrivo, in preparazione, in lavorazione, giorni lavorativi, \
         qualcuno che se ne occupa, se ne occupa, come procede, a quando, arriverà, \
         arriva ~ quando|il mio|o no, parte quando, quando parte, quanto tempo, \
         doveva ~~ qui|arrivare|essere, avere notizie, \
         notizie ~ ordine|pacco|spedizione|di|della|del, sollecit*, \
         entro ~ fine settimana|venerdì|natale, per il fine settimana, \
         compleanno ~ tempo|arriva|prima, promess*, ci mette ~ tanto|troppo|molto, troppo tempo, \
         dogana, sapere ~ quando|dove|che fine, come mai, non ho più notizie, in ritardo, \
         mi potete dire ~ dove|quando, sapete ~ dove|quando, \
         ancora|risulta ~ lavorazione|elaborazione|preparazione|attesa",
    ),
    (Intent::WhereIsMyOrder, 25, "fermo, ferma, tempi, quando"),
    (
        Intent::WhereIsMyOrder,
        40,
        "lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica ~~ lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica",
    ),
    (
        Intent::InvoiceOrReceipt,
        58,
        "fattur*, scontrino*, ricevuta ~ pagamento|acquisto|fiscale|dell|di, la ricevuta, \
         una ricevuta, prova d acquisto, partita iva, iva!, contabilità, commercialista, \
         codice fiscale, intestata|intestato ~ ditta|azienda|società, tasse, nota spese, \
         dati fiscali, prova di pagamento, detrazione, rimborso spese",
    ),
    (
        Intent::DiscountWish,
        55,
        "scont*, codice ~ promo*|sconto|non|coupon|valido, promozion*, promo, \
         buono ~ sconto|acquisto|regalo, coupon*, meno car*, offert*, ribass*, risparmi*, \
         saldi, black friday, abbass* ~ prezzo, \
         prezzo ~ migliore|basso|sceso|ribassato|amico|calato, prima ~ ordine|acquisto, \
         trattare, fare un prezzo, miglior prezzo, dimenticato ~ codice|coupon, \
         spedizione gratuita, giorno dopo ~ scontato|meno",
    ),
    (
        Intent::DiscountWish,
        25,
        "prezzo, codice, fedeltà, omaggio, buono",
    ),
    (
        Intent::DiscountWish,
        70,
        "codice|coupon|buono ~ sconto|promo* ~ non|nn|scaduto|valido, \
         codice|coupon ~ non|nn ~ funziona*|valido|accettato|va|applica",
    ),
    (
        Intent::SizeOrProductQuestion,
        45,
        "che|quale ~ taglia|misura|numero|materiale|colore|differenza|tessuto, guida ~ taglie, \
         tabella ~ taglie, \
         taglia ~ consigli*|prendere|scegliere|veste|ordinare|disponibile|giusta|mi, \
         vest* ~ grande|piccolo|piccola|regolare|normale|bene|largo|stretto|come, vestibilità, \
         disponib*, tornerà|torna|torneranno ~ disponibile|stock, \
         di che ~ materiale|cosa|tessuto, materiale, impermeabil*, lavare, lavabil*, lavatrice, \
         lavastoviglie, compatibil*, dimension*, misure, \
         quanto ~ misura|pesa|è|lungo|grande|alto|misurano, adatt*, \
         funziona ~ con|anche|su|senza|per|a, va bene ~ per|con|anche|in, \
         avete ~ anche|in|la|il|questo|questa|altri|disponibile, c è ~ anche|in|nella, \
         esiste* ~ in|anche, differenza tra, domanda ~ su|sul|sulla|riguardo|sui|prodotto, \
         informazion* ~ su|sul|sulla|prodotto|riguardo, vegan*, pelle!, garanzia, calza*, \
         si può ~ usare|mettere|lavare|montare, batterie|pile ~ incluse|comprese, \
         che ~ taglia|misura|numero|materiale, quale ~ taglia|misura|modello, \
         quali ~ taglie|colori|misure, che differenza, \
         è ~ impermeabile|vegan*|compatibile|lavabile|adatt*|disponibile, si può, si possono, \
         come si ~ lava|usa|monta|pulisce, istruzioni ~ di|per|montaggio, manuale, \
         spedite ~ in|anche|all, consiglia*, consigl*, quando ~ disponibil*|torna, cotone|lana, \
         è compreso|inclus*, inclus*, taglie, calzano|calza, pianta larga, vestono|veste, \
         quanto ~ dura|pesa|misura, adatto ~ bambini|neonati|cani|pelle, allergi*, ingredienti, \
         autonomia, presa ~ tipo|italiana|usb, usb, spedite, confezione regalo, \
         dove ~ prodott*|fabbricat*, montaggio, c è in ~ nero|altri|blu, tiene caldo, \
         cosa contiene",
    ),
    (Intent::SizeOrProductQuestion, 25, "avete"),
    (
        Intent::SizeOrProductQuestion,
        62,
        "prima di ~ comprare|acquistare|ordinare|comprarl*, una domanda ~ sul|sulla|prima, \
         pensavo di ~ comprare|prendere, interessat* ~ a|al|alla, \
         domanda ~ prodotto|articolo|taglia|materiale, informazione ~ sul|sulla|prima, \
         che|quale ~ differenza, differenza ~ fra|tra",
    ),
    (
        Intent::SizeOrProductQuestion,
        30,
        "dire se, dirmi se, sapere se, sapete se, vorrei sapere se",
    ),
    (
        Intent::Complaint,
        24,
        "vergogn*, inaccettabil*, delus*, deludent*, pessim*, scandalos*, truff*, ladri, \
         schifo, reclam*, lament*, mai più, nessuno ~ risponde|risposto|aiuta|risolve, \
         nessuna ~ risposta, non ~ risponde*|rispondete|rispondono, arrabbiat*, furios*, \
         insoddisfatt*, servizio ~ pessimo|scadente|orribile|terribile|schifoso, scadent*, \
         orribil*, terribil*, presa in giro, prendendo in giro, stufo, stufa di, stufat*, \
         incazzat*, ridicol*, disastro*, assurd*, indecent*, scorrett*, fa schifo, \
         senza risposta, basta, peggio*, pessima, scarso|scarsa, maleducat*, incompetent*, \
         bugiard*, menzogn*, una stella, recensione negativa, non è possibile, è assurdo, \
         non se ne può più, indecente, poco seri*, non seri*, deluso, rabbia, seccat*, \
         infastidit*, zero|nessuna ~ rispost*|riscontro|aiuto, tratta* ~ client*|persone, \
         mail|messaggi|chiamate ~ senza|zero|ignorat*|risposta, ignora*, \
         assistenza, pazienza, mi state prendendo, stancato, mi avete ~ stancato|stufato|rotto, \
         stanco|stanca ~ di, incredibile, evitate, non se ne può, allucinante, così non",
    ),
    (
        Intent::Thanks,
        8,
        "grazie*, ringrazi*, perfetto, gentilissim*, ottim*, \
         tutto ~ bene|ok|perfetto|apposto|posto, fantastic*, complimenti, \
         molto ~ content*|soddisfatt*, bravissimi, grande!, mitici, bellissim*, content*, \
         soddisfatt*, gentil*, rapid*, eccellent*, splendid*, felice, ottima, consigliatissim*, \
         bravi, volevo ringraziarvi, cinque stelle, ottimo lavoro, belli|bello|bella, \
         felicissim*, contentissim*",
    ),
    (
        Intent::WhereIsMyOrder,
        60,
        "dove|dov si|è|sono|sta|sarà ~ pacco|ordine|spedizione|trova|finito|finita|adesso, \
         dove ~ pacco|ordine|spedizione, \
         quando ~ arriva|arriverà|consegnate|consegnano|ricevo|riceverò|arriveranno ~ pacco|ordine|spedizione|insomma|il|la|finalmente, \
         è ~ già|stato|stata|ancora ~ partit*|spedit*, \
         avete|hanno ~ già|ancora|davvero ~ spedit*, l avete ~ spedit*, \
         novità|notizie ~ sul|su|del|sulla|per|circa ~ pacco|ordine|spedizione|mio, a che punto, \
         fermo|ferma|bloccato|bloccata ~ da ~ giorn*|settiman*|lunedì|martedì|una, \
         non ~ si ~ muove|mosso|aggiorna*, che fine ~ fatto, \
         mandate|mandatemi|inviate|inviatemi|avere ~ numero|codice di tracciamento|spedizione, \
         pagina|link|sito ~ seguire|tracciamento|tracking ~ errore|fermo|non|ferma, \
         è normale ~~ tanto|tempo|lungo|consegna, cosa lo ~ trattiene|blocca, data ~ consegna, \
         consegna ~ prevista|quando, \
         numero|codice di ~ tracciamento|tracking|spedizione ~ non|mai|risulta|errore|favore|funziona, \
         mi arriva ~ prima|tempo|presto|quando, arriva ~ tempo|prima|presto, etichetta ~ creata, \
         affidato al corriere, dimenticati|dimenticato ~ di me|mio, vi siete dimenticat*, \
         possibilità ~~ arrivi|arriva|arrivare, ancora ~ magazzino|deposito|transito|viaggio",
    ),
    (
        Intent::SizeOrProductQuestion,
        74,
        "dove ~ prodott*|fabbricat*|fatti|realizzat*",
    ),
    (
        Intent::WantsPerson,
        74,
        "persona ~ vera|reale|in carne, essere umano, un umano, non ~ robot|bot|macchina, \
         rispost* ~ automatic*, parlare ~ responsabile|superiore|capo|direttore, passatemi, \
         passami, mi passi",
    ),
    (
        Intent::WhereIsMyOrder,
        56,
        "problem*|ritard* ~ consegn*|spedizion*, sollecitare ~ corriere|consegna, rimbalz*, \
         doveva ~ arrivare ~ ieri|oggi",
    ),
    (
        Intent::NotReceived,
        62,
        "manca ancora|all appello, ancora non ~ vede|vista|visto",
    ),
];

pub(super) const CONTEXT: &[Row<Role>] = &[
    (Role::Not, 1, "non, no, né, mai, nessun*, senza, nn"),
    (
        Role::Wish,
        1,
        "vogli*, vorrei, desider*, chied*, serve, bisogno, per favore, prego, cerco, interessa, \
         volevo, vogliamo, pretendo",
    ),
    (
        Role::Stop,
        1,
        "non!, anziché un, invece di un, al posto di un, piuttosto che un",
    ),
    (
        Role::Got,
        1,
        "ricevut*, arrivat*, avuto, ancora, perché, xke, ottenut*, visto, fatto, effettuat*",
    ),
    (
        Role::Goods,
        1,
        "pacco, ordine, ordini, spedizione, articol*, prodott*, merce, consegna",
    ),
    (
        Role::Else,
        1,
        "rispost*, risponde*, riscontro, conto, carta, estratto, banca, soldi, denaro, \
         rimborso, importo",
    ),
    (
        Role::Page,
        1,
        "modulo, link!, pagina, sito!, internet, connessione, l'app, applicazione, tracciamento, \
         tracking, browser, chat, per seguire, seguire",
    ),
    (Role::Joint, 1, "e!, ma!, però!, quindi!"),
    (
        Role::Unreal,
        1,
        "spero ~~ non|niente|nulla, speriamo ~~ non|niente, sperando ~~ non, peccato se, \
         paura che, temo che, timore che, preoccup* che, nel caso in cui, e se ~ arriva|fosse, \
         cosa succede se",
    ),
    (
        Role::Own,
        1,
        "ho sbagliato, abbiamo sbagliato, mi sono ~ sbagliat*|confus*, \
         ho ~ messo|scelto|selezionato|cliccato|preso ~ sbagliat*, errore mio, colpa mia, \
         trovato ~ altro|altra|altri, manca ~ cifra|numero|lettera",
    ),
    (Role::Trail, 1, "tracciamento, tracking, spedizione"),
];
