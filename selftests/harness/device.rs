// SPDX-License-Identifier: GPL-2.0

//! An open device, and its two ioctls.

use std::{
    fs::File,
    io,
    os::{
        fd::{
            AsFd,
            BorrowedFd, //
        },
        unix::net::UnixStream, //
    }, //
};

use crate::{
    connectx,
    errno::Errno,
    mock,
    sys::{
        self,
        Caller,
        Pages, //
    },
    uapi::{
        device_type,
        scope,
        Info,
        Rpc,
        INFO,
        RPC, //
    }, //
};

/// An open device.
#[derive(Debug)]
pub struct Device {
    file: File,
    caller: Caller,
}

/// What FWCTL_INFO said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Type of the device.
    pub device_type: u32,
    /// Length of the driver's data, as reported.
    pub data_len: u32,
    /// The whole memory for the driver's data.
    pub data: Vec<u8>,
}

/// What FWCTL_RPC said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Length of the response, as reported.
    pub len: u32,
    /// The whole memory for the response.
    pub memory: Vec<u8>,
}

/// A request that any device of its type answers without harm.
#[derive(Clone, Debug)]
pub struct Request {
    /// Lowest scope that carries it.
    pub scope: u32,
    /// The message.
    pub message: Vec<u8>,
    /// Length of the response.
    pub room: u32,
}

/// What the memory for an answer holds before the call.
pub const UNTOUCHED: u8 = 0xa5;

impl AsFd for Device {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Device {
    /// Takes over an open file.
    pub fn new(file: File) -> Self {
        Self {
            file,
            caller: Caller::Native,
        }
    }

    /// Calls as `caller` from now on.
    pub fn called_as(mut self, caller: Caller) -> Self {
        self.caller = caller;
        self
    }

    /// dup(2).
    pub fn duplicate(&self) -> io::Result<Self> {
        Ok(Self {
            file: self.file.try_clone()?,
            caller: self.caller,
        })
    }

    /// Sends the open file to whoever has the other end of the socket.
    pub fn send(&self, socket: &UnixStream) -> Result<(), Errno> {
        sys::send_file(socket.as_fd(), self.file.as_fd())
    }

    /// An open file that was sent.
    pub fn receive(socket: &UnixStream) -> Result<Self, Errno> {
        sys::receive_file(socket.as_fd()).map(Self::new)
    }

    /// Memory that the caller can point to.
    pub fn pages(&self, len: usize) -> Result<Pages, Errno> {
        Pages::new(self.caller, len)
    }

    /// ioctl(2) with the address of its argument.
    pub fn ioctl(&self, number: u32, argument: u64) -> Result<(), Errno> {
        sys::call(self.caller, self.file.as_fd(), number, argument)
    }

    /// ioctl(2) with `argument` in memory that ends where the argument ends.
    ///
    /// Gives the argument as it is after the call.
    pub fn ioctl_with(&self, number: u32, argument: &[u8]) -> Result<Vec<u8>, Errno> {
        let pages = self.pages(argument.len())?;
        let at = pages.len() - argument.len();
        pages.write(at, argument);
        self.ioctl(number, pages.at(at))?;
        Ok(pages.read(at, argument.len()))
    }

    /// FWCTL_INFO with memory for `room` bytes of the driver's data.
    pub fn info(&self, room: u32) -> Result<Description, Errno> {
        let pages = self.pages(room as usize)?;
        pages.fill(UNTOUCHED);
        let at = pages.len() - room as usize;
        let answer = self.ioctl_with(INFO, &Info::new(room, pages.at(at)).encode())?;
        let (device_type, data_len) = Info::answer(&answer);
        Ok(Description {
            device_type,
            data_len,
            data: pages.read(at, room as usize),
        })
    }

    /// FWCTL_RPC with memory for `room` bytes of the response.
    pub fn rpc(&self, scope: u32, message: &[u8], room: u32) -> Result<Response, Errno> {
        let request = self.pages(message.len())?;
        let request_at = request.len() - message.len();
        request.write(request_at, message);
        let response = self.pages(room as usize)?;
        response.fill(UNTOUCHED);
        let response_at = response.len() - room as usize;
        let rpc = Rpc::new(
            scope,
            message.len() as u32,
            request.at(request_at),
            room,
            response.at(response_at),
        );
        let answer = self.ioctl_with(RPC, &rpc.encode())?;
        Ok(Response {
            len: Rpc::answer(&answer),
            memory: response.read(response_at, room as usize),
        })
    }

    /// Type of the device.
    pub fn device_type(&self) -> Result<u32, Errno> {
        Ok(self.info(0)?.device_type)
    }

    /// A request that the device answers without harm, if one is known for its type.
    pub fn harmless(&self) -> Result<Option<Request>, Errno> {
        Ok(match self.device_type()? {
            device_type::MOCK => Some(Request {
                scope: scope::CONFIGURATION,
                message: mock::request(mock::ECHO, 0, &[]),
                room: mock::HEAD,
            }),
            device_type::MLX5 => Some(Request {
                scope: scope::DEBUG_READ_ONLY,
                message: connectx::command(connectx::NOP, 0, &[0; 8]),
                room: connectx::HEAD,
            }),
            _ => None,
        })
    }
}
