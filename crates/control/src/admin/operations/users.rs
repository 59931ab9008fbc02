//! Users: made, listed, tagged, deleted. What they may is in `user_policies`.

use super::page::PageMembers;
use super::user_change::UserChange;
use crate::OperationError;
use crate::admin::AdminOperation;
use crate::admin::answers::{AccessKeyShape, Nothing, UserAnswer, UserShape};
use crate::admin::scope::{AdminScope, refused, user};
use crate::admin::target::AdminTarget;
use crate::input::Input;
use auth::AccessDirectory;
use model::{AccessUser, PolicyName, Tags, UserName};
use serde::Serialize;

/// The member `tags` of a user.
fn user_tags(input: &mut Input) -> Result<Option<Tags>, OperationError> {
    input.map("tags", |tags| Tags::parse(tags)?.distinct_without_case())
}

pub(crate) struct CreateUser {
    name: UserName,
    tags: Tags,
    policies: Vec<PolicyName>,
    boundary: Option<PolicyName>,
}

pub(crate) struct ListUsers {
    page: PageMembers,
}

pub(crate) struct GetUser {
    name: UserName,
}

pub(crate) struct DeleteUser {
    name: UserName,
    force: bool,
}

pub(crate) struct TagUser {
    name: UserName,
    tags: Tags,
}

pub(crate) struct UntagUser {
    name: UserName,
    keys: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsersAnswer {
    users: Vec<UserShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserWithKeysAnswer {
    user: UserShape,
    access_keys: Vec<AccessKeyShape>,
}

impl AdminOperation for CreateUser {
    type Output = UserAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        let name = input.required("userName", UserName::parse)?;
        let tags = user_tags(input)?.unwrap_or_default();
        let policies = input.list("policies", AccessUser::MAX_POLICIES as usize, PolicyName::parse)?;
        let boundary = input.optional("permissionsBoundary", PolicyName::parse)?;
        Ok(name.map(|name| Self { name, tags, policies: policies.unwrap_or_default(), boundary }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.name, Some(&self.tags))
    }

    fn also(&self) -> Vec<&'static str> {
        let parts = [
            (!self.tags.as_map().is_empty(), "hubbub:TagUser"),
            (!self.policies.is_empty(), "hubbub:AttachUserPolicy"),
            (self.boundary.is_some(), "hubbub:PutUserPermissionsBoundary"),
        ];
        parts.into_iter().filter_map(|(is_given, action)| is_given.then_some(action)).collect()
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<UserAnswer, OperationError> {
        if scope.directory.user(scope.account, &self.name).is_some() {
            return Err(user(&self.name).conflict("exists already"));
        }
        let Self { name, tags, policies, boundary } = self;
        let created_at = scope.now.wall;
        let new =
            AccessUser { account: scope.account, name: name.clone(), tags, policies, boundary, created_at };
        let is_elsewhere = scope.is_elsewhere();
        let created = scope.admin.access.store.create_access_user(new, is_elsewhere).await;
        created.map_err(|error| refused(error, user(&name)))?;
        answer(scope, &*scope.finish().await?, &name)
    }
}

impl AdminOperation for ListUsers {
    type Output = UsersAnswer;
    const CHANGES: bool = false;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(Some(Self { page: PageMembers::read(input)? }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Users
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<UsersAnswer, OperationError> {
        let directory = &scope.directory;
        let all = directory.users(scope.account, self.page.after.as_deref());
        let (users, next_token) =
            self.page.cut(all, |known| known.user.name.folded(), |known| UserShape::of(known));
        Ok(UsersAnswer { users, next_token })
    }
}

impl AdminOperation for GetUser {
    type Output = UserWithKeysAnswer;
    const CHANGES: bool = false;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(input.required("userName", UserName::parse)?.map(|name| Self { name }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.name, None)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<UserWithKeysAnswer, OperationError> {
        let directory = &scope.directory;
        let known = scope.user(directory, &self.name)?;
        let keys = directory.keys(known);
        let shape =
            |key: &auth::KnownAccessKey| AccessKeyShape::of(key, scope.admin.access.last_use(&key.key));
        Ok(UserWithKeysAnswer {
            user: UserShape::of(known),
            access_keys: keys.into_iter().map(shape).collect(),
        })
    }
}

impl AdminOperation for DeleteUser {
    type Output = Nothing;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        let name = input.required("userName", UserName::parse)?;
        let force = input.boolean("force")?.unwrap_or_default();
        Ok(name.map(|name| Self { name, force }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.name, None)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<Nothing, OperationError> {
        let key = scope.changeable_user(&self.name)?;
        let deleted = scope.admin.access.store.delete_access_user(key, self.force).await;
        deleted.map_err(|error| refused(error, user(&self.name)))?;
        scope.finish().await?;
        Ok(Nothing {})
    }
}

impl AdminOperation for TagUser {
    type Output = UserAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        let name = input.required("userName", UserName::parse)?;
        input.require("tags")?;
        let tags = user_tags(input)?;
        Ok(name.zip(tags).map(|(name, tags)| Self { name, tags }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.name, Some(&self.tags))
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<UserAnswer, OperationError> {
        let Self { name, tags } = self;
        let change = UserChange::begin(scope, name)?;
        let store = &scope.admin.access.store;
        let changed = store
            .change_access_user_tags(change.key(), move |before| before.with(&tags)?.distinct_without_case())
            .await;
        change.finish(changed).await
    }
}

impl AdminOperation for UntagUser {
    type Output = UserAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        let name = input.required("userName", UserName::parse)?;
        input.require("tagKeys")?;
        let keys = input.list("tagKeys", Tags::MAX, |key| Tags::check_key(key).map(|()| key.to_owned()))?;
        Ok(name.zip(keys).map(|(name, keys)| Self { name, keys }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Untagging(&self.name, &self.keys)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<UserAnswer, OperationError> {
        let Self { name, keys } = self;
        let change = UserChange::begin(scope, name)?;
        let store = &scope.admin.access.store;
        let changed =
            store.change_access_user_tags(change.key(), move |before| Ok(before.without(&keys))).await;
        change.finish(changed).await
    }
}

fn answer(
    scope: &AdminScope<'_>,
    directory: &AccessDirectory,
    name: &UserName,
) -> Result<UserAnswer, OperationError> {
    Ok(UserAnswer { user: UserShape::of(scope.user(directory, name)?) })
}
