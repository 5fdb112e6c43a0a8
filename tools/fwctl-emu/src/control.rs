// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The control socket: faults on request, as lines of JSON.
//!
//! A line holds a [`Request`], and a line comes back for it: an [`Answer`].

mod answer;
mod request;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process;
use std::sync::Arc;
use std::thread;

use crate::socket::{self, ListenError};
use crate::vfio_user::Attachment;

pub use answer::{Answer, ArmedFault};
pub use request::{Opcode, Request, Selected, StatusCode};

/// The longest line, with its end.
const LINE: u64 = 4096;

/// The exit status of a device that was told to die.
const DEATH: i32 = 70;

/// A control socket.
pub struct Control {
    listener: UnixListener,
}

impl Control {
    /// Listens on `path`, where a socket may be left that nobody serves.
    pub fn listen(path: &Path) -> Result<Self, ListenError> {
        socket::remove_stale(path)?;
        let listener =
            UnixListener::bind(path).map_err(|source| ListenError::bind(path, source))?;
        Ok(Self { listener })
    }

    /// Serves whoever connects, each on a thread of its own.
    pub fn serve(self, attachment: &Arc<Attachment>) -> io::Result<()> {
        let attachment = Arc::clone(attachment);
        thread::Builder::new()
            .name("control".to_owned())
            .spawn(move || {
                for connection in self.listener.incoming().flatten() {
                    let attachment = Arc::clone(&attachment);
                    // Who finds no thread finds a closed connection.
                    let _ = thread::Builder::new()
                        .name("control".to_owned())
                        // It ends with the connection; there is nobody to tell.
                        .spawn(move || drop(converse(&connection, &attachment)));
                }
            })?;
        Ok(())
    }
}

/// Answers line by line until the other side is done. Empty lines have no
/// answer: a serial line may begin with one.
fn converse(connection: &UnixStream, attachment: &Attachment) -> io::Result<()> {
    let mut input = BufReader::new(connection);
    let mut output = connection;
    loop {
        let mut line = Vec::new();
        input.by_ref().take(LINE).read_until(b'\n', &mut line)?;
        let whole = line.ends_with(b"\n");
        let text = line.trim_ascii();
        if !text.is_empty() {
            let answer = match serde_json::from_slice(text) {
                Ok(request) => carry_out(request, attachment),
                Err(error) => Answer::error(error),
            };
            // One write, so that a line is not mixed with others.
            let mut answer = serde_json::to_vec(&answer)?;
            answer.push(b'\n');
            output.write_all(&answer)?;
        }
        if !whole {
            return Ok(());
        }
    }
}

fn carry_out(request: Request, attachment: &Attachment) -> Answer {
    attachment.intervene(|function, bus| {
        match request {
            Request::Release => {
                function.release(bus);
            }
            Request::Faults => {}
            Request::Clear { id } => {
                let count = function.clear_faults(id);
                if let (Some(id), 0) = (id, count) {
                    return Answer::error(format!("there is no fault {id}"));
                }
            }
            Request::Die => {
                function.die();
                // Nothing is cleaned up and nobody is told: that is the point.
                process::exit(DEATH);
            }
            Request::Delay { .. } | Request::Drop { .. } | Request::Fail { .. } => {
                if let Some(fault) = request.fault() {
                    function.arm(fault);
                }
            }
        }
        Answer::of(function)
    })
}
