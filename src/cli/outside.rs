//! Which outside lists a run uses: those that the operator names, those of the case, and those that an annex was made with. None is used that nobody
//! named.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::Value;

use super::complain;
use crate::batch::{Inputs, MANIFEST_FILE};
use crate::model::Digest;
use crate::rules::{ListKind, MOST_ADDRESS_BYTES, MOST_BYTES, OutsideList};
use crate::site::SuffixList;
use crate::vault::{Case, LISTS_FOLDER, ListStore};

/// Where added lists lie.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct StoreAt {
    /// Folder in which added lists lie [default: dataspoor/lists below $XDG_DATA_HOME, or below ~/.local/share].
    #[arg(long, value_name = "FOLDER")]
    store: Option<PathBuf>,
}

impl StoreAt {
    /// The store.
    pub(super) fn open(&self) -> anyhow::Result<ListStore> {
        let folder = self.store.clone().or_else(|| {
            let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
            let home = || std::env::var_os("HOME").filter(|home| !home.is_empty()).map(|home| Path::new(&home).join(".local/share"));
            data.or_else(home).map(|folder| folder.join("dataspoor/lists"))
        });
        match folder {
            Some(folder) => Ok(ListStore::at(&folder)),
            None => bail!("neither XDG_DATA_HOME nor HOME is set, so there is no usual place for lists; name a folder with --store"),
        }
    }
}

/// The list that the operator names: a file, or else a list that was added.
pub(super) fn list(named: &Path, store: &StoreAt) -> anyhow::Result<OutsideList> {
    if !named.exists() {
        return added(named, store);
    }
    let bytes = bytes_of(named)?;
    let Some(kind) = ListKind::of(&bytes) else {
        bail!(
            "{}: the bytes do not show what kind of list this is; add it with `dataspoor lists add NAME {0} --kind KIND`",
            named.display()
        );
    };
    OutsideList::read(&file_name(named), &bytes, kind).with_context(|| named.display().to_string())
}

/// The Public Suffix List that the operator names: a file, or else a list that was added.
pub(super) fn suffixes(named: &Path, store: &StoreAt) -> anyhow::Result<SuffixList> {
    if named.exists() {
        return SuffixList::from_file(&file_name(named), &bytes_of(named)?).with_context(|| named.display().to_string());
    }
    match added(named, store)? {
        OutsideList::Suffixes(file) => Ok(file.list),
        other => bail!("{}: this list is of the kind {}; --psl takes a Public Suffix List", named.display(), other.info().kind.name()),
    }
}

fn added(named: &Path, store: &StoreAt) -> anyhow::Result<OutsideList> {
    let store = store.open()?;
    let name = named.to_string_lossy();
    if !store.has(&name) {
        bail!("{name}: there is no such file, and no list of that name was added; check the path, or add it with `dataspoor lists add`");
    }
    Ok(store.load(&name)?)
}

/// The bytes of a file that may be a list.
pub(super) fn bytes_of(path: &Path) -> anyhow::Result<Vec<u8>> {
    let cannot = || format!("{}: the file cannot be read; check the path and its permissions", path.display());
    let meta = fs::metadata(path).with_context(cannot)?;
    let most = most_bytes(&path.to_string_lossy(), None);
    if meta.len() > most as u64 {
        bail!("{}: the file has {} bytes, more than the {most} that a list may have; check the path", path.display(), meta.len());
    }
    fs::read(path).with_context(cannot)
}

/// Bytes that a list from there may have.
pub(super) fn most_bytes(from: &str, kind: Option<ListKind>) -> usize {
    if kind == Some(ListKind::Addresses) || from.ends_with(".mmdb") { MOST_ADDRESS_BYTES } else { MOST_BYTES }
}

/// Takes over the lists that a case names, besides those that the operator names, and keeps copies in the case of what may be handed over.
pub(super) fn of_case(inputs: &mut Inputs, case: &Case, store: &StoreAt) -> anyhow::Result<()> {
    let store = match store.open() {
        Ok(store) => store,
        // Nothing is asked of it.
        Err(_) if case.file.lists.is_empty() => return Ok(()),
        Err(error) => return Err(error),
    };
    let copies = ListStore::of_case(&case.folder().join(LISTS_FOLDER));
    let mut lists = Vec::new();
    for name in &case.file.lists {
        let list = if store.has(name) || !copies.has(name) { store.load(name) } else { copies.load(name) };
        lists.push(list.with_context(|| format!("{}: the case names the list {name:?}", case.folder().display()))?);
    }
    lists.retain(|list| inputs.lists.iter().all(|known| known.info().digest != list.info().digest));
    lists.append(&mut inputs.lists);
    inputs.lists = lists;
    let used: Vec<Digest> = inputs.lists.iter().map(|list| list.info().digest).chain(inputs.suffixes.digest()).collect();
    if used.is_empty() {
        return Ok(());
    }
    // A case on a medium that cannot be written is as good for a replay; the annex says which lists it rests on.
    if let Err(error) = store.hand_over(&used, &copies) {
        complain(&format!("no copies of the lists are kept in the case: {error}"));
    }
    Ok(())
}

/// Looks for the lists that an annex was made with, by their digests: among those that the operator named, in the case, and among those added. What is
/// known of them is taken from the annex, so that its bytes can be made again.
pub(super) fn of_annex(inputs: &mut Inputs, annex: &Path, case: Option<&Case>, store: &StoreAt) -> anyhow::Result<()> {
    let Ok(manifest) = fs::read(annex.join(MANIFEST_FILE)) else { return Ok(()) };
    // A manifest that cannot be read is said elsewhere.
    let made = serde_json::from_slice::<Value>(&manifest).map(|manifest| manifest["made"].clone()).unwrap_or_default();
    let digest = |value: &Value| value.as_str().and_then(|text| text.parse::<Digest>().ok());
    // Without a store of its own the machine can still have a case, or lists that are named.
    let stores: Vec<ListStore> =
        case.map(|case| ListStore::of_case(&case.folder().join(LISTS_FOLDER))).into_iter().chain(store.open().ok()).collect();
    let find = |digest: Digest, kind: Option<ListKind>| stores.iter().find_map(|store| store.by_digest(digest, kind).ok().flatten());
    let mut lists = Vec::new();
    for used in made["lists"].as_array().into_iter().flatten() {
        let Some(digest) = digest(&used["sha256"]) else { continue };
        // The same bytes may have been read as a list of another kind under another name.
        let kind = used["kind"].as_str().and_then(|word| ListKind::ALL.into_iter().find(|kind| kind.name() == word));
        let given = inputs.lists.iter().position(|list| list.info().digest == digest).map(|at| inputs.lists.remove(at));
        let Some(mut list) = given.or_else(|| find(digest, kind)) else { continue };
        let text = |key: &str| used[key].as_str().map(str::to_owned);
        let info = list.info_mut();
        info.name = text("name").unwrap_or_default();
        (info.licence, info.origin, info.retrieved) = (text("licence"), text("origin"), text("retrieved"));
        info.may_be_handed_over = used["may_be_handed_over"].as_bool();
        lists.push(list);
    }
    // What was named besides stands behind, so that verification says that it was not used.
    lists.append(&mut inputs.lists);
    inputs.lists = lists;
    if let Some(wanted) = digest(&made["suffix_list_sha256"]).filter(|wanted| inputs.suffixes.digest() != Some(*wanted))
        && let Some(OutsideList::Suffixes(mut file)) = find(wanted, Some(ListKind::Suffixes))
    {
        let described = made["suffix_list"].as_str().unwrap_or_default();
        if let SuffixList::File { name, .. } = &mut file.list {
            *name = described.split_once(" (").map_or(described, |(name, _)| name).to_owned();
        }
        inputs.suffixes = file.list;
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
