//! The `tipoff` program: parse, run, exit with a code that scripts can trust.

use std::process::ExitCode;

fn main() -> ExitCode {
    sigpipe::reset();
    tipoff::cli::main()
}
