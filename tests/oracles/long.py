"""The parts of a long table in a real Chromium: closed parts are not laid out, a link to a row in one opens it, the keyboard opens and closes them, all have the
same columns, and printing has every row.

long.py FILE TABLE ROWS MARK    FILE: an HTML page; TABLE: the name of a table in parts; ROWS: how many rows it has; MARK: what stands in row N of it and in no other row,
                                with {} in place of N

Prints what was looked at, as JSON; what is wrong on stderr, with exit code 1.
"""

import base64
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cdp import Browser, Page  # noqa: E402


def main():
    file, table, rows, mark = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    told, seen = [], {}
    until = "new Promise(done => { const end = performance.now() + 5000; const look = () => (%s) ? done(true) : performance.now() > end ? done(false) : setTimeout(look, 30); look(); })"
    place = "(() => { const row = document.getElementById('%s') || document.body, top = (document.querySelector('.simulated') || document.body).getBoundingClientRect(); const box = row.getBoundingClientRect();" \
            " return row.closest('details')?.open && row.matches(':target') && box.top >= (document.querySelector('.simulated') ? top.bottom : 0) - 1 && box.top < innerHeight; })()"
    with Browser() as browser:
        page = Page(browser, 1440)
        page.open(file)
        parts = f"[...document.querySelectorAll('[data-of=\"{table}\"]')]"
        of_all = f"[...document.querySelectorAll('tr[id^=\"{table}-r\"]')].filter(row => !row.classList.contains('said'))"
        seen["parts"] = page.run(f"{parts}.length")
        seen["laid out"] = page.run(f"{of_all}.filter(row => row.checkVisibility()).length")
        if page.run(f"{of_all}.length") != rows:
            told.append(f"{table} has {page.run(f'{of_all}.length')} rows instead of {rows}")
        if page.run(f"{parts}.some(part => part.closest('details').open)"):
            told.append("a part is open")
        # A link within the page, and an address that somebody was sent.
        within, sent = f"{table}-r{rows}", f"{table}-r{rows // 2}"
        page.run(f"(() => {{ const link = document.createElement('a'); link.href = '#{within}'; document.body.append(link); link.click(); }})()")
        if not page.run(until % (place % within)):
            told.append(f"a link to {within} does not lead to it")
        if page.run(f"{parts}.filter(part => part.closest('details').open).length") != 1:
            told.append("a link to a row opens other parts than its own")
        fresh = Page(browser, 1440)
        fresh.call("Page.navigate", {"url": Path(file).resolve().as_uri() + "#" + sent})
        browser.wait("Page.loadEventFired", fresh.session)
        if not fresh.run(until % (place % sent)):
            told.append(f"the address of {sent} does not lead to it")
        fresh.close()
        # The keyboard alone.
        first = f"document.getElementById('{table}-p2')"
        page.run(f"{first}.focus()")
        for wanted in ("true", "false"):
            page.key("Enter", "Enter", 13)
            if not page.run(until % f"document.activeElement === {first} && {first}.parentElement.open === {wanted}"):
                told.append(f"Enter on the line of a part does not make it open: {wanted}")
        if page.run(f"{first}.getBoundingClientRect().height") < 24:
            told.append("the line of a part is lower than 24 pixels")
        # One table for the eye: the columns stand below each other.
        page.run("for (const part of document.querySelectorAll('details')) part.open = true")
        widths = page.run(f"[document.getElementById('{table}'), ...{parts}].map(one => [...one.tHead.rows[0].cells].map(cell => Math.round(cell.getBoundingClientRect().width)))")
        seen["columns"] = len(widths[0])
        if any(one != widths[0] for one in widths):
            told.append(f"the columns of the parts are {widths} wide")
        page.run("for (const part of document.querySelectorAll('details')) part.open = false")
        # On paper.
        page.call("Emulation.setEmulatedMedia", {"media": "print"})
        printed = page.run(f"{of_all}.filter(row => row.checkVisibility()).length")
        page.call("Emulation.setEmulatedMedia", {"media": ""})
        if printed != rows:
            told.append(f"{printed} of {rows} rows are printed")
        with tempfile.TemporaryDirectory() as folder:
            pdf = Path(folder) / "page.pdf"
            pdf.write_bytes(base64.b64decode(page.call("Page.printToPDF", {"preferCSSPageSize": True})["data"]))
            text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
        seen["printed"] = sum(re.search(re.escape(mark.format(number)) + r"(?!\d)", text) is not None for number in range(1, rows + 1))
        if seen["printed"] != rows:
            told.append(f"the PDF has {seen['printed']} of {rows} rows")
    print(json.dumps(seen))
    if told:
        print("\n".join(told), file=sys.stderr)
        raise SystemExit(1)


main()
