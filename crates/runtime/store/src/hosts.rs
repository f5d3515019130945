//! `DATABASE_URL`, with one host or several.
//!
//! ```text
//! postgres://ada:pw@db-1:5432,db-2/shop?target_session_attrs=read-write
//! postgres:///shop?host=db-1,db-2&port=5432,5433
//! ```
//! Written as libpq takes it. The driver knows one host only, so a URL of several is taken apart into one URL
//! for each, which the driver then reads. One host is read by the driver as it stands.
//!
//! *Limits.* A server is followed for its writes: of `target_session_attrs` only `read-write` and `primary`
//! make sense here, and both mean the same.

use std::{borrow::Cow, str::FromStr};

use sqlx::postgres::PgConnectOptions;

use crate::StoreError;

/// Where the servers are.
#[derive(Debug)]
pub(crate) enum Hosts {
    /// This one, whatever it is.
    One(Box<PgConnectOptions>),
    /// Whichever of these is the primary.
    Primary(Vec<PgConnectOptions>),
}

impl Hosts {
    /// Reads a URL.
    ///
    /// # Errors
    /// What is wrong with it. The URL is not quoted: it may hold a password.
    pub(crate) fn parse(url: &str) -> Result<Self, StoreError> {
        // The driver takes any scheme; one of another database is a mistake, and told as one.
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(wrong("it does not start with postgres://"));
        }
        let parts = Parts::of(url)?;
        match parts.hosts.as_slice() {
            [] | [_] if !parts.follows => Ok(Self::One(Box::new(PgConnectOptions::from_str(url)?))),
            [] => Ok(Self::Primary(vec![parts.options(&Place::default())?])),
            hosts => {
                let all = hosts.iter().map(|place| parts.options(place));
                Ok(Self::Primary(all.collect::<Result<_, _>>()?))
            }
        }
    }
}

/// A URL, taken apart as far as there may be several of something.
struct Parts<'a> {
    scheme: &'a str,
    /// Ends with `@` where there is one.
    user: &'a str,
    path: &'a str,
    hosts: Vec<Place<'a>>,
    /// What else was asked for.
    query: Vec<&'a str>,
    /// The server must take writes.
    follows: bool,
}

/// Where one server is.
#[derive(Debug, Clone, Default)]
struct Place<'a> {
    /// As it stands before the path, with its port.
    authority: &'a str,
    /// As words of the query.
    host: Option<String>,
    port: Option<String>,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Result<Self, StoreError> {
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        let rest = rest.split('#').next().unwrap_or_default();
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user, places) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
        let mut parts = Self {
            scheme,
            user,
            path,
            hosts: Vec::new(),
            query: Vec::new(),
            follows: false,
        };
        let (mut hosts, mut ports) = (Vec::new(), Vec::new());
        for word in query.split('&').filter(|word| !word.is_empty()) {
            match word.split_once('=').unwrap_or((word, "")) {
                ("host", list) => hosts = listed(list),
                ("port", list) => ports = listed(list),
                ("target_session_attrs", "read-write" | "primary") => parts.follows = true,
                ("target_session_attrs", "any") => {}
                ("target_session_attrs", _) => {
                    return Err(wrong("target_session_attrs: write read-write"));
                }
                _ => parts.query.push(word),
            }
        }
        parts.hosts = places_of(places, &hosts, &ports)?;
        Ok(parts)
    }

    /// How to connect to one of them.
    fn options(&self, place: &Place<'_>) -> Result<PgConnectOptions, StoreError> {
        let Self {
            scheme, user, path, ..
        } = self;
        let mut query: Vec<Cow<'_, str>> = self.query.iter().map(|&word| word.into()).collect();
        query.extend(place.host.iter().map(|host| format!("host={host}").into()));
        query.extend(place.port.iter().map(|port| format!("port={port}").into()));
        // A user needs a host behind it, even where the words of the query name another.
        let authority = match place.authority {
            "" if !user.is_empty() => "localhost",
            authority => authority,
        };
        let url = format!("{scheme}://{user}{authority}{path}?{}", query.join("&"));
        Ok(PgConnectOptions::from_str(&url)?)
    }
}

/// Every server that is named, in order. Those of the query go before those of the authority, as with libpq.
fn places_of<'a>(
    authority: &'a str,
    hosts: &[String],
    ports: &[String],
) -> Result<Vec<Place<'a>>, StoreError> {
    let mut places: Vec<Place<'a>> = match hosts {
        [] if authority.is_empty() => Vec::new(),
        [] => authority.split(',').map(of_authority).collect(),
        hosts => hosts.iter().map(|host| of_query(host)).collect(),
    };
    let is_empty = |place: &Place<'_>| match &place.host {
        Some(host) => host.is_empty(),
        None => place.authority.is_empty() || place.authority.starts_with(':'),
    };
    if places.len() > 1
        && let Some(at) = places.iter().position(is_empty)
    {
        return Err(wrong(format!("host {} of the list is empty", at + 1)));
    }
    match ports {
        [] => {}
        [port] => places
            .iter_mut()
            .for_each(|place| place.port = Some(port.clone())),
        ports if ports.len() == places.len() => {
            for (place, port) in places.iter_mut().zip(ports) {
                place.port = Some(port.clone());
            }
        }
        ports => {
            return Err(wrong(format!(
                "port names {} ports for {} hosts: write one for each, or one for all",
                ports.len(),
                places.len()
            )));
        }
    }
    Ok(places)
}

fn of_authority(authority: &str) -> Place<'_> {
    Place {
        authority,
        ..Place::default()
    }
}

fn of_query<'a>(host: &str) -> Place<'a> {
    Place {
        host: Some(host.to_owned()),
        ..Place::default()
    }
}

/// A list between commas, which may be written as `%2C`.
fn listed(list: &str) -> Vec<String> {
    let list = list.replace("%2C", ",").replace("%2c", ",");
    list.split(',').map(str::to_owned).collect()
}

fn wrong(cause: impl Into<String>) -> StoreError {
    sqlx::Error::Configuration(cause.into().into()).into()
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    fn read(url: &str) -> Vec<String> {
        let Hosts::Primary(all) = Hosts::parse(url).unwrap() else {
            panic!("{url} names one server");
        };
        let text = |one: &PgConnectOptions| {
            let host = one.get_socket().map_or_else(
                || one.get_host().to_owned(),
                |socket| socket.display().to_string(),
            );
            let database = one.get_database().unwrap_or_default();
            format!(
                "{}@{host}:{}/{database}",
                one.get_username(),
                one.get_port()
            )
        };
        all.iter().map(text).collect()
    }

    fn why(url: &str) -> String {
        let error = Hosts::parse(url).unwrap_err();
        assert!(matches!(error, StoreError::Url(_)), "{url}: {error}");
        assert!(!format!("{error:?}").contains("geheim"), "{error:?}");
        let why = error.source().unwrap().to_string();
        why.replace("error with configuration: ", "")
    }

    #[test]
    fn one_host_is_the_drivers() {
        for url in [
            "postgres://ada:geheim@localhost:5433/shop",
            "postgres://ada@localhost/shop?host=/run/pg&port=5433",
            "postgres:///shop",
            "postgresql://ada@%2Frun%2Fpg/shop?target_session_attrs=any",
        ] {
            let Hosts::One(one) = Hosts::parse(url).unwrap() else {
                panic!("{url} names several");
            };
            assert_eq!(one.get_database(), Some("shop"), "{url}");
        }
    }

    #[test]
    fn several_hosts_keep_their_order_and_what_they_share() {
        let two = ["ada@127.0.1.1:5432/shop", "ada@db-2:5499/shop"];
        let url = "postgres://ada:geheim@127.0.1.1,db-2:5499/shop?target_session_attrs=read-write";
        assert_eq!(read(url), two);
        let url = "postgres://ada:geheim@/shop?host=127.0.1.1,db-2&port=5432,5499";
        assert_eq!(read(url), two);
        let url = "postgres://ada@[::1]:5433,%2Frun%2Fpg/shop?sslmode=disable";
        assert_eq!(read(url), ["ada@[::1]:5433/shop", "ada@/run/pg:5432/shop"]);
        let url = "postgres:///shop?user=ada&host=%2Fa%2Cb&port=7";
        assert_eq!(read(url), ["ada@/a:7/shop", "ada@b:7/shop"]);
    }

    #[test]
    fn one_host_that_must_take_writes_is_followed() {
        let url = "postgres://ada@db/shop?target_session_attrs=primary";
        assert_eq!(read(url), ["ada@db:5432/shop"]);
    }

    #[test]
    fn a_wrong_list_names_the_place_and_not_the_password() {
        let url = "postgres://ada:geheim@a,,b/shop";
        assert_eq!(why(url), "host 2 of the list is empty");
        let url = "postgres://ada:geheim@a,:5433/shop";
        assert_eq!(why(url), "host 2 of the list is empty");
        let url = "postgres://ada:geheim@a,b,c/shop?port=1,2";
        assert_eq!(
            why(url),
            "port names 2 ports for 3 hosts: write one for each, or one for all"
        );
        let url = "postgres://ada:geheim@a,b/shop?target_session_attrs=standby";
        assert_eq!(why(url), "target_session_attrs: write read-write");
        assert_eq!(
            why("postgres://ada:geheim@a,b:x/shop"),
            "invalid port number"
        );
    }
}
