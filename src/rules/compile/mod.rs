//! Compiles the texts of rule files into one set: all files together, checked against each other, every mistake with its place.

mod checks;
mod counts;
mod examples;
mod owners;
mod signatures;
mod statements;
mod subjects;

use hashbrown::{HashMap, HashSet};
use toml::Spanned;

use self::counts::Counted;
use super::file::{Diagnostic, Places, parse};
use super::raw::RawFile;
use super::set::RuleSet;
use super::subject::{Category, Counter, FileInfo, Lifetime, Owner, Source};
use crate::model::Digest;

/// Version of the rule file format that is written. Version 1 is the same with fewer tables and keys.
const FORMAT: u32 = 2;

/// Identifier of the file whose sources serve all files.
const SHARED_SOURCES: &str = "sources";

impl RuleSet {
    /// Reads and checks `files` (name and text). Order does not matter.
    ///
    /// # Errors
    ///
    /// All mistakes found, by file and line.
    pub fn compile<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<Diagnostic>> {
        let (set, mistakes) = Self::compile_what_holds(files);
        if mistakes.is_empty() { Ok(set) } else { Err(mistakes) }
    }

    /// The same, leaving out whatever has a mistake. For who must go on with rules that are known to be broken, and says so.
    #[must_use]
    pub fn compile_what_holds<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<Diagnostic>) {
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort_unstable();
        let mut compiler = Compiler::default();
        let mut parsed = Vec::new();
        for (name, text) in &files {
            let (raw, mistakes) = parse(name, text);
            compiler.diagnostics.extend(mistakes);
            compiler.broken.extend(raw.broken.iter().cloned());
            parsed.push(File { places: Places::new(name, text), index: parsed.len(), name, text, raw });
        }
        // Owners, categories and sources first: rules of any file may refer to them.
        parsed.iter().for_each(|file| compiler.declare(file));
        parsed.iter().for_each(|file| compiler.fill(file));
        parsed.iter().for_each(|file| compiler.examples(file));
        compiler.set.mask_secret_cookies();
        compiler.set.index();
        compiler.diagnostics.sort();
        compiler.diagnostics.dedup();
        (compiler.set, compiler.diagnostics)
    }
}

/// A rule file while it is compiled.
pub(super) struct File<'f> {
    pub(super) places: Places<'f>,
    /// Index in [`RuleSet::files`].
    pub(super) index: usize,
    name: &'f str,
    text: &'f str,
    pub(super) raw: RawFile,
}

impl File<'_> {
    /// Its identifier; empty where its head has a mistake.
    fn id(&self) -> &str {
        self.raw.head.as_ref().map_or("", |head| head.id.get_ref())
    }

    pub(super) fn place<T>(&self, at: &Spanned<T>) -> super::Place {
        let (line, column) = self.places.line_column(at.span().start);
        super::Place { file: self.index, line, column }
    }
}

#[derive(Default)]
pub(super) struct Compiler {
    pub(super) set: RuleSet,
    diagnostics: Vec<Diagnostic>,
    /// File and line of every identifier.
    ids: HashMap<String, String>,
    /// Identifiers of tables that could not be read.
    broken: HashSet<String>,
    source_index: HashMap<String, usize>,
    /// What is counted under a name.
    counted: HashMap<String, Counted>,
}

impl Compiler {
    pub(super) fn mistake<T>(&mut self, file: &File<'_>, at: &Spanned<T>, message: String, hint: &str) {
        self.diagnostics.push(file.places.diagnostic(at.span().start, message, hint));
    }

    /// How many mistakes were found so far. A rule during whose compilation the number grew does not become part of the set.
    pub(super) fn mistakes(&self) -> usize {
        self.diagnostics.len()
    }

    /// Checks an identifier's letters and that nobody else has it.
    pub(super) fn id(&mut self, file: &File<'_>, kind: &str, id: &Spanned<String>) {
        let text = id.get_ref();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')) {
            self.mistake(file, id, format!("{text:?} is no identifier"), "use letters, digits, '.', '-' and '_'");
        }
        let here = format!("{}:{}", file.name, file.place(id).line);
        if let Some(earlier) = self.ids.insert(format!("{kind} {text}"), here) {
            self.mistake(file, id, format!("the {kind} {text:?} stands already in {earlier}"), "give every one its own identifier");
        }
    }

    fn declare(&mut self, file: &File<'_>) {
        let raw = &file.raw;
        if let Some(head) = &raw.head {
            if !(1..=FORMAT).contains(head.format.get_ref()) {
                let message = format!("format {} is not known", head.format.get_ref());
                self.mistake(file, &head.format, message, "this program reads formats 1 and 2; a newer one may read this file");
            }
            self.id(file, "file", &head.id);
            self.date(file, &head.version);
        }
        for source in &raw.source {
            let id = format!("{}/{}", file.id(), source.id.get_ref());
            self.id(file, &format!("source of {}", file.id()), &source.id);
            self.date(file, &source.date);
            for (key, value) in [("title", &source.title), ("publisher", &source.publisher), ("reference", &source.reference)] {
                if value.trim().is_empty() {
                    self.mistake(file, &source.id, format!("the source has an empty {key}"), "a reader must be able to find the work");
                }
            }
            self.source_index.insert(id.clone(), self.set.sources.len());
            self.set.sources.push(Source {
                id,
                title: source.title.clone(),
                publisher: source.publisher.clone(),
                reference: source.reference.clone(),
                date: source.date.get_ref().clone(),
                consulted: source.consulted,
                place: file.place(&source.id),
            });
        }
        for category in &raw.category {
            self.id(file, "category", &category.id);
            self.set.categories.push(Category {
                id: category.id.get_ref().clone(),
                label: category.label.clone(),
                meaning: category.meaning.clone(),
            });
        }
        for owner in &raw.owner {
            self.id(file, "owner", &owner.id);
            self.set.owners.push(Owner {
                id: owner.id.get_ref().clone(),
                name: owner.name.clone(),
                country: owner.country.as_ref().map(|country| country.get_ref().clone()),
                contracts: Vec::new(),
                place: file.place(&owner.id),
            });
        }
        let subjects = raw.cookie.len() + raw.storage.len() + raw.endpoint.len() + raw.field.len() + raw.owner.len() + raw.network.len();
        let signatures = raw.navigation.len() + raw.choice.len() + raw.secret.len();
        let rules = subjects + signatures + raw.category.len() + raw.counter.len() + raw.lifetime.len() + raw.statement.len();
        self.set.files.push(FileInfo {
            name: file.name.to_owned(),
            id: file.id().to_owned(),
            version: raw.head.as_ref().map(|head| head.version.get_ref().clone()).unwrap_or_default(),
            digest: Digest::of(file.text.as_bytes()),
            rules: rules as u64,
        });
    }

    fn fill(&mut self, file: &File<'_>) {
        let raw = &file.raw;
        for counter in &raw.counter {
            let before = self.mistakes();
            self.id(file, "counter", &counter.id);
            self.count(file, Some(&counter.id), Counted::Domains);
            counter.domains.iter().for_each(|domain| self.host_name(file, domain));
            let domains = counter.domains.iter().map(|domain| domain.get_ref().clone()).collect();
            if self.mistakes() > before {
                continue;
            }
            self.set.counters.push(Counter { id: counter.id.get_ref().clone(), domains });
        }
        for line in &raw.lifetime {
            let before = self.mistakes();
            self.id(file, "lifetime", &line.id);
            if *line.days.get_ref() == 0 {
                self.mistake(file, &line.days, "a lifetime of no days".into(), "give the days of the line, at least 1");
            }
            let Some(source) = self.source(file, &line.source) else { continue };
            if self.mistakes() > before {
                continue;
            }
            self.set.lifetimes.push(Lifetime {
                id: line.id.get_ref().clone(),
                place: file.place(&line.id),
                days: *line.days.get_ref(),
                label: line.label.clone(),
                meaning: line.meaning.clone(),
                source,
                certainty: line.certainty,
            });
        }
        raw.owner.iter().for_each(|owner| self.owner(file, owner));
        raw.network.iter().for_each(|network| self.network(file, network));
        raw.cookie.iter().for_each(|cookie| self.cookie(file, cookie));
        raw.storage.iter().for_each(|storage| self.storage(file, storage));
        raw.endpoint.iter().for_each(|endpoint| self.endpoint(file, endpoint));
        raw.field.iter().for_each(|field| self.field(file, field));
        raw.navigation.iter().for_each(|navigation| self.navigation(file, navigation));
        raw.choice.iter().for_each(|choice| self.choice(file, choice));
        raw.secret.iter().for_each(|secret| self.secret(file, secret));
        raw.statement.iter().for_each(|statement| self.statement(file, statement));
    }
}
