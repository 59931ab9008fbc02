//! What is in use: the map, with the endpoints that it leads to. It asks nobody.

use super::endpoint::Endpoint;
use super::map::{BuiltIn, Mapping, ReviewMap};
use super::pattern::ArnPattern;
use model::ReviewHandlerUri;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// How the name of a built-in handler's function begins; the name of the rule set follows.
const BUILT_IN: &str = "hubbub-builtin-";

/// Handlers in use.
pub(super) struct Table {
    routes: Vec<Arc<Route>>,
    rule_sets: HashMap<Box<str>, BuiltIn>,
}

/// What stands behind the ARNs that fit.
pub(super) struct Route {
    arn: ArnPattern,
    pub(super) time_limit: Duration,
    pub(super) is_shadow: bool,
    pub(super) endpoint: Arc<Endpoint>,
}

/// What stands behind one ARN.
pub(super) enum Found<'a> {
    BuiltIn(&'a BuiltIn),
    Outside(&'a Arc<Route>),
}

impl Table {
    /// Puts a map to use. Endpoints that did not change are taken over from `before`, with their connections and
    /// breakers; one that is given more time is another.
    pub(super) fn new(map: ReviewMap, before: Option<&Self>, runtime: &Handle) -> Self {
        let mut routes: Vec<Arc<Route>> = Vec::with_capacity(map.mappings.len());
        for Mapping { arn, time_limit, is_shadow, transport, connect_limit, client } in map.mappings {
            let before = before.into_iter().flat_map(|table| &table.routes);
            let known = routes.iter().chain(before).map(|route| &route.endpoint);
            let mut known = known.into_iter();
            let known = known.find(|endpoint| endpoint.is_for(&transport, connect_limit)).map(Arc::clone);
            let make = || Endpoint::new(transport, (client, connect_limit), runtime);
            let endpoint = known.unwrap_or_else(|| Arc::new(make()));
            routes.push(Arc::new(Route { arn, time_limit, is_shadow, endpoint }));
        }
        Self { routes, rule_sets: map.rule_sets }
    }

    /// What stands behind `uri`. An ARN that names a built-in handler is never looked up among the others.
    pub(super) fn find(&self, uri: &ReviewHandlerUri) -> Option<Found<'_>> {
        if let Some(name) = built_in(uri) {
            return self.rule_sets.get(name).map(Found::BuiltIn);
        }
        let is_attached = !uri.as_str().is_empty();
        let route = self.routes.iter().find(|route| is_attached && route.arn.fits(uri.as_str()));
        route.map(Found::Outside)
    }

    /// The endpoints, each once.
    pub(super) fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        let is_first = |index: usize, route: &Arc<Route>| {
            let mut before = self.routes.iter().take(index);
            !before.any(|earlier| Arc::ptr_eq(&earlier.endpoint, &route.endpoint))
        };
        let routes = self.routes.iter().enumerate();
        routes.filter(move |(index, route)| is_first(*index, route)).map(|(_, route)| &*route.endpoint)
    }
}

/// The name of the rule set in `arn:aws:lambda:<region>:<account>:function:hubbub-builtin-<name>`.
fn built_in(uri: &ReviewHandlerUri) -> Option<&str> {
    uri.as_str().splitn(7, ':').nth(6)?.strip_prefix(BUILT_IN)
}
