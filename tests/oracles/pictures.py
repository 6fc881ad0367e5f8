"""Pictures of the chapters of a page of ours: pictures.py FILE.html FOLDER [--width PIXELS] [--tall PIXELS]. One PNG for each section, by its id; what is longer
than --tall is cut there. With the cover as `cover.png`."""

import argparse
import base64
from pathlib import Path

from cdp import Browser, Page


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--width", type=int, default=1100)
    parser.add_argument("--tall", type=int, default=720)
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with Browser() as browser:
        page = Page(browser, wanted.width)
        page.open(wanted.page)
        # The line that stays at the top of the window would lie across every picture; each table says the same.
        page.run("document.querySelectorAll('.simulated').forEach(line => { line.style.position = 'static' })")
        boxes = page.run(
            "[['cover', document.body], ...[...document.querySelectorAll('main > section')].map(one => [one.id, one])]"
            ".map(([id, one]) => { const box = one.getBoundingClientRect(); return {id, top: box.top + scrollY, height: box.height} })"
        )
        for box in boxes:
            clip = {"x": 0, "y": box["top"], "width": wanted.width, "height": min(box["height"], wanted.tall), "scale": 1}
            shot = page.call("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True, "format": "png"})
            (wanted.folder / f"{box['id']}.png").write_bytes(base64.b64decode(shot["data"]))
    print(len(boxes))


if __name__ == "__main__":
    main()
