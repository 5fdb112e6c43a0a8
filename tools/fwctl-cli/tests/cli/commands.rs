// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Each command from the command line to an emulated firmware and back, without a kernel.

use fwctl_cli::Exit;

use crate::emulated::{fwctl, fwctl_on, Emulated, Nothing};

/// ACCESS_REG, read of MGIR, 16 bytes of head and 160 of register.
fn read_mgir() -> String {
    format!(
        "0805 0000 0000 0001 0000 9020 00000000 {}",
        "00".repeat(160)
    )
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn list_shows_devices_in_columns() {
    let ran = fwctl(&["list"]);
    assert_eq!(ran.exit, Exit::Done);
    assert_eq!(
        ran.out,
        "DEVICE  DRIVER     ADDRESS       NUMBER\n\
         fwctl0  mlx5_core  0000:08:00.0  240:0\n\
         fwctl1  -          fwctl_mock    240:1\n"
    );
    assert_eq!(ran.err, "");
}

#[test]
fn list_is_json_too() {
    let json = fwctl(&["list", "--json"]).json();
    assert_eq!(json["devices"][0]["device"], "fwctl0");
    assert_eq!(json["devices"][0]["node"], "/dev/fwctl/fwctl0");
    assert_eq!(json["devices"][0]["pci"], "0000:08:00.0");
    assert_eq!(json["devices"][1]["pci"], serde_json::Value::Null);
}

#[test]
fn an_empty_list_is_no_failure() {
    for supported in [true, false] {
        let none = Nothing { supported };
        let ran = fwctl_on(&none, None, &["list"], b"");
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, ""));
        assert!(ran.err.starts_with("note: "), "{}", ran.err);

        let ran = fwctl_on(&none, None, &["--json", "list"], b"");
        assert_eq!(ran.json()["devices"], serde_json::json!([]));
        assert_eq!(ran.json()["supported"], supported);
        assert_eq!(ran.err, "");
    }
}

#[test]
fn info_tells_the_user_context() {
    let ran = fwctl(&["info", "fwctl0"]);
    assert_eq!(ran.exit, Exit::Done);
    assert!(
        ran.out.contains("Type          mlx5 (0x1)\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("(TOOLS_RESOURCES)"), "{}", ran.out);

    let json = fwctl(&["info", "fwctl0", "--json"]).json();
    assert_eq!(json["device_type"]["name"], "mlx5");
    assert_eq!(json["mlx5"]["uctx_caps"], 4);
}

#[test]
fn info_of_another_type_shows_the_drivers_data() {
    let json = fwctl(&["info", "fwctl1", "--json"]).json();
    assert_eq!(json["device_type"]["name"], "mock");
    assert_eq!(json["data"], "0100000007000000");
    assert!(fwctl(&["info", "fwctl1"]).out.contains("0100000007000000"));
}

#[test]
fn rpc_reads_a_register_at_the_lowest_scope() {
    let message = read_mgir();
    let mut command = vec!["rpc", "fwctl0", "--out-len", "176", "--json"];
    command.extend(words(&message));
    let json = fwctl(&command).json();
    assert_eq!(json["message"], "ACCESS_REG");
    assert_eq!(json["scope"], "debug-read-only");
    assert_eq!(json["out_len"], 176);
    assert_eq!(json["firmware"]["status_name"], "ok");
    assert_eq!(json["response"].as_str().unwrap().len(), 2 * 176);
    assert!(json.get("error").is_none());
}

#[test]
fn rpc_prints_a_hex_dump_with_the_firmwares_status() {
    let ran = fwctl(&[
        "rpc",
        "fwctl0",
        "--out-len",
        "16",
        "080d0000",
        "00000000",
        "0000000000000000",
    ]);
    assert_eq!(ran.exit, Exit::Done);
    assert_eq!(
        ran.out,
        "NOP at scope debug-read-only: ok (0x0), syndrome 0x00000000\n\
         00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00\n\
         00000010\n"
    );
}

#[test]
fn rpc_takes_the_message_from_standard_input() {
    let message = [1, 0, 0, 0, 0, 0, 0, 0, b'h', b'i'];
    let ran = fwctl_on(&Emulated, None, &["rpc", "fwctl1", "-", "--json"], &message);
    let json = ran.json();
    assert_eq!(json["message"], "ECHO");
    assert_eq!(json["scope"], "configuration");
    assert_eq!(json["response"], "00000000000000006869");
    assert!(json.get("firmware").is_none());
}

#[test]
fn rpc_says_when_the_answer_is_cut() {
    let ran = fwctl(&[
        "rpc",
        "fwctl1",
        "--out-len",
        "8",
        "0100000000000000",
        "cafe",
    ]);
    assert_eq!(ran.exit, Exit::Done);
    assert!(ran
        .out
        .ends_with("The whole answer has 10 bytes; see --out-len.\n"));
}

#[test]
fn a_failure_of_the_firmware_is_an_answer_and_an_error() {
    // ACCESS_REG, read of a register that does not exist.
    let message = "0805000000000001 0000ffff00000000 00000000";
    let mut command = vec!["rpc", "fwctl0"];
    command.extend(words(message));
    let ran = fwctl(&command);
    assert_eq!(ran.exit, Exit::Firmware);
    assert!(ran
        .out
        .starts_with("ACCESS_REG at scope debug-read-only: bad parameter (0x3)"));
    assert!(
        ran.err
            .starts_with("fwctl: the firmware did not carry out ACCESS_REG: bad parameter (0x3)"),
        "{}",
        ran.err
    );

    command.push("--json");
    let json = fwctl(&command).json();
    assert_eq!(json["firmware"]["status"], 3);
    assert_eq!(json["error"]["kind"], "firmware");
    assert_eq!(json["error"]["exit_code"], 6);
}

#[test]
fn cap_decodes_what_is_in_force() {
    let ran = fwctl(&["mlx5", "cap", "fwctl0"]);
    assert_eq!(ran.exit, Exit::Done);
    let line = |name: &str| {
        let mut lines = ran.out.lines().map(words);
        lines.find(|line| line.first() == Some(&name)).unwrap()
    };
    assert_eq!(line("CAPABILITY"), ["CAPABILITY", "CURRENT", "MEANING"]);
    assert_eq!(line("device_frequency_khz")[1], "156250");
    assert!(line("uctx_cap").contains(&"TOOLS_RESOURCES"));
}

#[test]
fn cap_shows_the_maximum_beside_it() {
    let json = fwctl(&["mlx5", "cap", "fwctl0", "--max", "--json"]).json();
    assert_eq!(json["capability_type"], "general");
    let fields = json["fields"].as_array().unwrap();
    let field = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap();
    assert_eq!(field("device_frequency_khz")["current"], 156_250);
    assert_eq!(field("device_frequency_khz")["offset"], 0x4e0);
    assert!(field("log_max_qp")["maximum"].is_u64());
    assert!(field("general_obj_types")["current"].is_string());

    let table = fwctl(&["mlx5", "cap", "fwctl0", "--max"]).out;
    assert!(table.lines().next().unwrap().contains("MAXIMUM"));
}

#[test]
fn cap_shows_only_what_it_is_asked_for() {
    let ran = fwctl(&["mlx5", "cap", "fwctl0", "uctx_cap", "num_ports"]);
    let names: Vec<_> = ran.out.lines().map(|line| words(line)[0]).collect();
    assert_eq!(names, ["CAPABILITY", "num_ports", "uctx_cap"]);

    let ran = fwctl(&["mlx5", "cap", "fwctl0", "num_port"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("num_ports"), "{}", ran.err);
}

#[test]
fn tables_fit_a_narrow_terminal() {
    for width in [40, 60, 80] {
        let ran = fwctl_on(&Emulated, Some(width), &["mlx5", "cap", "fwctl0"], b"");
        let widest = ran.out.lines().map(str::len).max().unwrap();
        assert!(widest <= width.into(), "{widest} columns on {width}");
    }
}

#[test]
fn man_prints_a_page_for_each_command() {
    for command in [vec![], vec!["list"], vec!["rpc"], vec!["mlx5", "cap"]] {
        let mut words = vec!["man"];
        words.extend(&command);
        let ran = fwctl(&words);
        assert_eq!(ran.exit, Exit::Done);
        let title = [vec!["FWCTL"], command].concat().join("-").to_uppercase();
        assert!(ran.out.contains(&format!(".TH {title} 1")), "{}", ran.out);
        assert!(ran.out.contains(".SH \"EXIT STATUS\""), "{}", ran.out);
    }
    assert_eq!(fwctl(&["man", "nothing"]).exit, Exit::Usage);
}
