//! What is printed in columns. Every cell is made safe for a terminal here, so that no command can forget it.

use super::printable::printable;

/// Between two columns.
const GAP: &str = "  ";
/// What an empty cell shows, so that a program that splits at white space still counts right.
const EMPTY: &str = "-";

/// Rows below headings; each column is as wide as its widest cell, the last one as wide as each of its cells.
pub(super) fn columns<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = vec![headings.map(str::to_owned)];
    table.extend(rows.into_iter().map(|row| row.map(|cell| shown(&cell))));
    aligned(&table)
}

/// A line for each fact, its value behind its name.
pub(super) fn facts(facts: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let rows = facts.into_iter().map(|(name, value)| [format!("{name}:"), shown(&value)]);
    aligned(&rows.collect::<Vec<_>>())
}

fn shown(cell: &str) -> String {
    let cell = printable(cell);
    if cell.is_empty() { EMPTY.to_owned() } else { cell }
}

fn aligned<const N: usize>(table: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in table {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |row: &[String; N]| {
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join(GAP).trim_end().to_owned() + "\n"
    };
    table.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_cells_and_hold_no_commands_to_the_terminal() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        assert_eq!(
            columns(["A", "LONG", "LAST"], [row(["é", "", "x"]), row(["long\x1b[2J\n", "b", ""])]),
            "A      LONG  LAST\n\
             é      -     x\n\
             long   b     -\n"
        );
        assert_eq!(columns(["A", "B"], []), "A  B\n");
    }

    #[test]
    fn facts_stand_behind_their_names() {
        let fact = |name, value: &str| (name, value.to_owned());
        assert_eq!(
            facts([fact("name", "ann"), fact("created", ""), fact("tags", "a=\u{202e}b")]),
            "name:     ann\n\
             created:  -\n\
             tags:     a=b\n"
        );
    }
}
