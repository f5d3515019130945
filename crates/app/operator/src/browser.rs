//! Debian's chromium as a command: it opens one public page, runs its scripts, and prints what became of
//! it. Nothing is clicked, filled in or scrolled.
//!
//! There is no shell and no environment but what it needs. It has a fresh profile that is deleted
//! afterwards, a bounded time and a bounded output, and a process group of its own that is killed whole
//! when the visit is over, however it ended. A page of strangers is never opened without chromium's own
//! sandbox, which root does not have: run by root it opens pages of this host alone.
//!
//! *Limits.* What puts itself into a session of its own is beyond the group; the supervisor's tree has
//! it. A worker that is killed leaves its profile in the temporary directory.

use std::{
    fs::DirBuilder,
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use homeostat_vendors::ad_library::HTML_BYTES_MAX;
use rustix::process::{Pid, Signal, geteuid, kill_process_group};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
};

use crate::config::{BrowserSettings, ConfigError, ProxyClass};

/// The variable of the proxy's address.
pub(crate) const PROXY: &str = "ADS_BROWSER_PROXY";
/// Where the page is.
const PUBLIC: &str = "https://www.facebook.com";
/// Pages of this host.
const OURS: &str = "http://127.0.0.1:";
/// What stands in chromium's own page about a page that it could not reach.
const UNREACHED: &str = "id=\"main-frame-error\"";
/// Longest visit.
const LIMIT: Duration = Duration::from_secs(60);
/// How long the page's own clock runs, which may be faster than ours, milliseconds.
const BUDGET_MS: u32 = 20_000;

/// The browser and its way out.
#[derive(Debug, Clone)]
pub struct Browser {
    program: PathBuf,
    base: String,
    proxy: Option<SecretString>,
    limit: Duration,
}

/// A visit that showed nothing.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// It cannot be run here.
    #[error("{program} cannot be run; install chromium or correct ads.browser.program")]
    NotRun {
        /// The program.
        program: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Root has no sandbox.
    #[error(
        "a public page is not opened by root, whose browser has no sandbox; run as another user"
    )]
    Root,
    /// Its time was over.
    #[error("the browser did not end within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// It printed more than is read.
    #[error("the page is larger than {HTML_BYTES_MAX} bytes")]
    TooLarge,
    /// It ended badly, or printed nothing.
    #[error("the browser showed nothing ({0})")]
    Nothing(String),
    /// Its output or its profile cannot be used.
    #[error("the browser's files")]
    Io(#[from] io::Error),
}

impl VisitError {
    /// Whether only somebody's change of the machine or its configuration helps.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::NotRun { .. } | Self::Root => true,
            Self::TimedOut(_) | Self::TooLarge | Self::Nothing(_) | Self::Io(_) => false,
        }
    }
}

impl Browser {
    /// As configured; `None` when it is off. `sandbox` is where a sandbox plays the page.
    ///
    /// # Errors
    /// When the proxy's address is missing or cannot be used.
    pub(crate) fn new(
        settings: &BrowserSettings,
        sandbox: Option<&str>,
        proxy: Option<SecretString>,
    ) -> Result<Option<Self>, ConfigError> {
        if !settings.enabled {
            return Ok(None);
        }
        let proxy = match (settings.proxy, proxy) {
            (ProxyClass::Direct, _) => None,
            (ProxyClass::Datacentre | ProxyClass::Residential, None) => {
                return Err(ConfigError::Secret {
                    name: PROXY.to_owned(),
                    purpose: "it is the address of the proxy that ads.browser.proxy asks for",
                });
            }
            (ProxyClass::Datacentre | ProxyClass::Residential, Some(address)) => {
                check_proxy(address.expose_secret())?;
                Some(address)
            }
        };
        let base = sandbox.map(|sandbox| format!("{sandbox}/ad_library/page"));
        Ok(Some(Self {
            program: settings.program.clone(),
            base: base.unwrap_or_else(|| PUBLIC.to_owned()),
            proxy,
            limit: LIMIT,
        }))
    }

    /// For tests: another program, and the base URL of a page that is played.
    pub fn at(program: impl Into<PathBuf>, base: String, limit: Duration) -> Self {
        Self {
            program: program.into(),
            base,
            proxy: None,
            limit,
        }
    }

    /// Where the public pages are.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Opens a page and gives what its scripts made of it.
    ///
    /// # Errors
    /// When the browser cannot be run, or shows nothing within its time and bounds.
    pub async fn visit(&self, address: &str) -> Result<String, VisitError> {
        let is_ours = address.starts_with(OURS);
        let is_root = geteuid().is_root();
        if is_root && !is_ours {
            return Err(VisitError::Root);
        }
        let profile = Profile::new()?;
        let mut child = self.start(&profile.0, is_root, address)?;
        let _group = child.id().map(Group);
        let stdout = child.stdout.take();
        let shown = async {
            let html = read(stdout).await?;
            let status = child.wait().await?;
            Ok::<_, VisitError>((html, status))
        };
        let (html, status) = tokio::time::timeout(self.limit, shown)
            .await
            .map_err(|_| VisitError::TimedOut(self.limit))??;
        if !status.success() || html.trim().is_empty() {
            return Err(VisitError::Nothing(status.to_string()));
        }
        if html.contains(UNREACHED) {
            return Err(VisitError::Nothing("nobody answered it".to_owned()));
        }
        Ok(html)
    }

    fn start(&self, profile: &Path, is_root: bool, address: &str) -> Result<Child, VisitError> {
        let mut command = Command::new(&self.program);
        command
            .args([
                "--headless=new",
                "--dump-dom",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-extensions",
                "--disable-background-networking",
                "--disable-breakpad",
                "--disable-sync",
                "--no-first-run",
                "--no-default-browser-check",
                "--password-store=basic",
                "--lang=en-US",
            ])
            .arg(format!("--virtual-time-budget={BUDGET_MS}"))
            .arg(format!("--user-data-dir={}", profile.display()));
        if is_root {
            command.arg("--no-sandbox");
        }
        if let Some(proxy) = &self.proxy {
            command.arg(format!("--proxy-server={}", proxy.expose_secret()));
        }
        let spawned = command
            .arg(address)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", profile)
            .env("LANG", "C.UTF-8")
            .current_dir(profile)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        spawned.map_err(|source| VisitError::NotRun {
            program: self.program.clone(),
            source,
        })
    }
}

/// Chromium takes a scheme, a host and a port. It takes no password, and would show one to every process.
fn check_proxy(address: &str) -> Result<(), ConfigError> {
    let schemes = ["http://", "https://", "socks5://"];
    let place = schemes
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme));
    let of_place = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    match place {
        Some(place) if !place.is_empty() && place.chars().all(of_place) => Ok(()),
        Some(_) | None => Err(ConfigError::field(
            PROXY,
            "must be http://, https:// or socks5:// with a host and a port alone; chromium takes no \
             password, so use a proxy that knows this host",
        )),
    }
}

/// Everything that was printed, within the bound.
async fn read(output: Option<impl AsyncRead + Unpin>) -> Result<String, VisitError> {
    let mut bytes = Vec::new();
    if let Some(output) = output {
        let bound = u64::try_from(HTML_BYTES_MAX).unwrap_or(u64::MAX);
        output.take(bound + 1).read_to_end(&mut bytes).await?;
    }
    if bytes.len() > HTML_BYTES_MAX {
        return Err(VisitError::TooLarge);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A fresh directory that nobody else reads, deleted with everything in it.
#[derive(Debug)]
struct Profile(PathBuf);

impl Profile {
    fn new() -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("homeostat-browser-{}-{count}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                // One that a process of our number has left.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Kills a group when the visit is over. It is dropped before the profile.
struct Group(u32);

impl Drop for Group {
    fn drop(&mut self) {
        // The leader is not reaped while we wait for it, or was a moment ago: the number is still its own.
        if let Some(pid) = i32::try_from(self.0).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A program that does this when it is run.
    fn program(dir: &Path, script: &str) -> Browser {
        let path = dir.join("browser");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Browser::at(path, String::new(), Duration::from_secs(5))
    }

    async fn visit(browser: &Browser) -> Result<String, VisitError> {
        browser.visit("http://127.0.0.1:1/x").await
    }

    #[tokio::test]
    async fn what_it_prints_is_the_page_and_its_profile_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let browser = program(dir.path(), "echo \"$HOME\"; env | wc -l");
        let told = visit(&browser).await.unwrap();
        let profile = told.lines().next().unwrap();
        assert!(profile.contains("homeostat-browser-"), "{told}");
        assert!(!Path::new(profile).exists());
        let variables: u32 = told.lines().nth(1).unwrap().trim().parse().unwrap();
        assert!(variables <= 6, "{told}");
    }

    #[tokio::test]
    async fn one_that_hangs_or_prints_for_ever_is_killed_with_its_children() {
        let dir = tempfile::tempdir().unwrap();
        let mut browser = program(
            dir.path(),
            "sleep 600 & echo $! > \"$(dirname \"$0\")/child\"; wait",
        );
        browser.limit = Duration::from_millis(700);
        assert!(matches!(
            visit(&browser).await,
            Err(VisitError::TimedOut(_))
        ));
        let child = std::fs::read_to_string(dir.path().join("child")).unwrap();
        let path = format!("/proc/{}/stat", child.trim());
        // Ended, or not reaped yet by whoever took it over.
        let lives = || std::fs::read_to_string(&path).is_ok_and(|state| !state.contains(") Z "));
        let ended = async {
            while lives() {
                tokio::task::yield_now().await;
            }
        };
        let ended = tokio::time::timeout(Duration::from_secs(20), ended).await;
        assert!(ended.is_ok(), "it lives on");
        let browser = program(dir.path(), "exec yes");
        assert!(matches!(visit(&browser).await, Err(VisitError::TooLarge)));
    }

    #[tokio::test]
    async fn one_that_shows_nothing_is_no_empty_page() {
        let dir = tempfile::tempdir().unwrap();
        let unreached = "echo '<div id=\"main-frame-error\">'";
        for script in ["exit 0", "echo page; exit 3", unreached] {
            let told = visit(&program(dir.path(), script)).await;
            assert!(matches!(told, Err(VisitError::Nothing(_))), "{told:?}");
        }
        let absent = Browser::at("/nowhere/chromium", String::new(), LIMIT);
        let error = visit(&absent).await.unwrap_err();
        assert!(error.is_permanent() && error.to_string().contains("install chromium"));
    }

    #[test]
    fn a_proxy_is_there_when_it_is_asked_for_and_its_password_is_not_taken() {
        let mut settings = BrowserSettings {
            enabled: true,
            proxy: ProxyClass::Residential,
            ..BrowserSettings::default()
        };
        let told = |settings: &BrowserSettings, proxy: Option<&str>| {
            let made = Browser::new(settings, None, proxy.map(SecretString::from));
            made.map(|browser| browser.is_some())
                .map_err(|e| e.to_string())
        };
        assert!(told(&settings, None).unwrap_err().contains(PROXY));
        let error = told(&settings, Some("http://user:secret@proxy.example:1")).unwrap_err();
        assert!(
            error.contains(PROXY) && !error.contains("secret"),
            "{error}"
        );
        assert_eq!(
            told(&settings, Some("socks5://proxy.example:1080")),
            Ok(true)
        );
        settings.enabled = false;
        assert_eq!(told(&settings, None), Ok(false));
    }
}
