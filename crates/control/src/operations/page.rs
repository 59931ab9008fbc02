//! Pages: the members `maxResults` and `nextToken` of the two lists, and the token of the page that follows.

use crate::OperationError;
use crate::input::Input;
use crate::page_token::{MAX_LENGTH, PageQuery};
use crate::scope::Scope;
use crate::violations::violated;
use model::Violation;
use store::Cursor;

/// The most items on a page, and how many there are when the caller does not say. Source: API reference, `ListRooms`.
const MAX_RESULTS: u32 = 50;

/// Which page is asked for.
pub(super) struct PageMembers {
    max_results: u32,
    /// Empty for the first page: the model lets a token be empty.
    next_token: String,
}

impl PageMembers {
    pub(super) fn read(input: &mut Input) -> Result<Self, OperationError> {
        let max_results = input.integer("maxResults", 1..=MAX_RESULTS)?.unwrap_or(MAX_RESULTS);
        let next_token = input.optional("nextToken", |token| {
            Violation::check_length(token, 0, MAX_LENGTH).map(|()| token.to_owned())
        })?;
        Ok(Self { max_results, next_token: next_token.unwrap_or_default() })
    }

    /// How many items to read: one more than the page holds, to see whether another page follows.
    pub(super) const fn reach(&self) -> u32 {
        self.max_results + 1
    }

    /// Where the page begins; `filters` are those of the operation, in an order of its own.
    pub(super) fn after(
        &self,
        scope: &Scope<'_>,
        filters: &[Option<&str>],
    ) -> Result<Option<Cursor>, OperationError> {
        if self.next_token.is_empty() {
            return Ok(None);
        }
        let opened = scope.control.page_tokens.open(&query(scope, filters), &self.next_token);
        opened.map(Some).ok_or_else(|| {
            let rule = "Member must be the nextToken of an earlier page of the same query by the same caller";
            violated("nextToken", &Violation::Rule(rule))
        })
    }

    /// Cuts `items` to the page, and gives the token of the next one if there is more.
    pub(super) fn cut<T>(
        &self,
        scope: &Scope<'_>,
        filters: &[Option<&str>],
        items: &mut Vec<T>,
    ) -> Option<String>
    where
        Cursor: for<'a> From<&'a T>,
    {
        let size = usize::try_from(self.max_results).ok()?;
        if items.len() <= size {
            return None;
        }
        items.truncate(size);
        let cursor = Cursor::from(items.last()?);
        scope.control.page_tokens.seal(&query(scope, filters), cursor, scope.random())
    }
}

fn query<'a>(scope: &'a Scope<'_>, filters: &'a [Option<&'a str>]) -> PageQuery<'a> {
    PageQuery {
        operation: scope.operation,
        account: scope.account(),
        caller: scope.caller.principal.arn(),
        filters,
    }
}
