//! Strings that are spelled like a dotted path, and the words that a class or function speaks.

use ruff_python_ast::ExprStringLiteral;

use crate::extract::Reader;
use crate::model::{ReferenceKind, StringPlace, StringUse};

/// No module path is longer; data often is.
const MAX_PATH: usize = 300;
/// Longer texts are data.
const MAX_TEXT: usize = 20_000;
/// Longer names are data too.
const MAX_WORD: usize = 80;

impl Reader<'_> {
    pub(crate) fn read_string(&mut self, literal: &ExprStringLiteral) {
        if self.kind == ReferenceKind::Annotation {
            return self.read_quoted_annotation(literal);
        }
        let text = literal.value.to_str();
        let dots = if text.len() > MAX_PATH { None } else { dotted_depth(text) };
        if dots.is_none() {
            return self.mention(text);
        }
        if dots == Some(0) {
            let word = self.intern(text);
            self.words.insert(word);
        }
        let (place, callee) = self.place;
        let is_named = matches!(place, StringPlace::Argument(_) | StringPlace::Keyword(_) | StringPlace::Subscript);
        if dots.is_some_and(|dots| dots > 0 || (is_named && callee != 0)) {
            let fact =
                StringUse { scope: self.scope, text: self.intern(text), span: self.span(literal), place, callee };
            self.facts.strings.push(fact);
        }
    }

    /// Keeps the names that a longer text spells: those that have an underscore, as few other words do.
    pub(crate) fn mention(&mut self, text: &str) {
        if text.len() > MAX_TEXT || !text.contains('_') {
            return;
        }
        for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
            if word.len() <= MAX_WORD && word.contains('_') && word.len() > 1 {
                self.intern(word);
            }
        }
    }

    /// A forward reference: its names are uses like any other, placed at the string.
    fn read_quoted_annotation(&mut self, literal: &ExprStringLiteral) {
        let text = literal.value.to_str();
        let (scope, span) = (self.scope, self.span(literal));
        for chain in text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')) {
            if dotted_depth(chain).is_some() {
                let chain = self.intern(chain);
                let kind = ReferenceKind::Annotation;
                self.facts.references.push(crate::model::Reference { scope, chain, span, kind });
            }
        }
    }
}

/// How many separators a dotted path has; none for any other text.
///
/// Reads `a.b.c`, `.a.b` and the entry-point form `a.b:c.d`.
fn dotted_depth(text: &str) -> Option<usize> {
    let text = text.trim_start_matches('.');
    if !text.is_ascii() {
        return dotted_depth_of_any(text);
    }
    let (mut depth, mut colons, mut starts) = (0, 0, true);
    for byte in text.bytes() {
        match byte {
            b'.' | b':' if !starts => {
                depth += 1;
                colons += usize::from(byte == b':');
                starts = true;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => starts = false,
            b'0'..=b'9' if !starts => {}
            _ => return None,
        }
    }
    (!starts && colons <= 1).then_some(depth)
}

fn dotted_depth_of_any(text: &str) -> Option<usize> {
    let mut depth = 0;
    for part in text.split(['.', ':']) {
        let mut letters = part.chars();
        let starts_well = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
        if !starts_well || !letters.all(|c| c.is_alphanumeric() || c == '_') {
            return None;
        }
        depth += 1;
    }
    (text.matches(':').count() <= 1).then(|| depth - 1)
}

#[cfg(test)]
mod tests {
    use super::dotted_depth;

    #[test]
    fn only_dotted_paths_have_a_depth() {
        assert_eq!(dotted_depth("a"), Some(0));
        assert_eq!(dotted_depth("a.b_c.D"), Some(2));
        assert_eq!(dotted_depth(".a.b"), Some(1));
        assert_eq!(dotted_depth("a.b:c"), Some(2));
        for text in ["", "a.", "a b", "a..b", "1.2", "a.b:c:d", "a-b.c", "http://a.b"] {
            assert_eq!(dotted_depth(text), None, "{text}");
        }
    }
}
