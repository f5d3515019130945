//! The archive's public page, for people: `/ad_library/page/ads/library/?country=DE&view_all_page_id=…`.
//!
//! It holds no entry until its script has run, so whoever wants them needs a browser. Every week of world
//! time it changes, and nobody says so: the classes have other names, and the entries stand in an element
//! one week and in an attribute the next. Beside the API's ads it shows those outside of the EU.

use std::sync::Arc;

use axum::{
    extract::Query,
    http::{StatusCode, Uri, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use homeostat_model::WorldTime;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::archive::{Ad, Archive, Page};
use crate::{
    app::App,
    faults::{self, Class, Fault, Strike},
    line::Line,
    world::ORIGIN,
};

/// A visit of the page. Whoever is not known may have to log in.
pub(super) const WEB: Class = Class::reads(
    "ad_library.web",
    &[
        Fault::Challenge,
        Fault::IdentityMissing,
        Fault::SilentBlock,
        Fault::NewLayout,
    ],
);

/// Entries of a page; more come when somebody scrolls.
const SHOWN: usize = 30;

/// What is asked for. The rest of the address is for the page itself.
#[derive(Debug, Deserialize)]
struct Asked {
    country: String,
    view_all_page_id: Option<String>,
    q: Option<String>,
}

/// One visit, with whatever befalls it.
pub(super) async fn serve(app: &Arc<App>, line: &Line, place: &str, uri: &Uri) -> Response {
    let asked = match Query::<Asked>::try_from_uri(uri) {
        Ok(Query(asked)) if place.trim_end_matches('/') == "ads/library" => asked,
        Ok(_) | Err(_) => {
            let text = Html(
                StatusCode::NOT_FOUND,
                "This page isn't available".to_owned(),
            );
            return text.into_response();
        }
    };
    faults::answer(app, line, Arc::new(Visit(asked)))
        .await
        .into_response()
}

struct Visit(Asked);

/// A page for people.
struct Html(StatusCode, String);

impl IntoResponse for Html {
    fn into_response(self) -> Response {
        let Self(status, body) = self;
        (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
    }
}

impl faults::Task for Visit {
    type Answer = Html;

    fn class(&self) -> Class {
        WEB
    }

    /// The words, or the page.
    fn object(&self) -> &str {
        let asked = self.0.q.as_ref().or(self.0.view_all_page_id.as_ref());
        asked.map(String::as_str).unwrap_or_default()
    }

    fn limit(&self) -> &'static str {
        "ad_library.web"
    }

    fn carry_out(&self, app: &App, strike: Option<Strike>) -> Html {
        let now = app.now().world;
        let fault = strike.map(|strike| strike.fault);
        let rows = match fault {
            Some(Fault::SilentBlock) => Vec::new(),
            _ => rows(&app.ad_library.archive, &self.0, now),
        };
        let data = data(&rows).to_string();
        let data = match fault {
            Some(Fault::NewLayout) => data.replace("\"ad_archive_id\"", "\"n1\""),
            _ => data,
        };
        Html(StatusCode::OK, document(&data, week(now)))
    }

    fn throttled(&self, _: SignedDuration) -> Html {
        blocked("You're temporarily blocked")
    }

    fn says(&self, fault: Fault) -> Html {
        match fault {
            Fault::Challenge => blocked("Security check"),
            Fault::IdentityMissing => Html(
                StatusCode::OK,
                "<!DOCTYPE html><title>Log in</title><form><input name=\"email\"><input \
                 name=\"pass\" type=\"password\"><button>Log in</button></form>"
                    .to_owned(),
            ),
            _ => Html(
                StatusCode::INTERNAL_SERVER_ERROR,
                "<!DOCTYPE html><title>Error</title>Sorry, something went wrong.".to_owned(),
            ),
        }
    }

    fn stamped(&self, _: &App, answer: Html) -> Html {
        answer
    }
}

fn blocked(title: &str) -> Html {
    let page = format!("<!DOCTYPE html><title>{title}</title><h1>{title}</h1>");
    Html(StatusCode::FORBIDDEN, page)
}

/// Weeks since the world began.
fn week(now: WorldTime) -> i64 {
    now.since(ORIGIN).as_hours().div_euclid(7 * 24)
}

/// The running ads that are asked for.
fn rows(archive: &Archive, asked: &Asked, now: WorldTime) -> Vec<Value> {
    let words = asked.q.as_ref().map(|words| words.to_lowercase());
    let found = archive
        .ads
        .iter()
        .map(|ad| (ad, &archive.pages[ad.page]))
        .filter(|(ad, page)| {
            let is_asked_for = match (&words, &asked.view_all_page_id) {
                (Some(words), _) => {
                    let text = ad.text(page);
                    words.split_whitespace().all(|word| text.contains(word))
                }
                (None, Some(id)) => page.id.to_string() == *id,
                (None, None) => false,
            };
            let is_there = ad.is_shown(now) && ad.is_listed_active(now);
            is_asked_for && is_there && ad.countries.contains(&asked.country.as_str())
        });
    found.map(|(ad, page)| entry(ad, page, now)).collect()
}

fn entry(ad: &Ad, page: &Page, now: WorldTime) -> Value {
    let platforms: Vec<String> = ad.platforms.iter().map(|p| p.to_uppercase()).collect();
    json!({"node": {"collated_results": [{
        "ad_archive_id": ad.id.to_string(),
        "collation_count": null,
        "page_id": page.id.to_string(),
        "page_name": page.name,
        "is_active": true,
        "start_date": ad.starts_at.0.as_second(),
        // A running ad has the day of the look as its end.
        "end_date": ad.ends_at.min(now).0.as_second(),
        "publisher_platform": platforms,
        "snapshot": {
            "body": ad.body.as_ref().map(|text| json!({ "text": text })),
            "title": ad.title,
            "caption": page.domain,
            "display_format": "IMAGE",
            "cards": [],
        },
    }]}})
}

fn data(rows: &[Value]) -> Value {
    let shown = &rows[..rows.len().min(SHOWN)];
    json!({"require": [["ScheduledServerJS", {"search_results_connection": {
        "count": rows.len(),
        "edges": shown,
        "page_info": {"has_next_page": rows.len() > SHOWN},
    }}]]})
}

/// The page of a week, around its entries.
fn document(data: &str, week: i64) -> String {
    let class = format!("x{:x}", week.rem_euclid(4_096) * 2_654_435);
    // The text of an ad may not end the script.
    let data = data.replace('<', "\\u003c");
    let build = if week.rem_euclid(2) == 0 {
        "const s = document.createElement('script'); s.type = 'application/json'; \
         s.textContent = JSON.stringify(data).replaceAll('<', '\\\\u003c'); box.append(s);"
    } else {
        "box.setAttribute('data-store', JSON.stringify(data));"
    };
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>Ad Library</title></head><body><div class=\"{class}\" \
         id=\"box\"></div><script>const data = {data}; const box = document.getElementById('box'); {build}\
         </script></body></html>"
    )
}
