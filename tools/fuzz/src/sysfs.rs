// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Devices as a sysfs shows them that says anything.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use arbitrary::Arbitrary;
use fwctl::{Class, Device, Error};
use tempfile::TempDir;

/// A device's description and names.
#[derive(Arbitrary, Debug)]
pub struct Input {
    uevent: Uevent,
    parent: Name,
    driver: Option<Name>,
    /// What is searched for.
    name: Name,
}

/// The content of a `uevent` file.
#[derive(Arbitrary, Debug)]
enum Uevent {
    Good(u32, u32, String),
    Lines(Vec<Line>),
    Any(Vec<u8>),
}

#[derive(Arbitrary, Debug)]
enum Line {
    Major(Number),
    Minor(Number),
    Devname(String),
    Any(String),
}

#[derive(Arbitrary, Debug)]
enum Number {
    Plain(u32),
    Any(String),
}

/// The name of a file.
#[derive(Arbitrary, Debug)]
enum Name {
    Usual,
    Pci(u16, u8, u8),
    Any(Vec<u8>),
}

impl Number {
    fn text(&self) -> String {
        match self {
            Self::Plain(number) => number.to_string(),
            Self::Any(text) => text.clone(),
        }
    }
}

impl Uevent {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Good(major, minor, name) => {
                format!("MAJOR={major}\nMINOR={minor}\nDEVNAME={name}\n").into_bytes()
            }
            Self::Lines(lines) => lines
                .iter()
                .map(Line::text)
                .collect::<String>()
                .into_bytes(),
            Self::Any(bytes) => bytes.clone(),
        }
    }
}

impl Line {
    fn text(&self) -> String {
        match self {
            Self::Major(number) => format!("MAJOR={}\n", number.text()),
            Self::Minor(number) => format!("MINOR={}\n", number.text()),
            Self::Devname(name) => format!("DEVNAME={name}\n"),
            Self::Any(text) => format!("{text}\n"),
        }
    }
}

impl Name {
    /// A name that a file can have.
    fn text(&self) -> String {
        match self {
            Self::Usual => "0000:08:00.0".to_owned(),
            Self::Pci(domain, bus, function) => {
                format!("{domain:04x}:{bus:02x}:00.{}", function & 7)
            }
            Self::Any(bytes) => {
                let letters = bytes.iter().take(32);
                let text: String = letters.map(|byte| char::from(b'!' + byte % 90)).collect();
                format!("_{}", text.replace('/', "."))
            }
        }
    }
}

/// Value of the first line of this key.
fn value<'a>(uevent: &'a str, key: &str) -> Option<&'a str> {
    let mut lines = uevent.split('\n');
    lines.find_map(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.strip_prefix(key)?.strip_prefix('=')
    })
}

/// Number and node that a description tells, if it tells both.
fn promised(uevent: &[u8]) -> Option<(u32, u32, PathBuf)> {
    let uevent = std::str::from_utf8(uevent).ok()?;
    Some((
        value(uevent, "MAJOR")?.parse().ok()?,
        value(uevent, "MINOR")?.parse().ok()?,
        Path::new("/dev").join(value(uevent, "DEVNAME")?),
    ))
}

/// A sysfs with one device, `fwctl0`, that is described anew for each input.
struct Sysfs(TempDir);

impl Sysfs {
    fn new() -> io::Result<Self> {
        let root = TempDir::new()?;
        fs::create_dir_all(root.path().join("class/fwctl/fwctl0"))?;
        fs::create_dir(root.path().join("devices"))?;
        fs::create_dir(root.path().join("drivers"))?;
        Ok(Self(root))
    }

    /// Describes the device, for as long as `look` takes.
    fn with(&self, input: &Input, uevent: &[u8], look: impl FnOnce(&Class)) -> io::Result<()> {
        let root = self.0.path();
        let device = root.join("class/fwctl/fwctl0");
        let parent = root.join("devices").join(input.parent.text());
        let driver = input.driver.as_ref().map(Name::text);
        let driver = driver.map(|name| root.join("drivers").join(name));
        fs::write(device.join("uevent"), uevent)?;
        fs::create_dir(&parent)?;
        symlink(&parent, device.join("device"))?;
        if let Some(driver) = &driver {
            fs::create_dir(driver)?;
            symlink(driver, parent.join("driver"))?;
        }

        look(&Class::of(root));

        if let Some(driver) = &driver {
            fs::remove_file(parent.join("driver"))?;
            fs::remove_dir(driver)?;
        }
        fs::remove_file(device.join("device"))?;
        fs::remove_dir(parent)
    }
}

thread_local! {
    static SYSFS: Sysfs = Sysfs::new().expect("a temporary directory");
}

fn described(input: &Input, device: &Device) {
    let parent = input.parent.text();
    assert_eq!(device.name, "fwctl0");
    assert_eq!(device.parent, parent);
    assert_eq!(device.pci, parent.parse().ok());
    assert_eq!(device.driver, input.driver.as_ref().map(Name::text));
}

/// What the library finds there.
fn look(input: &Input, uevent: &[u8], class: &Class) {
    let name = input.name.text();
    let Some((major, minor, node)) = promised(uevent) else {
        assert!(matches!(class.devices(), Err(Error::Describe { .. })));
        assert!(matches!(class.find(&name), Err(Error::Describe { .. })));
        return;
    };
    let devices = class.devices().expect("it is described");
    let [device] = &devices[..] else {
        panic!("{devices:?}");
    };
    described(input, device);
    assert_eq!((device.number.major, device.number.minor), (major, minor));
    assert_eq!(device.node, node);

    assert_eq!(class.find("fwctl0").ok().as_ref(), Some(device));
    if let Some(pci) = device.pci {
        assert_eq!(class.find(pci.to_string()).ok().as_ref(), Some(device));
    }
    // Any other name is nobody's.
    let pci = name.parse().ok();
    let named = name == "fwctl0" || (pci.is_some() && pci == device.pci);
    assert_eq!(class.find(&name).is_ok(), named, "{name:?}");
}

/// A device is what sysfs says, or an error; and it is found by its own names alone.
pub fn check(input: &Input) {
    let uevent = input.uevent.bytes();
    SYSFS.with(|sysfs| {
        sysfs
            .with(input, &uevent, |class| look(input, &uevent, class))
            .expect("a temporary directory")
    });
}
