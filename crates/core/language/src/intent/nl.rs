//! Dutch, of the Netherlands and of Flanders.

use super::{Intent, context::Role};
use crate::pattern::Row;

pub(super) const ROWS: &[Row<Intent>] = &[
    (
        Intent::LegalThreat,
        90,
        "advocaat*, juridisch*, rechter*, rechtbank*, rechtszaak*, rechtsbijstand*, aangifte*, \
         politie*, consumentenbond*, aanklagen, aanklacht, dagvaard*, deurwaarder*, \
         ingebrekestelling*, incasso*, geschillencommissie*, consuwijzer, acm!, gerechtelijk*, \
         meldpunt, testaankoop, rechtszaak, naar de rechter, autoriteit*, kantonrechter, \
         sommatie, jurist, politie, advocaten",
    ),
    (
        Intent::ChargebackThreat,
        85,
        "chargeback*, storner*, terugboek*, boek ~ terug, geschil*, dispuut*, dispute*, \
         bank ~ bellen|inschakelen|vragen|contact|terughalen, \
         paypal ~ zaak|claim|geschil|openen|melden, \
         betaling ~ terugdraaien|betwisten|blokkeren|terughalen|storneren, kopersbescherming, \
         aankoopbescherming, betwist*, terugdraaien, afschrijving ~ terug*|storneren|blokkeren, \
         creditcard* ~ terug*|laten|maatschappij, paypal ~ terug*|bescherming|klacht|claimen, \
         visa|mastercard|amex ~ terug*|betwist*, klarna ~ melden|klacht|probleem, \
         incasso ~ terug*|storneren, bank ~ geld ~ terug*, \
         bank ~ terughal*|terugboek*|terugvorder*, via|bij ~ bank ~ terug*, bank ~ storn*|laten",
    ),
    (
        Intent::NotReceived,
        60,
        "niet|nooit|niks|niets|geen|nie ~ ontvangen|aangekomen|gekregen|binnen|geleverd|bezorgd|gehad|gekomen|gearriveerd|gezien, \
         volgens|staat|zegt|status|zogenaamd|aangegeven|gemeld ~ bezorgd|geleverd|afgeleverd|afgegeven, \
         als ~ bezorgd|geleverd|afgeleverd, \
         bezorgd|afgeleverd|geleverd ~ maar|terwijl|niet|niks, \
         pakket*|pakje|bestelling|zending ~ kwijt|verdwenen|weg|zoek|gestolen|verloren|vermist|spoorloos, \
         niks|niets ~ brievenbus|gezien|gehad|hier|binnen, kwijtgeraakt, \
         nog ~ steeds|altijd ~ niks|niets, geen pakket*|pakje, \
         nooit ~ gekregen|aangekomen|ontvangen|gehad, buren ~ niks|niet|ook|niets, \
         niet ~ thuis ~ bezorgd, nog niks, doos|pakket*|verpakking ~ leeg, \
         lege doos|verpakking|pakket, nog niet ~ binnen|ontvangen|gekregen|bezorgd|geleverd|er, \
         nergens te vinden|bekennen, nooit bezorgd|geleverd|aangekomen, niet bezorgd, \
         niet aangekomen, bezorger ~ niks|niet|beweert|zegt, koerier ~ niks|niet|zegt|beweert, \
         er is niks, is er niet, geen spoor, pakket|pakje|bestelling ~ niet|nooit, \
         getekend ~ maar|geen|niet|door ene, heb ~ pakket*|pakje|bestelling ~ niet|nooit, \
         niet ~ pakket*|pakje, bezorger|postbode|chauffeur ~ nooit|niet|liegt, \
         niemand ~ aangebeld|geweest|gekomen, gejat, overhandigd, \
         persoonlijk ~ overhandigd|afgegeven, niemand thuis, niet thuis, wie heeft het, \
         wie ~ getekend|aangenomen|heeft ~ pakket|het, bij ~ verkeerde ~ buren|adres bezorgd, \
         ergens anders ~ bezorgd|afgegeven, kan ~ pakket* ~ niet ~ vinden, nergens, \
         zogezegd ~ geleverd|bezorgd, aan de deur ~ niks|niets|geen, verkeerde ~ adres bezorgd, \
         niemand ~ heeft|hebben ~ pakket*|pakje|het|gezien, niemand hier",
    ),
    (
        Intent::Damaged,
        60,
        "beschadig*, kapot!, kapotte, gebroken, stuk! ~ aangekomen|bij|in|ontvangen|gegaan, \
         stuk!, gescheurd*, scheur*, barst*, gebarsten, deuk*, gedeukt*, kras*, gekrast, \
         scherven, in stukken, aan gruzelementen, transportschade, schade*, geplet*, verbogen, \
         gat in, een gat, nat!, gelekt, lek!, doormidden, afgebroken, versplinterd, ingedeukt, \
         is stuk, stuk aangekomen, kapot aangekomen, helemaal kapot|stuk|nat, aan diggelen, \
         vlek*, vies, gehavend, verfrommeld, verpletterd, butsen, geknakt, breuk, brak, \
         versleten, opengescheurd, in ~ stukken|delen|tweeën|brokken, \
         slechte|erbarmelijke staat, doos ~ open|gescheurd|ingedrukt|kapot, gesprongen, \
         vernield, gebutst, verkreukeld, barst, \
         bij het uitpakken ~~ kapot|barst|gebroken|stuk|beschadigd, \
         uitgepakt ~~ kapot|barst|gebroken|stuk, kwam ~ kapot|stuk|gebroken|open ~ aan, \
         slecht ~ ingepakt|verpakt, hoek ~ af|kapot|ingedeukt|gebutst, beschimmeld, gesmolten, \
         verrot, gescheurd, glasscherven",
    ),
    (
        Intent::WrongItem,
        60,
        "verkeerd* ~ artikel|product|maat|kleur|bestelling|pakket*|model|schoenen|spullen|geleverd|gestuurd|ontvangen|gekregen|ding|bezorgd|gehad, \
         verkeerd*, fout* ~ artikel|product|maat|kleur|model|geleverd|gestuurd|bestelling, \
         niet ~ wat ik ~ besteld, niet ~ besteld* ~ heb|had, \
         besteld ~ maar|en|kreeg ~ gekregen|ontvangen|kreeg|gestuurd|geleverd|binnen, \
         een ander* ~ product|artikel|model|kleur|maat|ding, anders dan, ontbre*, \
         mist! ~ een|onderdeel|artikel|in|er, er ~ mist|missen|ontbreekt|ontbreken, mist er, \
         incompleet*, onvolledig*, verwissel*, iemand anders, \
         mis ~ onderdeel|artikel|kabel|schroe*|deel, \
         onderdeel*|artikel|schroe*|kabel|deel ~ mist|missen|ontbre*|mis, \
         maar ~ een|één|twee|helft ~ ontvangen|gekregen|geleverd|besteld|in, maar één, \
         er mist|missen, niet compleet, iets anders, heel iets anders, verwisseld, \
         niet de|het juiste, besteld ~ kreeg|gekregen|ontvangen, \
         door elkaar ~ gehaald|gehusseld, verwisseling, verward, betaald ~~ dit is|maar|kreeg, \
         duidelijk ~ niet|de|een ander*, anders ~ foto|beschrijving|website, lijkt niet op, \
         niet zoals, vergeten ~ mee|in te|erbij, twee ~ linker*|rechter*, zat ~ niet ~ in|bij, \
         er niet bij, ontbreekt, naam van iemand, andere naam, voor iemand anders",
    ),
    (Intent::WrongItem, 25, "mist, anders"),
    (
        Intent::WrongItem,
        58,
        "besteld*|wilde|gekocht ~~ zwart*|wit!|witte|grijs|grijze|beige|bruin*|blauw*|rood|rode|groen*|geel|gele|roze ~~ zwart*|wit!|witte|grijs|grijze|beige|bruin*|blauw*|rood|rode|groen*|geel|gele|roze, \
         zwart*|wit!|witte|grijs|grijze|beige|bruin*|blauw*|rood|rode|groen*|geel|gele|roze ~~ besteld*|wilde|gekocht ~~ zwart*|wit!|witte|grijs|grijze|beige|bruin*|blauw*|rood|rode|groen*|geel|gele|roze, \
         besteld*|wilde|gekocht ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46 ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46, \
         niet van mij, inhoud ~ niet|klopt|verkeerd",
    ),
    (
        Intent::WrongItem,
        57,
        "gestuurd|geleverd|gekregen|bezorgd ~~ wou|wilde|vroeg|gevraagd, \
         gestuurd|geleverd|gekregen ~~ betaald",
    ),
    (Intent::WrongItem, 40, "in plaats van, ipv, in plaats"),
    (
        Intent::Defective,
        58,
        "werkt|werken|doet|laadt|start|functioneert|gaat ~ niet|niks|nie|niets, doet het niet, \
         niet ~ meer ~ aan, defect*, \
         na ~ dagen|weken|keer|maand|gebruik ~ kapot|stuk|defect|begeven, begeven, \
         niet ~ werk*, storing*, mankement*, valt uit, valt ~ uit, geen ~ stroom|beeld|geluid, \
         gestopt met ~ werken, ermee opgehouden, gebrek*, laadt niet, doen het niet, \
         fabrieksfout, gaat ~ niet ~ aan|open, doet het ~ niet|niks, \
         na ~ week|weken|dagen|dag|maand|maanden ~ stuk|kapot|begeven|gestopt|gebroken, \
         stuk gegaan, kapot gegaan, ging ~ kapot|stuk, fabrieksfout*, slaat af, gaat ~ uit, \
         laadt ~ niet|op, functioneert niet, garantie ~ kapot|stuk|aanspraak, dood!, is dood, \
         hapert, kraakt, lekt, slaat ~~ af|uit, vanzelf ~ uit|af, schakelt ~~ uit, oververhit*, \
         accu|batterij ~ leeg|dood|snel|houdt, houdt ~ lading, zoemt, piept, knippert, \
         naad ~ los|open, zool ~ los|laat, laat los, los ~ gelaten|geraakt, \
         valt ~ af|uit elkaar, blijft hangen, druppelt, foutmelding, sluit niet, \
         gaat niet dicht, reageert niet meer, al sinds ~ dag, gebrekkig, doet raar, \
         niet goed ~ werkt, sinds dag, aan een kant, maar ~ een kant",
    ),
    (
        Intent::CancelOrder,
        60,
        "annul*, cancel*, \
         bestelling ~ stopzetten|intrekken|afzeggen|ongedaan|herroepen|verwijderen, \
         per ongeluk|abuis ~ besteld|dubbel|twee, dubbel besteld, twee keer besteld, \
         niet ~ meer ~ nodig|hebben|hoeven|versturen|opsturen|verzenden, hoef ~ niet meer, \
         herroep*, afbestel*, gecancel*, bedacht*, afzien van, \
         niet ~ opsturen|versturen|verzenden, annulering, \
         niet meer ~ versturen|opsturen|sturen, niet ~ sturen, twee dezelfde, \
         dubbele bestelling, per ongeluk ~ dubbel|besteld, bestelling ~ annul*, \
         toch ~ niet ~ hebben|nodig|willen, zie af, bedenktijd, stop ~ bestelling, \
         aankoop ~~ terug|annuleren|ongedaan|terugdraaien, \
         te laat om ~~ annuleren|terug|stoppen|cancelen, stoppen, tegenhouden, \
         voordat ~ verstuurd|verzonden ~ annul*, uit de bestelling, dubbele ~ order|bestelling, \
         niet ~ doorgaan|door, laat maar, hoeft niet meer, order ~ annul*|intrekken|stop*, \
         terug te draaien",
    ),
    (Intent::CancelOrder, 25, "per ongeluk"),
    (
        Intent::ChangeAddress,
        62,
        "adres*|bezorgadres*|afleveradres*|verzendadres* ~ wijzig*|verander*|aanpas*|fout*|verkeerd*|gewijzigd|kloppen|klopt|oude|nieuw*|corriger*|veranderd|niet, \
         wijzig*|verander*|aanpas*|verkeerd*|fout*|nieuw*|ander*|oude*|corriger*|juiste ~ adres*|bezorgadres*|afleveradres*|verzendadres*, \
         adreswijzig*, verhuisd*, verhuizing*, verhuizen, \
         huisnummer* ~ vergeten|verkeerd|fout|klopt|mist, huisnummer*, \
         postcode* ~ verkeerd|fout|klopt, ergens anders ~ bezorg*|lever*, ophaalpunt, \
         afhaalpunt, \
         naar ~ ander|nieuw|werk|kantoor|buren|ouders ~ sturen|bezorgen|leveren|adres|gestuurd|bezorgd, \
         woon ~ niet meer|nu|inmiddels, typefout* ~ adres|postcode|straat, foutje ~ adres*, \
         straat ~ verkeerd|fout, ander adres, nieuwe adres, omleiden, \
         oud*|verkeerd*|ander*|nieuw* ~ adres*, ergens anders ~ naartoe|heen|afleveren, \
         automatisch ingevuld, postcode, vergeten ~ huisnummer|bus|toevoeging, bezorggegevens, \
         verzendgegevens",
    ),
    (Intent::ChangeAddress, 25, "adres"),
    (
        Intent::ChangeAddress,
        63,
        "bezorgen|leveren|sturen|bezorgd|geleverd ~~ kantoor|werk|buren|ouders|afhaalpunt, \
         kantoor|werk|buren|ouders ~~ bezorgen|leveren|sturen|bezorgd",
    ),
    (
        Intent::ReturnWish,
        50,
        "terugstur*, terugzend*, terugbreng*, stuur* ~ terug, sturen ~ terug, \
         terug ~ sturen|zenden|brengen|gestuurd, retour*, retourlabel*, ruil*, omruil*, ruilen, \
         inruil*, te klein*|groot|grote|krap|strak|lang|kort|wijd|smal, past ~ niet|nie, \
         passen ~ niet|nie, bevalt ~ niet, omwissel*, terug ~ sturen|brengen|geven, \
         retourneren, retourzend*, andere maat|kleur, maatje groter|kleiner, \
         grotere|kleinere maat, past niet, passen niet, zit te, zitten te, vind ~ niet mooi, \
         niet mooi, niet ~ zin|goed genoeg, terugsturen, niks voor mij, niet wat ik verwacht*, \
         retourkosten, retourtermijn, bedenktermijn, gepast ~ klein|groot|niet, \
         te ~~ klein|groot|krap|strak|lang|kort|wijd|smal, wisselen ~ maat|kleur, omruilen, \
         zit ~ niet ~ lekker|goed",
    ),
    (
        Intent::ReturnWish,
        62,
        "hoe ~~ terugsturen|retourneren|ruilen|retour|terugzenden, \
         terugsturen|retourneren|ruilen|retour|terugzenden ~~ hoe",
    ),
    (
        Intent::RefundWish,
        48,
        "terugbeta*, geld ~ terug*, betaal ~ terug, terug ~ betalen|betaald|storten|krijgen, \
         teruggave*, terugkrijg*, refund*, mijn geld, terugstort*, vergoed*, schadevergoeding*, \
         compens*, mijn centen, restitu*, centen terug, teruggestort, bedrag ~ terug*, \
         creditnota, geld ~ weer|op mijn rekening, centen, terug ~ geld, aankoopbedrag, \
         bedrag terug, het bedrag ~ terug, terugbetaald, eis ~ geld|terugbetaling, vergoeding, \
         mijn poen, mijn euro's, waar ~ geld|centen|terugbetaling, \
         volledige ~ terugbetaling|bedrag, gedeeltelijke terugbetaling, \
         wat ik betaald heb ~ terug, jullie zijn me ~ schuldig",
    ),
    (
        Intent::RefundWish,
        58,
        "teruggestuurd, geretourneerd, teruggezonden, teruggebracht, terug gestuurd, \
         wanneer ~ geld|terugbetaling|terugbetaald|teruggestort, \
         terugbetaling ~ gedaan|verwerkt|wanneer|nog|bevestigen|waar, \
         waar ~ terugbetaling|geld, wacht* ~ geld|terugbetaling, \
         nog ~ geen ~ geld|terugbetaling",
    ),
    (
        Intent::RefundWish,
        56,
        "geld|centen|bedrag|terugbetaling ~ niet|nog|nooit|geen|waar|wanneer|niks, \
         niet|nog|nooit|geen|waar|wanneer|niks ~ geld|centen|bedrag|terugbetaling",
    ),
    (
        Intent::WhereIsMyOrder,
        50,
        "waar ~ pakket*|bestelling|pakje|zending|blijft|is|spullen|schoenen|jas|lamp, \
         wanneer ~ komt|geleverd|bezorgd|levering|verwacht*|verzonden|krijg*|ontvang*|binnen|aan|verstuurd|pakket*|bestelling|leveren|komen, \
         track*, volgcode*, volgen, traceer*, track and trace, \
         status ~ bestelling|levering|zending|pakket*, bestelstatus, stand van zaken, \
         wacht* ~ op|al|nog|nu|steeds, aan het wachten, hoe lang ~ duurt|nog|levertijd, hoelang, \
         levertijd*, onderweg, al ~ verzonden|verstuurd|onderweg, \
         nog ~ niet ~ verzonden|verstuurd, vertrag*, vertraagd, leverdatum, bezorgdatum, \
         hangt|blijft|ligt|staat ~ vast|stil|sorteercentrum|depot, al iets ~ bekend|meer, \
         update*, te laat, had ~ al ~ binnen|moeten, \
         zou ~ gisteren|vandaag|maandag|gister ~ komen|bezorgd|geleverd, laat op zich wachten, \
         waar blijf*, blijft ~ pakket*|bestelling|pakje|order, \
         wanneer ~ order|bestelling|pakket*|pakje|bezorging, track trace, \
         staat ~ stil|nog steeds, al ~ iets ~ bekend|meer, iets bekend, nieuws over, \
         wordt ~ bezorgd|geleverd|verzonden, is ~ verzonden|verstuurd|onderweg, \
         komt ~ vandaag|morgen|nog, duurt ~ lang|nog|zolang, nog niet ~ verzonden|verstuurd, \
         in behandeling, verwachte ~ levering|datum|bezorgdatum, wat is er ~ bestelling|pakket, \
         hoe staat het, hoe zit het ~ bestelling|pakket|levering|met, had ~ moeten, \
         beweegt niet, ligt ~ al, zou ~ komen|geleverd|bezorgd, in voorbereiding, \
         is er iemand mee bezig, mee bezig, werkdagen, hoe ver, schiet ~ op, \
         wanneer ~ eindelijk|nou|nu, komt hij, komt het, komt ie, ingepakt, waar is, waar zijn, \
         navragen, zou ~~ er zijn|komen|zijn|hier|arriveren|binnen, \
         had ~~ moeten zijn|er|hier|binnen, voor het weekend, \
         voor ~ kerst|vrijdag|weekend|verjaardag, verjaardag ~ tijd|voor|komt, beloofd*, \
         duurt ~ wel|erg|zo|heel lang, duurt ~ eeuwig|lang, douane, weten ~ waar|wanneer, \
         informeren naar, hoe komt het, niks meer gehoord ~ bestelling|pakket|levering, \
         kunt u ~ vertellen ~ waar|wanneer, bezorgstatus, \
         nog|staat ~ behandeling|verwerking|voorbereiding",
    ),
    (
        Intent::WhereIsMyOrder,
        40,
        "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag ~~ maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
    ),
    (Intent::WhereIsMyOrder, 25, "wanneer"),
    (
        Intent::InvoiceOrReceipt,
        58,
        "factu*, bonnetje*, kassabon*, aankoopbewijs*, betaalbewijs*, bon!, btw*, boekhoud*, \
         rekening ~ sturen|mailen|krijgen|bestelling, belasting*, kwitantie, \
         op naam van ~ bedrijf|mijn bedrijf|zaak, belastingdienst, declaratie, declareren, \
         betalingsbewijs, kvk, aftrekken",
    ),
    (
        Intent::DiscountWish,
        55,
        "korting*, kortingscode*, code ~ werkt|niet|geldig|invoeren|doet, coupon*, voucher*, \
         actiecode*, goedkoper*, aanbieding*, tegoedbon*, waardebon*, \
         prijs ~ omlaag|verlaagd|lager|zakken|gezakt, cadeaubon*, prijsverlaging, black friday, \
         afgeprijsd, uitverkoop, korting, studentenkorting, nieuwsbrief, lagere prijs, \
         spaarpunten, afdingen, aanbiedingen, onderhandelen, iets van de prijs ~ af, \
         beste prijs, vergeten ~ code|korting, gratis verzending, \
         dag later ~ afgeprijsd|goedkoper",
    ),
    (Intent::DiscountWish, 25, "code, actie, prijs"),
    (
        Intent::DiscountWish,
        70,
        "kortingscode*|code|coupon|voucher|actiecode ~ werkt|niet|ongeldig|verlopen|accepteert|geweigerd",
    ),
    (
        Intent::SizeOrProductQuestion,
        45,
        "welke maat*, maattabel*, valt|vallen ~ klein|groot|normaal|uit|ruim, op voorraad, \
         voorraad, beschikbaar*, leverbaar, weer ~ binnen|leverbaar|beschikbaar|verkrijgbaar, \
         materiaal, gemaakt van, waterdicht*, wasbaar, wasmachine, vaatwas*, wassen, \
         compatibel, geschikt, afmeting*, hoe groot|zwaar|breed|hoog|lang|diep, \
         past ~ op|bij|in|deze|die|dit, werkt ~ met|ook|dit|deze|hij, verschil tussen, \
         vraag over|ivm|betreffende, vraagje over, komt ~ nog|weer ~ in|binnen|terug, vegan*, \
         leer!, garantie, zijn ~ er ook|batterijen, \
         kan ~ ik|je ~ wassen|gebruiken|dragen|buiten, verkrijgbaar, verkopen jullie, kleuren, \
         maat ~ nemen|kiezen|bestellen|adviseren|aanraden|nodig|beschikbaar|vallen|valt, \
         verkoopt u, welke ~ maat|maten|kleur|kleuren|afmetingen, \
         kan ~ wasmachine|vaatwasser|droger|gewassen, \
         is ~ waterdicht|vegan|geschikt|compatibel|wasbaar, handleiding, gebruiksaanwijzing, \
         leveren jullie ~ naar|in|ook, verzenden jullie ~ naar, bezorgen jullie ~ in|ook, \
         katoen|wol, inbegrepen, zit ~ erbij|inbegrepen, \
         wanneer ~ weer ~ voorraad|leverbaar|beschikbaar, stof!, \
         hoe ~ was|gebruik|reinig|monteer, vallen ~~ smal|klein|groot|uit|breed, brede voeten, \
         smal, pasvorm, hoe ~ warm|dik|luid|zwaar, geschikt ~ kinderen|baby|honden|huid, \
         allergi*, ingrediënten, accuduur, stekker, usb, leveren jullie, naar belgië|duitsland, \
         cadeauverpakking, waar ~ gemaakt|geproduceerd, montage, is er ook ~ in, \
         ook in ~ zwart|blauw|rood|maat|andere, wat zit er in, welke ~ beter|model|versie",
    ),
    (
        Intent::SizeOrProductQuestion,
        25,
        "past, hebben jullie, heeft u, heb je",
    ),
    (
        Intent::SizeOrProductQuestion,
        62,
        "voor ik ~ bestel|koop, voordat ik ~ bestel|koop|bestelling, voor het bestellen|kopen, \
         overweeg ~ kopen|bestellen, interesse in, \
         vraag|vraagje ~ product|artikel|maat|materiaal, wat ~ verschil, verschil ~ tussen",
    ),
    (
        Intent::SizeOrProductQuestion,
        30,
        "zeggen of, weten of, vertellen of, weet u of",
    ),
    (
        Intent::Complaint,
        24,
        "schandalig*, schande*, belachelijk*, teleurgesteld*, teleurstell*, klacht*, klagen, \
         oplicht*, dieven, slecht* ~ service|ervaring|kwaliteit|klantenservice|bereikbaar, \
         waardeloos|waardeloze, nooit meer, niemand ~ reageert|antwoordt|helpt|neemt|antwoord, \
         geen ~ antwoord|reactie|gehoor, boos, woedend, ontevreden*, onacceptabel*, ongehoord, \
         rampzalig*, ramp!, bagger, drama, prutser*, zat! van|het, nergens op, balen, baal!, \
         kut*, rotzooi, onbeschoft*, pisnijdig, frustr*, bedrog, aan het lijntje, klote*, \
         slechtste, slecht*, onprofessioneel, nergens, leugen*, liegen, gelogen, één ster, \
         recensie, irritant, geïrriteerd, ergerlijk, niet normaal, kan niet, kan echt niet, \
         stelletje, amateurs, niet tevreden, niet blij, niet goed, boosheid, onbegrijpelijk, \
         triest, bizar, nul|geen|zonder ~ reactie|antwoord|hulp|gehoor, met klanten om, \
         klanten ~ behandel*|omgaan, \
         mails|berichten|telefoontjes ~ gestuurd|nul|genegeerd|zonder, genegeerd, negeren, \
         geduld, afgescheept, klaar mee, er klaar mee, zat, ongelooflijk, \
         ongelofelijk, nooit weer, opgelicht, niet te geloven, zo ga je",
    ),
    (
        Intent::Thanks,
        8,
        "bedankt*, dank*, dankjewel, dank u, top!, super ~ service|snel|bedankt|geholpen, \
         merci, thanks, helemaal ~ goed|top|blij, blij mee, tevreden, geweldig*, fijn*, \
         perfect, prachtig, mooi, heel blij, erg blij, supersnel, topservice, top service, \
         fantastisch, netjes, aangekomen ~ bedankt|dank, goede service, keurig, \
         wilde jullie bedanken, vijf sterren, goed werk, goed geregeld, snel geregeld, aardig, \
         lief",
    ),
    (
        Intent::WhereIsMyOrder,
        60,
        "waar blijft|is|zit|hangt|ligt|bevindt ~ pakket*|bestelling|pakje|zending|levering|hij|het|ie, \
         wanneer komt|wordt|krijg|ontvang|kan|arriveert|is ~~ pakket*|bestelling|pakje|aan|bezorgd|geleverd|binnen|eindelijk|verwachten|hij, \
         is|zijn|hebben|heeft ~ bestelling|pakket*|pakje|order|zending|het|jullie|u ~ al|wel|echt ~ verzonden|verstuurd|onderweg|weg, \
         al ~ iets ~ bekend|nieuws, nieuws ~ over ~ bestelling|pakket*|pakje|zending, \
         al ~ dagen|week|sinds ~ niet|geen ~ bewogen|gescand|bijgewerkt|beweging, \
         staat ~ stil|vast, beweegt ~ niet, \
         hoe ~ staat|zit ~ het|met|mijn ~ ervoor|bestelling|pakket*|met, \
         trackingnummer|volgnummer|code|nummer ~ bestaat|werkt|klopt|kreeg|nooit ~ niet|gekregen, \
         stuur|sturen|geven|krijg|mag ~ trackingnummer|track|volgcode, \
         nog ~ in|bij ~ magazijn|sorteercentrum|depot, is het normaal ~~ lang|duurt|levering, \
         wat ~ houdt ~ tegen|op, verwachte ~ leverdatum|levering|bezorgdatum, \
         leverdatum ~ doorgeven|wat|weten, komt ~ het|hij|daarvoor|nog|op ~ aan|tijd|snel|voor, \
         komt ie, op tijd ~ is|zijn|komt|binnen, cadeau ~ op tijd, label ~ aangemaakt, \
         aangemeld bij, me|mij|ons vergeten, kans ~~ binnen|komt|aankomt|er",
    ),
    (
        Intent::SizeOrProductQuestion,
        74,
        "waar ~~ gemaakt|geproduceerd|vervaardigd",
    ),
    (
        Intent::WantsPerson,
        74,
        "echt|echte|levend mens|persoon|medewerker|iemand, een mens ~ spreken|praten, \
         geen ~ robot|bot|computer|machine, geen ~ automatisch*, \
         spreken|praten ~ leidinggevende|manager|baas|chef, \
         leidinggevende|manager ~ spreken|praten, verbind mij|me",
    ),
    (
        Intent::WhereIsMyOrder,
        56,
        "probleem|problemen|vertraging ~ levering|bezorging|verzending, is er vertraging, \
         achteraan ~ gaan|zitten|bellen, pendelt, zou ~ gisteren|vandaag ~ komen|al",
    ),
    (
        Intent::NotReceived,
        62,
        "ontbreekt ~ nog|steeds, nog altijd niet, er ~ nog|altijd niet",
    ),
];

pub(super) const CONTEXT: &[Row<Role>] = &[
    (Role::Not, 1, "niet, geen, nooit, nie, zonder"),
    (
        Role::Wish,
        1,
        "wil*, hoef*, wens*, graag, nodig, wou, alstublieft, alsjeblieft, zoek, verlang*, \
         hebben, aub",
    ),
    (
        Role::Stop,
        1,
        "in plaats van een, aub niet, alsjeblieft niet",
    ),
    (
        Role::Got,
        1,
        "ontvangen, gekregen, gehad, waarom, nog ~ geen|niet, binnen, gezien, steeds, gedaan",
    ),
    (
        Role::Goods,
        1,
        "pakket*, bestelling*, pakje, levering, artikel*, product*, order, zending, spullen",
    ),
    (
        Role::Else,
        1,
        "antwoord*, reactie, bericht, rekening, bankrekening, kaart, geld, centen, bedrag, \
         terugbetaling",
    ),
    (
        Role::Page,
        1,
        "formulier, link!, pagina, volgpagina, site!, website, internet, inloggen, foutpagina, \
         de app, track*, formulier*, browser, chat, volglink, jullie site",
    ),
    (Role::Joint, 1, "en!, maar!, dus!, want!"),
    (
        Role::Unreal,
        1,
        "hoop ~~ niet|niets|geen, hopen ~~ niet|niets|geen, hopelijk ~ niet|niets|geen, \
         jammer als, zonde als, bang dat, vrees dat, straks is, wat als, mocht ~ kapot|stuk, \
         ongerust dat",
    ),
    (
        Role::Own,
        1,
        "heb ~ vergist, me vergist, \
         verkeerde ~ aangeklikt|gekozen|geselecteerd|ingevuld|aangevinkt, mijn fout, \
         gevonden ~ ander*, ander* ~ gevonden, \
         mist|ontbreekt ~ cijfer|huisnummer|letter|toevoeging",
    ),
    (Role::Trail, 1, "track*, volg*, traceer*"),
];
