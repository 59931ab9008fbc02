//! Where local files lie, under the folder of their account.
//!
//! **Invariant:** names come from anybody who may make a logging configuration. No two of them share a file, none leads
//! out of its folder, and no file's name is longer than file systems take. What a plain name cannot be as a file's name
//! is written with `%`, which none of them can hold.

use crate::chat_log::sink::key;
use model::{AccountId, Id};
use std::path::{Path, PathBuf};

/// How the file of a stream ends.
pub(super) const ENDING: &str = ".ndjson";
/// Longer parts of a name become several folders; with what is added they stay under the 255 bytes of file systems.
const MAX_PART: usize = 200;
/// How the folder of a part's piece ends when another follows.
const CONTINUED: &str = "%-";

/// The folder of an account.
pub(super) fn account(folder: &Path, account: AccountId) -> PathBuf {
    folder.join(account.to_string())
}

/// Where the buckets of an account are.
pub(super) const BUCKETS: &str = "s3";
/// Where the log groups of an account are.
pub(super) const GROUPS: &str = "cloudwatch-logs";

/// The folder of a bucket.
pub(super) fn bucket(name: &str) -> PathBuf {
    let mut path = PathBuf::from(BUCKETS);
    push(&mut path, name);
    path
}

/// The file of a room's stream in a log group; a group's slashes lead into folders.
pub(super) fn log_stream(group: &str, room: Id) -> PathBuf {
    let mut path = PathBuf::from(GROUPS);
    group.split('/').for_each(|part| push(&mut path, part));
    path.push(key::streams());
    path.push(room_stream(room));
    path
}

/// The name of the file of a room's stream.
pub(super) fn room_stream(room: Id) -> String {
    format!("{}{ENDING}", key::room_name(room))
}

/// Whether a folder is where the streams of a log group are.
pub(super) fn is_of_streams(folder: &Path) -> bool {
    folder.ends_with(key::streams())
}

/// Whether a folder's name goes on in one below it.
pub(super) fn is_continued(folder: &str) -> bool {
    folder.ends_with(CONTINUED)
}

/// The file of a delivery stream.
pub(super) fn delivery_stream(name: &str) -> PathBuf {
    let mut path = PathBuf::from("firehose");
    let name = if is_rotated(name) { with_last_dot_written(name) } else { name.to_owned() };
    push(&mut path, &name);
    path.add_extension(ENDING.trim_start_matches('.'));
    path
}

/// The name of a stream's file once it has been rotated for the `n`th time in one second.
pub(super) fn rotated(file: &Path, stamp: &str, n: u32) -> PathBuf {
    file.with_extension(format!("{stamp}-{n}{ENDING}"))
}

/// Whether a file's name, without its ending, is one of [`rotated`].
pub(super) fn is_rotated(name: &str) -> bool {
    rotation(name).is_some()
}

/// What was rotated, when, and which of that second, from a file's name without its ending.
pub(super) fn rotation(name: &str) -> Option<(&str, &str, u64)> {
    let (stream, end) = name.rsplit_once('.')?;
    let (stamp, n) = end.split_once('-')?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (day, time) = stamp.strip_suffix('Z')?.split_once('T')?;
    let is_one = is_digits(day) && is_digits(time) && is_digits(n);
    is_one.then(|| (stream, stamp, n.parse().unwrap_or(u64::MAX)))
}

fn push(path: &mut PathBuf, part: &str) {
    let written = match part {
        "" => "%".to_owned(),
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        // A folder must not stand where a stream's file does.
        _ if part.ends_with(ENDING) => with_last_dot_written(part),
        _ => part.to_owned(),
    };
    if written.len() <= MAX_PART {
        path.push(written);
        return;
    }
    let mut rest = written.as_str();
    while let Some((piece, more)) = rest.split_at_checked(MAX_PART).filter(|(_, more)| !more.is_empty()) {
        path.push(format!("{piece}{CONTINUED}"));
        rest = more;
    }
    path.push(format!("{rest}%_"));
}

fn with_last_dot_written(name: &str) -> String {
    name.rsplit_once('.').map_or_else(|| name.to_owned(), |(start, end)| format!("{start}%2E{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{
        Strategy, prop, prop_assert, prop_assert_eq, prop_assert_ne, prop_oneof, proptest,
    };
    use std::path::Component;

    fn room() -> Id {
        Id::parse("AbCdEfGhIjKl").unwrap()
    }

    #[test]
    fn names_become_these_paths() {
        let check = |path: PathBuf, expected: &str| assert_eq!(path.to_str().unwrap(), expected);
        let group = |group: &str| log_stream(group, room());
        let stream = "aws/IVSChatLogs/1.0/room_AbCdEfGhIjKl.ndjson";
        check(bucket("my-bucket"), "s3/my-bucket");
        check(group("ivs"), &format!("cloudwatch-logs/ivs/{stream}"));
        check(group("/ivs/chat#1"), &format!("cloudwatch-logs/%/ivs/chat#1/{stream}"));
        check(group("../a//."), &format!("cloudwatch-logs/%2E%2E/a/%/%2E/{stream}"));
        check(group("a.ndjson/b"), &format!("cloudwatch-logs/a%2Endjson/b/{stream}"));
        let (long, end) = ("a".repeat(200), "..");
        check(group(&long), &format!("cloudwatch-logs/{long}/{stream}"));
        check(group(&format!("{long}{end}")), &format!("cloudwatch-logs/{long}%-/{end}%_/{stream}"));
        check(delivery_stream("chat"), "firehose/chat.ndjson");
        check(delivery_stream(".."), "firehose/%2E%2E.ndjson");
        check(delivery_stream("v1.2"), "firehose/v1.2.ndjson");
        check(delivery_stream("a.20261121T164011Z-0"), "firehose/a%2E20261121T164011Z-0.ndjson");
        let file = delivery_stream("v1.2");
        check(rotated(&file, "20261121T164011Z", 3), "firehose/v1.2.20261121T164011Z-3.ndjson");
    }

    #[test]
    fn a_rotated_file_is_known_by_its_name() {
        let rotated = rotated(&delivery_stream("a"), "20261121T164011Z", 12);
        assert!(is_rotated(rotated.file_stem().unwrap().to_str().unwrap()));
        for plain in ["a", "a.b", "a.1-2", "a.T-1", "a.20261121T164011Z", "a.20261121T164011Z-"] {
            assert!(!is_rotated(plain), "{plain}");
        }
    }

    /// All names that the API takes, and rather the strange ones.
    fn group() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            4 => "[.#_a-b-]{0,3}",
            1 => "[a.]{195,205}",
            1 => "[a.]{395,405}",
            1 => "[ab]?[.]ndjson",
            1 => "(aws/IVSChatLogs/1.0/room_AbCdEfGhIjKl|room_AbCdEfGhIjKl.ndjson|aws)",
        ];
        let parts = prop::collection::vec(part, 1..6).prop_map(|parts| parts.join("/"));
        parts.prop_filter("1 to 512 characters", |name| (1..=512).contains(&name.len()))
    }

    fn stream() -> impl Strategy<Value = String> {
        prop_oneof!["[.a_-]{1,4}", "[a.]{60,64}", "a?[.]ndjson", "a([.]2026T1Z-[01]){1,3}([.]ndjson)?"]
    }

    fn is_safe(path: &Path) -> bool {
        path.components().all(|part| matches!(part, Component::Normal(name) if name.len() <= 255 - 32))
    }

    proptest! {
        #[test]
        fn no_two_groups_share_a_file_and_none_leaves_its_folder(one in group(), other in group()) {
            let (path, other_path) = (log_stream(&one, room()), log_stream(&other, room()));
            prop_assert!(is_safe(&path), "{path:?}");
            prop_assert!(path.starts_with("cloudwatch-logs"));
            // `Path` would take `a//b` for `a/b`: the text counts, and it has none of that.
            prop_assert!(!path.to_str().unwrap().contains("//"));
            prop_assert_eq!(one == other, path == other_path);
            // Nor does one stand where the other needs a folder.
            prop_assert!(one == other || !other_path.starts_with(&path));
        }

        #[test]
        fn no_two_streams_share_a_file_however_often_they_rotate(one in stream(), other in stream(), n in 0_u32..2) {
            let (path, other_path) = (delivery_stream(&one), delivery_stream(&other));
            prop_assert!(is_safe(&path) && path.components().count() == 2, "{path:?}");
            prop_assert_eq!(one == other, path == other_path);
            let old = rotated(&path, "2026T1Z", n);
            prop_assert!(is_safe(&old), "{old:?}");
            prop_assert_ne!(&old, &other_path);
            prop_assert!(is_rotated(old.file_stem().unwrap().to_str().unwrap()));
            prop_assert!(!is_rotated(path.file_stem().unwrap().to_str().unwrap()));
            prop_assert_eq!(one == other, old == rotated(&other_path, "2026T1Z", n));
        }
    }
}
