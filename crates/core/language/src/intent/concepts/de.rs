//! German.

use super::Idea as I;
use crate::pattern::Row;

pub(super) const WORDS: &[Row<I>] = &[
    (
        I::Not,
        1,
        "nicht, nichts, nix, nie!, niemals, kein*, keiner, niemand, ohne, weder, noch nie, nirgends, nirgendwo, ned, net!, nich, nid, nöd, null!, kaum, gar nicht, garnicht",
    ),
    (
        I::Parcel,
        1,
        "paket*, päckchen, sendung*, bestellung*, lieferung*, packerl, bestellte*, kauf!, einkauf, karton, schachtel, geschenk*, artikel, zeug, sachen, auftrag, päckli, die ware, der ware, meine ware",
    ),
    (
        I::Arrive,
        1,
        "ankomm*, angekommen, ankam, kommt, kam!, kommen, gekommen, eingetroffen, eintrifft, eintreffen, erhalten, bekommen, gekriegt, kriege, krieg!, erhalte, bekomme, aufgetaucht, auftaucht, da ist, da sein, hier sein, hier ist, erreicht, gelandet, ist da, war da, noch da, zu mir",
    ),
    (
        I::Dropped,
        1,
        "zugestellt*, geliefert, ausgeliefert, abgegeben, ausgehändigt, übergeben, abgestellt, abgelegt, hinterlegt, eingeworfen, angenommen, unterschrieben, entgegengenommen, deponiert",
    ),
    (
        I::Courier,
        1,
        "bote!, boten, paketbote*, fahrer*, postbote*, zusteller*, lieferdienst, paketdienst, dhl, dpd, hermes, gls!, ups!, die post, depot, lieferant, kurier*, spedition, zulieferer, sendungsverfolgung, app!, verteilzentrum, paketzentrum",
    ),
    (
        I::Claimed,
        1,
        "laut!, angeblich, behauptet, behaupten, steht da, steht dort, steht, heißt es, sagt, meldet, markiert, status, angezeigt, zeigt, soll!, sei!, zustellnachweis, sendungsverfolgung, ablieferbeleg, erledigt, abgeschlossen",
    ),
    (
        I::Lost,
        1,
        "verloren*, verschwunden, verschollen, abhanden*, geklaut, gestohlen, weg!, unauffindbar, keine spur, jede spur, verbummelt, verschlampt, vermisse, vermisst, verlustig, nicht auffindbar, nicht mehr auffindbar, futsch, untergegangen, nachforschung*, in luft aufgelöst, verlust!, immer noch nichts, noch immer nichts, weiterhin nichts, bis heute nichts, mit leeren händen, nichterhalt, nichtlieferung, nichtzustellung",
    ),
    (
        I::Door,
        1,
        "nachbar*, haustür*, tür!, türe, briefkasten, postkasten, garage*, mülltonne*, schuppen, ablageort, geklingelt, klingel, geläutet, karte!, zettel, daheim, zuhause, zu hause, fremde*, irgendwem, jemand anders, treppenhaus, hausflur, keller, abstellort, benachrichtigung*, vor einer tür, vor der tür, eingang, lobby",
    ),
    (
        I::Seen,
        1,
        "gesehen, gefunden, finde!, finden, habe ich, hab ich, hätte es, hab es, habe es, zu sehen, findet, bei mir, abgesucht, gesucht",
    ),
    (
        I::Wait,
        1,
        "warte*, gewartet, wart!, geduld*, ausharren, harre, gebe ~ auf, geb ~ auf, aufgegeben",
    ),
    (
        I::Span,
        1,
        "tag!, tage, tagen, woche*, monat*, ewig*, seit!, lange!, stunden, jahr!, wochenende, vor ~ tagen|wochen",
    ),
    (
        I::When,
        1,
        "wann, wie lange, bis wann, wielange, liefertermin, lieferdatum, zeitpunkt, wie lang, rechnen, demnächst, klappt das, ungefähr, voraussichtlich, noch rechtzeitig, rechtzeitig, wird das noch, was noch, liefertag, wie viele tage, kommt da noch, kommt das noch, noch vorher, vorher noch, voraussichtlicher, voraussichtlichen, schafft es",
    ),
    (
        I::Where,
        1,
        "wo!, wohin, verbleib, was ist los, was ist da los, was ist mit, wie weit, was los mit, wo bleibt, abgeblieben, steckt, hängt, bleibt, stand der, wie stehts, wie steht es, wie ist der stand, wie ist denn der stand, wo hängt, wo liegt, wo befindet, was treibt, was macht",
    ),
    (
        I::News,
        1,
        "neues, neuigkeiten, nachricht, status, stand!, fortschritt, funkstille, stille, nichts gehört, tut sich, tut sich nichts, bewegt sich, bewegung, hängt, feststeckt, sendungsverfolgung, tracking*, verfolgung, angekündigt, bearbeitung, in bearbeitung, rührt sich, passiert, los!, auskunft, info!, sendungsstatus, unverändert, sendungsnummer, trackingnummer, versandbestätigung, versandmail, gescannt, scan!, eintrag, verfolgen, hört man, höre nichts, gehört, im lager, noch im lager, wie schauts, wie schaut es, wie siehts, wie sieht es, der stand, lagebericht, liegt fest, steht still, bewegt, rühren",
    ),
    (
        I::Sent,
        1,
        "verschickt, versendet, versandt, losgeschickt, abgeschickt, unterwegs, auf dem weg, raus!, rausgegangen, gepackt, verpackt!, versandbereit, übergeben an, an dhl gegeben, versand!, abgesendet, auf die reise, verladen, herausgegangen, losgegangen, rausgeschickt, auf den weg, aus dem lager, das lager verlassen, auf reisen, in zustellung, versandfertig",
    ),
    (
        I::Late,
        1,
        "spät!, verspät*, verzöger*, überfällig, hätte ~ sollen|müssen, sollte ~ sein|kommen|ankommen|da, sollten ~ sein|kommen|ankommen|da, längst, zu lange, dauert, lässt auf sich warten, in verzug, schon lange, so lange, so lang, dermaßen lange, verstrichen, normal dass, so langsam, ist längst, immer noch nicht da, noch immer nicht da, langsam!, zieht sich",
    ),
    (
        I::Occasion,
        1,
        "geburtstag*, hochzeit*, weihnacht*, feier, party, jubiläum, urlaub, reise, taufe, rechtzeitig, bis dahin, bis zum, bis freitag|montag|samstag|sonntag|dienstag|mittwoch|donnerstag, ostern, muttertag, einschulung, kommunion, konfirmation",
    ),
    (
        I::Broken,
        1,
        "kaputt*, zerbrochen*, gebrochen*, beschädig*, defekt angekommen, riss!, risse, gerissen*, eingerissen, sprung!, gesprungen, zerkratzt*, verkratzt*, kratzer*, delle*, eingedellt, verbeult*, beule*, verbogen*, geplatzt, ausgelaufen, zerdrückt*, eingedrückt*, zerquetscht*, scherben, splitter*, zersplittert*, abgebrochen*, abgesplittert, abgeplatzt, zerrissen*, nass!, durchnässt, feucht, fleck!, flecken, schmutzig, dreckig, schimmel*, verschimmelt, hinüber, im eimer, ruiniert, zerstört*, demoliert, geknickt, loch!, löcher, nicht überlebt, nicht heil, nicht mehr zu retten, unbrauchbar, zu bruch, bruch!, transportschaden, schaden!, schäden, zerbeult, zertrümmert, nicht ganz, im arsch, verzogen, klapper*, geklappert, klirr*, scheppert, runtergefallen, heruntergefallen, zerbröselt, klebt!, klebrig, verschmiert, ausgetreten, tropft, undicht, sprang, matschig, tausend stücke, strich im",
    ),
    (
        I::Unpack,
        1,
        "auspack*, ausgepackt, aufgemacht, geöffnet, öffnen, auspacken, mach ich auf, ich mach auf, beim öffnen, verpackung, ausgewickelt, transport, unterwegs, weg zu mir, angekommen, ankam",
    ),
    (
        I::Part,
        1,
        "bein!, beine, griff!, henkel, deckel, ecke*, ausguss, kante*, rand!, boden!, rad!, räder, glas!, scheibe, gurt*, reißverschluss*, knopf, knöpfe, naht!, nähte, scharnier*, rahmen, oberfläche, seite!, sohle*, absatz, verschluss, fuß, stiel, arm!",
    ),
    (
        I::Off,
        1,
        "ab!, abgegangen, abgefallen, abgerissen, löst sich, gelöst, lose, locker, ein stück, stück fehlt, auseinander*, aufgegangen, in der hand, hängt nur, wackelt",
    ),
    (
        I::Work,
        1,
        "funktionier*, funktion*, funzt, geht!, ging!, gehen!, läuft, tut!, einschalten, anschalten, lädt, laden!, aufladen, startet, springt an, verbind*, koppeln, leuchtet, heizt, schließt, hält!, macht!, bedienen, spielt",
    ),
    (
        I::Fails,
        1,
        "defekt*, blinkt, flackert, fällt aus, ausgefallen, schaltet sich ab|aus, geht aus, von selbst aus|ab, spinnt, streikt, tot!, mangelhaft, fehlerhaft, geist auf, überhitzt, knistert, summt, brummt, wackelkontakt, kurzschluss, fehlermeldung, fehler!, stromschlag, kein mucks, keinen mucks, klemmt, hakt, in der hand, gab den geist, hängt sich auf, abgeraucht, fehlerseite",
    ),
    (
        I::Wrong,
        1,
        "falsch*, ander*, verwechs*, vertauscht, verkehrt*, statt!, anstatt, stattdessen, fremd*, irrtümlich, nicht der|die|das richtige, etwas anderes, was anderes, entspricht nicht, passt nicht zu, versehentlich geliefert, nicht meins, nicht von mir, gehört mir nicht, nicht für mich bestimmt",
    ),
    (
        I::Ordered,
        1,
        "bestellt!, bestellte, gekauft, gewollt, wollte!, wollten, ausgesucht, ausgewählt, bezahlt!, bezahlte*, geordert, haben wollte, gewünscht, brauche!, brauch!, angefordert, hätte sein sollen, zum set gehören, sollten ~ sein|drin, gehören dazu",
    ),
    (
        I::Inside,
        1,
        "im paket, im karton, in der schachtel, drin!, drinnen, erhalten, bekommen, gekriegt, geschickt, gesendet, gekommen, kam!, geliefert, enthalten, gegeben, liegt!, angekommen, vorgefunden, enthielt, eingepackt, bekam, ausgepackt, schickt ihr mir, lag!",
    ),
    (
        I::Lacking,
        1,
        "fehlt*, fehlen*, fehlend*, gefehlt, unvollständig*, nicht dabei, nicht drin, nicht enthalten, vergessen beizulegen, vergessen einzupacken, nicht im paket, nicht mitgeliefert, nicht komplett, nicht alles, zu wenig, rest der, ohne schrauben, waren nicht",
    ),
    (
        I::Only,
        1,
        "nur ein*, nur zwei, nur drei, nur die hälfte, bloß ein*, bloß zwei, lediglich, statt zwei|drei|vier, nur eine, von zwei|drei|vier, zwei der, eine der, einer der, hälfte, hab nur, habe nur, sind nur, waren nur",
    ),
    (
        I::Kind,
        1,
        "größe!, farbe*, modell, version, variante, ausführung, produkt, artikel, farbton, muster!, kindergröße, duft, sorte, typ!",
    ),
    (
        I::Shown,
        1,
        "webseite, website, internetseite, eurer seite, ihrer seite, auf der seite, auf der homepage, bild!, bilder, bildern, foto!, fotos, abgebildet, abbildung, beschreibung, beschrieben, angegeben, versprochen, etikett, laut beschreibung, angepriesen, beworben, katalog, sieht aus, sieht anders, im shop, bei euch steht, angebot stand",
    ),
    (
        I::Return,
        1,
        "zurückschick*, zurücksend*, zurückgeb*, zurückgeh*, schick* ~ zurück, send* ~ zurück, geb* ~ zurück, retour*, rücksend*, rückgabe*, zurück ~ schicken|geben|senden, loswerden, wieder weg, zurückbringen, zurücknehmen, nehmen ~ zurück, rückversand, bring* ~ zurück, muss ~ zurück, soll ~ zurück, geht ~ zurück, darf ~ zurück, wieder zu ihnen, wieder zu euch",
    ),
    (
        I::Swap,
        1,
        "tausch*, umtausch*, eintausch*, austausch*, wechseln, andere größe, größere größe, kleinere größe, nummer größer, nummer kleiner, andere farbe, anderen farbe, anderen größe, größer haben, stattdessen in",
    ),
    (
        I::Fit,
        1,
        "zu klein, zu groß, zu eng, zu kurz, zu lang, zu weit, zu schmal, zu breit, passt nicht, passen nicht, passt mir nicht, passt leider, passen leider, drückt!, drücken, kneift, zwickt, kleiner als, größer als, sitzt nicht, komm nicht rein, komme nicht rein, fällt klein, fällt groß",
    ),
    (
        I::Dislike,
        1,
        "gefällt ~ nicht, gefallen ~ nicht, gefällt mir doch, nichts für mich, nicht mein*, nicht leiden, nicht ausstehen, mag!, steht mir nicht, steht mir leider, nicht vorgestellt, anders vorgestellt, als gedacht, als erwartet, als ich dachte, enttäuscht vom, nicht überzeugt, geschmack, bereue, passt nicht zum, passt nicht zur, passt nicht ins, sagt mir nicht zu, fehlkauf, hasst es, hasst die, hasst den, hasst das",
    ),
    (
        I::Unused,
        1,
        "ungetragen, unbenutzt, ungenutzt, ungeöffnet, originalverpackt*, originalverpackung, etikett!, etiketten, neuwertig, nagelneu, nie getragen, noch verpackt, noch nicht benutzt, nicht benutzt, ungewaschen, unversehrt, ovp",
    ),
    (
        I::How,
        1,
        "wie geht, wie läuft, wie funktioniert, wie kann, wie mache, wie muss, wohin, wo muss, wo kann, was muss, was muß, an welche adresse, welche adresse, etikett!, label!, rücksendeetikett, formular, ablauf, schritte, holen sie, abholen, geb ich, zur post, porto, wer zahlt, wer trägt, kosten!, frist, wie lange habe, vorgehen, verfahren",
    ),
    (
        I::Cancel,
        1,
        "stornier*, storno*, widerruf*, rückgängig, abbestell*, cancel*, annullier*, abbrechen, zurücktreten, zurückziehen, aufhalten, stoppen, streichen, löschen, vergessen!, aus dem system, zurücknehmen, hinfällig, bevor ~ gepackt|verschickt|rausgeht, abblasen, anhalten, kündigen, rücktritt",
    ),
    (
        I::Mistake,
        1,
        "versehen*, aus versehen, ausversehen, irrtum, irrtümlich, doppelt, zweimal, verklickt, falsche konto, falschen konto, falschem konto, zu schnell geklickt, zu schnell, aus spaß, nicht gewollt, mein sohn, meine tochter, kinder haben, identische, falsch geklickt",
    ),
    (
        I::Needless,
        1,
        "doch nicht, brauch* ~ nicht, brauchs nicht, überflüssig, anders überlegt, meinung geändert, woanders, günstiger gefunden, billiger gefunden, das gleiche, gibts billiger, schon eine, schon einen, schon eins, keine verwendung, entschieden, fällt aus, erübrigt, erledigt, brauche ihn nicht, brauche sie nicht, brauche es nicht, kein bedarf, nicht mehr haben, will ~ nicht mehr, wollen ~ nicht mehr, möchte ~ nicht mehr, brauch* ~ nicht mehr, nicht mehr brauch*, nicht mehr gebraucht, nicht mehr nötig, nicht mehr benötig*, benötig* ~ nicht mehr, nicht mehr gewünscht, nicht mehr wollen, nicht mehr will",
    ),
    (
        I::Hold,
        1,
        "schicken!, verschicken, versenden, losschicken, abschicken, rausschicken, liefern, zustellen, senden!, schicken sie, geliefert werden, gehen!, schickt!",
    ),
    (
        I::Money,
        1,
        "geld*, erstatt*, rückerstatt*, gutschrift, betrag*, kohle, rückzahl*, zurückzahl*, kaufpreis, summe, zahlung*, euro!, auszahl*, entschädig*, überweis*, franken, gutschreib*, knete, moneten",
    ),
    (
        I::Back,
        1,
        "zurück*, wieder!, wiederhaben, auf der karte, auf meine karte, aufs konto, auf mein konto, retour!, zruck",
    ),
    (
        I::Account,
        1,
        "konto!, kontoauszug, karte!, kreditkarte*, kartenabrechnung, abrechnung, bank!, paypal, kreditkartenabrechnung, auszug",
    ),
    (
        I::Returned,
        1,
        "zurückgeschickt, zurückgesendet, zurückgesandt, zurückgegeben, meine retoure, meine rücksendung, retourniert, retoure ~ bei|angekommen|erhalten, rücksendung ~ bei|angekommen|erhalten, wieder bei ihnen, wieder bei euch, zurückgebracht, zurück ~ geschickt|gegeben|gesendet, paket zurück",
    ),
    (
        I::Charged,
        1,
        "abgebucht, abbuchung, belastet, eingezogen, berechnet, abgezogen, gezahlt, bezahlt, verrechnet, lastschrift*, gebucht",
    ),
    (
        I::Twice,
        1,
        "zweimal, doppelt*, zwei mal, 2x, 2 mal, 2mal, zweifach, derselbe betrag, gleiche betrag, selben betrag, nochmal, zweite abbuchung",
    ),
    (
        I::Address,
        1,
        "adress*, anschrift*, straße*, hausnummer*, postleitzahl*, plz, wohnung*, stockwerk, klingel!, name an der, lieferanschrift, etage, eingang, hinterhaus",
    ),
    (
        I::Change,
        1,
        "änder*, geändert, umänder*, korrigier*, falsch*, neue!, neuer, neuen, alte!, alten, vergessen, vertippt, anpassen, aktualis*, richtig!, fehlt, statt!, dazuschreiben, ergänz*, andere!, anderen!, umstell*, sondern, verwechselt",
    ),
    (
        I::Move,
        1,
        "umgezogen, umzug*, ziehen ~ um, ziehe ~ um, zieh ~ um, umziehen, nicht mehr dort, wohne nicht mehr, neue wohnung, neues haus, wohne jetzt, wohnen jetzt, wohne vorübergehend, neuen wohnung, verzogen",
    ),
    (
        I::Elsewhere,
        1,
        "büro, arbeit!, arbeitsplatz, firma, zum nachbarn, beim nachbarn, an meine eltern, meinen eltern, meiner mutter, packstation, abholstation, paketshop, postfiliale, woanders, umleiten, umgeleitet, andere stadt, statt dahin, anderen ort, an die neue, nach nebenan, abholpunkt, ferienadresse, krankenhaus",
    ),
    (
        I::Ask,
        1,
        "gibt es, gibts, ist der, ist die, ist das, sind die, kann man, kann ich, kann das, wie!, welche*, was!, ob!, haben sie, habt ihr, darf!, fusselt, frage!, wissen!, wüsste, hat die, hat der, hat das, passt das, ist er, ist sie, läuft die, aus welchem, aus was, liefern sie, liefert ihr, ist mein, ist meine, wurde, schon",
    ),
    (
        I::Trait,
        1,
        "material*, stoff!, waschen, waschbar, waschmaschine, wäsche, spülmaschine*, trockner, bügeln, maße!, maßen, abmessung*, zentimeter, cm!, groß!, größer!, breit, hoch!, schwer!, gewicht, volt!, birne!, glühbirne, leuchtmittel, wasserdicht, wasserfest, lieferbar, vorrätig, verfügbar, auf lager, fusselt, geht ein, färbt, verblasst, farben, größen, größe empfehl*, empfehlen, kompatibel, geeignet, vegan, leder, wolle!, baumwolle, bio!, zertifiziert, hergestellt, herstellung, inhaltsstoffe, allerg*, garantie, anleitung, montage, aufbau, versand nach, liefern sie nach, geschenkverpackung, verpacken, ratenzahlung, auf rechnung, ladengeschäft, laden in, parfüm*, empfindlich*, farbecht, dimmbar, spielt, haltbar, hält!, vor dem kauf, bevor ich bestelle, ausfallen, fällt, als geschenk, geschenk ein, unterscheid*, unterschied*, wattzahl, wieviel watt, wie viel watt",
    ),
    (
        I::Invoice,
        1,
        "rechnung*, beleg*, quittung*, bon!, kassenbon, mehrwertsteuer, mwst, ust, umsatzsteuer, steuer!, steuererklärung, finanzamt, spesen, buchhaltung*, kaufbeleg, steuerberater*, für die firma",
    ),
    (
        I::Offer,
        1,
        "rabatt*, gutschein*, code!, rabattcode, aktionscode, newsletter, prozent!, nachlass, vergünst*, günstiger!, warenkorb, aktion!, sonderangebot, skonto, preisnachlass, sale!, ausverkauf",
    ),
    (
        I::Happy,
        1,
        "danke für, vielen dank für, herzlichen dank für, perfekt, super!, toll!, wunderschön, wunderbar, spitze!, klasse!, begeistert, zufrieden, freue mich, freuen uns, glücklich, großartig, lieb!, sitzt wie angegossen, gerne wieder, kompliment*, lob!, empfehle, genial, traumhaft, schnelle lieferung, aus dem häuschen, hervorragend, prima, freude, gut angekommen, alles bestens, mega!, hammer!, noch schöner, schöner als, besser als auf, hut ab, chapeau, nicht mehr her, gibt es nicht her, nicht mehr hergeben, rückt ihn nicht, glücksgriff, hin und weg, volltreffer, alles geklappt, super geklappt, bedanken, dankeschön sagen, fünf sterne, voller erfolg, früher als, liebevoll verpackt, liebevoll, riesig gefreut, sehr gefreut, gefällt uns sehr, gefällt mir sehr, liebe es, liebe sie, liebe ihn, bestelle bestimmt, bestimmt wieder, spitze",
    ),
    (
        I::Human,
        1,
        "mensch!, menschen, mitarbeiter*, echte person, jemand, jemanden, berater, kollege*, vorgesetzt*, sachbearbeiter*, richtigen, echten, person!, ansprechpartner*, chef!",
    ),
    (
        I::Talk,
        1,
        "sprechen, reden, anrufen, rückruf, zurückrufen, telefonier*, telefonisch, geben sie mir, verbinden, durchstellen, anruf!, rufen sie, ruft mich, ans telefon",
    ),
    (
        I::Bot,
        1,
        "bot!, roboter, chatbot, maschine!, automat*, computer, ki!, textbaustein*",
    ),
    (
        I::Growth,
        1,
        "seo!, google ~ seite|rang*|ersten, seite eins, steigern sie, ihren umsatz, ihre umsätze, mehr umsatz, mehr besucher, influencer*, agentur, backlink*, kooperation, partnerschaft, gastbeitrag, preisliste, webdesign, reichweite, onlinemarketing, marketing, großhandel*, kredit!, investition*, läden wie ihren, shops wie ihren, unternehmen wie ihres, kostenlose analyse, leads!",
    ),
    (
        I::Match,
        1,
        "überein, übereinstimm*, stimmt nicht mit, passt nicht zu, entspricht, deckt sich, decken sich",
    ),
    (
        I::Hoped,
        1,
        "wäre ~ super|toll|klasse|prima|perfekt|lieb|spitze|mega|genial|wunderbar|schön|großartig, würde mich ~ freuen, würde ich mich freuen, würden uns freuen, freue mich auf, freuen uns auf",
    ),
];
