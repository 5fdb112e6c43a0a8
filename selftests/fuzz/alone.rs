// SPDX-License-Identifier: GPL-2.0

//! One call after the other: all is known beforehand.

use harness::{
    errno::{
        Errno,
        E2BIG,
        EBADMSG,
        EFAULT,
        EINVAL,
        EMSGSIZE,
        ENOTTY,
        EOPNOTSUPP, //
    },
    expect::{
        holds,
        same, //
    },
    ktap::Outcome,
    mock,
    sys, //
};

use crate::{
    caller::Caller,
    firmware::Firmware,
    random::Random,
    Run, //
};

/// How calls end, beside the errnos that a firmware is asked for.
const ENDS: [Result<(), Errno>; 8] = [
    Ok(()),
    Err(E2BIG),
    Err(EBADMSG),
    Err(EFAULT),
    Err(EINVAL),
    Err(EMSGSIZE),
    Err(ENOTTY),
    Err(EOPNOTSUPP),
];

/// So many calls end in each of these ways, or the program is no good.
const ENOUGH: usize = 500;

/// Makes the calls as `caller`.
pub fn run(run: &Run<'_>, caller: sys::Caller) -> Outcome {
    let device = run.node.open()?.called_as(caller);
    let mut kernel = run.kernel(&device)?;
    kernel.one_caller = true;
    let mut caller = Caller::new(&kernel, caller, Random::new(run.seed))?;
    let mut counts = [0; ENDS.len()];
    for _ in 0..run.calls {
        let verdict = caller.call(|number, argument| device.ioctl(number, argument))?;
        if let Some(end) = ENDS.iter().position(|end| *end == verdict) {
            counts[end] += 1;
        }
    }

    let ends = ENDS.iter().zip(counts);
    let ends: Vec<_> = ends
        .map(|(end, count)| format!("{end:?} {count}"))
        .collect();
    println!("# {}", ends.join(", "));
    let all = counts.iter().all(|&count| count > 0);
    holds(all || run.calls < ENOUGH, "no call ended in some way")?;
    if run.firmware == Firmware::Mock {
        same("requests", mock::count(&device)?, caller.sent() + 1)?;
    }
    Ok(())
}
