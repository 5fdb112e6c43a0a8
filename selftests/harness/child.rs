// SPDX-License-Identifier: GPL-2.0

//! Parts of a case that run in a process of their own.

use std::{
    fs::File,
    io::{
        Read,
        Write, //
    },
    os::{
        fd::AsFd,
        unix::net::UnixStream, //
    },
    panic::{
        catch_unwind,
        AssertUnwindSafe, //
    },
    process::ExitStatus,
    thread,
    time::Duration, //
};

use crate::{
    errno::{
        Errno,
        ENOTTY, //
    },
    ktap::{
        fail,
        skip,
        Outcome,
        Stop, //
    },
    sys::{
        self,
        fork_process,
        leave,
        Caller,
        Fork,
        Pid,
        SIGKILL, //
    },
    uapi::INFO,
    wait::{
        until,
        Task,
        PROMPT, //
    }, //
};

/// Runs `body` in a new process, which may lose rights or be killed without harm to this one.
pub fn in_child(body: impl FnOnce() -> Outcome) -> Outcome {
    let (mut ours, mut theirs) = UnixStream::pair()?;
    let pid = match fork_process()? {
        Fork::Child => {
            let message = match catch_unwind(AssertUnwindSafe(body)) {
                Ok(Ok(())) => "+".to_string(),
                Ok(Err(Stop::Fail(why))) => format!("-{why}"),
                Ok(Err(Stop::Skip(why))) => format!("~{why}"),
                Err(_) => "-panic in a child process".to_string(),
            };
            let sent = theirs.write_all(message.as_bytes());
            leave(sent.is_err().into())
        }
        Fork::Parent(pid) => pid,
    };
    drop(theirs);
    let mut message = String::new();
    ours.read_to_string(&mut message)?;
    let status = pid.wait()?;
    match message.split_at_checked(1) {
        Some(("+", "")) => Ok(()),
        Some(("-", why)) => fail(why),
        Some(("~", why)) => skip(why),
        _ => fail(format!("child process: {status}")),
    }
}

/// Runs `body` in a new process and kills that after `time`, whether it is done or not. Gives the
/// wait for its death, which may be long if it is stuck in the kernel.
pub fn killed_after(
    time: Duration,
    body: impl FnOnce(),
) -> Result<Task<Result<ExitStatus, Errno>>, Stop> {
    let pid = begin(body)?;
    thread::sleep(time);
    kill(pid)
}

/// The same, as soon as the process has come so far that `ready`.
pub fn killed_when(
    ready: impl Fn() -> Result<bool, Stop>,
    body: impl FnOnce(),
) -> Result<Task<Result<ExitStatus, Errno>>, Stop> {
    let pid = begin(body)?;
    let come = until("the process that is to be killed", PROMPT, || {
        ready().map_or_else(|stop| Some(Err(stop)), |ready| ready.then_some(Ok(())))
    });
    let death = kill(pid)?;
    come??;
    Ok(death)
}

/// A new process that runs `body`, and then waits to be killed.
fn begin(body: impl FnOnce()) -> Result<Pid, Errno> {
    match fork_process()? {
        Fork::Child => {
            let _ = catch_unwind(AssertUnwindSafe(body));
            thread::sleep(Duration::MAX);
            leave(0)
        }
        Fork::Parent(pid) => Ok(pid),
    }
}

fn kill(pid: Pid) -> Result<Task<Result<ExitStatus, Errno>>, Stop> {
    pid.kill(SIGKILL)?;
    Ok(Task::start("the killed process", move || pid.wait()))
}

/// Ends a case that needs to call as `caller` where that cannot be done.
///
/// A kernel without 32-bit programs kills who tries.
pub fn able_to_call_as(caller: Caller) -> Outcome {
    if caller == Caller::Native {
        return Ok(());
    }
    let null = File::open("/dev/null")?;
    let tried = in_child(|| match sys::call(caller, null.as_fd(), INFO, 0) {
        Err(ENOTTY) => Ok(()),
        other => fail(format!("{other:?}")),
    });
    match tried {
        Ok(()) => Ok(()),
        Err(_) => skip("this kernel runs no 32-bit programs"),
    }
}
