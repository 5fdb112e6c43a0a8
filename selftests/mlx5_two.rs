// SPDX-License-Identifier: GPL-2.0

//! What happens to one ConnectX does not touch another.

use std::{
    fs,
    path::{
        Path,
        PathBuf, //
    },
    process::ExitCode,
    sync::Arc,
    thread,
    time::Duration, //
};

use harness::{
    connectx::{
        auxiliary,
        find,
        function,
        node_of, //
    },
    emulator::nop,
    errno::{
        ENODEV,
        ENOENT,
        ENXIO, //
    },
    expect::{
        holds,
        same, //
    },
    ktap::{
        program,
        skip,
        Outcome,
        Suite, //
    },
    load::{
        during,
        Tally, //
    },
    node::Node,
    random::Random, //
};

const USERS: u64 = 4;

/// Uses those devices that are there. Those calls that fail are with the device that leaves.
fn usage(random: &mut Random, tally: &Tally, functions: &[PathBuf]) {
    for node in functions.iter().filter_map(|function| find(function)) {
        let Some(device) = tally.note("open", node.open()) else {
            continue;
        };
        for _ in 0..1 + random.below(3) {
            if let Some(status) = tally.note("NOP", nop(&device)) {
                tally.judge(same("status of a NOP", status, 0));
            }
        }
    }
}

/// One leaves and comes, while an open file of the other must go on working.
fn one_leaves(leaving: &Path, staying: &Node, leave_and_come: fn(&Path) -> Outcome) -> Outcome {
    let tally = Arc::new(Tally::default());
    let device = staying.open()?;
    let numbers = staying.numbers()?;
    let mut times = 0;
    let functions = [leaving.to_owned(), function(staying)?];
    let usage = move |random: &mut Random, tally: &Tally| usage(random, tally, &functions);
    let ended = during(USERS, &tally, usage, |random| {
        thread::sleep(Duration::from_millis(random.below(100) as u64));
        leave_and_come(leaving)?;
        times += 1;
        same("a NOP of the other device", nop(&device), Ok(0))?;
        node_of(leaving).map(drop)
    });
    println!("# left and came: {times}");
    tally.only(&[ENOENT, ENXIO, ENODEV])?;
    ended?;
    holds(tally.done("NOP") > 0, "no NOP succeeded")?;
    same("the other's number", staying.numbers()?, numbers)
}

fn rebind(function: &Path) -> Outcome {
    let (name, driver) = auxiliary(function)?;
    fs::write(driver.join("unbind"), &name)?;
    Ok(fs::write(driver.join("bind"), &name)?)
}

fn replug(function: &Path) -> Outcome {
    fs::write(function.join("remove"), "1")?;
    Ok(fs::write("/sys/bus/pci/rescan", "1")?)
}

/// Each device has a firmware of its own, with contexts of its own.
fn apart(nodes: &[Node]) -> Outcome {
    let mut functions = Vec::new();
    for node in nodes {
        same("status of a NOP", nop(&node.open()?), Ok(0))?;
        functions.push(function(node)?);
    }
    functions.dedup();
    same("number of functions", functions.len(), nodes.len())
}

fn main() -> ExitCode {
    program(|| {
        let nodes = Node::connectxs()?;
        let [first, .., last] = &nodes[..] else {
            return skip("there is one ConnectX at most");
        };
        let (one, other) = (function(first)?, function(last)?);
        let mut suite = Suite::default();
        suite.case("two devices work side by side", || apart(&nodes));
        suite.case("one is unbound and bound while both are used", || {
            one_leaves(&one, last, rebind)
        });
        suite.case("one is removed and found while both are used", || {
            one_leaves(&other, &node_of(&one)?, replug)
        });
        suite.run()
    })
}
