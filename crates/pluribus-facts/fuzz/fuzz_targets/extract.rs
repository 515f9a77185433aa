//! Arbitrary bytes to facts: nothing panics, and what every reader of facts relies on holds.

#![no_main]

use std::borrow::Cow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, OnceLock};

use libfuzzer_sys::fuzz_target;
use pluribus_facts::{
    Binding, BindingKind, Export, Facts, Outline, Span, content_hash, decode, extract, hash_definition, hash_word,
    outline,
};

/// What the product gives its threads.
const STACK_BYTES: usize = 512 << 20;

fuzz_target!(|source: &[u8]| on_a_deep_stack(source.to_vec()));

/// One thread serves all inputs: starting one would cost more than most inputs do.
fn on_a_deep_stack(source: Vec<u8>) {
    type Ends = (SyncSender<Vec<u8>>, Receiver<()>);
    static WORKER: OnceLock<Mutex<Ends>> = OnceLock::new();
    let worker = WORKER.get_or_init(|| {
        let (inputs, to_read) = sync_channel::<Vec<u8>>(0);
        let (is_done, done) = sync_channel(0);
        let work = move || {
            to_read.iter().try_for_each(|source| {
                hold(&source);
                is_done.send(())
            })
        };
        std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).expect("a thread");
        Mutex::new((inputs, done))
    });
    let (inputs, done) = &*worker.lock().expect("a panic aborts");
    inputs.send(source).expect("the worker lives");
    done.recv().expect("the worker lives");
}

fn hold(source: &[u8]) {
    let words = outline(source);
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    for run in source.split(|byte| !is_word(byte)).filter(|run| !run.is_empty()) {
        if let (true, Ok(word)) = (run.is_ascii(), std::str::from_utf8(run)) {
            assert!(words.has(hash_word(word)), "`{word}` is a word");
        }
    }
    let decoded = decode(source);
    let facts = extract(source);
    assert_eq!(extract(source), facts, "the same bytes give the same facts");
    let bytes = postcard::to_stdvec(&words).expect("an outline is packed");
    assert_eq!(postcard::from_bytes::<Outline>(&bytes).as_ref(), Ok(&words));
    content_hash(source);
    let Ok(facts) = facts else { return };
    let decoded = decoded.expect("what has facts is text");
    let bytes = postcard::to_stdvec(&facts).expect("facts are packed");
    assert_eq!(postcard::from_bytes::<Facts>(&bytes).as_ref(), Ok(&facts));
    // Spans count the bytes of the text, which are those of the file unless it had to be converted.
    let end = decoded.text.len() as u32 + decoded.shift;
    spans(&facts).for_each(|span| {
        assert!(span.start <= span.end && span.end <= end, "{span:?} of {end}");
        assert!(span.line >= 1 && span.column >= 1, "{span:?}");
    });
    let places = places(&decoded.text);
    spans(&facts).for_each(|span| {
        let place = places[span.start.saturating_sub(decoded.shift) as usize];
        assert_eq!((span.line, span.column), place, "{span:?}");
    });
    symbols(&facts);
    tree(&facts);
    // Only what Python accepts has its names apart: of `0name` is recovered what is read of `0 name`.
    if facts.errors.is_empty() && matches!(decoded.text, Cow::Borrowed(_)) {
        facts.bindings.iter().for_each(|binding| is_in_outline(binding, &facts, &words, source));
    }
}

/// Large trees rest on this: a file whose outline lacks a name does not bind it.
fn is_in_outline(binding: &Binding, facts: &Facts, words: &Outline, source: &[u8]) {
    let name = facts.name(binding.name);
    let spelled = source.get(binding.span.start as usize..binding.span.end as usize).unwrap_or(&[]);
    let is_quoted = spelled.iter().any(|byte| matches!(byte, b'"' | b'\''));
    if name.is_empty() || is_quoted {
        return; // `globals()["name"] = ...`
    }
    if name == "*" {
        return assert!(words.has_star, "a star import");
    }
    for part in name.split('.') {
        assert!(words.has(hash_word(part)), "`{part}` is bound");
    }
    let BindingKind::Definition(scope) = binding.kind else { return };
    if facts.scopes[scope as usize].kind == pluribus_facts::ScopeKind::Class {
        assert!(words.classes.iter().any(|class| **class == *name), "`class {name}`");
    } else {
        assert!(words.has(hash_definition(name)), "`def {name}`");
    }
}

/// The line and the column of every byte, counted one by one.
fn places(text: &str) -> Vec<(u32, u32)> {
    let mut places = Vec::with_capacity(text.len() + 1);
    let (mut line, mut column) = (1, 1);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        places.extend(std::iter::repeat_n((line, column), letter.len_utf8()));
        (line, column) = match letter {
            '\n' => (line + 1, 1),
            '\r' if letters.peek() != Some(&'\n') => (line + 1, 1),
            _ => (line, column + 1),
        };
    }
    places.push((line, column));
    places
}

fn spans(facts: &Facts) -> impl Iterator<Item = Span> + '_ {
    let imports = facts.imports.iter().flat_map(|each| [each.span, each.module_span, each.statement]);
    let exports = facts.exports.iter().flat_map(|each| match each {
        Export::Set(all) | Export::Add(all) => all.as_slice(),
        Export::Remove(_) | Export::AddFrom(_) | Export::Unknown => &[],
    });
    imports
        .chain(exports.map(|(_, span)| *span))
        .chain(facts.scopes.iter().map(|each| each.span))
        .chain(facts.bindings.iter().map(|each| each.span))
        .chain(facts.stores.iter().map(|each| each.span))
        .chain(facts.calls.iter().map(|each| each.span))
        .chain(facts.references.iter().map(|each| each.span))
        .chain(facts.strings.iter().map(|each| each.span))
        .chain(facts.suppressions.iter().map(|each| each.span))
        .chain(facts.served.compared.iter().map(|each| each.1))
        .chain(facts.served.lazy.iter().map(|each| each.3))
        .chain(facts.served.replaced_by.map(|each| each.1))
}

/// Every index is one of a name, a scope or a branch that exists.
fn symbols(facts: &Facts) {
    let names = facts.names.len() as u32;
    assert_eq!(facts.name(0), "");
    let is_name = |sym: u32| assert!(sym < names);
    for binding in &facts.bindings {
        is_name(binding.name);
        is_name(binding.annotation);
        assert!((binding.scope as usize) < facts.scopes.len());
        assert!((binding.branch as usize) < facts.branches.len());
        match binding.kind {
            BindingKind::Import(import) => assert!((import as usize) < facts.imports.len()),
            BindingKind::Definition(scope) => assert!((scope as usize) < facts.scopes.len()),
            _ => {}
        }
    }
    facts.imports.iter().for_each(|each| [each.module, each.name, each.asname].into_iter().for_each(is_name));
    facts.calls.iter().for_each(|each| is_name(each.callee));
    facts.references.iter().for_each(|each| is_name(each.chain));
    facts.strings.iter().for_each(|each| is_name(each.text));
    facts.stores.iter().for_each(|each| is_name(each.target));
    facts.errors.iter().for_each(|each| assert!(each.line >= 1 && each.column >= 1));
    facts.suppressions.iter().for_each(|each| assert!(1 <= each.first_line && each.first_line <= each.last_line));
}

/// Parents come before their children, so that whoever climbs ends.
fn tree(facts: &Facts) {
    for (index, scope) in facts.scopes.iter().enumerate().skip(1) {
        assert!((scope.parent as usize) < index);
        assert!(scope.start <= scope.end);
    }
    for (index, branch) in facts.branches.iter().enumerate().skip(1) {
        assert!((branch.parent as usize) < index);
    }
}
