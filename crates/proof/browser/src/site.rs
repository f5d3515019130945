//! Every kind of page of the console, and of each kind of thing the newest one.

use crate::{Look, LookError, Screen};

/// Pages that need no thing to be of.
const PAGES: [&str; 14] = [
    "/",
    "/receipts",
    "/decisions",
    "/jobs",
    "/runs",
    "/schedules",
    "/events",
    "/money",
    "/incidents",
    "/processes",
    "/controls",
    "/brief",
    "/replay",
    "/login",
];
/// Pages that lead to others, by how those begin, and what one of them is called. A job that is done is found by its run.
const THINGS: [(&str, &str, &str); 7] = [
    ("receipts", "/receipts/", "receipt"),
    ("runs", "/runs/", "run"),
    ("run", "/jobs/", "job"),
    ("decisions", "/decisions/", "decision"),
    ("schedules", "/schedules/", "schedule"),
    ("incidents", "/incidents/", "incident"),
    ("events", "/replay?", "instant"),
];

/// A page, and what to call a picture of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `receipts`, or `receipt` of one.
    pub name: String,
    /// Where it is.
    pub path: String,
}

/// All pages of the console at an address, such as `http://127.0.0.1:8180`. What leads nowhere is left out.
///
/// # Errors
/// The browser's.
pub async fn pages(screen: &Screen, address: &str) -> Result<Vec<Place>, LookError> {
    let mut places: Vec<Place> = PAGES.iter().map(|path| place(path)).collect();
    for (from, begins, name) in THINGS {
        let Some(Place { path, .. }) = places.iter().find(|place| place.name == from) else {
            continue;
        };
        let page = screen.at(&format!("{address}{path}"), Look::DESK).await?;
        let links = format!(
            "[...document.querySelectorAll('main a[href^=\"{begins}\"]')].map((a) => a.getAttribute('href'))[0] ?? null"
        );
        let newest: Option<String> = page.ask(&links).await?;
        places.extend(newest.map(|path| Place {
            name: name.to_owned(),
            path,
        }));
        page.close().await?;
    }
    Ok(places)
}

fn place(path: &str) -> Place {
    let name = match path {
        "/" => "operations",
        path => path.trim_start_matches('/'),
    };
    Place {
        name: name.to_owned(),
        path: path.to_owned(),
    }
}
