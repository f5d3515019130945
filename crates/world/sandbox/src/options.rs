//! What a sandbox is started with.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use homeostat_clock::WorldClock;

use crate::{
    faults::{FaultPlan, Preset},
    webhooks::WebhookFaults,
    world_file::{self, OpenError},
};

/// The access token Meta's sandbox takes.
pub const META_TOKEN: &str = "sandbox-meta-token";
/// The secret of the app in Meta's sandbox: a call's `appsecret_proof`, if it has one, must match.
pub const META_APP_SECRET: &str = "sandbox-meta-secret";
/// The access token that the archive of ads takes.
pub const AD_LIBRARY_TOKEN: &str = "sandbox-ad-library-token";
/// The secret of the app that the archive's token belongs to.
pub const AD_LIBRARY_APP_SECRET: &str = "sandbox-ad-library-secret";
/// The token of every shop's app; it does not expire.
pub const SHOPIFY_TOKEN: &str = "shpat_sandbox";
/// The id of the app whose tokens live for a day.
pub const SHOPIFY_CLIENT_ID: &str = "sandbox-shopify-client";
/// The secret of that app, which also signs its webhooks.
pub const SHOPIFY_CLIENT_SECRET: &str = "sandbox-shopify-secret";
/// The key of 17TRACK.
pub const TRACK17_KEY: &str = "sandbox-track17-key";
/// The key of `AgentMail`.
pub const AGENTMAIL_KEY: &str = "am_sandbox";
/// The secret that `AgentMail`'s webhooks are signed with.
pub const AGENTMAIL_WEBHOOK_SECRET: &str = "whsec_c2FuZGJveC1hZ2VudG1haWwtd2ViaG9vay1rZXk=";
/// The client at the bank.
pub const REVOLUT_CLIENT_ID: &str = "sandbox-revolut-client";
/// The domain that the client's certificate at the bank was uploaded for.
pub const REVOLUT_ISSUER: &str = "sandbox.example";
/// The private key of that certificate. Everybody may know it: it opens nothing but sandboxes.
pub const REVOLUT_PRIVATE_KEY: &str = include_str!("revolut/sandbox_key.pem");
/// What the bank gives access tokens for.
pub const REVOLUT_REFRESH_TOKEN: &str = "sandbox-revolut-refresh";
/// The secret that the bank's webhooks are signed with.
pub const REVOLUT_WEBHOOK_SECRET: &str = "wsk_sandbox";
/// The fastest world: two hours a second.
pub const SPEED_MAX: u32 = 7_200;

/// Options of [`serve`](crate::serve).
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; loopback only, since the credentials are public. Port 0 picks one.
    pub listen: SocketAddr,
    /// The world's directory: `world.json` and one `<vendor>.jsonl` of acts per vendor.
    pub books_dir: PathBuf,
    /// The seed of the world and of its faults.
    pub seed: u64,
    /// World seconds per real second, 1 to [`SPEED_MAX`].
    pub speed: u32,
    /// What goes wrong.
    pub faults: FaultPlan,
    /// What the world is made of.
    pub world: WorldSource,
    /// Who is told by webhooks, `http://host:port`; below it each vendor has `/webhooks/` and its name. `None`: nobody.
    pub webhooks: Option<String>,
    /// What befalls them on their way.
    pub webhook_faults: WebhookFaults,
    /// Conversations that a crowd begins within the world's second hour, a third of them hostile, evenly over
    /// languages and shops; 0 is none. The same world must be opened with the same number.
    pub conversations: u32,
    /// A clock to use instead of the world's own; for tests.
    pub clock: Option<WorldClock>,
}

/// What the world is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorldSource {
    /// Three brands from the seed, see [`BRANDS`](crate::BRANDS).
    Generated,
    /// Real ad results from a CSV file with the columns `campaign`, `date` (ISO), `spend` (major
    /// units), `sales`, and optionally `impressions` and `clicks`. Rows of one campaign and day add
    /// up; the first date plays on the world's first day. A copy stays in the world's directory.
    Csv(PathBuf),
    /// Three brands from the seed at rates of one's own: a TOML file, see `docs/world.toml`. A copy stays in the
    /// world's directory.
    Recipe(PathBuf),
}

impl WorldSource {
    /// The world of a file: rates when its name ends in `.toml`, and otherwise results as CSV.
    pub fn of_file(path: PathBuf) -> Self {
        if path.extension().is_some_and(|end| end == "toml") {
            Self::Recipe(path)
        } else {
            Self::Csv(path)
        }
    }
}

impl Options {
    /// What the world in a directory was started with last, to open it once more.
    ///
    /// # Errors
    /// When there is none, or its file is damaged.
    pub fn of(books_dir: &std::path::Path) -> Result<Self, OpenError> {
        world_file::options_of(books_dir)
    }

    /// A generated world at 1440 times real time (a day a minute) on a free port, without faults.
    pub fn new(books_dir: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            books_dir: books_dir.into(),
            seed: 1,
            speed: 1_440,
            faults: FaultPlan::preset(Preset::None),
            world: WorldSource::Generated,
            webhooks: None,
            webhook_faults: WebhookFaults::preset(Preset::None),
            conversations: 0,
            clock: None,
        }
    }
}
