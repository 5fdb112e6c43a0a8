// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What every policy promises, whatever its rows.

use std::collections::BTreeMap;

use fwctl_policy::policy::{Command, Effect, Grant, Policy, Refusal, Rule};
use fwctl_policy::scope::{RpcScope, UnknownScope};
use proptest::prelude::*;
use proptest::sample::select;

fn scopes() -> impl Strategy<Value = RpcScope> {
    select(RpcScope::ALL.to_vec())
}

fn effects() -> impl Strategy<Value = Effect> {
    select(vec![Effect::Reads, Effect::Configures, Effect::WritesDebug])
}

/// A row for opcode 0, with or without a special modifier and bounds.
fn rows() -> impl Strategy<Value = Rule<'static>> {
    let special = proptest::option::of((0..4_u32, effects(), scopes()));
    let request = (0..64_usize, 0..64_usize);
    (effects(), scopes(), special, request, 0..64_usize).prop_map(
        |(effect, scope, special, (least, more), response)| {
            let mut rule = Rule::new(0, "", effect, scope)
                .with_request(least, least + more)
                .with_response(response);
            if let Some((modifier, effect, scope)) = special {
                rule = rule.with_modifier(modifier, Grant::new(effect, scope));
            }
            rule
        },
    )
}

/// Rows by ascending opcode.
fn tables() -> impl Strategy<Value = Vec<Rule<'static>>> {
    let rows = proptest::collection::btree_map(0..40_u32, rows(), 0..20);
    rows.prop_map(|rows: BTreeMap<u32, Rule<'static>>| {
        let rows = rows.into_iter();
        rows.map(|(opcode, mut rule)| {
            rule.opcode = opcode;
            rule
        })
        .collect()
    })
}

fn commands() -> impl Strategy<Value = Command> {
    (0..40_u32, 0..5_u32).prop_map(|(opcode, modifier)| Command { opcode, modifier })
}

proptest! {
    #[test]
    fn without_a_row_nothing_is_admitted(
        table in tables(), command in commands(), scope in scopes(), lengths: (usize, usize),
    ) {
        let policy = Policy::from_firmware(&table).unwrap();
        let row = table.iter().find(|row| row.opcode == command.opcode);
        let verdict = policy.admit(command, scope, lengths.0, lengths.1);
        prop_assert_eq!(row.is_none(), verdict == Err(Refusal::UnknownCommand));
    }

    #[test]
    fn a_higher_scope_admits_what_a_lower_one_does(
        table in tables(), command in commands(), request in 0..128_usize, response in 0..128_usize,
    ) {
        let policy = Policy::from_firmware(&table).unwrap();
        let verdicts = RpcScope::ALL.map(|scope| policy.admit(command, scope, request, response));
        for pair in verdicts.windows(2) {
            prop_assert!(pair[0].is_err() || pair[1].is_ok());
        }
    }

    #[test]
    fn a_refused_scope_is_told_the_one_that_is_needed(
        table in tables(), command in commands(), scope in scopes(),
        request in 0..128_usize, response in 0..128_usize,
    ) {
        let policy = Policy::from_firmware(&table).unwrap();
        if let Err(Refusal::ScopeTooLow(needed)) = policy.admit(command, scope, request, response) {
            prop_assert!(scope < needed);
            let verdict = policy.admit(command, needed, request, response);
            prop_assert!(!matches!(verdict, Err(Refusal::ScopeTooLow(_))));
        }
    }

    #[test]
    fn an_admitted_message_is_within_its_rows_bounds(
        table in tables(), command in commands(), scope in scopes(),
        request in 0..128_usize, response in 0..128_usize,
    ) {
        let policy = Policy::from_firmware(&table).unwrap();
        if let Ok(rule) = policy.admit(command, scope, request, response) {
            prop_assert_eq!(rule.opcode, command.opcode);
            prop_assert!(rule.grant(command.modifier).scope <= scope);
            prop_assert!(rule.request.contain(request));
            prop_assert!(rule.response.contain(response));
        }
    }

    #[test]
    fn rows_have_to_ascend_strictly(opcodes in proptest::collection::vec(0..6_u32, 0..5)) {
        let rule = |opcode| Rule::new(opcode, "", Effect::Reads, RpcScope::Configuration);
        let table: Vec<_> = opcodes.iter().copied().map(rule).collect();
        let ascend = opcodes.windows(2).all(|pair| pair[0] < pair[1]);
        prop_assert_eq!(Policy::from_firmware(&table).is_some(), ascend);
    }

    #[test]
    fn numbers_beyond_the_scopes_are_unknown(number: u32) {
        match RpcScope::try_from(number) {
            Ok(scope) => prop_assert_eq!(scope as u32, number),
            Err(unknown) => {
                prop_assert_eq!(unknown, UnknownScope(number));
                prop_assert!(number > 3);
            }
        }
    }
}

#[test]
fn the_mlx5_table_has_the_rows_that_linux_has() {
    let rules = fwctl_policy::mlx5::policy::POLICY.rules();
    assert_eq!(rules.len(), 94);
    let from = |scope| {
        let read = |rule: &&Rule<'_>| rule.grant(1).scope == scope;
        rules.iter().filter(read).count()
    };
    assert_eq!(from(RpcScope::Configuration), 11);
    assert_eq!(from(RpcScope::DebugReadOnly), 82);
    assert_eq!(from(RpcScope::DebugWrite), 1);
}

#[test]
fn strict_mode_grants_what_the_scope_says() {
    use Effect::{Configures, Reads, WritesDebug};
    use RpcScope::{Configuration, DebugReadOnly, DebugWrite, DebugWriteFull};
    let grants = |grant: Grant| RpcScope::ALL.map(|scope| grant.is_strict(scope));
    for (effect, from, expected) in [
        (Reads, Configuration, [true, true, true, true]),
        (Reads, DebugReadOnly, [false, true, true, true]),
        (Configures, Configuration, [true, false, true, true]),
        (WritesDebug, DebugWrite, [false, false, true, true]),
        (WritesDebug, DebugWriteFull, [false, false, false, true]),
    ] {
        assert_eq!(
            grants(Grant::new(effect, from)),
            expected,
            "{effect:?} {from:?}"
        );
    }
    let risky = Grant::new(Configures, Configuration).strictly_from(DebugWrite);
    assert_eq!(grants(risky), [false, false, true, true]);
}

#[test]
fn strict_mode_differs_from_linux_where_the_tables_say() {
    let mut differs = Vec::new();
    for rule in fwctl_policy::mlx5::policy::POLICY.rules() {
        for modifier in [0, 1] {
            let grant = rule.grant(modifier);
            for scope in RpcScope::ALL {
                if scope >= grant.scope && !grant.is_strict(scope) {
                    differs.push((rule.name, modifier, scope));
                }
            }
        }
    }
    let configures = |name| [0, 1].map(|modifier| (name, modifier, RpcScope::DebugReadOnly));
    let writes =
        |name| [RpcScope::Configuration, RpcScope::DebugReadOnly].map(|scope| (name, 0, scope));
    let expected = [
        configures("SET_HCA_CAP"),
        configures("DELEGATE_VHCA_MANAGEMENT"),
        writes("ACCESS_REG"),
        configures("MODIFY_CONG_STATUS"),
        writes("ACCESS_REGISTER_USER"),
        configures("POSTPONE_CONNECTED_QP_TIMEOUT"),
    ];
    assert_eq!(differs, expected.concat());
}

#[test]
fn names_in_a_table_are_unique() {
    for policy in [
        &fwctl_policy::mlx5::policy::POLICY,
        &fwctl_policy::mock::policy::POLICY,
    ] {
        let mut names: Vec<_> = policy.rules().iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), policy.rules().len());
    }
}

#[test]
fn what_writes_debug_state_is_never_granted_below_debug_write() {
    for policy in [
        &fwctl_policy::mlx5::policy::POLICY,
        &fwctl_policy::mock::policy::POLICY,
    ] {
        for rule in policy.rules() {
            for modifier in [0, 1] {
                let grant = rule.grant(modifier);
                let writes = grant.effect == Effect::WritesDebug;
                assert!(!writes || grant.scope.taints(), "{}", rule.name);
            }
        }
    }
}
