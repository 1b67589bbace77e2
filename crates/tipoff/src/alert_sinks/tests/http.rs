//! The routes over HTTP: what is posted, and what is made of answers.

use std::net::TcpListener;
use std::time::Duration;

use reqwest::Url;
use runtime::alerts::{AlertSink, Notification};

use super::super::http::{client, client_with};
use super::super::slack::SlackSink;
use super::super::webhook::{WebhookSink, signature};
use super::{opened, servers};
use crate::secret::Secret;

const KEY: &str = "a-signing-key";

fn webhook(address: impl std::fmt::Display, key: Option<&str>) -> WebhookSink {
    let url: Url = format!("http://user:hunter2@{address}/path-secret?token=query-secret").parse().unwrap();
    WebhookSink::new(client().unwrap(), Secret::new(url), key.map(|key| Secret::new(key.to_owned())))
}

#[tokio::test]
async fn a_webhook_gets_the_documented_object() {
    let (address, told) = servers::http("204 No Content");
    webhook(address, None).send(&opened()).await.unwrap();
    let request = told.try_recv().unwrap();
    assert_eq!(request.head[0], "POST /path-secret?token=query-secret HTTP/1.1");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("x-tipoff-signature"), None);
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let expected = serde_json::json!({
        "schema_version": 1,
        "id": opened().id().to_string(),
        "kind": "opened",
        "at": "2026-01-20T12:00:00Z",
        "severity": "critical",
        "headline": "CRITICAL: odds: breaker open (2 affected)",
        "text": opened().body(),
        "news": [{
            "change": "opened",
            "cause": "breaker_open",
            "subject": "odds",
            "severity": "critical",
            "opened_at": "2026-01-20T12:00:00Z",
            "resolved_at": null,
            "subjects": ["making a report of 2026-01-20", "making predictions of 2026-01-20"],
            "subject_count": 2,
            "message": "<!channel> 3 > 2 & *so on*",
            "what_to_do": "Look at the feed of odds.",
            "slas": [
                {"what": "predictions of 2026-01-20", "deadline": "2026-01-20T18:00:00Z"},
                {"what": "a report of 2026-01-20", "deadline": "2026-01-20T23:30:00Z"},
            ],
        }],
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_webhook_with_a_key_is_signed() {
    let (address, told) = servers::http("200 OK");
    webhook(address, Some(KEY)).send(&opened()).await.unwrap();
    let request = told.try_recv().unwrap();
    let expected = signature(&Secret::new(KEY.to_owned()), &request.body);
    assert_eq!(request.header("x-tipoff-signature"), Some(expected.as_str()));
}

#[test]
fn signatures_are_those_of_rfc_4231() {
    let signed = signature(&Secret::new("Jefe".to_owned()), b"what do ya want for nothing?");
    assert_eq!(signed, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

#[tokio::test]
async fn slack_gets_text_that_mentions_and_links_nothing() {
    let (address, told) = servers::http("200 OK");
    let url = format!("http://{address}/services/secret").parse().unwrap();
    SlackSink::new(client().unwrap(), Secret::new(url)).send(&opened()).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&told.try_recv().unwrap().body).unwrap();
    assert_eq!(body["mrkdwn"], false);
    let text = body["text"].as_str().unwrap();
    assert!(text.starts_with("CRITICAL: odds: breaker open (2 affected)\nWhat: odds"), "{text}");
    assert!(text.contains("Why: &lt;!channel&gt; 3 &gt; 2 &amp; *so on*\n"), "{text}");
    assert!(text.contains("Threatens: predictions of 2026-01-20, due 2026-01-20 18:00 UTC, 6 h 0 min left"), "{text}");
}

#[tokio::test]
async fn an_answer_without_success_is_an_error_and_no_redirect_is_followed() {
    for (status, expected) in [("307 Temporary Redirect", "307"), ("401 Unauthorized", "401"), ("503 Busy", "503")] {
        let (address, told) = servers::http(status);
        let error = webhook(address, None).send(&opened()).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(told.try_iter().count(), 1, "{status}");
    }
}

#[tokio::test]
async fn no_error_and_no_debug_output_shows_a_secret() {
    let (redirecting, _told) = servers::http("302 Found");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut texts = Vec::new();
    for address in [redirecting.to_string(), closed.to_string()] {
        let sink = webhook(address, Some(KEY));
        texts.push(format!("{sink:?}"));
        let error = sink.send(&opened()).await.unwrap_err();
        texts.push(format!("{error} {error:?}"));
    }
    for text in texts {
        let shown = ["hunter2", "secret", "token", KEY].into_iter().find(|secret| text.contains(secret));
        assert_eq!(shown, None, "{text}");
    }
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_not_waited_for() {
    // The system takes the connection; nobody reads from it.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap()).parse().unwrap();
    let impatient = client_with(Duration::from_secs(5), Duration::from_millis(1)).unwrap();
    let sink = SlackSink::new(impatient, Secret::new(url));
    let error = sink.send(&Notification::synthetic("2026-01-20T12:00:00Z".parse().unwrap())).await.unwrap_err();
    assert!(error.to_string().contains("timed out"), "{error}");
}
