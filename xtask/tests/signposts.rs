//! ARCHITECTURE.md says where a newcomer goes for what is added most often. A path that is
//! not there any more would send them astray.

use std::path::Path;

/// What the table has to have a row of.
const TASKS: [&str; 6] = [
    "a credential provider",
    "a signature",
    "a gateway",
    "a parameter style",
    "a reply's content type",
    "a setter on every call",
];

#[test]
fn each_place_where_a_change_begins_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let (_, section) = text
        .split_once("### Where a change begins\n")
        .expect("the section");
    let section = section.split("\n## ").next().expect("its text");
    let rows: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .collect();
    assert_eq!(rows.len(), TASKS.len());
    for (row, task) in rows.iter().zip(TASKS) {
        assert!(row.starts_with(&format!("| {task} | ")), "{row}");
        let paths: Vec<&str> = row
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|code| code.contains('/'))
            .collect();
        assert!(paths.len() > 2, "{row}");
        for path in paths {
            assert!(root.join(path).exists(), "{task}: {path} is not there");
        }
    }
}
