// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Each way to fail: the exit code, the sentence, what to try, and JSON all the same.

use fwctl_cli::Exit;

use crate::emulated::fwctl;

/// QUERY_EQ, which needs scope debug-read-only.
const QUERY_EQ: &str = "03030000000000000000000100000000";
/// CREATE_QP, which no scope admits.
const CREATE_QP: &str = "05000000000000000000000000000000";
/// SET_DIAGNOSTIC_PARAMS, which needs scope debug-write.
const SET_DIAGNOSTIC_PARAMS: &str = "08200000000000000000000000000000";

struct Row {
    words: &'static [&'static str],
    exit: Exit,
    kind: &'static str,
    says: &'static str,
    hint: Option<&'static str>,
}

const ROWS: &[Row] = &[
    Row {
        words: &["info", "fwctl7"],
        exit: Exit::NoDevice,
        kind: "no-device",
        says: "there is no fwctl device fwctl7",
        hint: Some("`fwctl list`"),
    },
    Row {
        words: &["mlx5", "cap", "fwctl1"],
        exit: Exit::NoDevice,
        kind: "no-device",
        says: "the device is of type mock, not mlx5",
        hint: None,
    },
    Row {
        words: &["info", "forbidden"],
        exit: Exit::Permission,
        kind: "permission",
        says: "cannot open /dev/fwctl/fwctl9: Permission denied (EACCES)",
        hint: Some("root"),
    },
    Row {
        words: &["rpc", "locked-down", "--scope", "debug-write-full", QUERY_EQ],
        exit: Exit::Permission,
        kind: "permission",
        says: "the kernel did not deliver QUERY_EQ at scope debug-write-full: Operation not permitted (EPERM)",
        hint: Some("CAP_SYS_RAWIO"),
    },
    Row {
        words: &["rpc", "locked-down", "--scope", "debug-write-full", QUERY_EQ],
        exit: Exit::Permission,
        kind: "permission",
        says: "(EPERM)",
        hint: Some("It may also be the driver that refuses this message."),
    },
    Row {
        words: &["rpc", "fwctl0", "--scope", "configuration", QUERY_EQ],
        exit: Exit::Refused,
        kind: "refused",
        says: "the kernel did not deliver QUERY_EQ at scope configuration: Bad message (EBADMSG)",
        hint: Some("It needs --scope debug-read-only or a higher one."),
    },
    Row {
        words: &["rpc", "fwctl0", "--scope", "debug-write-full", CREATE_QP],
        exit: Exit::Refused,
        kind: "refused",
        says: "the kernel did not deliver command 0x500 at scope debug-write-full: Bad message (EBADMSG)",
        hint: Some("The driver has no rule for this message"),
    },
    Row {
        words: &["rpc", "fwctl0", SET_DIAGNOSTIC_PARAMS],
        exit: Exit::Refused,
        kind: "refused",
        says: "SET_DIAGNOSTIC_PARAMS needs scope debug-write, which taints the kernel",
        hint: Some("say --scope debug-write."),
    },
    Row {
        words: &["rpc", "fwctl0", "0303"],
        exit: Exit::Refused,
        kind: "refused",
        says: "Message too long (EMSGSIZE)",
        hint: Some("The driver takes requests of 16 bytes or more."),
    },
    Row {
        words: &["rpc", "fwctl0", "--out-len", "8", QUERY_EQ],
        exit: Exit::Refused,
        kind: "refused",
        says: "Message too long (EMSGSIZE)",
        hint: Some("It needs --out-len 16 bytes or more."),
    },
    Row {
        words: &["rpc", "node", "--out-len", "2097153", QUERY_EQ],
        exit: Exit::Refused,
        kind: "refused",
        says: "Message too long (EMSGSIZE)",
        hint: Some("over 2 MiB"),
    },
    Row {
        words: &["rpc", "node", "--out-len", "18446744073709551615", QUERY_EQ],
        exit: Exit::Refused,
        kind: "refused",
        says: "Message too long (EMSGSIZE)",
        hint: Some("over 2 MiB"),
    },
    Row {
        words: &["mlx5", "cap", "gone"],
        exit: Exit::Transport,
        kind: "transport",
        says: "No such device (ENODEV)",
        hint: Some("The driver has left the device"),
    },
    Row {
        words: &["mlx5", "cap", "silent"],
        exit: Exit::Transport,
        kind: "transport",
        says: "there is no answer to the request; whether the device acted is not known: Connection timed out (ETIMEDOUT)",
        hint: Some("The device did not answer"),
    },
    Row {
        words: &["rpc", "silent", QUERY_EQ],
        exit: Exit::Transport,
        kind: "transport",
        says: "there is no answer to QUERY_EQ; whether the device acted is not known: Connection timed out (ETIMEDOUT)",
        hint: Some("The device did not answer"),
    },
    Row {
        words: &["rpc", "faulty", QUERY_EQ],
        exit: Exit::Other,
        kind: "other",
        says: "there is no answer to QUERY_EQ; whether the device acted is not known: Bad address (EFAULT)",
        hint: None,
    },
    Row {
        words: &["rpc", "picky", QUERY_EQ],
        exit: Exit::Refused,
        kind: "refused",
        says: "the kernel did not deliver QUERY_EQ at scope debug-read-only: Invalid argument (EINVAL)",
        hint: None,
    },
    Row {
        words: &["mlx5", "cap", "short-answer"],
        exit: Exit::Answer,
        kind: "answer",
        says: "the answer to QUERY_HCA_CAP has 3 bytes of 16",
        hint: None,
    },
    Row {
        words: &["rpc", "fwctl0", "@/no/such/file"],
        exit: Exit::Usage,
        kind: "usage",
        says: "cannot read the request from /no/such/file: No such file or directory (ENOENT)",
        hint: None,
    },
    Row {
        words: &["rpc", "fwctl0", "hello"],
        exit: Exit::Usage,
        kind: "usage",
        says: "the request is not hexadecimal: \"hello\" is not made of pairs of digits",
        hint: Some("@FILE"),
    },
    Row {
        words: &["rpc", "fwctl0", "0x1", "0x2"],
        exit: Exit::Usage,
        kind: "usage",
        says: "the request is not hexadecimal: \"0x1\" is not made of pairs of digits",
        hint: Some("@FILE"),
    },
    Row {
        words: &["rpc", "fwctl0", "@"],
        exit: Exit::Usage,
        kind: "usage",
        says: "the name of a file is missing after @",
        hint: None,
    },
    Row {
        words: &["rpc", "fwctl0", "@/dev/zero"],
        exit: Exit::Usage,
        kind: "usage",
        says: "the request is longer than 2 MiB",
        hint: None,
    },
];

#[test]
fn each_failure_has_its_exit_code_and_sentence() {
    for row in ROWS {
        let ran = fwctl(row.words);
        assert_eq!(ran.exit, row.exit, "{:?}: {}", row.words, ran.err);
        assert_eq!(ran.out, "", "{:?}", row.words);
        let mut lines = ran.err.lines();
        let first = lines.next().unwrap();
        assert!(first.starts_with("fwctl: "), "{first}");
        assert!(first.contains(row.says), "{:?}: {first}", row.words);
        let second = lines.next();
        match row.hint {
            Some(hint) => {
                let second = second.unwrap();
                assert!(second.starts_with("hint: "), "{second}");
                assert!(second.contains(hint), "{:?}: {second}", row.words);
            }
            None => assert_eq!(second, None),
        }
    }
}

#[test]
fn each_failure_is_json_with_the_same_content() {
    for row in ROWS {
        let words = [row.words, &["--json"]].concat();
        let ran = fwctl(&words);
        assert_eq!(ran.exit, row.exit);
        let error = &ran.json()["error"];
        assert_eq!(error["kind"], row.kind);
        assert_eq!(error["exit_code"], row.exit.code());
        assert!(error["message"].as_str().unwrap().contains(row.says));
        assert_eq!(error.get("hint").is_some(), row.hint.is_some());
        assert!(ran.err.starts_with("fwctl: "), "{}", ran.err);
    }
}

#[test]
fn an_answer_without_a_head_is_shown_all_the_same() {
    let ran = fwctl(&["rpc", "short-answer", QUERY_EQ, "--json"]);
    assert_eq!(ran.exit, Exit::Answer);
    assert_eq!(ran.json()["response"], "000000");
    assert_eq!(ran.json()["error"]["kind"], "answer");
}

#[test]
fn an_errno_has_a_member_of_its_own() {
    let json = fwctl(&["info", "forbidden", "--json"]).json();
    assert_eq!(json["error"]["errno"], "EACCES");
}

#[test]
fn wrong_usage_is_json_where_that_was_asked_for() {
    for words in [
        &["--json"][..],
        &["--json", "no-such-command"],
        &["rpc", "--json", "fwctl0"],
        &["rpc", "fwctl0", "--scope", "everything", "00", "--json"],
    ] {
        let ran = fwctl(words);
        assert_eq!(ran.exit, Exit::Usage, "{words:?}");
        assert_eq!(ran.json()["error"]["kind"], "usage");
        assert_ne!(ran.json()["error"]["message"], "");
    }
}

#[test]
fn help_and_version_are_text_and_help_says_so() {
    for (words, begins) in [
        (&["--json", "--help"][..], "Talk to the firmware"),
        (&["rpc", "--json", "--help"], "Send one message"),
        (&["--json", "--version"], "fwctl "),
    ] {
        let ran = fwctl(words);
        assert_eq!(ran.exit, Exit::Done, "{words:?}");
        assert!(ran.out.starts_with(begins), "{}", ran.out);
    }
    let help = fwctl(&["--help"]).out;
    assert!(help.contains("not for help and version"), "{help}");
    assert!(!help.contains("whatever happens"), "{help}");
}

#[test]
fn every_exit_code_but_other_is_reached() {
    let reached: Vec<u8> = ROWS.iter().map(|row| row.exit.code()).collect();
    // 0 and 6 are in commands.rs; 1 is for what has no code of its own.
    for code in [2, 3, 4, 5, 7, 8] {
        assert!(reached.contains(&code), "{code}");
    }
}
