"""A real browser without a window, driven over a pipe by its DevTools protocol.

It is Chromium or Chrome; on Debian `apt-get install --no-install-recommends chromium` brings one.
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from typing import Any, BinaryIO

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = "no browser here: `apt-get install --no-install-recommends chromium` brings one"
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--no-default-browser-check"),
    *("--font-render-hinting=none", "--remote-debugging-pipe"),
)
PATIENCE = 60  # seconds
Answer = dict[str, Any]


def found() -> str | None:
    """The browser of this machine: what CHROMIUM names, else the first one that is installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Browser:
    """The wire to a browser; `events` are those of all pages so far."""

    asked: BinaryIO
    said: BinaryIO
    events: list[Answer] = field(default_factory=list)
    _number: int = 0
    _rest: bytes = b""

    def call(self, method: str, session: str | None = None, **parameters: object) -> Answer:
        """Ask for something, and wait for the answer."""
        self._number += 1
        message: Answer = {"id": self._number, "method": method, "params": parameters}
        self.asked.write(json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        self.asked.flush()
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: Answer = answer["result"]
        return result

    def wait(self, method: str, session: str) -> None:
        """Wait for an event of a page that was not heard of yet."""
        while not any(event.get("method") == method and event.get("sessionId") == session for event in self.events):
            self.events.append(self._next())

    def _next(self) -> Answer:
        while b"\0" not in self._rest:
            if not select([self.said], [], [], PATIENCE)[0]:
                raise RuntimeError(f"the browser has said nothing for {PATIENCE} seconds")
            more = os.read(self.said.fileno(), 65536)
            if not more:
                raise RuntimeError("the browser has ended")
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        answer: Answer = json.loads(message)
        return answer


@dataclass
class Page:
    """A page of the browser, of a width in CSS pixels, on a light or a dark system."""

    browser: Browser
    session: str

    def call(self, method: str, **parameters: object) -> Answer:
        """Ask the page for something."""
        return self.browser.call(method, self.session, **parameters)

    def open(self, address: str) -> None:
        """Go to an address, and wait until all of it is there."""
        self.browser.events = [event for event in self.browser.events if event.get("method") != "Page.loadEventFired"]
        self.call("Page.navigate", url=address)
        self.browser.wait("Page.loadEventFired", self.session)

    def run(self, script: str) -> Any:  # noqa: ANN401  # whatever the script gives
        """What a script gives on the page; its own errors are errors here."""
        made = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in made:
            raise RuntimeError(made["exceptionDetails"]["exception"]["description"])
        return made["result"].get("value")

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        self.call("Input.insertText", text=text)

    def press(self, key: str, text: str = "") -> None:
        """Press a key and let it go."""
        about = {"key": key, **({"text": text} if text else {})}
        code = {"windowsVirtualKeyCode": 13} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **about, **code)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, **code)

    def picture(self, scale: float = 1) -> bytes:
        """The whole page as a PNG."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": scale}
        made = self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(made["data"])

    def requests(self) -> list[str]:
        """The addresses of everything that the page has loaded."""
        sent = (event for event in self.browser.events if event.get("sessionId") == self.session)
        return [each["params"]["request"]["url"] for each in sent if each["method"] == "Network.requestWillBeSent"]

    def complaints(self) -> list[str]:
        """What the page's scripts have complained of."""
        mine = (event for event in self.browser.events if event.get("sessionId") == self.session)
        return [str(each["params"]) for each in mine if each["method"] in ("Runtime.exceptionThrown", "Log.entryAdded")]


@contextmanager
def started(program: str, profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own, which ends with the block."""
    to_read, asked = os.pipe()
    said, to_write = os.pipe()
    # It reads what it is asked from the file descriptor 3, and answers on 4.
    script = f'exec 8<&{to_read} 9>&{to_write} && exec "$@" 3<&8 4>&9 8<&- 9>&-'
    command = ["bash", "-c", script, "browser", program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(
        command,
        pass_fds=(to_read, to_write),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_read)
    os.close(to_write)
    with os.fdopen(asked, "wb") as pipe, os.fdopen(said, "rb") as answers:
        try:
            browser = Browser(pipe, answers)
            yield browser
            browser.call("Browser.close")
        finally:
            process.kill()
            process.wait()


def page(browser: Browser, *, width: int = 1000, height: int = 800, dark: bool = False, scale: float = 1) -> Page:
    """A new page; a narrow one is a phone's."""
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    made = Page(browser, session)
    for domain in ("Page", "Network", "Runtime", "Log"):
        made.call(f"{domain}.enable")
    phone = width < 600
    made.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=phone)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    made.call("Emulation.setEmulatedMedia", features=[scheme])
    return made
