//! A listing to its end. Knows no server: how a page is asked for comes in.

use serde_json::{Value, json};

/// What is asked for at a time: it is the server's own default, and a page of so many users with fifty tags each stays
/// under 2 MiB.
const PAGE: u32 = 100;
/// The most pages that are followed: twenty times the users that IAM gives an account.
const PAGES_MAX: usize = 1_000;

/// What is wrong with a listing of more than [`PAGES_MAX`] pages.
pub(super) const ENDLESS: &str = "its list does not end";

/// All pages of `list` in one answer of the same shape, without `nextToken`; none if they do not end.
pub(super) async fn all<E>(
    list: &'static str,
    mut input: Value,
    call: impl AsyncFn(&Value) -> Result<Value, E>,
) -> Result<Option<Value>, E> {
    set(&mut input, "maxResults", PAGE.into());
    let mut gathered = Vec::new();
    for _ in 0..PAGES_MAX {
        let mut page = call(&input).await?;
        match page.get_mut(list).map(Value::take) {
            Some(Value::Array(members)) => gathered.extend(members),
            // What is no list is left for the one who reads the answer to complain of.
            _ => return Ok(Some(page)),
        }
        match page.get("nextToken").and_then(Value::as_str) {
            Some(token) if !token.is_empty() => set(&mut input, "nextToken", token.into()),
            _ => return Ok(Some(json!({ list: gathered }))),
        }
    }
    Ok(None)
}

fn set(input: &mut Value, name: &str, value: Value) {
    if let Some(input) = input.as_object_mut() {
        input.insert(name.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// Asks for all users of a server that gives these answers, the last one for ever, and keeps what was asked.
    async fn ask(answers: &[Value]) -> (Option<Value>, Vec<Value>) {
        let asked = RefCell::new(Vec::new());
        let call = async |input: &Value| {
            let mut asked = asked.borrow_mut();
            asked.push(input.clone());
            Ok::<_, ()>(answers[asked.len().min(answers.len()) - 1].clone())
        };
        let all = all("users", json!({ "accountId": "1" }), call).await.unwrap();
        (all, asked.into_inner())
    }

    #[tokio::test]
    async fn pages_are_followed_to_the_end_and_no_further_than_their_bound() {
        let (all, asked) =
            ask(&[json!({ "users": [1, 2], "nextToken": "t" }), json!({ "users": [3] })]).await;
        assert_eq!(all, Some(json!({ "users": [1, 2, 3] })));
        assert_eq!(
            asked,
            [
                json!({ "accountId": "1", "maxResults": 100 }),
                json!({ "accountId": "1", "maxResults": 100, "nextToken": "t" })
            ]
        );
        let (all, asked) = ask(&[json!({ "users": [], "nextToken": "" })]).await;
        assert_eq!((all, asked.len()), (Some(json!({ "users": [] })), 1));
        let (all, asked) = ask(&[json!({ "users": [], "nextToken": "again" })]).await;
        assert_eq!((all, asked.len()), (None, PAGES_MAX));
    }

    #[tokio::test]
    async fn an_answer_without_the_list_is_given_back() {
        assert_eq!(
            ask(&[json!({ "rooms": [], "nextToken": "t" })]).await.0,
            Some(json!({ "rooms": [], "nextToken": "t" }))
        );
        assert_eq!(ask(&[Value::Null]).await.0, Some(Value::Null));
    }
}
