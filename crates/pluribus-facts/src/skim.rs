//! The import statements of a file, without what they stand among.
//!
//! Who only wants to know what a file imports need not parse it: strings and comments are told apart
//! from code, and a line of code that starts with `import` or `from` is a statement. What is on a line
//! behind something else, as in `if x: import y`, is not seen.

use crate::decode::decode;
use crate::extract::extract;
use crate::model::Facts;

/// Reads the imports of one file, and nothing else; places are those in the statements put together.
///
/// Returns an error message for a file that is no Python text at all.
pub fn skim(source: &[u8]) -> Result<Facts, String> {
    let decoded = decode(source)?;
    extract(import_statements(decoded.text.as_ref()).as_bytes())
}

fn import_statements(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut statements = String::new();
    let (mut at, mut starts_line) = (0, true);
    while at < bytes.len() {
        if starts_line {
            at += bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let rest = &bytes[at..];
            if [&b"import "[..], b"from ", b"from."].iter().any(|word| rest.starts_with(word)) {
                let end = statement_end(bytes, at);
                statements.push_str(text.get(at..end).unwrap_or(""));
                statements.push('\n');
                at = end;
            }
            starts_line = false;
            continue;
        }
        match bytes[at] {
            b'\n' => (at, starts_line) = (at + 1, true),
            b'#' => at = line_end(bytes, at),
            b'"' | b'\'' => at = string_end(bytes, at),
            _ => at += 1,
        }
    }
    statements
}

/// The end of the logical line that starts here.
fn statement_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0usize);
    while at < bytes.len() {
        match bytes[at] {
            b'\n' if depth == 0 => return at,
            b'#' => {
                at = line_end(bytes, at);
                continue;
            }
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            // No import has a string in it: the brackets were no import's.
            b'"' | b'\'' => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn line_end(bytes: &[u8], start: usize) -> usize {
    bytes[start..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |length| start + length)
}

/// Behind the string whose first quote stands here; one that is not closed ends with its line, or with
/// the file.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let is_triple = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if is_triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if !is_triple => return at,
            byte if byte == quote && (!is_triple || bytes[at..].starts_with(&[quote; 3])) => {
                return at + if is_triple { 3 } else { 1 };
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::import_statements;

    #[test]
    fn statements_are_found_at_any_depth_and_length() {
        let text = "import a\ndef f():\n    from b import (\n        c,  # why ) not\n        d)\n    from .e \\\n  import g\n";

        let found = import_statements(text);

        assert_eq!(found, "import a\nfrom b import (\n        c,  # why ) not\n        d)\nfrom .e \\\n  import g\n");
    }

    #[test]
    fn strings_and_comments_import_nothing() {
        let text = "\"\"\"\nimport a\n\"\"\"\n# import b\nx = '''\nfrom c import d\n\\'''\nimport e\n'''\ny = 'it\\'s'\nimport f\n";

        assert_eq!(import_statements(text), "import f\n");
    }

    #[test]
    fn what_is_not_closed_ends_with_the_text() {
        for text in ["from a import (b,", "x = '''import a\nimport b", "import a\\", "\"", "from a import 'b"] {
            import_statements(text);
        }
    }
}
