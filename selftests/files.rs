// SPDX-License-Identifier: GPL-2.0

//! A device may have as many open files as anybody would want, and closes them all at once.

use std::process::ExitCode;

use harness::{
    errno::Errno,
    expect::{
        holds,
        same, //
    },
    ktap::{
        program,
        Outcome,
        Suite, //
    },
    mock::{
        self,
        count, //
    },
    module::{
        self,
        MockComesBack, //
    },
    node::Node,
    sys::{
        allow_open_files,
        fork_process,
        leave,
        Fork, //
    }, //
};

const FILES: u64 = 10_000;

/// Opens many files, calls each, and ends the process with all of them open.
fn open_many(node: &Node) -> Result<(), Errno> {
    allow_open_files(FILES + 100)?;
    let mut files = Vec::new();
    for _ in 0..FILES {
        files.push(node.open()?);
    }
    for file in &files {
        file.info(8)?;
    }
    leave(0)
}

fn many_files() -> Outcome {
    let _restore = MockComesBack;
    let node = Node::mock()?;
    let pid = match fork_process()? {
        Fork::Child => {
            let errno = open_many(&node).err();
            leave(errno.map_or(0, |errno| errno.0));
        }
        Fork::Parent(pid) => pid,
    };
    let status = pid.wait()?;
    holds(
        status.success(),
        format!("the process with the files: {status}"),
    )?;
    same("count of a new file", count(&node.open()?)?, 1)?;
    // What is closed at the end of a process is closed before it is waited for.
    same("unloading", module::unload(mock::MODULE), Ok(()))?;
    module::may_leave(module::CORE)?;
    if !Node::all().is_empty() {
        return Ok(());
    }
    same("unloading the core", module::unload(module::CORE), Ok(()))
}

fn main() -> ExitCode {
    program(|| {
        Node::mock()?;
        module::may_leave(mock::MODULE)?;
        let mut suite = Suite::default();
        suite.case(
            format!("{FILES} files of a device are open, each works, and all are closed at once"),
            many_files,
        );
        suite.run()
    })
}
