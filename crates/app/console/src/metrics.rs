//! `/metrics`: what a Prometheus keeps of this system. Counted anew from the rows with each scrape, so nothing is lost
//! with a process and two consoles say the same.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use homeostat_effects::{BudgetView, budgets};
use homeostat_model::Mode;
use homeostat_store::journal::last_event;
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge, with_local_recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::{
    board::Trouble,
    openapi::Operation,
    paths::Paths,
    routes::Console,
    status::{self, Status},
};

/// The text format of Prometheus: prometheus.io/docs/instrumenting/exposition_formats.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(crate) fn routes() -> Paths {
    let summary = "What a Prometheus keeps of this system.";
    let operation = Operation::text::<()>("/metrics", "text/plain", summary);
    Paths::default().api(operation, get(scrape))
}

async fn scrape(State(console): State<Console>) -> Response {
    match look(&console).await {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(trouble) => trouble.told(),
    }
}

async fn look(console: &Console) -> Result<String, Trouble> {
    let db = &console.db;
    let status = status::look(db)
        .await
        .map_err(|error| Trouble::Away(error.to_string()))?;
    // Brand by brand, since windows are found by brand and end.
    let mut windows = Vec::new();
    for brand in &console.config.brands {
        let all = budgets(db, Some(&brand.id), Some(console.desks.now().world)).await?;
        // A label for each customer and order would be without bound, and names them to whoever reads it.
        windows.extend(
            all.into_iter()
                .filter(crate::operations::money::is_of_the_brand),
        );
    }
    let last = last_event(db).await?;
    Ok(told(&status, &windows, last))
}

fn told(status: &Status, windows: &[BudgetView], last_event: i64) -> String {
    // Of this scrape alone.
    let recorder = PrometheusBuilder::new().build_recorder();
    with_local_recorder(&recorder, || {
        describe();
        state(status);
        windows.iter().for_each(money);
        counter!("homeostat_events_total").absolute(last_event.unsigned_abs());
    });
    recorder.handle().render()
}

fn describe() {
    describe_gauge!("homeostat_nominal", "1 while nothing is wrong");
    describe_gauge!("homeostat_mode", "1 for the mode in force");
    describe_gauge!("homeostat_processes", "Live processes by kind");
    describe_gauge!("homeostat_jobs", "Live jobs by kind and state");
    describe_gauge!(
        "homeostat_effects_open",
        "Acts on the world that are not closed, by state"
    );
    describe_gauge!(
        "homeostat_incidents_open",
        "Incidents that are not closed, by kind"
    );
    describe_gauge!("homeostat_schedules_stopped", "Schedules that do not fire");
    describe_gauge!("homeostat_sensors", "Sensors by state");
    describe_gauge!(
        "homeostat_window_cap",
        "Caps of the windows that cover now; money in micro-units"
    );
    describe_gauge!(
        "homeostat_window_held",
        "Promised in them, what is unknown included"
    );
    describe_gauge!(
        "homeostat_window_unknown",
        "Promised for acts of which nobody knows what became of them"
    );
    describe_gauge!("homeostat_window_settled", "Used in them");
    describe_counter!(
        "homeostat_events_total",
        Unit::Count,
        "Transitions written to the journal, by its last number"
    );
}

fn state(status: &Status) {
    gauge!("homeostat_nominal").set(f64::from(u8::from(status.nominal)));
    for mode in [Mode::Normal, Mode::Safe, Mode::Halt] {
        let is_it = status.mode.effective == mode;
        gauge!("homeostat_mode", "mode" => mode.as_str()).set(f64::from(u8::from(is_it)));
    }
    for process in &status.processes {
        gauge!("homeostat_processes", "kind" => process.kind.clone()).increment(1.0);
    }
    for count in &status.jobs {
        let labels = [("kind", count.kind.clone()), ("state", count.state.clone())];
        gauge!("homeostat_jobs", &labels).set(count.jobs as f64);
    }
    for (state, n) in &status.open_counts {
        gauge!("homeostat_effects_open", "state" => state.as_str()).set(*n as f64);
    }
    for incident in &status.incidents {
        gauge!("homeostat_incidents_open", "kind" => incident.kind.clone()).increment(1.0);
    }
    for sensor in &status.sensors {
        gauge!("homeostat_sensors", "state" => sensor.state.clone()).increment(1.0);
    }
    gauge!("homeostat_schedules_stopped").set(status.stopped_schedules.len() as f64);
}

fn money(window: &BudgetView) {
    let labels = [
        ("brand", window.brand.clone()),
        ("scope", window.scope.clone()),
        ("interlock", window.interlock.clone()),
        (
            "unit",
            window
                .currency
                .clone()
                .unwrap_or_else(|| window.unit.clone()),
        ),
    ];
    for (name, value) in [
        ("homeostat_window_cap", window.cap),
        ("homeostat_window_held", window.held),
        ("homeostat_window_unknown", window.unknown),
        ("homeostat_window_settled", window.settled),
    ] {
        // A gauge of Prometheus is a float; whole below 2^53, which is nine thousand million of any currency.
        gauge!(name, &labels).set(value as f64);
    }
}
