//! The table of paths. What is routed as part of the API says with the same line what the API's document tells of it, so
//! that neither can be had without the other. Only this module routes.
//!
//! ```text
//!   board, change, stream ──▶ paths ─┬▶ router
//!                                    └▶ operations ──▶ `/api/v1/openapi.json`
//! ```

use axum::{
    Router,
    body::Bytes,
    http::header,
    response::IntoResponse,
    routing::{MethodRouter, get},
};

use crate::{
    openapi::{self, Operation},
    routes::Console,
};

/// Where the document is.
const DOCUMENT: &str = "/api/v1/openapi.json";

/// Whether programs ask there: what is wrong is then told as JSON.
pub(crate) fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/") || path == "/metrics"
}

/// Paths, and what is told of those that programs use.
#[derive(Debug, Default)]
pub(crate) struct Paths {
    router: Router<Console>,
    operations: Vec<Operation>,
    routed: Vec<String>,
}

impl Paths {
    /// A path for people: a page, a form, a file.
    pub(crate) fn page(self, path: &str, to: MethodRouter<Console>) -> Self {
        self.with(path, to)
    }

    /// A path for programs.
    pub(crate) fn api(mut self, operation: Operation, to: MethodRouter<Console>) -> Self {
        let path = operation.path.clone();
        self.operations.push(operation);
        self.with(&path, to)
    }

    fn with(mut self, path: &str, to: MethodRouter<Console>) -> Self {
        self.routed.push(path.to_owned());
        self.router = self.router.route(path, to);
        self
    }

    /// Those of both.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.operations.extend(other.operations);
        self.routed.extend(other.routed);
        self
    }

    /// Stands something before these paths, and adds none.
    pub(crate) fn behind(
        mut self,
        layered: impl FnOnce(Router<Console>) -> Router<Console>,
    ) -> Self {
        self.router = layered(self.router);
        self
    }

    /// With the document of all of them, which tells of itself too.
    pub(crate) fn documented(mut self) -> Self {
        let itself = Operation::document(DOCUMENT);
        self.operations.push(itself);
        let document = Bytes::from(openapi::document(&self.operations).to_string());
        let answer = move || async move {
            let headers = [(header::CONTENT_TYPE, "application/json")];
            (headers, document).into_response()
        };
        self.with(DOCUMENT, get(answer))
    }

    /// Every path that is routed.
    pub(crate) fn routed(self) -> Vec<String> {
        self.routed
    }

    /// As a router.
    pub(crate) fn into_router(self) -> Router<Console> {
        self.router
    }

    #[cfg(test)]
    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }
}
