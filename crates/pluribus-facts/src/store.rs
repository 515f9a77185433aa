//! Facts kept between runs, by the hash of the content that they were read from.
//!
//! A store is a folder of segments. A segment is written whole under a temporary name and then
//! renamed, and never changed: two runs at once each add their own. A segment names the version of
//! what it holds; one of another version, or a damaged one, is passed over.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

/// Must change whenever [`crate::Facts`], [`crate::Outline`] or what is read into them changes.
const FORMAT: &[u8] = concat!("pluribus-facts ", env!("CARGO_PKG_VERSION"), " 3\n").as_bytes();
const MAX_SEGMENTS: usize = 12;

pub type ContentHash = u128;

/// The identity of a file's content.
pub fn content_hash(content: &[u8]) -> ContentHash {
    xxh3_128(content)
}

/// Opaque records by content hash; the caller encodes and decodes them.
pub struct Store {
    folder: PathBuf,
    /// The segments that could be read, whole.
    segments: Vec<(PathBuf, Vec<u8>)>,
    /// Where each record stands: segment, start and end.
    known: FxHashMap<ContentHash, (u32, u32, u32)>,
}

impl Store {
    /// Reads what `folder` holds. What cannot be read is as if it were not there.
    pub fn open(folder: &Path, kind: &str) -> Self {
        let folder = folder.join(kind);
        let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "segment"))
            .collect();
        paths.sort();
        let mut store = Self { folder, segments: Vec::new(), known: FxHashMap::default() };
        for path in paths {
            if let Ok(bytes) = fs::read(&path) {
                store.index(&bytes);
                store.segments.push((path, bytes));
            }
        }
        store
    }

    pub fn get(&self, hash: ContentHash) -> Option<&[u8]> {
        let &(segment, start, end) = self.known.get(&hash)?;
        self.segments.get(segment as usize)?.1.get(start as usize..end as usize)
    }

    /// Adds records; with many segments, folds all into one.
    pub fn add(&self, records: &[(ContentHash, Vec<u8>)]) -> std::io::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let folds = self.segments.len() >= MAX_SEGMENTS;
        let mut body = FORMAT.to_vec();
        let kept: Vec<ContentHash> = if folds { self.known.keys().copied().collect() } else { Vec::new() };
        let old = kept.iter().filter_map(|&hash| Some((hash, self.get(hash)?)));
        for (hash, record) in old.chain(records.iter().map(|(hash, record)| (*hash, record.as_slice()))) {
            let length = u32::try_from(record.len()).map_err(std::io::Error::other)?;
            body.extend_from_slice(&hash.to_le_bytes());
            body.extend_from_slice(&length.to_le_bytes());
            body.extend_from_slice(record);
        }
        let checksum = xxh3_128(&body);
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&checksum.to_le_bytes())?;
        file.write_all(&body)?;
        file.persist(self.folder.join(format!("{checksum:032x}.segment"))).map_err(|error| error.error)?;
        if folds {
            for (path, _) in &self.segments {
                // Another run may have folded them first.
                let _ = fs::remove_file(path);
            }
        }
        Ok(())
    }

    fn index(&mut self, segment: &[u8]) {
        let number = self.segments.len() as u32;
        let Some((checksum, body)) = segment.split_first_chunk::<16>() else { return };
        if !body.starts_with(FORMAT) || u128::from_le_bytes(*checksum) != xxh3_128(body) {
            return;
        }
        let mut at = 16 + FORMAT.len();
        while let Some((hash, rest)) = segment.get(at..).and_then(|rest| rest.split_first_chunk::<16>()) {
            let Some((length, _)) = rest.split_first_chunk::<4>() else { return };
            let (start, length) = (at + 20, u32::from_le_bytes(*length));
            self.known.insert(u128::from_le_bytes(*hash), (number, start as u32, start as u32 + length));
            at = start + length as usize;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_there_the_next_time_and_many_segments_become_one() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        for number in 0..40u8 {
            let store = Store::open(folder.path(), "facts");
            store.add(&[(u128::from(number), vec![number; 3])])?;
        }

        let store = Store::open(folder.path(), "facts");

        assert!(store.segments.len() <= MAX_SEGMENTS);
        for number in 0..40u8 {
            assert_eq!(store.get(u128::from(number)), Some(&[number; 3][..]));
        }
        assert_eq!(store.get(99), None);
        Ok(())
    }

    #[test]
    fn a_damaged_segment_is_passed_over() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        Store::open(folder.path(), "facts").add(&[(1, b"one".to_vec())])?;
        let segment = fs::read_dir(folder.path().join("facts"))?.flatten().next().map(|entry| entry.path());
        let segment = segment.ok_or(std::io::ErrorKind::NotFound)?;
        let mut bytes = fs::read(&segment)?;
        if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
        fs::write(&segment, bytes)?;

        assert_eq!(Store::open(folder.path(), "facts").get(1), None);
        Ok(())
    }
}
