//! Pages of the admin API's lists: in order of name, from behind the last name of the page before.

use crate::OperationError;
use crate::input::Input;
use model::Violation;
use serde::Serialize;

/// The most items on a page.
const MAX_RESULTS: u32 = 1_000;
/// How many there are when the caller does not say.
const USUAL_RESULTS: u32 = 100;
/// The longest name there is.
const MAX_TOKEN: usize = 128;

/// Which page is asked for.
pub(super) struct PageMembers {
    max_results: usize,
    /// The last folded name of the page before. It is no secret: who may list may see every name.
    pub(super) after: Option<String>,
}

impl PageMembers {
    pub(super) fn read(input: &mut Input) -> Result<Self, OperationError> {
        let max_results = input.integer("maxResults", 1..=MAX_RESULTS)?.unwrap_or(USUAL_RESULTS);
        let after = input.optional("nextToken", |token| {
            Violation::check_length(token, 0, MAX_TOKEN).map(|()| token.to_owned())
        })?;
        Ok(Self { max_results: max_results as usize, after: after.filter(|after| !after.is_empty()) })
    }

    /// The page out of the items behind `after`, each shown by `show`, and the token of the next one if there is more.
    pub(super) fn cut<T, S: Serialize>(
        &self,
        items: impl Iterator<Item = T>,
        name: impl Fn(&T) -> String,
        show: impl Fn(T) -> S,
    ) -> (Vec<S>, Option<String>) {
        let mut items = items.peekable();
        let (mut page, mut last) = (Vec::new(), None);
        while page.len() < self.max_results
            && let Some(item) = items.next()
        {
            last = Some(name(&item));
            page.push(show(item));
        }
        (page, last.filter(|_| items.peek().is_some()))
    }
}
