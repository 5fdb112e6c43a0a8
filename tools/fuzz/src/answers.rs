// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Answers of a firmware that says anything, as the library reads them.

use arbitrary::Arbitrary;
use fwctl::mlx5::{self, Mode, UctxInfo, Verdict, GENERAL};
use fwctl::{DeviceType, Error, Info, Loopback, Protocol, RpcScope, Transport};

use crate::input::Length;
use crate::layout;

/// Length of the head of an answer, and of the answer to QUERY_HCA_CAP.
const HEAD: usize = 16;
const CAPABILITIES: usize = HEAD + 4096;

/// What the driver and the firmware say.
#[derive(Arbitrary, Debug)]
pub struct Input {
    device_type: u32,
    data: Vec<u8>,
    answer: Answer,
    room: u16,
    current: bool,
}

/// An answer: its first bytes, and how many of another there are in all.
#[derive(Arbitrary, Debug)]
struct Answer {
    head: Vec<u8>,
    fill: u8,
    len: Length,
}

impl Answer {
    fn bytes(&self) -> Vec<u8> {
        let len = self.len.among(&[0, 8, HEAD, CAPABILITIES]) % (2 * CAPABILITIES);
        let mut bytes = self.head.clone();
        bytes.resize(len.max(bytes.len()), self.fill);
        bytes
    }
}

/// The status and the syndrome that `answer` begins with, if it is long enough for a head.
fn promised(answer: &[u8]) -> Option<(u8, u32)> {
    let head = answer.get(..HEAD)?;
    Some((
        head[0],
        u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
    ))
}

/// The library tells a short answer, a refusal and an answer apart, and reads what is there.
pub fn check(input: &Input) {
    let answer = input.answer.bytes();
    let verdict = Verdict::of(&answer);
    let read = verdict.map(|verdict| (verdict.status.0, verdict.syndrome));
    assert_eq!(read, promised(&answer));

    let info = Info {
        device_type: input.device_type.into(),
        data: input.data.clone(),
    };
    assert_eq!(info.device_type.number(), input.device_type);
    check_info(&info);

    let any = Loopback::new(info, |_: &[u8], _: usize| answer.clone());
    if Protocol::of(input.device_type.into()).is_none() {
        let room = input.room.into();
        let response = any
            .rpc(RpcScope::Configuration, &[], room)
            .expect("an answer");
        assert_eq!(response.length, answer.len());
        assert_eq!(response.bytes, answer[..answer.len().min(room)]);
        assert_eq!(response.is_cut(), answer.len() > room);
    }
    check_capabilities(&answer, input.current);
    check_context(&answer);
}

fn check_info(info: &Info) {
    let whole = info.device_type == DeviceType::Mlx5 && info.data.len() >= 8;
    let uctx = UctxInfo::of(info);
    assert_eq!(uctx.is_some(), whole);
    if let Some(uctx) = uctx {
        assert_eq!(uctx.uid.to_ne_bytes(), info.data[..4]);
        assert_eq!(uctx.caps.to_ne_bytes(), info.data[4..8]);
    }
}

/// QUERY_HCA_CAP over a firmware that gives this answer.
fn check_capabilities(answer: &[u8], current: bool) {
    let info = Info {
        device_type: DeviceType::Mlx5,
        data: Vec::new(),
    };
    let device = Loopback::new(info, |_: &[u8], _: usize| answer.to_vec());
    let mode = if current {
        Mode::Current
    } else {
        Mode::Maximum
    };
    let caps = mlx5::query_hca_cap(&device, &GENERAL, mode);
    match promised(answer) {
        None => assert!(matches!(
            caps,
            Err(Error::ShortAnswer { got, needed: HEAD, .. }) if got == answer.len()
        )),
        Some((0, _)) if answer.len() < CAPABILITIES => assert!(matches!(
            caps,
            Err(Error::ShortAnswer { got, needed: CAPABILITIES, .. }) if got == answer.len()
        )),
        Some((0, _)) => {
            let structure = &answer[HEAD..CAPABILITIES];
            let caps = caps.expect("all of it is there");
            assert_eq!(caps.as_bytes(), structure);
            assert_eq!(caps.fields().count(), GENERAL.fields().len());
            for (field, number) in caps.fields() {
                let promised = layout::promised(structure, field.offset(), field.width());
                assert_eq!(Some(number), promised, "{}", field.name());
            }
        }
        Some(promised) => {
            let Err(Error::Status { verdict, .. }) = caps else {
                panic!("{caps:?}");
            };
            assert_eq!((verdict.status.0, verdict.syndrome), promised);
        }
    }
}

/// A context is opened by the answer to CREATE_UCTX, and carries the number that is in it.
fn check_context(answer: &[u8]) {
    let opened = mlx5::loopback(|_: &[u8], _: usize| answer.to_vec());
    let good = matches!(promised(answer), Some((0, _)));
    assert_eq!(opened.is_ok(), good);
    if let Ok(device) = opened {
        let info = device.info().expect("a loopback has its data");
        let uctx = UctxInfo::of(&info).expect("it is an mlx5 context");
        let uid = u16::from_be_bytes([answer[10], answer[11]]);
        assert_eq!(uctx.uid, u32::from(uid));
    }
}
