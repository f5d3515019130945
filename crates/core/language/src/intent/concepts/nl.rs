//! Dutch.

use super::Idea as I;
use crate::pattern::Row;

pub(super) const WORDS: &[Row<I>] = &[
    (
        I::Not,
        1,
        "niet, niets, niks, nooit, geen, niemand, zonder, nergens, noch, nul!, nie!, geenszins, evenmin",
    ),
    (
        I::Parcel,
        1,
        "pakket*, pakje*, pakketje*, bestelling*, levering*, zending*, doos!, spul, spullen, cadeau*, artikel*, product!, aankoop, order!, goederen, ding!, bestelde",
    ),
    (
        I::Arrive,
        1,
        "aangekomen, aankom*, komt, kwam!, komen, gekomen, ontvang*, ontving, gekregen, krijg!, krijgen, kreeg, binnen, bezorgd gekregen, er is, hier is, hier zijn, verschenen, verwacht*, bereikt, opgedoken, in huis, gearriveerd, lukken",
    ),
    (
        I::Dropped,
        1,
        "bezorgd, afgeleverd, geleverd, afgegeven, overhandigd, getekend, neergelegd, neergezet, achtergelaten, in ontvangst genomen, uitgereikt, gedeponeerd",
    ),
    (
        I::Courier,
        1,
        "bezorger*, koerier*, postbode*, chauffeur*, bezorgdienst, postnl, dhl, dpd, gls!, ups!, depot, vervoerder*, track, tracking, sorteercentrum, pakketdienst, pakketpunt",
    ),
    (
        I::Claimed,
        1,
        "volgens!, zegt, zeggen, beweert, staat!, gemeld, zogenaamd, zou!, gemarkeerd, status, blijkbaar, schijnt, aangegeven, afleverbewijs, beweren",
    ),
    (
        I::Lost,
        1,
        "kwijt*, verloren, verdwenen, gestolen, weg!, zoek!, zoekgeraakt, onvindbaar, spoorloos, geen spoor, niet te vinden, niet meer vinden, vermist, foetsie, gejat, zoek geraakt, nog steeds niets, nog steeds niks, nog altijd niets, lege handen, niet levering, uitblijven, verlies",
    ),
    (
        I::Door,
        1,
        "buur*, buren, voordeur, deur!, brievenbus, schuur, kliko, garage, aangebeld, gebeld!, bel!, kaartje, briefje, thuis, receptie, hal!, vreemde*, wildvreemde, iemand anders, stoep, portiek, conciërge, voor de deur, deurmat, gang!",
    ),
    (
        I::Seen,
        1,
        "gezien, gevonden, vind!, vinden, heb ik, heb het, ligt, gekeken, gezocht, hebben ze",
    ),
    (
        I::Wait,
        1,
        "wacht*, gewacht, geduld*, geef ~ op, geef het op, moe van het wachten",
    ),
    (
        I::Span,
        1,
        "dag!, dagen, week!, weken, maand*, lang!, sinds, tijd!, uren, weekend, geleden, eeuwen, al tijden",
    ),
    (
        I::When,
        1,
        "wanneer, hoe lang, hoelang, bezorgdatum, leverdatum, levertijd, welke dag, verwachten, rekenen, op tijd, nog lukken, datum, hoeveel langer, verwachte, ongeveer, wnr, bezorgd wordt, bezorgmoment, hoeveel dagen, komt ie snel, komt hij snel, wanneer krijg, wanneer komt, komt het nog, daarvoor nog, nog aan",
    ),
    (
        I::Where,
        1,
        "waar!, wat is er met, wat is er aan de hand, hoe zit, hoe staat, waar blijft, hoe ver, wat er met, blijft, gebleven, wat gebeurt er, waar zit, waar hangt, hoe staat het ervoor, hoe gaat het met, wat is de status, waar is hij, waar ligt, waar bevindt, waar is ie",
    ),
    (
        I::News,
        1,
        "nieuws, status, update*, radiostilte, stil!, niks gehoord, niets gehoord, beweegt, beweging, vast!, stilstand, hangt, track, in behandeling, aangemaakt, in voorbereiding, verwerking, wordt verwerkt, voortgang, stand van zaken, iets bekend, vernomen, volgpagina, track en trace, trackingnummer, volgnummer, traceernummer, track en trace nummer, volgen, scan!, gescand, verzendbevestiging, verzendmail, bericht van verzending, in het magazijn, jullie magazijn, tegenhoudt, ophoudt, niks van gehoord, gehoord, hoe staat, staat stil, stilstaat, ligt stil, al beweging, al nieuws",
    ),
    (
        I::Sent,
        1,
        "verzonden, verstuurd, onderweg, ingepakt, weggestuurd, opgestuurd, op pad, vertrokken, gegeven aan, aan postnl, overgedragen, verwerkt, de deur uit, verzending, op weg, op transport, uit het magazijn, magazijn verlaten, verzonden worden, weggegaan, in bezorging, opgehaald door",
    ),
    (
        I::Late,
        1,
        "te laat, vertraag*, vertraging, had ~ moeten, zou ~ zijn, zouden ~ zijn, had er al, duurt, achterstallig, allang, lang op zich, overschreden, zo lang, zo lang duurt, zoveel tijd, zolang, is het normaal, normaal dat, zo traag, traag!, nog steeds niet, er nog niet, is er nog niet, zo laat, erg laat, wel laat, aan de late kant, later dan",
    ),
    (
        I::Occasion,
        1,
        "jarig, verjaardag*, bruiloft, kerst, sinterklaas, feest!, vakantie, reis!, doop, op tijd, voor vrijdag|zaterdag|zondag|maandag|dinsdag|woensdag|donderdag, voor het weekend, tegen die tijd, jubileum, kraamfeest, pasen, moederdag, trouwerij",
    ),
    (
        I::Broken,
        1,
        "kapot*, stuk!, gebroken, breuk, gebarsten, barst*, beschadig*, schade, gescheurd, scheur*, gekrast, kras!, krassen, deuk*, ingedeukt, gedeukt, verbogen, krom, geknapt, gelekt, lekt, uitgelopen, geplet, verbrijzeld, scherven, splinter*, afgebroken, gaten, doorweekt, vochtig, vlek*, vies, vuil, smerig, schimmel, in stukken, aan diggelen, diggelen, naar de knoppen, niet overleefd, niet heel, onbruikbaar, vernield, verwoest, geruïneerd, hersteld worden, gehavend, kan weg, vol krassen, versplinterd, aan gort, butsen, rammel*, gerammel*, laten vallen, verkruimeld, gruzelementen, een gat, gat in, is nat, was nat, helemaal nat, kletsnat, nat geworden, lek geraakt, lekkage, plakt!, plakkerig, kleverig, gemorst, barstje, schilfer, geëxplodeerd, doorgebroken, in tweeën, uit elkaar gevallen, duizend stukken, streep door, lekken!, lekte!",
    ),
    (
        I::Unpack,
        1,
        "uitpak*, uitgepakt, pak ~ uit, openmaak*, opengemaakt, open!, maakte ~ open, verpakking, reis, transport, aangekomen, aankwam, onderweg, aankomst",
    ),
    (
        I::Part,
        1,
        "poot, poten, handvat, hengsel, oor!, deksel*, hoek!, hoeken, tuit, rand!, bodem, wiel*, glas!, scherm, riem!, rits!, knoop, knopen, naad, naden, scharnier*, lijst!, oppervlak, kant!, zool, hak!, dop!, arm!, voet, steel",
    ),
    (
        I::Off,
        1,
        "af!, eraf, afgevallen, losgelaten, los!, laat los, losgeraakt, stuk uit, hapje uit, in mijn hand, uit elkaar, wiebelt, loszit, losgekomen",
    ),
    (
        I::Work,
        1,
        "werkt!, werken, werkte, doet!, deed!, aangaan, gaat aan, aanzetten, laadt, laden, opladen, opstarten, start!, verbind*, verbinding, koppelen, brandt, verwarmt, sluit!, draait, functioneert",
    ),
    (
        I::Fails,
        1,
        "defect*, knippert, flikkert, valt uit, uitgevallen, slaat af, schakelt uit, gaat uit, hapert, doodgegaan, dood!, begeven, gaf de geest, geest gegeven, oververhit*, foutmelding, storing, kortsluiting, bromt, zoemt, vastgelopen, loopt vast, mankement, kuren, stopte ermee, gestopt, mee op gehouden, in mijn hand, foutpagina",
    ),
    (
        I::Wrong,
        1,
        "verkeerd*, ander*, fout!, foute!, foutief, omgewisseld, verwissel*, in plaats van, ipv, niet de juiste, niet het juiste, niet degene, vergissing, door elkaar, klopt niet, iemand anders, iets anders, niet van mij, is niet mijn, de inhoud niet, inhoud niet",
    ),
    (
        I::Ordered,
        1,
        "besteld, bestelde, gekocht, wilde!, wou!, gekozen, betaald heb, betaald!, uitgezocht, gevraagd, nodig!, moet ~ hebben, kocht, had gewild, aangeschaft, horen er, bij de set horen, zouden er, moeten er",
    ),
    (
        I::Inside,
        1,
        "in de doos, in het pakket, in het pakje, erin, zit er, zat!, zaten!, gekregen, kreeg, ontvangen, gestuurd, gegeven, binnengekregen, toegestuurd, geleverd, bevatte, tref ik, aangetroffen, in zit, opgestuurd, kwam!, gekomen",
    ),
    (
        I::Lacking,
        1,
        "ontbre*, mist!, missen, incompleet, niet compleet, onvolledig, niet bijgeleverd, vergeten mee, zat er niet, zaten er niet, zit er niet, niet in de doos, rest van, niet alles, zonder schroeven, mankeert, gemist",
    ),
    (
        I::Only,
        1,
        "maar een, maar één, maar twee, maar drie, slechts, alleen een, alleen maar een, helft, van de twee|drie|vier, enkel!, één van de, een van de, in plaats van twee|drie|vier, ik heb er een|twee|drie|vier, heb er maar, maar een|twee|drie",
    ),
    (
        I::Kind,
        1,
        "maat!, kleur*, model, versie, uitvoering, variant, product!, artikel!, kindermaat, tint, patroon, geur, type!",
    ),
    (
        I::Shown,
        1,
        "site!, website, webpagina, pagina, foto!, foto's, fotos, afbeelding*, plaatje, beschrijving, beschreven, omschrijving, omschreven, beloofd*, label staat, op het label, advertentie, geadverteerd, ziet er anders, lijkt op, lijkt niet, catalogus, webshop staat, getoond",
    ),
    (
        I::Return,
        1,
        "terugstuur*, terugsturen, terug te sturen, stuur ~ terug, terugzend*, retour!, retourneren, retourneer, teruggeven, weer terug, terugbrengen, gaat terug, terugnemen, neem* ~ terug, vanaf!, retouren, retourzending, breng* ~ terug, moet terug, het moet terug, mag terug, kan terug",
    ),
    (
        I::Swap,
        1,
        "ruil*, omruil*, omwissel*, vervangen, andere maat, grotere maat, kleinere maat, maat groter, maat kleiner, andere kleur, wisselen, een maatje",
    ),
    (
        I::Fit,
        1,
        "te klein, te groot, te strak, te kort, te lang!, te wijd, te nauw, te krap, past niet, passen niet, past me niet, past helaas, knelt, knellen, kleiner dan, groter dan, valt klein, valt groot, zit niet, kom er niet in, te smal",
    ),
    (
        I::Dislike,
        1,
        "niks voor mij, niets voor mij, niet mijn, vind ~ niet mooi, vindt ~ niet mooi, vreselijk, staat me niet, staat mij niet, bevalt niet, bevalt me niet, bevallen niet, vind ik toch, smaak, tegenvalt, valt tegen, tegengevallen, anders voorgesteld, had verwacht, verwachting*, spijt, past niet bij, niet naar mijn zin, niet blij met de kleur|maat, miskoop, lelijk",
    ),
    (
        I::Unused,
        1,
        "ongedragen, ongebruikt, ongeopend, kaartjes, label!, labels, originele verpakking, nooit gedragen, nooit gebruikt, niet gedragen, niet gebruikt, nog in het zakje, in de verpakking, nog verpakt, nog dicht, ongewassen, als nieuw, nog nieuw, helemaal nieuw, gloednieuw, is nieuw",
    ),
    (
        I::How,
        1,
        "hoe!, waar moet, waarheen, naar welk adres, welk adres, retouradres, retourlabel, label!, formulier, procedure, stappen, wat moet ik, halen jullie, ophalen, naar de post, wie betaalt, verzendkosten, hoe werkt, hoe lang heb, termijn, kosten, moet het heen",
    ),
    (
        I::Cancel,
        1,
        "annuleer*, annuleren, annulering, geannuleerd, cancel*, afzeggen, intrekken, stopzetten, tegenhouden, herroep*, ongedaan, laat ~ zitten, uit het systeem, schrappen, stoppen, afbestellen, voor ~ ingepakt|verzonden|verstuurd, ontbind*, afblazen, terugdraaien, verwijderen",
    ),
    (
        I::Mistake,
        1,
        "per ongeluk, ongeluk, vergissing, dubbel, twee keer, tweemaal, verkeerde account, verkeerde knop, te snel, vergist, zoontje, dochter ~ besteld, zoon ~ besteld, abusievelijk, per abuis, foutje, identieke, geklikt",
    ),
    (
        I::Needless,
        1,
        "niet nodig, toch niet, hoef ik niet, hoeft niet, hoef ~ niet, overbodig, bedacht, van gedachten, andere gevonden, goedkoper gevonden, ergens anders, dezelfde ~ gevonden, elders, al een, al eentje, gaat niet door, heb er al, niet langer, bij nader inzien, besloten, geen behoefte, geen nut, niet meer nodig, wil ~ niet meer, willen ~ niet meer, hoef ~ niet meer, hoeft ~ niet meer, niet meer hoeven, niet meer hebben, niet meer gewenst, niet meer willen, niet meer gebruiken",
    ),
    (
        I::Hold,
        1,
        "verzenden, versturen, sturen!, verstuur, stuur!, opsturen, bezorgen, leveren, laten bezorgen, bezorgd worden, geleverd worden",
    ),
    (
        I::Money,
        1,
        "geld!, geldbedrag, terugbetal*, terugbetaling, bedrag*, euro!, centen, credit*, gecrediteerd, terugstort*, gestort, storten, vergoed*, betaling, wat ik betaald, teruggestort, poen, refund*, restitutie, aankoopbedrag, terugbetaald",
    ),
    (
        I::Back,
        1,
        "terug!, terugkrijg*, terugbetal*, terugbetaald, op mijn kaart, op mijn rekening, teruggestort, retour, terugkrijgen, weer!",
    ),
    (
        I::Account,
        1,
        "rekening!, kaart!, afschrift*, bank!, paypal, creditcard, bankrekening, ideal",
    ),
    (
        I::Returned,
        1,
        "teruggestuurd, geretourneerd, teruggezonden, mijn retour, retourzending, teruggebracht, retour ~ ontvangen|binnen|aangekomen, teruggegeven, terug ~ gestuurd, retour gestuurd, retour gezonden, retourpakket",
    ),
    (
        I::Charged,
        1,
        "afgeschreven, afschrijving*, betaald!, in rekening, geïncasseerd, gefactureerd, afgehouden, incasso, gepind, afgerekend",
    ),
    (
        I::Twice,
        1,
        "twee keer, 2x, 2 keer, tweemaal, dubbel*, twee maal, hetzelfde bedrag, nog een keer, nogmaals",
    ),
    (
        I::Address,
        1,
        "adres*, straat*, huisnummer*, postcode, toevoeging, verdieping, appartement, bezorgadres, afleveradres, deurnummer, woonplaats, ingang",
    ),
    (
        I::Change,
        1,
        "wijzig*, verander*, aanpas*, corrig*, nieuw*, oud!, oude!, verkeerd*, vergeten, fout, foutje, moet zijn, het moet, in plaats van, ander*, ontbreekt, aanvullen, toevoegen, gewijzigd, aangepast, bijwerken, verbeteren",
    ),
    (
        I::Move,
        1,
        "verhuis*, verhuizen, verhuizing, nieuwe woning, nieuw huis, woon niet meer, woon nu, wonen nu, nieuwe huis, tijdelijk bij",
    ),
    (
        I::Elsewhere,
        1,
        "kantoor, werk!, mijn werk, buren, buurman, buurvrouw, mijn ouders, mijn moeder, afhaalpunt, ergens anders, elders, omleiden, bedrijf!, ander adres, andere stad, pakketautomaat, postnl punt, ophaalpunt, ziekenhuis, ander afleveradres",
    ),
    (
        I::Ask,
        1,
        "is er, is de, is het, zijn er, zijn de, kan ik, kan het, kan de, kun je, kunnen, hoe!, welke, wat!, hebben jullie, heeft u, mag!, pluist, vraag!, vraagje, weten, past!, krimpt, komt de, waar wordt, waarvan, leveren jullie, zit er een, is mijn, zijn mijn",
    ),
    (
        I::Trait,
        1,
        "materiaal, stof!, wassen, wasbaar, wasmachine, was!, vaatwasser*, droger, strijken, afmeting*, maten, centimeter*, cm!, groot!, groter!, breed, hoog!, hoogte, zwaar, weegt, gewicht, volt!, lamp!, peertje, waterdicht, voorraad, voorradig, leverbaar, beschikbaar, pluist, krimpt, verkleurt, kleuren, maten, welke maat, aanraden, raden jullie, compatibel, geschikt, vegan*, leer!, wol!, katoen, biologisch, gecertificeerd, gemaakt, geproduceerd, vervaardigd, ingrediënt*, allerg*, garantie, handleiding, gebruiksaanwijzing, montage, monteren, verzenden naar, leveren naar, cadeauverpakking, inpakken, kaartje bij, termijnen, achteraf betalen, overschrijving, fysieke winkel, winkel waar, parfum*, gevoelig*, voor ik bestel, voordat ik bestel, voor ik koop, uitverkoop, kleurvast, houdt, bestand, verschil*, inbegrepen, wattage, hoeveel watt, aantal watt, pakken jullie, pakken in",
    ),
    (
        I::Invoice,
        1,
        "factuur*, facturen, bon!, bonnetje, btw, declaratie, boekhoud*, aankoopbewijs, kassabon, rekening voor, accountant, belasting*, op naam van, nota!",
    ),
    (
        I::Offer,
        1,
        "korting*, kortingscode, actiecode, code!, nieuwsbrief, procent, voucher, coupon*, winkelmandje, winkelwagen, aanbieding*, goedkoper!, tegoedbon, cadeaubon, uitverkoop, promo*",
    ),
    (
        I::Happy,
        1,
        "bedankt voor, dank voor, dank je wel voor, perfect, super!, geweldig*, prachtig*, blij, dolblij, tevreden, fantastisch*, toppers, top!, mooi!, heerlijk, schitterend, als gegoten, complimenten, compliment, uitstekend, aanrader, helemaal goed, genieten, goed aangekomen, netjes, keurig, verrukt, niets te klagen, geen klachten, snelle levering, lof, nog mooier, mooier dan, beter dan op, petje af, chapeau, niet meer afstaan, niet meer loslaten, niet meer kwijt, precies goed, dik tevreden, voltreffer, goed gekomen, bedanken voor, jullie bedanken, vijf sterren, in de wolken, alles goed, eerder dan, liefdevol, aanraden aan, heel mooi, ontzettend mooi, zo mooi, weg van, zeker weer, bestel zeker",
    ),
    (
        I::Human,
        1,
        "mens!, mensen, medewerker*, echt persoon, echte persoon, iemand!, persoon, collega*, manager, leidinggevende, baas",
    ),
    (
        I::Talk,
        1,
        "praten, spreken, bellen, bel!, terugbellen, telefonisch, geef me, doorverbinden, verbind me, contact, gesprek",
    ),
    (
        I::Bot,
        1,
        "bot!, robot*, chatbot, computer, automatisch*, machine!, ai!",
    ),
    (
        I::Growth,
        1,
        "seo!, google, pagina een, verhoog uw, uw omzet, uw verkoop, meer bezoekers, influencer*, bureau!, samenwerk*, partnerschap, backlink*, prijslijst, groothandel, investering, lening, gratis scan, shops zoals, bedrijven zoals, winkels zoals, marketing, vindbaarheid",
    ),
    (
        I::Match,
        1,
        "overeen, overeenkom*, klopt!, kloppen, strookt",
    ),
    (
        I::Hoped,
        1,
        "zou ~ fijn|super|mooi|geweldig|top|fantastisch|perfect|heerlijk|blij, zouden ~ fijn|blij, super zijn, fijn zijn, top zijn",
    ),
];
