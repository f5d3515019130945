//! Danish.

use super::Idea as I;
use crate::pattern::Row;

pub(super) const WORDS: &[Row<I>] = &[
    (
        I::Not,
        1,
        "ikke, ik!, ikk, ingen, intet, ingenting, aldrig, uden!, hverken, nul!, niks, ej!, heller",
    ),
    (
        I::Parcel,
        1,
        "pakke!, pakken, pakker, ordre*, bestilling*, levering*, forsendelse*, varer*, varen, kasse!, kassen, gave!, gaven, ting!, æske*, køb!, købet, sending, en vare, min vare, den vare, jeres vare",
    ),
    (
        I::Arrive,
        1,
        "kommer, kom!, kommet, komme, ankom*, modtag*, modtog, fået, få!, får!, nået, nåede, når!, frem!, dukket op, dukker op, er her, var her, være her, landet, lander, set skyggen",
    ),
    (
        I::Dropped,
        1,
        "leveret, afleveret, udleveret, kvitteret, underskrevet, overdraget, stillet, lagt, efterladt, omdelt, givet til",
    ),
    (
        I::Courier,
        1,
        "bud!, buddet, chauffør*, fragtmand*, fragtfirma*, postnord, gls!, dao, dhl, dpd, ups!, postbud*, bring!, terminal*, track, tracking, posthus*, pakkeshop, transportør, pakkecentral",
    ),
    (
        I::Claimed,
        1,
        "ifølge, siger, påstår, står!, angiveligt, markeret, status, skulle!, vises, hævder, meldt, registreret, leveringsbevis, åbenbart",
    ),
    (
        I::Lost,
        1,
        "væk!, tabt!, mistet, forsvund*, stjålet, bortkommet, ikke til at finde, ikke finde, intet spor, ingen spor, sporløst, savnet, ledt, eftersøg*, gået tabt, blevet væk, ud i det blå, stadig ingenting, stadig intet, stadig ikke noget, tomme hænder, manglende levering, bortkomst, udeblevet",
    ),
    (
        I::Door,
        1,
        "nabo*, naboen, dør!, døren, hoveddør, postkasse*, skuret, skur!, garage*, carport, skraldespand*, trappe*, banket, bankede, ringet på, ringede på, seddel, hjemme, fremmed*, en anden, opgang, reception, dørtrin, vicevært, foran en, dørmåtte, trappeopgang",
    ),
    (
        I::Seen,
        1,
        "set!, fundet, finde!, har jeg, har den, ledt, kigget, har ikke den",
    ),
    (
        I::Wait,
        1,
        "vent*, ventet, tålmod*, afvente*, giver op, opgiver, giver ~ op, træt af at vente",
    ),
    (
        I::Span,
        1,
        "dag!, dage, uge!, uger, måned*, længe, siden!, evigheder, timer, weekend, i årevis, tid!",
    ),
    (
        I::When,
        1,
        "hvornår, hvor længe, hvor lang tid, leveringsdato, leveringstid, dato, regne med, forvente, i tide, hvilken dag, når det frem, hvor meget længere, forventet, snart, cirka, leveres den, hvor mange dage, når den at, når den frem, kommer den snart, kommer den inden, når gaven, modtager jeg, ankommer",
    ),
    (
        I::Where,
        1,
        "hvor!, hvad sker der, hvad er der, hvad der er, hvor langt, hvor bliver, bliver af, blevet af, hvor er, sket med, hvordan går det med, hvad er der sket, hvor befinder, hvor er den henne, hvor langt er, hvor blev, hvordan ser det ud med, hvordan går det, hvor ligger",
    ),
    (
        I::News,
        1,
        "nyt!, nyheder, status, opdater*, stille!, stilhed, hørt, bevæg*, rykke*, rykket, sidder fast, står stille, tracking, track, label oprettet, oprettet, behandling, under behandling, sker, ingenting sker, info!, besked, udvikling, sporing*, sporingsnummer, sporingslink, spore!, følge pakken, at følge, scann*, scannet, forsendelsesmail, afsendelsesmail, bekræftelse på afsendelse, på lageret, på lager endnu, jeres lager, holder den tilbage, hørt noget, hører noget, hørt fra, nyt om, nogen nyheder, ingenting sket, intet sket, sket noget, sker der noget",
    ),
    (
        I::Sent,
        1,
        "sendt, afsendt, på vej, pakket!, afsted, undervejs, givet til, overdraget, afgået, ekspederet, sendt afsted, ude af huset, gået afsted, sendes, af sted, er afsendt, ude til levering, kørt ud, forladt, forlod, på farten, gået ud",
    ),
    (
        I::Late,
        1,
        "forsink*, sent!, skulle have været, skulle være, burde være, burde have, for længst, overskredet, lang tid, trækker ud, længe undervejs, for sent, så lang tid, så længe, så lang, trækker det ud, er det normalt, normalt at, så langsomt, langsomt, er der endnu ikke, stadig ikke her, stadig ikke dukket, dukket op endnu",
    ),
    (
        I::Occasion,
        1,
        "fødselsdag*, bryllup*, jul!, juleaften, fest!, festen, ferie, rejse, barnedåb, konfirmation, i tide, til fredag|lørdag|søndag|mandag|tirsdag|onsdag|torsdag, på søndag|lørdag|fredag, inden weekenden, inden da, jubilæum, påske, mors dag",
    ),
    (
        I::Broken,
        1,
        "gået i stykker, i stykker, itu!, ødelagt*, ødelæg*, smadret*, knust*, revnet!, revner!, revne!, flænge*, knækket*, knæk!, beskadig*, skade!, skader, skadet, bule!, buler, bulet, ridse*, ridset, bøjet, skæv, sprængt, sprunget, lækket, lækker!, løbet ud, klemt, trykket, mast, hul!, huller, våd!, vådt, gennemblødt, fugtig, plet!, pletter, plettet, beskidt, snavset, mug!, muggen, skår!, splinter*, splintret, hakker, skrammer, skramme, ikke overleve*, overlevede, ubrugelig, færdig!, færdigt, flækket, revet, itusla*, kvast, smattet, brækket, dårlig stand, elendig stand, til at smide ud, rasl*, klirr*, klapr*, skramlede, tabt pakken, tabt den, tusind stykker, smuldret, klistr*, klistrer, sivet, dryppe*, spildt, eksploderet, gik i stykker, går i stykker, faldt fra hinanden, faldt ~ fra hinanden, smadder, streg midt på",
    ),
    (
        I::Unpack,
        1,
        "pakkede ~ ud, pakket ~ ud, pakker ~ ud, åbne*, åbnet, åbner, udpak*, emballage*, turen, transport*, undervejs, fragten, ankom*",
    ),
    (
        I::Part,
        1,
        "ben!, benet, hank, hanken, håndtag*, låg!, låget, hjørne*, tud!, tuden, kant*, bund!, bunden, hjul*, glas!, glasset, skærm*, rem!, lynlås*, knap!, knapper, syning*, sømme, hængsel*, ramme*, overflade, sål!, sålen, hæl!, prop!, arm!, fod!, stilk, sømmen, sømmene, den ene side, siderne",
    ),
    (
        I::Off,
        1,
        "faldet af, faldt af, røg af, gået af, løsnet, løs!, løst, stykke af, mangler et stykke, gået op, i hånden, falder af, falder fra hinanden, hænger, slipper",
    ),
    (
        I::Work,
        1,
        "virke*, virker, virkede, fungere*, tænde*, tænder, oplade*, lader!, starte*, starter, forbinde*, parre*, varmer, lyser, lukker!, spiller!, dur!, duer, gå i gang",
    ),
    (
        I::Fails,
        1,
        "defekt*, fejl!, blinker, flimrer, slukker, går ud, går i stå, gået i stå, stoppet, død!, døde, dødt, stået af, står af, stod af, overoph*, fejlmelding, kortslut*, summer, brummer, hakker, fryser, driller, sat ud, brændt sammen, brænder sammen, i udu, i hånden, gav op, givet op, i smadder, fejlside",
    ),
    (
        I::Wrong,
        1,
        "forkert*, anden!, andet!, andre!, fejl!, byttet om, ombyttet, forveksl*, i stedet, ikke den rigtige, ikke det rigtige, helt anden, passer ikke med, en andens, noget andet, stemmer ikke, ikke min!, ikke mit, ikke mine, ikke indholdet, tilhører ikke mig",
    ),
    (
        I::Ordered,
        1,
        "bestilt, bestilte, købt!, købte!, ville have, ønskede, valgt, valgte, betalt for, betalte for, bedt om, bad om, skal bruge, skulle bruge, har betalt, skulle være, skulle der være, burde være",
    ),
    (
        I::Inside,
        1,
        "i pakken, i kassen, i æsken, indeni, ligger, lå!, fik!, fået, modtog, modtaget, sendt mig, sendte mig, givet mig, indeholdt, var der, er der kommet, kom der, der kom, fandt, kommet",
    ),
    (
        I::Lacking,
        1,
        "mangle*, mangler, manglede, ufuldstændig*, ikke med i, var ikke med, fulgte ikke med, glemt at lægge, glemte at, ikke komplet, resten af, ikke det hele, uden skruer, kun en del, udebl*",
    ),
    (
        I::Only,
        1,
        "kun en, kun én, kun et, kun to, kun tre, kun den ene, halvdelen, af de to|tre|fire, en af de, blot, i stedet for to|tre|fire, bare en, kun fået, kun modtaget, har kun, jeg fik kun",
    ),
    (
        I::Kind,
        1,
        "størrelse!, størrelsen, str!, farve*, model*, version, udgave, variant, produkt!, børnestørrelse, nuance, mønster, duft, type!",
    ),
    (
        I::Shown,
        1,
        "hjemmeside*, jeres side, siden!, webshop*, billede*, billeder, foto*, beskrivelse*, beskrevet, lovet, lovede, mærket ~ polyester, på mærket, annonce*, ligner, ligner ikke, katalog, reklame*, på nettet, vist!",
    ),
    (
        I::Return,
        1,
        "returner*, retur!, sende ~ tilbage, sender ~ tilbage, returnering, returret, levere ~ tilbage, give ~ tilbage, skal retur, af med, returnere, tage ~ retur, aflevere tilbage, tage ~ tilbage, må ~ tilbage, skal ~ tilbage, kan ~ tilbage, bringe ~ tilbage, komme af med",
    ),
    (
        I::Swap,
        1,
        "bytte*, ombyt*, bytter, erstat*, anden størrelse, større størrelse, mindre størrelse, en størrelse større, en størrelse mindre, anden farve, i en ~ i stedet, veksl*, nummer større",
    ),
    (
        I::Fit,
        1,
        "for lille, for stor!, for store, for små, for stram*, for kort!, for lang!, for vid, for snæver, passer ikke, passer mig ikke, passer desværre, klemmer, mindre end, større end, sidder ikke, kan ikke passe, ikke komme i, lille i størrelsen, stor i størrelsen",
    ),
    (
        I::Dislike,
        1,
        "ikke lige mig, ikke noget for mig, ikke mig, kan ikke lide, bryder mig ikke, kan ikke holde, hader, klæder mig ikke, smag, skuffet over farve|kvalitet, ikke hvad jeg, havde forestillet, forventet, fortryd*, passer ikke til, passer ikke ind, ikke tilfreds med farven|størrelsen, fejlkøb, alligevel ikke lige, ikke så glad for, ikke faldet i",
    ),
    (
        I::Unused,
        1,
        "ubrugt*, ikke brugt, aldrig brugt, uåbnet*, mærker på, mærket på, original emballage, originale emballage, helt ny, ligger stadig i, stadig i posen, ikke pakket op, ikke åbnet, ubrudt, med prismærke, aldrig haft på, ikke vasket, prismærke*",
    ),
    (
        I::How,
        1,
        "hvordan, hvor skal den, hvor skal jeg, hvilken adresse, returadresse, returlabel, label!, formular, procedure, fremgangsmåde, trin!, hvad skal jeg, hvad gør jeg, henter, posthuset, hvem betaler, fragt!, porto, hvor lang tid har, frist*, gør man, hvor sender",
    ),
    (
        I::Cancel,
        1,
        "annuller*, afbestil*, fortryd*, stop!, stoppe, stoppes, ophæv*, cancel*, aflys*, glem!, tages ud, tage ~ ud af systemet, slette, inden den bliver|er pakket|sendt, træk* ~ tilbage, hæv!, trække mig, fjerne, sløjf*, droppe, hæve købet, hæver købet, ophæve",
    ),
    (
        I::Mistake,
        1,
        "ved en fejl, fejl!, fejltagelse, kom til at, dobbelt*, to gange, forkert konto, forkerte konto, forkert knap, for hurtig*, min søn, min datter, uheld, utilsigtet, ens!, trykkede, klikke*",
    ),
    (
        I::Needless,
        1,
        "ikke brug for, alligevel ikke, alligevel, ombestemt, fundet ~ billigere, fandt den samme, fandt ~ butik, billigere et andet, har allerede, ikke nødvendig, overflødig, skiftet mening, aflyst, et andet sted, har fået en anden, besluttet, behøver ikke, fandt noget, vil ~ ikke have, ikke længere brug, ikke længere have, ikke længere bruge, ikke længere nødvendig, ikke mere brug, ikke have den, ikke have det, skal ikke ~ bruge, ikke have alligevel, vil ikke længere",
    ),
    (
        I::Hold,
        1,
        "sende!, send!, afsende, sendes, levere!, leveres, leveres til, komme til, komme hen, sender!",
    ),
    (
        I::Money,
        1,
        "penge!, pengene, refusion*, refunder*, tilbagebetal*, beløb*, krediter*, kredit!, euro!, kroner, kr!, betaling!, udbetal*, kompensation, erstatning, købesum, det jeg betalte, godskriv*, gysser, pengesum",
    ),
    (
        I::Back,
        1,
        "tilbage!, igen!, på kortet, på mit kort, på kontoen, på min konto, retur!, refunder*, refusion*",
    ),
    (
        I::Account,
        1,
        "konto!, kontoen, kort!, kortet, kontoudtog*, bank!, banken, paypal, mobilepay, betalingskort, udtog",
    ),
    (
        I::Returned,
        1,
        "sendt ~ tilbage, sendt ~ retur, returneret, returnerede, min retur, returpakke*, afleveret tilbage, sendte ~ tilbage, sendte ~ retur, retur ~ modtaget|fremme, haft min retur, modtaget min retur, fået den tilbage, fået dem retur",
    ),
    (
        I::Charged,
        1,
        "trukket, opkrævet, hævet!, betalt!, debiteret, træk!, faktureret, taget!, reserveret",
    ),
    (
        I::Twice,
        1,
        "to gange, 2 gange, 2x, dobbelt*, samme beløb, to betalinger, en gang til, to træk",
    ),
    (
        I::Address,
        1,
        "adresse*, vej!, vejnavn, husnummer, postnummer, postnr, etage*, lejlighed*, leveringsadresse*, opgang, sal!, by!, gade*, indgang, dørnummer",
    ),
    (
        I::Change,
        1,
        "ændr*, rette!, ret!, rettes, ny!, nyt!, nye!, gammel, gamle, forkert*, glemt*, glemte, fejl, opdater*, skift*, mangler, i stedet, anden, tilføj*, andet, skulle have været, stavefejl, tastefejl",
    ),
    (
        I::Move,
        1,
        "flytte*, flytter, flyttet, ny bolig, nyt hus, ny lejlighed, bor ikke længere, bor ikke mere, bor nu, bor midlertidigt, fraflyttet",
    ),
    (
        I::Elsewhere,
        1,
        "kontoret, arbejde!, arbejdet, min arbejdsplads, naboen, mine forældre, min mor, pakkeboks, udleveringssted, et andet sted, omdiriger*, firma!, anden adresse, pakkeshop*, i stedet for der, sommerhus*, hospital*, anden by, afhentningssted",
    ),
    (
        I::Ask,
        1,
        "er der, er den, er det, er de!, kan man, kan jeg, kan den, findes, hvor mange, hvor stor, hvilken, hvilket, hvad!, hvordan, har i, må!, sender i, spørgsmål, vide!, fnugger, krymper, passer den, kommer den, leverer i, hvor bliver de, tåler, er min, er mine",
    ),
    (
        I::Trait,
        1,
        "materiale*, stof!, stoffet, vask!, vaskes, vaske, vaskemaskine, opvaskemaskine, tørretumbler, stryge*, mål!, målene, centimeter, cm!, stor!, større!, bred!, bredde, høj!, højde, vejer, vægt, volt, pære!, pæren, vandtæt, på lager, lager!, tilgængelig, fnugger, fnug, krymper, falmer, smitter af, farver, størrelser, hvilken størrelse, anbefal*, kompatibel, egnet, velegnet, vegansk*, læder, uld, bomuld, økologisk*, certificer*, produceret, lavet af, lavet i, fremstil*, ingrediens*, allerg*, garanti*, vejledning, brugsanvisning, samle!, montering, sender i til, leverer i til, gaveindpak*, pakkes ind, gavekort, afdrag, rater, bankoverførsel, fysisk butik, butik hvor, parfume*, følsom*, inden jeg køber, før jeg køber, inden jeg bestiller, udsalg, holdbar, tåler, holder, forskel*, medfølg*, wattage, watts",
    ),
    (
        I::Invoice,
        1,
        "faktura*, kvittering*, bilag*, bon!, moms*, regnskab*, bogholder*, revisor*, udlæg*, købsbevis, regning!, regningen, skat!, cvr",
    ),
    (
        I::Offer,
        1,
        "rabat*, rabatkode, kode!, koden, kupon*, nyhedsbrev*, procent, tilbud!, tilbuddet, kampagne*, kurven, kurv!, billigere!, udsalg, voucher, prisnedsæt*, prismatch",
    ),
    (
        I::Happy,
        1,
        "tak for, mange tak for, tusind tak for, perfekt, super!, fantastisk*, dejlig*, smuk!, smukt, glad!, glade, tilfreds, ellevild*, skøn!, skønt, elsker, flot!, rigtig godt, sidder som støbt, kanon, top!, ros!, begejstret, lykkelig, fremragende, kompliment, anbefale jer, alt er godt, alt i orden, ingen klager, imponeret, hurtig levering, flottere, pænere, smukkere, endnu flottere, bedre end på, hatten af, stort bifald, bifald, give slip, slippe den, pletskud, lige i øjet, endte godt, perfekt!, i top, takke for, takke jer, sige tak, fem stjerner, ovenud, alt er fint, godt gået, tidligere end, i hel stand, nåede godt frem, godt fremme, kærligt, så smuk, glæde, elsker den, elsker det, bestiller igen, helt sikkert igen, i er fantastiske",
    ),
    (
        I::Human,
        1,
        "menneske*, medarbejder*, rigtig person, person!, nogen!, kollega*, chef!, leder!, supporter!, levende, af kød",
    ),
    (
        I::Talk,
        1,
        "snakke, tale!, taler, ringe!, ring!, ringer, opkald!, giv mig, stil mig, telefon*, kontakte, kontakt!",
    ),
    (
        I::Bot,
        1,
        "bot!, robot*, chatbot, maskine!, automatisk*, computer, ai!",
    ),
    (
        I::Growth,
        1,
        "seo!, google, side et, øg dit, øg jeres, dit salg, jeres salg, flere besøgende, influencer*, bureau!, samarbejd*, partnerskab, backlink*, prisliste, engros, investering, lån!, gratis analyse, butikker som, virksomheder som, markedsføring, omsætning",
    ),
    (
        I::Match,
        1,
        "stemmer!, stemme overens, overens, svarer til, passer sammen",
    ),
    (
        I::Hoped,
        1,
        "ville være ~ super|dejligt|fantastisk|skønt|perfekt|rart|kanon|glad, vil være ~ super|dejligt|fantastisk|glad, ville glæde",
    ),
];
