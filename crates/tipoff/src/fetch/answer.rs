//! What a provider's answer comes to. Pure: status, headers and the provider's habits in, a judgement out.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use pipeline::ports::Quota;
use pipeline::source::Provider;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// What an answer comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// It has what was asked for: its name for this version, where it gives one, and the bytes.
    Here(Option<String>, Bytes),
    /// It has not changed since it was fetched.
    Unchanged,
    /// There is no such thing.
    NotThere,
    /// This very request is wrong, and will be.
    Refused(String),
    /// The provider wants to be left alone until then.
    LeaveAlone(Timestamp, String),
    /// The provider fails.
    Failed(String),
}

/// Who asks too often without being told for how long is quiet for so long.
const QUIET: SignedDuration = SignedDuration::from_mins(1);
/// Nobody is left alone for longer than this: what is asked for is wanted today.
const LONGEST_QUIET: SignedDuration = SignedDuration::from_hours(1);

/// What an answer without a body comes to; nothing where a body follows that was asked for.
pub(super) fn judge(provider: Provider, status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Option<Answer> {
    let said = format!("HTTP {status}");
    Some(match status {
        StatusCode::OK => return None,
        StatusCode::NOT_MODIFIED => Answer::Unchanged,
        StatusCode::NO_CONTENT | StatusCode::NOT_FOUND | StatusCode::GONE => Answer::NotThere,
        StatusCode::FORBIDDEN if is_a_bucket(provider) => Answer::NotThere,
        StatusCode::TOO_MANY_REQUESTS => Answer::LeaveAlone(retry_after(headers, now).unwrap_or(now + QUIET), said),
        StatusCode::UNAUTHORIZED | StatusCode::PAYMENT_REQUIRED => Answer::Refused(format!(
            "{said}: its key is missing, wrong or spent; see `tipoff config show` for {provider}_key"
        )),
        // It keeps us out for now; that may be over later, and is no fault of the request.
        StatusCode::FORBIDDEN | StatusCode::REQUEST_TIMEOUT => Answer::Failed(said),
        status if status.is_server_error() => match retry_after(headers, now) {
            Some(until) => Answer::LeaveAlone(until, said),
            None => Answer::Failed(said),
        },
        _ => Answer::Refused(said),
    })
}

/// Buckets of files say 403 of a file that is not there.
fn is_a_bucket(provider: Provider) -> bool {
    matches!(provider, Provider::NbaCdn | Provider::NbaOfficial)
}

/// `Retry-After`: seconds, or a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let until = match text.parse::<u32>() {
        Ok(seconds) => now + SignedDuration::from_secs(seconds.into()),
        Err(_) => jiff::fmt::rfc2822::parse(text).ok()?.timestamp(),
    };
    Some(until.clamp(now, now + LONGEST_QUIET))
}

/// What is left of what a provider allows, as The Odds API tells it; nothing where a provider does not.
pub(super) fn quota(headers: &HeaderMap) -> Option<Quota> {
    let count = |name: &str| -> Option<u64> {
        let told: f64 = headers.get(name)?.to_str().ok()?.parse().ok()?;
        (told >= 0.0).then_some(told as u64)
    };
    Some(Quota { used: count("x-requests-used")?, left: count("x-requests-remaining")? })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn now() -> Timestamp {
        "2025-01-15T18:00:00Z".parse().unwrap()
    }

    fn of(provider: Provider, status: u16, headers: &[(&'static str, &'static str)]) -> Answer {
        let headers = headers
            .iter()
            .map(|(name, value)| (reqwest::header::HeaderName::from_static(name), HeaderValue::from_static(value)));
        judge(provider, StatusCode::from_u16(status).unwrap(), &headers.collect(), now()).unwrap()
    }

    #[test]
    fn each_status_says_who_must_act() {
        let check = |status, expected: fn(&Answer) -> bool| {
            let answer = of(Provider::Espn, status, &[]);
            assert!(expected(&answer), "{status}: {answer:?}");
        };
        check(304, |answer| *answer == Answer::Unchanged);
        check(404, |answer| *answer == Answer::NotThere);
        check(400, |answer| matches!(answer, Answer::Refused(_)));
        check(401, |answer| matches!(answer, Answer::Refused(why) if why.contains("espn_key")));
        check(302, |answer| matches!(answer, Answer::Refused(_)));
        check(403, |answer| matches!(answer, Answer::Failed(_)));
        check(500, |answer| matches!(answer, Answer::Failed(_)));
        assert_eq!(of(Provider::NbaCdn, 403, &[]), Answer::NotThere, "a file that is not there yet");
    }

    #[test]
    fn who_says_for_how_long_is_left_alone_for_so_long_but_not_for_ever() {
        let until = |status, headers: &[(&'static str, &'static str)]| match of(Provider::OddsApi, status, headers) {
            Answer::LeaveAlone(until, _) => until.duration_since(now()).as_secs(),
            other => panic!("{other:?}"),
        };
        assert_eq!(until(429, &[]), 60);
        assert_eq!(until(429, &[("retry-after", "120")]), 120);
        assert_eq!(until(503, &[("retry-after", "Wed, 15 Jan 2025 18:05:00 GMT")]), 300);
        assert_eq!(until(429, &[("retry-after", "864000")]), 3600);
        assert_eq!(until(429, &[("retry-after", "Wed, 15 Jan 2020 18:05:00 GMT")]), 0);
        assert_eq!(until(429, &[("retry-after", "soon")]), 60);
    }

    #[test]
    fn a_quota_is_read_where_it_is_told() {
        let told_by = |used: &'static str, left: &'static str| {
            let told = [("x-requests-used", used), ("x-requests-remaining", left)];
            let told = told.map(|(name, value)| (reqwest::header::HeaderName::from_static(name), value));
            quota(&told.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect())
        };
        assert_eq!(told_by("412", "88"), Some(Quota { used: 412, left: 88 }));
        assert_eq!(told_by("412.0", "88.0"), Some(Quota { used: 412, left: 88 }));
        assert_eq!((told_by("-1", "8"), told_by("many", "8")), (None, None));
    }
}
