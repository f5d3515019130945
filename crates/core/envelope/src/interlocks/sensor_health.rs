//! Sensor health: no kill and no refund while a sensor behind it is blind. What a blind sensor does not
//! see is not "no activity".

use jiff::SignedDuration;

use super::{Finding, Interlock};
use crate::{Action, SensorGrounds, judge::Facts};

pub(super) const INTERLOCK: Interlock = Interlock {
    name: "sensor_health",
    refuses: "a kill or a refund behind which a sensor is blind, silent or too old",
    since: 2,
    window: None,
    judge,
};

fn judge(facts: &Facts<'_>) -> Finding {
    let sensors = &facts.ask.grounds.sensors;
    let ill: Vec<String> = sensors
        .iter()
        .filter_map(|one| illness(facts, one))
        .collect();
    if !ill.is_empty() {
        return Err(ill.join("; "));
    }
    match facts.ask.action {
        Action::Kill | Action::Refund if sensors.is_empty() => {
            Err("names no sensor that it rests on".into())
        }
        Action::Kill
        | Action::Adjust
        | Action::Refund
        | Action::Payout
        | Action::Reply
        | Action::Other => {
            let names: Vec<&str> = sensors.iter().map(|one| one.name.as_str()).collect();
            Ok(if names.is_empty() {
                "rests on no sensor".into()
            } else {
                format!("{} see", names.join(", "))
            })
        }
    }
}

fn illness(facts: &Facts<'_>, sensor: &SensorGrounds) -> Option<String> {
    let name = &sensor.name;
    if !sensor.sees {
        return Some(format!("{name} is blind"));
    }
    let Some(as_of) = sensor.as_of else {
        return Some(format!("{name} never saw anything"));
    };
    let age = facts.ask.at.since(as_of);
    if age < SignedDuration::ZERO {
        return Some(format!("{name} saw {} s ahead of the ask", -age.as_secs()));
    }
    let limit = SignedDuration::from_secs(i64::from(sensor.max_age_s));
    (age > limit).then(|| {
        format!(
            "{name} saw last {} min ago, limit {} min",
            age.as_mins(),
            limit.as_mins()
        )
    })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use crate::interlocks::fixture::Fixture;

    #[test]
    fn a_blind_sensor_is_not_read_as_no_activity() {
        for mut case in [Fixture::kill(), Fixture::refund()] {
            case.assert_passes("sensor_health");
            case.ask.grounds.sensors[0].sees = false;
            case.assert_refused_only_by("sensor_health");
        }
    }

    #[test]
    fn a_sensor_that_never_saw_or_not_for_long_is_no_ground() {
        let mut case = Fixture::kill();
        case.ask.grounds.sensors[0].as_of = None;
        case.assert_refused_only_by("sensor_health");
        let two_hours_ago = case.ask.at.plus(-SignedDuration::from_hours(2));
        case.ask.grounds.sensors[0].as_of = Some(two_hours_ago);
        case.assert_passes("sensor_health");
        case.ask.grounds.sensors[0].as_of = Some(case.ask.at.plus(SignedDuration::from_secs(1)));
        case.assert_refused_only_by("sensor_health");
        let older = two_hours_ago.plus(-SignedDuration::from_secs(1));
        case.ask.grounds.sensors[0].as_of = Some(older);
        case.assert_refused_only_by("sensor_health");
    }

    #[test]
    fn a_kill_names_its_sensors_and_a_pause_by_hand_need_not() {
        let mut case = Fixture::kill();
        case.ask.grounds.sensors.clear();
        case.assert_refused_only_by("sensor_health");
        let mut case = Fixture::spending(1);
        case.ask.grounds.sensors.clear();
        case.assert_passes("sensor_health");
    }
}
