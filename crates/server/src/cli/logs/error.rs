//! Why logs cannot be read: one sentence each, with what to do.

use model::Id;
use std::io;
use std::path::PathBuf;

/// Why logs cannot be read, or not all of them.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum LogsError {
    /// The folder of all local logs.
    #[error("cannot read {}: {cause}; name the server's folder with --data-dir", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
    /// No file of the room.
    #[error(
        "there are no local chat logs of room {room} under {}; see whether a logging configuration is attached to it, \
         whether its logs go elsewhere (chat_log_file) or to Firehose, and whether --data-dir is right",
        folder.display()
    )]
    NoFiles {
        /// The room.
        room: Id,
        /// Where they were looked for.
        folder: PathBuf,
    },
    /// `grep` found nothing.
    #[error("no record of room {room} matches; try -i, or another --since")]
    NoMatch {
        /// The room.
        room: Id,
    },
    /// Each file was named before.
    #[error("not everything could be read, see above: {files} files or folders; the rest was")]
    Incomplete {
        /// How many.
        files: usize,
    },
}
