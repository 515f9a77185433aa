//! Facts kept between runs, by the hash of the content that they were read from.
//!
//! A store is a folder of segments. A segment is written whole under a temporary name and then
//! renamed, and never changed: two runs at once each add their own. A segment names the version of
//! what it holds; one of another version, or a damaged one, is passed over. At its end stands a
//! table of its records, so that only those are read which are asked for.

use std::fs;
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Must change whenever [`crate::Facts`], [`crate::Outline`] or what is read into them changes.
const FORMAT: &[u8] = concat!("pluribus-facts ", env!("CARGO_PKG_VERSION"), " 54\n").as_bytes();
const MAX_SEGMENTS: usize = 12;
/// What was added longest ago is forgotten when there would be more than this.
const MAX_BYTES: u64 = 1 << 30;
/// One row of the table: content hash, start, length and checksum of the record.
const ROW: usize = 16 + 8 + 4 + 8;
/// Behind the table: its checksum, and how many rows it has.
const END: usize = 16 + 8;

pub type ContentHash = u128;

/// The identity of a file's content.
pub fn content_hash(content: &[u8]) -> ContentHash {
    xxh3_128(content)
}

/// Opaque records by content hash; the caller encodes and decodes them.
pub struct Store {
    folder: PathBuf,
    segments: Vec<Segment>,
    /// Where each record stands.
    known: FxHashMap<ContentHash, Entry>,
}

struct Segment {
    path: PathBuf,
    file: fs::File,
}

#[derive(Clone, Copy)]
struct Entry {
    segment: u32,
    start: u64,
    length: u32,
    checksum: u64,
}

impl Store {
    /// Reads what `folder` holds. What cannot be read is as if it were not there.
    pub fn open(folder: &Path, kind: &str) -> Self {
        let folder = folder.join(kind);
        let mut segments: Vec<_> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "segment"))
            .filter_map(|path| Some((fs::metadata(&path).ok()?.modified().ok()?, path)))
            .collect();
        segments.sort();
        let mut store = Self { folder, segments: Vec::new(), known: FxHashMap::default() };
        for (_, path) in segments {
            if let Ok(file) = fs::File::open(&path) {
                let number = store.segments.len() as u32;
                store.known.extend(read_table(&file, number).unwrap_or_default());
                store.segments.push(Segment { path, file });
            }
        }
        store
    }

    pub fn get(&self, hash: ContentHash) -> Option<Vec<u8>> {
        let entry = self.known.get(&hash)?;
        let mut record = vec![0; entry.length as usize];
        self.segments.get(entry.segment as usize)?.file.read_exact_at(&mut record, entry.start).ok()?;
        (xxh3_64(&record) == entry.checksum).then_some(record)
    }

    /// Adds records; with many segments, folds all into one.
    pub fn add(&self, records: &[(ContentHash, Vec<u8>)]) -> std::io::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        let mut writer = SegmentWriter::new(&self.folder)?;
        for (hash, record) in records {
            writer.add(*hash, record)?;
        }
        let folds = self.segments.len() >= MAX_SEGMENTS;
        if folds {
            let mut kept: Vec<(ContentHash, Entry)> = self.known.iter().map(|(hash, entry)| (*hash, *entry)).collect();
            kept.sort_unstable_by_key(|(hash, entry)| (std::cmp::Reverse(entry.segment), entry.start, *hash));
            for (hash, _) in kept {
                if writer.written >= MAX_BYTES {
                    break;
                }
                if let Some(record) = self.get(hash) {
                    writer.add(hash, &record)?;
                }
            }
        }
        writer.finish(&self.folder)?;
        if folds {
            for Segment { path, .. } in &self.segments {
                // Another run may have folded them first.
                let _ = fs::remove_file(path);
            }
        }
        Ok(())
    }
}

struct SegmentWriter {
    file: BufWriter<tempfile::NamedTempFile>,
    table: Vec<u8>,
    written: u64,
}

impl SegmentWriter {
    fn new(folder: &Path) -> std::io::Result<Self> {
        let mut file = BufWriter::new(tempfile::NamedTempFile::new_in(folder)?);
        file.write_all(FORMAT)?;
        Ok(Self { file, table: Vec::new(), written: FORMAT.len() as u64 })
    }

    fn add(&mut self, hash: ContentHash, record: &[u8]) -> std::io::Result<()> {
        let length = u32::try_from(record.len()).map_err(std::io::Error::other)?;
        self.file.write_all(record)?;
        self.table.extend_from_slice(&hash.to_le_bytes());
        self.table.extend_from_slice(&self.written.to_le_bytes());
        self.table.extend_from_slice(&length.to_le_bytes());
        self.table.extend_from_slice(&xxh3_64(record).to_le_bytes());
        self.written += u64::from(length);
        Ok(())
    }

    fn finish(mut self, folder: &Path) -> std::io::Result<()> {
        let checksum = xxh3_128(&self.table);
        self.file.write_all(&self.table)?;
        self.file.write_all(&checksum.to_le_bytes())?;
        self.file.write_all(&((self.table.len() / ROW) as u64).to_le_bytes())?;
        let file = self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.persist(folder.join(format!("{checksum:032x}.segment"))).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Reads the table of a segment; none when it is damaged or of another version.
fn read_table(file: &fs::File, segment: u32) -> Option<Vec<(ContentHash, Entry)>> {
    let mut format = [0; FORMAT.len()];
    file.read_exact_at(&mut format, 0).ok()?;
    let length = file.metadata().ok()?.len();
    let mut end = [0; END];
    file.read_exact_at(&mut end, length.checked_sub(END as u64)?).ok()?;
    let (checksum, count) = end.split_first_chunk::<16>()?;
    let count = usize::try_from(u64::from_le_bytes(count.try_into().ok()?)).ok()?;
    let size = count.checked_mul(ROW)?;
    let start = length.checked_sub((END + FORMAT.len()) as u64)?.checked_sub(size as u64)? + FORMAT.len() as u64;
    let mut table = vec![0; size];
    file.read_exact_at(&mut table, start).ok()?;
    if format != FORMAT || u128::from_le_bytes(*checksum) != xxh3_128(&table) {
        return None;
    }
    table.chunks_exact(ROW).map(|row| read_row(row, segment)).collect()
}

fn read_row(row: &[u8], segment: u32) -> Option<(ContentHash, Entry)> {
    let (hash, row) = row.split_first_chunk::<16>()?;
    let (start, row) = row.split_first_chunk::<8>()?;
    let (length, row) = row.split_first_chunk::<4>()?;
    let (checksum, _) = row.split_first_chunk::<8>()?;
    let entry = Entry {
        segment,
        start: u64::from_le_bytes(*start),
        length: u32::from_le_bytes(*length),
        checksum: u64::from_le_bytes(*checksum),
    };
    Some((u128::from_le_bytes(*hash), entry))
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
            assert_eq!(store.get(u128::from(number)), Some(vec![number; 3]));
        }
        assert_eq!(store.get(99), None);
        Ok(())
    }

    #[test]
    fn whatever_byte_of_a_segment_is_damaged_no_wrong_record_comes_out_of_it() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        Store::open(folder.path(), "facts").add(&[(1, b"one".to_vec()), (2, b"two".to_vec())])?;
        let segment = fs::read_dir(folder.path().join("facts"))?.flatten().next().map(|entry| entry.path());
        let segment = segment.ok_or(std::io::ErrorKind::NotFound)?;
        let whole = fs::read(&segment)?;
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&segment, bytes)?;

            let store = Store::open(folder.path(), "facts");

            let found = [store.get(1), store.get(2)];
            assert!(found[0].as_deref().is_none_or(|record| record == b"one"));
            assert!(found[1].as_deref().is_none_or(|record| record == b"two"));
            assert!(found.contains(&None), "byte {at} is damaged, and nobody noticed");
        }
        Ok(())
    }

    #[test]
    fn a_segment_that_was_cut_off_is_passed_over() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        Store::open(folder.path(), "facts").add(&[(1, b"one".to_vec())])?;
        let segment = fs::read_dir(folder.path().join("facts"))?.flatten().next().map(|entry| entry.path());
        let segment = segment.ok_or(std::io::ErrorKind::NotFound)?;
        let whole = fs::read(&segment)?;
        for length in 0..whole.len() {
            fs::write(&segment, &whole[..length])?;

            assert_eq!(Store::open(folder.path(), "facts").get(1), None);
        }
        Ok(())
    }
}
