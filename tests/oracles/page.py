"""A page of dataspoor as Python's own reader of HTML sees it, without any code of dataspoor: what stands where, in which element, under which name."""

from html.parser import HTMLParser

# Elements that have no end.
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Elements that end a line of text.
BLOCKS = {
    "article", "aside", "body", "caption", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "html", "li", "main", "nav", "ol", "p", "pre", "section", "svg", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
}


class Element:
    """An element with what is in it: texts and elements in the order of the page."""

    def __init__(self, name, attributes, above, line):
        self.name, self.attributes, self.above, self.line, self.inside = name, attributes, above, line, []

    def get(self, attribute, otherwise=None):
        return self.attributes.get(attribute, otherwise)

    def is_of(self, name):
        return name in (self.get("class") or "").split()

    def each(self):
        """Itself and every element below, in the order of the page."""
        yield self
        for one in self.inside:
            if isinstance(one, Element):
                yield from one.each()

    def all(self, *names):
        return [one for one in self.each() if one.name in names]

    def find(self, identifier):
        return next((one for one in self.each() if one.get("id") == identifier), None)

    def within(self, *names):
        one = self.above
        while one is not None and one.name not in names:
            one = one.above
        return one

    def text(self, leave=lambda element: False):
        """What it says; a line of its own for every block. `leave` says which elements are left out."""
        out = []
        for one in self.inside:
            if not isinstance(one, Element):
                out.append(one)
            elif not leave(one):
                apart = one.name in BLOCKS or one.name in ("br", "small")
                out.append("\n" if apart else "")
                out.append(one.text(leave))
                out.append("\n" if apart else "")
        return "".join(out)


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {}, None, 0)

    def handle_starttag(self, name, attributes):
        found = {}
        for attribute, value in attributes:
            if attribute in found:
                raise SystemExit(f"line {self.getpos()[0]}: <{name}> says {attribute} twice")
            found[attribute] = value
        element = Element(name, found, self.here, self.getpos()[0])
        self.here.inside.append(element)
        if name not in EMPTY:
            self.here = element

    def handle_startendtag(self, name, attributes):
        self.handle_starttag(name, attributes)
        if name not in EMPTY:
            self.handle_endtag(name)

    def handle_endtag(self, name):
        # Our pages close what they open; anything else is a mistake of the page, not something to be mended here.
        if self.here.name != name:
            raise SystemExit(f"line {self.getpos()[0]}: </{name}> where </{self.here.name}> of line {self.here.line} is open")
        self.here = self.here.above

    def handle_data(self, data):
        self.here.inside.append(data)


def joined(root, path):
    """Puts the parts of long tables together: what a browser shows in parts is one table. Each part must say which rows it holds, under the same head."""
    for part in [one for one in root.all("details") if one.is_of("part")]:
        (summary,), (table,) = part.all("summary"), part.all("table")
        whole = root.find(table.get("data-of"))
        if whole is None or whole.get("data-parts", "") is not None:
            raise SystemExit(f"{path}, line {part.line}: a part of {table.get('data-of')!r}, which is no table in parts")
        (head,), (own) = table.all("thead"), whole.all("thead")[0]
        if head.text() != own.text():
            raise SystemExit(f"{path}, line {part.line}: the part has another head than its table")
        (body,), (rows) = whole.all("tbody"), table.all("tbody")[0].all("tr")
        counted = lambda of: sum(not row.is_of("said") for row in of)  # noqa: E731
        body.said = [*getattr(body, "said", []), (summary, counted(body.all("tr")), rows)]
        body.inside += rows
        for row in rows:
            row.above = body
        part.above.inside.remove(part)
    for body in [one for one in root.all("tbody") if hasattr(one, "said")]:
        rows = [row for row in body.all("tr") if not row.is_of("said")]
        number = lambda row: int("".join(row.all("td", "th")[0].text().split()))  # noqa: E731
        for summary, before, own in body.said:
            own = [row for row in own if not row.is_of("said")]
            told = [int(one.replace(".", "").replace(",", "")) for one in summary.text().split() for one in [one.rstrip(":")] if one[0].isdigit()]
            if told not in ([before + 1, before + len(own), len(rows)], [len(own), len(rows), number(own[0]), number(own[-1])]):
                raise SystemExit(f"{path}, line {summary.line}: {summary.text()!r} says {told}, but it holds {len(own)} rows of {len(rows)} behind {before}")


def read(path):
    """The page in a file, with its long tables whole."""
    reader = Reader()
    with open(path, encoding="utf-8", newline="") as file:
        reader.feed(file.read())
    reader.close()
    if reader.here is not reader.root:
        raise SystemExit(f"{path}: <{reader.here.name}> of line {reader.here.line} is never closed")
    joined(reader.root, path)
    return reader.root
