//! Many calls of the control plane, a bounded number of them at once. Knows no operation.

use crate::cli::api::{Api, is_throttled};
use crate::cli::error::CliError;
use serde_json::Value;
use std::io;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How many calls are under way at once.
const AT_ONCE: usize = 64;

/// The calls for a row of inputs.
pub(super) struct Calls<'a, T> {
    begin: Box<Begin<'a, T>>,
    under_way: UnderWay<T>,
    is_ended: bool,
    stop: CancellationToken,
}

/// Begins the next call; none when there are no more.
type Begin<'a, T> = dyn FnMut(&mut UnderWay<T>) -> Option<()> + 'a;
type UnderWay<T> = JoinSet<Result<T, CliError>>;

impl<'a, T: Send + 'static> Calls<'a, T> {
    /// One call for each input, until `stop`: then no further one is begun, and those under way are finished.
    pub(super) fn new<I, W>(
        inputs: impl IntoIterator<Item = I, IntoIter: 'a>,
        stop: &CancellationToken,
        call: impl Fn(I) -> W + 'a,
    ) -> Self
    where
        W: Future<Output = Result<T, CliError>> + Send + 'static,
    {
        let mut inputs = inputs.into_iter();
        let begin = move |under_way: &mut UnderWay<T>| {
            under_way.spawn(call(inputs.next()?));
            Some(())
        };
        Self { begin: Box::new(begin), under_way: JoinSet::new(), is_ended: false, stop: stop.clone() }
    }

    /// Begins no further call.
    pub(super) fn end(&mut self) {
        self.is_ended = true;
    }

    /// The next answer, in whatever order they come; none when there are no more.
    pub(super) async fn next(&mut self) -> Option<Result<T, CliError>> {
        while !self.is_ended && self.under_way.len() < AT_ONCE && !self.stop.is_cancelled() {
            self.is_ended = (self.begin)(&mut self.under_way).is_none();
        }
        let done = self.under_way.join_next().await?;
        Some(done.unwrap_or_else(|failed| Err(io::Error::other(failed).into())))
    }
}

/// Calls an operation, and goes on for as long as the server only says that it is called too often.
pub(super) async fn insist(
    api: &Api,
    operation: &'static str,
    input: &Value,
    stop: &CancellationToken,
) -> Result<Value, CliError> {
    loop {
        match api.call(operation, input).await {
            Err(error) if is_throttled(&error) && !stop.is_cancelled() => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_inputs_are_called_and_after_a_stop_no_further_one() {
        let stop = CancellationToken::new();
        let mut calls = Calls::new(0..1000, &stop, |number| async move { Ok(number) });
        let mut seen = Vec::new();
        while let Some(answer) = calls.next().await {
            seen.push(answer.unwrap());
            if seen.len() == 100 {
                stop.cancel();
            }
        }
        assert!((100..=164).contains(&seen.len()), "{}", seen.len());
        seen.sort_unstable();
        seen.dedup();
        assert!(seen.len() >= 100);
    }

    #[tokio::test]
    async fn a_refusal_is_handed_on() {
        let refuse = |()| async { Err::<(), _>(CliError::Usage("no".to_owned())) };
        let mut calls = Calls::new(std::iter::once(()), &CancellationToken::new(), refuse);
        assert!(calls.next().await.unwrap().is_err());
        assert!(calls.next().await.is_none());
    }
}
