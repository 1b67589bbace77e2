//! The words of a PDF, and where on its pages they stand.

use std::collections::BTreeMap;

use lopdf::content::{Content, Operation};
use lopdf::{Document, Encoding, LoadOptions, Object};

/// A small file may claim to unpack to anything; a page of this league's reports has 15 kB.
const UNPACKED_AT_MOST: usize = 16 << 20;

/// A piece of text as the document places it: a word, or several.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    /// Page, counted from 1.
    pub(super) page: u32,
    /// Points from the left.
    pub(super) x: f32,
    /// Points downwards, from wherever the page's own count begins.
    pub(super) y: f32,
    /// The text, never blank.
    pub(super) text: String,
}

/// Every word of a document, in the order in which it draws them.
///
/// # Errors
/// When it is no PDF, or a broken one, in words.
pub(super) fn words(body: &[u8]) -> Result<Vec<Word>, String> {
    // The reader is a crate of many corners; what one of them asserts must not end an attempt without a reason.
    std::panic::catch_unwind(|| read(body)).unwrap_or_else(|_| Err("the PDF reader gave up".to_owned()))
}

fn read(body: &[u8]) -> Result<Vec<Word>, String> {
    let options = LoadOptions { max_decompressed_size: Some(UNPACKED_AT_MOST), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(body, options).map_err(|error| format!("no PDF ({error})"))?;
    let mut words = Vec::new();
    for (page, id) in document.get_pages() {
        let broken = |error: lopdf::Error| format!("page {page} cannot be read ({error})");
        let drawn = document.get_page_content_with_limit(id, UNPACKED_AT_MOST).map_err(broken)?;
        let fonts = document.get_page_fonts(id).map_err(broken)?;
        let encodings = fonts
            .into_iter()
            .filter_map(|(name, font)| {
                Some((name, font.get_font_encoding_with_limit(&document, UNPACKED_AT_MOST).ok()?))
            })
            .collect();
        let mut pen = Pen { page, encodings, font: Vec::new(), within: vec![IDENTITY], line: IDENTITY };
        for operation in Content::decode(&drawn).map_err(broken)?.operations {
            words.extend(pen.follow(&operation));
        }
    }
    Ok(words)
}

/// An affine map, as PDF writes them: x' = a x + c y + e, y' = b x + d y + f.
type Matrix = [f32; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `inner`, then `outer`.
fn then(inner: Matrix, outer: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = inner;
    let [oa, ob, oc, od, oe, of] = outer;
    [a * oa + b * oc, a * ob + b * od, c * oa + d * oc, c * ob + d * od, e * oa + f * oc + oe, e * ob + f * od + of]
}

/// Where drawing stands on one page.
struct Pen<'d> {
    page: u32,
    encodings: BTreeMap<Vec<u8>, Encoding<'d>>,
    font: Vec<u8>,
    /// The page's coordinates, and those saved; never empty.
    within: Vec<Matrix>,
    line: Matrix,
}

impl Pen<'_> {
    /// Does what the document says; a word if that shows one.
    fn follow(&mut self, operation: &Operation) -> Option<Word> {
        let operands = &operation.operands;
        match operation.operator.as_str() {
            "q" => self.within.push(self.now()),
            "Q" if self.within.len() > 1 => drop(self.within.pop()),
            "cm" => {
                let changed = then(matrix(operands)?, self.now());
                *self.within.last_mut()? = changed;
            }
            "BT" => self.line = IDENTITY,
            "Tm" => self.line = matrix(operands)?,
            "Td" | "TD" => {
                let [x, y] = numbers(operands)?;
                self.line = then([1.0, 0.0, 0.0, 1.0, x, y], self.line);
            }
            "Tf" => operands.first()?.as_name().ok()?.clone_into(&mut self.font),
            "Tj" | "'" | "\"" | "TJ" => return self.shown(operands.last()?),
            _ => {}
        }
        None
    }

    fn now(&self) -> Matrix {
        self.within.last().copied().unwrap_or(IDENTITY)
    }

    fn shown(&self, operand: &Object) -> Option<Word> {
        let text = match operand {
            Object::Array(pieces) => pieces.iter().filter_map(|piece| self.decoded(piece)).collect(),
            whole => self.decoded(whole)?,
        };
        let [_, _, _, _, x, y] = then(self.line, self.now());
        (!text.trim().is_empty()).then(|| Word { page: self.page, x, y: -y, text: text.trim().to_owned() })
    }

    fn decoded(&self, operand: &Object) -> Option<String> {
        let bytes = operand.as_str().ok()?;
        let known = self.encodings.get(&self.font).and_then(|font| Document::decode_text(font, bytes).ok());
        Some(known.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned()))
    }
}

fn matrix(operands: &[Object]) -> Option<Matrix> {
    numbers(operands)
}

fn numbers<const N: usize>(operands: &[Object]) -> Option<[f32; N]> {
    let numbers: Vec<f32> = operands.iter().map(Object::as_float).collect::<Result<_, _>>().ok()?;
    numbers.try_into().ok()
}
