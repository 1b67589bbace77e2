//! Sessions of the pages: a signed cookie that names the key it was begun with, and the token that its forms carry.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::Sha256;

/// The cookie's name.
pub(in crate::http) const COOKIE: &str = "tipoff_session";

/// A session ends after so long.
const LASTS: SignedDuration = SignedDuration::from_hours(12);

/// What signs sessions. It dies with the process, and every session with it.
pub(in crate::http) struct Sessions {
    secret: [u8; 32],
}

impl Sessions {
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut secret = [0; 32];
        SysRng.try_fill_bytes(&mut secret)?;
        Ok(Self { secret })
    }

    /// A session of the bearer of this key, as the value of a cookie.
    pub(in crate::http) fn begin(&self, key: &str, now: Timestamp) -> String {
        let said = format!("{key}/{}", (now + LASTS).as_second());
        format!("{said}/{}", hex(&self.mac("session", &said).finalize().into_bytes()))
    }

    /// Whose session a cookie is, while it lasts.
    pub(super) fn holder<'c>(&self, cookie: &'c str, now: Timestamp) -> Option<&'c str> {
        let (said, signature) = cookie.rsplit_once('/')?;
        self.mac("session", said).verify_slice(&bytes(signature)?).ok()?;
        let (key, until) = said.rsplit_once('/')?;
        (now.as_second() < until.parse().ok()?).then_some(key)
    }

    /// What the forms shown to this caller carry: a page from elsewhere cannot know it.
    pub(in crate::http) fn form_token(&self, caller: &str) -> String {
        hex(&self.mac("form", caller).finalize().into_bytes())
    }

    /// Whether a form was shown to this caller.
    pub(in crate::http) fn is_form_token(&self, token: &str, caller: &str) -> bool {
        bytes(token).is_some_and(|token| self.mac("form", caller).verify_slice(&token).is_ok())
    }

    fn mac(&self, purpose: &str, said: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("any length will do");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(said.as_bytes());
        mac
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hex.chars().map(|digit| Some(digit.to_digit(16)? as u8)).collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs.remainder().is_empty().then(|| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_session_is_its_key_s_until_it_ends() {
        let sessions = Sessions::new().unwrap();
        let cookie = sessions.begin("anna", at(0));
        assert_eq!(sessions.holder(&cookie, at(12 * 3600 - 1)), Some("anna"));
        assert_eq!(sessions.holder(&cookie, at(12 * 3600)), None);
        assert_eq!(sessions.holder(&cookie.replace("anna", "otto"), at(0)), None);
        assert_eq!(sessions.holder(&cookie.replace("/43200/", "/99999/"), at(0)), None);
        assert_eq!(Sessions::new().unwrap().holder(&cookie, at(0)), None, "another process knows nothing of it");
        for damaged in ["", "/", "anna/1/zz", "anna/1/0", "anna"] {
            assert_eq!(sessions.holder(damaged, at(0)), None, "{damaged}");
        }
    }

    #[test]
    fn a_form_s_token_is_one_caller_s_and_no_session() {
        let sessions = Sessions::new().unwrap();
        let token = sessions.form_token("anna");
        assert!(sessions.is_form_token(&token, "anna"));
        assert!(!sessions.is_form_token(&token, "otto") && !sessions.is_form_token("", "anna"));
        assert_eq!(sessions.holder(&format!("anna/99999/{token}"), at(0)), None);
    }
}
