//! `cargo xtask ci`: what must pass before a change is merged, in the order that fails soonest.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::{clippy, doc, fmt, shell, test, tidy};

type Step = (&'static str, fn(&[String]) -> Result<()>);

const STEPS: &[Step] = &[
    ("fmt", fmt::run),
    ("clippy", clippy::run),
    ("tidy", tidy::run),
    ("doc", doc::run),
    ("test", test::run),
];

/// Runs the steps, stops at the first that fails, and prints how long each took.
pub(crate) fn run(_arguments: &[String]) -> Result<()> {
    println!("ci in {}", shell::root().display());
    let mut times = Vec::new();
    let mut outcome = Ok(());
    for (name, step) in STEPS {
        let (result, time) = timed(*step);
        times.push((name, time));
        outcome = result.with_context(|| format!("step `{name}`"));
        if outcome.is_err() {
            break;
        }
    }
    for (name, time) in times {
        println!("{name:<8} {:>7.1} s", time.as_secs_f64());
    }
    outcome
}

#[expect(clippy::disallowed_methods, reason = "it measures how long a step takes, no test depends on it")]
fn timed(step: fn(&[String]) -> Result<()>) -> (Result<()>, Duration) {
    let start = Instant::now();
    let result = step(&[]);
    (result, start.elapsed())
}
