//! What every page has around it: brands, tabs, the clock, the mode in force, and what stands above any page.

use homeostat_model::Mode;
use homeostat_operator::config::{Brand, Config};
use serde::Serialize;

use crate::{
    access::Person,
    assets::{SCRIPT, STYLE},
    dialog::Dialog,
    operations::Now,
    words::{self, Clock},
};

/// The pages, in the order of their tabs.
const TABS: [(&str, &str); 11] = [
    ("Operations", "/"),
    ("Brief", "/brief"),
    ("Money", "/money"),
    ("Receipts", "/receipts"),
    ("Incidents", "/incidents"),
    ("Jobs", "/jobs"),
    ("Runs", "/runs"),
    ("Schedules", "/schedules"),
    ("Processes", "/processes"),
    ("Events", "/events"),
    ("Controls", "/controls"),
];

/// It.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// The sheet's path.
    pub style: String,
    /// The script's.
    pub script: String,
    /// Where news of this page come from; empty: nothing on it changes.
    pub live: String,
    /// The brand's name.
    pub brand_name: String,
    /// All brands.
    pub brands: Vec<Tab>,
    /// All pages.
    pub tabs: Vec<Tab>,
    /// World time.
    pub clock: Clock,
    /// The zone's city.
    pub zone: String,
    /// The three modes.
    pub modes: Vec<ModeWord>,
    /// What stands above any page.
    pub notice: Option<String>,
    /// What its forms prove themselves with.
    #[serde(skip)]
    pub csrf: String,
    /// A change asks who makes it: nobody has logged in.
    pub asks_name: bool,
    /// Who has logged in.
    pub person: Option<String>,
}

/// A way to another page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tab {
    /// Its word.
    pub name: String,
    /// Where.
    pub href: String,
    /// It is this one.
    pub is_current: bool,
}

/// One of the three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModeWord {
    /// `NORMAL`.
    pub name: &'static str,
    /// Its class.
    pub class: &'static str,
    /// It is in force.
    pub is_current: bool,
    /// How to go there.
    pub dialog: Dialog,
}

impl Frame {
    /// Around a page of a brand. `mode`: none while nobody knows it.
    pub(crate) fn new(
        config: &Config,
        brand: &Brand,
        at: &str,
        now: Now,
        (mode, person): (Option<Mode>, &Person),
    ) -> Self {
        let to = |id: &str| match config.brands.first() {
            Some(first) if first.id.as_str() == id => "/".to_owned(),
            _ => format!("/?brand={id}"),
        };
        let word = |class, of: Mode| ModeWord {
            name: of.as_str(),
            class,
            is_current: mode == Some(of),
            dialog: switch(of, mode),
        };
        Self {
            style: STYLE.path.clone(),
            script: SCRIPT.path.clone(),
            // The first screen alone changes by itself.
            live: match at {
                "/" => format!("/live?brand={}", brand.id),
                _ => String::new(),
            },
            brand_name: words::name(brand.id.as_str()),
            brands: config
                .brands
                .iter()
                .map(|one| Tab {
                    name: words::name(one.id.as_str()),
                    href: to(one.id.as_str()),
                    is_current: one.id == brand.id,
                })
                .collect(),
            tabs: TABS
                .iter()
                .map(|(name, href)| Tab {
                    name: (*name).to_owned(),
                    href: (*href).to_owned(),
                    is_current: *href == at,
                })
                .collect(),
            clock: words::world_clock(now.world, &brand.zone),
            zone: brand
                .zone_name
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .replace('_', " "),
            modes: vec![
                word("", Mode::Normal),
                word("safe", Mode::Safe),
                word("halt", Mode::Halt),
            ],
            notice: None,
            csrf: person.csrf.clone(),
            asks_name: person.name.is_none(),
            person: person.name.clone(),
        }
    }
}

/// The question before another mode.
fn switch(to: Mode, from: Option<Mode>) -> Dialog {
    let text = match to {
        Mode::Normal => "Everything goes out again that the envelope allows.",
        Mode::Safe => {
            "Only acts that lower risk will go out: pause, deny, hold. Campaigns already live keep running. Only a \
             person can switch back."
        }
        Mode::Halt => {
            "Nothing will go out, not even a pause. A call that has left is still answered. Campaigns already live \
             keep spending up to the limit set at the vendor. Only a person can switch back."
        }
    };
    let name = to.as_str();
    Dialog {
        id: format!("to-{}", name.to_lowercase()),
        title: format!("Switch to {name}?"),
        text: text.into(),
        path: "/mode".into(),
        fields: vec![("mode", name.to_owned())],
        confirm: format!("Switch to {name}"),
        stay: from.map_or_else(|| "Stay".into(), |from| format!("Stay in {from}")),
        class: if to == Mode::Halt { "danger" } else { "" },
        ..Dialog::default()
    }
}
