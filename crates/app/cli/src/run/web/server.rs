//! The loop that accepts, and the connections that it leads to.
//!
//! A connection has a bound on how long its next request may take to arrive, and there is a bound on how
//! many there are; those beyond it wait in the socket. The loop itself says that it lives, so a loop that
//! hangs falls silent. To stop is to leave the socket first: what has arrived by then is answered, what
//! has not is left to the next process.

use std::{io, sync::Arc, time::Duration};

use axum::{Extension, Router};
use homeostat_clock::pause;
use homeostat_console::Peer;
use homeostat_supervisor::notify::Notifier;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use rustix::net::sockopt::set_tcp_user_timeout;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const CONNECTIONS_MAX: usize = 256;
/// How long a connection may say nothing, and a request may take to arrive.
const SILENCE_LIMIT: Duration = Duration::from_secs(10);
/// The same for a connection's first byte when we are to stop: it may have been sent by now.
const LAST_BYTE_LIMIT: Duration = Duration::from_secs(2);
/// How long requests under way may take when we are to stop.
const DRAIN_LIMIT: Duration = Duration::from_secs(10);
/// How long what we sent may wait for a peer that does not take it, which would hold its place for ever.
const UNREAD_LIMIT: Duration = Duration::from_secs(30);
/// What is kept of a request's head, and of an answer that cannot be sent yet, bytes.
const BUFFER_MAX: usize = 64 * 1024;
const BEAT_EVERY: Duration = Duration::from_secs(1);
/// When nothing can be accepted, such as for want of descriptors.
const REST: Duration = Duration::from_millis(100);

/// Serves until told to stop, then until what is under way has ended.
pub(super) async fn serve(
    listener: TcpListener,
    routes: Router,
    stop: &CancellationToken,
    notifier: &Notifier,
) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let open = TaskTracker::new();
    let mut beats = interval(BEAT_EVERY);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    notifier.say("READY=1");
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            _ = beats.tick() => notifier.say("WATCHDOG=1"),
            accepted = accept(&listener, &slots) => match accepted {
                Ok((stream, peer, slot)) => {
                    let routes = routes.clone().layer(Extension(peer));
                    open.spawn(connection(stream, slot, routes, stop.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "no connection can be accepted");
                    pause(REST).await;
                }
            },
        }
    }
    drop(listener);
    notifier.say("STOPPING=1");
    open.close();
    if timeout(DRAIN_LIMIT, open.wait()).await.is_err() {
        tracing::warn!(connections = open.len(), "cut off: they took too long");
    }
}

/// Takes a connection when there is room for one. May be dropped and called again.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> io::Result<(TcpStream, Peer, OwnedSemaphorePermit)> {
    let slot = slots.clone().acquire_owned().await;
    let slot = slot.map_err(io::Error::other)?;
    let (stream, from) = listener.accept().await?;
    let limit_ms = u32::try_from(UNREAD_LIMIT.as_millis()).unwrap_or(u32::MAX);
    if let Err(error) = set_tcp_user_timeout(&stream, limit_ms) {
        // It is served all the same; only its silence has no bound.
        tracing::debug!(%error, "a connection has no limit on what it does not take");
    }
    Ok((stream, Peer(from.ip()), slot))
}

async fn connection(
    stream: TcpStream,
    _slot: OwnedSemaphorePermit,
    routes: Router,
    stop: CancellationToken,
) {
    if !speaks(&stream, &stop).await {
        return;
    }
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(SILENCE_LIMIT)
        .max_buf_size(BUFFER_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    let mut served = std::pin::pin!(served);
    let ended = tokio::select! {
        // What has arrived is read before the end of it all is told.
        biased;
        ended = served.as_mut() => ended,
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        // A client that leaves or says nonsense is its own affair.
        tracing::debug!(%error, "a connection ended badly");
    }
}

/// Waits for the first byte. A server that is to stop would close a connection that has sent none, also
/// when it is on its way.
async fn speaks(stream: &TcpStream, stop: &CancellationToken) -> bool {
    let mut byte = [0; 1];
    let mut first = std::pin::pin!(timeout(SILENCE_LIMIT, stream.peek(&mut byte)));
    let first = tokio::select! {
        biased;
        first = first.as_mut() => first,
        () = stop.cancelled() => timeout(LAST_BYTE_LIMIT, first).await.unwrap_or_else(Err),
    };
    matches!(first, Ok(Ok(1..)))
}
