//! A store of its own for every test, on the Postgres server that `TIPOFF_TEST_POSTGRES` names.

use std::io::Write;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The URL of a schema that nobody has used; nothing, and a line that says so, where there is no server.
pub(crate) fn new_place() -> Option<String> {
    static SAID: Once = Once::new();
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("TIPOFF_TEST_POSTGRES") else {
        // Straight to the terminal: what a passing test prints is kept from it.
        let line = "skipped: tests on Postgres, for want of TIPOFF_TEST_POSTGRES; `cargo xtask ci` starts a server";
        SAID.call_once(|| drop(writeln!(std::io::stderr(), "{line}")));
        return None;
    };
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_micros();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let sign = if server.contains('?') { '&' } else { '?' };
    Some(format!("{server}{sign}options=-c%20search_path%3Dtest_{since}_{}_{number}", std::process::id()))
}
