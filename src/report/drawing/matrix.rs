//! Personas by planned paths of choices: in how many of the recordings each cookie was set and sent, and each recipient asked. What was not
//! recorded stands there as not recorded.

use super::super::model::comparison::{Matrix, MatrixColumn, MatrixRow};
use super::super::text::{Texts, Value};
use super::kit::{
    BLUE, Canvas, Cut, DEEP, HEAD, Hatch, INK, LINE, MARGIN, MUTED, NAME, NOTE, ORANGE, PALE, SLANTED, VALUE, WHITE, WIDTH, extent,
};

/// Cells and things that are drawn at most; the table has the rest. The slanted name of one more would leave the picture.
const CELLS: usize = 16;
const THINGS: usize = 12;
/// Heights of the head of a persona, of a path with recordings and of one without.
const PERSONA: i64 = 26;
const PATH: i64 = 37;
const NONE: i64 = 24;
/// Where columns begin, their breadth, and the height of their heads.
const LEFT: i64 = 205;
const COLUMN: i64 = 42;
const HEADS: i64 = 140;

/// The picture, or nothing where nothing was recorded. `name` tells apart the pictures of a page.
pub(in crate::report) fn matrix(matrix: &Matrix, simulated: bool, texts: &Texts) -> String {
    if matrix.rows.is_empty() || matrix.columns.is_empty() {
        return String::new();
    }
    let mut canvas = Canvas::new(&format!("matrix-{}", matrix.target), simulated, texts);
    let things = things(&matrix.rows);
    let right = LEFT + things.len() as i64 * COLUMN;
    let top = canvas.top() + HEADS;
    heads(&mut canvas, &things, top);
    let mut personas: Vec<(&str, &str)> = Vec::new();
    let mut paths: Vec<(&str, &str)> = Vec::new();
    for column in &matrix.columns {
        let (persona, path) = ((column.persona.as_str(), column.state), (column.choice.as_str(), column.path));
        if !personas.contains(&persona) {
            personas.push(persona);
        }
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let (mut y, mut drawn) = (top, 0);
    for (persona, state) in &personas {
        if drawn == CELLS {
            break;
        }
        canvas.area((MARGIN, y), (right - MARGIN, PERSONA - 4), PALE, Hatch::None, PALE);
        let said = format!("{persona}: {}", canvas.word("cmp-w-persona-", state));
        canvas.text((MARGIN + 6, y + 15), &said, NAME, right - MARGIN - 12);
        y += PERSONA;
        for (choice, path) in paths.iter().take(CELLS - drawn) {
            drawn += 1;
            let is = |column: &MatrixColumn| {
                (&*column.persona, column.state, &*column.choice, column.path) == (*persona, *state, *choice, *path)
            };
            match matrix.columns.iter().position(is) {
                Some(at) => y = recorded(&mut canvas, &matrix.columns[at], (&things, at), (y, right)),
                None => y = not_recorded(&mut canvas, choice, (y, right)),
            }
        }
    }
    let mut below = |canvas: &mut Canvas<'_>, said: String| {
        y += 18;
        canvas.text((MARGIN, y), &said, NOTE, WIDTH - 2 * MARGIN);
    };
    let rest = matrix.rows.len() - things.len();
    if rest > 0 {
        let said = canvas.count("cmp-pic-matrix-rest", rest as u64);
        below(&mut canvas, said);
    }
    let cells = personas.len() * paths.len();
    if cells > drawn {
        let said = canvas.count("cmp-pic-matrix-cells", (cells - drawn) as u64);
        below(&mut canvas, said);
    }
    let target = canvas.word("cmp-w-target-", matrix.target);
    let args = [
        ("target", Value::from(target)),
        ("personas", Value::from(personas.len() as u64)),
        ("paths", Value::from(paths.len() as u64)),
        ("recorded", Value::from(matrix.columns.len() as u64)),
        ("open", Value::from(cells.saturating_sub(matrix.columns.len()) as u64)),
        ("recordings", Value::from(matrix.columns.iter().map(|column| column.recordings).sum::<u64>())),
        ("rows", Value::from(matrix.rows.len() as u64)),
    ];
    let (title, sentence) = (canvas.say("cmp-pic-matrix-title", &args[..1]), canvas.say("cmp-pic-matrix-desc", &args));
    canvas.finish(y + 14, &title, &sentence)
}

/// The rows of the table that have a column here: of cookies and recipients as many as each has room for, in the order of the table.
fn things(rows: &[MatrixRow]) -> Vec<&MatrixRow> {
    let cookies = rows.iter().filter(|row| row.kind == "cookie").count();
    let recipients = rows.len() - cookies;
    let cookies = cookies.min(THINGS.saturating_sub(recipients).max(THINGS / 2));
    let recipients = recipients.min(THINGS - cookies);
    let of = |cookie: bool, most: usize| rows.iter().filter(move |row| (row.kind == "cookie") == cookie).take(most);
    of(true, cookies).chain(of(false, recipients)).collect()
}

fn heads(canvas: &mut Canvas<'_>, things: &[&MatrixRow], top: i64) {
    for (thing, place) in things.iter().zip(0..) {
        let x = LEFT + place * COLUMN + COLUMN / 2;
        let cut = if thing.kind == "cookie" { Cut::End } else { Cut::Start };
        canvas.slanted((x - 2, top - 8), &thing.name, SLANTED, 146, cut);
    }
    let groups = [("cookie", "cmp-pic-matrix-cookies"), ("recipient", "cmp-pic-matrix-recipients")];
    for (kind, head) in groups {
        let Some(first) = things.iter().position(|thing| thing.kind == kind) else { continue };
        let count = things.iter().filter(|thing| thing.kind == kind).count() as i64;
        let (x, head) = (LEFT + first as i64 * COLUMN, canvas.say(head, &[]));
        canvas.text((x + 4, top - HEADS + 12), &head, HEAD, (count * COLUMN).max(90));
        canvas.line((x, top - HEADS + 2), (x, top - 4), LINE, 1, "");
    }
}

/// A path of choices with its recordings; gives where the next one stands.
fn recorded(canvas: &mut Canvas<'_>, column: &MatrixColumn, (things, at): (&[&MatrixRow], usize), (y, right): (i64, i64)) -> i64 {
    canvas.text((MARGIN + 18, y + 14), &column.choice, NAME, LEFT - MARGIN - 26);
    let said = canvas.count("cmp-recordings-n", column.recordings);
    canvas.text((MARGIN + 18, y + 30), &said, NOTE, LEFT - MARGIN - 26);
    for (thing, place) in things.iter().zip(0..) {
        let x = LEFT + place * COLUMN;
        canvas.line((x, y), (x, y + PATH - 4), LINE, 1, "");
        let Some(cell) = thing.cells.get(at) else { continue };
        match cell.set {
            Some(set) => {
                counted(canvas, set, true, (x + 4, y + 10));
                counted(canvas, cell.sent, false, (x + 4, y + 28));
            }
            None => counted(canvas, cell.sent, false, (x + 4, y + 19)),
        }
    }
    canvas.line((MARGIN + 18, y + PATH - 3), (right, y + PATH - 3), LINE, 1, "");
    y + PATH
}

/// A path of choices of which nothing was recorded for the persona.
fn not_recorded(canvas: &mut Canvas<'_>, choice: &str, (y, right): (i64, i64)) -> i64 {
    canvas.text((MARGIN + 18, y + 14), choice, NAME.fill(MUTED), LEFT - MARGIN - 26);
    canvas.area((LEFT, y + 2), (right - LEFT, NONE - 8), WHITE, Hatch::Diagonal, "#98a2ae");
    let said = canvas.say("not-recorded", &[]);
    let wide = (extent(&said, 12) + 12).min(right - LEFT);
    canvas.area((LEFT + 8, y + 1), (wide, NONE - 6), WHITE, Hatch::None, WHITE);
    canvas.text((LEFT + 14, y + 14), &said, NOTE, wide);
    y + NONE
}

/// `n` of `of` with its sign around the middle of a line: a square for what was set, a circle for what was sent; full, half or empty. Of none that could
/// tell: a hatched box.
fn counted(canvas: &mut Canvas<'_>, (n, of): (u64, u64), set: bool, (x, y): (i64, i64)) {
    if of == 0 {
        return canvas.area((x, y - 6), (COLUMN - 8, 12), WHITE, Hatch::Cross, MUTED);
    }
    let colour = if set { ORANGE } else { DEEP };
    let (filled, stroke) = (if n == of { colour } else { WHITE }, if set { INK } else { BLUE });
    if set {
        canvas.area((x, y - 5), (10, 10), filled, Hatch::None, stroke);
        if 0 < n && n < of {
            canvas.area((x, y - 5), (5, 10), colour, Hatch::None, stroke);
        }
    } else {
        canvas.circle((x + 5, y), 5, filled, stroke);
        if 0 < n && n < of {
            canvas.shape(&format!("M{} {}A5 5 0 0 0 {} {}Z", x + 5, y - 5, x + 5, y + 5), colour, stroke);
        }
    }
    canvas.text((x + 14, y + 4), &format!("{n}/{of}"), VALUE, COLUMN - 14);
}
