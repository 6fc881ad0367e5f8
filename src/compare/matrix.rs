//! Personas by planned paths of choices: in how many recordings each cookie was set and sent, and each recipient asked. One matrix for each kind of
//! target, because what is recorded differs between them.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Settings;
use super::recording::Recording;
use super::tally::tally;
use crate::model::TargetKind;
use crate::report::model::comparison::{Item, ItemKind, Matrix, MatrixCell, MatrixColumn, MatrixRow};

/// The matrices, in the order of the kinds of targets.
pub(super) fn matrices(recordings: &[&Recording], settings: Settings) -> Vec<Matrix> {
    let matrix = |kind: &TargetKind| {
        let of: Vec<&Recording> =
            recordings.iter().filter(|one| one.scenario.as_ref().is_some_and(|plan| plan.kind == *kind)).copied().collect();
        (!of.is_empty()).then(|| matrix(*kind, &of, settings))
    };
    TargetKind::ALL.iter().filter_map(matrix).collect()
}

fn matrix(kind: TargetKind, recordings: &[&Recording], settings: Settings) -> Matrix {
    let mut columns: BTreeMap<_, Vec<&Recording>> = BTreeMap::new();
    for recording in recordings {
        if let Some(plan) = &recording.scenario {
            let key = (plan.state, plan.persona.clone(), plan.path, plan.choice.clone());
            columns.entry(key).or_default().push(recording);
        }
    }
    let cookies: BTreeSet<&(String, String)> = recordings.iter().flat_map(|recording| recording.cookies.keys()).collect();
    let recipients: BTreeSet<&(String, String)> = recordings.iter().flat_map(|recording| recording.bytes.keys()).collect();
    let cookie = |key: &&(String, String)| {
        let item = |kind| Item { kind, name: key.0.clone(), of: key.1.clone(), ..Item::default() };
        let cell = |column: &Vec<&Recording>| {
            let [set, sent] = [ItemKind::CookieSet, ItemKind::CookieSent].map(|kind| tally(&item(kind), column));
            MatrixCell { set: Some((set.recorded, set.of)), sent: (sent.recorded, sent.of) }
        };
        MatrixRow { nr: 0, kind: "cookie", name: key.0.clone(), of: key.1.clone(), cells: columns.values().map(cell).collect() }
    };
    let recipient = |key: &&(String, String)| {
        let item = Item { kind: ItemKind::Recipient, site: key.0.clone(), holder: key.1.clone(), ..Item::default() };
        let cell = |column: &Vec<&Recording>| {
            let asked = tally(&item, column);
            MatrixCell { set: None, sent: (asked.recorded, asked.of) }
        };
        MatrixRow { nr: 0, kind: "recipient", name: key.0.clone(), of: key.1.clone(), cells: columns.values().map(cell).collect() }
    };
    let mut rows: Vec<MatrixRow> = cookies.iter().map(cookie).chain(recipients.iter().map(recipient)).collect();
    let rows_left_out = rows.len().saturating_sub(settings.rows) as u64;
    rows.truncate(settings.rows);
    rows.iter_mut().zip(1..).for_each(|(row, nr)| row.nr = nr);
    let column = |((state, persona, path, choice), of): (&(_, String, _, String), &Vec<&Recording>)| {
        let (state, path): (&crate::model::PersonaState, &crate::model::ChoicePath) = (state, path);
        MatrixColumn { persona: persona.clone(), state: state.id(), choice: choice.clone(), path: path.id(), recordings: of.len() as u64 }
    };
    Matrix { target: kind.id(), columns: columns.iter().map(column).collect(), rows, rows_left_out }
}
