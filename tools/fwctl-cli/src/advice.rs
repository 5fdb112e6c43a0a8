// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What to try after a failure.

use fwctl::mlx5::Status;
use fwctl::policy::{Bounds, Refusal};
use fwctl::RpcScope;
use nix::errno::Errno;

use crate::error::Error;
use crate::scope;

/// What to try, if there is something to say beyond the error itself.
pub(crate) fn advice(error: &Error) -> Option<String> {
    match error {
        Error::Library(library) => of_library(error, library),
        Error::Undelivered {
            refusal: Some(refusal),
            ..
        } => Some(of_refusal(*refusal)),
        Error::Undelivered { scope, .. } | Error::Unanswered { scope, .. } => {
            of_errno(error.errno()?, *scope)
        }
        Error::Hex(_) => Some(
            "Write the request as pairs of hexadecimal digits, or give it in a file: @FILE.".into(),
        ),
        _ => None,
    }
}

fn of_library(error: &Error, library: &fwctl::Error) -> Option<String> {
    let text = match library {
        fwctl::Error::NoSuchDevice { .. } => {
            "`fwctl list` shows the devices that there are.".to_owned()
        }
        fwctl::Error::Open { .. } => match error.errno()? {
            Errno::EACCES | Errno::EPERM => {
                "Run it as root, or as a member of the group that the device's node belongs to."
            }
            Errno::ENODEV | Errno::ENXIO => {
                "The driver has left the device; try again when it is back."
            }
            Errno::EBUSY => IN_USE,
            Errno::ENOLINK | Errno::EIO | Errno::ETIMEDOUT => {
                "The device does not answer its driver; the kernel's log may say why."
            }
            _ => return None,
        }
        .to_owned(),
        fwctl::Error::Info { .. } if error.errno() == Some(Errno::ENOTTY) => {
            "This is not a fwctl device; `fwctl list` shows them.".to_owned()
        }
        fwctl::Error::Info { .. } if error.errno() == Some(Errno::ENODEV) => {
            "The driver has left the device; try again when it is back.".to_owned()
        }
        fwctl::Error::Rpc { scope, .. } => return of_errno(error.errno()?, *scope),
        fwctl::Error::NotAskedFor { scope, .. } => format!(
            "After it the device may not be in a supported state; if that is meant, say --scope {}.",
            scope::name(*scope)
        ),
        fwctl::Error::Status { verdict, .. } => return of_status(verdict.status),
        _ => return None,
    };
    Some(text)
}

const IN_USE: &str = "As much of the device is in use as may be: compare `usage` with `limits` below /sys/class/fwctl, and try again later, or raise a limit.";

fn of_errno(errno: Errno, scope: RpcScope) -> Option<String> {
    let text = match errno {
        Errno::EPERM if scope.is_privileged() => {
            "This scope needs CAP_SYS_RAWIO and is refused under kernel lockdown; run it as root, or at a lower scope. It may also be the driver that refuses this message."
        }
        Errno::EBADMSG => {
            "The driver does not let this message through, or not at this scope; see --scope."
        }
        Errno::EPERM => {
            "The driver does not let this message through at this scope. The device may be in strict mode, as `strict` below /sys/class/fwctl tells; see --scope."
        }
        Errno::EBUSY => IN_USE,
        Errno::EMSGSIZE => "The request or --out-len is too short for the device, or over 2 MiB.",
        Errno::EOPNOTSUPP => "The kernel does not know this scope.",
        Errno::ENODEV => "The driver has left the device; try again when it is back.",
        Errno::ETIMEDOUT | Errno::EIO | Errno::ENOLINK | Errno::ENXIO => {
            "The device did not answer its driver; the kernel's log may say why."
        }
        _ => return None,
    };
    Some(text.to_owned())
}

fn of_refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::UnknownCommand => {
            "The driver has no rule for this message; it may be sent at no scope.".to_owned()
        }
        Refusal::ScopeTooLow(needed) => {
            format!(
                "It needs --scope {}{}.",
                scope::name(needed),
                or_higher(needed)
            )
        }
        Refusal::RequestLength(bounds) => {
            format!("The driver takes requests of {}.", lengths(bounds))
        }
        Refusal::ResponseLength(bounds) => format!("It needs --out-len {}.", lengths(bounds)),
    }
}

fn or_higher(scope: RpcScope) -> &'static str {
    if scope == RpcScope::DebugWriteFull {
        ""
    } else {
        " or a higher one"
    }
}

fn lengths(bounds: Bounds) -> String {
    match bounds {
        Bounds { least, most } if least == most => format!("{least} bytes"),
        Bounds {
            least,
            most: usize::MAX,
        } => format!("{least} bytes or more"),
        Bounds { least, most } => format!("{least} to {most} bytes"),
    }
}

fn of_status(status: Status) -> Option<String> {
    let text = match status.0 {
        0x02 => "The firmware does not have this command, or not for this user context.",
        0x03 => {
            "The firmware does not take a field of the request, or the register does not exist."
        }
        0x05 | 0x0a => "The object or index in the request does not exist.",
        0x06 | 0x07 | 0x0f => "Try again later.",
        0x50 => "The request is too short or too long for this command.",
        0x51 => "The answer needs another --out-len.",
        _ => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_would_be_let_through() {
        let at_least = |least| Bounds {
            least,
            most: usize::MAX,
        };
        let rows = [
            (
                Refusal::ScopeTooLow(RpcScope::DebugReadOnly),
                "It needs --scope debug-read-only or a higher one.",
            ),
            (
                Refusal::ScopeTooLow(RpcScope::DebugWriteFull),
                "It needs --scope debug-write-full.",
            ),
            (
                Refusal::RequestLength(at_least(16)),
                "The driver takes requests of 16 bytes or more.",
            ),
            (
                Refusal::RequestLength(Bounds { least: 8, most: 8 }),
                "The driver takes requests of 8 bytes.",
            ),
            (
                Refusal::ResponseLength(Bounds { least: 8, most: 16 }),
                "It needs --out-len 8 to 16 bytes.",
            ),
        ];
        for (refusal, expected) in rows {
            assert_eq!(of_refusal(refusal), expected);
        }
    }

    #[test]
    fn what_an_administrator_set_is_named() {
        for (errno, scope, expected) in [
            (Errno::EBUSY, RpcScope::Configuration, "limits"),
            (Errno::EPERM, RpcScope::DebugReadOnly, "strict mode"),
            (Errno::EPERM, RpcScope::DebugWriteFull, "CAP_SYS_RAWIO"),
        ] {
            let advice = of_errno(errno, scope).unwrap_or_default();
            assert!(advice.contains(expected), "{advice}");
        }
    }
}
