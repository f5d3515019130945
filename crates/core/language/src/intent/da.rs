//! Danish.

use super::{Intent, context::Role};
use crate::pattern::Row;

pub(super) const ROWS: &[Row<Intent>] = &[
    (
        Intent::LegalThreat,
        90,
        "advokat*, retssag*, i retten, sagsøg*, forbrugerklage*, forbrugerrådet*, \
         forbrugerombudsmand*, klagenævn*, juridisk*, retslig*, fogedret*, inkasso*, stævn*, \
         forbrugerstyrelsen, nævnenes hus, sagsøger, forbrugerombudsmanden, myndighed*, \
         stævning, retssag, politianmeld*, advokater, klagenævn, politi!, politiet, \
         anmelder|anmelde jer",
    ),
    (
        Intent::ChargebackThreat,
        85,
        "chargeback*, indsigelse*, tilbagefør*, bank* ~ kontakte|tilbage|gøre|sag|trække|ringe, \
         paypal ~ sag|tvist|åbner|klage, tvist*, kontakt* ~ bank*|nets|kortudsteder, \
         ringe* ~ bank*, køberbeskyttelse*, nets ~ indsigelse|sag|kontakt*, \
         spærre* ~ betaling*, trække betalingen, kortselskab*, tilbagefør* ~ beløb*|betaling*, \
         bank* ~ tilbagefør*|trække|stoppe|indsigelse, \
         visa|mastercard|amex|dankort ~ tilbage*|indsigelse|sag, \
         paypal ~ tilbage|køberbeskyttelse|klage, \
         trække ~ pengene|betalingen ~ tilbage ~ bank|kort, klarna ~ sag|klage",
    ),
    (
        Intent::NotReceived,
        60,
        "ikke|aldrig|intet|ik|ikk|ingen|ingenting ~ modtaget|fået|kommet|ankommet|dukket|leveret|set|fremme|modtage|kom!|her, \
         står|siger|ifølge|viser|markeret|registreret|angivet|status ~ leveret|afleveret|udleveret, \
         leveret ~ men|selvom|ikke|dog, \
         pakke*|pakken|ordre*|bestilling*|forsendelse* ~ væk|forsvundet|bortkommet|mistet|stjålet|tabt|borte, \
         intet|ingenting|ikke ~ noget ~ postkasse*|fået|modtaget|kommet, \
         mangler ~ stadig|min|pakke*|bestilling, \
         stadig ~ ikke ~ fået|modtaget|kommet|her|dukket, ingen ~ pakke*|varer, \
         aldrig ~ modtaget|fået|kommet|set|dukket, blevet væk, gået tabt, \
         naboen ~ heller|ikke|har, æske*|pakke*|kasse*|kuvert* ~ tom, tom æske|pakke|kasse, \
         ikke ~ dukket ~ op, er ikke ~ kommet|her|der|ankommet|leveret, \
         stadig ~ ingenting|intet|ikke, ingenting ~ kommet|modtaget|fået|her, \
         aldrig kommet|ankommet|leveret|modtaget, ikke noget ~ kommet|her|der|pakke, intet spor, \
         buddet ~ påstår|siger|ikke|har, ik ~ fået|modtaget|kommet, ikk ~ fået|modtaget|kommet, \
         mangler ~ min|mine|pakke*, pakken ~ ikke|aldrig|ik, har ikke ~ pakke*|ordre*|varen, \
         kvitteret ~ men|ikke|af, chaufføren|buddet|postbuddet ~ aldrig|ikke|lyver, \
         ingen ~ ringet på|været her|kommet, væk, stjålet, \
         afleveret ~ personligt|til ~ mig|en anden, ingen hjemme, ikke hjemme, hvem har den, \
         hvem har ~ pakke*|kvitteret|taget, afleveret ~ forkert*|nabo*|andet sted, \
         stillet ~ men|ikke, angiveligt ~ leveret|afleveret, kan ikke finde ~ pakke*|den, \
         ingen steder, nogen steder, hentet af, ingen ~ har ~ pakken|den|set|modtaget, \
         ingen her",
    ),
    (
        Intent::Damaged,
        60,
        "ødelagt*, beskadig*, smadret*, knust*, gået i stykker, i stykker, itu, revnet*, \
         revne*, flækket*, flænge*, ridse*, bule*, hul i, et hul, transportskade*, skade*, \
         skadet*, brækket*, knækket*, skår, våd*, klemt*, mast!, iturevet, lækket, lækker ud, \
         bøjet, bulet!, gået i, er knækket|revnet|smadret|flækket, \
         helt smadret|ødelagt|våd|itu, beskidt*, plet*, hak!, hakket, maset*, knust, sprunget, \
         gennemblødt, kradset, skrammet, skrammer, i ~ stykker|dele|småstykker|tusind, \
         dårlig|elendig stand, kassen|æsken ~ åben|flået|mast|trykket, flækket, smadr*, \
         knækket, sprukket, krøllet, revnet, pakkede ~ ud ~~ revnet|knust|itu|ødelagt|stykker, \
         åbnede ~~ revnet|knust|itu|ødelagt|stykker|revne, pakket ~ dårligt|dårlig ud, \
         dårligt ~ pakket, hjørne* ~ slået|bulet|knækket, muggen|mugne, smeltet, rådden, revet, \
         glasskår",
    ),
    (
        Intent::WrongItem,
        60,
        "forkert* ~ vare*|produkt*|størrelse*|farve*|ordre*|pakke*|model*|sko|ting|sendt|modtaget|fået|leveret, \
         forkert*, bestilt* ~ men|og ~ fik|fået|modtog|modtaget|sendt|kom|kommet, \
         en anden ~ vare|farve|størrelse|model|kunde*, et andet ~ produkt|mål, noget andet, \
         der mangler, del|dele|vare|varer|skruer|ledning* ~ mangler|mangle*, ufuldstændig*, \
         byttet ~ om|rundt|pakke, fejl ~ ordre*|vare*|levering*|pakke*|forsendelse*, fejllever*, \
         anden størrelse|farve, ikke ~ jeg ~ bestilt*|købte|ville, ikke det jeg, ikke den jeg, \
         mangler ~ en|et|del*|skruer|vare*|to|der|ledning*|pakken, der manglede, \
         manglede ~ en|et|del*|i, \
         kun ~ en|et|ene|halvdelen ~ af|fået|modtaget|sendt|istedet|stedet, noget helt andet, \
         helt forkert, byttet om, forvekslet, sendt ~ forkert*|anden, forveksling, \
         rodet ~ rundt, betalt ~~ det her|men|fik, tydeligvis ~ ikke|den|det, anderledes end, \
         ligner ikke, ikke som ~ billedet|beskrevet, glemt ~ at ~ lægge|sende|putte, \
         to ~ venstre*|højre*, var ikke ~ i|med, var ikke med, lå ikke, andens navn, andet navn, \
         forkert navn, til en anden",
    ),
    (Intent::WrongItem, 25, "en anden, et andet, i stedet"),
    (
        Intent::WrongItem,
        58,
        "bestilt*|bestilte|købte|ville ~~ sort*|hvid*|grå*|beige|brun*|blå*|rød*|grøn*|gul*|lyserød*|lilla ~~ sort*|hvid*|grå*|beige|brun*|blå*|rød*|grøn*|gul*|lyserød*|lilla, \
         sort*|hvid*|grå*|beige|brun*|blå*|rød*|grøn*|gul*|lyserød*|lilla ~~ bestilt*|bestilte|købte|ville ~~ sort*|hvid*|grå*|beige|brun*|blå*|rød*|grøn*|gul*|lyserød*|lilla, \
         bestilt*|bestilte|købte|ville ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46 ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46, \
         ikke min ~ vare|pakke|ordre|bestilling, indholdet ~ ikke|forkert, ikke ~ indholdet, \
         tilhører ikke mig",
    ),
    (
        Intent::WrongItem,
        57,
        "sendt|fået|leveret|modtaget ~~ ville|ønskede|bad|bedt, sendt|leveret ~~ betalt",
    ),
    (Intent::WrongItem, 40, "i stedet for, istedet for"),
    (
        Intent::Defective,
        58,
        "virker|fungerer|lader|tænder|starter|dur|vil ~ ikke|ik|ikk, defekt*, holdt op med, \
         stoppet med at, stået af, gået i stykker efter, \
         efter ~ dage|uger|gange|måned|brug ~ stykker|virke*|død|ødelagt|holdt, er død, død!, \
         slukker, virker slet, fungerer, reklam*, reklamation*, \
         kan ikke ~ tænde|lade|starte|oplades, fabriksfejl*, ingen strøm, går ud, \
         fejl på ~ produkt*|vare*|den, fejl i ~ produkt*|vare*, \
         vil ikke ~ tænde|starte|lade|oplade|virke, virker ~ ikke|ik|ikk, fungerer ~ ikke, \
         går ~ i stykker ~ efter, gik i stykker, \
         efter ~ uge|uger|dage|måned|måneder ~ stykker|virke*|stoppet|knækket, \
         holdt ~ uge|uger|dage|måned, holdt op, stoppet, i udu, udu!, død, driller, hakker, \
         lader ~ ikke, lort ~ virker, slukker ~ af|selv, af sig selv, overopheder, \
         bliver ~ varm, batteri* ~ fladt|dødt|holder|dårligt, holder ikke ~ strøm, summer, \
         blinker, syning* ~ gået|op, sål* ~ løs*, falder ~ af|fra hinanden, faldet ~ af, \
         løsnet, løsner, sidder ~ fast, drypper, fejlmeddelelse, fejlkode, lukker ikke, \
         kan ikke lukke, reagerer ikke, siden ~ anden|første dag, virker ikke, i den ene side, \
         kun ~~ ene side, virker kun",
    ),
    (Intent::Defective, 25, "lynlås*"),
    (
        Intent::CancelOrder,
        60,
        "annul*, afbestil*, fortryd* ~ ordre*|køb*|bestilling*, fortryder, fortrudt, \
         stop* ~ ordre*|bestilling*|forsendelse*, bestilt* ~ fejl|dobbelt|gange|uheld, cancel*, \
         ikke ~ sende ~ den|det|varen|pakken, behøver ~ ikke ~ længere|mere, \
         skal ~ ikke ~ bruge ~ den|det ~ længere|alligevel, ombestemt, ophæve ~ købet, \
         slette* ~ ordre*|bestilling*, dobbelt bestilling*, fortryd*, fortrudt*, annullering, \
         send* ~ ikke, ikke send*, ikke ~ sendes, bestilte ~ fejl|dobbelt|gange|uheld, to ens, \
         slet ~ ordre*, ikke ~ alligevel, trække ~ ordre*|bestilling* tilbage, har ikke brug, \
         ikke brug for, trække ~ købet|ordren|bestillingen ~ tilbage, trække ~~ tilbage ~ køb*, \
         købet ~~ tilbage|annullere|fortryde, \
         for sent at ~~ annullere|trække|fortryde|stoppe|ændre, \
         stoppe ~ ordre*|bestilling*|forsendelse*|pakke*, \
         inden ~ sendes|afsendes ~ annul*|stop*, fjerne ~ fra ordren, dobbelt ordre|bestilling, \
         glem ~ ordren|bestillingen, drop ~ ordren|bestillingen",
    ),
    (
        Intent::CancelOrder,
        25,
        "stop*, dobbelt, kom til at, to gange, ved en fejl, ved et uheld",
    ),
    (
        Intent::ChangeAddress,
        62,
        "adresse*|leveringsadresse* ~ ændr*|forkert*|rett*|ny|nye|skift*|opdater*|gammel|gamle|fejl|anden|flyttet, \
         ændr*|skift*|rett*|forkert*|ny|nye|anden|opdater*|gammel|gamle|fejl ~ adresse*|leveringsadresse*, \
         adresseændring*, flyttet, flytning*, husnummer*, postnummer* ~ forkert|fejl|rette, \
         sende*|lever* ~ anden|arbejde|kontor|nabo* ~ adresse*|stedet, pakkeshop*, \
         sende*|sendt|sendes|leveres|levere ~ arbejde|nabo*|kontor*|forældre, ny* ~ adresse, \
         bor ~ ikke ~ længere|mere, bor nu, forkert ~ vej|nummer|postnummer, \
         tastefejl ~ adresse*|nummer, omdirigere, anden adresse, flytter, \
         gammel|forkert*|anden|ny* ~ adresse*, et andet sted ~ hen|leveres|sendes, autoudfyld*, \
         postnummer, glemt ~ husnummer|etage|dør, leveringsoplysninger",
    ),
    (Intent::ChangeAddress, 25, "adresse, adressen"),
    (
        Intent::ChangeAddress,
        63,
        "levere|sende|leveres|sendes|aflevere ~~ kontor*|arbejde|arbejdsplads|nabo*|forældre|pakkeshop",
    ),
    (
        Intent::ReturnWish,
        50,
        "retur*, returner*, sende* ~ tilbage|retur, sender ~ tilbage|retur, levere ~ tilbage, \
         returlabel*, fortrydelsesret*, bytte*, ombyt*, byttes, returseddel*, \
         for lille|stor|store|små|stramme|stram|lang|kort|korte|lange|vid|smal|smalle, \
         passer ~ ikke|ik|ikk, passede ikke, give* ~ tilbage, retur!, returnering, \
         tilbage ~ sende, sende ~ den|det|dem ~ retur|tilbage|igen, bytte, ombytning, \
         anden ~ størrelse|farve ~ bytte, større|mindre størrelse|str, \
         en størrelse ~ større|mindre, sidder ~ ikke|for, \
         for ~ lille|stor|store|små|stram*|lang*|kort*, kan ikke passe, kan ~ ikke ~ lide, \
         return*, ikke noget for mig, ikke hvad jeg ~ forventede|havde, returfragt, returret, \
         frist ~ retur, prøvet ~ små|store|for, \
         for ~~ lille|stor|store|små|stram*|lang*|kort*|smal*, skifte ~ størrelse|farve, \
         sidder ~ dårligt|stramt",
    ),
    (
        Intent::ReturnWish,
        62,
        "hvordan ~~ returnere*|returnerer|bytte|bytter|retur, sende ~ tilbage ~~ hvordan, \
         returnere*|bytte|retur ~~ hvordan, sende ~~ tilbage ~~ hvordan, sende ~ tilbage, \
         sende ~ retur",
    ),
    (
        Intent::RefundWish,
        48,
        "refusion*, refunder*, penge* ~ tilbage|retur|igen, pengene tilbage, mine penge, \
         tilbagebetal*, betal* ~ tilbage, refund*, kompensation*, erstatning*, \
         beløb* ~ tilbage|retur, penge ~ på ~ kontoen, kreditnota, kompenser*, \
         få ~ tilbage ~ penge*|beløb*, godtgør*, få ~ penge*, refunder mig, refunderet, \
         få refunderet, kræver ~ penge*|refusion|refundering, tilbage på ~ konto*, \
         hvor ~ penge*|pengene, fuld ~ refusion|refundering|beløb, delvis refundering, \
         hvad jeg har betalt ~ tilbage, skylder ~ mig, gysser*",
    ),
    (
        Intent::RefundWish,
        58,
        "sendt ~ retur|tilbage, har ~ returneret|sendt retur, returneret, \
         sendt ~ dem|den|det ~ tilbage|retur, \
         hvornår ~ penge*|refusion*|refunder*|tilbagebetal*, \
         refusion*|refunder* ~ gennemført|sket|hvornår|endnu|stadig|bekræft*|behandlet, \
         venter ~ penge*|refusion*|refunder*, hvor ~ penge*|refusion*|refunder*",
    ),
    (Intent::RefundWish, 25, "pengene, beløbet"),
    (
        Intent::RefundWish,
        56,
        "penge*|beløb*|refusion*|refundering* ~ ikke|stadig|aldrig|endnu|hvor|hvornår|ingen, \
         ikke|stadig|aldrig|endnu|hvor|hvornår|ingen ~ penge*|beløb*|refusion*|refundering*",
    ),
    (
        Intent::WhereIsMyOrder,
        50,
        "hvor ~ pakke*|ordre*|bestilling*|varer|er!|bliver|sko|jakke|forsendelse*|ting, \
         hvornår ~ kommer|leveret|levering|forvente|modtager|sendt|afsendt|får|sendes|sender|ankommer|leveres|pakke*, \
         track*, sporing*, spore*, track and trace, \
         status ~ ordre*|bestilling*|levering*|pakke*|forsendelse*, ordrestatus, \
         venter ~ på|stadig|har|nu|snart, ventet ~ i|på|siden|nu|snart|længe, \
         hvor lang* ~ tid|leveringstid, leveringstid*, på vej, \
         er ~ den|ordren|pakken|varen ~ sendt|afsendt, forsink*, leveringsdato*, \
         ligger ~ stille|hos|på, ikke ~ rykket|bevæget|flyttet sig, noget nyt, nyt ~ om|i|fra, \
         opdatering, sidder fast, hænger fast, stået stille, ikke ~ afsendt|sendt, \
         skulle ~ været|være|leveres|kommet|ankommet|komme, er der ~ nyt, \
         hvornår ~ ordre*|pakke*|bestilling*|levering*|varer, hvor ~ langt|lang tid|længe, \
         er ~ afsendt|sendt|på vej, sendt afsted, afsted, forventet ~ levering|dato, \
         hvad sker der ~ ordre*|pakke*|bestilling*, hvad sker der, sker der ~ noget, \
         rykker ~ ikke, stadig ~ behandling|behandles, under behandling, står stille, venter*, \
         ventet, høre ~ ordre*|pakke*|bestilling*|hvornår, kommer ~ i dag|snart|den|pakken, \
         blevet af, dukker ~ op, behandling, hverdage, \
         hvordan går det med ~ pakke*|ordre*|bestilling*, hvor langt, \
         snart ~ kommer|sendt|levering, kommer den, bliver ~ sendt|leveret, kigger på, \
         rykke ~ for, rykker for, skulle ~~ her|være|kommet|leveret|ankommet, \
         burde ~~ her|være|kommet|fremme, inden ~ weekend*|jul|fredag|fødselsdag, \
         fødselsdag ~ tide|inden|nå, lovet*, tager ~ lang|evigheder|lang tid, told!, tolden, \
         høre ~ hvor|hvornår|til|om, ved i ~ hvor|hvornår, forespørge, \
         intet hørt ~ ordre*|pakke*|bestilling*, kan i fortælle ~ hvor|hvornår, leveringsstatus, \
         stadig|står ~ behandling|behandles",
    ),
    (Intent::WhereIsMyOrder, 25, "levering, hvornår"),
    (
        Intent::WhereIsMyOrder,
        40,
        "mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag ~~ mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag",
    ),
    (
        Intent::InvoiceOrReceipt,
        58,
        "faktura*, kvittering*, kvitering*, bon!, moms*, regnskab*, bilag*, købsbevis*, \
         købsbekræftelse, cvr*, bogholder*, i firmaets navn, skat!, revisor*, fradrag*, \
         dokumentation for ~ køb|betaling, regning ~ på|med|til, udlæg, firmanavn",
    ),
    (
        Intent::DiscountWish,
        55,
        "rabat*, rabatkode*, kode* ~ virker|ikke|gyldig|ugyldig, kupon*, voucher*, billigere, \
         tilbud, prismatch*, nedsat, gavekort*, værdikode*, pris ~ ned|lavere|sat|faldet, \
         black friday, procent, slå ~ af i prisen, udsalg, rabatten, lavere pris, studierabat, \
         nyhedsbrev, på udsalg, forhandle, slå ~ af, bedste pris, glemte ~ kode*|rabat*, \
         fri fragt, gratis fragt, dagen efter ~ nedsat|billigere|tilbud",
    ),
    (Intent::DiscountWish, 25, "kode, pris, prisen, afslag"),
    (
        Intent::DiscountWish,
        70,
        "rabatkode*|kode*|kupon*|gavekort* ~ virker|ikke|ik|ugyldig|udløbet",
    ),
    (
        Intent::SizeOrProductQuestion,
        45,
        "hvilken størrelse|str*, størrelsesguide*, \
         størrelse ~ anbefal*|skal|vælge|svarer|normal|passer|lagt, \
         str ~ skal|passer|anbefal*|normal, stor|lille|store|små i størrels*, på lager, lager!, \
         hjem igen, kommer ~ hjem|igen|på lager, materiale*, lavet af, vandtæt*, vaskes, vaske, \
         vaskemaskine*, opvaskemaskine*, kompatibel*, egnet*, målene, \
         passer ~ den|de|til|på|denne, virker ~ den|det ~ med|også|til, \
         fungerer ~ den|det ~ med, forskel*, spørgsmål ~ om|til|vedr*|angående, \
         har i ~ den|også|flere|dem|denne|den|nogle|stadig, findes ~ den|det|i|også|de, \
         fås ~ den|det|i|også|de, vegan*, læder, garanti*, \
         kan ~ man|jeg|den ~ vaske*|bruge*|tåle*|bruges, tåler, sælger i, \
         batteri* ~ med|inkluderet, farver, dimension*, hvor ~ stor|tung|bred|høj|dyb|vejer, \
         hvilken ~ størrelse|farve|model, hvilke ~ størrelser|farver|mål, \
         størrelsen ~ normal|lille|stor, er ~ vandtæt*|vegansk|egnet|kompatibel, \
         kan ~ vaskes|bruges|tåle|opvaskemaskine|tørretumbler, har I, fører i, sender i ~ til, \
         leverer i ~ til, brugsanvisning, vejledning ~ til|i, følger ~ med, inkluderet, \
         bomuld|uld, anbefaler, kommer ~ igen ~ lager|hjem, hvornår ~ lager|hjem, forskellen, \
         forskel, svarer størrelsen, smalle ~ pasform*|størrelse*, pasform*, brede fødder, \
         hvor ~ varm|tyk|længe ~ holder|batteri, egnet ~ børn|baby|hunde|hud, allergi*, \
         ingredienser, batteritid, stik!, usb, sender i, leverer i, til norge|sverige, \
         gaveindpakning, hvor ~ produceret|lavet, samlevejledning, \
         fås ~ i ~ sort|andre|blå|grøn|rød, hvad indeholder, hvilken ~ bedst|model|version, \
         små ~ størrelse*",
    ),
    (Intent::SizeOrProductQuestion, 25, "har i, manual"),
    (
        Intent::SizeOrProductQuestion,
        62,
        "inden jeg ~ køber|bestiller, før jeg ~ køber|bestiller, inden køb, overvejer at købe, \
         interesseret i, spørgsmål ~ produkt*|vare*|størrelse*|materiale*, hurtigt spørgsmål, \
         hvad ~ forskel*, forskel* ~ på|mellem",
    ),
    (
        Intent::SizeOrProductQuestion,
        30,
        "sige om, fortælle om, vide om, ved i om, høre om",
    ),
    (
        Intent::Complaint,
        24,
        "uacceptabel*, skuff*, dårlig* ~ service|oplevelse|kvalitet|kundeservice|stil, \
         utilfreds*, klage!, klager, svindel*, fup*, snyd*, aldrig mere|igen, \
         ingen ~ svarer|svar|reagerer|hjælper, intet svar, får ~ ikke ~ svar|noget svar, vred, \
         rasende, sur!, træt af, pinlig*, elendig*, forfærdelig*, \
         ringe ~ service|oplevelse|kundeservice|kvalitet|stil, useriøs*, til grin, håbløs*, \
         skandale*, skandaløs*, uforskammet*, latterlig*, kæmpe fejl, træls, lort*, frustrer*, \
         katastrof*, svarer ikke, under al kritik, værste, dårlig*, ringe, løgn*, lyver, \
         én stjerne, trustpilot, anmeldelse, irriteret, irriterende, ikke i orden, ikke okay, \
         langsom*, uprofessionel*, nok er nok, aldrig igen, ikke tilfreds, kan ikke passe det, \
         elendigt, ubehageligt, sjusk, nul|intet|ingen|uden ~ svar|respons|hjælp|reaktion, \
         behandl* ~ kunder|folk, mails|beskeder|opkald ~ uden|nul|ignoreret|hørt|ingen, \
         hørt ~ intet|ingenting|nul, ignorer*, tålmodighed*, tålmodig, spist af, \
         fået nok, nu er det nok, utrolig*, hold jer væk, snydt, ubegribeligt, \
         sådan ~ behandler, for dårligt",
    ),
    (
        Intent::Thanks,
        8,
        "tak*, mange tak, tusind tak, super ~ service|fint|god|hurtig, dejligt, perfekt, \
         fantastisk*, glad for, god service, fed*, fedt, rigtig ~ god|glad|fin, flot, lækker, \
         så fin*, glad, hurtig levering, super, fantastisk, top!, godt klaret, tilfreds, \
         ville bare sige ~ tak, fem stjerner, godt arbejde, sødt, søde, rart, kanon, skøn, \
         skønt, skønne",
    ),
    (
        Intent::WhereIsMyOrder,
        60,
        "hvor er|bliver|befinder|ligger ~ pakke*|ordre*|bestilling*|forsendelse*|den|varen|henne|af, \
         hvornår kommer|bliver|leveres|ankommer|kan|får|sendes ~~ pakke*|ordre*|bestilling*|den|leveret|forvente|levering|frem, \
         er|har ~ ordre*|pakke*|bestilling*|den|i|varen ~ sendt|afsendt|afsted|sted|lageret, \
         er den ~ kommet|sendt|gået|afsendt ~ sted|afsted, \
         nyt|nyheder|nogen ~ om|til|fra ~ pakke*|ordre*|bestilling*|den, \
         ikke ~ scannet|rykket|bevæget|flyttet ~ dage|siden|uge|i, står stille, \
         hvordan ~ går|ser ~ det|med ~ pakke*|ordre*|den|bestilling*, \
         sporingsnummer|sporing*|tracking*|trackingnummer ~ ikke|aldrig|findes|fejl|virker|giver, \
         sende|send|få|have ~ sporingsnummer|trackingnummer|sporingslink, \
         siden ~ følge|sporing ~ fejl|ikke|giver, ligger ~ den|pakken ~ på|hos ~ lager*|endnu, \
         er det normalt ~~ lang|tid|længe|levering, hvad ~ holder|sker ~ tilbage|med, \
         forventet|forventede ~ leveringsdato|levering|ankomst, \
         når ~ den|gaven|pakken|frem|det ~ frem|inden|at|hjem, \
         kommer ~ den|pakken ~ inden|snart|frem|i tide, label ~ oprettet, glemt ~ mig|min|os, \
         chance ~~ når|kommer|fremme",
    ),
    (
        Intent::SizeOrProductQuestion,
        74,
        "hvor ~ lavet|produceret|fremstillet|produceres|laves",
    ),
    (
        Intent::WantsPerson,
        74,
        "rigtigt|rigtig|ægte|levende menneske|person|medarbejder, et menneske ~ tak|ikke, \
         tale|snakke ~ menneske|chef|leder|overordnet, ikke ~ robot|bot|maskine|computer, \
         ikke ~ automatiske|automatisk, stil mig igennem",
    ),
    (
        Intent::WhereIsMyOrder,
        56,
        "problem*|forsinkelse* ~ levering*|fragt, er der forsinkelser, \
         rykke ~ fragtfirma*|transportør*, frem og tilbage, skulle ~ være|have ~ kommet|her",
    ),
    (Intent::NotReceived, 62, "mangler stadig|endnu"),
];

pub(super) const CONTEXT: &[Row<Role>] = &[
    (Role::Not, 1, "ikke, ingen, intet, aldrig, ik, ikk, uden"),
    (
        Role::Wish,
        1,
        "vil, ønsk*, behøv*, brug, bruge, venligst, gerne, skal, bedes, have",
    ),
    (
        Role::Stop,
        1,
        "i stedet for en, lad være med at, venligst ikke",
    ),
    (
        Role::Got,
        1,
        "modtag*, fået, kommet, hvorfor, endnu, stadig, set, refunderet",
    ),
    (
        Role::Goods,
        1,
        "pakke*, ordre*, bestilling*, vare*, levering, produkt*, ting, forsendelse",
    ),
    (
        Role::Else,
        1,
        "svar!, svaret, svarer, besked, respons, konto, kontoen, kontoudtog, penge*, beløb*, \
         refusion*, refundering*",
    ),
    (
        Role::Page,
        1,
        "formular*, link!, side!, siden, fejlside, hjemmeside*, internet*, nettet, login, appen, \
         sporing*, siden til, track*, browser*, chat, at følge, følge pakken",
    ),
    (Role::Joint, 1, "og!, men!, så!, fordi!"),
    (
        Role::Unreal,
        1,
        "håber ~~ ikke|ingen|intet, forhåbentlig ~ ikke|ingen, synd hvis, ærgerligt hvis, \
         bange for, frygter at, nervøs for, hvad hvis, hvis ~ den|det ~ går|kommer|er",
    ),
    (
        Role::Own,
        1,
        "kom til at, kommet til at, valgte|valgt|trykkede|klikkede|skrevet ~ forkert*, min fejl, \
         min egen fejl, fundet|fandt ~ andet|anden, mangler ~ ciffer|bogstav|husnummer",
    ),
    (Role::Trail, 1, "track*, sporing*"),
];
