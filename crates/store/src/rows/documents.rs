//! Published documents as rows.

use pipeline::PayloadHash;
use pipeline::rows::Document;

use super::{Cells, Corrupt, Record, Writer};

impl Record for Document {
    const TABLE: &'static str = "published_document";
    const KEY: &'static [&'static str] = &["path"];
    const CONTENT: &'static [&'static str] = &["twin", "slate", "hash", "body"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.text(&self.path)
            .text(&self.twin)
            .date(self.slate)
            .blob(PayloadHash::of(&self.body).bytes().to_vec())
            .blob(&self.body);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        let (path, twin, slate) = (row.text()?.into_owned(), row.text()?.into_owned(), row.parse()?);
        let (hash, body) = (row.blob()?, row.blob()?.into_owned());
        if *hash != *PayloadHash::of(&body).bytes() {
            return Err(Corrupt(format!("the document {path} does not have its hash")));
        }
        Ok(Self { path, twin, slate, body })
    }
}
