//! Bodies of payloads and documents as they are stored: compressed where that makes them smaller.

use std::borrow::Cow;

/// A body as it is stored.
pub(crate) struct StoredBody<'a> {
    /// `zstd` or `identity`.
    pub(crate) encoding: Cow<'a, str>,
    pub(crate) bytes: Cow<'a, [u8]>,
}

/// Smaller bodies than this gain nothing from compression, and Parquet is compressed already.
const COMPRESS_FROM: usize = 256;
const COMPRESSION_LEVEL: i32 = 3;
const ZSTD: &str = "zstd";

impl<'a> StoredBody<'a> {
    /// Compresses a body where that makes it smaller.
    pub(crate) fn of(body: &'a [u8]) -> Self {
        let plain = Self { encoding: "identity".into(), bytes: body.into() };
        if body.len() < COMPRESS_FROM {
            return plain;
        }
        match zstd::bulk::compress(body, COMPRESSION_LEVEL) {
            Ok(smaller) if smaller.len() < body.len() => Self { encoding: ZSTD.into(), bytes: smaller.into() },
            _ => plain,
        }
    }

    /// The body.
    pub(crate) fn opened(self) -> std::io::Result<Vec<u8>> {
        match &*self.encoding {
            ZSTD => zstd::stream::decode_all(&*self.bytes),
            _ => Ok(self.bytes.into_owned()),
        }
    }
}
