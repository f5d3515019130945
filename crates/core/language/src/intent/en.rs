//! English.

use super::{Intent, context::Role};
use crate::pattern::Row;

pub(super) const ROWS: &[Row<Intent>] = &[
    (
        Intent::LegalThreat,
        90,
        "lawyer*, solicitor*, attorney*, legal action*, take|see ~ court, small claims, \
         sue! you, going to sue, trading standards, consumer protection, report ~ police, \
         ombudsman, legal proceedings, legal steps, lawyers, letter before action, \
         citizens advice, watchdog, bbb, authorities, press charges, police report, in court, \
         to court",
    ),
    (
        Intent::ChargebackThreat,
        85,
        "chargeback*, charge back, charge it back, dispute ~ bank|card|paypal|payment|charge, \
         paypal case|claim|dispute, reverse ~ payment|charge|transaction, \
         contact|call|ring ~ bank, contact|call ~ card company, report ~ fraud, \
         amex|visa|mastercard|klarna ~ revers*|claim|dispute|back|charge, \
         revers* ~ charge|payment|transaction, bank ~ revers*|back|recall|stop|refund, \
         card company|provider|issuer, paypal ~ buyer|protection|complaint|open, \
         raise ~ dispute|case|claim, block ~ payment, claw ~ back, \
         take ~ money back ~ bank|card|paypal, pull ~ payment|money ~ back, open ~ dispute, \
         open a case, file a case",
    ),
    (
        Intent::NotReceived,
        60,
        "not|never|havent|hasnt|didnt|havnt|hasn|nothing ~ received|arrived|recieved|come|turned|shown|showed, \
         never|not|didnt|havent ~ got|get|receive|arrive|arrived my|the|it|anything|here, \
         says|marked|shows|showing|claims|status|states ~ delivered, no parcel|package, \
         lost ~ post|mail|transit, \
         parcel|package|order ~ lost|missing|vanished|stolen|disappeared, \
         nothing in ~ mailbox|letterbox, no sign of, \
         never ~ showed|came|arrived|received|turned, still nothing, not here, \
         wasnt|isnt|not ~ delivered, didnt ~ come|arrive|turn, \
         nothing ~ here|came|arrived|delivered|received, delivered but, delivered yet, \
         delivered however, empty box|parcel|package|envelope, \
         box|parcel|package|envelope|it ~ empty, not got it|my|anything, no show, \
         has not ~ arrived, vanished, went missing, gone missing, \
         not ~ seen ~ parcel|package|order|it, dont|havent ~ have|got ~ parcel|package|it, \
         signed for, no one|body|such ~ at this address, where is my order ~ delivered, \
         driver|courier ~ never|lied|didnt, delivery ~ never|failed ~ came|happened, \
         nobody ~ rang|knocked|delivered, hasnt ~ reached, not reached me, stolen, \
         handed over ~ me|to, left with|at|in ~ nobody|no|not|never, nobody|noone|no one ~ home, \
         wasnt home|in, who has it, who signed, who took, given to ~ wrong|someone, \
         delivered ~ wrong|elsewhere|someone|another, neighbour ~ hasnt|doesnt|denies|nothing, \
         photo ~ not my, not my ~ door|house|porch, cant find ~ parcel|package|it|order, \
         nowhere ~ found|seen, supposedly|allegedly|apparently delivered|left|dropped, \
         nobody|none|noone ~ has|have|got|seen ~ parcel|package|it|delivery, \
         no one ~ has|have|got|seen ~ parcel|package|it|delivery",
    ),
    (
        Intent::Damaged,
        60,
        "broken|smashed|shattered|damaged|cracked|torn|ripped|dented|crushed|bent, in pieces, \
         in bits, arrived ~ broke*, chipped|scratched|soaked|leaking|leaked|snapped, fell apart, \
         hole in, big crack|dent|scratch|hole, broke in, a crack|dent|hole|tear|scratch, \
         massive|huge|big|large|small|deep ~ crack|dent|hole|tear|scratch|scratches|rip, \
         damage*, in a state, bashed|squashed|mangled|stained|shards|spilled, was ~ wet, ruined, \
         broken ~ arrival, poor|bad|terrible condition, falling apart, dead on arrival, wet, \
         box ~ crushed|open|opened|torn, missing ~ handle|lid ~ broken, cracked, split, \
         shattered, glass everywhere, came ~ broken|damaged|smashed|cracked|dented|open, \
         unwrapped ~ broken|crack*|smash*, unpack* ~ broken|crack*|smash*|damag*, \
         opened ~ broken|smash*|crack*|damag*, got crushed, \
         corner ~ bent|crushed|dented|chipped, badly packed|packaged, leaked everywhere, \
         mouldy|rotten|melted, scuff*, in|into ~ pieces|parts|bits|halves, in|into two",
    ),
    (
        Intent::WrongItem,
        60,
        "wrong|different|incorrect|other ~ item|product|size|colour|color|order|one|thing|model|shoes|shirt|dress|stuff|parcel|variant, \
         not what i ordered, someone elses, only one|two|half of, \
         missing ~ item|part|parts|piece|screws, \
         part|item|items|piece|screws|something ~ missing, \
         only got|received|sent one|two|half|1|2, sent|got|received ~ wrong|instead, \
         ordered ~ but ~ got|received|sent|came|arrived, wrong item*, not ~ i ordered, \
         missing ~ from|in ~ box|parcel|package|order, incomplete, half ~ missing, only one, \
         only ~ got|received|sent ~ one|two|half, mixed up, mix up, ordered ~ instead, \
         supposed to be ~ but, not match*, something else|different, mixup, confus*, \
         paid for ~~ but ~ this|got|is, is clearly|definitely ~ not|the, \
         not ~ one i ~ picked|chose|ordered|bought|wanted, swapped, labelled ~ but, \
         different ~ from|to|than ~ picture|photo|website|description|ordered, \
         not as described|advertised|pictured, two left, left shoe, short one, one short, \
         was not|wasnt in the ~ box|parcel|package, forgot ~ to ~ include|put|pack|send, \
         smaller|bigger than ~ ordered|description|described, someone|somebody elses name, \
         name on it ~ is, name on ~ label|parcel, another name, for someone|somebody else",
    ),
    (
        Intent::WrongItem,
        58,
        "ordered|wanted|bought|chose ~~ black|white|grey|gray|beige|brown|blue|red|green|yellow|pink|purple|navy ~~ black|white|grey|gray|beige|brown|blue|red|green|yellow|pink|purple|navy, \
         black|white|grey|gray|beige|brown|blue|red|green|yellow|pink|purple|navy ~~ ordered|wanted|bought|chose ~~ black|white|grey|gray|beige|brown|blue|red|green|yellow|pink|purple|navy, \
         ordered|wanted|bought|chose ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46 ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46, \
         isnt mine, is not mine, not mine but, contents ~ not|arent|isnt",
    ),
    (
        Intent::WrongItem,
        57,
        "sent|got|received|delivered|shipped ~~ asked|wanted|ordered|needed|chose, \
         sent|got|received|delivered ~~ paid",
    ),
    (Intent::WrongItem, 40, "instead of, missing"),
    (
        Intent::Defective,
        58,
        "defect*, faulty, malfunction*, stopped working, broke after, dead after, is dead, \
         does nothing, keeps switching|turning|cutting|disconnecting, quit working, \
         broken zip|zipper, gave up, packed up, conked, \
         stopped ~ charging|heating|playing|working, broke ~ after|weeks|week|days|day|months, \
         after ~ days|week|weeks|use|uses|month ~ broke|broken|stopped|died, died, dead, \
         no ~ power|sound|picture, glitch*, wobbl*, wont turn, not turn on, \
         manufacturing|production fault|defect, \
         not|doesnt|dont|wont|didnt|stopped|isnt|never|cant|longer ~ work|working|works|turn|start|charge|charging|connect|switch|function|functioning|pair|power, \
         itself off|down|on, switches|turns|shuts|cuts ~ off|out|down, overheats|overheating, \
         doesnt ~ hold|stay|last|charge|close|open|heat|move|spin|light, \
         wont ~ hold|stay|close|open|heat|move|light|pair, \
         keeps ~ breaking|crashing|stopping|freezing|falling|beeping, freezes, stuck button, \
         battery ~ dead|dies|drains|empty|minutes, came undone|loose, \
         stitching|seam ~ coming|came|undone, peeling, error code|message, \
         buzzing|rattling|crackling|squeaking, out of order, not right with, \
         something wrong with ~ it|the, within ~ days|weeks ~ broke|stopped|failed, \
         failed after, no longer ~ works|working|functions, \
         sole|heel|strap|handle|button ~ came|coming|fell|falling ~ off, \
         only ~~ one side|ear|speaker, one side|ear ~ works|only, no sound, \
         half ~ works|working",
    ),
    (
        Intent::CancelOrder,
        60,
        "cancel*, call off, stop ~ order, ordered by mistake|accident, \
         ordered ~ twice|mistake|accident, changed my mind, no longer need|want, \
         withdraw ~ order|contract|purchase, delete ~ order, dont want it anymore, \
         do not send|ship, stop ~ shipment|shipping|order, no longer ~ order|item|it, \
         dont need it anymore, undo ~ order, void ~ order, bought ~ accident|mistake, \
         ordered ~ accidentally, accidentally ~ ordered|bought, \
         dont send|ship ~ it|the|my|them|order, back out, pull out of, \
         too late to ~ cancel|stop|undo|change my, stop ~ going out|being sent|from shipping, \
         before ~ ships|shipped|dispatch ~ cancel|stop, take ~ order back, scrap ~ order, void, \
         duplicate order, ordered ~ double|same, dont go ahead, not ~ go ahead, \
         remove ~ from ~ order, need ~ anymore",
    ),
    (Intent::CancelOrder, 25, "by accident"),
    (
        Intent::ChangeAddress,
        62,
        "change|update|correct|edit|amend|wrong|new|different|old|typo|mistake|incorrect ~ address*, \
         address* ~ wrong|incorrect|changed|change|update|typo|mistake|old, \
         moved house|flat|home|apartment, \
         send|ship|deliver ~ different|other|new|another ~ address|place|office, \
         wrong|change|correct ~ postcode|street|zip, house number, just moved, redirect*, \
         deliver|send|ship ~ to ~ work|office|neighbour|neighbours|parents|mum|sister, \
         moving ~ house|flat|out|next, new ~ address*|house|flat, postcode, adress*, \
         apartment|flat number ~ wrong|missing|forgot, forgot ~ apartment|flat|house ~ number, \
         moved ~ new|different|another, wrong ~ address*|house|flat|street|town|city, \
         send ~ somewhere else, different ~ address*, ship ~ elsewhere, \
         deliver ~ elsewhere|instead to, pick ~ it up instead, \
         forgot ~ flat|apartment|house|street, misspelled|misspelt ~ street|address|name, \
         autofill*, old address, update ~ delivery ~ details|address, delivery ~ details",
    ),
    (
        Intent::ChangeAddress,
        63,
        "deliver|send|ship|bring|delivered|sent ~~ office|workplace|work|neighbour*|neighbor*|parents|reception",
    ),
    (
        Intent::ReturnWish,
        50,
        "return* ~ it|them|item|order|this|these|product|shoes|dress|shirt|something|parcel|jacket|one|both|label|my, \
         send|sending|ship ~ back, return label|policy|process|slip|form|address|portal, \
         how ~ return, exchange*, swap*, return*, doesnt fit, dont fit, \
         too small|big|large|tight|short|long|wide|loose, not ~ fit*, bring ~ back, \
         want|like|wish|possible|need|have|going to return|exchange|swap, \
         send ~ them|it|this|these back, doesnt ~ suit, dont ~ suit|like, \
         in a bigger|smaller|larger|different, refund or exchange, \
         another|bigger|smaller|larger size|colour|one, send something back, give ~ back, \
         dont ~ want|like|love ~ it|them|anymore, doesnt ~ look|match, not for me, \
         not what i expected, not happy with the ~ size|colour|fit, unwanted, sending ~ back, \
         postage ~ return, who pays ~ return, returns, return window|period|deadline, withdraw, \
         cooling off, tried ~ on, too ~ tight|small|big|large|short|long|loose",
    ),
    (
        Intent::ReturnWish,
        62,
        "how|procedure|process ~~ return|exchange, return|exchange ~~ how|procedure|process, \
         send ~ back ~~ how|procedure|process, how ~~ send ~ back",
    ),
    (
        Intent::RefundWish,
        48,
        "refund*, money ~ back, reimburs*, pay ~ back, give ~ money, get|want ~ money, \
         credit ~ card|account, compensat*, my cash back, moneyback, refunds, my money, \
         reimbursement, want ~ money, full amount, give me back, paid back, refund me, \
         refunded, pay me, return my money, what about my refund, \
         demand ~ money|refund|payment, entitled to, cash back, the cash, my cash, \
         where ~ money, owe me, full refund, partial refund, give ~ back ~ money|paid, \
         what i paid, transfer ~ back, get back what",
    ),
    (
        Intent::RefundWish,
        58,
        "sent|returned ~ back ~ ago|weeks|days|already|last, \
         returned ~ ago|weeks|days|already|last|yesterday, already ~ returned|sent back, \
         i returned, i ~ sent ~ back, \
         refund* ~ processed|confirmed|status|through|issued|yet|still|hasnt|arrived|take",
    ),
    (
        Intent::RefundWish,
        56,
        "money|cash|refund* ~ not|still|yet|never|nothing|no|where|wheres|when|havent, \
         not|still|yet|never|nothing|no|where|wheres|when|havent ~ money|cash|refund*, \
         promised ~~ back, still nothing ~ from you",
    ),
    (
        Intent::WhereIsMyOrder,
        50,
        "where|wheres|were ~ order|parcel|package|stuff|delivery|things|item|shoes|dress|jacket|lamp|it|purchase|shipment, \
         when ~ arrive|come|delivered|delivery|get|receive|expect|shipped|ship|dispatched|sent|here|send, \
         track*, status ~ order|delivery|parcel|shipment, order|delivery|shipping status, \
         still waiting, been waiting, how long ~ take|delivery|shipping|wait, \
         has|have|did ~ shipped|dispatched|sent, any news|update|updates, on ~ its way, \
         not moved|moving|updated, hasnt moved|updated|shipped, eta, delayed, \
         stuck ~ in|at|since, still ~ shipped|processing|transit, is late, running late, \
         overdue, any idea when, turn up, turning up, get here, \
         has|have|did|is ~ order|parcel|package|purchase ~ shipped|sent|dispatched|left|coming, \
         whens|when ~ coming|here|out|arriving|turning, how much longer, \
         expected ~ delivery|date|arrival, delivery date|time|window, \
         should have ~ arrived|been here|come, be here by, where the hell, what happened to, \
         whats ~ happening|going ~ order|parcel|package|delivery, not ~ shipped|dispatched|sent, \
         still not ~ shipped|dispatched|sent, where my, \
         order|parcel|package|delivery ~ coming|gone, supposed to ~ arrive|here|come|delivered, \
         processing, still says, in preparation, being packed, is anyone, whats going on, \
         whats the status, how far, days ~ waiting|passed|ago ~ nothing, not ~ updated|update, \
         chase|chasing ~ up|order|parcel, chasing, follow ~ up, following up, checking in ~ on, \
         check on ~ order|parcel|delivery, enquire|inquire about ~ order|delivery|parcel, \
         meant to ~ be|arrive|come, was due, due ~ yesterday|last|on|by|monday|friday, \
         by ~ weekend|christmas|friday|birthday|monday, promised ~ delivery|by|for, need ~ by, \
         birthday ~ arrive|time|before, not ~ moved, days late, weeks late, \
         taking ~ long|ages|forever|so, gone quiet, let me know ~ when|where, \
         heard nothing ~ about ~ order|delivery, no sign, how come ~ long|late, \
         out for delivery, customs, no tracking, wheres it, \
         still|shows ~ processing|pending|preparing, so late, very late, late delivery, \
         late now, late already",
    ),
    (
        Intent::WhereIsMyOrder,
        40,
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday ~~ monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    ),
    (Intent::WhereIsMyOrder, 25, "when"),
    (
        Intent::InvoiceOrReceipt,
        58,
        "invoice*, receipt*, vat|tax ~ number|id|invoice|receipt, proof of purchase, \
         for ~ accounting|accountant|bookkeeping|expenses|tax, billing document, a bill, \
         bill ~ with|for|name, proof of payment, tax ~ man|return|office, \
         company name ~ on|invoice|bill, business expense*, claim ~ expenses|vat|tax, \
         resend ~ bill|receipt|invoice, paperwork",
    ),
    (
        Intent::DiscountWish,
        55,
        "discount*, promo* ~ code*, voucher*, coupon*, \
         code ~ not|doesnt|didnt|wont|isnt ~ work*|accepted|valid|apply, cheaper, price match, \
         better price, percent off, any deals|offers|sale, \
         student|loyalty|newsletter discount|code, money off, knock ~ off, \
         price|cheaper ~ dropped|lower|reduced, 10|15|20|30 of, black friday, coupon, \
         welcome code, loyal customer, lower price, sale price, special offer, any offers, \
         reduce ~ price, deal!, haggle, deal ~ on|for, best price, \
         price ~ match|too high|reduction, any chance ~ discount|cheaper|off|deal, \
         newsletter ~ code|discount, expired code, forgot ~ code, apply ~ code, free shipping, \
         bulk, sale ~ next|day|after, percent",
    ),
    (Intent::DiscountWish, 25, "code"),
    (
        Intent::DiscountWish,
        70,
        "code|voucher|coupon ~ not|doesnt|didnt|wont|isnt|dont|invalid|expired|rejected",
    ),
    (
        Intent::SizeOrProductQuestion,
        45,
        "what|which size, size ~ chart|guide|should|recommend|fit*|run|runs, true to size, \
         run|runs small|large|big|true, in stock, back in, available in, \
         is|are ~ available|waterproof|washable|vegan|dishwasher|machine|suitable|compatible|leather|organic|dimmable, \
         made of|from|in, material, compatible with, how big|tall|wide|heavy|long|deep is|are, \
         dimensions|measurements, difference between, suitable for, warranty, question about, \
         wash*, do you ~ sell|have|stock|ship|do, restock*, \
         colour|color ~ available|black|blue|red|green|options, can|could i use|wear|wash|put, \
         fits, do|does|will|would ~ fit|come|suit|run, does ~ work ~ with|on|for, \
         what ~ made|material|size|colour|colours|fabric, \
         can|could ~ washed|dishwasher|machine|used|tumble, is ~ possible to wash|use, \
         how do i ~ use|wash|clean|assemble|set, instructions ~ for|manual, manual!, \
         which one|model|version, do you ~ recommend, still have, ship|deliver to, safe for, \
         suitable, run ~ small|large|narrow|big|wide|true, narrow, wide feet|fit, sizing, \
         what are ~ made, how ~ heavy|warm|thick|loud|long does|bright, \
         can ~ wear|put|use|take, ok|okay|safe ~ for ~ kids|baby|dogs|children|skin, allergic, \
         ingredients, difference, battery life, which ~ better|one|version, usb, voltage, \
         plug ~ type|uk|eu, come in ~ black|other|any|different|size|red|blue|green, assembly, \
         do you ship, ship ~ to ~ ireland|switzerland|norway, gift wrap*, \
         where ~ made|manufactured",
    ),
    (
        Intent::SizeOrProductQuestion,
        62,
        "before i ~ buy|order|purchase, before buying|ordering|purchasing, \
         thinking ~ buying|ordering, interested in ~ buying|your|the, planning to buy, \
         want to know ~ if|whether ~ product|jacket|it, \
         question ~ about ~ product|item|size|material, what|whats ~ difference between",
    ),
    (
        Intent::SizeOrProductQuestion,
        30,
        "tell me if|whether, know if|whether, can you tell me, do you know if",
    ),
    (
        Intent::Complaint,
        24,
        "terrible|awful|horrible|appalling|disgusting|dreadful|shocking|rubbish|worst|pathetic|useless|joke|shambles, \
         unacceptable, disappointed|disappointing|disappointment, complain*, fed up, scam*, \
         rip off, ripoff, never ~ order|buy|shop|again ~ again, \
         nobody ~ answers|replies|responds|cares|answered|replied, \
         no one ~ answers|replies|responds|cares, no reply|response|answer, \
         angry|furious|annoyed|unhappy|upset|frustrat*, ridiculous, \
         bad|poor|lousy|rude ~ service|experience|quality|support|customer, \
         not happy|impressed|satisfied|good, disgrace*, ignored|ignoring, \
         thieves|crooks|fraud*, waste of, joke, shame*, rude, incompetent, unprofessional, \
         not good enough, had enough, bad review, trustpilot, one star, liars|lying, awful, \
         never been treated, hopeless, not acceptable, sick of, poor, cheated, fake, \
         emailed|written|wrote|called|messaged ~ times|twice|already, \
         zero|no ~ reply|replies|response|answer|help|contact, heard ~ nothing|nobody|back, \
         treat ~ customers|customer|people, losing patience, \
         lost patience, last time, had it with, beyond, never again, shocking, let down, \
         no help, fobbed off, lies, atrocious, dire, shoddy, laughable, avoid, wasted, waste, \
         patience, unbelievable, cant believe",
    ),
    (
        Intent::Thanks,
        8,
        "thank*, thx, cheers, ty, much appreciated, appreciate ~ help, \
         great service|job|help|support, you guys rock, legend*, love ~ it|them|the|my, \
         works perfectly|great|now, sorted, happy with, brilliant, lovely, amazing, wonderful, \
         fantastic, awesome, perfect, so happy|pleased|fast|quick, \
         really ~ happy|pleased|helpful, arrived safely, well done, kind regards, \
         super quick|fast|service, five stars, good job, top notch, just wanted to say, \
         so kind, delighted, chuffed, great",
    ),
    (
        Intent::WhereIsMyOrder,
        60,
        "where|wheres is|my|the|has|did ~ order|parcel|package|delivery|shipment|stuff|lamp, \
         when will|does|is|should|can ~ it|order|parcel|package|delivery|they ~ arrive|come|coming|delivered|here|arriving, \
         has|have ~ it|order|parcel|package|stuff|you ~ been|gone ~ sent|shipped|dispatched|posted|out, \
         any word|news|update ~ on|of|about|for ~ order|parcel|package|delivery|it, \
         not ~ scanned|moved|updated ~ days|week|since|weeks, has not changed since, \
         status ~ of ~ my|the|order, tracking ~ not|doesnt|says|hasnt|stuck|error|found|gives, \
         send|need|want|give|have ~ tracking number|code|link|info*, \
         still ~ in|at ~ warehouse|depot|transit, is it ~ normal|usual ~~ delivery|long, \
         what is|whats ~ taking|holding ~ long|up, what ~ happened to ~ my|mine|the|order, \
         will ~ it|parcel|order|they|delivery ~ arrive|come|make|be ~ before|by|in|on|here, \
         how ~ order|delivery ~ getting|going ~ on|along, on ~ its|their|the way ~ yet, \
         looked into ~ order|delivery|parcel, look into ~ order|delivery|parcel|where, \
         find out ~ where|when|what ~ parcel|order|delivery|happened|it, \
         when can i ~ expect ~ it|order|parcel|delivery|package|them|delivered, label ~ created, \
         forgotten ~ me|my, forgot ~ about me|my, chance ~~ arrive|get|come|here|make",
    ),
    (
        Intent::SizeOrProductQuestion,
        74,
        "where ~ made|manufactured|produced|sourced",
    ),
    (
        Intent::NotReceived,
        62,
        "missing ~ delivery|parcel|package|order|shipment, \
         delivery|parcel|package|order|shipment ~ missing, lost ~ parcel|package|order|delivery, \
         still missing|absent",
    ),
    (
        Intent::WantsPerson,
        74,
        "real|actual|live|proper|human person|human|being|agent|operator|somebody|someone, \
         human being, to a human, a human ~ please|not|reply, not ~ bot|robot|machine|computer, \
         no ~ bots|robots|machines, speak|talk ~ manager|supervisor|boss|superior, \
         no more ~ automatic|automated|canned, another ~ automatic|automated|canned, \
         put me through",
    ),
    (
        Intent::WhereIsMyOrder,
        56,
        "problem|problems|issue|trouble|delays|delay ~ with|in ~ delivery|deliveries|order|shipping|shipment, \
         hold up ~ order|parcel|delivery, chase it up, chase ~ courier|carrier, \
         give ~ courier ~ nudge|call, supposed to be|arrive ~ yesterday|today|monday|next day",
    ),
];

pub(super) const CONTEXT: &[Row<Role>] = &[
    (
        Role::Not,
        1,
        "not, dont, no, never, without, neither, wouldnt, doesnt",
    ),
    (
        Role::Wish,
        1,
        "want*, need*, wish*, like, please, looking, asking, after, require*, interested, \
         expect*",
    ),
    (
        Role::Stop,
        1,
        "do not, please dont, please not, instead of ~ a|the, rather than a, no need to, \
         no need for a, not asking for a",
    ),
    (
        Role::Got,
        1,
        "received, recieved, got, gotten, arrived, refunded, processed, seen, why, yet, still",
    ),
    (
        Role::Goods,
        1,
        "order!, orders, parcel*, package*, item*, delivery, product*, shipment, jacket, shoes, \
         dress",
    ),
    (
        Role::Else,
        1,
        "reply, answer, response, replies, answers, account, statement, card, bank, money, \
         cash, refund*",
    ),
    (
        Role::Page,
        1,
        "form!, tracking page|link, error page, login, upload, checkout, internet, link!, \
         the page, your page, this page, page ~ error, \
         website gives|shows|keeps|is|says|wont|doesnt, \
         site gives|shows|keeps|is|says|wont|doesnt, tracking site|link|number|website|portal, \
         courier page|site|website, gives me an error, your website, your site, an error, \
         error message on|when, the app, contact form, chat",
    ),
    (Role::Joint, 1, "and!, but!, so!, because!"),
    (
        Role::Unreal,
        1,
        "hope ~~ not|isnt|hasnt|wont|wasnt|doesnt|didnt, hopefully ~ not|nothing, \
         hoping ~~ not|isnt|wont|nothing, hope nothing, shame|pity if, afraid ~ it|that, \
         fear ~ it|that, worried ~ it|that, in case ~ it|they, \
         if ~ it|they ~ arrives|comes|gets|turns, what if, before ~ it|they ~ gets|breaks",
    ),
    (
        Role::Own,
        1,
        "i|ive|we ~ clicked|chose|picked|selected|ordered|entered|typed|put ~ wrong|incorrect, \
         my mistake|bad|fault, found ~ something|another|different, missing ~ digit|letter, \
         digit ~ missing",
    ),
    (Role::Trail, 1, "track*, courier*, shipment"),
];
