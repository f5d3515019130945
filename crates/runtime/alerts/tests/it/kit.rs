//! Sinks that do as they are told, and a receiver over HTTP.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use homeostat_alerts::{
    Alert, BadSink, Cause, Notice, Severity, Sink, SinkError, SinkSettings, Spool, Stage,
};
use homeostat_clock::wall;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

/// A sink in memory: takes, refuses, or hangs.
#[derive(Debug)]
pub(crate) struct Toy {
    name: String,
    took: mpsc::UnboundedSender<Notice>,
    pub(crate) refuses: AtomicBool,
    pub(crate) hangs: bool,
}

impl Toy {
    pub(crate) fn new(name: &str, hangs: bool) -> (Arc<Self>, mpsc::UnboundedReceiver<Notice>) {
        let (took, notices) = mpsc::unbounded_channel();
        let toy = Self {
            name: name.to_owned(),
            took,
            refuses: AtomicBool::new(false),
            hangs,
        };
        (Arc::new(toy), notices)
    }
}

#[async_trait]
impl Sink for Toy {
    fn name(&self) -> &str {
        &self.name
    }

    fn key(&self) -> &str {
        &self.name
    }

    fn limit(&self) -> Duration {
        Duration::from_secs(60)
    }

    fn preflight(&self) -> Result<(), BadSink> {
        Ok(())
    }

    async fn deliver(&self, notice: &Notice) -> Result<(), SinkError> {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        if self.refuses.load(Ordering::SeqCst) {
            return Err(SinkError::Refused(503));
        }
        let _ = self.took.send(notice.clone());
        Ok(())
    }
}

pub(crate) fn cause(subject: &str) -> Cause {
    Cause {
        severity: Severity::Critical,
        code: "crash_loop".into(),
        subject: subject.into(),
        text: "exits with 1 after 10 s".into(),
    }
}

/// The alert about this subject.
pub(crate) fn alert(spool: &Spool, subject: &str) -> Alert {
    let mut alerts = spool.list().alerts.into_iter();
    alerts.find(|alert| alert.subject == subject).unwrap()
}

/// What a sink has taken so far.
pub(crate) fn taken(notices: &mut mpsc::UnboundedReceiver<Notice>) -> Vec<(String, Stage)> {
    let mut said = Vec::new();
    while let Ok(notice) = notices.try_recv() {
        said.push((notice.subject, notice.event));
    }
    said
}

/// A notice about something.
pub(crate) fn notice() -> Notice {
    let alert = Alert::raised(None, &cause("ads"), wall());
    Notice::new(
        &alert,
        &homeostat_alerts::notice::owed(&alert, None).unwrap(),
        "here",
    )
}

/// The sink that is written so, in an environment of these variables.
pub(crate) fn built(written: serde_json::Value, env: &[(&str, &str)]) -> Arc<dyn Sink> {
    let settings: SinkSettings = serde_json::from_value(written).unwrap();
    let lookup = |name: &str| {
        let found = env.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    homeostat_alerts::sinks::build(&settings, &lookup).unwrap()
}

/// Listens, answers each request with this, and keeps the requests.
pub(crate) async fn receiver(answer: Option<String>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = requests.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (kept, answer) = (kept.clone(), answer.clone());
            tokio::spawn(async move {
                let mut bytes = Vec::new();
                let mut chunk = [0; 4096];
                // The body is JSON, so it ends with a brace.
                while !bytes.ends_with(b"}") {
                    match socket.read(&mut chunk).await {
                        Ok(count @ 1..) => bytes.extend_from_slice(&chunk[..count]),
                        Ok(_) | Err(_) => return,
                    }
                }
                let text = String::from_utf8_lossy(&bytes).into_owned();
                kept.lock().unwrap().push(text);
                match answer {
                    Some(answer) => {
                        let _ = socket.write_all(answer.as_bytes()).await;
                    }
                    None => std::future::pending().await,
                }
            });
        }
    });
    (url, requests)
}
