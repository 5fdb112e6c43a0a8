// SPDX-License-Identifier: GPL-2.0

//! In strict mode a scope does what its name says; otherwise what Linux has it do, which is counted.

use std::process::ExitCode;

use harness::{
    attribute::Attribute,
    connectx,
    errno::{
        Errno,
        EBADMSG,
        EINVAL,
        EPERM, //
    },
    expect::{
        holds,
        refused,
        same, //
    },
    kernel_log::KernelLog,
    ktap::{
        fail,
        program,
        skip,
        Outcome,
        Stop,
        Suite, //
    },
    mock,
    module,
    node::Node,
    uapi::{
        device_type,
        scope, //
    },
    wait::{
        until,
        PROMPT, //
    }, //
};

/// A register with nothing behind it that could change.
const MGIR: u16 = 0x9020;
const MGIR_LEN: usize = 160;

/// A request, a scope, and what becomes of it.
struct Row {
    name: &'static str,
    scope: u32,
    message: fn() -> Vec<u8>,
    room: u32,
    /// As on Linux.
    lenient: Result<(), Errno>,
    strict: Result<(), Errno>,
}

const fn on_mock(
    name: &'static str,
    scope: u32,
    message: fn() -> Vec<u8>,
    lenient: Result<(), Errno>,
    strict: Result<(), Errno>,
) -> Row {
    Row {
        name,
        scope,
        message,
        room: mock::HEAD,
        lenient,
        strict,
    }
}

const MOCK: &[Row] = &[
    on_mock(
        "reading at CONFIGURATION",
        scope::CONFIGURATION,
        || mock::request(mock::ECHO, 0, &[]),
        Ok(()),
        Ok(()),
    ),
    on_mock(
        "reading at DEBUG_READ_ONLY",
        scope::DEBUG_READ_ONLY,
        || mock::request(mock::BY_SCOPE[1], 0, &[]),
        Ok(()),
        Ok(()),
    ),
    on_mock(
        "configuring at CONFIGURATION",
        scope::CONFIGURATION,
        || mock::request(mock::BY_SCOPE[0], 0, &[]),
        Ok(()),
        Ok(()),
    ),
    on_mock(
        "configuring at DEBUG_READ_ONLY",
        scope::DEBUG_READ_ONLY,
        || mock::request(mock::BY_SCOPE[0], 0, &[]),
        Ok(()),
        Err(EPERM),
    ),
    on_mock(
        "configuring at DEBUG_WRITE",
        scope::DEBUG_WRITE,
        || mock::request(mock::BY_SCOPE[0], 0, &[]),
        Ok(()),
        Ok(()),
    ),
    on_mock(
        "a command that needs a higher scope",
        scope::CONFIGURATION,
        || mock::request(mock::BY_SCOPE[1], 0, &[]),
        Err(EBADMSG),
        Err(EPERM),
    ),
    on_mock(
        "an unknown command",
        scope::CONFIGURATION,
        || mock::request(0x7777, 0, &[]),
        Err(EBADMSG),
        Err(EBADMSG),
    ),
];

const fn on_connectx(
    name: &'static str,
    scope: u32,
    message: fn() -> Vec<u8>,
    lenient: Result<(), Errno>,
    strict: Result<(), Errno>,
) -> Row {
    Row {
        name,
        scope,
        message,
        room: connectx::HEAD + MGIR_LEN as u32,
        lenient,
        strict,
    }
}

fn register_access(op_mod: u16) -> Vec<u8> {
    let fields = connectx::register(MGIR, MGIR_LEN);
    connectx::command(connectx::ACCESS_REG, op_mod, &fields)
}

fn write_register() -> Vec<u8> {
    register_access(0)
}

fn read_register() -> Vec<u8> {
    register_access(1)
}

const CONNECTX: &[Row] = &[
    on_connectx(
        "reading a register at DEBUG_READ_ONLY",
        scope::DEBUG_READ_ONLY,
        read_register,
        Ok(()),
        Ok(()),
    ),
    on_connectx(
        "reading a register at CONFIGURATION",
        scope::CONFIGURATION,
        read_register,
        Err(EBADMSG),
        Err(EPERM),
    ),
    on_connectx(
        "writing a register at CONFIGURATION",
        scope::CONFIGURATION,
        write_register,
        Ok(()),
        Err(EPERM),
    ),
    on_connectx(
        "writing a register at DEBUG_READ_ONLY",
        scope::DEBUG_READ_ONLY,
        write_register,
        Ok(()),
        Err(EPERM),
    ),
    on_connectx(
        "writing a register at DEBUG_WRITE",
        scope::DEBUG_WRITE,
        write_register,
        Ok(()),
        Ok(()),
    ),
];

fn send(node: &Node, row: &Row) -> Result<Result<(), Errno>, Stop> {
    let device = node.open()?;
    let verdict = device.rpc(row.scope, &(row.message)(), row.room);
    Ok(verdict.map(drop))
}

fn lenient(node: &Node, row: &Row) -> Outcome {
    same("verdict", send(node, row)?, row.lenient)
}

fn strict(node: &Node, row: &Row) -> Outcome {
    let _on = Attribute::of(node, "strict")?.set(1)?;
    same("verdict", send(node, row)?, row.strict)
}

/// What strict mode alone refuses is counted in either mode, and nothing that both do alike.
fn counted(node: &Node, row: &Row) -> Outcome {
    let refusals = Attribute::of(node, "strict_refusals")?;
    let before = refusals.get()?;
    send(node, row)?.ok();
    let differs = row.lenient.is_ok() && row.strict.is_err();
    same(
        "count when off",
        refusals.get()?,
        before + u64::from(differs),
    )?;

    let before = refusals.get()?;
    let _on = Attribute::of(node, "strict")?.set(1)?;
    send(node, row)?.ok();
    let refused = row.strict == Err(EPERM);
    same(
        "count when on",
        refusals.get()?,
        before + u64::from(refused),
    )
}

fn off(node: &Node) -> Outcome {
    same("strict", Attribute::of(node, "strict")?.get()?, 0)
}

fn yes_or_no(node: &Node) -> Outcome {
    let attribute = Attribute::of(node, "strict")?;
    for text in ["2", "on"] {
        refused(attribute.write(text), EINVAL)?;
    }
    same("strict", attribute.get()?, 0)
}

/// The next request counts, not the next open.
fn at_once(node: &Node) -> Outcome {
    let Some(row) = rows(node)?.iter().find(|row| row.lenient != row.strict) else {
        return skip("no request that the modes treat differently");
    };
    let device = node.open()?;
    let _on = Attribute::of(node, "strict")?.set(1)?;
    let verdict = device.rpc(row.scope, &(row.message)(), row.room);
    refused(verdict, EPERM)
}

/// Lines of the log since `log` began that tell of strict mode, each with all names in it.
fn lines(node: &Node, log: &mut KernelLog) -> Result<usize, Stop> {
    let mut count = 0;
    for line in log.lines() {
        if !line.contains("strict mode") {
            continue;
        }
        let named = line.contains(&node.name) && line.contains("strict(");
        holds(named, format!("`{line}` names not all"))?;
        count += 1;
    }
    Ok(count)
}

/// A few lines, although there are many refusals; some, as soon as the device's limit allows.
fn refusals_logged(node: &Node) -> Outcome {
    const MANY: usize = 100;
    let Some(row) = rows(node)?.iter().find(|row| row.strict == Err(EPERM)) else {
        return skip("no request that is refused");
    };
    let _on = Attribute::of(node, "strict")?.set(1)?;
    let mut log = KernelLog::from_now()?;
    let mut count = 0;
    until("a line", 2 * PROMPT, || {
        send(node, row).ok()?.err()?;
        count += lines(node, &mut log).ok()?;
        (count > 0).then_some(())
    })?;
    for _ in 0..MANY {
        refused(send(node, row)?, EPERM)?;
    }
    count += lines(node, &mut log)?;
    holds(count < MANY, format!("{count} lines"))
}

/// Who would be refused is in the log, once a device.
fn tolerance_logged(node: &Node) -> Outcome {
    if node.open()?.device_type()? != device_type::MOCK {
        return skip("needs a device on which nothing has been sent");
    }
    let Some(row) = rows(node)?.iter().find(|row| row.lenient != row.strict) else {
        return fail("no row differs");
    };
    module::unload(mock::MODULE)?;
    module::load(mock::MODULE)?;
    let node = &Node::mock()?;
    let mut log = KernelLog::from_now()?;
    for _ in 0..3 {
        same("verdict", send(node, row)?, row.lenient)?;
    }
    same("lines", lines(node, &mut log)?, 1)
}

fn rows(node: &Node) -> Result<&'static [Row], Stop> {
    Ok(match node.open()?.device_type()? {
        device_type::MOCK => MOCK,
        device_type::MLX5 => CONNECTX,
        other => return skip(format!("type {other}")),
    })
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::any()?;
        let mut suite = Suite::default();
        suite.case("strict mode is off unless set", move || off(node));
        suite.case("strict mode is 0 or 1", move || yes_or_no(node));
        for row in rows(node)? {
            let name = row.name;
            suite.case(format!("{name}: as on Linux"), move || lenient(node, row));
            suite.case(format!("{name}: in strict mode"), move || strict(node, row));
            suite.case(format!("{name}: is counted if it matters"), move || {
                counted(node, row)
            });
        }
        suite.case("strict mode begins with the next request", move || {
            at_once(node)
        });
        suite.case("refusals are logged, and fill no log", move || {
            refusals_logged(node)
        });
        suite.case("the first that would be refused is logged", move || {
            tolerance_logged(node)
        });
        suite.run()
    })
}
