//! What the proof cost: the time of processors that its processes and the server have used.

use std::fs;

use sqlx::{Connection, PgConnection};

use crate::database::Cluster;

/// Ticks a second in `/proc`, the same on all of today's machines.
const TICKS_PER_S: u64 = 100;

/// Seconds until now: ours, those of children that have ended, and the same of the server.
pub(crate) async fn spent_s(cluster: &Cluster) -> u64 {
    let mut ticks = used(std::process::id());
    if let Some(postmaster) = postmaster(cluster).await {
        ticks += used(postmaster);
    }
    ticks / TICKS_PER_S
}

async fn postmaster(cluster: &Cluster) -> Option<u32> {
    let mut admin = PgConnection::connect(cluster.admin()).await.ok()?;
    let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut admin)
        .await
        .ok()?;
    let stat = fs::read_to_string(format!("/proc/{backend}/stat")).ok()?;
    fields(&stat).get(1)?.parse().ok()
}

/// Fields 14 to 17 of the manual's proc(5): own and children's, in user and kernel mode.
fn used(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    fields(&stat)
        .iter()
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum()
}

/// What follows the name, which is in brackets and may hold anything: the state is the first.
fn fields(stat: &str) -> Vec<&str> {
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    after.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_behind_the_name() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4 0 0 0 0 11 12 13 14 20";
        assert_eq!(fields(stat)[1], "1");
        assert_eq!(fields(stat)[11..15], ["11", "12", "13", "14"]);
    }
}
