//! The console in a real browser, as an owner has it before them: a desk and a phone, by day and by night, with a mouse
//! and without.

use homeostat_browser::{Look, Place, Screen, Sight, pages};
use homeostat_effects::effective_mode;
use homeostat_model::Mode;
use homeostat_testkit::Database;

use crate::{plant::kill, site::Site, web::Web};

const LOOKS: [Look; 2] = [Look::DESK, Look::PHONE];

impl Site {
    /// A worker is killed, so that there is an incident.
    fn one_dies(&self) {
        let status = self.plant.ask(&["status"]);
        let mut processes = status["processes"].as_array().unwrap().iter();
        let worker = processes
            .find(|one| one["kind"] == "worker-decide")
            .unwrap();
        kill(u32::try_from(worker["pid"].as_u64().unwrap()).unwrap());
    }

    fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.pages)
    }
}

/// The first screen tells of a pause without a reload; then one process dies, and each page is walked over by day and by
/// night, at a desk and on a phone. Red when a stream sends nothing, when a text cannot be read against its ground, when
/// a field has no label, or when a page is wider than the phone.
#[tokio::test]
async fn the_first_screen_tells_of_a_pause_and_every_page_can_be_read() {
    let site = Site::open(7, &["--speed", "1200"]);
    let screen = Screen::open().await.unwrap();
    let first = screen.at(&site.at("/"), Look::DESK).await.unwrap();
    let pause = "document.querySelector('#p-events .badge.paused')";
    assert!(first.until(pause).await.unwrap(), "no pause was told of");
    site.one_dies();
    let back = "document.querySelector('#p-strip')?.textContent.includes('auto-recovered in')";
    assert!(first.until(back).await.unwrap(), "nothing came back");
    let places = pages(&screen, &site.at("")).await.unwrap();
    let names: Vec<&str> = places.iter().map(|place| place.name.as_str()).collect();
    for thing in ["receipt", "job", "run", "schedule", "incident", "instant"] {
        assert!(names.contains(&thing), "no {thing} in {names:?}");
    }
    let mut wrong = first.wrong().await.unwrap();
    for Place { path, .. } in &places {
        for look in LOOKS.into_iter().flat_map(|look| [look, look.dark()]) {
            let page = screen.at(&site.at(path), look).await.unwrap();
            for what in page.wrong().await.unwrap() {
                wrong.push(format!(
                    "{path} at {}, dark {}: {what}",
                    look.width, look.is_dark
                ));
            }
            page.close().await.unwrap();
        }
    }
    screen.close().await.unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    site.up.stop();
    site.plant.verify();
}

/// HALT with the mouse, and back with the keyboard alone. Red when a dialog cannot be reached or sent by keys, when a
/// change needs no reason, and when the page goes on to show the mode from before.
#[tokio::test]
async fn the_mode_is_changed_by_mouse_and_by_keyboard_with_a_name_and_a_reason() {
    let database = Database::fresh().await;
    let web = Web::start(database.url());
    let screen = Screen::open().await.unwrap();
    let address = format!("http://{}/", web.address);
    let page = screen.at(&address, Look::DESK).await.unwrap();
    let mode = || async { effective_mode(&database.db(), None).await.unwrap().stored };
    let pressed = "document.querySelector('.mode [aria-pressed=true]').textContent";

    page.click(".mode button.halt").await.unwrap();
    page.click(".confirm:popover-open [type=submit]")
        .await
        .unwrap();
    let lacks = "document.querySelector('.confirm:popover-open :invalid')";
    assert!(page.until(lacks).await.unwrap(), "no reason, no change");
    assert_eq!(mode().await, Mode::Normal);
    page.write(".confirm:popover-open [name=who]", "ada")
        .await
        .unwrap();
    page.write(".confirm:popover-open [name=reason]", "a test")
        .await
        .unwrap();
    page.click(".confirm:popover-open [type=submit]")
        .await
        .unwrap();
    let halted = page.until(&format!("{pressed} === 'HALT'")).await.unwrap();
    assert!(halted, "{}", page.text("body").await.unwrap());
    assert_eq!(mode().await, Mode::Halt);

    let is_focused = |text: &str| format!("document.activeElement.textContent.trim() === '{text}'");
    tab_to(&page, &is_focused("NORMAL")).await;
    page.press("Enter").await.unwrap();
    for (field, text) in [("who", "ada"), ("reason", "over")] {
        tab_to(&page, &format!("document.activeElement.name === '{field}'")).await;
        page.type_text(text).await.unwrap();
    }
    page.press("Enter").await.unwrap();
    // Without a supervisor the lease is not held: what is stored is NORMAL, and what holds is SAFE.
    let is_safe = page.until(&format!("{pressed} === 'SAFE'")).await.unwrap();
    assert!(is_safe, "{}", page.text("body").await.unwrap());
    assert_eq!(mode().await, Mode::Normal);
    assert_eq!(page.wrong().await.unwrap(), Vec::<String>::new());
    screen.close().await.unwrap();
}

/// Presses Tab until that is so.
async fn tab_to(page: &Sight, is_there: &str) {
    for _ in 0..60 {
        if page.ask::<bool>(is_there).await.unwrap() {
            return;
        }
        page.press("Tab").await.unwrap();
    }
    panic!("Tab never leads to {is_there}");
}
