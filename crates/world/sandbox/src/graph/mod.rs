//! What all faces of Meta's Graph share: how a request is read, how a list is paged, how an answer or
//! an error looks, and how a fault befalls a request.

mod answer;
mod list;
mod request;
mod strike;

pub(crate) use answer::Answer;
pub(crate) use list::{most, page};
pub(crate) use request::{Request, select};
pub(crate) use strike::{Task, answer};
