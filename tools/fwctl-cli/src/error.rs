// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What a command can fail of, and with which exit code.

use std::error::Error as _;
use std::io;

use fwctl::policy::Refusal;
use fwctl::RpcScope;
use nix::errno::Errno;

use crate::exit::Exit;
use crate::scope;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command line is wrong, or asks for help.
    #[error("{}", first_line(.0))]
    Usage(clap::Error),

    /// A step of the library failed.
    #[error(transparent)]
    Library(#[from] fwctl::Error),

    /// A message was not delivered, and it is known what the driver takes.
    #[error("the kernel did not deliver {message} at scope {}", scope::name(*.scope))]
    Undelivered {
        /// Name or number of the message.
        message: String,
        /// Scope at which it was sent.
        scope: RpcScope,
        /// Why the driver would refuse it.
        refusal: Option<Refusal>,
        /// What the kernel said.
        source: io::Error,
    },

    /// A message has no answer, and nobody can tell what became of it.
    #[error("there is no answer to {message}; whether the device acted is not known")]
    Unanswered {
        /// Name or number of the message.
        message: String,
        /// Scope at which it was sent.
        scope: RpcScope,
        /// What the kernel said.
        source: io::Error,
    },

    /// The request could not be read.
    #[error("cannot read the request from {name}")]
    Input {
        /// File name, or what stands for one.
        name: String,
        /// What the kernel said.
        source: io::Error,
    },

    /// The request goes on and on.
    #[error("the request is longer than 2 MiB")]
    TooLong,

    /// There is nothing behind the `@` of a file.
    #[error("the name of a file is missing after @")]
    NoFileName,

    /// A word of the request is not written in hexadecimal.
    #[error("the request is not hexadecimal: {0:?} is not made of pairs of digits")]
    Hex(String),

    /// There is no man page for the command.
    #[error("there is no command {0}")]
    NoCommand(String),

    /// The output could not be written.
    #[error("cannot write the output")]
    Write(#[from] io::Error),
}

impl Error {
    /// The errno behind the error, if the kernel gave one.
    pub(crate) fn errno(&self) -> Option<Errno> {
        let source = self.source()?.downcast_ref::<io::Error>()?;
        source.raw_os_error().map(Errno::from_raw)
    }

    /// One sentence: what was tried, and what the kernel said.
    pub(crate) fn sentence(&self) -> String {
        let Some(source) = self.source() else {
            return self.to_string();
        };
        let said = source.to_string();
        match self.errno() {
            // The name says more than the standard library's "(os error 13)".
            Some(errno) => {
                let text = said.split(" (os error").next().unwrap_or_default();
                format!("{self}: {text} ({errno:?})")
            }
            None => format!("{self}: {said}"),
        }
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(usage) if !usage.use_stderr() => Exit::Done,
            Self::Usage(_) | Self::Hex(_) | Self::NoFileName | Self::TooLong => Exit::Usage,
            Self::NoCommand(_) => Exit::Usage,
            Self::Input { .. } => match self.errno() {
                Some(Errno::ENOENT | Errno::EISDIR | Errno::EACCES) => Exit::Usage,
                _ => Exit::Other,
            },
            Self::Library(error) => self.library(error),
            Self::Undelivered { scope, .. } | Self::Unanswered { scope, .. } => {
                self.unanswered(*scope)
            }
            Self::Write(_) => Exit::Other,
        }
    }

    fn library(&self, error: &fwctl::Error) -> Exit {
        match error {
            fwctl::Error::NoSuchDevice { .. } | fwctl::Error::WrongType { .. } => Exit::NoDevice,
            fwctl::Error::Open { .. } | fwctl::Error::Info { .. } => match self.errno() {
                Some(Errno::EACCES | Errno::EPERM) => Exit::Permission,
                Some(Errno::ENOENT | Errno::EBADF | Errno::ENOTTY) => Exit::NoDevice,
                Some(Errno::ENODEV | Errno::ENXIO | Errno::ENOLINK | Errno::EIO)
                | Some(Errno::ETIMEDOUT | Errno::EREMOTEIO) => Exit::Transport,
                _ => Exit::Other,
            },
            fwctl::Error::Rpc { scope, .. } => self.unanswered(*scope),
            fwctl::Error::NotAskedFor { .. } => Exit::Refused,
            fwctl::Error::Status { .. } => Exit::Firmware,
            fwctl::Error::ShortAnswer { .. } => Exit::Answer,
            _ => Exit::Other,
        }
    }

    /// The exit code for a message sent at `scope`.
    fn unanswered(&self, scope: RpcScope) -> Exit {
        match self.errno() {
            Some(Errno::EPERM | Errno::EACCES) if scope.is_privileged() => Exit::Permission,
            // Drivers of other devices say so where mlx5 says EBADMSG.
            Some(Errno::EPERM | Errno::EACCES) => Exit::Refused,
            Some(Errno::EBADMSG | Errno::EMSGSIZE | Errno::EOPNOTSUPP) => Exit::Refused,
            Some(Errno::EINVAL | Errno::E2BIG) => Exit::Refused,
            Some(Errno::EBUSY | Errno::ENOMEM | Errno::EFAULT | Errno::EINTR) | None => Exit::Other,
            Some(_) => Exit::Transport,
        }
    }
}

/// What is wrong with the command line, without the usage that clap adds.
fn first_line(usage: &clap::Error) -> String {
    let text = usage.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(errno: Errno) -> Error {
        Error::Library(fwctl::Error::Open {
            path: "/dev/fwctl/fwctl0".into(),
            source: errno.into(),
        })
    }

    fn input(errno: Errno) -> Error {
        Error::Input {
            name: "standard input".to_owned(),
            source: errno.into(),
        }
    }

    fn rpc(scope: RpcScope, errno: Errno) -> Error {
        let source = errno.into();
        Error::Library(fwctl::Error::Rpc { scope, source })
    }

    #[test]
    fn each_errno_has_its_exit_code() {
        let low = RpcScope::Configuration;
        let full = RpcScope::DebugWriteFull;
        let rows = [
            (open(Errno::EACCES), Exit::Permission),
            (open(Errno::ENOENT), Exit::NoDevice),
            (open(Errno::ENODEV), Exit::Transport),
            (open(Errno::ENOLINK), Exit::Transport),
            (open(Errno::EMFILE), Exit::Other),
            (input(Errno::ENOENT), Exit::Usage),
            (input(Errno::EISDIR), Exit::Usage),
            (input(Errno::EACCES), Exit::Usage),
            (input(Errno::EIO), Exit::Other),
            (rpc(low, Errno::EBADMSG), Exit::Refused),
            (rpc(low, Errno::EMSGSIZE), Exit::Refused),
            (rpc(low, Errno::EPERM), Exit::Refused),
            (rpc(low, Errno::EINVAL), Exit::Refused),
            (rpc(low, Errno::E2BIG), Exit::Refused),
            (rpc(full, Errno::EPERM), Exit::Permission),
            (rpc(full, Errno::EBADMSG), Exit::Refused),
            (rpc(low, Errno::ENODEV), Exit::Transport),
            (rpc(low, Errno::ETIMEDOUT), Exit::Transport),
            (rpc(low, Errno::ENOMEM), Exit::Other),
        ];
        for (error, expected) in rows {
            assert_eq!(error.exit(), expected, "{}", error.sentence());
        }
    }

    #[test]
    fn a_sentence_names_the_errno() {
        assert_eq!(
            open(Errno::EACCES).sentence(),
            "cannot open /dev/fwctl/fwctl0: Permission denied (EACCES)"
        );
    }
}
