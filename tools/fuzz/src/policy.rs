// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Policies beside a search that looks at every row.

use std::collections::BTreeMap;

use arbitrary::Arbitrary;
use fwctl_policy::policy::{Bounds, Command, Effect, Grant, Policy, Refusal, Rule};
use fwctl_policy::scope::RpcScope;
use fwctl_policy::{mlx5, mock};

use crate::input::Scope;

/// What a command does.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Does {
    Reads,
    Configures,
    WritesDebug,
}

impl From<Does> for Effect {
    fn from(does: Does) -> Self {
        match does {
            Does::Reads => Self::Reads,
            Does::Configures => Self::Configures,
            Does::WritesDebug => Self::WritesDebug,
        }
    }
}

/// A row of a table.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Row {
    opcode: u8,
    effect: Does,
    scope: Scope,
    /// In strict mode.
    strict: Option<Scope>,
    special: Option<(u8, Does, Scope)>,
    request: (u8, u8),
    response: u8,
}

/// A request, as far as a policy looks at it.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Request {
    opcode: u8,
    modifier: u8,
    scope: u32,
    request: u16,
    response: u16,
}

/// A table, and requests that are put before it.
#[derive(Arbitrary, Debug)]
pub struct Input {
    rows: Vec<Row>,
    /// Whether the rows are put into order first.
    sorted: bool,
    requests: Vec<Request>,
    /// A request to the tables of the drivers: opcode, modifier, lengths.
    known: (u32, u32, usize, usize),
}

/// Spreads small numbers over all that there are, and keeps their order.
fn spread(small: u8) -> u32 {
    u32::from_be_bytes([small; 4])
}

fn rule(row: &Row) -> Rule<'static> {
    let (least, more) = (usize::from(row.request.0), usize::from(row.request.1));
    let mut rule = Rule::new(spread(row.opcode), "", row.effect.into(), row.scope.into())
        .with_request(least, least + more)
        .with_response(row.response.into());
    if let Some(scope) = row.strict {
        rule = rule.strictly_from(scope.into());
    }
    match row.special {
        Some((modifier, effect, scope)) => {
            rule.with_modifier(spread(modifier), Grant::new(effect.into(), scope.into()))
        }
        None => rule,
    }
}

/// The verdict on `request` at `scope`: the opcode of the row that admits it, or the reason.
fn promised(rows: &[Row], request: &Request, scope: RpcScope) -> Result<u32, Refusal> {
    let mut matching = rows.iter().filter(|row| row.opcode == request.opcode);
    let row = matching.next().ok_or(Refusal::UnknownCommand)?;
    let needed = match row.special {
        Some((modifier, _, scope)) if modifier == request.modifier => scope,
        _ => row.scope,
    };
    let needed = RpcScope::from(needed);
    if (scope as u32) < (needed as u32) {
        return Err(Refusal::ScopeTooLow(needed));
    }
    let (least, more) = row.request;
    let bounds = Bounds {
        least: least.into(),
        most: usize::from(least) + usize::from(more),
    };
    if !(bounds.least..=bounds.most).contains(&request.request.into()) {
        return Err(Refusal::RequestLength(bounds));
    }
    if request.response < row.response.into() {
        return Err(Refusal::ResponseLength(Bounds {
            least: row.response.into(),
            most: usize::MAX,
        }));
    }
    Ok(spread(row.opcode))
}

/// Whether strict mode has nothing against `scope`, for a request that is admitted there.
fn strictly(row: &Row, modifier: u8, scope: RpcScope) -> bool {
    let (does, from) = match row.special {
        Some((special, does, scope)) if special == modifier => (does, scope),
        _ => (row.effect, row.strict.unwrap_or(row.scope)),
    };
    match scope {
        RpcScope::Configuration => matches!(from, Scope::Configuration),
        RpcScope::DebugReadOnly => {
            matches!(from, Scope::Configuration | Scope::DebugReadOnly)
                && matches!(does, Does::Reads)
        }
        RpcScope::DebugWrite => !matches!(from, Scope::DebugWriteFull),
        RpcScope::DebugWriteFull => true,
    }
}

/// What the core makes of the scope's number before it asks the policy.
fn scope_of(number: u32) -> Option<RpcScope> {
    let scope = RpcScope::try_from(number).ok();
    assert_eq!(scope.is_some(), number < 4);
    if let Some(scope) = scope {
        assert_eq!(scope as u32, number);
        assert_eq!(scope.taints(), number >= 2);
        assert_eq!(scope.is_privileged(), number == 3);
    }
    scope
}

/// A refusal at one scope holds at every lower one.
fn refused_below(policy: &Policy<'_>, command: Command, request: usize, response: usize) {
    let verdicts = RpcScope::ALL.map(|scope| policy.admit(command, scope, request, response));
    for pair in verdicts.windows(2) {
        assert!(pair[0].is_err() || pair[1].is_ok(), "{verdicts:?}");
    }
}

/// The table of a driver answers like a search through its rows.
fn check_known(policy: &Policy<'_>, input: &Input) {
    let (opcode, modifier, request, response) = input.known;
    let command = Command { opcode, modifier };
    let row = policy.rules().iter().find(|rule| rule.opcode == opcode);
    for scope in RpcScope::ALL {
        let admitted = row.is_some_and(|row| {
            row.grant(modifier).scope <= scope
                && (row.request.least..=row.request.most).contains(&request)
                && (row.response.least..=row.response.most).contains(&response)
        });
        let verdict = policy.admit(command, scope, request, response);
        assert_eq!(verdict.is_ok(), admitted, "{command:?} at {scope:?}");
    }
    refused_below(policy, command, request, response);
}

/// A policy is its rows, one by one.
pub fn check(input: &Input) {
    let mut rows = input.rows.clone();
    if input.sorted {
        let unique: BTreeMap<u8, Row> = rows.iter().map(|row| (row.opcode, *row)).collect();
        rows = unique.into_values().collect();
    }
    let rules: Vec<_> = rows.iter().map(rule).collect();
    let ascend = (1..rows.len()).all(|at| rows[at - 1].opcode < rows[at].opcode);
    let policy = Policy::from_firmware(&rules);
    assert_eq!(policy.is_some(), ascend);

    if let Some(policy) = policy {
        for request in &input.requests {
            let command = Command {
                opcode: spread(request.opcode),
                modifier: spread(request.modifier),
            };
            let (len, room) = (request.request.into(), request.response.into());
            if let Some(scope) = scope_of(request.scope) {
                let verdict = policy.admit(command, scope, len, room);
                let opcode = verdict.map(|rule| rule.opcode);
                assert_eq!(opcode, promised(&rows, request, scope));
                let row = rows.iter().find(|row| row.opcode == request.opcode);
                if let (Ok(rule), Some(row)) = (verdict, row) {
                    let strict = rule.grant(command.modifier).is_strict(scope);
                    assert_eq!(strict, strictly(row, request.modifier, scope));
                }
            }
            refused_below(&policy, command, len, room);
        }
    }
    check_known(&mlx5::policy::POLICY, input);
    check_known(&mock::policy::POLICY, input);
}
