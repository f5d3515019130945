//! What Meta tells by itself: that a campaign's status has changed. It says neither from what nor to what.

use homeostat_model::WorldTime;
use serde_json::json;

use crate::{
    app::App,
    webhooks::{News, Vendor},
};

/// Changes of status that took effect after `from` and until `to`.
pub(crate) fn news(app: &App, from: WorldTime, to: WorldTime) -> Vec<News> {
    let state = app.meta();
    let acts = state.books.acts().iter().filter(|act| {
        let at = act.effective_from;
        act.act == "set_status" && act.applied && from < at && at <= to
    });
    let each = acts.filter_map(|act| {
        let mut campaigns = state.world.campaigns.iter();
        let at = campaigns.position(|campaign| campaign.id == act.object)?;
        let account = &state.account_of(at).id;
        let body = json!({"object": "ad_account", "entry": [{
            "id": account.trim_start_matches("act_"),
            "time": act.effective_from.0.as_second(),
            "changes": [{"field": "field_changed", "value": {
                "object_id": act.object,
                "object_type": "campaign",
                "changed_fields": ["effective_status"],
            }}],
        }]});
        Some(News {
            vendor: Vendor::Meta,
            brand: None,
            topic: "effective_status",
            name: act.n.to_string(),
            object: act.object.clone(),
            body: body.to_string(),
        })
    });
    each.collect()
}
