//! A real browser that looks at our pages: Debian's chromium, driven by its own protocol. For tests and for the
//! screenshots of the docs.
//!
//! What a page must hold wherever it is looked at is asked in the page itself, by [`walk.js`](../src/walk.js): no
//! horizontal scroll, text that can be read against its ground, a name for whatever can be worked with.

mod site;

pub use site::{Place, pages};

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chromiumoxide::{
    Browser, BrowserConfig, Page,
    cdp::{
        browser_protocol::{
            emulation::{MediaFeature, SetDeviceMetricsOverrideParams},
            input::{DispatchKeyEventParams, DispatchKeyEventType, InsertTextParams},
            log::{EventEntryAdded, LogEntryLevel},
            page::CaptureScreenshotFormat,
        },
        js_protocol::runtime::{
            ConsoleApiCalledType, EvaluateParams, EventConsoleApiCalled, EventExceptionThrown,
        },
    },
    error::CdpError,
    page::ScreenshotParams,
};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use tokio::task::JoinHandle;

/// Where Debian puts it.
const PROGRAMS: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];
/// Longest wait for what a page comes to.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is asked in a page.
const WALK: &str = include_str!("walk.js");

/// Why a page cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The browser's.
    #[error("the browser: {0}")]
    Browser(#[from] CdpError),
    /// It does not begin as told.
    #[error("the browser: {0}")]
    Begin(String),
    /// Its directory cannot be made.
    #[error("the browser's directory")]
    Dir(#[from] std::io::Error),
    /// It answers with something else.
    #[error("the page's answer")]
    Answer(#[from] serde_json::Error),
}

/// How a page is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// By night.
    pub is_dark: bool,
}

impl Look {
    /// On a desk, by day.
    pub const DESK: Self = Self {
        width: 1440,
        height: 900,
        is_dark: false,
    };
    /// On a phone, by day.
    pub const PHONE: Self = Self {
        width: 390,
        height: 844,
        is_dark: false,
    };

    /// The same by night.
    pub fn dark(self) -> Self {
        Self {
            is_dark: true,
            ..self
        }
    }
}

/// Where the browser is on this machine; none: it is not installed.
pub fn program() -> Option<PathBuf> {
    let found = PROGRAMS.iter().map(Path::new).find(|path| path.exists());
    found.map(Path::to_owned)
}

/// A browser. It ends with this.
#[derive(Debug)]
pub struct Screen {
    browser: Browser,
    events: JoinHandle<()>,
    _dir: tempfile::TempDir,
}

impl Screen {
    /// Starts one.
    ///
    /// # Errors
    /// When there is none on this machine, or it does not begin.
    pub async fn open() -> Result<Self, LookError> {
        let program =
            program().ok_or_else(|| LookError::Begin("chromium is not installed".into()))?;
        let dir = tempfile::tempdir()?;
        let config = BrowserConfig::builder()
            .chrome_executable(program)
            .user_data_dir(dir.path())
            .new_headless_mode()
            // Root has no sandbox, and the pages are our own.
            .no_sandbox()
            .args([
                "--disable-gpu",
                "--hide-scrollbars",
                "--force-color-profile=srgb",
            ])
            .viewport(None)
            .request_timeout(PATIENCE * 2)
            .build()
            .map_err(LookError::Begin)?;
        let (browser, mut handler) = Browser::launch(config).await?;
        let events = tokio::spawn(async move { while handler.next().await.is_some() {} });
        Ok(Self {
            browser,
            events,
            _dir: dir,
        })
    }

    /// Opens an address, and waits until its page is there.
    ///
    /// # Errors
    /// The browser's.
    pub async fn at(&self, address: &str, look: Look) -> Result<Sight, LookError> {
        let page = self.browser.new_page("about:blank").await?;
        let faults = listen(&page).await?;
        let metrics = SetDeviceMetricsOverrideParams::new(
            i64::from(look.width),
            i64::from(look.height),
            1.0,
            look.width < 640,
        );
        page.execute(metrics).await?;
        let scheme = if look.is_dark { "dark" } else { "light" };
        let feature = |name: &str, value: &str| MediaFeature::new(name, value);
        page.emulate_media_features(vec![
            feature("prefers-color-scheme", scheme),
            feature("prefers-reduced-motion", "reduce"),
        ])
        .await?;
        page.goto(address).await?;
        page.wait_for_navigation().await?;
        Ok(Sight { page, faults })
    }

    /// Ends it.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn close(mut self) -> Result<(), LookError> {
        self.browser.close().await?;
        self.browser.wait().await?;
        self.events.abort();
        Ok(())
    }
}

/// The page that was asked is another one by now.
fn has_left(error: &chromiumoxide::types::Error) -> bool {
    ["navigated", "context was destroyed", "Cannot find context"]
        .iter()
        .any(|sign| error.message.contains(sign))
}

type Faults = Arc<Mutex<Vec<String>>>;

/// Errors on the console, in scripts and of what is loaded.
async fn listen(page: &Page) -> Result<Faults, LookError> {
    let faults = Faults::default();
    page.enable_log().await?;
    page.enable_runtime().await?;
    let mut calls = page.event_listener::<EventConsoleApiCalled>().await?;
    let mut thrown = page.event_listener::<EventExceptionThrown>().await?;
    let mut entries = page.event_listener::<EventEntryAdded>().await?;
    let kept = faults.clone();
    let keep = move |text: String| {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(text);
    };
    tokio::spawn(async move {
        loop {
            tokio::select! {
                Some(call) = calls.next() => if call.r#type == ConsoleApiCalledType::Error {
                    keep(format!("console.error: {:?}", call.args));
                },
                Some(error) = thrown.next() => keep(format!("thrown: {:?}", error.exception_details.text)),
                Some(entry) = entries.next() => if entry.entry.level == LogEntryLevel::Error {
                    keep(format!("{}: {:?}", entry.entry.text, entry.entry.url));
                },
                else => return,
            }
        }
    });
    Ok(faults)
}

/// A page that is looked at.
#[derive(Debug)]
pub struct Sight {
    page: Page,
    faults: Faults,
}

impl Sight {
    /// What the page says to an expression of its own language; a promise is waited for.
    ///
    /// # Errors
    /// The browser's; an answer of another form.
    pub async fn ask<T: DeserializeOwned>(&self, expression: &str) -> Result<T, LookError> {
        let asked = EvaluateParams::builder()
            .expression(expression)
            .await_promise(true)
            .return_by_value(true)
            .build()
            .map_err(LookError::Begin)?;
        let answer = self.page.evaluate_expression(asked).await?;
        let value = answer.value().cloned().unwrap_or_default();
        Ok(serde_json::from_value(value)?)
    }

    /// Waits until an expression is true: looked at with each change of the page, so nothing is missed and nothing is
    /// polled. A page that is left for another one goes on being looked at there. False when it does not come to that
    /// in a minute.
    ///
    /// # Errors
    /// The browser's.
    pub async fn until(&self, expression: &str) -> Result<bool, LookError> {
        let ms = PATIENCE.as_millis();
        let look = format!(
            "new Promise((done) => {{
                const is = () => {{ try {{ return Boolean({expression}); }} catch {{ return false; }} }};
                if (is()) return done(true);
                const eyes = new MutationObserver(() => {{ if (is()) {{ eyes.disconnect(); done(true); }} }});
                eyes.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});
                setTimeout(() => {{ eyes.disconnect(); done(is()); }}, {ms});
            }})"
        );
        loop {
            match self.ask(&look).await {
                Err(LookError::Browser(CdpError::Chrome(e))) if has_left(&e) => {
                    self.page.wait_for_navigation().await?;
                }
                answer => return answer,
            }
        }
    }

    /// The text of the first such element, as a person sees it.
    ///
    /// # Errors
    /// The browser's.
    pub async fn text(&self, selector: &str) -> Result<String, LookError> {
        let selector = serde_json::to_string(selector)?;
        self.ask(&format!(
            "document.querySelector({selector})?.innerText ?? ''"
        ))
        .await
    }

    /// Clicks on the first such element where it is.
    ///
    /// # Errors
    /// When there is none, or it cannot be clicked.
    pub async fn click(&self, selector: &str) -> Result<(), LookError> {
        self.page.find_element(selector).await?.click().await?;
        Ok(())
    }

    /// Types into the first such element.
    ///
    /// # Errors
    /// When there is none.
    pub async fn write(&self, selector: &str, text: &str) -> Result<(), LookError> {
        let element = self.page.find_element(selector).await?;
        element.click().await?.type_str(text).await?;
        Ok(())
    }

    /// Types wherever the focus is.
    ///
    /// # Errors
    /// The browser's.
    pub async fn type_text(&self, text: &str) -> Result<(), LookError> {
        self.page.execute(InsertTextParams::new(text)).await?;
        Ok(())
    }

    /// Leaves it.
    ///
    /// # Errors
    /// The browser's.
    pub async fn close(self) -> Result<(), LookError> {
        self.page.close().await?;
        Ok(())
    }

    /// Presses a key, such as `Tab`, `Enter` or `Escape`, wherever the focus is.
    ///
    /// # Errors
    /// The browser's.
    pub async fn press(&self, key: &str) -> Result<(), LookError> {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            " " => 32,
            _ => 0,
        };
        for kind in [DispatchKeyEventType::KeyDown, DispatchKeyEventType::KeyUp] {
            let mut event = DispatchKeyEventParams::builder()
                .r#type(kind.clone())
                .key(key)
                .windows_virtual_key_code(code);
            if key == "Enter" && kind == DispatchKeyEventType::KeyDown {
                // A button and a form answer to the character.
                event = event.text("\r");
            }
            self.page
                .execute(event.build().map_err(LookError::Begin)?)
                .await?;
        }
        Ok(())
    }

    /// Waits for the page that a click leads to.
    ///
    /// # Errors
    /// The browser's.
    pub async fn arrive(&self) -> Result<(), LookError> {
        self.page.wait_for_navigation().await?;
        Ok(())
    }

    /// What is wrong with the page as it is: see [`WALK`]. And what its console has said so far.
    ///
    /// # Errors
    /// The browser's.
    pub async fn wrong(&self) -> Result<Vec<String>, LookError> {
        let mut wrong: Vec<String> = self.ask(WALK).await?;
        let said = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.extend(said.iter().cloned());
        Ok(wrong)
    }

    /// The page as WebP: all of it, or what is seen of it at first.
    ///
    /// # Errors
    /// The browser's; the file's.
    pub async fn keep(&self, file: &Path, is_whole: bool) -> Result<(), LookError> {
        let how = ScreenshotParams::builder()
            .format(CaptureScreenshotFormat::Webp)
            .quality(85)
            .full_page(is_whole)
            .build();
        self.page.save_screenshot(how, file).await?;
        Ok(())
    }
}
