//! What a vendor would tell of a span of the world's time.

use homeostat_model::WorldTime;

use crate::{agentmail, app::App, meta, revolut, shopify, track17};

/// Who tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Vendor {
    Meta,
    Shopify,
    Track17,
    AgentMail,
    Revolut,
}

/// One thing to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) vendor: Vendor,
    /// The brand, where the vendor has a door of each.
    pub(crate) brand: Option<&'static str>,
    /// The vendor's word for it.
    pub(crate) topic: &'static str,
    /// What the vendor calls the event; the same in every life of the world.
    pub(crate) name: String,
    /// The vendor's object that it is about.
    pub(crate) object: String,
    pub(crate) body: String,
}

impl Vendor {
    /// As in paths.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Shopify => shopify::VENDOR,
            Self::Track17 => track17::VENDOR,
            Self::AgentMail => agentmail::VENDOR,
            Self::Revolut => revolut::VENDOR,
        }
    }
}

impl News {
    /// Where it is told.
    pub(crate) fn path(&self) -> String {
        let vendor = self.vendor.id();
        match self.brand {
            Some(brand) => format!("/webhooks/{vendor}/{brand}"),
            None => format!("/webhooks/{vendor}"),
        }
    }
}

/// Everything that happened after `from` and until `to`.
pub(crate) fn between(app: &App, from: WorldTime, to: WorldTime) -> Vec<News> {
    [
        meta::news(app, from, to),
        shopify::news(app, from, to),
        track17::news(app, from, to),
        agentmail::news(app, from, to),
        revolut::news(app, from, to),
    ]
    .concat()
}
