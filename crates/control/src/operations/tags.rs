//! TagResource, UntagResource and ListTagsForResource: the tags of rooms and of logging configurations.

use super::submission::EmptyOutput;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::percent;
use crate::scope::Scope;
use crate::target::Target;
use crate::violations::{Violations, violated};
use crate::{OperationError, Subject};
use model::{ResourceArn, Tags, Violation};
use serde::Serialize;
use std::collections::BTreeMap;
use store::TagsError;

pub(crate) struct ListTagsForResource {
    resource: ResourceArn,
}

pub(crate) struct TagResource {
    resource: ResourceArn,
    tags: Tags,
}

pub(crate) struct UntagResource {
    resource: ResourceArn,
    keys: Vec<String>,
}

#[derive(Serialize)]
pub(crate) struct TagsOutput {
    tags: BTreeMap<String, String>,
}

impl Operation for ListTagsForResource {
    type Output = TagsOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut violations = Violations::default();
        let resource = violations.keep("resourceArn", resource(request));
        violations.finish(|| Some(Self { resource: resource? }))
    }

    fn target(&self) -> Target<'_> {
        Target::One(&self.resource)
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<TagsOutput, OperationError> {
        let key = scope.resource_key(&self.resource)?;
        let found = scope.control.store.tags(key).await?;
        let tags = found.ok_or_else(|| Subject::named(&self.resource).not_found())?;
        Ok(TagsOutput { tags: tags.as_map().clone() })
    }
}

impl Operation for TagResource {
    type Output = EmptyOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let resource = input.keep("resourceArn", resource(request));
        input.require("tags")?;
        let tags = input.tags()?;
        input.finish(|| Some(Self { resource: resource?, tags: tags? }))
    }

    fn target(&self) -> Target<'_> {
        Target::Tagging(&self.resource, &self.tags)
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<EmptyOutput, OperationError> {
        let Self { resource, tags } = self;
        change_tags(scope, &resource, move |before| before.with(&tags)).await
    }
}

impl Operation for UntagResource {
    type Output = EmptyOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut violations = Violations::default();
        let resource = violations.keep("resourceArn", resource(request));
        let keys = violations.keep("tagKeys", tag_keys(request.query)).unwrap_or_default();
        for (index, key) in keys.iter().enumerate() {
            violations.keep(&format!("tagKeys/{index}"), Tags::check_key(key));
        }
        violations.finish(|| Some(Self { resource: resource?, keys }))
    }

    fn target(&self) -> Target<'_> {
        Target::Untagging(&self.resource, &self.keys)
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<EmptyOutput, OperationError> {
        let Self { resource, keys } = self;
        change_tags(scope, &resource, move |before| Ok(before.without(&keys))).await
    }
}

async fn change_tags(
    scope: &Scope<'_>,
    resource: &ResourceArn,
    change: impl FnOnce(&Tags) -> Result<Tags, Violation> + Send + 'static,
) -> Result<EmptyOutput, OperationError> {
    let key = scope.resource_key(resource)?;
    match scope.control.store.change_tags(key, change).await {
        Ok(_) => Ok(EmptyOutput {}),
        Err(TagsError::NotFound) => Err(Subject::named(resource).not_found()),
        Err(TagsError::Refused(violation)) => Err(violated("tags", &violation)),
        Err(TagsError::Store(error)) => Err(error.into()),
    }
}

/// The ARN out of the path, decoded once.
fn resource(request: &Request<'_>) -> Result<ResourceArn, Violation> {
    let encoded = request.resource_arn.ok_or(Violation::Missing)?;
    ResourceArn::parse(&percent::decode(encoded)?)
}

fn tag_keys(query: &str) -> Result<Vec<String>, Violation> {
    let keys = percent::query_values(query, "tagKeys")?;
    if keys.is_empty() {
        return Err(Violation::Missing);
    }
    Violation::check_count(keys.len(), 1, Tags::MAX)?;
    Ok(keys)
}
