"""The worked handler in Rust under `cargo lambda watch`, which builds and starts it when it is called first."""

import os
import sys
from pathlib import Path

from reviewing import worked
from reviewing.mapping import function_arn, mapped
from reviewing.programs import Program, free_port

port = free_port()
program = Program(
    [Path(sys.executable).parent / "cargo-lambda", "lambda", "watch", "--invoke-address", "127.0.0.1"]
    + ["--invoke-port", port, "--ignore-changes"],
    r"starting Runtime server",
    worked.WORKED / "rust",
    CARGO_TARGET_DIR=str(Path(os.environ["HUBBUB_NODE_MODULES"]).parent / "handlers"),
)
handler = mapped(
    function_arn("review"),
    kind="lambda",
    endpoint=f"http://127.0.0.1:{port}",
    credentials={"access_key_id": "any", "secret_access_key": "any"},
    time_limit_ms=10000,
)
worked.add_checks("the_rust_handler", handler, program)
