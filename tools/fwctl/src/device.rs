// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Devices as sysfs shows them: listing and finding does not open them.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{major, minor};
use rustix::io::Errno;

use crate::error::Error;
use crate::pci::PciAddress;
use crate::transport::CharDev;

/// Number of a device node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceNumber {
    /// Number of the driver, here of the fwctl core.
    pub major: u32,
    /// Number of the device.
    pub minor: u32,
}

/// One fwctl device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The kernel's name, `fwctl` and a number.
    pub name: String,
    /// The device's node.
    pub node: PathBuf,
    /// Number of the node.
    pub number: DeviceNumber,
    /// Name of the device whose firmware it is, on its bus.
    pub parent: String,
    /// Address of that device if it is a PCI function.
    pub pci: Option<PciAddress>,
    /// Name of the driver that is bound to that device.
    pub driver: Option<String>,
}

impl Device {
    /// Opens the device; the firmware may set up a context for the caller.
    pub fn open(&self) -> Result<CharDev, Error> {
        CharDev::open(&self.node)
    }
}

/// The kernel's directory of fwctl devices.
#[derive(Clone, Debug)]
pub struct Class {
    directory: PathBuf,
}

impl Default for Class {
    /// The directory of the running system.
    fn default() -> Self {
        Self::of("/sys")
    }
}

impl Class {
    /// The directory in the sysfs that is mounted at `sysfs`.
    pub fn of(sysfs: impl AsRef<Path>) -> Self {
        Self {
            directory: sysfs.as_ref().join("class/fwctl"),
        }
    }

    /// Whether the kernel has fwctl at all, by module or built in.
    pub fn exists(&self) -> bool {
        self.directory.exists()
    }

    /// All devices, by number.
    pub fn devices(&self) -> Result<Vec<Device>, Error> {
        let list = |source| Error::List {
            path: self.directory.clone(),
            source,
        };
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(list(error)),
        };
        let mut devices = Vec::new();
        for entry in entries {
            devices.extend(describe(&entry.map_err(list)?.path())?);
        }
        devices.sort_by_key(|device| device.number.minor);
        Ok(devices)
    }

    /// The device that `name` means: a kernel name, the path of a node or of a link to one, or the
    /// address of a PCI function.
    pub fn find(&self, name: impl AsRef<OsStr>) -> Result<Device, Error> {
        let path = Path::new(&name);
        let name = path.to_string_lossy();
        let devices = self.devices()?;
        let wanted: Box<dyn Fn(&Device) -> bool> = if name.contains('/') {
            let number = node_number(path)?;
            Box::new(move |device| Some(device.number) == number)
        } else if let Ok(pci) = name.parse::<PciAddress>() {
            Box::new(move |device| device.pci == Some(pci))
        } else {
            Box::new(|device| device.name == name)
        };
        let device = devices.into_iter().find(|device| wanted(device));
        device.ok_or_else(|| Error::NoSuchDevice {
            name: name.to_string(),
        })
    }
}

/// The number of the node at `path`, `None` if there is something else.
fn node_number(path: &Path) -> Result<Option<DeviceNumber>, Error> {
    match fs::metadata(path) {
        Ok(node) if node.file_type().is_char_device() => Ok(Some(DeviceNumber {
            major: major(node.rdev()),
            minor: minor(node.rdev()),
        })),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Open {
            path: path.to_owned(),
            source,
        }),
    }
}

/// The device in `directory`, `None` if it has just gone.
fn describe(directory: &Path) -> Result<Option<Device>, Error> {
    let path = directory.join("uevent");
    let uevent = match fs::read_to_string(&path) {
        Ok(uevent) => uevent,
        Err(error) if is_gone(&error) => return Ok(None),
        Err(source) => return Err(Error::Describe { path, source }),
    };
    let Some((number, node)) = parse_uevent(&uevent) else {
        let source = io::Error::new(io::ErrorKind::InvalidData, "no device number and name");
        return Err(Error::Describe { path, source });
    };
    // Every fwctl device has a parent, whose link goes first.
    let path = directory.join("device");
    let parent = match fs::canonicalize(&path) {
        Ok(target) => file_name(&target),
        Err(error) if is_gone(&error) => return Ok(None),
        Err(source) => return Err(Error::Describe { path, source }),
    };
    let driver = fs::canonicalize(path.join("driver")).ok();
    Ok(Some(Device {
        name: file_name(directory),
        node,
        number,
        pci: parent.parse().ok(),
        parent,
        driver: driver.as_deref().map(file_name),
    }))
}

/// Number and node of a device, from its `uevent` file.
fn parse_uevent(uevent: &str) -> Option<(DeviceNumber, PathBuf)> {
    let value = |key: &str| {
        let mut lines = uevent.lines().filter_map(|line| line.split_once('='));
        lines.find(|(name, _)| *name == key).map(|(_, value)| value)
    };
    let number = DeviceNumber {
        major: value("MAJOR")?.parse().ok()?,
        minor: value("MINOR")?.parse().ok()?,
    };
    Some((number, Path::new("/dev").join(value("DEVNAME")?)))
}

/// Whether sysfs says so of a device that has gone: there is no file, or it was open already.
fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || Errno::from_io_error(error) == Some(Errno::NODEV)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    /// A sysfs with devices whose nodes are those of other, harmless drivers.
    struct Sysfs(TempDir);

    impl Sysfs {
        fn new() -> Self {
            let root = TempDir::new().unwrap();
            fs::create_dir_all(root.path().join("class/fwctl")).unwrap();
            Self(root)
        }

        fn with(self, name: &str, parent: &str, driver: Option<&str>, uevent: &str) -> Self {
            let device = self.0.path().join("devices/pci0000:00").join(parent);
            let node = device.join("fwctl").join(name);
            fs::create_dir_all(&node).unwrap();
            fs::write(node.join("uevent"), uevent).unwrap();
            symlink("../..", node.join("device")).unwrap();
            if let Some(driver) = driver {
                let directory = self.0.path().join("bus/pci/drivers").join(driver);
                fs::create_dir_all(&directory).unwrap();
                symlink(directory, device.join("driver")).unwrap();
            }
            symlink(node, self.0.path().join("class/fwctl").join(name)).unwrap();
            self
        }

        fn class(&self) -> Class {
            Class::of(self.0.path())
        }
    }

    fn two() -> Sysfs {
        Sysfs::new()
            .with(
                "fwctl10",
                "fwctl_mock",
                None,
                "MAJOR=1\nMINOR=5\nDEVNAME=zero\n",
            )
            .with(
                "fwctl2",
                "0000:08:00.1",
                Some("mlx5_core"),
                "MAJOR=1\nMINOR=3\nDEVNAME=null\n",
            )
    }

    #[test]
    fn devices_are_listed_by_number() {
        let sysfs = two();
        let devices = sysfs.class().devices().unwrap();
        let expected = [
            Device {
                name: "fwctl2".into(),
                node: "/dev/null".into(),
                number: DeviceNumber { major: 1, minor: 3 },
                parent: "0000:08:00.1".into(),
                pci: Some("08:00.1".parse().unwrap()),
                driver: Some("mlx5_core".into()),
            },
            Device {
                name: "fwctl10".into(),
                node: "/dev/zero".into(),
                number: DeviceNumber { major: 1, minor: 5 },
                parent: "fwctl_mock".into(),
                pci: None,
                driver: None,
            },
        ];
        assert_eq!(devices, expected);
    }

    #[test]
    fn a_device_is_found_by_any_of_its_names() {
        let sysfs = two();
        let link = sysfs.0.path().join(OsStr::from_bytes(b"by-path-\xff"));
        symlink("/dev/null", &link).unwrap();
        for name in [
            OsStr::new("fwctl2"),
            OsStr::new("/dev/null"),
            link.as_os_str(),
            OsStr::new("0000:08:00.1"),
            OsStr::new("08:00.1"),
        ] {
            let device = sysfs.class().find(name).unwrap();
            assert_eq!(device.name, "fwctl2", "{name:?}");
        }
    }

    #[test]
    fn other_names_find_nothing() {
        let sysfs = two();
        for name in [
            "",
            "fwctl",
            "fwctl1",
            "/dev/fwctl/none",
            "/dev",
            "/dev/full",
            "08:00.0",
        ] {
            assert!(
                matches!(sysfs.class().find(name), Err(Error::NoSuchDevice { .. })),
                "{name}"
            );
        }
    }

    #[test]
    fn without_fwctl_there_are_no_devices() {
        let empty = TempDir::new().unwrap();
        assert!(!Class::of(empty.path()).exists());
        assert_eq!(Class::of(empty.path()).devices().unwrap(), []);
    }

    #[test]
    fn a_device_that_goes_meanwhile_is_left_out() {
        let sysfs = two();
        let gone = sysfs.0.path().join("class/fwctl/fwctl3");
        symlink("/nowhere", gone).unwrap();
        assert_eq!(sysfs.class().devices().unwrap().len(), 2);

        let half = sysfs.0.path().join("class/fwctl/fwctl10");
        fs::remove_file(half.join("device")).unwrap();
        let left = sysfs.class().devices().unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].name, "fwctl2");

        fs::remove_file(half.join("uevent")).unwrap();
        assert_eq!(sysfs.class().devices().unwrap(), left);
    }

    #[test]
    fn an_errno_tells_whether_a_device_has_gone() {
        for (errno, gone) in [
            (Errno::NOENT, true),
            (Errno::NODEV, true),
            (Errno::ACCESS, false),
            (Errno::IO, false),
        ] {
            assert_eq!(is_gone(&errno.into()), gone, "{errno}");
        }
    }

    #[test]
    fn a_description_without_a_number_is_an_error() {
        let sysfs = Sysfs::new().with("fwctl0", "0000:08:00.0", None, "DEVNAME=null\n");
        assert!(matches!(
            sysfs.class().devices(),
            Err(Error::Describe { .. })
        ));
    }
}
