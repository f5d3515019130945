//! A sandbox that tells by webhooks, whoever is told, and clients that give it something to tell.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{path::Path, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
};
use homeostat_clock::{WorldClock, wall};
use homeostat_model::Money;
use homeostat_sandbox::{
    AGENTMAIL_WEBHOOK_SECRET, BRANDS, Handle, META_APP_SECRET, META_TOKEN, ORIGIN, Options,
    REVOLUT_WEBHOOK_SECRET, SHOPIFY_CLIENT_SECRET, SHOPIFY_TOKEN, TRACK17_KEY, WebhookFaults,
    serve,
};
use homeostat_vendors::{
    agentmail,
    meta::{self, CampaignId, Status},
    revolut,
    shopify::{self, Credentials, Order, Paging, Updated, webhook::Secrets},
    track17::{self, Carrier, NewParcel, Parcel},
};
use jiff::SignedDuration;
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// What takes longer than this never comes.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(20);

/// A delivery as it came.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Came {
    /// All values of a header.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let named = self.headers.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_slice())
    }

    pub(crate) fn vendor(&self) -> &str {
        self.path.split('/').nth(2).unwrap()
    }

    /// Whether the vendor of its path has signed it, as our own side finds out.
    pub(crate) fn is_signed(&self) -> bool {
        match self.vendor() {
            "meta" => {
                let signatures = self.values(meta::webhook::SIGNATURE_HEADER);
                meta::webhook::is_signed(&META_APP_SECRET.into(), signatures, &self.body)
            }
            "shopify" => {
                use homeostat_vendors::shopify::webhook::{SIGNATURE_HEADER, is_signed};
                let secrets = Secrets {
                    current: SHOPIFY_CLIENT_SECRET.into(),
                    previous: None,
                };
                is_signed(&secrets, self.values(SIGNATURE_HEADER), &self.body)
            }
            "track17" => {
                let signatures = self.values(track17::push::SIGNATURE_HEADER);
                track17::push::is_signed(&TRACK17_KEY.into(), signatures, &self.body)
            }
            "agentmail" => {
                let headers = self.headers.iter();
                let headers = headers.map(|(name, value)| (name.as_str(), value.as_slice()));
                let headers = agentmail::webhook::Headers::find(headers);
                let secret = AGENTMAIL_WEBHOOK_SECRET.into();
                headers.is_ok_and(|headers| {
                    agentmail::webhook::hint(&secret, headers, &self.body, wall().0).is_ok()
                })
            }
            "revolut" => {
                use revolut::webhook::{SIGNATURE_HEADER, TIMESTAMP_HEADER, read, verify};
                let times = self.values(TIMESTAMP_HEADER);
                let signatures = self.values(SIGNATURE_HEADER);
                let secrets = [REVOLUT_WEBHOOK_SECRET.into()];
                verify(&secrets, times, signatures, &self.body, wall()).is_ok()
                    && read(&self.body).is_ok()
            }
            // Nobody else has a door.
            _ => false,
        }
    }
}

/// Takes what comes, and answers 200.
pub(crate) async fn ears() -> (String, UnboundedReceiver<Came>) {
    let (sender, receiver) = unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(hear).with_state(sender);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, receiver)
}

async fn hear(State(sender): State<UnboundedSender<Came>>, request: Request) {
    let path = request.uri().path().to_owned();
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    let headers = headers.collect();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .unwrap();
    let came = Came {
        path,
        headers,
        body: body.to_vec(),
    };
    // The test may have heard enough.
    let _ = sender.send(came);
}

/// A world a day after its origin, which tells.
pub(crate) async fn start(dir: &Path, url: &str, faults: WebhookFaults) -> Handle {
    let mut options = Options::new(dir);
    let begin = ORIGIN.plus(SignedDuration::from_hours(24));
    options.clock = Some(WorldClock::manual(begin));
    options.webhooks = Some(url.to_owned());
    options.webhook_faults = faults;
    serve(options).await.unwrap()
}

pub(crate) fn campaign(nth: u64) -> CampaignId {
    let id = BRANDS[0].campaigns_from + nth;
    id.to_string().parse().unwrap()
}

/// Pauses a campaign.
pub(crate) async fn pause(handle: &Handle, campaign: &CampaignId) {
    let mut config = meta::Config::new(META_TOKEN.into());
    config.endpoint.base_url = handle.meta_url();
    config.app_secret = Some(META_APP_SECRET.into());
    config.endpoint.call_timeout = Duration::from_secs(20);
    let client = meta::Client::new(config).unwrap();
    let paused = client.set_status(campaign, Status::Paused, "").await;
    paused.unwrap();
}

/// Euros in micro-units.
pub(crate) fn euro(amount: i64) -> Money {
    Money::from_micros(amount * 1_000_000, "EUR".parse().unwrap())
}

/// A client of the first brand's shop.
pub(crate) fn shop(handle: &Handle) -> shopify::Client {
    let token = Credentials::Token(SHOPIFY_TOKEN.into());
    let mut config = shopify::Config::new(&handle.shopify_url(BRANDS[0].name), token);
    config.endpoint.call_timeout = TIMEOUT;
    shopify::Client::new(config).unwrap()
}

/// Orders that were placed or sent within the world's first day.
pub(crate) async fn orders(client: &shopify::Client) -> Vec<Order> {
    let paging = Paging::first(20);
    let page = client.orders_page(Updated::from(ORIGIN), &paging);
    page.await.unwrap().value.items
}

/// Has the parcels of orders be followed.
pub(crate) async fn follow(handle: &Handle, orders: &[Order]) {
    let mut config = track17::Config::new(TRACK17_KEY.into());
    config.endpoint.base_url = handle.track17_url();
    config.endpoint.call_timeout = TIMEOUT;
    let client = track17::Client::new(config).unwrap();
    let numbers = orders.iter().flat_map(|order| &order.fulfillments);
    let numbers = numbers
        .flat_map(|one| &one.tracking)
        .filter_map(|one| one.number.as_ref());
    let parcels: Vec<NewParcel> = numbers
        .take(5)
        .map(|number| NewParcel {
            parcel: Parcel {
                number: number.parse().unwrap(),
                carrier: Carrier::new(7_041),
            },
            tag: None,
            param: None,
        })
        .collect();
    assert!(!parcels.is_empty());
    client.register(&parcels).await.unwrap();
}

/// What was told so far.
pub(crate) async fn tally(handle: &Handle) -> serde_json::Value {
    http(handle, "GET", "/_webhooks", "").await
}

/// One exchange with the sandbox itself, whose answer is JSON.
pub(crate) async fn http(
    handle: &Handle,
    method: &str,
    path: &str,
    body: &str,
) -> serde_json::Value {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(handle.address())
        .await
        .unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}
