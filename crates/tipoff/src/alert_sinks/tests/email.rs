//! Mail, as a server gets it.

use runtime::alerts::{AlertSink, SinkError};

use super::super::email::EmailSink;
use super::{opened, servers};
use crate::secret::Secret;

/// Sends over a server; what came of it, and the lines that the server was sent.
async fn sent(url: String, told: std::sync::mpsc::Receiver<String>) -> (Result<(), SinkError>, Vec<String>) {
    let from = "Tipoff <alerts@example.org>".parse().unwrap();
    let to = "a@example.org, B <b@example.com>".parse().unwrap();
    let sink = EmailSink::new(&Secret::new(url.parse().unwrap()), from, to).unwrap();
    let result = sink.send(&opened()).await;
    (result, told.try_iter().collect())
}

#[tokio::test]
async fn every_receiver_gets_one_mail_with_headline_and_text() {
    let (address, told) = servers::smtp("235 welcome");
    let (result, lines) = sent(format!("smtp://us%40er:hunter2@{address}"), told).await;
    result.unwrap();
    let login = lines.iter().find(|line| line.starts_with("AUTH")).unwrap();
    assert_eq!(login, "AUTH PLAIN AHVzQGVyAGh1bnRlcjI=", "\\0us@er\\0hunter2");
    let envelope: Vec<&str> =
        lines.iter().filter(|line| line.contains(":<")).map(|line| line.split("> ").next().unwrap()).collect();
    assert_eq!(envelope, ["MAIL FROM:<alerts@example.org>", "RCPT TO:<a@example.org>", "RCPT TO:<b@example.com>"]);
    let id = format!("Message-ID: <{}@example.org>", opened().id());
    for expected in [
        "From: Tipoff <alerts@example.org>",
        "To: a@example.org, B <b@example.com>",
        "Subject: CRITICAL: odds: breaker open (2 affected)",
        "Date: Tue, 20 Jan 2026 12:00:00 +0000",
        // Long lines go on in the next.
        "What: odds, breaker open; affects making a report of 2026-01-20,",
        "Why: <!channel> 3 > 2 & *so on*",
        &id,
    ] {
        assert!(lines.iter().any(|line| line.starts_with(expected)), "{expected} in {lines:#?}");
    }
}

#[tokio::test]
async fn a_server_that_refuses_the_password_is_quoted_by_its_code_only() {
    let (address, told) = servers::smtp("535 hunter2 is wrong");
    let (result, lines) = sent(format!("smtp://user:hunter2@{address}"), told).await;
    let error = result.unwrap_err();
    assert_eq!(error.to_string(), "the mail server answered 535");
    assert!(!lines.iter().any(|line| line.starts_with("MAIL")));
}

#[tokio::test]
async fn without_starttls_neither_password_nor_mail_is_sent() {
    let (address, told) = servers::smtp("235 welcome");
    let (result, lines) = sent(format!("smtp://user:hunter2@{address}?tls=required"), told).await;
    let error = result.unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
    assert!(lines.iter().all(|line| line.starts_with("EHLO") || line.starts_with("QUIT")), "{lines:?}");
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing_where_tls_comes_first() {
    let (address, told) = servers::smtp("235 welcome");
    let (result, lines) = sent(format!("smtps://user:hunter2@{address}"), told).await;
    assert!(!result.unwrap_err().to_string().contains("hunter2"));
    assert!(!lines.iter().any(|line| line.starts_with("EHLO") || line.starts_with("AUTH")), "{lines:?}");
}
