// Filtering and sorting the tables of a page, for whoever lets it run. Nothing else is done here: without it, the page shows the same rows in the order of the
// file. It asks nobody anything, keeps nothing, and writes recorded text only as text. The policy of the page lets this script run and no other, by its digest.
"use strict";
(() => {
  const words = document.getElementById("table-words").dataset;
  const lang = document.documentElement.lang;
  const count = new Intl.NumberFormat(lang);
  const alphabet = new Intl.Collator(lang, { numeric: true });
  const AT_ONCE = 100;

  const sign = type => count.formatToParts(1234567.5).find(part => part.type === type).value;
  const [group, decimal] = [sign("group"), sign("decimal")];
  // A number as the page writes it, and not the beginning of a date, a time or a name.
  const figure = new RegExp(`^[-\u2212]?\\d[\\d${group}]*(?:[${decimal}]\\d+)?(?![\\p{L}\\d.:/_-])`, "u");
  const numeral = text => Number(text.replaceAll(group, "").replace(decimal, ".").replace("\u2212", "-"));
  const plain = text => text.normalize("NFKC").toLocaleLowerCase(lang);

  const made = (name, more = {}, ...inside) => {
    const element = Object.assign(document.createElement(name), more);
    element.append(...inside);
    return element;
  };

  // What a head says, with its lines told apart.
  const heading = head => [...head.childNodes].map(part => part.textContent.trim()).filter(Boolean).join(", ");

  // What a cell is sorted by; nothing where the cell says that there is nothing to say.
  const value = cell => {
    const text = cell?.textContent.trim() ?? "";
    const unsaid = cell?.querySelector(".ne");
    if (text === "" || (unsaid && unsaid.textContent.trim() === text)) return null;
    return cell.querySelector("time")?.dateTime ?? text;
  };

  const ordered = (rows, column, back) => {
    const keys = new Map(rows.map(row => [row, value(row.lines[0].cells[column])]));
    const said = [...keys.values()].filter(key => key !== null);
    const figures = said.every(key => figure.test(key));
    const compare = figures ? (a, b) => numeral(figure.exec(a)[0]) - numeral(figure.exec(b)[0]) : alphabet.compare;
    return [...rows].sort((one, other) => {
      const [a, b] = [keys.get(one), keys.get(other)];
      // Rows that say nothing come last, whatever the direction.
      if (a === null || b === null) return (a === null) - (b === null);
      return back ? compare(b, a) : compare(a, b);
    });
  };

  class Table {
    constructor(place) {
      this.table = document.getElementById(place.dataset.for);
      this.others = [...document.querySelectorAll(`[data-of="${place.dataset.for}"]`)];
      this.limit = AT_ONCE;
      this.changed = false;
      this.rows = [];
      for (const { tBodies: [body] } of [this.table, ...this.others]) {
        for (const line of body.rows) {
          if (line.classList.contains("said") && this.rows.length > 0) this.rows.at(-1).lines.push(line);
          else this.rows.push({ body, lines: [line], text: null });
        }
      }
      this.filter = made("input", { type: "search", autocomplete: "off", spellcheck: false });
      this.column = made("select", {}, made("option", { value: "" }, words.filed));
      [...this.table.tHead.rows[0].cells].forEach((head, nr) => this.column.append(made("option", { value: nr }, heading(head))));
      this.back = made("input", { type: "checkbox" });
      this.whole = made("button", { type: "button", className: "whole", hidden: true }, words.whole);
      this.told = made("p", { className: "told" });
      this.told.setAttribute("role", "status");
      this.more = made("button", { type: "button", className: "more", hidden: true }, words.more);
      this.controls = made(
        "div",
        { className: "controls" },
        made("label", {}, words.filter, this.filter),
        made("label", {}, words.sort, this.column),
        made("label", { className: "back" }, this.back, words.back),
      );
      this.controls.setAttribute("role", "group");
      this.controls.setAttribute("aria-labelledby", this.table.caption.id);
      place.append(this.controls, this.told, this.whole);
      this.table.closest(".region").after(this.more);
      let waits = 0;
      this.filter.addEventListener("input", () => {
        clearTimeout(waits);
        waits = setTimeout(() => this.again(), 150);
      });
      this.column.addEventListener("change", () => this.again());
      this.back.addEventListener("change", () => this.again());
      this.whole.addEventListener("click", () => {
        this.reset();
        place.querySelector(".open").focus();
      });
      this.more.addEventListener("click", () => {
        const before = this.lines;
        this.limit += AT_ONCE;
        this.show();
        // Who went on by the keyboard goes on at the first row that came.
        Object.assign(this.table.tBodies[0].rows[before], { tabIndex: -1 }).focus();
      });
    }

    again() {
      this.limit = AT_ONCE;
      this.show();
    }

    show() {
      const asked = plain(this.filter.value).split(/\s+/).filter(Boolean);
      const { value: column } = this.column;
      if (asked.length === 0 && column === "" && !this.back.checked) return this.restore();
      const text = row => (row.text ??= plain(row.lines.map(line => line.textContent).join(" ")));
      let found = this.rows.filter(row => asked.every(word => text(row).includes(word)));
      if (column !== "") found = ordered(found, Number(column), this.back.checked);
      else if (this.back.checked) found.reverse();
      const shown = found.slice(0, this.limit);
      const lines = shown.flatMap(row => row.lines);
      for (const row of this.rows) for (const line of row.lines) line.hidden = true;
      for (const line of lines) line.hidden = false;
      this.table.tBodies[0].prepend(...lines);
      this.lines = lines.length;
      for (const part of this.others) part.closest("details").hidden = true;
      this.more.hidden = shown.length === found.length;
      this.whole.hidden = false;
      this.changed = true;
      this.table.dataset.changed = "";
      this.told.textContent = words.told
        .replace("{found}", count.format(found.length))
        .replace("{all}", count.format(this.rows.length))
        .replace("{shown}", count.format(shown.length));
    }

    restore() {
      if (!this.changed) return;
      const bodies = new Map();
      for (const row of this.rows) {
        for (const line of row.lines) line.hidden = false;
        bodies.set(row.body, [...(bodies.get(row.body) ?? []), ...row.lines]);
      }
      for (const [body, lines] of bodies) body.append(...lines);
      for (const part of this.others) part.closest("details").hidden = false;
      this.more.hidden = true;
      this.whole.hidden = true;
      this.changed = false;
      delete this.table.dataset.changed;
      this.told.textContent = "";
    }

    reset() {
      Object.assign(this.filter, { value: "" });
      Object.assign(this.column, { value: "" });
      Object.assign(this.back, { checked: false });
      this.restore();
    }
  }

  const tables = new Map();
  for (const place of document.querySelectorAll(".tools")) {
    const open = made("button", { type: "button", className: "open" }, words.open);
    open.setAttribute("aria-expanded", "false");
    open.setAttribute("aria-describedby", document.getElementById(place.dataset.for).caption.id);
    open.addEventListener("click", () => {
      let table = tables.get(place.dataset.for);
      const closed = table ? table.controls.hidden : true;
      if (!table) tables.set(place.dataset.for, (table = new Table(place)));
      else table.controls.hidden = !closed;
      open.setAttribute("aria-expanded", String(closed));
      if (closed) table.filter.focus();
    });
    place.append(open);
  }

  // A link to a row that is not shown brings back the whole table.
  const led = hash => {
    const target = document.getElementById(hash.slice(1));
    const within = target?.closest("table") ?? target?.closest("details.part")?.querySelector("[data-of]");
    const name = within?.dataset.of ?? within?.id;
    if (!target || target.checkVisibility() || !tables.get(name)?.changed) return null;
    tables.get(name).reset();
    return target;
  };
  document.addEventListener("click", event => {
    const link = event.target.closest?.("a[href^='#']");
    if (link) led(link.hash);
  }, true);
  window.addEventListener("hashchange", () => {
    const target = led(location.hash);
    target?.closest("details")?.setAttribute("open", "");
    target?.scrollIntoView();
  });
})();
