//! The words of a file, without parsing it: enough to prove that a file cannot name something.
//!
//! An identifier of Python source always stands there as one run of word bytes, so a file whose
//! outline lacks the hash of a name cannot use that name. The reverse does not hold (comments and
//! strings have words too), which only costs time.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// Hashes of all words, and of the names after `def`; sorted, each once.
    words: Vec<u32>,
    /// Names after `class`, in order; comments and strings included.
    pub classes: Vec<Box<str>>,
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

/// Eight bytes at a time: words are short, and there are many.
fn hash_bytes(word: &[u8]) -> u32 {
    let mut hash = word.len() as u64;
    let mut chunks = word.chunks_exact(8);
    for chunk in &mut chunks {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(eight)).wrapping_mul(MULTIPLIER);
    }
    let rest = chunks.remainder().iter().fold(0u64, |all, &byte| (all << 8) | u64::from(byte));
    hash = (hash.rotate_left(5) ^ rest).wrapping_mul(MULTIPLIER);
    (hash >> 32) as u32
}

const RECENT: usize = 4096;

const IS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte == b'_' as usize || byte >= 128;
        byte += 1;
    }
    table
};

#[derive(Clone, Copy, PartialEq)]
enum Before {
    Other,
    Def,
    Class,
    Import,
}

/// Reads the words of `source`. Time O(bytes).
pub fn outline(source: &[u8]) -> Outline {
    let mut words: Vec<u32> = Vec::with_capacity(source.len() / 32);
    // Most words of a file have just been seen: this keeps them out of the sort.
    let mut recent = [0u32; RECENT];
    let mut classes = Vec::new();
    let mut has_star = false;
    let mut before = Before::Other;
    let mut index = 0;
    while index < source.len() {
        let byte = source[index];
        if !IS_WORD[byte as usize] {
            if byte == b'*' && before == Before::Import {
                has_star = true;
            }
            if !matches!(byte, b' ' | b'\t' | b'\x0C' | b'\\' | b'\r' | b'\n' | b'(') {
                before = Before::Other;
            }
            index += 1;
            continue;
        }
        let start = index;
        let mut seen = 0;
        while index < source.len() && IS_WORD[source[index] as usize] {
            seen |= source[index];
            index += 1;
        }
        let word = &source[start..index];
        let hash = if seen < 128 { hash_bytes(word) } else { hash_normalized(word) };
        let slot = &mut recent[hash as usize % RECENT];
        if *slot != hash {
            *slot = hash;
            words.push(hash);
        }
        match before {
            Before::Def => words.push(hash ^ DEFINITION),
            Before::Class => classes.push(String::from_utf8_lossy(word).nfkc().collect::<String>().into()),
            Before::Import | Before::Other => {}
        }
        before = match word {
            b"def" => Before::Def,
            b"class" => Before::Class,
            b"import" => Before::Import,
            _ => Before::Other,
        };
    }
    words.sort_unstable();
    words.dedup();
    Outline { words, classes, has_star }
}

/// Python compares identifiers in normal form KC.
fn hash_normalized(word: &[u8]) -> u32 {
    hash_word(&String::from_utf8_lossy(word).nfkc().collect::<String>())
}
