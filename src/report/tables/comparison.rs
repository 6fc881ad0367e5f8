//! Tables of a comparison as cells. Which recordings, entries and rows stand behind a number is written out, so that a row can be copied out of
//! its table. Nothing is decided here.

use super::super::model::comparison::{
    Answer, AnswerRow, Behind, ByteLine, ByteRange, ClassCount, ClassGroup, ClassRow, Comparison, GapLine, Item, Line, Matrix, MatrixRow,
    RegisterRow, Series, Tally,
};
use super::{joined, known, numbers};
use crate::report::table::{Cell, Column, Table, cells, flag, text, time, whole};

const ITEM: [Column; 12] = [
    text("kind"),
    text("registrable_domain"),
    text("holder"),
    text("host"),
    text("method"),
    text("rule"),
    text("path"),
    text("operation"),
    text("place_or_carrier"),
    text("name"),
    text("of"),
    text("value"),
];

const REGISTER: &[Column] = &[
    whole("nr"),
    whole("ledger_number"),
    text("name"),
    text("sha256"),
    text("format"),
    time("started"),
    text("scenario"),
    whole("repetition"),
    text("persona"),
    text("persona_state"),
    text("planned_path"),
    text("planned_path_kind"),
    text("target"),
    text("target_kind"),
    text("operated"),
    text("device"),
    text("egress"),
    text("browser"),
    text("profile"),
    text("profile_name"),
    whole("profile_used_before"),
    whole("hosts"),
    whole("hosts_first_asked_with_cookies"),
    text("buttons"),
    text("outcome"),
    text("side"),
    flag("used"),
    text("not_used_why"),
    text("not_used_by"),
    time("not_used_at"),
    text("not_used_reason"),
];

fn register(row: &RegisterRow) -> Vec<Cell> {
    let why = row.not_used.as_ref();
    let buttons = joined(&row.buttons, |button| {
        let entry = button.entry.map(|entry| format!(" entry {entry}")).unwrap_or_default();
        let says = button.says.unwrap_or("no request recorded");
        format!("{}: {:?} ({says}, said by {}{entry})", button.site, button.text.as_deref().unwrap_or("no text marked"), button.said_by)
    });
    cells![
        row.nr,
        known(row.number),
        row.name.clone(),
        row.sha256.as_deref(),
        row.format.as_deref(),
        row.started.as_deref(),
        row.scenario.as_deref(),
        known(row.repetition),
        row.persona.as_deref(),
        known(row.state),
        row.choice.as_deref(),
        known(row.path),
        row.target.as_deref(),
        known(row.kind),
        known(row.operated),
        row.device.as_deref(),
        row.egress.as_deref(),
        row.browser.as_deref(),
        row.start.profile,
        known(row.start.kept.as_ref().map(|(name, _)| name)),
        known(row.start.kept.as_ref().map(|(_, before)| before)),
        row.start.hosts,
        row.start.first_with_cookies,
        buttons,
        row.outcome.as_deref(),
        known(row.side),
        row.used,
        known(why.map(|why| why.why)),
        known(why.and_then(|why| why.by.as_ref())),
        known(why.and_then(|why| why.at.as_ref())),
        known(why.and_then(|why| why.reason.as_ref()))
    ]
}

fn item(item: &Item) -> Vec<Cell> {
    let Item { kind, site, holder, host, method, rule, path, operation, place, name, of, value } = item;
    let texts = [site, holder, host, method, rule, path, operation, place, name, of, value];
    [Cell::from(kind.id())].into_iter().chain(texts.map(Cell::from)).collect()
}

/// Columns of a tally under `name`.
macro_rules! tally_heads {
    ($name:literal) => {
        [
            whole(concat!($name, "_recorded")),
            whole(concat!($name, "_of")),
            whole(concat!($name, "_cannot_tell")),
            text(concat!($name, "_gaps")),
            text(concat!($name, "_by_scenario")),
            text(concat!($name, "_behind")),
        ]
    };
}

fn behind(behind: &Behind) -> String {
    let entries = if behind.entries.is_empty() { String::new() } else { format!(", entries {}", numbers(&behind.entries)) };
    format!("recording {}{entries} ({} row {})", behind.recording, behind.table, behind.row)
}

fn tally(tally: &Tally) -> Vec<Cell> {
    cells![
        tally.recorded,
        tally.of,
        tally.cannot_tell,
        tally.gaps.join(" "),
        joined(&tally.scenarios, |of| {
            let name = if of.scenario.is_empty() { "(no scenario)" } else { &of.scenario };
            format!("{name}: {} of {}", of.recorded, of.of)
        }),
        joined(&tally.behind, behind),
    ]
}

fn line(row: &Line) -> Vec<Cell> {
    let mut cells = cells![row.nr];
    cells.extend(item(&row.item));
    cells.extend(cells![row.paths.join(" "), row.position]);
    cells.extend(tally(&row.one));
    cells.extend(tally(&row.other));
    cells.extend(cells![row.statement, row.basis, row.difference]);
    let values = row.values.as_ref();
    cells.extend(cells![
        known(values.map(|values| values.comparable)),
        known(values.map(|values| values.one)),
        known(values.map(|values| values.other)),
        known(values.filter(|values| values.comparable).map(|values| values.both))
    ]);
    cells
}

fn bytes(row: &ByteLine) -> Vec<Cell> {
    let range = |range: &Option<ByteRange>| {
        let of = |of: fn(&ByteRange) -> u64| known(range.as_ref().map(of));
        [
            of(|range| range.recordings),
            of(|range| range.sent.0),
            of(|range| range.sent.1),
            of(|range| range.answered.0),
            of(|range| range.answered.1),
        ]
    };
    let mut cells = cells![row.nr, row.site.clone(), row.holder.clone()];
    cells.extend(range(&row.one));
    cells.extend(range(&row.other));
    cells.extend(cells![row.statement, row.basis, row.gaps.join(" ")]);
    cells
}

fn group(row: &ClassGroup) -> Vec<Cell> {
    let counts = |of: fn(&ClassCount) -> u64| joined(&row.counts, |count| format!("{}: {}", count.class, of(count)));
    cells![
        row.nr,
        row.scenario.clone(),
        row.persona.clone(),
        row.state,
        row.choice.clone(),
        row.path,
        numbers(&row.pages),
        numbers(&row.controls),
        row.basis,
        counts(|count| count.endpoints),
        counts(|count| count.cookies),
        counts(|count| count.fields)
    ]
}

fn class(row: &ClassRow) -> Vec<Cell> {
    let mut cells = cells![row.nr, row.group, row.class, row.basis];
    cells.extend(item(&row.item));
    cells.extend(cells![row.paths.join(" "), row.position]);
    cells.extend(tally(&row.page));
    cells.extend(tally(&row.controls));
    cells.push(Cell::from(row.controls_elsewhere));
    cells.push(Cell::from(joined(&row.carries, |carries| {
        let (recording, entry) = carries.first;
        format!(
            "{} in {} {} (recordings {}; first recording {recording}, entry {entry})",
            carries.what, carries.place, carries.field, carries.recordings
        )
    })));
    cells.push(Cell::from(joined(&row.joined, |join| {
        let (recording, here, there) = join.first;
        let to = &join.to;
        format!(
            "{} {} {} = {} {} of {} {}{}{} class {} (recordings {}; first recording {recording}, entries {here} and {there})",
            join.identifies,
            join.here.0,
            join.here.1,
            join.there.0,
            join.there.1,
            to.method,
            to.host,
            to.path,
            to.rule,
            join.to_class,
            join.recordings
        )
    })));
    cells
}

fn answer((question, row): &(&'static str, &AnswerRow)) -> Vec<Cell> {
    let mut cells = cells![*question, row.nr, row.scenario.clone()];
    cells.extend(item(&row.item));
    cells.extend(tally(&row.tally));
    cells.push(Cell::from(row.times));
    cells.extend(row.against.as_ref().map_or_else(|| vec![Cell::Empty; 6], tally));
    cells.extend(cells![row.basis, row.varying, row.buttons.join(" | "), known(row.same_value)]);
    cells
}

fn matrix((matrix, row, column): &(&Matrix, &MatrixRow, usize)) -> Vec<Cell> {
    let (of, cell) = (&matrix.columns[*column], &row.cells[*column]);
    cells![
        matrix.target,
        row.nr,
        row.kind,
        row.name.clone(),
        row.of.clone(),
        of.persona.clone(),
        of.state,
        of.choice.clone(),
        of.path,
        of.recordings,
        known(cell.set.map(|(n, _)| n)),
        known(cell.set.map(|(_, of)| of)),
        cell.sent.0,
        cell.sent.1
    ]
}

fn series((of, row, point): &(&Series, usize, usize)) -> Vec<Cell> {
    let (row, at) = (&of.rows[*row], &of.points[*point]);
    let cell = &row.cells[*point];
    cells![
        of.profile.clone(),
        row.nr,
        row.name.clone(),
        row.domain.clone(),
        at.recording,
        known(at.started.as_ref()),
        at.before,
        cell.state,
        cell.values.join(" "),
        cell.set,
        cell.renewed,
        cell.changed,
        cell.deleted,
        cell.sent,
        known(cell.ends.as_ref()),
        known(cell.behind.map(|(row, _)| row)),
        known(cell.behind.map(|(_, entry)| entry)),
        known(row.values),
        known(row.constant_days),
        row.expiry
    ]
}

fn gap(row: &GapLine) -> Vec<Cell> {
    cells![row.nr, row.recording, known(row.side), row.kind, row.count, row.hides.join(" ")]
}

/// Every table.
pub(in crate::report) fn tables(of: &Comparison) -> Vec<Table> {
    let simulated = of.simulated;
    let about = [text("paths"), text("position")];
    let head = |parts: &[&[Column]]| parts.concat();
    let differences = head(&[
        &[whole("nr")],
        &ITEM,
        &about,
        &tally_heads!("one"),
        &tally_heads!("other"),
        &[
            text("statement"),
            text("basis"),
            flag("difference"),
            flag("values_comparable"),
            whole("values_one"),
            whole("values_other"),
            whole("values_both"),
        ],
    ]);
    let classes = head(&[
        &[whole("nr"), whole("group"), text("class"), text("basis")],
        &ITEM,
        &about,
        &tally_heads!("page"),
        &tally_heads!("controls"),
        &[whole("controls_elsewhere_recorded"), text("carries"), text("joined")],
    ]);
    let answers = head(&[
        &[text("question"), whole("nr"), text("scenario")],
        &ITEM,
        &tally_heads!("here"),
        &[whole("times")],
        &tally_heads!("others"),
        &[text("basis"), flag("varying"), text("buttons"), whole("recordings_with_an_earlier_value")],
    ]);
    let asked: Vec<(&'static str, &AnswerRow)> =
        of.answers.iter().flat_map(|answer| answer.rows.iter().map(|row| (answer.question, row))).collect();
    let open: Vec<(&Answer, usize)> =
        of.answers.iter().flat_map(|answer| (0..answer.not_established.len()).map(move |index| (answer, index))).collect();
    let cells: Vec<(&Matrix, &MatrixRow, usize)> = of
        .matrices
        .iter()
        .flat_map(|matrix| matrix.rows.iter().flat_map(move |row| (0..row.cells.len()).map(move |column| (matrix, row, column))))
        .collect();
    let points: Vec<(&Series, usize, usize)> = of
        .series
        .iter()
        .flat_map(|of| (0..of.rows.len()).flat_map(move |row| (0..of.points.len()).map(move |point| (of, row, point))))
        .collect();
    let mut out = vec![
        Table::of("register", REGISTER, simulated, &of.register, register),
        Table::of(
            "gaps",
            &[whole("nr"), whole("recording"), text("side"), text("kind"), whole("count"), text("cannot_show")],
            simulated,
            &of.gaps,
            gap,
        ),
        Table::of(
            "class-groups",
            &[
                whole("nr"),
                text("scenario"),
                text("persona"),
                text("persona_state"),
                text("planned_path"),
                text("planned_path_kind"),
                text("page_recordings"),
                text("control_recordings"),
                text("basis"),
                text("endpoints"),
                text("cookies"),
                text("fields"),
            ],
            simulated,
            &of.classes.groups,
            group,
        ),
        Table::of("classes", &classes, simulated, &of.classes.rows, class),
        Table::of("answers", &answers, simulated, &asked, answer),
        Table::of(
            "not-established",
            &[text("question"), text("scenario"), text("why"), whole("recordings")],
            simulated,
            &open,
            |(answer, index)| {
                let row = &answer.not_established[*index];
                cells![answer.question, row.scenario.clone(), row.why, row.recordings]
            },
        ),
        Table::of(
            "matrix",
            &[
                text("target_kind"),
                whole("nr"),
                text("kind"),
                text("name"),
                text("of"),
                text("persona"),
                text("persona_state"),
                text("planned_path"),
                text("planned_path_kind"),
                whole("recordings"),
                whole("set_recorded"),
                whole("set_of"),
                whole("sent_recorded"),
                whole("sent_of"),
            ],
            simulated,
            &cells,
            matrix,
        ),
        Table::of(
            "series",
            &[
                text("profile"),
                whole("nr"),
                text("name"),
                text("domain"),
                whole("recording"),
                time("started"),
                whole("profile_used_before"),
                text("state"),
                text("values"),
                whole("set"),
                whole("renewed"),
                whole("changed"),
                whole("deleted"),
                whole("sent"),
                time("asked_until"),
                whole("cookies_row"),
                whole("first_entry"),
                whole("values_in_series"),
                whole("constant_days"),
                text("expiry"),
            ],
            simulated,
            &points,
            series,
        ),
    ];
    if let Some(sides) = &of.sides {
        out.push(Table::of("differences", &differences, simulated, &sides.lines, line));
        let heads = head(&[
            &[whole("nr"), text("registrable_domain"), text("holder")],
            &[whole("one_recordings"), whole("one_sent_min"), whole("one_sent_max"), whole("one_answered_min"), whole("one_answered_max")],
            &[
                whole("other_recordings"),
                whole("other_sent_min"),
                whole("other_sent_max"),
                whole("other_answered_min"),
                whole("other_answered_max"),
            ],
            &[text("statement"), text("basis"), text("gaps")],
        ]);
        out.push(Table::of("bytes", &heads, simulated, &sides.bytes, bytes));
    }
    out
}
