//! Promises of the refund policy: what the facts justify, and that nothing a customer writes raises it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod hostile;

use homeostat_control::{
    because,
    customer::{self, Profile, Tier},
    delivery::{self, Reading},
    dispute::{self, Dispute},
    record,
    refund::{
        Bound, Claim, Conversation, Earlier, Evidence, Inputs, Intent, Order, Params, Proposal,
        Reason, Refund, Template, Why,
    },
};
use homeostat_model::{Currency, Money, WorldTime};
use jiff::{SignedDuration, Timestamp};

const EUR: i64 = 1_000_000;

fn day(day: i64) -> WorldTime {
    WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_hours(24 * day))
}

fn eur(amount: i64) -> Money {
    Money::from_micros(amount * EUR, currency("EUR"))
}

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

/// An honest customer whose order of 40 was sent on day 2, and of whose parcel this was said.
fn claim(claim: Claim, now: i64, said: &[(i64, &str)]) -> Inputs {
    let reading = |(at, status): &(i64, &str)| Reading {
        at: day(*at),
        status: (*status).into(),
        sub_status: None,
    };
    Inputs {
        params: Params::default(),
        currency: currency("EUR"),
        now: day(now),
        conversation: Conversation {
            intent: Intent::Refund,
            claim: Some(claim),
            asked: None,
            has_evidence: false,
            wants_person: false,
            earlier: Earlier::None,
        },
        order: Some(Order {
            currency: currency("EUR"),
            placed_at: day(0),
            paid_micros: 40 * EUR,
            refunded_micros: 0,
            pending_micros: 0,
            claimed_micros: None,
            is_shipped: true,
            is_returned: false,
        }),
        customer: customer::Inputs {
            profile: Profile {
                orders: 3,
                kept_orders: 2,
                ..Profile::default()
            },
            ..customer::Inputs::default()
        },
        disputes: dispute::Inputs {
            now: day(now),
            window_s: 180 * 86_400,
            orders_in_window: 3,
            order: Some("o1".into()),
            disputes: Vec::new(),
        },
        delivery: Some(delivery::Inputs {
            params: delivery::Params::default(),
            now: day(now),
            shipped_at: Some(day(2)),
            promised_by: Some(day(8)),
            readings: said.iter().map(reading).collect(),
        }),
        customer_refunded_30d_micros: 0,
        day_left_micros: 500 * EUR,
    }
}

fn lost() -> Inputs {
    claim(Claim::NotReceived, 30, &[(3, "InTransit")])
}

fn decide(inputs: &Inputs) -> Proposal {
    record::<Refund>(inputs, 0).unwrap().proposal
}

fn paid(inputs: &Inputs) -> i64 {
    match decide(inputs) {
        Proposal::Refund { amount, .. } => amount.amount_micros,
        _ => 0,
    }
}

fn answer(inputs: &Inputs) -> Option<Template> {
    match decide(inputs) {
        Proposal::Answer { template } => Some(template),
        _ => None,
    }
}

fn with(mut inputs: Inputs, change: impl FnOnce(&mut Inputs)) -> Inputs {
    change(&mut inputs);
    inputs
}

fn order(inputs: &mut Inputs) -> &mut Order {
    inputs.order.as_mut().unwrap()
}

fn human(why: Why) -> Proposal {
    Proposal::Human { why }
}

#[test]
fn a_lost_parcel_is_refunded_in_full() {
    assert_eq!(
        decide(&lost()),
        Proposal::Refund {
            amount: eur(40),
            reason: Reason::NotReceived,
            cut_by: None,
            rest_micros: 0,
        }
    );
}

#[test]
fn what_is_said_of_the_parcel_decides_the_answer() {
    let said = |now, words: &[(i64, &str)]| answer(&claim(Claim::NotReceived, now, words));
    assert_eq!(said(5, &[(3, "InTransit")]), Some(Template::OnItsWay));
    assert_eq!(said(10, &[(3, "InTransit")]), Some(Template::Delayed));
    assert_eq!(
        said(10, &[(9, "AvailableForPickup")]),
        Some(Template::PickUp)
    );
    let delivered = claim(Claim::NotReceived, 10, &[(7, "Delivered")]);
    let evidence = Evidence::Statement;
    assert_eq!(decide(&delivered), Proposal::AskForEvidence { evidence });
    let sworn = with(delivered, |i| i.conversation.has_evidence = true);
    assert_eq!(decide(&sworn), human(Why::AgainstTracking));
    let odd = claim(Claim::NotReceived, 10, &[(7, "Beamed")]);
    assert_eq!(decide(&odd), human(Why::TrackingUnclear));
    let fresh = |now| {
        answer(&with(claim(Claim::NotReceived, now, &[]), |i| {
            order(i).is_shipped = false;
            i.delivery = None;
        }))
    };
    assert_eq!((fresh(5), fresh(6)), (Some(Template::NotYetSent), None));
    let quiet = |now| {
        with(claim(Claim::NotReceived, now, &[]), |i| {
            i.delivery = None;
        })
    };
    assert_eq!(answer(&quiet(5)), Some(Template::OnItsWay));
    assert_eq!(decide(&quiet(6)), human(Why::TrackingUnclear));
    let older = with(quiet(5), |i| i.params.quiet_days = 0);
    assert_eq!(decide(&older), human(Why::TrackingUnclear));
    let track = with(lost(), |i| i.conversation.intent = Intent::Track);
    assert_eq!(answer(&track), Some(Template::SeemsLost));
}

#[test]
fn what_arrived_faulty_must_be_seen_and_not_be_old() {
    let broken = claim(Claim::Damaged, 12, &[(8, "Delivered")]);
    let evidence = Evidence::Photo;
    assert_eq!(decide(&broken), Proposal::AskForEvidence { evidence });
    let seen = with(broken, |i| i.conversation.has_evidence = true);
    assert_eq!(paid(&seen), 40 * EUR);
    let half = with(seen.clone(), |i| order(i).claimed_micros = Some(15 * EUR));
    assert_eq!(paid(&half), 15 * EUR);
    let old = with(seen.clone(), |i| i.now = day(69));
    assert_eq!(decide(&old), human(Why::TooOld));
    let absent = with(claim(Claim::Damaged, 5, &[(3, "InTransit")]), |i| {
        i.conversation.has_evidence = true;
    });
    assert_eq!(decide(&absent), human(Why::AgainstTracking));
}

#[test]
fn what_is_not_wanted_goes_back_first() {
    let kept = |now| claim(Claim::ChangedMind, now, &[(8, "Delivered")]);
    assert_eq!(answer(&kept(22)), Some(Template::HowToReturn));
    assert_eq!(answer(&kept(23)), Some(Template::ReturnOver));
    let back = with(kept(40), |i| order(i).is_returned = true);
    assert_eq!(paid(&back), 40 * EUR);
    let cancel = with(kept(1), |i| {
        i.conversation.intent = Intent::Cancel;
        order(i).is_shipped = false;
        order(i).claimed_micros = Some(EUR);
    });
    assert_eq!(paid(&cancel), 40 * EUR);
    let sent = with(cancel, |i| order(i).is_shipped = true);
    assert_eq!(answer(&sent), Some(Template::AlreadySent));
}

#[test]
fn a_claim_is_served_once() {
    let again = |earlier| answer(&with(lost(), |i| i.conversation.earlier = earlier));
    assert_eq!(again(Earlier::UnderWay), Some(Template::BeingProcessed));
    assert_eq!(again(Earlier::Refunded), Some(Template::AlreadyRefunded));
    let spent = with(lost(), |i| order(i).refunded_micros = 40 * EUR);
    assert_eq!(answer(&spent), Some(Template::AlreadyRefunded));
    let pending = with(lost(), |i| order(i).pending_micros = 40 * EUR);
    assert_eq!(answer(&pending), Some(Template::BeingProcessed));
}

#[test]
fn some_customers_and_some_wishes_are_a_persons() {
    let risky = with(lost(), |i| i.customer.profile.disputes = 4);
    assert_eq!(decide(&risky), human(Why::HighRisk));
    let dispute = |order: &str, state: &str| Dispute {
        id: "d1".into(),
        read_at: day(29),
        state: dispute::State::from_raw(state),
        opened_at: day(20),
        order: Some(order.into()),
    };
    for one in [
        dispute("o1", "WON"),
        dispute("o9", "NEEDS_RESPONSE"),
        dispute("o9", "?"),
    ] {
        let disputed = with(lost(), |i| i.disputes.disputes.push(one));
        assert_eq!(decide(&disputed), human(Why::Disputed));
    }
    let settled = with(lost(), |i| i.disputes.disputes.push(dispute("o9", "WON")));
    assert_eq!(paid(&settled), 40 * EUR);
    let many = with(settled, |i| {
        let ids = ["d2", "d3", "d4"].map(str::to_owned);
        let more = ids.map(|id| Dispute {
            id,
            ..dispute("o9", "WON")
        });
        i.disputes.disputes.extend(more);
    });
    assert_eq!(decide(&many), human(Why::HighRisk));
    let person = with(lost(), |i| i.conversation.wants_person = true);
    assert_eq!(decide(&person), human(Why::AskedForPerson));
    let charged = claim(Claim::DoubleCharged, 5, &[]);
    assert_eq!(decide(&charged), human(Why::Payment));
    let foreign = with(lost(), |i| order(i).currency = currency("USD"));
    assert_eq!(decide(&foreign), human(Why::Currency));
    let free = with(lost(), |i| order(i).paid_micros = 0);
    assert_eq!(decide(&free), human(Why::NothingPaid));
}

#[test]
fn a_message_without_an_order_or_a_wish_moves_nothing() {
    let with_intent = |intent| decide(&with(lost(), |i| i.conversation.intent = intent));
    assert_eq!(with_intent(Intent::Thanks), Proposal::Nothing);
    assert_eq!(with_intent(Intent::Spam), Proposal::Nothing);
    assert_eq!(with_intent(Intent::Unclear), human(Why::NotUnderstood));
    assert_eq!(with_intent(Intent::Exchange), human(Why::Exchange));
    let whose = with(lost(), |i| i.order = None);
    assert_eq!(answer(&whose), Some(Template::OrderNeeded));
    let why = with(lost(), |i| i.conversation.claim = None);
    assert_eq!(answer(&why), Some(Template::ReasonNeeded));
}

#[test]
fn each_bound_holds_and_says_so() {
    let cut = |change: &dyn Fn(&mut Inputs)| {
        let inputs = with(lost(), |i| change(i));
        match decide(&inputs) {
            Proposal::Refund {
                amount,
                cut_by,
                rest_micros,
                ..
            } => (amount.amount_micros / 10_000, cut_by, rest_micros / 10_000),
            other => panic!("{other:?}"),
        }
    };
    let held = |bound| Some(bound);
    assert_eq!(
        cut(&|i| order(i).paid_micros = 80 * EUR),
        (5_000, held(Bound::BrandCap), 3_000)
    );
    assert_eq!(
        cut(&|i| order(i).refunded_micros = 30 * EUR),
        (1_000, held(Bound::OrderRest), 3_000)
    );
    assert_eq!(
        cut(&|i| i.customer_refunded_30d_micros = 88 * EUR),
        (1_200, held(Bound::CustomerRoom), 2_800)
    );
    assert_eq!(
        cut(&|i| i.day_left_micros = 7_777_777),
        (777, held(Bound::DayRoom), 3_223)
    );
    let mid = |i: &mut Inputs| i.customer.profile.disputes = 2;
    assert_eq!(cut(&mid), (2_000, held(Bound::TierShare), 2_000));
    assert_eq!(
        cut(&|i| i.conversation.asked = Some(eur(5))),
        (500, None, 0)
    );
    let none = with(lost(), |i| i.day_left_micros = -5);
    let bound = Bound::DayRoom;
    assert_eq!(decide(&none), human(Why::NoRoom { bound }));
    let belief = record::<Refund>(&with(lost(), mid), 0).unwrap().belief;
    assert_eq!(belief.customer.tier, Tier::Mid);
    assert_eq!(
        belief.ceiling.unwrap().to_string(),
        "20.00 EUR at most, held by the share of the order at this risk: what is left of the order 40.00, \
         the cap of one refund 50.00, the share of the order at this risk 20.00, \
         the customer's room of 30 days 100.00, the day's room 500.00"
    );
}

#[test]
fn every_proposal_is_told_in_words() {
    let told = |inputs: &Inputs| {
        let decided = record::<Refund>(inputs, 0).unwrap();
        let (belief, proposal) = (&decided.belief_json, &decided.proposal_json);
        because("refund", &decided.inputs_json, belief, proposal).unwrap()
    };
    assert!(told(&lost()).starts_with("will not arrive; 40.00 EUR at most, held by what is left"));
    assert!(told(&lost()).ends_with("chance of abuse 3.65%, low: base -3.00, 2 orders kept -0.27"));
    let risky = with(lost(), |i| i.customer.profile.disputes = 4);
    assert!(told(&risky).starts_with("high risk: chance of abuse "));
    let none = with(lost(), |i| i.day_left_micros = 0);
    assert_eq!(
        told(&none),
        "nothing may be refunded: the day's room is used up"
    );
    let early = claim(Claim::NotReceived, 5, &[(3, "InTransit")]);
    assert_eq!(told(&early), "on its way and in time");
    assert_eq!(because("refund", "{}", "{}", "{}"), None);
    for template in Template::ALL {
        assert!(!template.to_string().is_empty());
    }
}

#[test]
fn nonsense_is_named() {
    let error = |change: &dyn Fn(&mut Inputs)| {
        let error = record::<Refund>(&with(lost(), |i| change(i)), 0).unwrap_err();
        std::error::Error::source(&error).unwrap().to_string()
    };
    assert!(error(&|i| order(i).paid_micros = -1).starts_with("order.paid_micros is -1"));
    assert!(error(&|i| i.params.caps.mid_share_milli = 1_001).starts_with("params.caps.mid_share"));
    assert!(error(&|i| i.params.caps.high_share_milli = 600).starts_with("params.caps.high_share"));
    assert!(error(&|i| i.customer.profile.kept_orders = 9).contains("profile.orders"));
}
