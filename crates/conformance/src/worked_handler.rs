//! The worked review handler of the documentation in Python, run as a reader of it would.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::server::{ACCOUNT_ID, REGION, environment, start_listening};
use crate::watched::Watched;

const BEARER: &str = "bearer-of-the-suite";
const HMAC_SECRET: &str = "secret-of-the-suite";

/// A running `docs/operating/handlers/python/review.py`; killed when dropped.
pub struct WorkedHandler {
    _process: Watched,
    url: String,
}

impl WorkedHandler {
    /// Starts it and waits until it says where it listens.
    ///
    /// # Errors
    /// When the tests were not started by `cargo xtask test`, or it does not come up; then with everything it said.
    pub fn start() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut command = Command::new(environment("HUBBUB_PYTHON")?);
        command
            .arg(root.join("docs/operating/handlers/python/review.py"))
            .env("PORT", "0")
            .env("REVIEW_BEARER", BEARER)
            .env("REVIEW_HMAC_SECRET", HMAC_SECRET);
        let (process, url) = start_listening(&mut command)?;
        Ok(Self { _process: process, url })
    }

    /// The lines of a review file that map the function `moderate` to it.
    #[must_use]
    pub fn mapping(&self) -> String {
        format!(
            r#"
[[handler]]
arn = "arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:moderate"
kind = "http"
url = "{}/"
bearer = "{BEARER}"
hmac_secret = "{HMAC_SECRET}"
time_limit_ms = 10000
"#,
            self.url
        )
    }
}
