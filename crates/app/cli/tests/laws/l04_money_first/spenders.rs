//! Two real processes after the last room of a window.

use std::process::{Child, Command, Stdio};

use homeostat_clock::{Anchor, Entropy, Stopwatch};
use homeostat_operator::requests::{self, Asker};
use homeostat_sandbox::{META_APP_SECRET, META_TOKEN, ORIGIN};

use crate::{crew::Crew, stage::count};

/// A worker process that launches campaigns. Dropped, it is killed.
struct Spender(Child);

impl Spender {
    fn start(crew: &Crew, name: &str, config: &std::path::Path) -> Self {
        let anchor = Anchor {
            origin: ORIGIN,
            wall: homeostat_clock::wall(),
            speed: 1,
        };
        let child = Command::new(env!("CARGO_BIN_EXE_homeostat"))
            .args(["run", "worker", "--kind", "act.launch", "--slots", "1"])
            .args(["--name", name])
            .env("DATABASE_URL", crew.database.url())
            .env("HOMEOSTAT_RUN_DIR", crew.database.dir())
            .env("HOMEOSTAT_CONFIG", config)
            .env("HOMEOSTAT_META_URL", crew.vendor.handle.meta_url())
            .env(
                "HOMEOSTAT_WORLD_CLOCK",
                serde_json::to_string(&anchor).unwrap(),
            )
            .env("META_ACCESS_TOKEN", META_TOKEN)
            .env("META_APP_SECRET", META_APP_SECRET)
            .stdin(Stdio::null())
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for Spender {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn until(crew: &Crew, rows: &str, n: i64) {
    let watch = Stopwatch::start();
    while count(&crew.database, rows).await < n {
        assert!(watch.elapsed().as_secs() < 90, "never {n} of {rows}");
        tokio::task::yield_now().await;
    }
}

/// Red without the lock on the windows: drop `FOR UPDATE` from `read` in `effects/ledger/windows`.
#[tokio::test]
async fn of_two_processes_after_the_last_room_of_a_window_one_is_permitted() {
    let crew = Crew::new(1).await;
    // Nobody learns what became of a creation, so what is held stays held.
    for fault in [
        r#"{"on":"meta.create_campaign","fault":"hold_reply","after_ms":60000,"times":2}"#,
        r#"{"on":"meta.list_campaigns","fault":"error_before","times":1000}"#,
    ] {
        crew.vendor.post_fault(fault.to_owned()).await;
    }
    let config = crew.database.dir().join("homeostat.toml");
    let text = r#"
        [meta]
        call_timeout_ms = 2000
        horizon_ms = 8000
        [[brand]]
        id = "aurora"
        currency = "EUR"
        time_zone = "Europe/Berlin"
        target_cpa = "20.00"
        meta_account = "act_1001"
        [brand.caps]
        hour = "50"
        day = "200"
    "#;
    std::fs::write(&config, text).unwrap();
    let read = homeostat_operator::config::Config::read(Some(&config)).unwrap();
    let spenders = [
        Spender::start(&crew, "one", &config),
        Spender::start(&crew, "two", &config),
    ];
    // The crew itself, and both of them.
    until(&crew, "homeostat.process WHERE state = 'live'", 3).await;
    let db = crew.database.db();
    let brand = "aurora".parse().unwrap();
    for name in ["Linen", "Wool"] {
        let entropy = Entropy::from_system().unwrap();
        let asker = Asker {
            db: &db,
            config: &read,
            who: "ada",
            reason: "a race",
            now: ORIGIN,
            entropy: &entropy,
        };
        // Either fits into the hour's 50 EUR, both do not.
        requests::launch(&asker, &brand, name, "30.00")
            .await
            .unwrap();
    }
    until(&crew, "homeostat.decision WHERE state <> 'proposed'", 2).await;
    let permitted = "homeostat.decision WHERE state = 'permitted'";
    assert_eq!(count(&crew.database, permitted).await, 1);
    let refused = "homeostat.decision WHERE state = 'refused' AND verdict LIKE '%hourly_budget%'";
    assert_eq!(count(&crew.database, refused).await, 1);
    until(&crew, "homeostat.effect WHERE state = 'unknown'", 1).await;
    let held = "homeostat.budget_window WHERE interlock = 'daily_budget' AND held = 30000000";
    assert_eq!(count(&crew.database, held).await, 1);
    drop(spenders);
    let created = crew.vendor.handle.acts();
    assert_eq!(created.len(), 1, "{created:?}");
}
