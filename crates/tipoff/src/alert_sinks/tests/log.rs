//! The log as a route.

use std::io;
use std::sync::{Arc, Mutex};

use runtime::alerts::{AlertSink, Notification};

use super::super::log::LogSink;
use super::opened;

/// Bytes that several writers share.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_notification_is_one_line_of_the_level_of_its_severity() {
    let written = Shared::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    LogSink.send(&opened()).await.unwrap();
    LogSink.send(&Notification::synthetic("2026-01-20T12:00:00Z".parse().unwrap())).await.unwrap();
    drop(guard);
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let [alert, test] = lines.as_slice() else { panic!("two lines: {text}") };
    assert!(alert.contains("ERROR") && alert.contains("alert: CRITICAL: odds: breaker open (2 affected)"), "{alert}");
    assert!(alert.contains("kind=\"opened\"") && alert.contains("| To do: Look at the feed of odds. |"), "{alert}");
    assert!(test.contains("INFO") && test.contains("kind=\"synthetic\""), "{test}");
}
