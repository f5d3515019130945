//! The world: a glasshouse on a cold night, with a thermometer and a valve. It knows nothing of us.

use std::sync::{Mutex, MutexGuard, PoisonError};

use homeostat::model::WorldTime;

use crate::climate::Reading;

const OUTSIDE_MILLICELSIUS: i64 = -3_000;
/// What one minute of an open valve brings.
const HEAT_MILLICELSIUS: i64 = 150;

pub(crate) struct House(Mutex<State>);

struct State {
    millicelsius: i64,
    heating_minutes: u32,
    readings: Vec<Reading>,
    /// Who opened the valve, in the valve's own books.
    openings: Vec<String>,
    loses_a_reply: bool,
}

/// The valve did not answer, which says nothing about what it did.
pub(crate) struct NoAnswer;

impl House {
    pub(crate) fn warm(at: WorldTime) -> Self {
        let millicelsius = 15_000;
        Self(Mutex::new(State {
            millicelsius,
            heating_minutes: 0,
            readings: vec![Reading { at, millicelsius }],
            openings: Vec::new(),
            loses_a_reply: true,
        }))
    }

    /// Twenty minutes pass.
    pub(crate) fn pass(&self, now: WorldTime) {
        let mut state = self.state();
        let heat = HEAT_MILLICELSIUS * i64::from(std::mem::take(&mut state.heating_minutes));
        let loss = (state.millicelsius - OUTSIDE_MILLICELSIUS) / 15;
        state.millicelsius += heat - loss;
        let millicelsius = state.millicelsius;
        state.readings.push(Reading {
            at: now,
            millicelsius,
        });
    }

    /// The thermometer remembers.
    pub(crate) fn readings(&self) -> Vec<Reading> {
        self.state().readings.clone()
    }

    /// Opens the valve. Once, it does so and the radio drops the answer.
    pub(crate) fn open_valve(&self, reference: &str, minutes: u32) -> Result<(), NoAnswer> {
        let mut state = self.state();
        state.heating_minutes += minutes;
        state.openings.push(reference.to_owned());
        match std::mem::take(&mut state.loses_a_reply) {
            true => Err(NoAnswer),
            false => Ok(()),
        }
    }

    pub(crate) fn openings(&self) -> Vec<String> {
        self.state().openings.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
