//! The content of git's blobs, asked of `git cat-file --batch`.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Nothing that is read as Python is larger, and nothing else is asked for.
const MAX_BYTES: usize = 1 << 30;

/// A repository whose blobs can be asked for, by as many threads as want to.
pub struct Blobs {
    command: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    /// Processes that wait for a question.
    idle: Mutex<Vec<Process>>,
}

struct Process {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Blobs {
    /// `command` is what starts `git cat-file --batch` on the repository, `environment` all that it
    /// is to see of ours. Nothing is started before the first question.
    pub fn new(command: Vec<OsString>, environment: Vec<(OsString, OsString)>) -> Self {
        Self { command, environment, idle: Mutex::default() }
    }

    /// The content of a blob, or why it cannot be had.
    pub fn read(&self, id: &str) -> Result<Vec<u8>, String> {
        let waiting = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut process = match waiting {
            Some(process) => process,
            None => self.start().map_err(|error| format!("git cannot be started: {error}"))?,
        };
        // Where git breaks off, its process is given up: what it would say next belongs to nothing.
        let answer = process.ask(id).map_err(|error| format!("git could not read its content: {error}"))?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(process);
        answer.ok_or_else(|| "its content is missing from the repository".to_owned())
    }

    fn start(&self) -> std::io::Result<Process> {
        let (program, arguments) = self.command.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Ctrl-C is for us: a git that dies of it would make files look unreadable.
            .process_group(0)
            .spawn()?;
        let (Some(questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(std::io::ErrorKind::BrokenPipe.into());
        };
        Ok(Process { child, questions, answers: BufReader::with_capacity(1 << 16, answers) })
    }
}

impl Process {
    /// The content of a blob; none when the repository does not have it.
    fn ask(&mut self, id: &str) -> std::io::Result<Option<Vec<u8>>> {
        self.questions.write_all(format!("{id}\n").as_bytes())?;
        self.questions.flush()?;
        let mut said = String::new();
        self.answers.read_line(&mut said)?;
        let words: Vec<&str> = said.split_whitespace().collect();
        let length = match words.as_slice() {
            [_, "missing"] => return Ok(None),
            [_, "blob", length] => length.parse().ok().filter(|&length| length <= MAX_BYTES),
            [] => return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "it broke off")),
            _ => None,
        };
        let length: usize = length.ok_or_else(|| std::io::Error::other(format!("it said `{}`", said.trim_end())))?;
        let mut content = vec![0; length + 1];
        self.answers.read_exact(&mut content)?;
        content.truncate(length);
        Ok(Some(content))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
