//! German, with a little of Austria, Switzerland and the north.

use super::{Intent, context::Role};
use crate::pattern::Row;

pub(super) const ROWS: &[Row<Intent>] = &[
    (
        Intent::LegalThreat,
        90,
        "anwalt*, rechtsanwalt*, rechtlich* ~ schritt*|vorgehen, anzeige* erstatten|bei|wegen, \
         verbraucherschutz*, verbraucherzentrale*, polizei*, klage*, verklagen, mahnbescheid*, \
         rechtsweg*, juristisch*, rechtsschutz*, strafanzeige*, rechtsanwältin, anwältin, \
         gerichtlich*, vor gericht, abmahn*, schlichtungsstelle, verbraucherschützer, \
         frist ~ setze|gesetzt|letzte, fristsetzung, behörde, inkasso, gericht!, gerichts*, \
         zeige sie an, zeige euch an",
    ),
    (
        Intent::ChargebackThreat,
        85,
        "chargeback*, kaferschutz*, käuferschutz*, ruckbuchung*, rückbuchung*, zuruckbuchen, \
         zurückbuchen, buche ~ zurück, bank ~ einschalten|informieren|zurück*|wenden, \
         kreditkart* ~ reklamieren|widersprechen, \
         paypal* ~ fall|konflikt|melden|einschalten|öffnen|beschwerde, fall ~ paypal|klarna, \
         lastschrift ~ zurück*|widersprechen, hol* ~ geld ~ bank|paypal, \
         über|via ~ bank|paypal|klarna zurück*, zahlung ~ widersprechen|rückgängig|stoppen, \
         konflikt ~ öffne*|eröffne*|paypal, zurückholen, \
         zahlung ~~ zurückholen|zurückbuchen|stornieren|widerrufen, geld ~ zurückholen, \
         american express|visa|mastercard|amex ~ zurück*|reklam*|widerspr*, kreditkartenfirma, \
         kreditkartenunternehmen, kreditinstitut, bank ~ zurück*|wenden|einschalten, \
         klarna ~ melden|reklamieren|problem, paypal ~ schutz|zurück*|eröffnen, \
         zahlung ~ sperren, abbuchung ~ zurück*|widersprechen",
    ),
    (
        Intent::NotReceived,
        60,
        "nicht|nie|nix|nichts|kein|keine|keinen ~ angekommen|erhalten|bekommen|eingetroffen|da|gekriegt|gekommen|kam|zugestellt|geliefert|ankommen|kriegt, \
         kam|kamen|kommt|kommen ~ nicht|nie ~ an!, \
         angeblich|laut|steht ~ zugestellt|geliefert|ausgeliefert|abgegeben|ausgehändigt, \
         als zugestellt|geliefert|ausgeliefert, zugestellt ~ aber|nicht|nichts|nix, \
         nichts|nix ~ briefkasten|da|hier, \
         keine ~ lieferung|paket|sendung|ware ~ erhalten|bekommen|da, \
         nie ~ bekommen|erhalten|angekommen|gesehen|ankommen, nachbar* ~ auch|nicht|nichts|weiß, \
         verloren gegangen, abhanden, \
         ned|net|nich|nöd|nid ~ angekommen|bekommen|da|erhalten|kemma|gekommen|cho, \
         immer noch nichts|nix, \
         paket|päckchen|sendung|lieferung|bestellung ~ verschwunden|verloren|weg|gestohlen|verschollen|unauffindbar, \
         paket|karton|packung|schachtel ~ leer, \
         leerer|leeres|leere paket|karton|packung|schachtel, von ~ keine spur, fehlt jede spur, \
         nicht ~ auffindbar, immer noch nicht ~ da, bis heute ~ nicht|nichts|kein, kam nie, \
         kam|kamen|kommt ~ nie an, ist nicht da, wurde nicht ~ geliefert|zugestellt, \
         kam nichts an, nichts ~ geliefert|gekommen|da, \
         paket|sendung|bestellung|lieferung ~ hab|habe|haben ~ nicht|nie|nicht, \
         nicht ~ das paket|die sendung|die lieferung, unterschrieben, unterschrift ~ nicht, \
         bote|fahrer|zusteller|postbote ~ nie|nicht|gelogen|angeblich, nicht ~ bei mir, \
         ausgeblieben, hier ~ nicht|nichts|nix ~ angekommen|da, nicht ~ kommen, übergeben, \
         persönlich übergeben, abgestellt ~ nicht|nichts|aber, abgelegt ~ nicht|nichts|aber, \
         niemand ~ zuhause|daheim|da, nicht zuhause, nicht daheim, \
         wem ~ gegeben|übergeben|ausgehändigt, wer hat ~ paket|es, \
         falsche* ~ nachbar*|adresse zugestellt, beim falschen, woanders ~ abgegeben|zugestellt, \
         nicht ~ finden ~ paket|sendung, paket ~ nirgends|nirgendwo|nicht, ablageort, \
         ablagefoto, nichts ~ gekommen|da|angekommen, nix ~ gekommen|da|angekommen, \
         niemand|keiner|keine ~ hat|haben ~ paket|päckchen|sendung|es|sie|gesehen, \
         hat ~ hier|es ~ keiner|niemand",
    ),
    (
        Intent::Damaged,
        60,
        "beschädigt*, kaputt*, zerbrochen*, gebrochen*, zersplittert*, scherben, gerissen*, \
         riss! im|in|am, hat einen ~ riss|sprung|kratzer|delle|loch, zerkratzt*, kratzer*, \
         delle*, eingedrückt*, transportschaden*, schaden, schäden, ausgelaufen, zerdrückt*, \
         gesprungen*, sprung im|in, loch im|in, verbeult*, hinüber, im eimer, in stücken, \
         zerfetzt*, nass, abgebrochen*, bruch, riss!, einen ~ sprung|kratzer|delle|loch, \
         schramme*, verschmutzt*, flecken, dreckig*, zerstört*, ramponiert*, zu bruch, \
         beschädigung*, matsch, splitter, verzogen, verkratzt*, zerdeppert, \
         in ~ teilen|stücken|teile|einzelteile*|einzelteilen, \
         schlechtem|miserablem|üblem zustand, in ~ zustand, \
         karton ~ offen|aufgerissen|eingedrückt, aufgerissen, angeschlagen, geplatzt, geknickt, \
         verbogen, demoliert, gesprungen, sprung, \
         beim auspacken ~~ kaputt|riss|zerbrochen|gesprungen|beschädigt|defekt, \
         kam ~ kaputt|zerbrochen|beschädigt|zerdrückt|offen, \
         ecke ~ ab|abgebrochen|eingedrückt|gestoßen, schlecht ~ verpackt, angestoßen, \
         verschimmelt, geschmolzen, fleckig, verdreckt, kratzer, abgeplatzt, zerrissen*, \
         scherbenhaufen",
    ),
    (
        Intent::WrongItem,
        60,
        "falsch* ~ artikel|produkt|größe|farbe|ware|geliefert|schuhe|bestellung|paket|teil|modell|gesendet|geschickt|sache|bekommen|erhalten|lieferung|hose|jacke|kleid, \
         falschlieferung*, statt! ~ geschickt|geliefert|bekommen|erhalten|gekommen|kam, \
         andere* ~ bestellt|artikel|produkt|größe|farbe|geliefert|bekommen, \
         nicht ~ was ich bestellt, \
         bestellt ~ aber|sondern|und ~ bekommen|erhalten|geliefert|gekommen|geschickt, \
         fehlt ~ teil|stück|artikel|zubehör|schraube*|kabel|paket|lieferung, \
         teil|stück|artikel|zubehör|schraube*|hälfte|kabel|netzteil|deckel ~ fehlt|fehlen, \
         unvollständig*, verwechselt, nicht|nid|nöd ~ bestellt* ~ hab*, fehlt|fehlen im|in, \
         statt! ~ der|des|dem|einer|eines|zwei|blau|schwarz|drei|grün|rot|weiß, \
         nur ~ ein*|zwei|hälfte ~ statt|von|geliefert|drin|dabei|bekommen|enthalten, \
         fehlt ~ im paket|in, im paket ~ fehlt|fehlen|war, in dem paket ~ fehlt|fehlen, \
         fehlt ein*, fehlen zwei|noch|die|drei, nicht dabei, was anderes, \
         etwas anderes|falsches, ganz was anderes, vertauscht, nicht ~ bestellte*, \
         nicht vollständig, durcheinander*, verwechslung, verwechs*, \
         bezahlt ~~ eindeutig|aber|das hier|gekommen|bekommen, \
         das hier ist ~ kleine|große|andere|falsche, nicht ~ das ~ bestellt*, \
         nicht die ~ bestellt*|richtige, nicht der ~ bestellt*|richtige, \
         nicht das ~ richtige|bestellt*, falsch ~ geliefert|geschickt|gepackt, \
         anders als ~ bild|foto|beschrieben|bestellt, entspricht nicht, zwei linke, es fehlt, \
         fehlt noch, vergessen ~ einzupacken|beizulegen|mitzuschicken, \
         war ~ nicht ~ dabei|drin|enthalten, fehlteil*, anderer name, anderem namen, \
         fremder name, anderen namen, für jemand anders",
    ),
    (Intent::WrongItem, 25, "falsch*"),
    (
        Intent::WrongItem,
        58,
        "bestellt*|gewollt|wollte ~~ schwarz*|weiß*|grau*|beige*|braun*|blau*|rote*|grün*|gelb*|rosa|lila ~~ schwarz*|weiß*|grau*|beige*|braun*|blau*|rote*|grün*|gelb*|rosa|lila, \
         schwarz*|weiß*|grau*|beige*|braun*|blau*|rote*|grün*|gelb*|rosa|lila ~~ bestellt*|gewollt|wollte ~~ schwarz*|weiß*|grau*|beige*|braun*|blau*|rote*|grün*|gelb*|rosa|lila, \
         bestellt*|gewollt|wollte ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46 ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46, \
         nicht meins, gehört ~ mir nicht|nicht, inhalt ~ nicht|falsch|stimmt",
    ),
    (
        Intent::WrongItem,
        57,
        "geschickt|gesendet|geliefert|bekommen|gekommen ~~ wollte|wollten|verlangt|brauchte|gewünscht, \
         geschickt|gesendet|geliefert ~~ bezahlt",
    ),
    (Intent::WrongItem, 40, "anstatt"),
    (
        Intent::Defective,
        58,
        "defekt*, nicht mehr an, lässt sich nicht, funktionsuntüchtig, springt nicht an, \
         keinen mucks, kein strom, gibt ~ geist auf, geist aufgegeben, mangelhaft*, \
         nach ~ tagen|wochen|monat|mal ~ kaputt, geht nicht mehr, leuchtet nicht, \
         gewährleistung*, garantiefall, spinnt, fällt ~ aus, tut nicht, \
         nicht ~ funktioniert|funktionstüchtig, \
         lässt sich ~ nicht ~ einschalten|laden|starten|aufladen|bedienen, \
         geht ~ an ~ nicht|nimmer, schaltet ~ ab|aus, lädt ~ nicht, kaputt gegangen, \
         ging ~ kaputt, nach ~ kaputt|defekt|hinüber, verarbeitungsfehler, produktionsfehler, \
         fabrikationsfehler, streikt, wackelkontakt, tot!, keinen ton, kein bild, \
         geht einfach aus, tut's nicht, tuts ned|net|nicht, reklam*, klemmt, \
         funktioniert|funktionieren|lädt|startet|funzt|funktionert|heizt|leuchtet ~ nicht|nimmer|net|ned|nich|nix|gar, \
         geht|gehen|läuft nicht|nimmer|net|ned|nich|nix|gar, geht|läuft ~ nicht|gar ~ mehr|an!, \
         macht ~ keinen|nichts|nix, schaltet ~~ ab|aus|an, geht ~ von ~ aus, \
         von selbst ~ aus|ab, hält ~ nicht, akku ~ leer|tot|defekt|schwach, lädt, überhitzt, \
         wird heiß, hakt, stottert, brummt, knarzt, quietscht, flackert, blinkt nur, \
         naht ~ offen|auf|gerissen, sohle ~ löst|ab, löst sich ~ ab|auf, \
         fällt ~ ab|auseinander, ging ~ auf|ab|kaputt, fehlermeldung, fehler!, \
         stimmt ~ nicht ~ gerät|damit, nicht mehr ~ richtig|laden|starten|schließen, \
         bleibt ~ hängen|stehen|dunkel, schließt nicht, undicht, tropft, außer betrieb, \
         ausgefallen, schon ~ kaputt|defekt|hinüber, nur ~~ einer seite, nur ~ auf einer seite",
    ),
    (
        Intent::CancelOrder,
        60,
        "stornier*, storno*, widerruf*, \
         bestellung ~ abbrechen|rückgängig|zurückziehen|löschen|annullieren, \
         versehentlich|versehen|ausversehen ~ bestellt|doppelt|zweimal|abgeschickt, \
         zweimal bestellt, nicht mehr ~ haben|brauche|benötige|will, cancel*, canceln, \
         abbestell*, anders überlegt, hinfällig, doppelt bestellt, \
         nicht ~ verschicken|versenden|losschicken|abschicken, \
         bestellung ~ stoppen|stornieren|zurücknehmen|rückgängig, brauche ~ nicht mehr, \
         doch nicht ~ haben|brauchen|mehr, vom kauf zurück*, zurücktreten, widerrufsrecht, \
         widerrufen, kauf ~ rückgängig, zurückziehen, \
         kauf ~~ zurückziehen|stoppen|abbrechen|stornieren|canceln, rückgängig, \
         nicht ~ rausschicken|losschicken, \
         bestellung ~~ zurückziehen|stoppen|abbrechen|rausnehmen|streichen, streichen, \
         aus der bestellung ~ nehmen|raus, brauch* ~~ nicht mehr, brauchen ~ nicht mehr, \
         benötige ~ nicht, hat sich erledigt, abblasen, kauf ~ anders, \
         zu spät ~ stornieren|abbestellen|abbrechen, doppelbestellung, ungewollt bestellt",
    ),
    (Intent::CancelOrder, 25, "aus versehen, versehentlich"),
    (
        Intent::ChangeAddress,
        62,
        "adresse*|lieferadresse*|anschrift*|versandadresse* ~ ändern|geändert|falsch*|korrigieren|anpassen|aktualisieren|vertippt|umgezogen|ändert|verkehrt|alte|neue|umändern, \
         ändern|korrigieren|falsche|neue|andere|alte|richtige|adressänderung ~ adresse*|lieferadresse*|anschrift*, \
         adressänderung*, umgezogen, umzug*, hausnummer* ~ falsch|vergessen|vertippt|fehlt, \
         hausnummer*, an ~ andere|neue ~ adresse|anschrift, postleitzahl* ~ falsch|vertippt, \
         packstation, zu ~ arbeit|büro|nachbar* ~ liefern|schicken|senden, adresse ~ an, \
         adressfehler, straße ~ falsch|vertippt, vertippt ~ adresse|straße|plz, \
         plz ~ falsch|vertippt, an ~ meine ~ arbeit|büro|nachbarn|eltern, andere adresse, \
         umleiten, wohne ~ nicht mehr|jetzt|inzwischen, hausnr*, \
         falsche ~ adresse|hausnummer|straße|stadt|plz, woanders ~ hin|liefern|schicken, \
         andere ~ adresse|anschrift, alte ~ adresse|anschrift, vertippt, autovervollständigung, \
         hausnummer ~ fehlt|vergessen|falsch, abholen statt, paketshop, lieferanschrift",
    ),
    (
        Intent::ChangeAddress,
        63,
        "liefern|schicken|senden|bringen|zustellen|geliefert|geschickt ~~ büro|arbeit|arbeitsplatz|firma|nachbar*|eltern|packstation, \
         büro|arbeit|arbeitsplatz|firma|nachbar*|eltern ~~ liefern|schicken|senden|bringen|zustellen",
    ),
    (
        Intent::ReturnWish,
        50,
        "zurückschick*, zurücksend*, zurückgeb*, schick* ~ zurück, send* ~ zurück, retour*, \
         rücksend*, rückgabe*, rücksendeetikett*, retourenlabel*, umtausch*, tausch*, \
         umtauschen, austausch*, passt ~ nicht|net|ned|leider, passen ~ nicht|leider, \
         zu klein|groß|eng|kurz|lang|weit, zruck*, zurück ~ schicken|senden|geben, zurückgeben, \
         rücksendung*, wie läuft ~ rückgabe|retoure, gefällt ~ nicht|mir nicht, \
         gefallen ~ nicht, andere|größere|kleinere größe, eine nummer ~ größer|kleiner, \
         sitzt nicht, sitzt ~ zu, zurück ~~ schicken|senden|geben|bringen, loswerden, \
         nicht mein* ~ ding|geschmack|größe, doch nicht ~ gefällt|das richtige, rückversand, \
         rücksendekosten, rückgabefrist, widerrufsfrist, zurückschicken, anprobiert, sitzt, \
         zu ~ klein|groß|eng|weit|kurz|lang|schmal, gefällt ~ gar|leider|überhaupt, \
         in ~ anderen|anderer|größeren|kleineren ~ größe|farbe",
    ),
    (
        Intent::ReturnWish,
        62,
        "wie ~~ zurückschicken|zurücksenden|zurückgeben|umtauschen|retournieren|retoure|rückgabe, \
         zurückschicken|zurücksenden|zurückgeben|umtauschen|retournieren|retoure|rückgabe ~~ wie",
    ),
    (
        Intent::RefundWish,
        48,
        "rückerstatt*, erstatt*, geld ~ zurück*, rückzahl*, zurückzahl*, zurückerstatt*, \
         zurücküberweis*, refund*, mein geld|göld|gäld, entschädig*, kohle ~ zurück, \
         zurück ~ überweisen, gutschrift*, kaufpreis ~ zurück*, betrag ~ zurück*|überweisen, \
         auszahl*, geld wieder, betrag ~ erstattet, überweisen sie, kostenerstattung, \
         erstattet, mir ~ betrag|geld, betrag ~ erstatten, verlange ~ geld|erstattung, \
         geld wiederhaben, moneten, zurückhaben, kohle, knete, mein ~ geld, geld ~ wieder, \
         wo ~ geld|kohle|rückzahlung, volle ~ erstattung|betrag, teilerstattung, \
         was ich bezahlt ~ zurück, schuldet ~ mir",
    ),
    (
        Intent::RefundWish,
        58,
        "zurückgeschickt, zurückgesendet, zurückgesandt, zurückgegeben, retourniert, \
         zurück ~ geschickt|gesendet, \
         erstattung|rückerstattung|geld ~ wann|schon|noch|immer|veranlasst|bearbeitet, \
         wann ~ geld|erstattung|rückerstattung|gutschrift, \
         wo bleibt ~ geld|erstattung|rückerstattung, warte* ~ geld|erstattung|rückerstattung",
    ),
    (
        Intent::RefundWish,
        56,
        "geld|kohle|knete|betrag ~ nicht|noch|nie|kein|keine|nichts|wo|wann|nix, \
         nicht|noch|nie|kein|keine|nichts|wo|wann|nix ~ geld|kohle|knete|betrag",
    ),
    (
        Intent::WhereIsMyOrder,
        50,
        "wo! ~ paket|bestellung|lieferung|päckchen|sendung|ware|sachen|jacke|lampe|schuhe|packerl|kleid|zeug|teil, \
         wo bleibt|bleiben|steckt|ist, \
         wann ~ kommt|kommen|geliefert|da|lieferung|versendet|verschickt|ankommt|an|rechnen|liefern|paket|bestellung|erhalte|bekomme|versand*, \
         sendungsverfolgung*, sendungsnummer*, sendungsstatus, tracking*, lieferstatus*, \
         bestellstatus*, status ~ bestellung|lieferung|sendung, \
         stand ~ bestellung|lieferung|dinge|sendung, \
         warte* ~ auf|seit|schon|immer|noch|jetzt|nun, \
         wie lange ~ dauert|noch|lieferung|lieferzeit, lieferzeit*, unterwegs, \
         noch nicht ~ versandt|versendet|verschickt|unterwegs, \
         schon ~ verschickt|versendet|unterwegs|raus, verspätet*|verspätung*, liefertermin*, \
         hängt ~ fest|seit|in, lieferverzug, müsste ~ längst|schon ~ da, überfällig, \
         sollte ~ da sein, bewegt sich ~ nicht|nichts|seit, was neues, gibts ~ neues, \
         tut sich ~ nichts|nix, kommt ~ denn|noch|heute|morgen|endlich, wo ist, wo sind, \
         steht seit, zugestellt ~ wird|werden, wird ~ geliefert|verschickt|versendet, \
         wurde ~ schon ~ verschickt|versendet|versandt, rausgeschickt, abgeschickt, \
         voraussichtlich*, trackingnummer, noch immer ~ bearbeitung|vorbereitung, \
         in bearbeitung, eintreffen, auf ~ warten, warten ~ auf|schon|seit, lieferdatum, \
         was ist ~ mit meiner|meinem bestellung|paket|lieferung, \
         was ist los ~ bestellung|paket|lieferung, nicht ~ versandt|versendet|verschickt, \
         in vorbereitung, packt, verpackt, wie weit, tut sich, tage ~ gewartet|vergangen|vorbei, \
         kommt ~ bestellung|paket|ware|lieferung|noch, kommt ~ überhaupt, \
         wann ~ losgeschickt|abgeschickt|raus|los, dauert ~ lange|ewig|noch, nachhaken, \
         nachfragen ~ wegen|wo|wann|bestellung, nachfragen, \
         sollte ~~ hier|da|ankommen|geliefert|kommen, hätte ~~ da|kommen|ankommen|sollen, \
         müsste ~~ da|angekommen|hier, bis ~ wochenende|freitag|weihnachten|geburtstag, \
         zugesagt*, versprochen* ~ lieferung|termin, geburtstag ~ rechtzeitig|bis|kommt, \
         brauche ~ bis, zoll, überfällige, stillstand, dauert ~ ewig|lang|so, wann darf, \
         wann kann ich ~ rechnen, wie siehts ~ mit|aus, wie sieht es ~ mit, \
         was macht ~ bestellung|paket|lieferung, noch unterwegs, nichts mehr gehört, \
         noch|steht ~ bearbeitung|vorbereitung",
    ),
    (Intent::WhereIsMyOrder, 25, "zustellung, ankunft, wann"),
    (
        Intent::WhereIsMyOrder,
        40,
        "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag ~~ montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag",
    ),
    (
        Intent::InvoiceOrReceipt,
        58,
        "rechnung*, quittung*, kassenbon*, kaufbeleg*, beleg!, belege, zahlungsbeleg*, \
         mehrwertsteuer*, mwst*, umsatzsteuer*, ust!, ustid, ust id, \
         für ~ buchhaltung|steuer|steuererklärung|finanzamt, buchhaltung, re nr, \
         zahlungsbestätigung, rechnungskopie, rechnungsadresse, beleg, nachweis ~ kauf|zahlung, \
         firmenname* ~ drauf|auf, finanzamt, steuerberater*, absetzen, steuernummer, \
         abrechnung, spesen",
    ),
    (
        Intent::DiscountWish,
        55,
        "rabatt*, gutschein*, rabattcode*, gutscheincode*, \
         code ~ nicht|geht|funktioniert|ungültig, billiger*, günstiger*, preisnachlass*, \
         nachlass, prozente, sonderangebot*, aktion, neukunden*, newsletter*, \
         preis ~ machen|gesenkt|runter, preisanpassung, treuerabatt, mengenrabatt, \
         studentenrabatt, preis ~ günstiger|besser, vergünstigung*, am preis, black week, \
         am preis ~ machen|drehen, handeln, vergessen ~ code|gutschein, code einlösen, \
         einlösen, versandkostenfrei, gratis versand, tag später ~ reduziert|billiger, \
         reduziert",
    ),
    (Intent::DiscountWish, 25, "code, angebot, angebote, prozent"),
    (
        Intent::DiscountWish,
        70,
        "gutschein*|code|rabattcode*|gutscheincode* ~ nicht|net|ned|ungültig|abgelaufen",
    ),
    (
        Intent::SizeOrProductQuestion,
        45,
        "welche größe*, größentabelle*, fällt ~ aus, fallen ~ aus, \
         größe ~ empfehlen|nehmen|bestellen|passt|brauche|verfügbar|wählen, \
         wieder ~ verfügbar|lieferbar|vorrätig|lager|rein, auf lager, lieferbar, verfügbar, \
         vorrätig, material, aus welchem, woraus, wasserdicht, waschbar, \
         maschine waschen|waschbar, waschmaschine, spülmaschine*, kompatibel, \
         passt ~ zu|auf|für|auch|in, maße, abmessung*, wie groß|schwer|breit|hoch|lang|tief, \
         geeignet, gibt es|gibts ~ auch|in|noch|den|die|das|wieder, \
         haben sie|habt ihr ~ auch|noch|in, unterschied, frage ~ zu|zum|zur, vegan*, leder, \
         farbe ~ gibt|verfügbar|auch, \
         kann ~ man|ich ~ waschen|benutzen|tragen|verwenden|stellen, garantie, batterien, \
         welche ~ größe|farbe|farben|maße, größe ~ richtig|richtige, \
         fallen ~ klein|groß|normal, wann ~ wieder ~ da|verfügbar|lieferbar|lager, führen sie, \
         liefern sie ~ nach|in|auch, versenden sie ~ nach, liefert ihr ~ nach|auch, anleitung*, \
         bedienungsanleitung, wie ~ wäscht|reinige|bediene|montiert, \
         ist ~ dabei|enthalten|inklusive, bpa, stoff!, aus baumwolle|wolle, \
         unterschied ~ zwischen, empfehlen, für ~ geeignet, fallen ~~ aus, fällt ~~ aus, \
         schmal, breite füße, passform, größenberatung, wie warm|dick|laut|hell, \
         kann ~ darf ~ man, für ~ kinder|babys|hunde|haut ~ geeignet, allergie*, inhaltsstoffe, \
         was ist ~ drin, akkulaufzeit, welches|welcher|welche ~ besser|modell|version, usb, \
         stecker, gibts ~ schwarz|größe|anderen|blau|grün|rot, \
         gibt es ~ schwarz|größe|anderen|blau|grün|rot|farben, liefert ihr, \
         nach österreich|schweiz, geschenkverpackung, wo ~ hergestellt|produziert, aufbau*",
    ),
    (
        Intent::SizeOrProductQuestion,
        25,
        "habt ihr, haben sie, kann man",
    ),
    (
        Intent::SizeOrProductQuestion,
        62,
        "vorm kauf|bestellen, vor dem kauf|bestellen|kaufen, \
         bevor ich ~ bestelle|kaufe|bestell|kauf, überlege ~ kaufen|bestellen, \
         interessiere mich für, frage ~ produkt|artikel|größe|material, worin ~ unterscheide*, \
         was ist ~ unterschied, unterschied ~ zwischen",
    ),
    (
        Intent::SizeOrProductQuestion,
        30,
        "mir sagen ob, sagen ob, wissen ob, weiß jemand ob, ob ~~ geeignet|passt|gibt",
    ),
    (
        Intent::Complaint,
        24,
        "unverschämt*, frechheit*, enttäuscht*|enttäuschend|enttäuschung, sauerei*, \
         schlecht* ~ service|qualität|erfahrung|kundenservice|kundendienst|laden|shop, \
         katastroph*, unmöglich*, nie wieder, beschwer*, keine antwort|reaktion|rückmeldung, \
         niemand ~ antwortet|meldet|reagiert|zuständig|hilft, abzocke*, betrug*, betrüger*, \
         verarsch*, unzufrieden*, sauer, wütend, ärgerlich, inakzeptabel, saftladen, mies*, \
         lächerlich*, schrott, witz, schweinerei, unterirdisch, zumutung, \
         reicht ~ jetzt|mir|langsam, peinlich*, service ~ schlecht|mies|katastrophe, \
         meldet sich ~ keiner|niemand, schlecht*, hotline ~ niemand|keiner, warteschleife, \
         bewertung, ein stern, nicht akzeptabel, geht gar nicht, geht's noch, gehts noch, \
         dreist*, lügen, angelogen, verärgert, ärger, katastrophe, scheiß*, kotzt, nie mehr, \
         versprochen, das letzte, nerv*, blöd*, traurig*, nicht hinnehm*, nicht zufrieden, \
         null|keine|keinerlei ~ reaktion|antwort|hilfe|rückmeldung, mit kunden um, \
         kunden ~ umgehen|umgeht|behandelt, \
         mails|anrufe|nachrichten ~ ignoriert|geschrieben|ohne|null|unbeantwortet, ignoriert, \
         kein ~ service, geduld ~ ende, hinhalten, vertröstet, \
         reicht's, reicht mir, bedient, so ~ geht ~ nicht, unmöglich, hilft ~ niemand|keiner, \
         abgewimmelt, warnung, finger weg, mangelhaft, unfassbar, unglaublich, lachhaft",
    ),
    (
        Intent::Thanks,
        8,
        "danke*, dank!, dankeschön, merci, super service|geklappt|arbeit|schnell, \
         alles ~ angekommen|geklappt|bestens|super|erledigt, top!, freue mich, passt perfekt, \
         klasse, vergelts, begeistert, zufrieden, toll*, wunderschön, wunderbar, perfekt, \
         hat ~ geklappt, schnelle lieferung|hilfe|antwort, lob, weiter so, \
         bin ~ happy|glücklich|zufrieden, super, wollte mich ~ bedanken, bedanken, herzlichen, \
         fünf sterne, klasse service, lieb von, freu*, topp, großartig",
    ),
    (
        Intent::WhereIsMyOrder,
        60,
        "wo bleibt|ist|steckt|hängt|liegt|befindet|sind ~ paket|bestellung|lieferung|sendung|päckchen|ware|es|sie|er, \
         wann kommt|trifft|wird|ist|darf|kann|erhalte|bekomme ~~ geliefert|an|zugestellt|da|rechnen|ankommen|paket|bestellung|lieferung|sendung, \
         ist|wurde|sind|habt|haben ~ bestellung|paket|sendung|lieferung|ware|es|sie|ihr ~ schon|bereits|überhaupt ~ verschickt|versandt|versendet|unterwegs|raus|abgeschickt|losgeschickt, \
         gibt es|gibts|irgendwas|was ~ neues|neuigkeiten, \
         seit ~ tagen|wochen|montag|dienstag|donnerstag|freitag|letzter ~ nichts|nicht ~ bewegt|getan|aktualisiert|gescannt|tut, \
         tut sich ~ nichts|nix|einfach, stand ~ meiner|der|dinge|bestellung|lieferung, \
         wie ist ~ stand, \
         sendungsnummer|trackingnummer ~ nicht|nie|schicken|geben|bräuchte|fehlt|keine, \
         noch ~ im|in ~ lager|verteilzentrum|depot, normal ~~ lange|dauert, \
         kommt ~ noch ~ was|an|rechtzeitig|vor|bis, \
         wird ~ vorher|noch|rechtzeitig ~ zugestellt|geliefert|ankommen, \
         schafft ~ noch|rechtzeitig|bis, \
         voraussichtlich* ~ liefertermin|lieferung|lieferdatum|ankunft, \
         was ist ~ aus|mit ~ bestellung|paket|lieferung|meiner|meinem ~ geworden|los, \
         keine ~ versandbestätigung|versandmail|trackingnummer|sendungsnummer, label ~ erstellt, \
         elektronisch ~ angekündigt, mich|uns|meine bestellung vergessen, vergessen worden, \
         chance ~~ eintrifft|ankommt|kommt|da|klappt|eintreffen",
    ),
    (
        Intent::SizeOrProductQuestion,
        74,
        "wo ~~ hergestellt|produziert|gefertigt",
    ),
    (
        Intent::WantsPerson,
        74,
        "echte*|richtige*|lebendige* person|menschen|mensch|mitarbeiter*, \
         menschen ~ sprechen|reden, vorgesetzten ~ sprechen|reden, \
         kein* ~ bot|roboter|computer|maschine, kein* ~ automatische*|textbaustein*, \
         nicht mit ~ bot|roboter|computer|maschine, verbinden sie mich, stellen sie mich durch, \
         chef ~ sprechen|reden",
    ),
    (
        Intent::WhereIsMyOrder,
        56,
        "lieferproblem*, problem* ~ lieferung|zustellung|versand, lieferverzug, \
         lieferschwierigkeiten, nachforschen, nachforschung*, \
         beim ~ paketdienst|zusteller ~ nachfragen|anfragen, \
         sollte ~ gestern|heute|schon ~ da|kommen|ankommen",
    ),
    (
        Intent::NotReceived,
        62,
        "geschenk|paket|päckchen|bestellung|lieferung ~ fehlt ~ noch|immer, \
         fehlt ~ noch immer|immer noch",
    ),
];

pub(super) const CONTEXT: &[Row<Role>] = &[
    (Role::Not, 1, "nicht, kein*, nie, ned, net, nich"),
    (
        Role::Wish,
        1,
        "will, wollen, möchte*, brauch*, benötig*, bitte, wünsch*, verlang*, wollte, fordere",
    ),
    (
        Role::Stop,
        1,
        "bitte nicht, auf keinen fall, anstatt einer, statt einer, keinesfalls",
    ),
    (
        Role::Got,
        1,
        "erhalten, bekommen, bekam, gekriegt, eingegangen, warum, wieso, noch kein*, \
         noch nicht, immer noch, da, gesehen",
    ),
    (
        Role::Goods,
        1,
        "paket*, bestellung*, lieferung, ware, sendung*, artikel, päckchen, packerl, sachen",
    ),
    (
        Role::Else,
        1,
        "antwort*, rückmeldung, reaktion, nachricht, konto, kontoauszug, karte, geld, kohle, \
         knete, betrag",
    ),
    (
        Role::Page,
        1,
        "formular*, fehlerseite, kontaktseite, link!, login, internet, upload, hochladen, \
         der seite, die seite, ihre seite, eure seite, eurer seite, ihrer seite, \
         sendungsverfolgung, trackingseite, webseite, kasse!, seite zum|zur, die app, eure app, \
         ihre app, kontaktformular, chat, trackinglink, sendungslink, online formular, browser",
    ),
    (Role::Joint, 1, "und!, aber!, also!, weil!, sondern!"),
    (
        Role::Unreal,
        1,
        "hoffe ~~ nicht|kein*|nichts, hoffen ~~ nicht|kein*|nichts, \
         hoffentlich ~ nicht|kein*|nichts, schade wenn, nicht dass, befürchte*, fürchte, \
         angst dass, sorge dass, was wenn, was ist wenn, was passiert wenn, \
         falls ~ es|sie|etwas|was",
    ),
    (
        Role::Own,
        1,
        "ich|hab|habe ~ vertan|verklickt|vertippt|geirrt|verwechselt|verwählt|vergriffen, \
         falsche* ~ ausgewählt|gewählt|angeklickt|geklickt|ausgesucht|eingegeben, \
         mein fehler|versehen, gefunden ~ ander*, ander* ~ gefunden, \
         fehlt ~ ziffer|hausnummer|buchstabe",
    ),
    (
        Role::Trail,
        1,
        "sendungs*, tracking*, trackingcode, verfolgung",
    ),
];
