//! The templates. A page is a frame and a board; a panel is a part of it that is sent anew when it changes.

use askama::Template;

use crate::{
    assets::STYLE,
    frame::Frame,
    lists::List,
    operations::{Board, Instrument},
    receipt::Receipt,
};

/// The first screen.
#[derive(Debug, Template)]
#[template(path = "operations.html")]
pub(crate) struct OperationsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) board: &'a Board,
}

/// A list.
#[derive(Debug, Template)]
#[template(path = "list.html")]
pub(crate) struct ListPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) list: &'a List,
}

/// Why one act was done.
#[derive(Debug, Template)]
#[template(path = "receipt.html")]
pub(crate) struct ReceiptPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) receipt: &'a Receipt,
}

/// Why there is nothing to show.
#[derive(Debug, Template)]
#[template(path = "trouble.html")]
pub(crate) struct TroublePage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) title: &'a str,
    pub(crate) text: &'a str,
    pub(crate) is_away: bool,
}

/// Where a token is handed in.
#[derive(Debug, Template)]
#[template(path = "login.html")]
pub(crate) struct LoginPage<'a> {
    style: &'a str,
    problem: &'a str,
}

impl<'a> LoginPage<'a> {
    pub(crate) fn new(problem: &'a str) -> Self {
        let style = &STYLE.path;
        Self { style, problem }
    }
}

macro_rules! panels {
    ($($name:ident: $path:literal),+ $(,)?) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a> {
            board: &'a Board,
        }
    )+};
}

panels! {
    StatePanel: "operations/state.html",
    StripPanel: "operations/strip.html",
    MoneyPanel: "operations/money.html",
    EventsPanel: "operations/events.html",
}

#[derive(Template)]
#[template(path = "operations/instrument.html")]
struct InstrumentPanel<'a> {
    inst: &'a Instrument,
}

/// The panels of the first screen by their places.
///
/// # Errors
/// When a template breaks, which is a bug.
pub(crate) fn panels(board: &Board) -> Result<Vec<(&'static str, String)>, askama::Error> {
    let mut panels = vec![
        ("p-state", StatePanel { board }.render()?),
        ("p-strip", StripPanel { board }.render()?),
        ("p-money", MoneyPanel { board }.render()?),
        ("p-events", EventsPanel { board }.render()?),
    ];
    for inst in &board.instruments {
        panels.push((inst.id, InstrumentPanel { inst }.render()?));
    }
    Ok(panels)
}
