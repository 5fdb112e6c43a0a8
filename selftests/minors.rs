// SPDX-License-Identifier: GPL-2.0

//! There may be 4096 devices, and the log tells whoever wants more.

use std::process::ExitCode;

use harness::{
    contrary::Contrary,
    errno::{
        ENOMEM,
        ENOSPC, //
    },
    expect::{
        holds,
        same, //
    },
    kernel_log::{
        names,
        KernelLog, //
    },
    ktap::{
        program,
        skip,
        Outcome,
        Suite, //
    },
    mock::{
        self,
        count, //
    },
    module::{
        self,
        Leaves,
        MockComesBack, //
    },
    node::Node, //
};

/// That many devices have a number.
const MINORS: usize = 4096;

fn all_work() -> Outcome {
    let nodes = Node::all();
    same("number of devices", nodes.len(), MINORS)?;
    for node in nodes {
        same("count", count(&node.open()?)?, 1)?;
    }
    Ok(())
}

/// Another driver, as good as the first.
fn one_more() -> Outcome {
    let mut log = KernelLog::from_now()?;
    let loaded = Contrary::load("")?;
    let lines = log.lines();
    same("loading", loaded.map(drop), Err(ENOMEM))?;
    holds(
        lines.iter().any(|line| names(line, ENOSPC)),
        format!("nothing in the log:\n{}", lines.join("\n")),
    )
}

fn all_leave() -> Outcome {
    module::unload(mock::MODULE)?;
    same("number of devices", Node::all().len(), 0)
}

fn main() -> ExitCode {
    program(|| {
        Node::mock()?;
        module::may_leave(mock::MODULE)?;
        if Node::all().len() > 1 {
            return skip("there are other devices");
        }
        let _restore = MockComesBack;
        module::unload(mock::MODULE)?;
        module::load_with(mock::MODULE, &format!("devices={MINORS}"))??;
        let _unload = Leaves(mock::MODULE);

        let mut suite = Suite::default();
        suite.case(format!("{MINORS} devices work at once"), all_work);
        suite.case("one more is refused, and the log says why", one_more);
        suite.case("all of them leave", all_leave);
        suite.run()
    })
}
