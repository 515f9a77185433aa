//! Byte offsets to lines and columns.

use ruff_text_size::TextRange;

use crate::model::Span;

pub(crate) struct Positions<'a> {
    text: &'a str,
    line_starts: Vec<u32>,
    /// Code points before every `BLOCK`-th byte, so that a line of megabytes is not counted from its
    /// start for each span; empty for ASCII, where bytes say the same.
    blocks: Vec<u32>,
    /// Bytes before the text in the file: 3 for a byte-order mark.
    shift: u32,
}

impl<'a> Positions<'a> {
    pub(crate) fn new(text: &'a str, shift: u32) -> Self {
        let bytes = text.as_bytes();
        let mut line_starts = vec![0];
        // A lone carriage return ends a line for Python too.
        let ends = |index: &usize| bytes[*index] == b'\n' || bytes.get(index + 1) != Some(&b'\n');
        if memchr::memchr(b'\r', bytes).is_some() {
            line_starts.extend(memchr::memchr2_iter(b'\n', b'\r', bytes).filter(ends).map(|index| index as u32 + 1));
        } else {
            line_starts.extend(memchr::memchr_iter(b'\n', bytes).map(|index| index as u32 + 1));
        }
        let mut blocks = Vec::new();
        if !text.is_ascii() {
            let mut before = 0;
            for block in bytes.chunks(BLOCK) {
                blocks.push(before);
                before += code_points(block);
            }
            blocks.push(before);
        }
        Self { text, line_starts, blocks, shift }
    }

    /// The line of `offset`, from 1.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        self.line_starts.partition_point(|&start| start <= offset) as u32
    }

    pub(crate) fn span(&self, range: TextRange) -> Span {
        let (start, end) = (range.start().to_u32(), range.end().to_u32());
        let line = self.line(start);
        let line_start = self.line_starts.get(line as usize - 1).copied().unwrap_or(0);
        let column = self.code_points_between(line_start, start);
        Span { start: start + self.shift, end: end + self.shift, line, column: column + 1 }
    }

    fn code_points_between(&self, start: u32, end: u32) -> u32 {
        match self.text.as_bytes().get(start as usize..end as usize) {
            Some(short) if short.len() <= BLOCK && !self.blocks.is_empty() => code_points(short),
            _ => self.code_points_before(end) - self.code_points_before(start),
        }
    }

    fn code_points_before(&self, offset: u32) -> u32 {
        let block = offset as usize / BLOCK;
        let Some(before) = self.blocks.get(block) else { return offset };
        before + code_points(self.text.as_bytes().get(block * BLOCK..offset as usize).unwrap_or(&[]))
    }
}

const BLOCK: usize = 1024;

/// Every code point of UTF-8 has one byte that does not continue another.
fn code_points(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as u32
}
