//! Italian.

use super::Idea as I;
use crate::pattern::Row;

pub(super) const WORDS: &[Row<I>] = &[
    (
        I::Not,
        1,
        "non!, nn!, niente, nulla, mai!, nessun*, senza, neanche, nemmeno, neppure, zero, manco",
    ),
    (
        I::Parcel,
        1,
        "pacco, pacchetto, pacchi, ordine!, ordini, spedizione, acquisto, articol*, merce, scatola, regalo, roba, cosa!, cose!, consegna!, prodotto!, collo!, scatolone",
    ),
    (
        I::Arrive,
        1,
        "arriv*, ricev*, ricevut*, giunt*, venut*, viene, recapitat*, comparso, comparsa, è qui, essere qui, a casa mia, la posso aspettare, lo posso aspettare, averlo, averla, ce la fa",
    ),
    (
        I::Dropped,
        1,
        "consegnat*, lasciat*, depositat*, firmat*, ritirat*, dato a, in mano, a mano, recapitato, messo",
    ),
    (
        I::Courier,
        1,
        "corriere, corrieri, fattorin*, postin*, poste!, bartolini, brt, gls!, dpd, dhl, ups!, sda, magazzino, autista, trasportatore, spedizioniere, tracciamento, deposito, filiale, centro di smistamento",
    ),
    (
        I::Claimed,
        1,
        "secondo!, dice!, dicono, risulta*, segnat*, segnala*, sembrerebbe, sostiene, stando a, in teoria, figura, stato!, scritto, afferma*, a quanto pare, presunt*, prova di consegna, indica*, compare",
    ),
    (
        I::Lost,
        1,
        "pers!, perso!, persa, perdut*, smarrit*, smarriment*, sparit*, scompars*, rubat*, introvabile, nessuna traccia, traccia, non lo trovano, non lo trova, non si trova, svanit*, volatilizzat*, disperso, dispersa, fine ha fatto, mancata consegna, mani vuote, ancora niente, ancora nulla, perdita!, mancato recapito, mancato arrivo, rubare, rubato, hanno rubato",
    ),
    (
        I::Door,
        1,
        "vicin*, porta!, cassetta, garage, bidon*, portinai*, portiner*, portiere, citofon*, campanello, suonato, suona, in casa, a casa, avviso, sconosciut*, estrane*, qualcun altro, androne, pianerottolo, cancello, davanti alla porta, zerbino, ingresso",
    ),
    (
        I::Seen,
        1,
        "visto, vista, trovat*, ce l'ho, ho guardato, l'ha vist*, ho cercato, cercat*, ce n'è, vedo",
    ),
    (
        I::Wait,
        1,
        "attend*, attesa, pazien*, in attesa, aspetto, aspetta!, aspettiamo, aspettando, aspettato, aspettare, mi arrendo, rinuncio ad aspettare, stufo di aspettare, stufa di aspettare",
    ),
    (
        I::Span,
        1,
        "giorn*, settiman*, mese!, mesi!, da tempo, da un sacco, ore!, molto tempo, troppo tempo, da secoli, quindicina, weekend",
    ),
    (
        I::When,
        1,
        "quando, quanto tempo, quanto ci, quanto manca, data!, tempi!, entro!, per quando, che giorno, in tempo, stimat*, previst*, a breve, qnd, qndo, arriva presto, mi arriva, data di consegna, quanti giorni, quando lo ricevo, quando la ricevo, sarà qui, fa in tempo, quanto devo aspettare",
    ),
    (
        I::Where,
        1,
        "dove, dov'è, che fine, che succede, cosa succede, a che punto, fine ha fatto, com'è messo, come sta andando, che ne è, dove si trova, dove sta, dov'è finito, dov'è finita, come va con, a che punto siamo, che ne è stato, dove sarà, dove si è cacciato",
    ),
    (
        I::News,
        1,
        "notizi*, novità, stato!, tracking, tracciamento, silenzio, aggiornament*, si muove, mosso, muove, ferm!, fermo!, ferma!, bloccat*, in preparazione, in lavorazione, etichetta creata, in elaborazione, non si sa, info!, tracciabilità, sapere, numero di tracciamento, codice di tracciamento, numero di tracking, per seguire, seguire, tracciare, scansion*, lo trattiene, trattiene, trattenut*, saputo nulla, saputo niente, so più nulla, so nulla, so niente, mail di spedizione, conferma di spedizione, ancora in magazzino, nel magazzino, siamo!, fermo da, risulta fermo, qualche novità, si sa qualcosa",
    ),
    (
        I::Sent,
        1,
        "partit*, parte!, in viaggio, in consegna, in transito, per strada, imballat*, preparat*, affidat*, al corriere, evas*, inviat*, uscit*, confezionat*, spedito, spedita, spediti, spedirà, spedizione, avete spedito, è stato spedito, è stata spedita, ha lasciato, lasciato il magazzino, in arrivo, in partenza, messo in viaggio",
    ),
    (
        I::Late,
        1,
        "ritard*, tard!, tardi!, doveva arrivare, dovevano arrivare, sarebbe dovut*, doveva essere, sarebbe dovuto, in ritardo, ci mette, lent!, lento, lentezza, così tanto, tanto tempo, così a lungo, ci voglia tanto, ci vuole tanto, troppo tempo, troppo lungo, troppo lento, è normale, lentezz*, non si è ancora visto, non si è vista, ancora non c è, non c è ancora",
    ),
    (
        I::Occasion,
        1,
        "compleanno, matrimonio, natale, festa, vacanz*, viaggio, battesimo, comunione, cresima, in tempo, entro venerdì|sabato|domenica|lunedì|martedì|mercoledì|giovedì, per sabato|domenica|venerdì|lunedì, prima di, anniversario, pasqua, laurea, per allora",
    ),
    (
        I::Broken,
        1,
        "rott!, rotto!, rotta!, rotti!, rotte!, rompe*, spaccat*, spezzat*, crep!, crepa!, crepe, crepat*, incrinat*, danneggiat*, danni!, danno!, rovinat*, graffi*, graffiat*, ammaccat*, ammaccatur*, piegat*, stort*, schiacciat*, scheggiat*, strappat*, strappo, bucat*, buco!, buchi, bagnat*, fradici*, umid*, macchiat*, macchi*, sporc*, scoppiat*, rovesciat*, fuoriuscit*, in pezzi, a pezzi, in frantumi, frantum*, distrutt*, da buttare, non è sopravvissut*, sopravvissut*, inutilizzabile, malconci*, muffa, sbeccat*, squarciat*, incrinatur*, in mille, deformat*, lacerat*, tintinn*, sferragli*, sballott*, sfasciat*, sbriciolat*, disfatt*, caduto di mano, colat*, appiccicos*, sgocciol*, sversat*, esplos*, disintegrat*, a metà, incollat*, perde acqua, perde liquido, perde olio, sfarfall*, riga in mezzo",
    ),
    (
        I::Unpack,
        1,
        "aprend*, apert*, apro!, aprirl*, aprire, scartat*, scartando, disimballat*, spacchettat*, imballo, imballaggio, viaggio, trasporto, arrivat*",
    ),
    (
        I::Part,
        1,
        "gamba, gambe, manico, manici, coperchio, angolo, angoli, beccuccio, bordo, bordi, fondo!, ruota, ruote, vetro, schermo, cinghia, cerniera, zip!, bottone, bottoni, cucitur*, cardine, cornice, superficie, lato!, suola, tacco, tappo, braccio, piede, piedino",
    ),
    (
        I::Off,
        1,
        "staccat*, si stacca, si è staccat*, venut* via, caduta, si è sfilat*, sfilat*, scucit*, scollat*, manca un, manca un pezzo, bel pezzo, in mano, allentat*, penzola, si è aperta, traballa",
    ),
    (
        I::Work,
        1,
        "funzion*, accend*, carica!, caricare, part!, parte, collega*, connett*, abbina*, scalda*, chiude!, si chiude, gira!, va!, tiene!, suona!",
    ),
    (
        I::Fails,
        1,
        "difett*, guast*, lampeggia*, si spegne, si ferma, si blocca, smesso di, ha smesso, morto!, morta!, non dà segni, surriscalda*, errore!, si impalla, in corto, corto circuito, ronz*, scintille, bruciat*, rimasta in mano, rimasto in mano, malfunzion*, ha ceduto, fulminat*, pagina di errore",
    ),
    (
        I::Wrong,
        1,
        "sbagliat*, errat*, altr!, altro!, altra!, altri!, divers*, invece, al posto, non è quell*, scambi*, scambiat*, confusion*, non corrisponde, di qualcun altro, erroneo, non è il, non è la, tutt'altro, non è mio, non è mia, non sono miei, il contenuto no, non è roba mia",
    ),
    (
        I::Ordered,
        1,
        "ordinat*, comprat*, volevo, scelt*, pagat*, richiest*, chiest*, acquistat*, avevo preso, preso!, serve!, mi serviva, a me serve, desideravo, ho ordinato, doveva essere, doveva avere, doveva contenere, dovevano essere",
    ),
    (
        I::Inside,
        1,
        "nel pacco, nella scatola, dentro!, ricevut*, arrivat*, mandat*, inviat*, mi avete dato, ci trovo, trovo!, trovat*, contiene, conteneva, c'era, c'erano, ce n'erano, è arrivat*, mi avete, consegnato, all'interno",
    ),
    (
        I::Lacking,
        1,
        "manca!, mancan*, mancav*, incomplet*, non c'era nel, non era nel, non erano nel, dimenticat* di mettere, non inclus*, assente, resto dell'ordine, non tutto, senza le viti, mancante",
    ),
    (
        I::Only,
        1,
        "solo un*, solo due, solo tre, soltanto, la metà, metà!, un solo, una sola, uno solo, delle due|tre|quattro, dei due|tre|quattro, invece di due|tre|quattro, solamente, ne sono arrivate, ne sono arrivati, ne ho ricevut*, ne ho solo, me ne sono",
    ),
    (
        I::Kind,
        1,
        "taglia!, taglie, colore!, colori, modello, versione, variante, prodotto!, articolo!, misura!, fantasia, profumo, numero!, tonalità",
    ),
    (
        I::Shown,
        1,
        "sito!, pagina, foto!, immagin*, descrizione, descritt*, annuncio, promess*, etichetta, sull'etichetta, pubblicizzat*, catalogo, assomiglia, scheda, mostrat*, indicato",
    ),
    (
        I::Return,
        1,
        "reso!, resi!, restitu*, rendere, rimand*, rispedi*, indietro, torna indietro, riportar*, riprend*, ritirate, ridare, darlo indietro, disfarmene, mandare indietro, rimandarvel*, rispedirl*, restituirl*",
    ),
    (
        I::Swap,
        1,
        "cambi*, scambi*, sostitu*, altra taglia, taglia più, un'altra taglia, numero più, altro colore, una taglia, dare in, in una misura",
    ),
    (
        I::Fit,
        1,
        "troppo piccol*, troppo grand*, troppo strett*, troppo cort*, troppo lung*, troppo larg*, piccol!, piccolo!, piccola!, piccoli!, piccole!, strett*, stringe, stringono, mi sta, mi stanno, non mi sta*, non mi va, non mi entra*, non entra, va larg*, calza, calzano, veste, più piccolo di, più grande di",
    ),
    (
        I::Dislike,
        1,
        "non fa per me, non mi piac*, non le piace, non gli piace, non mi convinc*, non sopporta, odia, gusto!, gusti, delus* dal*, immaginav*, pentit*, non si abbina, non sta bene, non mi soddisf*, ripensament*, non è come pensavo, non è il mio, mi aspettavo altro, mi aspettavo diverso, mi aspettavo qualcosa, mi aspettavo più, me lo aspettavo, come me lo, come mi aspettavo",
    ),
    (
        I::Unused,
        1,
        "mai usat*, mai indossat*, mai mess*, mai apert*, etichett*, cartellin*, confezione originale, imballo originale, sigillat*, non usat*, ancora nella, ancora nel, ancora imballat*, intatt*, mai lavat*, inutilizzat*, è nuovo, è nuova, come nuov*, ancora nuov*, sono nuov*",
    ),
    (
        I::How,
        1,
        "dove lo, dove la, dove devo, a che indirizzo, a quale indirizzo, etichetta di reso, modulo, procedura, passagg*, cosa devo, cosa bisogna, che devo, in posta, chi paga, spese!, quanto tempo ho, come funziona, come si fa, ritirate, ritiro, modalità, come faccio, come posso, come possiamo, come si, come lo, come la, come li, come le, come ve, come devo, come procedo, come procedere, come funzion*, come restitu*, come rend*, come rispedi*, come fare, come faccia*, come avviene",
    ),
    (
        I::Cancel,
        1,
        "annull*, disdi*, ferm!, fermare, fermarlo, fermarla, bloccar*, recess*, reced*, storn*, togliere, lasciate perdere, lasciar perdere, eliminare, prima che ~ imballiate|parta|spediate, revoc*, rinunci*, sospend*, scordate, tirare indietro, fermate!, fermatelo, fermatela, bloccate!, cancell*!",
    ),
    (
        I::Mistake,
        1,
        "per errore, per sbaglio, sbaglio, errore!, due volte, doppi*, duplicat*, account sbagliato, cliccat*, troppo in fretta, mio figlio, mia figlia, accidental*, inavvertit*, involontari*, distrazione",
    ),
    (
        I::Needless,
        1,
        "non mi serve, non ci serve, non serve, non lo voglio, non la voglio, non li voglio, non ne ho bisogno, non mi occorre, più bisogno, cambiato idea, ci ho ripensato, ripensato, trovato ~ negozio|meno|stesso, a meno, ne ho già, è saltat*, non voglio più, non più, non vogliamo, deciso di non, fa a meno, alla fine non",
    ),
    (
        I::Hold,
        1,
        "spedite, spedire!, spedirlo, inviate, inviare, mandate, mandare, consegnare, consegnate, consegnato, andare!, spediate, recapitare",
    ),
    (
        I::Money,
        1,
        "soldi, rimbors*, denaro, importo, accredit*, somma, euro!, pagament*, quanto ho pagato, quello che ho pagato, risarc*, cifra, indennizz*, restituzione dei",
    ),
    (
        I::Back,
        1,
        "indietro, riaver*, ridat*, ridare, rimborsat*, sulla carta, sulla mia carta, sul conto, sul mio conto, restitu*, rimborsa*, accredit*, mi tornano, rivoglio",
    ),
    (
        I::Account,
        1,
        "conto!, carta!, estratto conto, banca, paypal, carta di credito, bancari*",
    ),
    (
        I::Returned,
        1,
        "restituit*, rispedit*, rimandat*, il mio reso, ho reso, reso ~ arrivato|ricevuto|consegnato, avete ricevuto il reso, avete il mio reso, mandato indietro, spedito indietro, dato indietro, riconsegnat*",
    ),
    (
        I::Charged,
        1,
        "addebit*, prelevat*, prelievo, pagat*, scalat*, fatturat*, tolt*, preso!, presi!, incassat*, transazion*",
    ),
    (
        I::Twice,
        1,
        "due volte, 2 volte, 2x, doppi*, stesso importo, due addebiti, due pagamenti, duplicat*, un'altra volta",
    ),
    (
        I::Address,
        1,
        "indirizz*, via!, numero civico, civico, cap!, interno!, piano!, appartamento, citofono, scala!, palazzo, città, recapito, ingresso",
    ),
    (
        I::Change,
        1,
        "cambi*, modific*, corregg*, correz*, nuov*, vecchi*, sbagliat*, errat*, errore, dimenticat*, scordat*, aggiorn*, manca, invece, aggiung*, altro!, rettific*, meglio",
    ),
    (
        I::Move,
        1,
        "traslo*, trasferit*, trasferisco, nuova casa, nuovo appartamento, non abito più, abito ora, abito adesso, non vivo più, vivo ora, cambiato casa, mi sono spostat*",
    ),
    (
        I::Elsewhere,
        1,
        "ufficio, lavoro!, dal vicino, dai vicini, dalla vicina, dai miei, da mia, genitori, punto di ritiro, altro posto, altrove, deviare, dirottare, azienda, invece che, altra città, locker, altro indirizzo, punto ritiro, ospedale, tabaccheria",
    ),
    (
        I::Ask,
        1,
        "c'è!, ci sono, si può, posso, potete, sono!, quant*, qual*, avete, fate, spedite in, serve, domanda, sapere, perde, può essere, esiste, di che, cosa!, è partito, è già, è possibile, è adatt*, è lavabile, è fatt*, è disponibil*, di cosa, come si, come è, come veste, come calza",
    ),
    (
        I::Trait,
        1,
        "material*, tessuto, stoffa, lavar*, lavatrice, lavabile, lavastoviglie, asciugatrice, stirare, misure, dimension*, centimetr*, cm!, alto!, altezza, largo!, larghezza, lungo!, lunghezza, pesa!, peso!, volt*, lampadina, impermeabile, disponibil*, restring*, stinge, scolor*, pelucchi, colori, taglie, più grande!, consigli*, raccomand*, compatibil*, adatt*, vegan*, pelle, cuoio, lana, cotone, biologic*, certificat*, prodott* in, fabbricat*, fatto in, composizione, ingredient*, allerg*, garanzia, istruzioni, montaggio, montare, spedite in, confezione regalo, pacchetto regalo, incartare, rate!, bonifico, negozio dove, negozio fisico, profum*, sensibil*, delicat*, prima di comprare, prima di acquistare, che taglia, quale taglia, saldi, resist*, regge, in magazzino, regalo incart*, confezione, differenz*, compres*, federe, wattage, watts",
    ),
    (
        I::Invoice,
        1,
        "fattur*, ricevuta!, ricevute, scontrino, iva!, partita iva, commercialista, contabilità!, nota spese, rimborso spese, prova d'acquisto, intestat*, documento fiscale, dichiarazione",
    ),
    (
        I::Offer,
        1,
        "sconto, sconti!, scont*, codice!, coupon*, promo*, buono!, newsletter, carrello, offert*, saldi, meno caro, riduzione, voucher",
    ),
    (
        I::Happy,
        1,
        "grazie per, grazie mille per, perfett*, fantastic*, bellissim*, content*, entusiast*, felic*, meraviglios*, ottim*, eccellent*, stupend*, splendid*, complimenti, brav!, bravi!, bravissimi, a pennello, soddisf*, adoro, adora, consiglierò, impeccabil*, tutto bene, tutto ok, top!, magnific*, niente da ridire, nessuna lamentela, una gioia, più bell*, ancora più bello, meglio che in, tanto di cappello, chapeau, non lo molla, non la molla, non se ne separa, una bomba, risolto tutto, risolto ogni cosa, tutto risolto, ringraziarvi, ringraziare per, ringrazio per, cinque stelle, quello che ci voleva, di parola, settimo cielo, comprerò ancora, ci voleva, mi piace ~ tanto|tantissimo|moltissimo|molto, ordinerò ancora, ordinerò di nuovo, siete fantastic*, lo adoro",
    ),
    (
        I::Human,
        1,
        "uman*, persona!, qualcuno, operator*, responsabil*, addett*, vero!, in carne, collega, persone!, essere umano, consulente",
    ),
    (
        I::Talk,
        1,
        "parlar*, chiam*, telefon*, richiam*, passatemi, passami, mi passi, contatt*, a voce",
    ),
    (
        I::Bot,
        1,
        "bot!, robot*, chatbot, macchina!, automatic*, computer, ia!, risponditore",
    ),
    (
        I::Growth,
        1,
        "seo!, google, prima pagina, aument* ~ vendite, tue vendite, sue vendite, traffico!, influencer*, agenzia, collaborazion*, partnership, backlink*, listino, grossist*, investiment*, prestit*, analisi gratuita, negozi come, aziende come, marketing, posizionamento, fatturato",
    ),
    (I::Match, 1, "coincid*, corrispond*, combacia*, concord*"),
    (
        I::Hoped,
        1,
        "sarebbe ~ perfetto|fantastico|ottimo|bello|stupendo|magnifico|il massimo, sarei ~ felice|contento|contenta|lieto|lieta, farebbe ~ felice|piacere, siate così gentili",
    ),
];
