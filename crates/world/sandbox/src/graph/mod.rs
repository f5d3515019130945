//! What all faces of Meta's Graph share: how a request is read, how a list is paged, and how an answer
//! or an error looks.

mod answer;
mod list;
mod request;

pub(crate) use answer::Answer;
pub(crate) use list::{most, page};
pub(crate) use request::{Request, select};
