// SPDX-License-Identifier: GPL-2.0

//! Runs test programs, one after the other, as the tests of one KTAP document.
//!
//! `run [SECONDS] PROGRAM…`: the programs are looked for beside this one. One that takes longer
//! than SECONDS is killed; one that cannot even be killed is left behind, with a word on where in
//! the kernel it is.

use std::{
    env,
    fs,
    io::{
        self,
        BufRead,
        BufReader, //
    },
    path::Path,
    process::{
        Child,
        Command,
        ExitCode,
        ExitStatus,
        Stdio, //
    },
    thread::{
        self,
        JoinHandle, //
    },
    time::{
        Duration,
        Instant, //
    }, //
};

/// Exit statuses of a program that made a whole report.
const PASSED: i32 = 0;
const FAILED: i32 = 1;
const SKIPPED: i32 = 4;

/// Time for a program unless said otherwise.
const LIMIT: Duration = Duration::from_secs(120);
/// Time for a killed program to be gone, and for its output to end.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Waits for the end of `child`, for `limit` at most.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(10));
    }
    child.try_wait()
}

/// Waits for the last of the output, which a process that was left behind may hold open.
fn wait_for_output(printer: &JoinHandle<()>) {
    let start = Instant::now();
    while !printer.is_finished() && start.elapsed() < LAST_WORDS {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Says where in the kernel each thread of a process is.
fn print_stacks(pid: u32) {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return;
    };
    for task in tasks.flatten() {
        let stack = fs::read_to_string(task.path().join("stack")).unwrap_or_default();
        println!("# thread {} in", task.file_name().to_string_lossy());
        for line in stack.lines() {
            println!("#   {line}");
        }
    }
}

/// Runs one program, with its report two columns to the right. Gives what went wrong, or nothing if
/// its report says that.
fn run(program: &Path, limit: Duration) -> Result<(), String> {
    let mut child = Command::new(program)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot be started: {error}"))?;
    let output = child.stdout.take();
    let printer = thread::spawn(move || {
        let lines = output.into_iter().flat_map(|o| BufReader::new(o).lines());
        for line in lines.map_while(Result::ok) {
            println!("  {line}");
        }
    });
    let ended = wait(&mut child, limit).map_err(|error| error.to_string())?;
    let Some(status) = ended else {
        print_stacks(child.id());
        let _ = child.kill();
        return match wait(&mut child, LAST_WORDS) {
            Ok(Some(_)) => {
                wait_for_output(&printer);
                Err(format!("not done after {limit:?}, and killed"))
            }
            _ => Err(format!("not done after {limit:?}, and cannot be killed")),
        };
    };
    wait_for_output(&printer);
    match status.code() {
        Some(PASSED | SKIPPED) => Ok(()),
        Some(FAILED) => Err(String::new()),
        _ => Err(status.to_string()),
    }
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let mut limit = LIMIT;
    if let Some(Ok(seconds)) = arguments.first().map(|argument| argument.parse()) {
        limit = Duration::from_secs(seconds);
        arguments.remove(0);
    }
    let this = env::current_exe().unwrap_or_default();
    let directory = this.parent().unwrap_or(Path::new("."));

    let mut whole = true;
    println!("KTAP version 1");
    println!("1..{}", arguments.len());
    for (number, name) in (1..).zip(&arguments) {
        match run(&directory.join(name), limit) {
            Ok(()) => println!("ok {number} {name}"),
            Err(why) => {
                whole = false;
                if !why.is_empty() {
                    println!("# {why}");
                }
                println!("not ok {number} {name}");
            }
        }
    }
    if whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
