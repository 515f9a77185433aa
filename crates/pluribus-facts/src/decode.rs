//! File bytes to text, as Python reads them (PEP 263), but without giving up.

use std::borrow::Cow;

use encoding_rs::Encoding;

/// The text of a file, and what had to be done to get it.
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    /// Bytes of a byte-order mark that stand before the text.
    pub shift: u32,
    /// Why Python would refuse these bytes; the text is what could be kept of them.
    pub note: Option<String>,
}

/// Decodes the bytes of a Python file.
///
/// Returns an error message for what is no text at all, such as UTF-16.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, String> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err("encoded as UTF-16, which Python does not read".to_owned());
    }
    if u32::try_from(bytes.len()).is_err() {
        return Err("larger than 4 GiB".to_owned());
    }
    let (body, shift) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, 3),
        None => (bytes, 0),
    };
    let null = body.contains(&0).then(|| "contains null bytes".to_owned());
    match std::str::from_utf8(body) {
        Ok(text) => Ok(Decoded { text: Cow::Borrowed(text), shift, note: null }),
        Err(error) => {
            let declared = declared_encoding(body);
            let decoded = declared.and_then(|encoding| {
                let (text, had_errors) = encoding.decode_without_bom_handling(body);
                (!had_errors).then_some(text)
            });
            Ok(match decoded {
                Some(text) => Decoded { text, shift, note: null },
                None => Decoded {
                    text: String::from_utf8_lossy(body),
                    shift,
                    note: Some(format!("not valid UTF-8 at byte {}", error.valid_up_to())),
                },
            })
        }
    }
}

/// The encoding that a comment in the first two lines declares.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    bytes.split(|&byte| byte == b'\n').take(2).find_map(|line| {
        let line = String::from_utf8_lossy(line);
        let (before, comment) = line.split_once('#')?;
        if !before.trim().is_empty() {
            return None;
        }
        let (_, label) = comment.split_once("coding")?;
        let label = label.strip_prefix([':', '='])?.trim_start();
        let end =
            label.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(label.len());
        let name = label[..end].replace('_', "-");
        // Python knows `latin-1`, the Web `latin1`; and Python takes `ascii` at its word.
        let found =
            Encoding::for_label(name.as_bytes()).or_else(|| Encoding::for_label(name.replace('-', "").as_bytes()));
        found.filter(|encoding| encoding.is_ascii_compatible() && !matches!(&*name, "ascii" | "us-ascii"))
    })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn an_encoding_is_known_by_the_names_that_python_gives_it() {
        for name in ["latin-1", "latin1", "Latin_1", "iso-8859-1", "iso8859-15", "cp1252", "windows-1252"] {
            let source = [format!("# -*- coding: {name} -*-\n").as_bytes(), b"caf\xE9 = 1\n"].concat();

            let decoded = decode(&source);

            assert!(decoded.is_ok_and(|each| each.text.ends_with("café = 1\n") && each.note.is_none()), "{name}");
        }
    }

    #[test]
    fn what_python_refuses_is_read_with_a_note() {
        for name in ["ascii", "utf-8", "utf-16", "klingon"] {
            let source = [format!("# coding: {name}\n").as_bytes(), b"caf\xE9 = 1\n"].concat();

            let decoded = decode(&source);

            assert!(
                decoded.is_ok_and(|each| each.text.ends_with("caf\u{FFFD} = 1\n") && each.note.is_some()),
                "{name}"
            );
        }
    }
}
