/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * fwctl on a device that does not exist: FWCTL_DEVICE_TYPE_MOCK.
 *
 * The mock driver answers from memory, so that the subsystem can be tested where
 * there is no hardware. A request is a struct fwctl_mock_request, then data; a
 * response is a struct fwctl_mock_response, then data. Little endian throughout.
 *
 * errnos of FWCTL_RPC beside those of <fwctl/fwctl.h>:
 *
 *  - EMSGSIZE: the request or the memory for the response is under 8 bytes, or a
 *    request that takes no data has some
 *  - EBADMSG: no such opcode, or not at this scope
 *  - any: what FWCTL_MOCK_FAIL was asked for
 */
#ifndef _UAPI_FWCTL_MOCK_H
#define _UAPI_FWCTL_MOCK_H

#include <linux/types.h>

/** define FWCTL_DEVICE_TYPE_MOCK - "mock", outside of what Linux hands out */
#define FWCTL_DEVICE_TYPE_MOCK 0x6b636f6d

/**
 * struct fwctl_info_mock - Device data of FWCTL_INFO
 * @version: FWCTL_MOCK_VERSION
 * @context: number of this file descriptor's context, from 1 up, never used
 *	twice by one device
 */
struct fwctl_info_mock {
	__u32 version;
	__u32 context;
};

/** define FWCTL_MOCK_VERSION - Version of these messages */
#define FWCTL_MOCK_VERSION 1

/**
 * enum fwctl_mock_opcode - What the mock can do
 * @FWCTL_MOCK_ECHO: answer with the request's data, in the request's buffer
 * @FWCTL_MOCK_GROW: answer with @argument bytes of data, byte i is i % 251, at
 *	most FWCTL_MOCK_GROW_MAX (EINVAL)
 * @FWCTL_MOCK_SHRINK: answer with the first @argument bytes of the request's
 *	data, no more than it has (EINVAL)
 * @FWCTL_MOCK_FAIL: fail with errno @argument, 1 to 4095 (else EINVAL)
 * @FWCTL_MOCK_SLEEP: answer after @argument ms, at most FWCTL_MOCK_SLEEP_MAX
 *	(EINVAL). A signal ends it early (EINTR)
 * @FWCTL_MOCK_COUNT: @argument of the answer is how many requests this context
 *	has sent, this one included, and those
 *	refused left out
 * @FWCTL_MOCK_CONFIGURATION: answer with nothing, from this scope up
 * @FWCTL_MOCK_DEBUG_READ_ONLY: likewise
 * @FWCTL_MOCK_DEBUG_WRITE: likewise
 * @FWCTL_MOCK_DEBUG_WRITE_FULL: likewise
 *
 * Those without a scope in their name may be sent at any scope. FWCTL_MOCK_COUNT
 * and those with a scope in their name take no data.
 */
enum fwctl_mock_opcode {
	FWCTL_MOCK_ECHO = 1,
	FWCTL_MOCK_GROW = 2,
	FWCTL_MOCK_SHRINK = 3,
	FWCTL_MOCK_FAIL = 4,
	FWCTL_MOCK_SLEEP = 5,
	FWCTL_MOCK_COUNT = 6,
	FWCTL_MOCK_CONFIGURATION = 0x10,
	FWCTL_MOCK_DEBUG_READ_ONLY = 0x11,
	FWCTL_MOCK_DEBUG_WRITE = 0x12,
	FWCTL_MOCK_DEBUG_WRITE_FULL = 0x13,
};

/** define FWCTL_MOCK_GROW_MAX - Longest data of an answer, in bytes */
#define FWCTL_MOCK_GROW_MAX 0x400000

/** define FWCTL_MOCK_SLEEP_MAX - Longest sleep, in milliseconds */
#define FWCTL_MOCK_SLEEP_MAX 60000

/**
 * struct fwctl_mock_request - Head of a request, 8 bytes
 * @opcode: one of enum fwctl_mock_opcode
 * @argument: see the opcode; ignored where it names none
 */
struct fwctl_mock_request {
	__le32 opcode;
	__le32 argument;
};

/**
 * struct fwctl_mock_response - Head of a response, 8 bytes
 * @status: 0, the mock's firmware never fails
 * @argument: see the opcode; 0 where it names none
 */
struct fwctl_mock_response {
	__le32 status;
	__le32 argument;
};

#endif
