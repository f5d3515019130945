//! The task of one kind: when it is started, and what follows from each end.

use std::time::Duration;

use homeostat_clock::pause;
use homeostat_model::chain;
use tokio::sync::{mpsc, watch};

use super::{
    Ground, Repeat, Spec, State, Talks, View, Wish,
    life::{Life, Lived},
};
use crate::{
    Error,
    crash_loop::{Cause, Due, Ending, Record, Run},
    deadline::KILL_LIMIT,
    mechanism::{Leaf, LeafName},
    notify::Notifications,
    preflight::{self, Refused, fingerprint},
    process::Process,
    spawn::{Bounds, Child, Log, Request},
};

/// While it waits, how often it is looked whether what it is made of has changed.
const LOOK: Duration = Duration::from_secs(1);
/// Of what it wrote, kept for a cause.
const WORDS_BYTES: usize = 16 << 10;
/// Its log, before it is set aside.
const LOG_BYTES_MAX: u64 = 8 << 20;

/// What a task is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// A person's wish.
    Wish(Wish),
    /// It has more memory than is reserved for it, and nothing else holds it to that.
    Over(Process),
    /// To end it for good.
    End,
}

impl Order {
    /// Whether it ends a run.
    pub(super) fn ends(self) -> bool {
        match self {
            Self::End | Self::Wish(Wish::Stop | Wish::Restart) => true,
            // All of it is killed at once, and that is no end that somebody wished for.
            Self::Over(_) | Self::Wish(Wish::Start | Wish::Unquarantine) => false,
        }
    }
}

/// One kind and its task.
#[derive(Debug)]
pub(super) struct Keeper {
    spec: Spec,
    ground: Ground,
    orders: mpsc::UnboundedReceiver<Order>,
    view: watch::Sender<View>,
    /// A person wants it to run.
    wanted: bool,
    /// A person asked for the next start.
    by_operator: bool,
    /// What it was made of when its preflight said yes.
    checked: Option<String>,
    over: bool,
}

impl Keeper {
    pub(super) fn new(
        spec: Spec,
        ground: Ground,
        orders: mpsc::UnboundedReceiver<Order>,
        view: watch::Sender<View>,
    ) -> Self {
        Self {
            spec,
            ground,
            orders,
            view,
            wanted: true,
            by_operator: false,
            checked: None,
            over: false,
        }
    }

    /// Keeps it until it is told to end it for good.
    pub(super) async fn keep(mut self) {
        while !self.over {
            // What was said while it started or ended comes before the next start.
            while let Ok(order) = self.orders.try_recv() {
                self.obey(order);
            }
            if self.over {
                return;
            }
            if !self.wanted {
                self.is(State::Stopped);
                self.wait(None).await;
            } else if !self.spec.may_start() {
                self.is(State::Gated);
                self.wait_for_gate().await;
            } else {
                self.turn().await;
            }
        }
    }

    async fn turn(&mut self) {
        let made_of = fingerprint(&self.spec.kind);
        // Whoever wanted it for once bounds how often that is.
        let due = match self.by_operator || self.spec.repeat == Repeat::Once {
            true => Due::Now,
            false => self.ground.due(&self.spec.kind.name, &made_of),
        };
        match due {
            Due::InMs(ms) => {
                if let Some(record) = self.ground.record(&self.spec.kind.name) {
                    self.view.send_modify(|view| view.take(&record));
                }
                self.wait(Some(Duration::from_millis(ms).min(LOOK))).await;
            }
            Due::Now | Due::Nothing => self.once(made_of).await,
        }
    }

    /// Waits for an order, or for a time.
    async fn wait(&mut self, limit: Option<Duration>) {
        let time = async {
            match limit {
                Some(limit) => pause(limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            order = self.orders.recv() => self.obey(order.unwrap_or(Order::End)),
            () = time => {}
        }
    }

    /// Waits for an order, or for the gate, which may be open by now.
    async fn wait_for_gate(&mut self) {
        let gate = self.spec.gate.clone();
        let opened = async {
            let Some(mut gate) = gate else { return };
            if gate.wait_for(|open| *open).await.is_err() {
                // Whoever opens it is gone, and so will we be.
                std::future::pending().await
            }
        };
        tokio::select! {
            order = self.orders.recv() => self.obey(order.unwrap_or(Order::End)),
            () = opened => {}
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::End => self.over = true,
            // It has ended since.
            Order::Over(_) => {}
            Order::Wish(Wish::Stop) => self.wanted = false,
            Order::Wish(Wish::Start | Wish::Restart) => {
                self.wanted = true;
                self.by_operator = true;
            }
            Order::Wish(Wish::Unquarantine) => {
                let record = self.ground.pardon(&self.spec.kind.name);
                self.view.send_modify(|view| view.take(&record));
            }
        }
    }

    /// One start and what comes of it.
    async fn once(&mut self, made_of: String) {
        let name = self.spec.kind.name.clone();
        let by_operator = std::mem::take(&mut self.by_operator);
        self.is(State::Starting);
        if self.spec.repeat == Repeat::Always {
            let record = self.ground.started(&name, &made_of, by_operator);
            self.view.send_modify(|view| view.take(&record));
        }
        let lived = match self.start(made_of).await {
            Ok((child, notifications)) => {
                let process = child.process();
                self.view.send_modify(|view| view.process = Some(process));
                let life = Life::new((&self.spec, &self.ground, &self.view), child, notifications);
                life.live(&mut self.orders).await
            }
            Err(ending) => Lived {
                run: Run::NONE,
                cause: Cause {
                    ending,
                    last_words: String::new(),
                },
                gated: !self.spec.may_start(),
                by: None,
            },
        };
        self.judged(lived);
    }

    fn judged(&mut self, mut lived: Lived) {
        if self.spec.repeat == Repeat::Once {
            self.over = true;
            return;
        }
        if lived.gated {
            // What it needs went away, so its end says nothing about it.
            lived.cause.ending = Ending::Planned;
        }
        let record = self
            .ground
            .ended(&self.spec.kind.name, &lived.run, lived.cause);
        self.after(&record);
        if let Some(order) = lived.by {
            self.obey(order);
        }
    }

    fn after(&self, record: &Record) {
        let since_ms = self.ground.now_ms();
        self.view.send_modify(|view| {
            view.state = State::Waiting { until_ms: since_ms };
            view.process = None;
            view.since_ms = since_ms;
            view.progress = None;
            view.take(record);
        });
    }

    fn is(&self, state: State) {
        let since_ms = self.ground.now_ms();
        self.view.send_if_modified(|view| {
            let is_new = view.state != state;
            if is_new {
                view.state = state;
                view.since_ms = since_ms;
            }
            is_new
        });
    }

    async fn start(&mut self, made_of: String) -> Result<(Child, Option<Notifications>), Ending> {
        let leaf = self.leaf().await.map_err(|e| not_spawned(&e))?;
        let program = self.program(made_of).await?;
        if let Some(mb) = self.spec.memory_mb {
            leaf.limit_memory(mb).map_err(|e| not_spawned(&e))?;
        }
        let kind = &self.spec.kind;
        let log = |path| Log::open(path, LOG_BYTES_MAX);
        // A log that cannot be written is one of configuration, and told before anything runs.
        let err = log(&self.spec.log).map_err(|e| Ending::NotStartable(chain(&e)))?;
        let out = log(&self.spec.log.with_extension("out")).map_err(|e| not_spawned(&e))?;
        let mut env = kind.env.clone();
        let notifications = match &self.spec.talks {
            Talks::Not => None,
            Talks::Notify { silence_max, .. } => {
                let uid = kind.setup.user.map_or_else(own_uid, |user| user.uid);
                let bound = Notifications::bind(uid).map_err(|e| not_spawned(&e))?;
                env.extend(bound.environment(*silence_max));
                Some(bound)
            }
        };
        let bounds = |log| Bounds {
            memory_bytes: WORDS_BYTES,
            log: Some(log),
        };
        let request = Request {
            program,
            args: kind.args.clone(),
            env,
            setup: kind.setup.clone(),
            leaf,
            sockets: self.spec.sockets.clone(),
            stdout: bounds(out),
            stderr: bounds(err),
        };
        let child = self.ground.spawner().spawn(request).await;
        Ok((child.map_err(|e| not_spawned(&e))?, notifications))
    }

    /// The leaf, with nobody in it: a second copy would act twice.
    async fn leaf(&self) -> Result<Leaf, Error> {
        let name = LeafName::new(&self.spec.kind.name)?;
        let tree = self.ground.tree();
        match tree.make_leaf(&name) {
            Err(Error::Survivors(_)) => {}
            made => return made,
        }
        for leaf in tree
            .leaves()?
            .into_iter()
            .filter(|leaf| *leaf.name() == name)
        {
            let killed = tokio::task::spawn_blocking(move || leaf.kill_all(KILL_LIMIT)).await;
            killed.unwrap_or(Ok(()))?;
        }
        tree.make_leaf(&name)
    }

    /// Its absolute path; the preflight is made once for what it is made of now.
    async fn program(&mut self, made_of: String) -> Result<std::path::PathBuf, Ending> {
        let kind = &self.spec.kind;
        let checked = if self.checked.as_ref() == Some(&made_of) {
            preflight::look(kind)
        } else {
            preflight::check(kind, self.ground.tree(), self.ground.spawner()).await
        };
        match checked {
            Ok(program) => {
                self.checked = Some(made_of);
                Ok(program)
            }
            Err(Refused::NotMade(error)) => Err(Ending::NotSpawned(error.to_string())),
            Err(refused) => Err(Ending::NotStartable(chain(&refused))),
        }
    }
}

fn own_uid() -> u32 {
    rustix::process::getuid().as_raw()
}

fn not_spawned(error: &dyn std::error::Error) -> Ending {
    Ending::NotSpawned(chain(error))
}
