//! Who this host is, and since when it runs.

use std::{fs, io};

use crate::Error;

/// The identity of a host during one boot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Host name and, where there is one, the start of the machine id: names alone repeat.
    pub name: String,
    /// Changes with each boot of the kernel.
    pub boot_id: String,
}

impl Host {
    /// This host, from `/proc` and `/etc/machine-id`.
    ///
    /// # Errors
    /// When the kernel does not tell its name or boot id.
    pub fn this() -> Result<Self, Error> {
        let read = |what, path| -> Result<String, Error> {
            fs::read_to_string(path)
                .map(|text| text.trim().to_owned())
                .map_err(|source: io::Error| Error::Host { what, source })
        };
        let hostname = read("name", "/proc/sys/kernel/hostname")?;
        let boot_id = read("boot id", "/proc/sys/kernel/random/boot_id")?;
        let name = match fs::read_to_string("/etc/machine-id") {
            Ok(id) if id.trim().len() >= 8 => format!("{hostname}/{}", &id.trim()[..8]),
            Ok(_) | Err(_) => hostname,
        };
        Ok(Self { name, boot_id })
    }
}
