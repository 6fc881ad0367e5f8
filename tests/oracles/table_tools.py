"""Filtering and sorting of tables in a real Chromium: by the keyboard, in long tables too, with links to rows, on paper, and without any script.

table_tools.py FILE TABLE ROWS MARK    FILE: an HTML page; TABLE: the name of a table in parts; ROWS: how many rows it has; MARK: what stands in row N of it and in
                                       no other row, with {} in place of N

Prints what was looked at, as JSON; what is wrong on stderr, with exit code 1.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cdp import Browser, Page  # noqa: E402

AT_ONCE = 100
# Rows that are open from the beginning.
FIRST = 50


class Tools:
    """The tools of one table."""

    def __init__(self, page, table):
        self.page, self.table = page, table
        self.place = f"document.querySelector('.tools[data-for=\"{table}\"]')"

    def until(self, what):
        return self.page.run(
            "new Promise(done => { const end = performance.now() + 5000; const look = () => (%s) ? done(true) : performance.now() > end ? done(false) : setTimeout(look, 30); look(); })"
            % what
        )

    def shown(self):
        """The names of the rows that are shown, in their order on the page."""
        return self.page.run(
            f"[...document.querySelectorAll('#{self.table} > tbody > tr, [data-of=\"{self.table}\"] > tbody > tr')]"
            ".filter(row => !row.classList.contains('said') && row.checkVisibility()).map(row => row.id)"
        )

    def said_rows_follow(self):
        """Whether what sources say of a row stands right below that row."""
        return self.page.run(
            f"[...document.querySelectorAll('#{self.table} tr.said')].every(row => row.hidden === row.previousElementSibling.hidden && row.id === row.previousElementSibling.id + '-said')"
        )

    def cells(self, column):
        return self.page.run(f"[...document.getElementById('{self.table}').tBodies[0].rows].filter(row => row.checkVisibility()).map(row => row.cells[{column}].textContent.trim())")

    def told(self):
        return self.page.run(f"{self.place}.querySelector('.told').textContent")

    def choose(self, column, back=False):
        self.page.run(
            f"(() => {{ const [column] = {self.place}.getElementsByTagName('select'), back = {self.place}.querySelector('[type=checkbox]');"
            f" column.value = '{column}'; back.checked = {'true' if back else 'false'}; column.dispatchEvent(new Event('change')); }})()"
        )

    def type(self, text):
        """Types into the filter, as a person does."""
        self.page.run(f"(() => {{ const filter = {self.place}.querySelector('[type=search]'); filter.focus(); filter.select(); }})()")
        before = self.told()
        if text:
            self.page.call("Input.insertText", {"text": text})
        else:
            self.page.key("Delete", "Delete", 46)
        self.until(f"{self.place}.querySelector('.told').textContent !== {json.dumps(before)}")

    def press(self, name):
        self.page.run(f"(document.querySelector('.tools[data-for=\"{self.table}\"] {name}') || {self.place}.parentElement.querySelector('{name}')).focus()")
        self.page.key("Enter", "Enter", 13)


def main():
    file, table, rows, mark = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    told, seen = [], {}

    def must(right, what):
        if not right:
            told.append(what)

    every = [f"{table}-r{number}" for number in range(1, rows + 1)]
    with Browser() as browser:
        for width in (1440, 360):
            page = Page(browser, width)
            page.open(file)
            tools = Tools(page, table)
            seen["tables"] = page.run("document.querySelectorAll('.tools .open').length")
            if not seen["tables"]:
                raise SystemExit("the page has no tools: its script does not run")
            must(page.run("document.querySelectorAll('.tools').length") == seen["tables"], "a place has no button")
            must(page.run("[...document.querySelectorAll('.tools')].every(place => place.getBoundingClientRect().height >= 24)"), "a button is lower than 24 pixels")
            homes = f"[...document.querySelectorAll('tr[id^=\"{table}-r\"]')].map(row => [row.id, row.closest('table').id || row.closest('table').parentElement.getAttribute('aria-labelledby')]).join()"
            home = page.run(homes)
            tools.press(".open")
            must(tools.until(f"document.activeElement === {tools.place}.querySelector('[type=search]')"), "Enter on the button does not lead to the filter")
            must(page.run(f"{tools.place}.querySelector('.open').getAttribute('aria-expanded')") == "true", "the button does not say that it is open")
            must(page.run("document.documentElement.scrollWidth <= innerWidth"), f"the page is wider than {width} pixels")

            tools.type(mark.format(rows - 1))
            must(tools.shown() == [f"{table}-r{rows - 1}"], f"the filter shows {tools.shown()[:5]} and not row {rows - 1}")
            must(f": 1 van {rows}." in tools.told(), f"it says {tools.told()!r}")
            must(tools.said_rows_follow(), "what sources say stands elsewhere")
            # Parts of words, whatever their case, and all of them.
            tools.type(mark.format(rows - 1).upper() + " " + mark.format("")[1:])
            must(tools.shown() == [f"{table}-r{rows - 1}"], "words and cases are not told apart as a reader means them")
            page.call("Emulation.setEmulatedMedia", {"media": "print"})
            must(len(tools.shown()) == 1 and page.run(f"{tools.place}.querySelector('.told').checkVisibility()"), "what was left out is not said on paper")
            must(not page.run(f"{tools.place}.querySelector('.controls').checkVisibility()"), "the tools are printed")
            page.call("Emulation.setEmulatedMedia", {"media": ""})
            # A link to a row that was left out.
            page.run(f"(() => {{ const link = document.createElement('a'); link.href = '#{every[-1]}'; document.body.append(link); link.click(); }})()")
            must(
                tools.until(f"document.getElementById('{every[-1]}').matches(':target') && document.getElementById('{every[-1]}').checkVisibility()"),
                "a link to a row that was left out does not lead to it",
            )
            must(page.run(homes) == home and tools.told() == "", "after a link, the table is not as it was")
            page.run("for (const part of document.querySelectorAll('details')) part.open = false")
            # An address typed above the page.
            tools.type(mark.format(rows - 2))
            page.run(f"location.hash = '#{every[-2]}'")
            must(tools.until(f"document.getElementById('{every[-2]}').checkVisibility()"), "an address of a row that was left out does not lead to it")
            page.run("for (const part of document.querySelectorAll('details')) part.open = false")

            tools.type("nothing-is-called-so")
            must(tools.shown() == [] and f": 0 van {rows}." in tools.told(), f"nothing fits, and it says {tools.told()!r}")
            tools.press(".whole")
            must(tools.until(f"{tools.place}.querySelector('.told').textContent === ''") and page.run(homes) == home, "the whole table does not come back")
            must(tools.shown() == every[:FIRST], "after all of it, the first part is another")

            tools.choose("0", back=True)
            must(tools.shown() == every[::-1][:AT_ONCE], f"backwards the rows are {tools.shown()[:5]}")
            for last in range(2 * AT_ONCE, rows + AT_ONCE, AT_ONCE):
                tools.press(".more")
                must(tools.until(f"{tools.place}.querySelector('.told').textContent.includes(' {min(last, rows)}.')"), "more rows do not come")
                must(page.run(f"document.activeElement.id") == every[::-1][last - AT_ONCE], "the focus is not on the first row that came")
            must(tools.shown() == every[::-1], "not all rows come")
            must(not page.run(f"{tools.place}.parentElement.querySelector('.more').checkVisibility()"), "more rows are offered where there are none")
            columns = page.run(f"[...{tools.place}.getElementsByTagName('option')].length") - 1
            for column in range(columns):
                tools.choose(str(column))
                up = tools.cells(column)
                tools.choose(str(column), back=True)
                down = tools.cells(column)
                must(len(up) == len(down) == AT_ONCE, f"column {column} shows {len(up)} and {len(down)} rows")
                if all(text.replace(".", "").isdigit() for text in up + down):
                    number = lambda text: int(text.replace(".", ""))  # noqa: E731
                    must(up == sorted(up, key=number) and down == sorted(down, key=number, reverse=True), f"column {column} is not sorted as numbers")
                    seen["numbers"] = seen.get("numbers", 0) + 1
            seen["columns"] = columns
            # The recording has its rows in the order of time.
            tools.choose("2")
            must(tools.shown() == every[:AT_ONCE], "the rows are not sorted by time")
            tools.choose("2", back=True)
            must(tools.shown() == every[::-1][:AT_ONCE], "backwards the rows are not sorted by time")
            tools.choose("", back=False)
            must(page.run(homes) == home and tools.told() == "", "in the end the table is not as it was")
            page.close()
        # Without script: nothing is missing, and nothing stands in the way.
        page = Page(browser, 1440)
        page.call("Emulation.setScriptExecutionDisabled", {"value": True})
        page.open(file)
        must(page.run("document.querySelectorAll('.tools .open').length") == 0, "a script ran")
        must(page.run("[...document.querySelectorAll('.tools')].every(place => place.getBoundingClientRect().height === 0)"), "without script, places are left free")
        must(Tools(page, table).shown() == every[:FIRST], "without script, rows are missing")
    print(json.dumps(seen))
    if told:
        print("\n".join(told), file=sys.stderr)
        raise SystemExit(1)


main()
