// SPDX-License-Identifier: GPL-2.0

//! System calls: all unsafe code is here and in what is below.
//!
//! Memory that is handed to the kernel is always part of [`Pages`], never an object of Rust's.
//! Whatever the kernel writes there, where it should and where it should not, breaks no promise
//! that the compiler relies on.

use std::{
    ffi::{
        c_int,
        c_long,
        c_ulong,
        c_void,
        CString, //
    },
    fs::File,
    io,
    mem,
    os::{
        fd::{
            AsRawFd,
            BorrowedFd,
            FromRawFd, //
        },
        unix::process::ExitStatusExt, //
    },
    process::ExitStatus,
    ptr, //
};

use crate::errno::Errno;

mod memory;

pub use self::memory::{
    Access,
    Pages,
    PAGE, //
};

extern "C" {
    fn ioctl(fd: c_int, number: c_ulong, ...) -> c_int;
    fn dup2(old: c_int, new: c_int) -> c_int;
    fn close(fd: c_int) -> c_int;
    fn fork() -> c_int;
    fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn kill(pid: c_int, signal: c_int) -> c_int;
    fn signal(signal: c_int, handler: extern "C" fn(c_int)) -> usize;
    fn unshare(flags: c_int) -> c_int;
    fn setresuid(real: u32, effective: u32, saved: u32) -> c_int;
    fn setrlimit(resource: c_int, limit: *const [u64; 2]) -> c_int;
    fn capget(header: *mut CapHeader, data: *mut [CapData; 2]) -> c_int;
    fn capset(header: *mut CapHeader, data: *const [CapData; 2]) -> c_int;
    fn sendmsg(socket: c_int, message: *const MessageHeader, flags: c_int) -> isize;
    fn recvmsg(socket: c_int, message: *mut MessageHeader, flags: c_int) -> isize;
    fn mknod(path: *const i8, mode: u32, device: u64) -> c_int;
    fn syscall(number: c_long, ...) -> c_long;
    fn _exit(code: c_int) -> !;
}

/// Numbers of system calls without a wrapper in libc.
#[cfg(target_arch = "x86_64")]
mod number {
    pub const DELETE_MODULE: i64 = 176;
    pub const FINIT_MODULE: i64 = 313;
    pub const USERFAULTFD: i64 = 323;
}
#[cfg(not(target_arch = "x86_64"))]
mod number {
    pub const DELETE_MODULE: i64 = 106;
    pub const FINIT_MODULE: i64 = 273;
    pub const USERFAULTFD: i64 = 282;
}

/// Turns libc's -1 into the error number.
fn checked<T: PartialOrd + Default>(result: T) -> Result<T, Errno> {
    if result < T::default() {
        return Err(Errno::last());
    }
    Ok(result)
}

/// As whom the kernel is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// As this program was built.
    Native,
    /// As a 32-bit program.
    Compat,
}

/// ioctl(2). On success the result is 0, as fwctl promises nothing else.
pub fn call(caller: Caller, fd: BorrowedFd<'_>, number: u32, argument: u64) -> Result<(), Errno> {
    call_by_number(caller, fd.as_raw_fd(), number, argument)
}

fn call_by_number(caller: Caller, fd: c_int, number: u32, argument: u64) -> Result<(), Errno> {
    let result = match caller {
        // SAFETY: The argument is an address of `Pages`, or one where nothing is mapped.
        Caller::Native => checked(unsafe { ioctl(fd, number.into(), argument) })?,
        Caller::Compat => match compat_ioctl(fd, number, argument as u32) {
            errno @ -4095..=-1 => return Err(Errno(-errno)),
            result => result,
        },
    };
    assert_eq!(result, 0, "result of a successful ioctl");
    Ok(())
}

/// ioctl(2) through the entry of 32-bit programs.
#[cfg(target_arch = "x86_64")]
fn compat_ioctl(fd: c_int, number: u32, argument: u32) -> i32 {
    const NR_IOCTL: i32 = 54;
    let result: i32;
    // SAFETY: The kernel keeps all registers but those named here. The first argument goes to rbx,
    // which the compiler reserves; it is put back. For memory see `call`.
    unsafe {
        std::arch::asm!(
            "xchg {fd}, rbx",
            "int 0x80",
            "xchg {fd}, rbx",
            fd = inout(reg) fd as u64 => _,
            inout("eax") NR_IOCTL => result,
            in("ecx") number,
            in("edx") argument,
            out("r8") _,
            out("r9") _,
            out("r10") _,
            out("r11") _,
        );
    }
    result
}

/// There is no such entry here.
#[cfg(not(target_arch = "x86_64"))]
fn compat_ioctl(_fd: c_int, _number: u32, _argument: u32) -> i32 {
    -crate::errno::ENOSYS.0
}

/// A file descriptor whose file changes while others call it. There may be none.
#[derive(Debug)]
pub struct Slot(c_int);

impl Slot {
    /// Above all descriptors that the system hands out to so small a program.
    const FIRST: c_int = 512;

    /// The slot of this index, without a file.
    pub fn new(index: u8) -> Self {
        Self(Self::FIRST + c_int::from(index))
    }

    /// Puts `file` there, and closes the one before it.
    pub fn put(&self, file: BorrowedFd<'_>) -> Result<(), Errno> {
        // SAFETY: The descriptor is this slot's.
        checked(unsafe { dup2(file.as_raw_fd(), self.0) }).map(drop)
    }

    /// Closes the file that is there.
    pub fn close(&self) -> Result<(), Errno> {
        // SAFETY: The descriptor is this slot's.
        checked(unsafe { close(self.0) }).map(drop)
    }

    /// ioctl(2) on the file that is there.
    pub fn call(&self, number: u32, argument: u64) -> Result<(), Errno> {
        call_by_number(Caller::Native, self.0, number, argument)
    }
}

/// The two sides of a fork.
pub enum Fork {
    /// This is the new process.
    Child,
    /// This is the old process; the new one has this number.
    Parent(Pid),
}

/// Number of a process.
#[derive(Clone, Copy, Debug)]
pub struct Pid(c_int);

impl Pid {
    /// This process.
    pub fn own() -> Self {
        Self(std::process::id() as c_int)
    }

    /// Sends a signal.
    pub fn kill(self, signal: c_int) -> Result<(), Errno> {
        // SAFETY: Touches no memory.
        checked(unsafe { kill(self.0, signal) }).map(drop)
    }

    /// Waits for the end of the process.
    pub fn wait(self) -> Result<ExitStatus, Errno> {
        let mut status = 0;
        // SAFETY: `status` lives over the call.
        checked(unsafe { waitpid(self.0, &mut status, 0) })?;
        Ok(ExitStatus::from_raw(status))
    }
}

/// fork(2). To be called while no other thread runs that the child would miss.
pub fn fork_process() -> Result<Fork, Errno> {
    // SAFETY: The child goes on with a copy of everything but other threads.
    match checked(unsafe { fork() })? {
        0 => Ok(Fork::Child),
        pid => Ok(Fork::Parent(Pid(pid))),
    }
}

/// Ends this process without flushing or freeing anything.
pub fn leave(code: i32) -> ! {
    // SAFETY: Does not return.
    unsafe { _exit(code) }
}

/// The signal that no process survives.
pub const SIGKILL: c_int = 9;
/// A signal that programs may use as they like.
pub const SIGUSR1: c_int = 10;

/// Lets SIGUSR1 interrupt system calls and do nothing else.
pub fn ignore_interruption() {
    extern "C" fn nothing(_: c_int) {}
    // SAFETY: The handler does nothing, which is allowed at any time.
    unsafe { signal(SIGUSR1, nothing) };
}

/// Makes this process root of a new user namespace, with rights over nothing outside.
pub fn enter_user_namespace() -> Result<(), Errno> {
    const CLONE_NEWUSER: c_int = 0x1000_0000;
    // SAFETY: Touches no memory.
    checked(unsafe { unshare(CLONE_NEWUSER) }).map(drop)
}

/// Makes this process an ordinary user's, with all that follows for its capabilities.
pub fn become_user(uid: u32) -> Result<(), Errno> {
    // SAFETY: Touches no memory.
    checked(unsafe { setresuid(uid, uid, uid) }).map(drop)
}

/// Allows this process `count` open files.
pub fn allow_open_files(count: u64) -> Result<(), Errno> {
    const RLIMIT_NOFILE: c_int = 7;
    // SAFETY: The limit lives over the call.
    checked(unsafe { setrlimit(RLIMIT_NOFILE, &[count, count]) }).map(drop)
}

/// Number of the capability that DEBUG_WRITE_FULL needs.
pub const CAP_SYS_RAWIO: u32 = 17;

#[repr(C)]
struct CapHeader {
    version: u32,
    pid: c_int,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
struct CapData {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// Gives up every capability for which `keep` is false.
pub fn keep_capabilities(keep: impl Fn(u32) -> bool) -> Result<(), Errno> {
    let mut header = CapHeader {
        version: 0x2008_0522,
        pid: 0,
    };
    let mut data = [CapData::default(); 2];
    // SAFETY: Both live over the call; this version has two elements of data.
    checked(unsafe { capget(&mut header, &mut data) })?;
    for (word, data) in (0..).zip(&mut data) {
        let kept = (0..32)
            .filter(|bit| keep(word * 32 + bit))
            .fold(0, |mask, bit| mask | (1 << bit));
        data.permitted &= kept;
        data.effective = data.permitted;
        data.inheritable = 0;
    }
    // SAFETY: As above.
    checked(unsafe { capset(&mut header, &data) }).map(drop)
}

/// `struct iovec`.
#[repr(C)]
struct Part {
    at: *mut c_void,
    len: usize,
}

/// `struct msghdr`.
#[repr(C)]
struct MessageHeader {
    name: *mut c_void,
    name_len: u32,
    parts: *mut Part,
    parts_len: usize,
    control: *mut c_void,
    control_len: usize,
    flags: c_int,
}

/// `struct cmsghdr` with one file descriptor, and what aligns it.
#[repr(C)]
struct Rights {
    len: usize,
    level: c_int,
    kind: c_int,
    fd: c_int,
    padding: c_int,
}

const SOL_SOCKET: c_int = 1;
const SCM_RIGHTS: c_int = 1;

/// Calls `body` with a message of one byte and one file descriptor, at first `fd`. Gives the
/// descriptor that is there afterwards.
fn with_message(
    fd: c_int,
    body: impl FnOnce(&mut MessageHeader) -> Result<(), Errno>,
) -> Result<c_int, Errno> {
    let mut byte = 0u8;
    let mut part = Part {
        at: ptr::from_mut(&mut byte).cast(),
        len: 1,
    };
    let mut rights = Rights {
        len: mem::offset_of!(Rights, padding),
        level: SOL_SOCKET,
        kind: SCM_RIGHTS,
        fd,
        padding: 0,
    };
    body(&mut MessageHeader {
        name: ptr::null_mut(),
        name_len: 0,
        parts: &mut part,
        parts_len: 1,
        control: ptr::from_mut(&mut rights).cast(),
        control_len: size_of::<Rights>(),
        flags: 0,
    })?;
    Ok(rights.fd)
}

/// Sends an open file to whoever has the other end of the socket.
pub fn send_file(socket: BorrowedFd<'_>, file: BorrowedFd<'_>) -> Result<(), Errno> {
    with_message(file.as_raw_fd(), |message| {
        // SAFETY: The message and all that it points to live over the call.
        checked(unsafe { sendmsg(socket.as_raw_fd(), message, 0) }).map(drop)
    })
    .map(drop)
}

/// Takes an open file that was sent.
pub fn receive_file(socket: BorrowedFd<'_>) -> Result<File, Errno> {
    let fd = with_message(-1, |message| {
        // SAFETY: The message and all that it points to live over the call.
        checked(unsafe { recvmsg(socket.as_raw_fd(), message, 0) }).map(drop)
    })?;
    match fd {
        0.. => {
            // SAFETY: The descriptor came with the message, and is nobody else's.
            Ok(unsafe { File::from_raw_fd(fd) })
        }
        _ => Err(crate::errno::EBADF),
    }
}

/// Makes a character device node.
pub fn make_node(path: &str, (major, minor): (u32, u32)) -> Result<(), Errno> {
    const CHARACTER: u32 = 0o020_600;
    let path = CString::new(path).expect("a path without NUL");
    let (major, minor) = (u64::from(major), u64::from(minor));
    let device = (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & !0xff) << 12);
    // SAFETY: The string lives over the call.
    checked(unsafe { mknod(path.as_ptr(), CHARACTER, device) }).map(drop)
}

/// Loads a kernel module with these parameters, `name=value` with blanks between.
pub fn load_module(file: &File, parameters: &str) -> Result<(), Errno> {
    let parameters = CString::new(parameters).expect("parameters without NUL");
    let (fd, parameters) = (file.as_raw_fd(), parameters.as_ptr());
    // SAFETY: The string lives over the call.
    checked(unsafe { syscall(number::FINIT_MODULE, fd, parameters, 0) }).map(drop)
}

/// Unloads a kernel module, or says at once that it is in use.
pub fn unload_module(name: &str) -> Result<(), Errno> {
    const NONBLOCK: c_int = 0o4000;
    let name = CString::new(name).expect("a name without NUL");
    // SAFETY: The string lives over the call.
    checked(unsafe { syscall(number::DELETE_MODULE, name.as_ptr(), NONBLOCK) }).map(drop)
}

/// userfaultfd(2): a file that hears of pages that are missing.
pub fn userfaultfd() -> Result<File, Errno> {
    const CLOEXEC_NONBLOCK: c_int = 0o2_004_000;
    // SAFETY: Touches no memory.
    let fd = checked(unsafe { syscall(number::USERFAULTFD, CLOEXEC_NONBLOCK) })?;
    // SAFETY: The descriptor is new and nobody else's.
    Ok(unsafe { File::from_raw_fd(fd as c_int) })
}

impl From<Errno> for io::Error {
    fn from(errno: Errno) -> Self {
        Self::from_raw_os_error(errno.0)
    }
}
