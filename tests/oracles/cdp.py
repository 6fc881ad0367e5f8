"""A headless Chromium driven over its own protocol (CDP), for looks at pages of ours as a browser has them. Needs `websockets`; nothing leaves the machine."""

import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from websockets.sync.client import connect

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-extensions",
    "--disable-component-update", "--hide-scrollbars", "--remote-debugging-port=0", "about:blank",
]


class Browser:
    def __init__(self):
        names = ["chromium", "chromium-browser", "google-chrome"]
        program = next((found for found in map(shutil.which, names) if found), None)
        if program is None:
            raise SystemExit("no Chromium on the PATH; install the Debian package chromium")
        self.profile = tempfile.mkdtemp(prefix="dataspoor-cdp-")
        self.process = subprocess.Popen(
            [program, f"--user-data-dir={self.profile}", *FLAGS], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        told = Path(self.profile) / "DevToolsActivePort"
        for _ in range(600):
            if told.exists() and len(told.read_text().splitlines()) == 2:
                break
            if self.process.poll() is not None:
                raise SystemExit("Chromium ended before it could be driven")
            time.sleep(0.05)
        port, path = told.read_text().splitlines()
        self.socket = connect(f"ws://127.0.0.1:{port}{path}", max_size=None, proxy=None, open_timeout=60)
        self.last, self.events = 0, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
        except Exception:  # noqa: BLE001 It may be gone already.
            pass
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.socket.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method, params=None, session=None):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv(timeout=300))
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method, session):
        """The next event of this name, or one that has already come."""
        while True:
            for index, event in enumerate(self.events):
                if event.get("method") == method and event.get("sessionId") == session:
                    return self.events.pop(index)["params"]
            self.events.append(json.loads(self.socket.recv(timeout=300)))


class Page:
    """A page that is open."""

    def __init__(self, browser, width, height=900):
        self.browser = browser
        self.target = browser.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        self.session = browser.call("Target.attachToTarget", {"targetId": self.target, "flatten": True})["sessionId"]
        self.call("Page.enable")
        self.call("Runtime.enable")
        self.call("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def call(self, method, params=None):
        return self.browser.call(method, params, self.session)

    def open(self, file):
        self.call("Page.navigate", {"url": Path(file).resolve().as_uri()})
        self.browser.wait("Page.loadEventFired", self.session)

    def run(self, script):
        """What a script comes to, as JSON has it."""
        said = self.call("Runtime.evaluate", {"expression": script, "awaitPromise": True, "returnByValue": True})
        if "exceptionDetails" in said:
            raise SystemExit(f"the script failed: {json.dumps(said['exceptionDetails'])[:2000]}")
        return said["result"].get("value")

    def key(self, key, code, number, modifiers=0):
        common = {"key": key, "code": code, "windowsVirtualKeyCode": number, "nativeVirtualKeyCode": number, "modifiers": modifiers}
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", {"type": "keyDown" if text else "rawKeyDown", **common, **text})
        self.call("Input.dispatchKeyEvent", {"type": "keyUp", **common})

    def tab(self, back=False):
        self.key("Tab", "Tab", 9, 8 if back else 0)

    def close(self):
        self.browser.call("Target.closeTarget", {"targetId": self.target})
