// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The heads of messages, beside the bytes that they are made of.

use fwctl_policy::{mlx5, mock};
use zerocopy::{FromBytes, IntoBytes};

fn half(bytes: &[u8], at: usize) -> u32 {
    (u32::from(bytes[at]) << 8) | u32::from(bytes[at + 1])
}

fn word(bytes: &[u8], at: usize) -> u32 {
    (half(bytes, at) << 16) | half(bytes, at + 2)
}

fn mlx5(bytes: &[u8]) {
    use mlx5::wire::{CreateUctx, CreateUctxResponse, DestroyUctx, RequestHeader, ResponseHeader};

    let request = RequestHeader::ref_from_prefix(bytes);
    let response = ResponseHeader::ref_from_prefix(bytes);
    let (Ok((request, rest)), Ok((response, _))) = (request, response) else {
        assert!(bytes.len() < 16);
        return;
    };
    assert_eq!(request.as_bytes(), &bytes[..16]);
    assert_eq!(rest, &bytes[16..]);
    assert_eq!(request.command().opcode, half(bytes, 0));
    assert_eq!(u32::from(request.uid.get()), half(bytes, 2));
    assert_eq!(request.command().modifier, half(bytes, 6));
    assert_eq!(request.fields, bytes[8..16]);

    assert_eq!(response.as_bytes(), &bytes[..16]);
    assert_eq!(response.status, bytes[0]);
    assert_eq!(response.syndrome.get(), word(bytes, 4));

    // Whatever uid the firmware gives, that one is destroyed, in the driver's own name.
    let (created, _) = CreateUctxResponse::ref_from_prefix(bytes).expect("16 bytes are there");
    let destroy = DestroyUctx::new(created.uid());
    let mut expected = [0; 16];
    expected[..2].copy_from_slice(&[0x0a, 0x06]);
    expected[10..12].copy_from_slice(&bytes[10..12]);
    assert_eq!(destroy.as_bytes(), expected);

    let rights = word(bytes, 8);
    let create = CreateUctx::new(rights);
    let mut expected = [0; 64];
    expected[..2].copy_from_slice(&[0x0a, 0x04]);
    expected[16..20].copy_from_slice(&bytes[8..12]);
    assert_eq!(create.as_bytes(), expected);
    let decoded = CreateUctx::read_from_bytes(&expected).expect("64 bytes are there");
    assert_eq!(decoded.as_bytes(), create.as_bytes());
}

fn mock(bytes: &[u8]) {
    use mock::wire::{RequestHeader, ResponseHeader};

    let Ok((request, rest)) = RequestHeader::ref_from_prefix(bytes) else {
        assert!(bytes.len() < 8);
        return;
    };
    assert_eq!(request.as_bytes(), &bytes[..8]);
    assert_eq!(rest, &bytes[8..]);
    assert_eq!(request.command().opcode, word(bytes, 0).swap_bytes());
    assert_eq!(request.command().modifier, 0);
    assert_eq!(request.argument.get(), word(bytes, 4).swap_bytes());

    let response = ResponseHeader {
        status: word(bytes, 0).swap_bytes().into(),
        argument: word(bytes, 4).swap_bytes().into(),
    };
    assert_eq!(response.as_bytes(), &bytes[..8]);
}

/// A head is what its bytes say, and no more than is there.
pub fn check(bytes: &[u8]) {
    mlx5(bytes);
    mock(bytes);
}
