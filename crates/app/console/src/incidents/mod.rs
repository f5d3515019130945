//! What broke, and is it over: incidents are put together from what was written anyway, by the processes that died and
//! the jobs, acts and money that they held.
//!
//! ```text
//!   lives that ended unplanned ──▶ grouped: one crash ─┬▶ list: when, what, how long
//!   rows of `homeostat.incident` ──▶ findings ─────────┘
//!   one crash ──▶ its jobs, acts, runs, windows ──▶ their events ─┬▶ film: a lane each, one axis
//!                                                                ├▶ story in words, figures
//!                                                                └▶ what each was at one instant
//! ```
//! *Who is authoritative.* The journal and the rows. What cannot be told from them is left out. *Limits.* A death is
//! told from when it was found; when the process really ended nobody wrote down. Reads are bounded, and say when cut.

#[cfg(test)]
mod case;
mod deaths;
mod figures;
mod film;
mod finding;
mod held;
mod instant;
mod lanes;
mod list;
mod page;
mod scrub;
mod story;
mod told;

use axum::{
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Redirect, Response},
};
use jiff::SignedDuration;

use crate::{board, paths::Paths, words};

pub(crate) use list::Incidents;
pub(crate) use page::Incident;
pub(crate) use scrub::parsed;

/// Longest text of a row that is shown.
pub(crate) const TEXT_MAX: usize = 240;

/// The list, and the page of each.
pub(crate) fn routes() -> Paths {
    board::routes::<Incidents>("What broke, the latest first, and whether it is over.")
        .behind(|list| list.route_layer(from_fn(to_its_page)))
        .merge(board::routes::<Incident>(
            "One incident: its story, what it cost, and the events that it is told from.",
        ))
}

/// Who asks for the death of a process is sent to the incident that it is part of.
async fn to_its_page(request: Request, next: Next) -> Response {
    match asked_process(request.uri().query().unwrap_or_default()) {
        Some(id) => Redirect::to(&format!("{}/{id}", request.uri().path())).into_response(),
        None => next.run(request).await,
    }
}

/// A number only: anything else is named as wrong by the list.
fn asked_process(query: &str) -> Option<i64> {
    let mut fields = form_urlencoded::parse(query.as_bytes());
    let (_, value) = fields.find(|(name, _)| name == "process")?;
    value.parse().ok()
}

/// How long something took, to the millisecond while that matters: `0.257 s`, `12 s`.
fn precise(time: SignedDuration) -> String {
    let ms = time.as_millis().max(0);
    match ms {
        ..10_000 => format!("{}.{:03} s", ms / 1_000, ms % 1_000),
        _ => words::lasted(time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_asked_for_by_its_number() {
        assert_eq!(asked_process("process=7"), Some(7));
        assert_eq!(asked_process("before=x&process=31"), Some(31));
        assert_eq!(asked_process("process=seven"), None);
        assert_eq!(asked_process(""), None);
    }

    #[test]
    fn short_times_are_told_to_the_millisecond() {
        assert_eq!(precise(SignedDuration::from_millis(257)), "0.257 s");
        assert_eq!(precise(SignedDuration::from_millis(9_999)), "9.999 s");
        assert_eq!(precise(SignedDuration::from_millis(12_345)), "12 s");
        assert_eq!(precise(SignedDuration::from_millis(-4)), "0.000 s");
    }
}
