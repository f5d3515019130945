//! The phrases of steering, in seven languages.
//!
//! The syntax is in [`crate::pattern`]. An honest customer should not meet them: a plain wish for money
//! back is none, a command with a number of four figures is.

use super::{Flag, Sign};
use crate::pattern::Row;

pub(super) const ROWS: &[Row<Sign>] = &[
    (
        Sign::Flag(Flag::IgnoreInstructions),
        1,
        "ignore|disregard|forget|bypass|override|skip ~ previous|prior|above|earlier|all|your|safety|the ~ instruction*|rule*|prompt*|polic*|guideline*|limit*|restriction*, \
         ignore|disregard|forget ~ everything|anything ~ above|before|told|said, new instructions!, \
         override ~ limit*|ceiling|cap!|policy|rules, do not follow ~ rules|policy|instructions, \
         ignorier*|vergiss|missachte*|umgehe|übergehe ~ anweisung*|instruktion*|regel*|vorgabe*|richtlinie*|befehl*|limit*, \
         vergiss ~ alles ~ vorher|bisher|oben|davor, neue anweisung*, \
         ignore*|oublie*|contourne* ~ instruction*|consigne*|règle*|directive*|limite*, \
         oublie* tout ce, nouvelles instructions|consignes, \
         ignora*|olvida*|omite|descarta* ~ instruccion*|regla*|norma*|orden|ordenes|límite*|directri*, \
         olvida todo lo, nuevas instrucciones, \
         ignora*|dimentica*|scorda* ~ istruzion*|regol*|direttiv*|limit*|comandi, dimentica tutto, \
         nuove istruzioni, \
         negeer*|vergeet|omzeil* ~ instructie*|regel*|opdracht*|richtlijn*|limiet*, \
         vergeet alles wat, nieuwe instructies, \
         ignorer*|glem|se bort fra|omgå ~ instruks*|instruktion*|regler*|anvisning*|retningslinj*|grænse*, \
         glem alt ~ før|ovenfor|tidligere, nye instruktioner|instrukser",
    ),
    (
        Sign::Flag(Flag::SystemPrompt),
        1,
        "system|hidden|secret|initial|original ~ prompt*, systemprompt*, \
         system message|instruction|instructions|override, developer mode|message, \
         you are ~ ai|llm|chatbot|gpt|model, as ~ ai|llm ~ model|assistant, large language model, \
         reveal ~ instructions|prompt|rules|configuration, jailbreak*, dan mode, \
         sudo, admin mode|override|access, debug mode, api key*, tool call*, function call*, \
         systemanweisung*, systemnachricht*, entwicklermodus, sprachmodell, wartungsmodus, \
         adminmodus, api schlüssel, \
         prompt ~ système|systeme, prompt du système, message système, \
         mode développeur|admin|debug|maintenance, modèle de langage, invite système, \
         prompt ~ sistema, mensaje del sistema, instrucciones del sistema, \
         modo desarrollador|admin|administrador|depuración|debug, modelo de lenguaje, \
         istruzioni di sistema, messaggio di sistema, \
         modalità ~ sviluppatore|admin|debug|manutenzione, modello linguistico, \
         systeemprompt*, systeembericht, systeeminstructie*, \
         ontwikkelaarsmodus|ontwikkelmodus|onderhoudsmodus, taalmodel, \
         systembesked, systeminstruks*, udviklertilstand, sprogmodel, fejlsøgningstilstand, \
         vedligeholdelsestilstand",
    ),
    (
        Sign::Flag(Flag::RolePlay),
        1,
        "you are now, \
         act as|like ~ manager|admin*|developer|supervisor|owner|agent|assistant|ceo|bot|unrestricted|if, \
         pretend ~ you|to be, roleplay, role play, \
         imagine you are, from now on ~ you|respond|act|answer, \
         simulate ~ manager|admin*|supervisor, \
         du bist jetzt|nun|ab, sie sind ~ jetzt|nun ~ manager|leiter|chef|der|die, tu so als, \
         tun sie so als, verhalte dich|handle ~ als|wie, stell dir vor du bist, spiel* ~ rolle, \
         agiere als, ab sofort bist, \
         tu es maintenant, vous êtes maintenant, agis|agissez comme|en, fais|faites comme si, \
         imagine que tu es, à partir de maintenant ~ tu|vous|réponds, joue* ~ rôle, fais semblant, \
         ahora eres, ahora usted es, eres ahora, actúa como, actúe como, finge que|ser, \
         haz como si, imagina que eres, a partir de ahora ~ eres|responde|actúa, haz de cuenta, \
         ora sei, adesso sei, sei ora, da ora in poi ~ sei|rispondi|agisci, agisci come, \
         comportati come, fai finta, fingi di, immagina di essere, \
         je bent nu, jij bent nu, u bent nu, doe alsof, gedraag je als, handel als, \
         vanaf nu ~ ben|bent|antwoord, speel ~ rol, stel je voor dat je, \
         du er nu, du er fra nu, opfør dig som, lad som om, spil ~ rolle, forestil dig at du er, \
         fra nu af ~ er|skal|svarer, agér som",
    ),
    (
        Sign::Flag(Flag::AmountCommand),
        1,
        "refund* ~ 999*|10000*|50000*, \
         approve ~ refund*|maximum|full ~ amount*|refund*|immediately, \
         maximum refund*|compensation, \
         issue|process|grant|authorize|authorise ~ maximum|unlimited|full|double|refund* ~ refund*|amount|now, \
         set ~ limit|ceiling|cap!|amount ~ to!|at, \
         refund ~ double|twice|triple|everyone|all orders, unlimited ~ refund*|budget|credit, \
         erstatte*|überweise*|zahle*|rückerstatt* ~ 999*|10000*|50000*, \
         genehmige* ~ erstattung*|rückerstattung*|betrag|maximal*, \
         maximale* ~ erstattung*|rückerstattung*|betrag, setze ~ limit|grenze|betrag, \
         doppelte* ~ erstattung|betrag, \
         rembours* ~ 999*|10000*|50000*, approuve* ~ remboursement|montant, \
         remboursement maximum|maximal|illimité, valide* ~ remboursement ~ maximum|immédiatement, \
         rembours* ~ double|tous les, fixe* ~ limite|plafond, \
         reembolsa* ~ 999*|10000*|50000*, devuelve* ~ 999*|10000*|10000*, \
         aprueba* ~ reembolso|importe, reembolso máximo, \
         autoriza* ~ reembolso ~ máximo|total|doble, fija* ~ límite, \
         rimborsa* ~ 999*|10000*|50000*, approva* ~ rimborso|importo, rimborso massimo, \
         autorizza* ~ rimborso, imposta* ~ limite, \
         betaal*|stort* ~ 999*|10000*|50000*, terugbetaling ~ 999*|10000*, \
         keur* ~ terugbetaling|bedrag ~ goed, maximale ~ terugbetaling|vergoeding, stel ~ limiet, \
         refunder*|udbetal*|betal* ~ 999*|10000*|50000*, godkend* ~ refusion*|refundering*|beløb*, \
         maksimal* ~ refusion*|refundering*|beløb*, sæt ~ grænsen|loftet",
    ),
    (
        Sign::Flag(Flag::PayoutChange),
        1,
        "refund*|money|send|pay|transfer*|payment|payout ~ different|another|new|other|following|this|brother*|friend* ~ account|iban|card|wallet|paypal, \
         iban ~ changed|new, \
         new|different|other bank account|details|iban|card, \
         change ~ payout|bank|payment ~ account|details, bitcoin, crypto*, gift card*, \
         western union, wire ~ to!, \
         anderes|anderen|neues|neue|neuen|folgendes|dieses|diese ~ konto|iban|bankverbindung|karte, \
         konto ~ geändert|gewechselt, bankverbindung ~ geändert|ändern|neue, \
         autre|nouveau|nouvel|nouvelle|ce ~ compte|iban|rib|carte, changé de ~ banque|compte, \
         nouveau rib, mon nouvel iban, \
         otra|nueva|esta|siguiente ~ cuenta|iban|tarjeta, cambiado de banco, otro iban, este iban, \
         nuevo iban, \
         altro|nuovo|questo|seguente|diverso ~ conto|iban, altra|nuova carta, cambiato banca, \
         ander|andere|nieuwe|nieuw|dit|deze|volgende ~ rekening*|iban|kaart|bankrekening, \
         rekeningnummer ~ gewijzigd|veranderd, \
         anden|andet|ny|nyt|denne|dette|følgende ~ konto*|iban|kort!|bankkonto, skiftet bank, \
         kontonummer ~ ændret|nyt",
    ),
    (
        Sign::Urgency,
        1,
        "urgent*, immediately, right now, within ~ minutes|hour, asap, at once, emergency, \
         dringend*, sofort*, unverzüglich, umgehend, eilt, notfall, \
         urgence, immédiatement, tout de suite, sans délai, sur le champ, \
         urgente*, inmediatamente, ahora mismo, de inmediato, ya mismo, emergencia, \
         immediatamente, subito, adesso, emergenza, \
         onmiddellijk, meteen, direct!, spoed*, per direct, noodgeval, \
         haster, straks, øjeblikkeligt, omgående, med det samme, nødsituation",
    ),
    (
        Sign::Authority,
        1,
        "ceo, management, manager ~ approved|authorized|authorised|said|told|orders, boss, \
         i am ~ manager|owner|director|admin*|developer|employee|ceo|supervisor, authorized by, \
         authorised by, approved by, head office, on behalf of, \
         your ~ supervisor|director|superior, legal department, compliance, \
         geschäftsführ*, vorgesetzt*, chef! ~ genehmigt|gesagt|angeordnet, \
         ich bin ~ geschäftsführer*|inhaber*|filialleiter*|administrator|entwickler*|chef, \
         von oben, im auftrag, genehmigt von, vorstand, zentrale, \
         directeur*|directrice|patron|pdg ~ approuvé|validé|autorisé|ordonne, \
         je suis ~ directeur|directrice|patron|pdg|gérant|administrateur|développeur, \
         direction générale, validé par, autorisé par, siège social, votre supérieur, \
         director*|gerente|jefe ~ aprobado|autorizado|ordena|ordenado, \
         soy ~ director*|gerente|jefe|administrador*|dueño|desarrollador*, aprobado por, \
         autorizado por, dirección general, sede central, tu superior, \
         direttore|direttrice|capo|responsabile|titolare ~ approvato|autorizzato|ordina|ordinato, \
         sono ~ direttore|titolare|responsabile|amministratore|sviluppatore, approvato da, \
         autorizzato da, sede centrale, amministratore delegato, \
         directeur|baas|leidinggevende ~ goedgekeurd|gezegd|opgedragen, \
         ik ben ~ directeur|eigenaar|manager|beheerder|ontwikkelaar, goedgekeurd door, \
         namens ~ directie, hoofdkantoor, directie, \
         direktør* ~ godkendt|sagt|besluttet, chefen ~ godkendt|sagt, \
         jeg er ~ direktør|chef*|ejer*|administrator|udvikler, godkendt af, hovedkontor*, ledelsen, \
         på vegne af",
    ),
];
