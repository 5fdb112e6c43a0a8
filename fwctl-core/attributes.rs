// SPDX-License-Identifier: GPL-2.0

//! The files of a device in sysfs. Each holds one number.
//!
//! `Documentation/sysfs-class-fwctl` says what they mean. C headers: `include/linux/device.h`,
//! `include/linux/sysfs.h`.

use core::ptr::{
    from_ref,
    null, //
};
use kernel::{
    bindings,
    container_of,
    error::{
        from_result,
        to_result, //
    },
    ffi::{
        c_char,
        c_int, //
    },
    prelude::*,
    str::as_char_ptr_in_const_context, //
};

use crate::device::Device;

/// A file.
///
/// The driver core knows its first field alone, and hands that back.
#[repr(C)]
struct Attribute {
    public: bindings::device_attribute,
    get: fn(&Device) -> u64,
    set: fn(&Device, u64) -> Result,
}

// SAFETY: Nobody writes to it.
unsafe impl Sync for Attribute {}

impl Attribute {
    /// A file that is read.
    const fn new(name: &'static CStr, get: fn(&Device) -> u64) -> Self {
        Self::with_mode(name, 0o444, get, |_, _| Err(EPERM))
    }

    /// A file that is read, and written by root.
    const fn writable(
        name: &'static CStr,
        get: fn(&Device) -> u64,
        set: fn(&Device, u64) -> Result,
    ) -> Self {
        Self::with_mode(name, 0o644, get, set)
    }

    // There are more fields where lockdep is on.
    #[allow(clippy::needless_update)]
    const fn with_mode(
        name: &'static CStr,
        mode: bindings::umode_t,
        get: fn(&Device) -> u64,
        set: fn(&Device, u64) -> Result,
    ) -> Self {
        let public = bindings::device_attribute {
            attr: bindings::attribute {
                name: as_char_ptr_in_const_context(name),
                mode,
                ..pin_init::zeroed()
            },
            __bindgen_anon_1: bindings::device_attribute__bindgen_ty_1 { show: Some(show) },
            __bindgen_anon_2: bindings::device_attribute__bindgen_ty_2 { store: Some(store) },
        };
        Self { public, get, set }
    }
}

/// Pointers that end with a null pointer.
struct List<T, const N: usize>([*const T; N]);

// SAFETY: What it points to is static, and nobody writes to it.
unsafe impl<T, const N: usize> Sync for List<T, N> {}

const fn list<const FILES: usize, const N: usize>(
    files: &'static [Attribute; FILES],
) -> List<bindings::attribute, N> {
    let mut list = [null(); N];
    let mut i = 0;
    while i < FILES {
        // CAST: `struct attribute` is the first field of the first field.
        list[i] = from_ref(&files[i]).cast();
        i += 1;
    }
    List(list)
}

struct Group(bindings::attribute_group);

// SAFETY: Nobody writes to it.
unsafe impl Sync for Group {}

const fn group<const N: usize>(
    name: Option<&'static CStr>,
    files: &'static List<bindings::attribute, N>,
) -> Group {
    Group(bindings::attribute_group {
        name: match name {
            Some(name) => as_char_ptr_in_const_context(name),
            None => null(),
        },
        __bindgen_anon_2: bindings::attribute_group__bindgen_ty_2 {
            attrs_const: from_ref(files).cast(),
        },
        ..pin_init::zeroed()
    })
}

/// Another thread may be between two steps, and a count below zero for that moment.
fn count(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

static STRICT: [Attribute; 2] = [
    Attribute::writable(
        c"strict",
        |device| device.strict().is_on().into(),
        |device, value| match value {
            0 | 1 => {
                device.strict().set(value == 1);
                Ok(())
            }
            _ => Err(EINVAL),
        },
    ),
    Attribute::new(c"strict_refusals", |device| device.strict().refusals()),
];

static LIMITS: [Attribute; 3] = [
    Attribute::writable(
        c"files",
        |device| device.contexts().limit(),
        |device, value| device.contexts().set_limit(value),
    ),
    Attribute::writable(
        c"calls",
        |device| count(device.limits().calls()),
        |device, value| device.limits().set_calls(value),
    ),
    Attribute::writable(
        c"bytes",
        |device| count(device.limits().bytes()),
        |device, value| device.limits().set_bytes(value),
    ),
];

static USAGE: [Attribute; 4] = [
    Attribute::new(c"files", |device| device.contexts().len()),
    Attribute::new(c"calls", |device| count(device.limits().calls_in_flight())),
    Attribute::new(c"bytes", |device| count(device.limits().bytes_in_flight())),
    Attribute::new(c"refused", |device| {
        device.contexts().refused() + device.limits().refused()
    }),
];

static STRICT_LIST: List<bindings::attribute, 3> = list(&STRICT);
static LIMITS_LIST: List<bindings::attribute, 4> = list(&LIMITS);
static USAGE_LIST: List<bindings::attribute, 5> = list(&USAGE);

// What a driver in C would refuse, nobody can tell: there is no strict mode for it.
static STRICT_GROUP: Group = Group(bindings::attribute_group {
    __bindgen_anon_1: bindings::attribute_group__bindgen_ty_1 {
        is_visible: Some(if_driver_judges),
    },
    ..group(None, &STRICT_LIST).0
});
static LIMITS_GROUP: Group = group(Some(c"limits"), &LIMITS_LIST);
static USAGE_GROUP: Group = group(Some(c"usage"), &USAGE_LIST);

static GROUPS: List<bindings::attribute_group, 4> = List([
    &raw const STRICT_GROUP.0,
    &raw const LIMITS_GROUP.0,
    &raw const USAGE_GROUP.0,
    null(),
]);

/// The groups of files that each device has, for the class.
pub(crate) const fn groups() -> *const *const bindings::attribute_group {
    from_ref(&GROUPS).cast()
}

/// # Safety
///
/// Called by the driver core for a registered device of the class, with an attribute of this file
/// and a page.
unsafe extern "C" fn show(
    dev: *mut bindings::device,
    attribute: *mut bindings::device_attribute,
    page: *mut c_char,
) -> isize {
    // SAFETY: By the caller's word.
    let device = unsafe { Device::from_dev(dev) };
    // SAFETY: As above; it is the first field.
    let attribute = unsafe { &*attribute.cast_const().cast::<Attribute>() };
    let value = (attribute.get)(device);
    // SAFETY: It is a page, and the format takes a number of 64 bits.
    let len = unsafe { bindings::sysfs_emit(page, c"%llu\n".as_char_ptr(), value) };
    // CAST: An `int` fits.
    len as isize
}

/// # Safety
///
/// As for [`show`], with a string that ends with a NUL.
unsafe extern "C" fn store(
    dev: *mut bindings::device,
    attribute: *mut bindings::device_attribute,
    text: *const c_char,
    len: usize,
) -> isize {
    // SAFETY: By the caller's word.
    let device = unsafe { Device::from_dev(dev) };
    // SAFETY: As above; it is the first field.
    let attribute = unsafe { &*attribute.cast_const().cast::<Attribute>() };
    from_result(|| {
        let mut value = 0;
        // SAFETY: The text ends with a NUL.
        to_result(unsafe { bindings::kstrtoull(text, 0, &mut value) })?;
        (attribute.set)(device, value)?;
        // CAST: It is at most a page.
        Ok(len as isize)
    })
}

/// # Safety
///
/// Called by the driver core for a device of the class, and an attribute of this file.
unsafe extern "C" fn if_driver_judges(
    kobj: *mut bindings::kobject,
    attribute: *mut bindings::attribute,
    _index: c_int,
) -> bindings::umode_t {
    // SAFETY: The kobject is that of a device.
    let dev = unsafe { container_of!(kobj, bindings::device, kobj) };
    // SAFETY: The device is of the class.
    let device = unsafe { Device::from_dev(dev) };
    if !device.judges() {
        return 0;
    }
    // SAFETY: By the caller's word.
    unsafe { (*attribute).mode }
}
