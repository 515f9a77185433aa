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

/// The same for a word of at most eight bytes.
const fn hash_short(word: &[u8]) -> u32 {
    let (mut chunk, mut at) = (0, word.len());
    while at > 0 {
        at -= 1;
        chunk = chunk << 8 | word[at] as u64;
    }
    finish(mix(0, chunk), word.len())
}

pub(crate) const fn mix(hash: u64, chunk: u64) -> u64 {
    (hash.rotate_left(5) ^ chunk).wrapping_mul(MULTIPLIER)
}

const fn finish(hash: u64, length: usize) -> u32 {
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

const RECENT: usize = 4096;
/// Room for more than this, which one huge file made, is not kept.
const KEPT_WORDS: usize = 1 << 20;

/// What the word before the next is.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Other,
    Def,
    Class,
    Import,
}

impl Before {
    fn of(word: &[u8]) -> Self {
        match word {
            b"def" => Self::Def,
            b"class" => Self::Class,
            b"import" => Self::Import,
            _ => Self::Other,
        }
    }
}

/// The hashes of the words that tell what the next is.
const TELLING: [u32; 3] = [hash_short(b"def"), hash_short(b"class"), hash_short(b"import")];

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
    let mut last_end = 0;
    each_word(source, |start, end| {
        let hash = match hash_ascii(source, start, end) {
            Some(hash) => hash,
            None => hash_normalized(&source[start..end]),
        };
        let slot = &mut recent[hash as usize % RECENT];
        if *slot != hash {
            *slot = hash;
            words.push(hash);
        }
        // Hardly any word is one of these, or stands behind one.
        if before == Before::Other && !imported.is_open && !TELLING.contains(&hash) {
            return;
        }
        let (word, between) = (&source[start..end], &source[last_end..start]);
        last_end = end;
        imported.pass(between);
        has_star |= before == Before::Import && between.contains(&b'*');
        if between.iter().any(|byte| !matches!(byte, b' ' | b'\t' | b'\x0C' | b'\\' | b'\r' | b'\n' | b'(')) {
            before = Before::Other;
        }
        imported.add(word);
        match before {
            Before::Def => words.push(hash ^ DEFINITION),
            Before::Class => {
                let mut name = String::new();
                push_normalized(&mut name, word);
                classes.push(name.into());
            }
            Before::Import | Before::Other => {}
        }
        before = Before::of(word);
        if before == Before::Import {
            imported.open();
        }
    });
    has_star |= before == Before::Import && source[last_end..].contains(&b'*');
    words.sort_unstable();
    words.dedup();
    Outline { words: words.as_slice().into(), classes, imported: imported.names.into(), has_star }
}

/// The hash of a word; none when not all of it is ASCII.
fn hash_ascii(source: &[u8], start: usize, end: usize) -> Option<u32> {
    let first = |at: usize, length: usize| load(source, at) & (u64::MAX >> (64 - 8 * length));
    let length = end - start;
    let eight = first(start, length.min(8));
    let (mut hash, mut foreign) = (mix(0, eight), eight);
    let mut at = start + 8;
    while at < end {
        let eight = first(at, (end - at).min(8));
        hash = mix(hash, eight);
        foreign |= eight;
        at += 8;
    }
    (foreign & HIGH == 0).then(|| finish(hash, length))
}

/// Says of each word of a text where it starts and ends, in order; found by a bit for each of 64
/// bytes at a time.
fn each_word(source: &[u8], mut say: impl FnMut(usize, usize)) {
    let (mut start, mut is_open) = (0, false);
    for base in (0..source.len()).step_by(64) {
        let words = mask_at(source, base);
        // A bit where a word starts or has just ended, by turns.
        let mut turns = words ^ (words << 1 | u64::from(is_open));
        let mut next = || {
            let at = base + turns.trailing_zeros() as usize;
            let is_there = turns != 0;
            turns &= turns.wrapping_sub(1);
            is_there.then_some(at)
        };
        if is_open {
            let Some(end) = next() else { continue };
            say(start, end);
            is_open = false;
        }
        while let Some(at) = next() {
            start = at;
            let Some(end) = next() else {
                is_open = true;
                break;
            };
            say(start, end);
        }
    }
    if is_open {
        say(start, source.len());
    }
}

/// A bit for each of 64 bytes, set for those that belong to words; those behind the end do not.
///
/// All at once: words are short and many, and a loop that ends with each would guess wrong there.
fn mask_at(source: &[u8], at: usize) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let rest = source.get(at..).unwrap_or(&[]);
    let mut block = [0; 64];
    match rest.first_chunk::<64>() {
        Some(full) => block = *full,
        None => block[..rest.len()].copy_from_slice(rest),
    }
    let flags = block.map(|byte| u8::from(is_word(byte)));
    let (eights, _) = flags.as_chunks::<8>();
    eights
        .iter()
        .enumerate()
        .fold(0, |mask, (index, &eight)| mask | (u64::from_le_bytes(eight).wrapping_mul(GATHER) >> 56) << (8 * index))
}

/// Whether a byte is a letter, a digit, an underscore or not ASCII; without a branch, so that many
/// are looked at in one step.
fn is_word(byte: u8) -> bool {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let is_digit = byte.wrapping_sub(b'0') < 10;
    is_letter | is_digit | (byte == b'_') | (byte >= 0x80)
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
            push_normalized(&mut self.names, word);
        }
    }
}

/// Python compares identifiers in normal form KC.
fn push_normalized(text: &mut String, word: &[u8]) {
    let word = String::from_utf8_lossy(word);
    if word.is_ascii() {
        text.push_str(&word);
    } else {
        text.extend(word.nfkc());
    }
}

fn hash_normalized(word: &[u8]) -> u32 {
    let mut name = String::new();
    push_normalized(&mut name, word);
    hash_word(&name)
}

#[cfg(test)]
mod tests {
    use super::{each_word, hash_definition, hash_word, mask_at, outline};

    #[test]
    fn a_byte_is_part_of_a_word_as_python_has_it() {
        for byte in 0..=255u8 {
            let expected = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 128;
            assert_eq!(mask_at(&[byte; 64], 0), if expected { u64::MAX } else { 0 }, "{byte}");
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
    fn words_are_the_runs_of_word_bytes() {
        // Of every length around a block, with gaps of every length, up to the very end.
        for length in 1..140 {
            for gap in 1..70 {
                let text = format!("{}{}", "x".repeat(length), " ".repeat(gap)).repeat(3);
                for source in [text.as_str(), text.trim_end()] {
                    let expected: Vec<usize> = source
                        .split_ascii_whitespace()
                        .map(|word| word.as_ptr() as usize - source.as_ptr() as usize)
                        .collect();

                    let mut found = Vec::new();
                    each_word(source.as_bytes(), |start, end| found.push((start, end)));

                    assert_eq!(found.iter().map(|range| range.0).collect::<Vec<_>>(), expected);
                    assert!(found.iter().all(|(start, end)| end - start == length));
                }
            }
        }
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
