//! A function as a row of tokens, and the hashes of it.
//!
//! Which names are a function's own is known only at its end, so the row is written first and
//! hashed then.

use rustc_hash::FxHashMap;

use crate::outline::{hash_word, mix};
use crate::shape::Statement;

#[derive(Clone, Copy)]
pub(crate) enum Block {
    Body = 1,
    Else,
    Try,
    Finally,
}

#[derive(Clone, Copy)]
pub(crate) enum Token {
    /// A statement starts: what it is, and whether it may tell anything.
    Start(u32, bool),
    /// What an expression is.
    Part(u32),
    /// A word that is kept, and its length.
    Kept(u32, u8),
    /// A name, which may be the function's own.
    Name(u32, u8),
    /// The kind and the value of a literal.
    Literal(u32, u32),
    /// In a string between what is put into it.
    Text(u32),
    Open(Block),
    Close,
}

/// Not yet numbered.
const UNSEEN: u32 = u32::MAX;
/// So many kept words make a statement telling.
const TELLING: u32 = 2;

#[derive(Default)]
pub(crate) struct Tokens {
    all: Vec<Token>,
    statements: usize,
    /// The number of each name that is the function's own, by its hash.
    own: FxHashMap<u32, u32>,
    /// Names that are declared `global`.
    outer: Vec<u32>,
}

impl Tokens {
    pub(crate) fn statements(&self) -> usize {
        self.statements
    }

    pub(crate) fn clear(&mut self) {
        self.all.clear();
        self.statements = 0;
        self.own.clear();
        self.outer.clear();
    }

    pub(crate) fn push(&mut self, token: Token) {
        self.all.push(token);
    }

    pub(crate) fn part(&mut self, kind: u32, parts: usize) {
        self.push(Token::Part((parts as u32) << 8 | kind));
    }

    pub(crate) fn start(&mut self, kind: u32, parts: usize, may_tell: bool) {
        self.statements += 1;
        self.push(Token::Start((parts as u32) << 8 | kind, may_tell));
    }

    pub(crate) fn keep(&mut self, word: &str) {
        self.push(Token::Kept(hash_word(word), length(word)));
    }

    /// Each part of a dotted path.
    pub(crate) fn path(&mut self, path: &str) {
        path.split('.').for_each(|part| self.keep(part));
    }

    pub(crate) fn name(&mut self, name: &str) {
        self.push(Token::Name(hash_word(name), length(name)));
    }

    /// A name that the function gives to something.
    pub(crate) fn bind(&mut self, name: &str) {
        let hash = hash_word(name);
        self.own.insert(hash, UNSEEN);
        self.push(Token::Name(hash, length(name)));
    }

    /// The same for one that need not be spelled.
    pub(crate) fn bind_unseen(&mut self, name: &str) {
        self.own.insert(hash_word(name), UNSEEN);
    }

    /// A name that belongs to the module.
    pub(crate) fn release(&mut self, name: &str) {
        self.keep(name);
        self.outer.push(hash_word(name));
    }

    /// Adds the statements; the hash of all there is, and that without what a copy may give other
    /// values.
    pub(crate) fn hash(&mut self, statements: &mut Vec<Statement>) -> (u64, u64) {
        for name in &self.outer {
            self.own.remove(name);
        }
        let (mut exact, mut renamed) = (0, 0);
        let mut numbers = 0;
        let mut current = Current::default();
        for &token in &self.all {
            let (value, plain) = match token {
                Token::Start(kind, may_tell) => {
                    current.end(statements);
                    current = Current { is_open: true, may_tell, ..Current::default() };
                    (u64::from(kind) << 3, u64::from(kind) << 3)
                }
                Token::Part(kind) => (u64::from(kind) << 3 | 1, u64::from(kind) << 3 | 1),
                Token::Kept(word, length) => {
                    current.keep(word, length);
                    (u64::from(word) << 3 | 2, u64::from(word) << 3 | 2)
                }
                Token::Name(word, length) => match self.own.get_mut(&word) {
                    Some(number) => {
                        if *number == UNSEEN {
                            *number = numbers;
                            numbers += 1;
                        }
                        current.mix(3);
                        exact = mix(exact, u64::from(word) << 3 | 3);
                        renamed = mix(renamed, u64::from(*number) << 3 | 3);
                        continue;
                    }
                    None => {
                        current.keep(word, length);
                        (u64::from(word) << 3 | 2, u64::from(word) << 3 | 2)
                    }
                },
                Token::Literal(kind, value) => (u64::from(value) << 3 | 4, u64::from(kind) << 3 | 4),
                Token::Text(value) => {
                    exact = mix(exact, u64::from(value) << 3 | 5);
                    continue;
                }
                Token::Open(block) => {
                    current.end(statements);
                    let value = (block as u64) << 3 | 6;
                    (value, value)
                }
                Token::Close => {
                    current.end(statements);
                    (7, 7)
                }
            };
            exact = mix(exact, value);
            renamed = mix(renamed, plain);
            current.mix(plain);
        }
        current.end(statements);
        (exact, renamed)
    }
}

/// The statement being hashed.
#[derive(Default)]
struct Current {
    is_open: bool,
    may_tell: bool,
    hash: u64,
    kept: u32,
    /// The longest, and its length.
    word: (u32, u8),
}

impl Current {
    fn mix(&mut self, value: u64) {
        self.hash = mix(self.hash, value);
    }

    fn keep(&mut self, word: u32, length: u8) {
        self.kept += 1;
        if length > self.word.1 {
            self.word = (word, length);
        }
    }

    fn end(&mut self, statements: &mut Vec<Statement>) {
        if std::mem::take(&mut self.is_open) {
            statements.push(Statement::new(self.hash, self.word, self.may_tell && self.kept >= TELLING));
        }
    }
}

fn length(word: &str) -> u8 {
    word.len().min(u8::MAX as usize) as u8
}
