//! What a browser is given beside the pages: one sheet, one script. Their names hold a hash of what they are, so that they
//! may be kept for ever and are never a version too old.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// A file in the program.
#[derive(Debug)]
pub struct Asset {
    /// Its type for a browser.
    pub content_type: &'static str,
    /// Itself.
    pub text: &'static str,
    /// Where it is served.
    pub path: String,
}

/// The sheet.
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "text/css; charset=utf-8",
        include_str!("../assets/console.css"),
        "css",
    )
});
/// The script.
pub static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "text/javascript; charset=utf-8",
        include_str!("../assets/console.js"),
        "js",
    )
});

impl Asset {
    fn new(content_type: &'static str, text: &'static str, ending: &str) -> Self {
        let hash = Sha256::digest(text);
        let name: String = hash
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            content_type,
            text,
            path: format!("/assets/{name}.{ending}"),
        }
    }
}
