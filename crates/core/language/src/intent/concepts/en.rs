//! English.

use super::Idea as I;
use crate::pattern::Row;

pub(super) const WORDS: &[Row<I>] = &[
    (
        I::Not,
        1,
        "not, no, never, nothing, none, nobody, without, noone, no one, nowhere, neither, nor, dont, doesnt, didnt, isnt, wasnt, arent, werent, hasnt, havent, hadnt, wont, cant, cannot, couldnt, wouldnt, hardly, zero, zilch, nowt",
    ),
    (
        I::Parcel,
        1,
        "parcel*, package!, packages!, packet, order!, orders, delivery, shipment, goods, purchase, box!, stuff, present!, gift, item!, items!, things, consignment",
    ),
    (
        I::Arrive,
        1,
        "arriv*, come!, came!, coming, comes, turn* up, show* up, get here, got here, gets here, getting here, reach!, reached, reaches, receiv*, reciev*, be here, been here, here yet, make it, landed, land!, through the door, appear, appeared, materialis*, get it, got it, expect it, delivered to me, with me",
    ),
    (
        I::Dropped,
        1,
        "delivered, dropped off, dropped, handed over, handed to, handed it, signed for, left at|with|in|on|outside|by, placed in, posted through, put it through, gave it to, given to",
    ),
    (
        I::Courier,
        1,
        "courier*, driver*, postman, postie, mailman, carrier*, depot, dpd, dhl, ups!, fedex, hermes, evri, royal mail, parcelforce, gls!, yodel, usps, post office, delivery guy|man|woman|person|company|service, the app",
    ),
    (
        I::Claimed,
        1,
        "says, say!, said!, claim*, according to, supposedly, allegedly, apparently, marked, shows, status, reckons, states, insists, swears, tracking, confirmation ~ delivered, proof of delivery, completed, fulfilled",
    ),
    (
        I::Lost,
        1,
        "lost, missing parcel|package|order, vanish*, disappear*, stolen, nicked, pinched, gone missing, went missing, went astray, gone astray, no trace, without a trace, misplaced, mislaid, no sign, swallowed, cant find it, cannot find it, cant locate, nowhere to be found|seen, never to be seen, black hole, thin air, loss!, non delivery, nondelivery, failed delivery, still nothing, still without, am without, empty handed, went wrong in the post",
    ),
    (
        I::Door,
        1,
        "neighbo*, next door, doorstep, porch, front door, door!, letterbox, mailbox, letter box, shed, garage, bins, bin!, safe place, reception, concierge, hallway, knocked, rang!, rung, doorbell, bell!, card!, at home, was home, was in!, were in!, in all day, stranger*, wrong house, someone else, somebody else, a door, the door, lobby, entrance hall",
    ),
    (
        I::Seen,
        1,
        "seen, see it, saw, found, find!, have it, have got it, got it, hold of, laid eyes, set eyes, has it, no card, empty",
    ),
    (
        I::Wait,
        1,
        "wait*, patient, patience, hanging on, stand around, waited, holding my breath, giving up, i give up, given up on, had enough of waiting",
    ),
    (
        I::Span,
        1,
        "day!, days, week!, weeks, month!, months, fortnight, ages, forever, so long, yonks, since, ago, hour!, hours, weekend",
    ),
    (
        I::When,
        1,
        "when!, how long, how soon, how much longer, by when, eta, what date, what day, which day, time frame, timeframe, timescale, any idea, roughly when, estimated, will it make it, in time, expected, ever going to, ever gonna, what time, delivery date, how many days, how many more, still going to, will i get, will it be here, will it come, will it arrive",
    ),
    (
        I::Where,
        1,
        "where!, wheres, whereabouts, how far, what happened to, whats happened to, what has happened, whats happening, whats going on, whats up with, what became of, hows it going with, locate, whats become of, wheres it at, hows my order, how is my order, where has it got, got to, where abouts",
    ),
    (
        I::News,
        1,
        "news, update*, status, progress, happening, going on, silence, heard nothing, not heard, havent heard, quiet, movement, moved, moving, stuck, sitting in|at, tracking, track!, label created, processing, pending, the latest, unfulfilled, on hold, same place, still says, no word, tracking page, tracking number, tracking link, tracking code, follow my, follow the parcel, scanned, scan!, holding it up, held up, whats the hold up, hold up, any word, hear anything, heard anything, getting on, the status, any info, dispatch email, shipping email, confirmation email, dispatch note, still in the warehouse, in the warehouse, gone quiet, log!, entry",
    ),
    (
        I::Sent,
        1,
        "shipped, dispatched, despatched, sent out, on its way, on the way, on the road, left your, leave, packed, posted, under way, underway, in transit, sent yet, gone out, been sent, handed ~ carrier|courier, given ~ carrier|courier, out for delivery, en route, started its journey, processed, being sent, sending out, left the warehouse, off to me, on the move, made its way, processed yet, gone through, shipping",
    ),
    (
        I::Late,
        1,
        "late!, overdue, delay*, behind schedule, should have been, should have arrived, should have come, should be here, was due, was meant to, was supposed to, were supposed to, past the, taking ages|forever|long, takes ages|forever|long, dragging, slow!, this long, taking so long, take so long, takes so long, took so long, ever so long, normal that, so slow, how slow, takes this long, should have got, well past, still not here, crawling",
    ),
    (
        I::Occasion,
        1,
        "birthday, wedding, christmas, xmas, party, anniversary, holiday, trip, before we|i ~ leave|fly|go, in time for, need it by, needed it by, need them by, by then, by the weekend, by friday|monday|saturday|sunday|tuesday|wednesday|thursday, easter, baby shower, mothers day, fathers day, graduation",
    ),
    (
        I::Broken,
        1,
        "broken, broke!, smash*, shatter*, crack!, cracks, cracked, damage*, dent!, dented, dents, torn, tear!, ripped, rip!, bent, crush*, chip!, chips, chipped, scratch*, soaked, soaking, leak*, spilt, spilled, burst, snapped, split, squash*, mangled, in pieces|bits|shards|two|half, to pieces|bits, shards, stain*, dirty, filthy, mouldy, mold, wet, ruined, wrecked, beyond repair, beaten up, banged up, bashed, buckled, warped, hole!, holes, fractured, survive the, didnt survive, done for, not in one piece, unusable, worse for wear, bubble wrap, dinged, knackered, destroyed, fell apart, falling apart, melted, rattl*, clinking, crumbled, disintegrat*, kaputt, came undone, ended up in bits, sticky, seeped, oozing, smeared, dripping, in a mess, chip out, to smithereens, line down the middle",
    ),
    (
        I::Unpack,
        1,
        "open*, unpack*, unwrap*, unbox*, out of the box, took it out, packaging, arrival, journey, transit, on the way",
    ),
    (
        I::Part,
        1,
        "leg!, legs, handle*, lid!, corner*, spout, edge*, rim!, base!, wheel*, screen, glass, strap*, zip!, zipper, button*, seam*, hinge*, frame, surface, side!, stitching, sole!, heel, cap!, neck!, stem!, arm!, foot",
    ),
    (
        I::Off,
        1,
        "came off, come off, comes off, coming off, clean off, fell off, fallen off, falling off, broke off, loose, detached, hanging, hanging off, a chunk, chunk missing, bit missing, apart, undone, came away, peeling, unravel*",
    ),
    (
        I::Work,
        1,
        "work!, works, working, turn on, turns on, switch on, switches on, charge!, charging, charges, start!, starts, connect*, pair!, pairs, function*, power!, power up, power on, heat!, heats, light up, lights up, close properly, shut properly, play!, plays, hold a charge, hold charge, do anything, does anything, stay on, spin",
    ),
    (
        I::Fails,
        1,
        "defect*, faulty, malfunction*, died, dead!, dies, blinks, blinking, flicker*, stopped, switches itself off, turns itself off, cuts out, shuts down, given up, gave up, packed in, packed up, conked, overheat*, freezes, frozen, crashes, error!, short circuit, sparks, burning smell, buzzing, on the blink, went pop, kaput, useless after, bust!, busted, in my hand, only blinks, just blinks",
    ),
    (
        I::Wrong,
        1,
        "wrong, different, incorrect, other than, another!, someone elses, somebody elses, mix up, mixed up, mixup, mistaken, swapped, instead, not the one, completely different, not match*, doesnt match, dont match, left handed, the other, isnt mine, not mine, not for me at all",
    ),
    (
        I::Ordered,
        1,
        "ordered, bought, wanted, chose, picked, paid for, asked for, asked, purchased, requested, selected, needed, order was for, my order was, order confirmation says, supposed to be, should be, should have been, should be one|two|three|four|five|six, should contain, set of, youve charged",
    ),
    (
        I::Inside,
        1,
        "in the box, in the parcel, in the package, inside, got!, received, recieved, found, sent me, you sent, came!, what came, what arrived, contained, contains, gave me, u gave, u sent, was given, turned up, has arrived, arrived is, in there, in it",
    ),
    (
        I::Lacking,
        1,
        "missing, incomplete, not included, wasnt included, werent included, not in the, wasnt in, werent in, isnt in, arent in, left out, forgot to, forgotten, short!, lacking, no screws, without the, not all, partially, rest of",
    ),
    (
        I::Only,
        1,
        "only one, only two, only three, only half, just one, just two, one instead, two of, three of, half of, one of the two|three|four, only got, only 1|2|3, single!, only contained, i have one|two|three|four|five, have only, i only have, only came",
    ),
    (
        I::Kind,
        1,
        "size!, sizes, colour*, color*, model, version, variant, style!, product, article, shade!, pattern!, scent, flavour, type!",
    ),
    (
        I::Shown,
        1,
        "website, web site, your site, your page, the page, picture*, photo*, pic, pics, advert*, description, described, listing, listed, promised, the label says, label says, looks like, look like, looks nothing, nothing like, as shown, pictured, online it, catalogue, it says",
    ),
    (
        I::Return,
        1,
        "return!, returns, returning, send ~ back, sending ~ back, give ~ back, bring ~ back, back it goes, take ~ back, goes back, go back, post ~ back, ship ~ back, sending things back, hand ~ back, get rid of, has to go back, needs to go back, must go back, pack it back, off it goes back",
    ),
    (
        I::Swap,
        1,
        "swap*, exchange*, replace!, trade ~ for, a size up, a size down, size bigger|smaller|larger, bigger size, smaller size, larger size, another size, different size, another colour, different colour, in a ~ instead, one size",
    ),
    (
        I::Fit,
        1,
        "too small, too big, too large, too tight, too short, too long, too wide, too narrow, too loose, doesnt fit, dont fit, not fit, wont fit, pinch!, pinches, doesnt go over, cant get it on, cant get into, squeeze, baggy, smaller than, bigger than, larger than, runs small, runs large",
    ),
    (
        I::Dislike,
        1,
        "not for me, not my, dont like, doesnt like, didnt like, hate!, hates, isnt me, dont suit, doesnt suit, suit me, dont love, not keen, not happy with how, not what i imagined, not what i expected, than i imagined, than i thought, than i expected, taste, not quite right, doesnt go with, dont go with, looks awful on, looks silly, second thoughts, regret*, disappointed with how",
    ),
    (
        I::Unused,
        1,
        "unworn, unused, never worn, never used, unopened, tags, tag!, original packaging, original box, still in the bag, still in its, still wrapped, still sealed, as new, brand new, unwashed",
    ),
    (
        I::How,
        1,
        "how do i, how can i, how does, how would, how to, what do i, what must i, where do i, where to, where should, where can i send, whats the address, whats your address, what address, returns address, return label, label!, procedure, process, what are the steps, steps!, form!, do i post, do you collect, pick it up, pay the postage, who pays, postage, how long do i have, policy, do i have to",
    ),
    (
        I::Cancel,
        1,
        "cancel*, scrap!, call off, withdraw, annul, revoke, undo, void, stop the order, stop it before, stop my, hold the order, halt, delete the order, forget the order, forget about the order, take ~ out of the system, take back order, pull the order, rescind, call it off, stop ~ going out, before it ships, before ~ packed, drop the order, back out, too late to",
    ),
    (
        I::Mistake,
        1,
        "by mistake, by accident, accident*, mistake!, in error, unintention*, twice, two identical, duplicate, double order, clicked, wrong account, wrong address, wrong button, too fast, didnt mean to, didnt realise, my son ~ ordered, my daughter ~ ordered, kid* ~ ordered, wrong one",
    ),
    (
        I::Needless,
        1,
        "no longer need, no longer want, no longer required, dont need, dont want, wont need, wont be needing, not need, neednt, changed my mind, changed our mind, found ~ cheaper, found the same, found it in, already bought, already has one, already have one, no use for, after all, doesnt need, decided against, not needed, cheaper elsewhere, surplus, suits us better, want ~ any more, want ~ anymore, need ~ any more, need ~ anymore, needed any more, needed anymore",
    ),
    (
        I::Hold,
        1,
        "ship!, send!, deliver!, ship it, send it, delivering, sending, go to, go ahead, be sent, be delivered, dispatch it, post it, deliver it",
    ),
    (
        I::Money,
        1,
        "money, refund*, reimburs*, cash!, credit!, credited, amount, payment, repay*, pounds, quid, euros, dollars, what i paid, compensation, dosh, moneys, funds",
    ),
    (
        I::Back,
        1,
        "back!, return my, returned to, again, onto my, on my card, to my card, to my account, want what i paid, give me",
    ),
    (
        I::Account,
        1,
        "account!, card!, bank statement, statement, bank!, paypal, my bank",
    ),
    (
        I::Returned,
        1,
        "sent ~ back, sent back, returned, posted ~ back, my return, youve had, you have had, you got ~ back, received my return, gave ~ back, brought ~ back, my returned, shipped ~ back, got it back, warehouse ~ received, you received, back with you, return arrived",
    ),
    (
        I::Charged,
        1,
        "charged, debit*, taken, took the money, took money, deducted, billed, paid twice, withdrawn, payment, money gone, booked, you took",
    ),
    (
        I::Twice,
        1,
        "twice, two times, 2x, double!, doubled, second time, same amount, duplicate, 2 times, two payments, two charges, both payments",
    ),
    (
        I::Address,
        1,
        "address*, adress, street, house number, flat number, apartment, flat!, postcode, post code, zip code, zip!, door number, building, entrance, town, unit!",
    ),
    (
        I::Change,
        1,
        "change!, changed, correct!, correction, update!, amend, edit!, new!, old!, wrong!, forgot, left out, left off, missing, typo, mistyped, misspel*, different, should be, should read, instead, add!, another!, swapped, rather than, it is not, current!",
    ),
    (
        I::Move,
        1,
        "moved house, moved flat, moved home, just moved, moving house, moving on, were moving, we are moving, im moving, moving out, moving next, have moved, ive moved, weve moved, moved to, new place, new flat, new house, new home, relocat*, no longer live, dont live, staying with, different town",
    ),
    (
        I::Elsewhere,
        1,
        "office, my work, to work, workplace, parents, somewhere else, elsewhere, pick up point, pickup point, locker, redirect, divert, rather than where, different place, another place, another town, parcel shop, other address, holiday address, in hospital, rear entrance, collection point, my sisters, my mums, my mothers, at work, to my neighbo*, to the neighbo*, to our neighbo*, to a neighbo*, with my neighbour, at my neighbours",
    ),
    (
        I::Ask,
        1,
        "does, do you, do the, do they, is it, is the, are they, are the, are there, is there, can i, can it, can you, can the, could i, could it, would it, would the, will it, will the, what, which, how, have you, may i, whats, wondering, question, curious, has it, has my, have my, any chance",
    ),
    (
        I::Trait,
        1,
        "material*, fabric, made of, made from, wash*, dishwasher, tumble, iron!, measure*, dimension*, centimet*, cm!, inch*, tall, wide, heavy, weigh*, bulb*, volt*, battery life, waterproof, water resistant, in stock, back in stock, available, availability, shed!, sheds, shrink*, fade!, fades, lose its colour, colours, sizes, bigger one, smaller one, larger one, size should, recommend, compatible, fit in, suitable, vegan, leather, wool!, cotton, certified, organic, made in, manufactured, produced, ingredients, allerg*, guarantee, warranty, instructions, assemble, assembly, ship to, deliver to ireland, gift wrap*, gift!, instalments, bank transfer, pay with, pay by, shop where, in person, dye!, dyes, perfume, sensitive, come in, comes with, come with, include, before i buy, thinking of buying, last!, safe for, kids, dogs, sale before, difference*, included with, watts, wattage, how many watt, what watt",
    ),
    (
        I::Invoice,
        1,
        "invoice*, receipt*, bill!, vat!, proof of purchase, paperwork, for my accountant, for the accountant, bookkeep*, tax!, taxes, expense*, company name on",
    ),
    (
        I::Offer,
        1,
        "discount*, promo*, voucher*, coupon*, percent off, % off, code!, codes, cheaper price, price match, sale!, newsletter, welcome offer, special offer, money off, reduction, basket, checkout",
    ),
    (
        I::Happy,
        1,
        "thank you!, thanks for, perfect*, lovely, gorgeous, delighted, thrilled, brilliant, beautiful*, love it, love the, loves it, stars!, happy, amazing, fantastic, wonderful, great!, chuffed, like a glove, spot on, well done, compliment*, excellent, superb, satisfaction, praise, keep up, impressed, made my day, outstanding, recommend you, success, treat!, no complaints, no complaint, all good, safe and sound, even nicer, even better than, even prettier, even more beautiful, nicer than, better than in, hats off, stunning, top marks, ten out of ten, wont give ~ back, not want to give ~ back, wont part with, wont let go, wouldnt part with, say thank you, pleased!, five stars, over the moon, earlier than, lovingly, well made, pleased with, loved it, ordering again, order again, sorting it out",
    ),
    (
        I::Human,
        1,
        "human*, real person, a person, somebody, someone, an agent, representative, colleague, manager, supervisor, real people, member of staff, living, somebody real",
    ),
    (
        I::Talk,
        1,
        "speak, talk*, call me, ring me, phone me, call back, callback, phone call, get me, put me through, connect me, transfer me, contact me, chat with, on the phone, give me a call|ring",
    ),
    (
        I::Bot,
        1,
        "bot!, bots, robot*, chatbot, machine!, automated, computer, ai!, canned",
    ),
    (
        I::Growth,
        1,
        "seo!, google ~ page|rank*|first|top, page one, first page of, boost your, increase your sales|traffic|revenue, grow your, your traffic, your sales, influencer*, backlink*, guest post, marketing agency, agency, collaboration, partnership, price list, free audit, web design, redesign your, leads!, wholesale offer, we are a ~ supplier|manufacturer|factory, crypto, loan!, investment opportunity, reply yes, stores like yours, businesses like yours, companies like yours",
    ),
    (
        I::Match,
        1,
        "match!, matches, matching, correspond*, agree with, tally, tallies",
    ),
    (
        I::Hoped,
        1,
        "would be ~ great|lovely|brilliant|wonderful|fantastic|perfect|amazing|nice|super|appreciated, would make me happy, be happy to, happy to, id be ~ happy|pleased|delighted, would be ~ happy|pleased|delighted, be pleased to, be great if, be lovely if",
    ),
];
