//! A letter that comes before its time.

use std::io;

use serde_json::{Value, json};

use super::state::{COME, VENDOR};
use crate::{app::App, books::Act, hurry};

/// Has the next letter to a brand come now; `None` when none is known to lie ahead. Its state is its thread.
pub(crate) fn hurry(app: &App, brand: &str) -> io::Result<Option<Value>> {
    app.change_trade(app.now().world, |trade| {
        let now = app.now();
        let Some((shop, _)) = trade.shop(brand) else {
            return Ok(None);
        };
        let Some(letter) = trade.next_letter_to(shop, now.world).cloned() else {
            return Ok(None);
        };
        let mut state = app.agentmail();
        let act = Act {
            act: COME.to_owned(),
            object: letter.id.clone(),
            from: letter.sent_at.0.to_string(),
            to: now.world.0.to_string(),
            request_id: hurry::hand(),
            ..Act::blank(VENDOR, state.books.next_n(), now)
        };
        app.confirm(&mut *state, act)?;
        trade.hurry(&letter.id, now.world);
        Ok(Some(json!({"object": letter.id, "state": letter.thread})))
    })
}
