//! Each suite of scripts, mostly against a server of its own. The numbers are the checks that must have run at least.

use anyhow::{Result, ensure};
use conformance::{Quotas, Server, Suite, WorkedHandler};

/// What the suites over review handlers know of their server.
const REVIEW: &[(&str, &str)] =
    &[("HUBBUB_REVIEW_AT_ONCE_PER_ROOM", "8"), ("HUBBUB_TRUSTED_PROXIES", "127.0.0.2")];

#[test]
fn boto3_operations() -> Result<()> {
    Suite::python("boto3/operations.py", 55)?.run(&Server::start(Quotas::Unlimited)?)
}

#[test]
fn boto3_quotas() -> Result<()> {
    Suite::python("boto3/quotas.py", 5)?.run(&Server::start(Quotas::Aws)?)
}

#[test]
fn boto3_access() -> Result<()> {
    Suite::python("boto3/access_matrix.py", 408)?.run(&Server::start(Quotas::Unlimited)?)
}

#[test]
fn raw_frames() -> Result<()> {
    Suite::python("boto3/frames.py", 17)?.run(&Server::start(Quotas::Aws)?)
}

#[test]
fn aws_cli() -> Result<()> {
    Suite::python("cli/operations.py", 18)?.run(&Server::start(Quotas::Unlimited)?)
}

#[test]
fn aws_cli_access() -> Result<()> {
    Suite::python("cli/access.py", 4)?.run(&Server::start(Quotas::Aws)?)
}

#[test]
fn javascript_client() -> Result<()> {
    Suite::node("js/operations.js", 19)?.run(&Server::start(Quotas::Unlimited)?)
}

#[test]
fn javascript_access() -> Result<()> {
    Suite::node("js/access.js", 6)?.run(&Server::start(Quotas::Unlimited)?)
}

#[test]
fn chat_sdk() -> Result<()> {
    Suite::node("chat_sdk/chat.js", 21)?.run(&Server::start(Quotas::Aws)?)
}

#[test]
fn chat_sdk_under_review() -> Result<()> {
    let handler = WorkedHandler::start()?;
    Suite::node("chat_sdk/review.js", 4)?.run(&Server::start_with(Quotas::Aws, &[], &handler.mapping())?)
}

#[test]
fn review_over_http() -> Result<()> {
    Suite::python("boto3/review_http.py", 74)?.run(&Server::start_with(Quotas::Unlimited, REVIEW, "")?)
}

#[test]
fn review_by_lambda_functions() -> Result<()> {
    Suite::python("boto3/review_lambda.py", 21)?.run(&Server::start_with(Quotas::Unlimited, REVIEW, "")?)
}

#[test]
fn chat_logs() -> Result<()> {
    Suite::python("boto3/chat_logs.py", 18)?.run_with_servers_of_its_own()
}

#[test]
fn chat_logs_under_faults() -> Result<()> {
    Suite::python("boto3/chat_log_faults.py", 8)?.run_with_servers_of_its_own()
}

#[test]
fn policies_beside_another_evaluator() -> Result<()> {
    Suite::node("policies/differential.js", 6)?.run_alone()
}

#[test]
fn sigterm_ends_the_server_well() -> Result<()> {
    let status = Server::start(Quotas::Aws)?.stop()?;
    ensure!(status.success(), "the server ended with {status}");
    Ok(())
}
