//! The page: what this is, and how it stands. Text of others is escaped, and there is nothing to click.

use std::fmt::Write;

use crate::command::status::Status;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;\
    padding:0 1rem;color:#1a1a1a;background:#fdfdfc}h1{font-size:1.2rem}\
    td{padding:.1rem 1.5rem .1rem 0}footer{color:#666;font-size:.85rem;margin-top:2rem}\
    @media(prefers-color-scheme:dark){body{color:#e6e6e3;background:#161615}footer{color:#999}}";

/// The first page, of the system as it stands or of the reason why nobody knows.
pub(super) fn home(system: Result<&Status, &str>) -> String {
    let body = match system {
        Ok(status) => known(status),
        Err(reason) => format!(
            "<p>Nothing is known of the system: the database does not answer.</p><p>{}</p>",
            escaped(reason)
        ),
    };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Homeostat</title>\
         <style>{STYLE}</style></head><body><h1>Homeostat</h1>{body}\
         <footer>Version {}, process {}. Everything else: <code>homeostat --help</code></footer>\
         </body></html>\n",
        env!("CARGO_PKG_VERSION"),
        std::process::id()
    )
}

fn known(status: &Status) -> String {
    let mut html = format!("<p>{}</p><table>", escaped(&status.sentence()));
    for (what, count) in status.counts() {
        // Writing to a text does not fail.
        let _ = write!(html, "<tr><td>{}</td><td>{count}</td></tr>", escaped(&what));
    }
    html.push_str("</table>");
    html
}

/// Text as text, in an element or an attribute.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_text() {
        let html = home(Err("<script>alert('1')</script> & \"more\""));
        assert!(!html.contains("<script"), "{html}");
        let safe = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;";
        assert!(html.contains(safe), "{html}");
    }
}
