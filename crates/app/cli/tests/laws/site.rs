//! A system of one brand in the sandbox, with its pages on any free port.

use std::{fs, net::SocketAddr};

use crate::plant::{Plant, Up};

pub(crate) const CONFIG: &str = include_str!("../../src/drill/stage.toml");
const LONG_S: u32 = 600;

pub(crate) struct Site {
    pub(crate) plant: Plant,
    pub(crate) up: Up,
    pub(crate) pages: SocketAddr,
}

impl Site {
    /// Of the world of this seed, with these arguments more.
    pub(crate) fn open(seed: u64, more: &[&str]) -> Self {
        let plant = Plant::new(seed, "none");
        let config = plant.place().join("homeostat.toml");
        fs::write(&config, CONFIG).unwrap();
        let config = ["--config", config.to_str().unwrap()];
        let up = plant.up_with(LONG_S, &[&config, more].concat());
        let line = up.until("pages at http://");
        let pages = line.rsplit("http://").next().unwrap().parse().unwrap();
        up.until("Ctrl-C");
        Self { plant, up, pages }
    }
}
