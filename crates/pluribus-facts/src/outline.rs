//! The words of a file, without parsing it: enough to prove that a file cannot name something.
//!
//! An identifier of Python source always stands there as one run of word bytes, so a file whose
//! outline lacks the hash of a name cannot use that name. The reverse does not hold (comments and
//! strings have words too), which only costs time.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::decode::decode;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// Hashes of all words, and of the names after `def`; sorted, each once.
    words: Box<[u32]>,
    /// Names after `class`, in order; comments and strings included.
    pub classes: Vec<Box<str>>,
    /// Words that may be imported names, one a line.
    pub imported: Box<str>,
    /// Whether the file may hold a star import.
    pub has_star: bool,
}

impl Outline {
    pub fn has(&self, hash: u32) -> bool {
        self.words.binary_search(&hash).is_ok()
    }
}

/// The hash under which [`Outline::has`] knows a word.
pub fn hash_word(word: &str) -> u32 {
    hash_bytes(word.as_bytes())
}

/// The hash under which [`Outline::has`] knows that a word stands after `def`.
pub fn hash_definition(name: &str) -> u32 {
    hash_word(name) ^ DEFINITION
}

const DEFINITION: u32 = 0x5BD1_E995;
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
const HIGH: u64 = 0x8080_8080_8080_8080;

fn hash_bytes(word: &[u8]) -> u32 {
    finish(word.chunks(8).fold(0, |hash, chunk| mix(hash, load(chunk, 0))), word.len())
}

fn mix(hash: u64, chunk: u64) -> u64 {
    (hash.rotate_left(5) ^ chunk).wrapping_mul(MULTIPLIER)
}

fn finish(hash: u64, length: usize) -> u32 {
    ((hash ^ length as u64).wrapping_mul(MULTIPLIER) >> 32) as u32
}

/// Eight bytes from an offset, little-endian, with zeros behind the end.
fn load(source: &[u8], at: usize) -> u64 {
    if let Some(eight) = source.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        return u64::from_le_bytes(*eight);
    }
    let mut eight = [0; 8];
    let rest = source.get(at..).unwrap_or(&[]);
    eight[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(eight)
}

/// The high bit of each byte that is a letter, a digit, an underscore or not ASCII.
///
/// Eight bytes at a time: words are short and many, and a loop over bytes would guess wrong at the
/// end of each.
fn word_bytes(eight: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let ascii = eight & !HIGH;
    let lower = ascii | (0x20 * EACH);
    let at_least = |bytes: u64, least: u64| bytes + (0x80 - least) * EACH;
    let letters = at_least(lower, 0x61) & !at_least(lower, 0x7B);
    let digits = at_least(ascii, 0x30) & !at_least(ascii, 0x3A);
    let underscores = !((ascii ^ (0x5F * EACH)) + 0x7F * EACH);
    (letters | digits | underscores | eight) & HIGH
}

fn count_bytes(mask: u64) -> usize {
    mask.trailing_zeros() as usize / 8
}

const RECENT: usize = 4096;
/// Room for more than this, which one huge file made, is not kept.
const KEPT_WORDS: usize = 1 << 20;

#[derive(Clone, Copy, PartialEq)]
enum Before {
    Other,
    Def,
    Class,
    Import,
}

/// Reads the words of a file. Time O(bytes).
pub fn outline(source: &[u8]) -> Outline {
    // Names that are not ASCII stand in the bytes of another encoding as no UTF-8.
    if std::str::from_utf8(source).is_err()
        && let Ok(decoded) = decode(source)
    {
        return words_of(decoded.text.as_bytes());
    }
    words_of(source)
}

fn words_of(source: &[u8]) -> Outline {
    thread_local! {
        // New memory costs more than what is done with it here.
        static WORDS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    }
    WORDS.with_borrow_mut(|words| {
        words.clear();
        let outline = read_words(source, words);
        words.shrink_to(KEPT_WORDS);
        outline
    })
}

fn read_words(source: &[u8], words: &mut Vec<u32>) -> Outline {
    // Most words of a file have just been seen: this keeps them out of the sort.
    let mut recent = [0u32; RECENT];
    let mut classes = Vec::new();
    let mut has_star = false;
    let mut before = Before::Other;
    let mut imported = Imported::default();
    let mut at = 0;
    while at < source.len() {
        let mut eight = load(source, at);
        let mut mask = word_bytes(eight);
        if mask & 0x80 == 0 {
            let skipped = count_bytes(mask);
            let between = source.get(at..source.len().min(at + skipped)).unwrap_or(&[]);
            imported.pass(between);
            if before != Before::Other {
                has_star |= before == Before::Import && between.contains(&b'*');
                if between.iter().any(|byte| !matches!(byte, b' ' | b'\t' | b'\x0C' | b'\\' | b'\r' | b'\n' | b'(')) {
                    before = Before::Other;
                }
            }
            at += skipped;
            continue;
        }
        let start = at;
        let (mut hash, mut foreign) = (0, 0);
        while mask == HIGH {
            hash = mix(hash, eight);
            foreign |= eight & HIGH;
            at += 8;
            eight = load(source, at);
            mask = word_bytes(eight);
        }
        let rest = count_bytes(!mask & HIGH);
        if rest > 0 {
            eight &= u64::MAX >> (64 - 8 * rest);
            hash = mix(hash, eight);
            foreign |= eight & HIGH;
            at += rest;
        }
        let word = source.get(start..at).unwrap_or(&[]);
        let hash = if foreign == 0 { finish(hash, word.len()) } else { hash_normalized(word) };
        let slot = &mut recent[hash as usize % RECENT];
        if *slot != hash {
            *slot = hash;
            words.push(hash);
        }
        imported.add(word);
        match before {
            Before::Def => words.push(hash ^ DEFINITION),
            Before::Class => classes.push(String::from_utf8_lossy(word).nfkc().collect::<String>().into()),
            Before::Import | Before::Other => {}
        }
        before = match word {
            b"def" => Before::Def,
            b"class" => Before::Class,
            b"import" => {
                imported.open();
                Before::Import
            }
            _ => Before::Other,
        };
    }
    words.sort_unstable();
    words.dedup();
    Outline { words: words.as_slice().into(), classes, imported: imported.names.into(), has_star }
}

/// Collects the words behind `import`, to the end of the line or of the brackets.
#[derive(Default)]
struct Imported {
    names: String,
    is_open: bool,
    in_brackets: bool,
}

impl Imported {
    fn open(&mut self) {
        (self.is_open, self.in_brackets) = (true, false);
    }

    fn pass(&mut self, between: &[u8]) {
        if !self.is_open {
            return;
        }
        for byte in between {
            match byte {
                b'(' => self.in_brackets = true,
                b')' => self.is_open = false,
                b'\n' | b';' | b'#' if !self.in_brackets => self.is_open = false,
                // A line that goes on behind a backslash.
                b'\\' => self.in_brackets = true,
                _ => {}
            }
        }
    }

    fn add(&mut self, word: &[u8]) {
        if self.is_open {
            if !self.names.is_empty() {
                self.names.push('\n');
            }
            self.names.extend(String::from_utf8_lossy(word).nfkc());
        }
    }
}

/// Python compares identifiers in normal form KC.
fn hash_normalized(word: &[u8]) -> u32 {
    hash_word(&String::from_utf8_lossy(word).nfkc().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::{hash_definition, hash_word, outline, word_bytes};

    #[test]
    fn a_byte_is_part_of_a_word_as_python_has_it() {
        for byte in 0..=255u8 {
            let expected = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 128;
            assert_eq!(word_bytes(u64::from_le_bytes([byte; 8])) != 0, expected, "{byte}");
        }
    }

    #[test]
    fn every_word_is_known_whatever_its_length_and_place() {
        let words: Vec<String> = (1..40).map(|length| "a_B9".repeat(10)[..length].to_owned()).collect();
        let known = outline(words.join(" ").as_bytes());

        assert!(words.iter().all(|word| known.has(hash_word(word))));
        assert!(!known.has(hash_word("a_B9a_B9x")));
        assert!(!known.has(hash_definition("a_B9")));
    }

    #[test]
    fn definitions_classes_and_stars_are_known() {
        let known = outline("class Ｆoo(Base):\n    async def send (self): ...\nfrom a import (*)\n".as_bytes());

        assert_eq!(known.classes.iter().map(|name| &**name).collect::<Vec<_>>(), ["Foo"]);
        assert!(known.has(hash_definition("send")));
        assert!(known.has(hash_word("Foo")));
        assert!(known.has_star);
        assert!(!outline(b"import a; b = 2 * 3").has_star);
    }
}
