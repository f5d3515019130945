//! `AgentMail`: signed with its time, and named. It names the inbox.

use homeostat_vendors::agentmail::webhook::{Forged, Headers, Refused, hint};
use secrecy::SecretString;

use super::{Delivery, News, WebhookError, about};
use crate::config::Brand;

/// The secret's variable in the environment.
pub(super) const SECRET: &str = "AGENTMAIL_WEBHOOK_SECRET";
/// The job that looks into a brand's inbox.
const LOOK: &str = "sense.inbox";

pub(super) fn read(
    secret: Option<&SecretString>,
    brands: &[Brand],
    delivery: Delivery<'_>,
) -> Result<News, WebhookError> {
    let secret = secret.ok_or(WebhookError::Off("AgentMail", SECRET))?;
    let headers = delivery.headers.iter().copied();
    let headers = Headers::find(headers).map_err(|_| delivery.forged())?;
    let hint = match hint(secret, headers, delivery.body, delivery.at.0) {
        Ok(hint) => Some(hint),
        Err(Refused::Forged(Forged::Time)) => return Err(WebhookError::NotNow),
        Err(Refused::Forged(Forged::Headers | Forged::TooLarge | Forged::Signature)) => {
            return Err(delivery.forged());
        }
        Err(Refused::Unreadable(error)) => {
            tracing::warn!(%error, "it is signed by AgentMail, and nobody knows what it is about");
            None
        }
    };
    let inbox = hint.as_ref().and_then(|hint| hint.inbox.as_ref());
    let is_meant = |brand: &Brand| {
        let own = brand.service.as_ref().map(|service| &service.inbox);
        inbox.is_some() && own == inbox
    };
    Ok(News {
        brands: about(brands, |brand| brand.service.is_some(), is_meant),
        name: hint.map(|hint| hint.event_id),
        look: LOOK,
        parcels: Vec::new(),
    })
}
