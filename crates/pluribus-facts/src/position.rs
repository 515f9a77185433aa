//! Byte offsets to lines and columns.

use ruff_text_size::TextRange;

use crate::model::Span;

pub(crate) struct Positions<'a> {
    text: &'a str,
    line_starts: Vec<u32>,
    is_ascii: bool,
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
        Self { text, line_starts, is_ascii: text.is_ascii(), shift }
    }

    /// The line of `offset`, from 1.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        self.line_starts.partition_point(|&start| start <= offset) as u32
    }

    pub(crate) fn span(&self, range: TextRange) -> Span {
        let (start, end) = (range.start().to_u32(), range.end().to_u32());
        let line = self.line(start);
        let line_start = self.line_starts.get(line as usize - 1).copied().unwrap_or(0);
        let column = if self.is_ascii {
            start - line_start
        } else {
            let before = self.text.get(line_start as usize..start as usize).unwrap_or("");
            before.chars().count() as u32
        };
        Span { start: start + self.shift, end: end + self.shift, line, column: column + 1 }
    }
}
