"""Looks at pages of ours in a real Chromium for whoever sees, hears or moves in another way: axe-core, the keyboard alone, and the accessibility tree.

access.py AXE FILE... [--only axe,keys,arrows,tree]    AXE: axe.min.js; FILE: HTML pages. Each is opened 1440 and 360 pixels wide, and at a width at which tables
are wider than the screen.

Prints what was looked at, as JSON by page; what is wrong on stderr, with exit code 1.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cdp import Browser, Page  # noqa: E402

WIDTHS = (1440, 360)
# Wide enough for tables, and too narrow for the widest of them.
BETWEEN = 1024
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Notes every element that gets the focus, and whether that can be seen: by an outline, and not behind the line that stays at the top.
WATCH = """(() => {
    window.reached = [];
    // What a closed part of a table holds is reached when it is open.
    window.stops = [...document.querySelectorAll('a[href], [tabindex="0"], summary, button, input, select, textarea')].filter(one => one.checkVisibility());
    const bar = document.querySelector('.simulated');
    // Whether it lies on whatever else is there.
    const above = element => {
        const line = element.getClientRects()[0];
        return element.contains(document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2));
    };
    document.addEventListener('focusin', event => {
        const style = getComputedStyle(event.target), box = event.target.getBoundingClientRect();
        const top = bar ? bar.getBoundingClientRect().bottom : 0;
        window.reached.push({
            stop: window.stops.indexOf(event.target),
            outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
            clear: box.width > 0 && box.height > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && (box.bottom > top + 1 || above(event.target)),
            where: event.target.outerHTML.slice(0, 120),
        });
    });
    return window.stops.length;
})()"""

SCROLLED = """[...document.querySelectorAll('body *')].map((element, index) => [element, index]).filter(([element]) => {
    const style = getComputedStyle(element);
    return element.checkVisibility() && ['auto', 'scroll'].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
}).map(([element, index]) => ({index, focusable: element.tabIndex === 0, name: element.outerHTML.slice(0, 100)}))"""


def parts(page, are_open):
    """Opens or closes the parts of long tables."""
    page.run(f"for (const part of document.querySelectorAll('details')) part.open = {'true' if are_open else 'false'}")


def tools(page):
    """Opens the tools of all tables, or closes them."""
    page.run("for (const open of document.querySelectorAll('.tools .open')) open.click()")


def axe(page, source, wrong):
    page.run(source)
    parts(page, True)
    tools(page)
    found = page.run(
        "axe.run(document, {runOnly: %s, resultTypes: ['violations']}).then(found => ({rules: found.passes.length, violations: found.violations.map(one => "
        "({id: one.id, help: one.help, nodes: one.nodes.length, first: one.nodes[0].html.slice(0, 200), where: one.nodes[0].target.join(' ')}))}))" % json.dumps(TAGS)
    )
    parts(page, False)
    tools(page)
    for one in found["violations"]:
        wrong(f"axe: {one['id']} ({one['help']}), {one['nodes']} times, first {one['where']}: {one['first']}")
    return found["rules"]


def keys(page, wrong):
    stops = page.run(WATCH)
    page.tab()
    first = page.run("document.activeElement.className")
    if first != "skip":
        wrong(f"keys: the first stop is {first!r}, not the link to the content")
    # Through the whole page, and out of it again: whoever is trapped never gets there.
    for _ in range(stops):
        page.tab()
    reached = page.run("window.reached")
    order = [one["stop"] for one in reached]
    if order != list(range(stops)) and order != [*range(stops), 0]:
        at = next((index for index, stop in enumerate(order) if stop != index), len(order))
        wrong(f"keys: {len(order)} stops instead of {stops}; the {at + 1}th is {order[at:at + 3]}, after {reached[at - 1]['where'] if at else 'nothing'}")
    unseen = [one for one in reached if one["outline"] < 2]
    hidden = [one for one in reached if not one["clear"]]
    if unseen:
        wrong(f"keys: the focus cannot be seen at {len(unseen)} stops, first {unseen[0]['where']}")
    if hidden:
        wrong(f"keys: {len(hidden)} stops are out of view or behind what stays at the top, first {hidden[0]['where']}")
    # Back from outside: the last stop comes first.
    page.run("document.activeElement.blur(); window.reached = []; window.stops[window.stops.length - 1].focus()")
    for _ in range(5):
        page.tab(back=True)
    back = [one["stop"] for one in page.run("window.reached")]
    if back != [stops - 1 - index for index in range(min(6, stops))]:
        wrong(f"keys: backwards the stops are {back} of {stops}")
    # The first link leads to the content, and what comes next is in it.
    page.run("window.scrollTo(0, 0); document.querySelector('a.skip').focus()")
    page.key("Enter", "Enter", 13)
    if page.run("document.activeElement.id") != "content":
        wrong(f"keys: the link to the content moves the focus to {page.run('document.activeElement.outerHTML.slice(0, 80)')!r}")
    page.tab()
    if not page.run("document.getElementById('content').contains(document.activeElement) && document.activeElement.id !== 'content'"):
        wrong("keys: behind the link to the content the next stop is not in the content")
    return {"stops": stops}


def arrows(page, wrong):
    """What is wider than the screen is moved with the arrows."""
    scrolled = page.run(SCROLLED)
    for one in scrolled:
        if not one["focusable"]:
            wrong(f"arrows: {one['name']} is wider than the screen and cannot be reached")
            continue
        at = f"document.querySelectorAll('body *')[{one['index']}]"
        page.run(f"{at}.focus(); {at}.scrollLeft = 0")
        for _ in range(3):
            page.key("ArrowRight", "ArrowRight", 39)
        if not page.run(f"new Promise(done => {{ const end = performance.now() + 3000; const look = () => {at}.scrollLeft > 0 ? done(true) : "
                        "performance.now() > end ? done(false) : setTimeout(look, 30); look(); })"):
            wrong(f"arrows: {one['name']} is not moved by the arrows")
    return len(scrolled)


def tree(page, wrong):
    page.call("Accessibility.enable")
    # A part that is closed says what it holds; what is in it comes when it is open.
    closed = page.run("document.querySelectorAll('details:not([open])').length")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    told = [(node.get("name") or {}).get("value", "") for node in nodes if not node.get("ignored") and (node.get("role") or {}).get("value") == "DisclosureTriangle"]
    if len(told) != closed or not all(told):
        wrong(f"tree: {closed} closed parts, of which the tree names {told}")
    if closed:
        parts(page, True)
        nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    ordered, todo = [], [next(node for node in nodes if not node.get("parentId"))]
    while todo:
        node = todo.pop()
        ordered.append(node)
        todo += [by_id[child] for child in reversed(node.get("childIds", [])) if child in by_id]
    ordered = [node for node in ordered if not node.get("ignored")]
    value = lambda node, what: (node.get(what) or {}).get("value") or ""  # noqa: E731
    of = lambda *roles: [node for node in ordered if value(node, "role") in roles]  # noqa: E731
    level = lambda node: next(one["value"]["value"] for one in node["properties"] if one["name"] == "level")  # noqa: E731
    headings = [(level(node), " ".join(value(node, "name").split())) for node in of("heading")]
    before = 0
    for now, name in headings:
        if now > before + 1 or not name:
            wrong(f"tree: heading {name!r} has level {now} after level {before}")
        before = now
    if [now for now, _ in headings].count(1) != 1:
        wrong(f"tree: {[name for now, name in headings if now == 1]} are headings of level 1")
    for role in ("main", "banner", "contentinfo"):
        if len(of(role)) != 1:
            wrong(f"tree: {len(of(role))} landmarks {role}")
    for role in ("navigation", "region", "table", "grid", "img", "image", "figure", "link", "columnheader", "rowheader"):
        if role == "figure":
            continue
        nameless = [node for node in of(role) if not value(node, "name").strip()]
        if nameless:
            wrong(f"tree: {len(nameless)} of {len(of(role))} {role} have no name")
    # Rows, heads and cells are there, also where each row is shown as a card.
    tables, captions = len(of("table")), page.run("[...document.querySelectorAll('table')].filter(table => table.caption && table.caption.innerText.trim()).length")
    if tables != page.run("document.querySelectorAll('table').length") or captions != tables:
        wrong(f"tree: {tables} tables, {captions} with a caption, in the page {page.run('document.querySelectorAll(`table`).length')}")
    rows = page.run("document.querySelectorAll('tr').length")
    if len(of("row")) != rows:
        wrong(f"tree: {len(of('row'))} rows of {rows}")
    parts(page, False)
    # The order of chapters is that of the page and of its contents.
    chapters = [" ".join(text.split()) for text in page.run("[...document.querySelectorAll('main h2')].map(one => one.textContent)")]
    told = [name for now, name in headings if now == 2]
    if told[-len(chapters):] != chapters:
        wrong(f"tree: the chapters come as {told}, in the page as {chapters}")
    contents = page.run("[...document.querySelectorAll('nav a')].map(one => one.getAttribute('href').slice(1))")
    sections = page.run("[...document.querySelectorAll('main > section')].map(one => one.id)")
    if contents != sections:
        wrong(f"tree: the contents name {contents}, the chapters are {sections}")
    return {"parts": closed, "nodes": len(ordered), "headings": len(headings), "tables": tables, "rows": rows, "pictures": len(of("img", "image"))}


def main():
    arguments = sys.argv[1:]
    only = ["axe", "keys", "arrows", "tree"]
    if "--only" in arguments:
        at = arguments.index("--only")
        only = arguments[at + 1].split(",")
        del arguments[at : at + 2]
    source = Path(arguments[0]).read_text(encoding="utf-8")
    told, looked = [], {}
    with Browser() as browser:
        for file in arguments[1:]:
            for width in (*WIDTHS, BETWEEN):
                name = f"{Path(file).parent.name}/{Path(file).name} at {width}"
                wrong = lambda what: told.append(f"{name}: {' '.join(what.split())}")  # noqa: E731, B023
                page = Page(browser, width)
                page.open(file)
                seen = looked[name] = {}
                if "tree" in only and width != BETWEEN:
                    seen["tree"] = tree(page, wrong)
                # The keyboard first: it begins where the focus is, and the arrows move it.
                if "keys" in only and width != BETWEEN:
                    seen["keys"] = keys(page, wrong)
                if "arrows" in only:
                    seen["arrows"] = arrows(page, wrong)
                if "axe" in only and width != BETWEEN:
                    seen["axe"] = axe(page, source, wrong)
                page.close()
    print(json.dumps(looked))
    if told:
        print("\n".join(told), file=sys.stderr)
        raise SystemExit(1)


main()
