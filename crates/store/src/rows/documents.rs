//! Published documents as rows.

use pipeline::PayloadHash;
use pipeline::rows::{Document, Twin};

use super::{Cells, Corrupt, Record, StoredBody, Writer};

impl Record for Document {
    const TABLE: &'static str = "published_document";
    const KEY: &'static [&'static str] = &["path"];
    const CONTENT: &'static [&'static str] = &["twin", "slate", "hash", "encoding", "body"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        let stored = StoredBody::of(&self.body);
        row.text(&self.path)
            .text(self.twin.to_string())
            .date(self.slate)
            .blob(PayloadHash::of(&self.body).bytes().to_vec())
            .text(stored.encoding)
            .blob(stored.bytes);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        let (path, twin, slate) = (row.text()?.into_owned(), Twin::from(&*row.text()?), row.parse()?);
        let (hash, stored) = (row.blob()?, StoredBody { encoding: row.text()?, bytes: row.blob()? });
        let body = stored.opened().map_err(|error| Corrupt(format!("the document {path}: {error}")))?;
        if *hash != *PayloadHash::of(&body).bytes() {
            return Err(Corrupt(format!("the document {path} does not have its hash")));
        }
        Ok(Self { path, twin, slate, body })
    }
}
