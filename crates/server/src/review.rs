//! Message review handlers as this server is configured: the review file, read and taken again.

use crate::config::Config;
use crate::declared_file::{self, DeclaredFileError};
use crate::{clock, entropy};
use delivery::{ReviewHandlers, ReviewMap, ReviewParts};
use engine::RoomDirectory;
use std::sync::Arc;
use tokio::runtime::Handle;

/// Why the review file is not taken.
#[derive(Debug, thiserror::Error)]
#[error("the review file is refused: {0}")]
pub struct ReviewFileError(#[from] DeclaredFileError);

/// The handlers that the configuration names; none without a review file. Their calls run on this runtime.
///
/// # Errors
/// [`ReviewFileError`]
pub(crate) fn open(config: &Config) -> Result<Arc<ReviewHandlers>, ReviewFileError> {
    Ok(ReviewHandlers::new(ReviewParts {
        region: config.region.clone(),
        settings: config.review,
        map: read(config)?,
        runtime: Handle::current(),
        clock: clock::now,
        random: entropy::bits,
    }))
}

/// Says in how many rooms nobody stands behind the handler: there every message meets the fallback.
pub(crate) fn tell_uncovered(rooms: &RoomDirectory, handlers: &ReviewHandlers) {
    let rooms = uncovered(rooms, handlers);
    if rooms > 0 {
        tracing::warn!(rooms, "rooms have a review handler behind which nothing stands");
    }
}

fn uncovered(rooms: &RoomDirectory, handlers: &ReviewHandlers) -> usize {
    rooms.count_handlers(|handler| !handlers.covers(handler))
}

/// Reads the review file again. One that is wrong changes nothing.
///
/// # Errors
/// [`ReviewFileError`]
pub(crate) fn reload(config: &Config, handlers: &ReviewHandlers) -> Result<(), ReviewFileError> {
    handlers.replace(read(config)?);
    Ok(())
}

fn read(config: &Config) -> Result<ReviewMap, DeclaredFileError> {
    match &config.review_file {
        None => Ok(ReviewMap::empty()),
        Some(path) => declared_file::compile(path, |file, sources| {
            ReviewMap::compile(file, config.review.time_limit, sources)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use delivery::{DeclarationSources, ReviewFile, ReviewSettings};
    use engine::{RoomReview, RoomSettings};
    use model::{AccountId, FallbackResult, Id, Region, ReviewHandlerUri, RoomKey};
    use std::io;

    fn rooms(handlers: &[&str]) -> RoomDirectory {
        let rooms = RoomDirectory::default();
        for (number, handler) in (1..).zip(handlers) {
            let arn = format!("arn:aws:lambda:us-west-2:123456789012:function:{handler}");
            let handler = ReviewHandlerUri::parse(&arn).unwrap();
            let settings = RoomSettings {
                maximum_message_length: 500,
                maximum_message_rate_per_second: 10,
                review: Some(Arc::new(RoomReview { handler, fallback: FallbackResult::Allow })),
                logging: None,
            };
            let account = AccountId::parse("123456789012").unwrap();
            rooms.put(RoomKey { account, id: Id::from_random(number) }, settings.clone());
            rooms.put(
                RoomKey { account, id: Id::from_random(1 << 64) },
                RoomSettings { review: None, ..settings },
            );
        }
        rooms
    }

    fn map(file: &str) -> ReviewMap {
        let file: ReviewFile = toml::from_str(file).unwrap();
        let sources =
            DeclarationSources { variable: &|_| None, text_of: &|_| Err(io::ErrorKind::NotFound.into()) };
        ReviewMap::compile(file, ReviewSettings::default().time_limit, sources).unwrap()
    }

    #[tokio::test]
    async fn rooms_are_counted_whose_handler_is_nowhere() {
        let handlers = ReviewHandlers::new(ReviewParts {
            region: Region::parse("us-west-2").unwrap(),
            settings: ReviewSettings::default(),
            map: map("[[rules]]\nname = \"basic\""),
            runtime: Handle::current(),
            clock: clock::now,
            random: entropy::bits,
        });
        let rooms = rooms(&["hubbub-builtin-basic", "hubbub-builtin-gone", "moderate"]);
        assert_eq!(uncovered(&rooms, &handlers), 2);
        handlers.replace(map("[[handler]]\nkind = \"http\"\narn = \"*\"\nurl = \"http://127.0.0.1:9/\""));
        assert_eq!(uncovered(&rooms, &handlers), 2, "a built-in name is no other handler's");
        handlers.replace(ReviewMap::empty());
        assert_eq!(uncovered(&rooms, &handlers), 3);
    }
}
