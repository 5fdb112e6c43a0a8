// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The kernel's own tables and rules of fwctl, compiled for user space.
//!
//! Nothing is copied: each module is the kernel's source file. What the command line prints about
//! a command is therefore what the driver enforces, and the rules can be tested here without a
//! kernel.
//!
//! A table is checked when it is compiled:
//!
//! ```
//! use fwctl_policy::{policy::{Effect, Policy, Rule}, scope::RpcScope};
//!
//! static POLICY: Policy<'static> = Policy::new(&[
//!     Rule::new(1, "FIRST", Effect::Reads, RpcScope::Configuration),
//!     Rule::new(2, "SECOND", Effect::Reads, RpcScope::DebugReadOnly),
//! ]);
//! assert_eq!(POLICY.rule(2).unwrap().name, "SECOND");
//! ```
//!
//! An opcode that is there twice does not compile:
//!
//! ```compile_fail,E0080
//! use fwctl_policy::{policy::{Effect, Policy, Rule}, scope::RpcScope};
//!
//! static POLICY: Policy<'static> = Policy::new(&[
//!     Rule::new(1, "FIRST", Effect::Reads, RpcScope::Configuration),
//!     Rule::new(1, "SECOND", Effect::Reads, RpcScope::DebugReadOnly),
//! ]);
//! ```

#![forbid(unsafe_code)]

// The drivers' files name the core as other modules see it.
extern crate self as fwctl;

#[path = "../../../fwctl-core/credit.rs"]
pub mod credit;
#[path = "../../../fwctl-core/policy.rs"]
pub mod policy;
#[path = "../../../fwctl-core/scope.rs"]
pub mod scope;
#[path = "../../../fwctl-core/size.rs"]
pub mod size;

pub mod mlx5;
pub mod mock;
