//! Tables of a comparison as CSV cells. Which recordings, entries and rows stand behind a number is written out, so that a row can be copied out of
//! its table. Nothing is decided here.

use super::super::model::comparison::{
    Answer, AnswerRow, Behind, ByteLine, ByteRange, ClassCount, ClassGroup, ClassRow, Comparison, GapLine, Item, Line, Matrix, MatrixRow,
    RegisterRow, Series, Tally,
};
use super::{joined, known, numbers, table};

const ITEM: [&str; 12] =
    ["kind", "registrable_domain", "holder", "host", "method", "rule", "path", "operation", "place_or_carrier", "name", "of", "value"];

const REGISTER: &[&str] = &[
    "nr",
    "ledger_number",
    "name",
    "sha256",
    "format",
    "started",
    "scenario",
    "repetition",
    "persona",
    "persona_state",
    "planned_path",
    "planned_path_kind",
    "target",
    "target_kind",
    "operated",
    "device",
    "egress",
    "browser",
    "profile",
    "profile_name",
    "profile_used_before",
    "hosts",
    "hosts_first_asked_with_cookies",
    "buttons",
    "outcome",
    "side",
    "used",
    "not_used_why",
    "not_used_by",
    "not_used_at",
    "not_used_reason",
];

fn register(row: &RegisterRow) -> Vec<String> {
    let why = row.not_used.as_ref();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let buttons = joined(&row.buttons, |button| {
        let entry = button.entry.map(|entry| format!(" entry {entry}")).unwrap_or_default();
        let says = button.says.unwrap_or("no request recorded");
        format!("{}: {:?} ({says}, said by {}{entry})", button.site, button.text.as_deref().unwrap_or("no text marked"), button.said_by)
    });
    vec![
        row.nr.to_string(),
        known(row.number),
        row.name.clone(),
        text(&row.sha256),
        text(&row.format),
        text(&row.started),
        text(&row.scenario),
        known(row.repetition),
        text(&row.persona),
        known(row.state),
        text(&row.choice),
        known(row.path),
        text(&row.target),
        known(row.kind),
        known(row.operated),
        text(&row.device),
        text(&row.egress),
        text(&row.browser),
        row.start.profile.to_owned(),
        known(row.start.kept.as_ref().map(|(name, _)| name)),
        known(row.start.kept.as_ref().map(|(_, before)| before)),
        row.start.hosts.to_string(),
        row.start.first_with_cookies.to_string(),
        buttons,
        text(&row.outcome),
        known(row.side),
        row.used.to_string(),
        known(why.map(|why| why.why)),
        known(why.and_then(|why| why.by.as_ref())),
        known(why.and_then(|why| why.at.as_ref())),
        known(why.and_then(|why| why.reason.as_ref())),
    ]
}

fn item(item: &Item) -> Vec<String> {
    let Item { kind, site, holder, host, method, rule, path, operation, place, name, of, value } = item;
    let texts = [site, holder, host, method, rule, path, operation, place, name, of, value];
    [kind.id().to_owned()].into_iter().chain(texts.map(Clone::clone)).collect()
}

/// Columns of a tally under `name`.
macro_rules! tally_heads {
    ($name:literal) => {
        [
            concat!($name, "_recorded"),
            concat!($name, "_of"),
            concat!($name, "_cannot_tell"),
            concat!($name, "_gaps"),
            concat!($name, "_by_scenario"),
            concat!($name, "_behind"),
        ]
    };
}

fn behind(behind: &Behind) -> String {
    let entries = if behind.entries.is_empty() { String::new() } else { format!(", entries {}", numbers(&behind.entries)) };
    format!("recording {}{entries} ({} row {})", behind.recording, behind.table, behind.row)
}

fn tally(tally: &Tally) -> [String; 6] {
    [
        tally.recorded.to_string(),
        tally.of.to_string(),
        tally.cannot_tell.to_string(),
        tally.gaps.join(" "),
        joined(&tally.scenarios, |of| {
            let name = if of.scenario.is_empty() { "(no scenario)" } else { &of.scenario };
            format!("{name}: {} of {}", of.recorded, of.of)
        }),
        joined(&tally.behind, behind),
    ]
}

fn line(row: &Line) -> Vec<String> {
    let mut cells = vec![row.nr.to_string()];
    cells.extend(item(&row.item));
    cells.extend([row.paths.join(" "), row.position.to_owned()]);
    cells.extend(tally(&row.one));
    cells.extend(tally(&row.other));
    cells.extend([row.statement.to_owned(), row.basis.to_owned(), row.difference.to_string()]);
    let values = row.values.as_ref();
    cells.extend([
        known(values.map(|values| values.comparable)),
        known(values.map(|values| values.one)),
        known(values.map(|values| values.other)),
        known(values.filter(|values| values.comparable).map(|values| values.both)),
    ]);
    cells
}

fn bytes(row: &ByteLine) -> Vec<String> {
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
    let mut cells = vec![row.nr.to_string(), row.site.clone(), row.holder.clone()];
    cells.extend(range(&row.one));
    cells.extend(range(&row.other));
    cells.extend([row.statement.to_owned(), row.basis.to_owned(), row.gaps.join(" ")]);
    cells
}

fn group(row: &ClassGroup) -> Vec<String> {
    let counts = |of: fn(&ClassCount) -> u64| joined(&row.counts, |count| format!("{}: {}", count.class, of(count)));
    vec![
        row.nr.to_string(),
        row.persona.clone(),
        row.state.to_owned(),
        row.choice.clone(),
        row.path.to_owned(),
        numbers(&row.pages),
        numbers(&row.controls),
        row.basis.to_owned(),
        counts(|count| count.endpoints),
        counts(|count| count.cookies),
        counts(|count| count.fields),
    ]
}

fn class(row: &ClassRow) -> Vec<String> {
    let mut cells = vec![row.nr.to_string(), row.group.to_string(), row.class.to_owned(), row.basis.to_owned()];
    cells.extend(item(&row.item));
    cells.extend([row.paths.join(" "), row.position.to_owned()]);
    cells.extend(tally(&row.page));
    cells.extend(tally(&row.controls));
    cells.push(row.controls_elsewhere.to_string());
    cells.push(joined(&row.carries, |carries| {
        let (recording, entry) = carries.first;
        format!(
            "{} in {} {} (recordings {}; first recording {recording}, entry {entry})",
            carries.what, carries.place, carries.field, carries.recordings
        )
    }));
    cells.push(joined(&row.joined, |join| {
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
    }));
    cells
}

fn answer((question, row): &(&'static str, &AnswerRow)) -> Vec<String> {
    let mut cells = vec![(*question).to_owned(), row.nr.to_string(), row.scenario.clone()];
    cells.extend(item(&row.item));
    cells.extend(tally(&row.tally));
    cells.push(row.times.to_string());
    cells.extend(row.against.as_ref().map_or_else(Default::default, tally));
    cells.extend([row.basis.to_owned(), row.varying.to_string(), row.buttons.join(" | "), known(row.same_value)]);
    cells
}

fn matrix((matrix, row, column): &(&Matrix, &MatrixRow, usize)) -> Vec<String> {
    let (of, cell) = (&matrix.columns[*column], &row.cells[*column]);
    vec![
        matrix.target.to_owned(),
        row.nr.to_string(),
        row.kind.to_owned(),
        row.name.clone(),
        row.of.clone(),
        of.persona.clone(),
        of.state.to_owned(),
        of.choice.clone(),
        of.path.to_owned(),
        of.recordings.to_string(),
        known(cell.set.map(|(n, _)| n)),
        known(cell.set.map(|(_, of)| of)),
        cell.sent.0.to_string(),
        cell.sent.1.to_string(),
    ]
}

fn series((of, row, point): &(&Series, usize, usize)) -> Vec<String> {
    let (row, at) = (&of.rows[*row], &of.points[*point]);
    let cell = &row.cells[*point];
    vec![
        of.profile.clone(),
        row.nr.to_string(),
        row.name.clone(),
        row.domain.clone(),
        at.recording.to_string(),
        known(at.started.as_ref()),
        at.before.to_string(),
        cell.state.to_owned(),
        cell.values.join(" "),
        cell.set.to_string(),
        cell.renewed.to_string(),
        cell.changed.to_string(),
        cell.deleted.to_string(),
        cell.sent.to_string(),
        known(cell.ends.as_ref()),
        known(cell.behind.map(|(row, _)| row)),
        known(cell.behind.map(|(_, entry)| entry)),
        known(row.values),
        known(row.constant_days),
        row.expiry.to_owned(),
    ]
}

fn gap(row: &GapLine) -> Vec<String> {
    vec![row.nr.to_string(), row.recording.to_string(), known(row.side), row.kind.to_owned(), row.count.to_string(), row.hides.join(" ")]
}

/// Name and bytes of every table.
pub(in crate::report) fn tables(of: &Comparison) -> Result<Vec<(&'static str, Vec<u8>)>, csv::Error> {
    let simulated = of.simulated;
    let about = ["paths", "position"];
    let head = |parts: &[&[&'static str]]| parts.concat();
    let differences = head(&[
        &["nr"],
        &ITEM,
        &about,
        &tally_heads!("one"),
        &tally_heads!("other"),
        &["statement", "basis", "difference", "values_comparable", "values_one", "values_other", "values_both"],
    ]);
    let classes = head(&[
        &["nr", "group", "class", "basis"],
        &ITEM,
        &about,
        &tally_heads!("page"),
        &tally_heads!("controls"),
        &["controls_elsewhere_recorded", "carries", "joined"],
    ]);
    let answers = head(&[
        &["question", "nr", "scenario"],
        &ITEM,
        &tally_heads!("here"),
        &["times"],
        &tally_heads!("others"),
        &["basis", "varying", "buttons", "recordings_with_an_earlier_value"],
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
        ("register.csv", table(REGISTER, simulated, &of.register, register)?),
        ("gaps.csv", table(&["nr", "recording", "side", "kind", "count", "cannot_show"], simulated, &of.gaps, gap)?),
        (
            "class-groups.csv",
            table(
                &[
                    "nr",
                    "persona",
                    "persona_state",
                    "planned_path",
                    "planned_path_kind",
                    "page_recordings",
                    "control_recordings",
                    "basis",
                    "endpoints",
                    "cookies",
                    "fields",
                ],
                simulated,
                &of.classes.groups,
                group,
            )?,
        ),
        ("classes.csv", table(&classes, simulated, &of.classes.rows, class)?),
        ("answers.csv", table(&answers, simulated, &asked, answer)?),
        (
            "not-established.csv",
            table(&["question", "scenario", "why", "recordings"], simulated, &open, |(answer, index)| {
                let row = &answer.not_established[*index];
                vec![answer.question.to_owned(), row.scenario.clone(), row.why.to_owned(), row.recordings.to_string()]
            })?,
        ),
        (
            "matrix.csv",
            table(
                &[
                    "target_kind",
                    "nr",
                    "kind",
                    "name",
                    "of",
                    "persona",
                    "persona_state",
                    "planned_path",
                    "planned_path_kind",
                    "recordings",
                    "set_recorded",
                    "set_of",
                    "sent_recorded",
                    "sent_of",
                ],
                simulated,
                &cells,
                matrix,
            )?,
        ),
        (
            "series.csv",
            table(
                &[
                    "profile",
                    "nr",
                    "name",
                    "domain",
                    "recording",
                    "started",
                    "profile_used_before",
                    "state",
                    "values",
                    "set",
                    "renewed",
                    "changed",
                    "deleted",
                    "sent",
                    "asked_until",
                    "cookies_row",
                    "first_entry",
                    "values_in_series",
                    "constant_days",
                    "expiry",
                ],
                simulated,
                &points,
                series,
            )?,
        ),
    ];
    if let Some(sides) = &of.sides {
        out.push(("differences.csv", table(&differences, simulated, &sides.lines, line)?));
        let heads = head(&[
            &["nr", "registrable_domain", "holder"],
            &["one_recordings", "one_sent_min", "one_sent_max", "one_answered_min", "one_answered_max"],
            &["other_recordings", "other_sent_min", "other_sent_max", "other_answered_min", "other_answered_max"],
            &["statement", "basis", "gaps"],
        ]);
        out.push(("bytes.csv", table(&heads, simulated, &sides.bytes, bytes)?));
    }
    Ok(out)
}
