//! The rules about what is wanted, asked or praised. What happened outranks what is wished for it.

use super::{ACROSS, NEAR, Rule, WITHIN, rule};
use crate::intent::{Intent as T, concepts::Idea as I};

/// Those rules.
pub(super) static RULES: &[Rule] = &[
    // Goods go back.
    rule(T::ReturnWish, 54, NEAR, &[&[I::Return]], &[]),
    rule(
        T::ReturnWish,
        62,
        WITHIN,
        &[&[I::Return, I::Back], &[I::How]],
        &[I::Money],
    ),
    rule(T::ReturnWish, 56, NEAR, &[&[I::Swap]], &[]),
    rule(T::ReturnWish, 50, NEAR, &[&[I::Fit]], &[]),
    rule(T::ReturnWish, 50, NEAR, &[&[I::Dislike]], &[]),
    rule(
        T::ReturnWish,
        58,
        WITHIN,
        &[
            &[I::Dislike, I::Needless, I::Unused, I::Fit],
            &[I::Back, I::Return, I::How],
        ],
        &[I::Money],
    ),
    rule(T::ReturnWish, 46, NEAR, &[&[I::Unused]], &[]),
    // Untouched, and not liked or on its way back: nothing is wrong with it.
    rule(
        T::ReturnWish,
        80,
        ACROSS,
        &[&[I::Unused], &[I::Dislike, I::Needless, I::Return]],
        &[],
    ),
    // The order stops.
    rule(
        T::CancelOrder,
        62,
        NEAR,
        &[&[I::Cancel], &[I::Parcel, I::Ordered, I::Sent]],
        &[],
    ),
    rule(T::CancelOrder, 54, NEAR, &[&[I::Cancel]], &[]),
    rule(
        T::CancelOrder,
        60,
        NEAR,
        &[&[I::Not], &[I::Hold]],
        &[I::When, I::Return],
    ),
    rule(
        T::CancelOrder,
        58,
        WITHIN,
        &[&[I::Mistake], &[I::Ordered]],
        &[],
    ),
    rule(
        T::CancelOrder,
        52,
        NEAR,
        &[&[I::Needless]],
        &[I::Money, I::Happy],
    ),
    // Money comes back.
    rule(T::RefundWish, 54, NEAR, &[&[I::Money], &[I::Back]], &[]),
    rule(
        T::RefundWish,
        60,
        WITHIN,
        &[&[I::Money], &[I::When, I::Where, I::News, I::Wait]],
        &[I::Ask],
    ),
    rule(
        T::RefundWish,
        58,
        NEAR,
        &[&[I::Money], &[I::Not], &[I::Arrive, I::Account, I::Seen]],
        &[],
    ),
    rule(
        T::RefundWish,
        62,
        ACROSS,
        &[
            &[I::Returned],
            &[I::Money, I::When, I::Account, I::News, I::Span],
        ],
        &[],
    ),
    rule(
        T::RefundWish,
        52,
        NEAR,
        &[&[I::Account], &[I::Not, I::Back]],
        &[I::Address, I::Hold],
    ),
    rule(T::RefundWish, 44, NEAR, &[&[I::Returned]], &[]),
    rule(
        T::DoubleCharge,
        72,
        WITHIN,
        &[&[I::Charged], &[I::Twice]],
        &[],
    ),
    rule(
        T::DoubleCharge,
        70,
        WITHIN,
        &[&[I::Account, I::Money], &[I::Twice]],
        &[I::Ordered],
    ),
    rule(
        T::DoubleCharge,
        70,
        ACROSS,
        &[&[I::Account], &[I::Twice], &[I::Ordered]],
        &[],
    ),
    // Where it goes.
    rule(
        T::ChangeAddress,
        70,
        NEAR,
        &[&[I::Address], &[I::Change, I::Wrong]],
        &[I::Invoice],
    ),
    rule(T::ChangeAddress, 64, NEAR, &[&[I::Move]], &[]),
    rule(
        T::ChangeAddress,
        66,
        WITHIN,
        &[&[I::Elsewhere], &[I::Hold, I::Parcel, I::Dropped]],
        &[I::Not, I::Claimed],
    ),
    // There, since nobody is here by day.
    rule(
        T::ChangeAddress,
        68,
        ACROSS,
        &[&[I::Elsewhere], &[I::Ask, I::Hold], &[I::Not], &[I::Door]],
        &[I::Claimed, I::Dropped, I::Courier, I::Lost, I::Seen],
    ),
    // There, and not here.
    rule(
        T::ChangeAddress,
        66,
        WITHIN,
        &[&[I::Address], &[I::Hold], &[I::Not, I::Change]],
        &[
            I::Invoice,
            I::Claimed,
            I::Dropped,
            I::Return,
            I::How,
            I::Lost,
            I::Money,
            I::Courier,
            I::Door,
        ],
    ),
    rule(
        T::ChangeAddress,
        62,
        WITHIN,
        &[&[I::Account], &[I::Hold], &[I::Change]],
        &[I::Money, I::Charged, I::Back],
    ),
    // Asks.
    rule(
        T::SizeOrProductQuestion,
        54,
        WITHIN,
        &[&[I::Ask], &[I::Trait]],
        &[I::Broken, I::Not],
    ),
    rule(
        T::SizeOrProductQuestion,
        56,
        NEAR,
        &[&[I::When], &[I::Trait]],
        &[I::Parcel, I::Wait, I::Late],
    ),
    rule(T::SizeOrProductQuestion, 36, NEAR, &[&[I::Trait]], &[]),
    rule(T::InvoiceOrReceipt, 68, NEAR, &[&[I::Invoice]], &[]),
    rule(T::DiscountWish, 56, NEAR, &[&[I::Offer]], &[]),
    rule(T::WantsPerson, 66, NEAR, &[&[I::Human], &[I::Talk]], &[]),
    rule(
        T::WantsPerson,
        66,
        WITHIN,
        &[&[I::Bot], &[I::Not, I::Human]],
        &[],
    ),
    rule(T::Spam, 60, NEAR, &[&[I::Growth]], &[]),
    // Says no more than that it is well.
    rule(T::Thanks, 30, NEAR, &[&[I::Happy]], &[I::Not, I::Hoped]),
    rule(
        T::Thanks,
        47,
        ACROSS,
        &[
            &[I::Happy],
            &[
                I::Arrive,
                I::Parcel,
                I::Inside,
                I::Ordered,
                I::Sent,
                I::Trait,
            ],
        ],
        &[
            I::Not,
            I::Broken,
            I::Lost,
            I::Wrong,
            I::Late,
            I::Return,
            I::Cancel,
            I::Address,
            I::Invoice,
            I::Fit,
            I::Fails,
            I::Lacking,
            I::Hoped,
        ],
    ),
];
