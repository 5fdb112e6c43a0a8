// SPDX-License-Identifier: GPL-2.0

//! Calls from several threads at a time.

use std::{
    sync::{
        atomic::{
            AtomicBool,
            Ordering::Relaxed, //
        },
        Barrier,
    },
    thread,
    time::{
        Duration,
        Instant, //
    }, //
};

use harness::{
    device::Device,
    ktap::Stop,
    node::Node,
    uapi::{
        scope,
        Rpc,
        RPC, //
    }, //
};

use crate::{
    calls::{
        present,
        Argument, //
    },
    report, //
};

/// Length of requests and responses.
const LEN: usize = 64;
/// How long threads call.
const TIME: Duration = Duration::from_millis(400);

/// Calls until `over`, and says how often.
fn call(device: &Device, begin: &Barrier, over: &AtomicBool) -> Result<u64, Stop> {
    let prepared = present(device, LEN).and_then(|memory| {
        let (len, at) = (LEN as u32, memory.at(0));
        let rpc = Rpc::new(scope::CONFIGURATION, len, at, len, at);
        Ok((Argument::new(device, &rpc.encode())?, memory))
    });
    begin.wait();
    let (rpc, _memory) = prepared?;
    let mut calls = 0;
    while !over.load(Relaxed) {
        device.ioctl(RPC, rpc.at())?;
        calls += 1;
    }
    Ok(calls)
}

/// Calls a second by `threads` threads, on one file or on one each.
fn rate(node: &Node, threads: usize, files: usize) -> Result<u64, Stop> {
    let mut devices = Vec::new();
    for _ in 0..files {
        devices.push(node.open()?);
    }
    let begin = &Barrier::new(threads + 1);
    let over = &AtomicBool::new(false);
    thread::scope(|scope| {
        let callers: Vec<_> = devices
            .iter()
            .cycle()
            .take(threads)
            .map(|device| scope.spawn(move || call(device, begin, over)))
            .collect();
        begin.wait();
        let start = Instant::now();
        thread::sleep(TIME);
        over.store(true, Relaxed);
        let mut calls = 0;
        for caller in callers {
            calls += caller.join().expect("a thread does not panic")?;
        }
        Ok((calls as f64 / start.elapsed().as_secs_f64()) as u64)
    })
}

/// Measures all.
pub fn run() -> Result<(), Stop> {
    let Some(node) = Node::all().into_iter().next() else {
        return Err(Stop::Skip("no fwctl device".into()));
    };
    for (name, threads, files) in [
        ("1-thread", 1, 1),
        ("2-threads-1-file", 2, 1),
        ("2-threads-2-files", 2, 2),
        ("4-threads-1-file", 4, 1),
        ("4-threads-4-files", 4, 4),
    ] {
        report(name, LEN, rate(&node, threads, files)?);
    }
    Ok(())
}
