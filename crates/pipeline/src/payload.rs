//! Raw payloads: bytes as they came, named by their hash, kept before anything looks at them.

use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// SHA-256 of a payload's bytes: its name for ever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayloadHash([u8; 32]);

impl PayloadHash {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// From a stored hash.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// From 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        (text.len() == 64).then(|| bytes.try_into().ok().map(Self)).flatten()
    }
}

impl fmt::Display for PayloadHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PayloadHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What to ask a provider for. It never carries a key: the fetcher adds those last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRequest {
    /// Which source asks, and will parse the answer.
    pub source: &'static str,
    /// What is asked for: a path and its parameters, or a file name.
    pub subject: String,
}

/// Bytes as they came.
#[derive(Clone, PartialEq, Eq)]
pub struct RawPayload {
    /// The source whose parser reads it.
    pub source: String,
    /// What had been asked for.
    pub subject: String,
    /// When they came.
    pub fetched_at: Timestamp,
    /// The provider's own name for this version of what was asked for, where it gives one.
    pub etag: Option<String>,
    /// The bytes.
    pub body: Bytes,
}

impl RawPayload {
    /// Its name.
    pub fn hash(&self) -> PayloadHash {
        PayloadHash::of(&self.body)
    }
}

impl fmt::Debug for RawPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({} bytes, fetched {})", self.source, self.subject, self.body.len(), self.fetched_at)
    }
}

#[cfg(test)]
mod tests {
    use super::PayloadHash;

    #[test]
    fn a_hash_reads_back() {
        let hash = PayloadHash::of(b"tip-off");
        assert_eq!(PayloadHash::from_hex(&hash.to_string()), Some(hash));
        assert_eq!(PayloadHash::from_hex("abc"), None);
        assert_eq!(PayloadHash::from_hex(&"x".repeat(64)), None);
    }
}
