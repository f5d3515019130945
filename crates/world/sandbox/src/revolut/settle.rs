//! The lever of the vendor's own sandbox: ends a payment as it is told, for tests and drills.

use homeostat_vendors::revolut::PaymentState;
use serde_json::json;

use super::{
    answer::Answer,
    state::{SETTLE, State, VENDOR},
};
use crate::{app::App, books::Act, faults::Strike};

/// How a payment is to end.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    Complete,
    Revert,
    Decline,
    Fail,
}

impl Action {
    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "complete" => Some(Self::Complete),
            "revert" => Some(Self::Revert),
            "decline" => Some(Self::Decline),
            "fail" => Some(Self::Fail),
            _ => None,
        }
    }

    fn state(self) -> PaymentState {
        match self {
            Self::Complete => PaymentState::Completed,
            Self::Revert => PaymentState::Reverted,
            Self::Decline => PaymentState::Declined,
            Self::Fail => PaymentState::Failed,
        }
    }
}

/// Ends a payment. What has ended stays so, but a completed one may still come back.
///
/// # Errors
/// The answer that Revolut gives to such a request.
pub(super) fn answer(
    app: &App,
    id: &str,
    action: Action,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let mut state = app.revolut();
    let now = app.now();
    let at = State::instant(now.world);
    let payment = state.payments.iter().find(|one| one.id == id);
    let payment = payment.ok_or_else(|| Answer::not_found("Transaction"))?;
    let (before, after) = (payment.state(at).0, action.state());
    let comes_back = before == PaymentState::Completed && after == PaymentState::Reverted;
    if before.is_final() && !comes_back {
        return Err(Answer::bad_request("The transaction has ended"));
    }
    let act = Act {
        act: SETTLE.to_owned(),
        object: id.to_owned(),
        from: before.as_str().to_owned(),
        to: after.as_str().to_owned(),
        request_id: payment.request_id.clone(),
        effective_from: at,
        fault: strike.map(|strike| strike.fault),
        ..Act::blank(VENDOR, state.books.next_n(), now)
    };
    app.confirm(&mut *state, act)
        .map_err(|_| Answer::outage())?;
    Ok(Answer::ok(&json!({"id": id, "state": after})))
}
