// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The firmware model, command by command.

mod capabilities;
mod card_registers;
mod components;
mod configuration;
mod dumps;
mod event_queues;
mod headers;
mod lifecycle;
mod message;
mod pages;
mod port_registers;
mod random;
mod registers;
mod user_contexts;
