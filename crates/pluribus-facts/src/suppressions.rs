//! `# pluribus: ignore[rule] reason` comments.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::{Ranged, TextRange};

use crate::extract::Reader;
use crate::model::Suppression;

/// A comment belongs to the logical line that it stands in, or, alone on its line, to the next one.
/// Decorators and what they decorate are one line.
pub(crate) fn read(reader: &mut Reader, tokens: &Tokens) {
    if !reader.source.contains("pluribus:") {
        return;
    }
    let mut line_start = None;
    let (mut is_line_open, mut is_decorator) = (false, false);
    let mut pending: Vec<TextRange> = Vec::new();
    for token in tokens {
        match token.kind() {
            TokenKind::Comment => pending.push(token.range()),
            TokenKind::Newline if is_decorator => (is_line_open, is_decorator) = (false, false),
            TokenKind::Newline | TokenKind::EndOfFile => {
                let end = token.start().to_u32();
                let last = reader.positions.line(end);
                let first = line_start.map_or(last, |start: u32| reader.positions.line(start));
                for range in pending.drain(..) {
                    record(reader, range, first, last);
                }
                (line_start, is_line_open) = (None, false);
            }
            TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent => {}
            kind => {
                is_decorator |= kind == TokenKind::At && !is_line_open;
                is_line_open = true;
                line_start.get_or_insert(token.start().to_u32());
            }
        }
    }
    let last = reader.positions.line(reader.source.len() as u32);
    for range in pending {
        record(reader, range, last, last);
    }
}

fn record(reader: &mut Reader, range: TextRange, first_line: u32, last_line: u32) {
    let text = &reader.source[range.start().to_usize()..range.end().to_usize()];
    // Other tools' comments may stand before it: `# noqa: F401  # pluribus: ignore[...] why`.
    let Some(directive) = text.split('#').find_map(|part| part.trim_start().strip_prefix("pluribus:")) else { return };
    let directive = directive.trim();
    let (rules, reason) = match directive.strip_prefix("ignore").map(str::trim_start) {
        Some(rest) => match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((rules, reason)) => (rules.to_owned(), reason.trim().to_owned()),
            None => (String::new(), rest.trim().to_owned()),
        },
        // Anything else after `pluribus:` is a mistake worth a word: no rules, and the text as reason.
        None => (String::new(), directive.to_owned()),
    };
    let rules = rules.split(',').map(str::trim).filter(|rule| !rule.is_empty());
    let rules = rules.map(|rule| reader.interner.intern(rule)).collect();
    let reason = reader.interner.intern(&reason);
    let span = reader.positions.span(range);
    reader.facts.suppressions.push(Suppression { span, first_line, last_line, rules, reason });
}
