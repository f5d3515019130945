//! Windows: a cap over a span of time. Money and counts of acts are the same mechanism.

use homeostat_model::WorldTime;
use serde::{Deserialize, Serialize};

use crate::{Action, Ask, EnvelopeError, Limits, Purse, RefundGrounds, calendar::Span, interlocks};

/// What a window counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Micro-units of the brand's currency.
    Money,
    /// Acts.
    Act,
}

/// How long a window lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// One hour of the local day.
    Hour,
    /// One local day.
    Day,
    /// One calendar month.
    Month,
    /// For ever.
    Lifetime,
    /// From an act until the entity has rested.
    Cooldown,
}

/// One window that an ask draws on, and what it takes from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowSpec {
    /// The interlock the window belongs to. With `scope` and `starts_at` it names the window.
    pub interlock: String,
    /// Whose cap it is: `brand:<brand>`, `refunds:<brand>`, `payouts:<brand>`, `entity:<brand>/<target>`,
    /// `order:<brand>/<order>`,
    /// `customer:<brand>/<digest>` or `claim:<brand>/<order>/<claim>`.
    pub scope: String,
    /// What is counted.
    pub unit: Unit,
    /// How long it lasts.
    pub period: Period,
    /// First instant of the window.
    pub starts_at: WorldTime,
    /// First instant after the window.
    pub ends_at: WorldTime,
    /// The most that held and settled may reach together.
    pub cap: i64,
    /// What the ask takes.
    pub take: i64,
}

/// The windows that `ask` draws on by the rules of today, in the order of their interlocks.
///
/// A window of period [`Period::Cooldown`] begins at the ask: the caller uses it only where no earlier
/// one with use in it still covers the ask. `live_campaigns` sizes the cap on kills.
///
/// # Errors
/// When the zone is unknown or the ask lies outside the calendar.
pub fn windows_for(
    limits: &Limits,
    ask: &Ask,
    live_campaigns: u32,
) -> Result<Vec<WindowSpec>, EnvelopeError> {
    let draw = Draw {
        limits,
        ask,
        live_campaigns,
        zone: limits.time_zone()?,
    };
    let mut specs = Vec::new();
    for interlock in interlocks::ALL {
        if let Some(window) = interlock.window
            && let Some(spec) = window(&draw)?
        {
            specs.push(spec);
        }
    }
    Ok(specs)
}

impl Unit {
    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Act => "act",
        }
    }
}

impl Period {
    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
            Self::Lifetime => "lifetime",
            Self::Cooldown => "cooldown",
        }
    }
}

/// What an interlock needs to know to name its window.
pub(crate) struct Draw<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) ask: &'a Ask,
    pub(crate) live_campaigns: u32,
    pub(crate) zone: jiff::tz::TimeZone,
}

impl Draw<'_> {
    /// A window of the brand's money; none when there is no cap or nothing is taken.
    pub(crate) fn money(
        &self,
        interlock: &str,
        period: Period,
        cap: Option<i64>,
        span: Span,
    ) -> Option<WindowSpec> {
        let take = self.ask.worst_case.amount_micros;
        let scope = format!("{}:{}", self.ask.action.purse(), self.ask.brand);
        let cap = cap.filter(|_| take != 0)?;
        Some(spec(
            interlock,
            scope,
            (Unit::Money, period),
            span,
            (cap, take),
        ))
    }

    /// A window that counts acts of the whole brand.
    pub(crate) fn acts_of_brand(
        &self,
        interlock: &str,
        period: Period,
        cap: i64,
        span: Span,
    ) -> WindowSpec {
        let scope = format!("brand:{}", self.ask.brand);
        spec(interlock, scope, (Unit::Act, period), span, (cap, 1))
    }

    /// A window of a scope of its own.
    pub(crate) fn of_scope(
        &self,
        interlock: &str,
        scope: String,
        (unit, period): (Unit, Period),
        span: Span,
        (cap, take): (i64, i64),
    ) -> WindowSpec {
        spec(interlock, scope, (unit, period), span, (cap, take))
    }

    /// What a refund rests on; none for any other act.
    pub(crate) fn refund(&self) -> Option<&RefundGrounds> {
        let grounds = self.ask.grounds.refund.as_ref();
        grounds.filter(|_| self.ask.action == Action::Refund)
    }

    /// The caps that the ask draws on.
    pub(crate) fn purse(&self) -> Purse {
        self.limits.purse(self.ask.action)
    }

    /// A window that counts acts on the target.
    pub(crate) fn acts_on_entity(
        &self,
        interlock: &str,
        period: Period,
        cap: i64,
        span: Span,
    ) -> WindowSpec {
        let scope = format!("entity:{}/{}", self.ask.brand, self.ask.target);
        spec(interlock, scope, (Unit::Act, period), span, (cap, 1))
    }
}

fn spec(
    interlock: &str,
    scope: String,
    (unit, period): (Unit, Period),
    span: Span,
    (cap, take): (i64, i64),
) -> WindowSpec {
    WindowSpec {
        interlock: interlock.to_owned(),
        scope,
        unit,
        period,
        starts_at: span.starts_at,
        ends_at: span.ends_at,
        cap,
        take,
    }
}
