// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The messages, byte by byte.

use fwctl_policy::{mlx5, mock};
use linux_source::LinuxSource;
use zerocopy::{FromBytes, IntoBytes};

/// `head`, and zeros up to `length` bytes.
fn padded(head: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = head.to_vec();
    bytes.resize(length, 0);
    bytes
}

/// A request to make a user context with rights 0x01020304.
fn create_uctx() -> Vec<u8> {
    let mut head = vec![0x0a, 0x04];
    head.resize(16, 0);
    head.extend([1, 2, 3, 4]);
    padded(&head, 64)
}

/// A request to end the user context 0x1234.
fn destroy_uctx() -> Vec<u8> {
    let mut head = vec![0x0a, 0x06];
    head.resize(10, 0);
    head.extend([0x12, 0x34]);
    padded(&head, 16)
}

#[test]
fn mlx5_requests_are_encoded_as_the_prm_lays_them_out() {
    use mlx5::wire::{CreateUctx, DestroyUctx};
    assert_eq!(CreateUctx::new(0x0102_0304).as_bytes(), create_uctx());
    assert_eq!(DestroyUctx::new(0x1234).as_bytes(), destroy_uctx());
}

#[test]
fn mlx5_heads_are_decoded_as_the_prm_lays_them_out() {
    use mlx5::wire::{CreateUctxResponse, RequestHeader, ResponseHeader};
    let request = [
        0x08, 0x05, 0x12, 0x34, 0xff, 0xff, 0x00, 0x01, 0, 0, 0x90, 0x20, 0, 0, 0, 7,
    ];
    let header = RequestHeader::ref_from_bytes(&request).unwrap();
    assert_eq!(header.uid.get(), 0x1234);
    assert_eq!(header.command().opcode, 0x805);
    assert_eq!(header.command().modifier, 1);
    assert_eq!(header.fields, [0, 0, 0x90, 0x20, 0, 0, 0, 7]);

    let response = [
        3, 0, 0, 0, 0xde, 0xad, 0xbe, 0xef, 0, 0, 0x12, 0x34, 0, 0, 0, 0,
    ];
    let header = ResponseHeader::ref_from_bytes(&response).unwrap();
    assert_eq!(header.status, 3);
    assert_eq!(header.syndrome.get(), 0xdead_beef);
    let created = CreateUctxResponse::ref_from_bytes(&response).unwrap();
    assert_eq!(created.uid(), 0x1234);
}

#[test]
fn mock_messages_are_little_endian() {
    use mock::wire::{Info, RequestHeader, ResponseHeader};
    let request = [0x11, 0, 0, 0, 4, 3, 2, 1];
    let header = RequestHeader::ref_from_bytes(&request).unwrap();
    assert_eq!(header.command().opcode, mock::wire::opcode::DEBUG_READ_ONLY);
    assert_eq!(header.argument.get(), 0x0102_0304);
    let response = ResponseHeader {
        status: 0.into(),
        argument: 0x0102_0304.into(),
    };
    assert_eq!(response.as_bytes(), [0, 0, 0, 0, 4, 3, 2, 1]);
    assert_eq!(size_of::<Info>(), 8);
}

/// Prints the requests above, encoded by the kernel's own layouts: in `mlx5_ifc.h` each `u8` stands
/// for one bit.
const PROGRAM: &str = r#"
#include "linux/mlx5/mlx5_ifc.h"
static u8 message[64];
static void set(size_t bit, size_t width, u64 value)
{
    for (size_t i = 0; i < width; i++) {
        size_t at = bit + width - 1 - i;
        message[at / 8] |= (value >> i & 1) << (7 - at % 8);
    }
}
static void print(size_t bits)
{
    for (size_t i = 0; i < bits / 8; i++) {
        printf("%02x", message[i]);
        message[i] = 0;
    }
    printf("\n");
}
#define SET(type, field, value) \
    set(offsetof(struct mlx5_ifc_##type##_bits, field), \
        sizeof(((struct mlx5_ifc_##type##_bits *)0)->field), value)
int main(void)
{
    SET(create_uctx_in, opcode, MLX5_CMD_OP_CREATE_UCTX);
    SET(create_uctx_in, uctx.cap, 0x01020304);
    print(sizeof(struct mlx5_ifc_create_uctx_in_bits));
    SET(destroy_uctx_in, opcode, MLX5_CMD_OP_DESTROY_UCTX);
    SET(destroy_uctx_in, uid, 0x1234);
    print(sizeof(struct mlx5_ifc_destroy_uctx_in_bits));
    return 0;
}
"#;

#[test]
fn mlx5_requests_are_those_of_the_kernels_header() {
    let Some(linux) = LinuxSource::to_compare("bytes of mlx5 requests") else {
        return;
    };
    let theirs = linux.run(PROGRAM);
    let ours: String = [create_uctx(), destroy_uctx()]
        .iter()
        .map(|bytes| {
            let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
            digits.collect::<String>() + "\n"
        })
        .collect();
    assert_eq!(ours, theirs);
}
