#!/usr/bin/env python3
"""Makes captures/simulated-ministry-page.har: a fictitious recording for the demo and the tests.

Nothing in it was recorded. A small model of a browser (clock, cookie jar, Sec-Fetch header fields) walks through a script of requests; the answers
are invented, and so is every name and identifier. The host names are the real ones, because the rules are about them, and therefore the file
says in its own header that it is simulated and shows nothing about any real party.

The same bytes come out everywhere: there is no clock, no `random` and no dictionary order that is not written down here.

    make-simulated-capture.py           writes the file
    make-simulated-capture.py --check   exits with 1 if the file is not what this script makes
"""

import base64
import hashlib
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote, quote_plus, urlsplit

TARGET = Path(__file__).resolve().parent.parent / "captures" / "simulated-ministry-page.har"

START = datetime(2026, 11, 16, 9, 0, 0, tzinfo=timezone.utc)
PAGE = "https://www.facebook.com/ministerievanvoorbeelden"
TOWN = "https://www.voorbeeldgemeente.example"
ANALYTICS = "https://meet.voorbeeldmeting.example"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 SIMULATED"
DAY = 86_400
PIXEL = "000000000000000"
MAIL = "simulated@voorbeeld.example"
FBP = f"fb.1.{int(START.timestamp())}000.SIMULATED000000001"
FBC = f"fb.1.{int(START.timestamp())}000.SIMULATEDfbclid0001"

# A transparent GIF of one by one pixel.
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect width="16" height="16" fill="#777"/></svg>'

# Addresses from the ranges that are set aside for documentation (RFC 5737, RFC 3849): they lead nowhere.
ADDRESSES = {
    "facebook.com": "192.0.2.10",
    "www.facebook.com": "192.0.2.11",
    "l.facebook.com": "192.0.2.12",
    "edge-chat.facebook.com": "192.0.2.13",
    "static.xx.fbcdn.net": "2001:db8:face::21",
    "scontent.xx.fbcdn.net": "2001:db8:face::22",
    "connect.facebook.net": "192.0.2.31",
    "update.googleapis.com": "198.51.100.10",
    "clients2.google.com": "198.51.100.11",
    "accounts.google.com": "198.51.100.12",
    "www.googletagmanager.com": "2001:db8:600::21",
    "www.google-analytics.com": "198.51.100.22",
    "stats.g.doubleclick.net": "198.51.100.23",
    "googleads.g.doubleclick.net": "198.51.100.24",
    "www.voorbeeldgemeente.example": "198.51.100.80",
    "meet.voorbeeldmeting.example": "198.51.100.90",
}

# Hosts that answer in HTTP/3 or HTTP/1.1; the others answer in HTTP/2.
VERSIONS = {
    "static.xx.fbcdn.net": "h3",
    "scontent.xx.fbcdn.net": "h3",
    "facebook.com": "http/1.1",
    "edge-chat.facebook.com": "http/1.1",
    "meet.voorbeeldmeting.example": "http/1.1",
}

# Kind of resource: (destination, mode, Accept) of the request (Fetch Metadata Request Headers, section 2).
KINDS = {
    "document": ("document", "navigate", "text/html,application/xhtml+xml,*/*;q=0.8"),
    "iframe": ("iframe", "navigate", "text/html,application/xhtml+xml,*/*;q=0.8"),
    "stylesheet": ("style", "no-cors", "text/css,*/*;q=0.1"),
    "script": ("script", "no-cors", "*/*"),
    "image": ("image", "no-cors", "image/avif,image/webp,image/*,*/*;q=0.8"),
    "font": ("font", "cors", "*/*"),
    "media": ("video", "no-cors", "*/*"),
    "xhr": ("empty", "cors", "*/*"),
    "fetch": ("empty", "cors", "*/*"),
    "ping": ("empty", "no-cors", "*/*"),
}

WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def site(host):
    """The registrable domain; two labels suffice for the hosts used here."""
    return ".".join(host.split(".")[-2:])


def iso(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def cookie_date(at):
    """The old form with hyphens, which is still seen."""
    return f"{WEEKDAYS[at.weekday()]}, {at.day:02d}-{MONTHS[at.month - 1]}-{at.year} {at:%H:%M:%S} GMT"


def fields(pairs):
    return [{"name": name, "value": value} for name, value in pairs]


def form(pairs):
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)


def query(pairs):
    return "&".join(f"{quote(name, safe='[]')}={quote(value, safe='')}" for name, value in pairs)


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Dice:
    """A generator of numbers that is the same in every version of Python (Lehmer, with the constants of Park and Miller)."""

    def __init__(self, seed):
        self.state = seed

    def between(self, low, high):
        self.state = self.state * 48_271 % 2_147_483_647
        return low + self.state % (high - low + 1)


class Browser:
    """As much of a browser as the recording needs."""

    def __init__(self):
        self.now = START
        self.dice = Dice(20_261_116)
        self.jar = []
        self.entries = []
        self.pages = []
        self.connections = {}
        self.top = None

    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)

    def open_page(self, url):
        self.top = url
        self.pages.append({
            "startedDateTime": iso(self.now),
            "id": f"page_{len(self.pages) + 1}",
            "title": url,
            "pageTimings": {"onContentLoad": 640.0, "onLoad": 1480.0},
        })

    def keep(self, name, value, domain, host_only, path="/", ends=None, same_site="Lax", since=None):
        kept = {
            "name": name, "value": value, "domain": domain, "host_only": host_only, "path": path, "same_site": same_site,
            "since": since or self.now,
        }
        lives = ends is None or ends > kept["since"]
        place = next((at for at, old in enumerate(self.jar) if all(old[key] == kept[key] for key in ("name", "domain", "host_only", "path"))), None)
        # A cookie that is set again keeps its place in the order of creation (RFC 6265 section 5.3, step 11).
        if place is None:
            self.jar += [kept] if lives else []
        else:
            self.jar[place:place + 1] = [kept] if lives else []

    def script_cookie(self, name, value, domain):
        """A script writes document.cookie: no answer sets it, and later requests carry it."""
        self.keep(name, value, domain, host_only=False)

    def cookies_for(self, url, kind, same_site):
        host, path = url.hostname, url.path or "/"
        fitting = []
        for cookie in self.jar:
            covers = host == cookie["domain"] or (not cookie["host_only"] and host.endswith("." + cookie["domain"]))
            allowed = same_site or cookie["same_site"] == "None" or (cookie["same_site"] == "Lax" and kind == "document")
            if covers and path.startswith(cookie["path"]) and allowed and cookie["since"] <= self.now:
                fitting.append(cookie)
        return fitting

    def take_set_cookies(self, host, lines, answered):
        for line in lines:
            pair, *attributes = [piece.strip() for piece in line.split(";")]
            name, _, value = pair.partition("=")
            seen = {key.lower(): text for key, _, text in (attribute.partition("=") for attribute in attributes)}
            domain = seen.get("domain", "").lstrip(".")
            if domain and host != domain and not host.endswith("." + domain):
                continue
            if seen.get("samesite", "").lower() == "none" and "secure" not in seen:
                continue
            ends = answered + timedelta(seconds=int(seen["max-age"])) if "max-age" in seen else None
            self.keep(name, value, domain or host, not domain, ends=ends, same_site=seen.get("samesite", "Lax"), since=answered)

    def timings(self, host):
        first = host not in self.connections
        if first:
            self.connections[host] = str(100 + len(self.connections))
        tls = self.dice.between(80, 240) / 10 if first else -1
        times = {
            "blocked": self.dice.between(2, 40) / 10,
            "dns": self.dice.between(5, 90) / 10 if first else -1,
            "ssl": tls,
            "connect": round(tls + self.dice.between(50, 120) / 10, 1) if first else -1,
            "send": self.dice.between(1, 9) / 10,
            "wait": self.dice.between(180, 700) / 10,
            "receive": self.dice.between(2, 120) / 10,
        }
        return times

    def send(self, kind, url, *, method="GET", body=None, media=None, extra=(), status=200, answer=None, answer_media="", answer_extra=(),
             set_cookies=(), referer=None, initiator=None, pause=0.02, own=False, error=None, cache=None, messages=None, comment=None):
        """One request and what became of it; the next one begins `pause` seconds later."""
        parts = urlsplit(url)
        host = parts.hostname
        page = None if own else self.top
        destination, mode, accept = KINDS.get(kind, ("websocket", "websocket", "*/*"))
        same = page is not None and site(urlsplit(page).hostname) == site(host)
        navigation = kind == "document"
        if own:
            relation = "none"
        elif navigation:
            relation = "none" if referer is None else "same-site" if site(urlsplit(referer).hostname) == site(host) else "cross-site"
        else:
            relation = "same-origin" if urlsplit(page).hostname == host else "same-site" if same else "cross-site"
        if referer is None and page is not None and not navigation:
            referer = page if urlsplit(page).hostname == host else f"{urlsplit(page).scheme}://{urlsplit(page).hostname}/"

        version = VERSIONS.get(host, "h2")
        head = [("Host", host)] if version == "http/1.1" else []
        head += [("user-agent", AGENT), ("accept", accept), ("accept-language", "nl-NL,nl;q=0.9"), ("accept-encoding", "gzip, deflate, br")]
        if not own:
            head.append(("sec-ch-ua", '"Chromium";v="156", "SIMULATED";v="1"'))
        head += [("sec-fetch-site", relation), ("sec-fetch-mode", mode), ("sec-fetch-dest", destination)]
        if navigation:
            head.append(("upgrade-insecure-requests", "1"))
        if method == "POST" and page is not None:
            head.append(("origin", f"{urlsplit(page).scheme}://{urlsplit(page).hostname}"))
        if referer is not None and not own:
            head.append(("referer", referer))
        if media is not None:
            head.append(("content-type", media))
        head += extra
        sent = [] if own or cache else self.cookies_for(parts, kind, same or navigation and relation == "none")
        if sent:
            head.append(("cookie", "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in sent)))

        times = self.timings(host)
        answered = self.now + timedelta(milliseconds=sum(max(times[name], 0) for name in ("blocked", "dns", "connect", "send", "wait")))
        answered = answered.replace(microsecond=answered.microsecond // 1000 * 1000)
        lines = [line(answered) for line in set_cookies]
        entry = {"startedDateTime": iso(self.now), "time": round(sum(max(times[name], 0) for name in times if name != "ssl"), 1)}
        if not own:
            entry["pageref"] = self.pages[-1]["id"]
        request = {
            "method": method, "url": url, "httpVersion": version, "headers": fields(head),
            "queryString": fields(piece.partition("=")[::2] for piece in parts.query.split("&") if piece),
            "cookies": fields((cookie["name"], cookie["value"]) for cookie in sent),
            "headersSize": -1, "bodySize": 0,
        }
        if body is not None:
            request["bodySize"] = len(body.encode())
            request["postData"] = {"mimeType": media, "text": body}
        entry["request"] = request
        entry["response"] = self.answer(status, version, answer, answer_media, answer_extra, lines, error, answered)
        entry["cache"] = {}
        entry["timings"] = times
        if error:
            entry["timings"] = {"blocked": 1.5, "dns": -1, "ssl": -1, "connect": -1, "send": 0, "wait": 0, "receive": 0}
        elif cache:
            entry["_fromCache"] = cache
            entry["timings"] = {"blocked": 0.4, "dns": -1, "ssl": -1, "connect": -1, "send": 0, "wait": 0.2, "receive": 0.1}
        else:
            entry["serverIPAddress"] = ADDRESSES[host]
            entry["connection"] = self.connections[host]
        entry["_resourceType"] = kind
        if not own:
            entry["_initiator"] = initiator or {"type": "script" if kind in ("xhr", "fetch", "ping", "websocket") else "parser"}
        if messages is not None:
            entry["_webSocketMessages"] = [
                {"type": kind, "time": round((self.now + timedelta(seconds=after)).timestamp(), 3), "opcode": opcode, "data": data}
                for kind, after, opcode, data in messages
            ]
        if comment:
            entry["comment"] = comment
        self.entries.append(entry)
        if not error and not cache:
            self.take_set_cookies(host, lines, answered)
        self.wait(pause)

    def answer(self, status, version, body, media, extra, set_cookies, error, answered):
        if error:
            return {
                "status": 0, "statusText": "", "httpVersion": "", "headers": [], "cookies": [], "content": {"size": 0, "mimeType": "x-unknown"},
                "redirectURL": "", "headersSize": -1, "bodySize": -1, "_error": error,
            }
        words = {101: "Switching Protocols", 200: "OK", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified"}
        http1 = version == "http/1.1"
        head = [("date", f"{WEEKDAYS[answered.weekday()]}, {answered.day:02d} {MONTHS[answered.month - 1]} {answered.year} {answered:%H:%M:%S} GMT")]
        if media:
            head.append(("content-type", media))
        head += extra
        head += [("set-cookie", line) for line in set_cookies]
        bytes_ = body.encode() if isinstance(body, str) else body or b""
        content = {"size": len(bytes_), "mimeType": media.split(";")[0]}
        if isinstance(body, str) and body:
            content["text"] = body
        elif bytes_:
            content["text"] = base64.b64encode(bytes_).decode()
            content["encoding"] = "base64"
        names = [line.split(";")[0].partition("=")[::2] for line in set_cookies]
        return {
            "status": status, "statusText": words.get(status, "") if http1 else "", "httpVersion": version, "headers": fields(head),
            "cookies": fields(names), "content": content, "redirectURL": dict(extra).get("location", ""), "headersSize": -1,
            "bodySize": 0 if status in (101, 204, 304) else len(bytes_),
        }

    def data_url(self, media, content):
        """An entry without a host: it was sent to nobody."""
        text = base64.b64encode(content).decode()
        self.entries.append({
            "startedDateTime": iso(self.now), "time": 0.1, "pageref": self.pages[-1]["id"],
            "request": {
                "method": "GET", "url": f"data:{media};base64,{text}", "httpVersion": "", "headers": [], "queryString": [], "cookies": [],
                "headersSize": -1, "bodySize": 0,
            },
            "response": {
                "status": 200, "statusText": "OK", "httpVersion": "", "headers": fields([("Content-Type", media)]), "cookies": [],
                "content": {"size": len(content), "mimeType": media, "text": text, "encoding": "base64"},
                "redirectURL": "", "headersSize": -1, "bodySize": 0,
            },
            "cache": {}, "timings": {"blocked": 0.1, "dns": -1, "ssl": -1, "connect": -1, "send": 0, "wait": 0, "receive": 0},
            "_resourceType": "image", "_initiator": {"type": "parser"},
        })
        self.wait(0.01)


def cookie(name, value, seconds=None, domain=None, rest="secure; httponly; SameSite=None"):
    """A Set-Cookie line as a function of the time of the answer, because Expires depends on it."""

    def line(answered):
        pieces = [f"{name}={value}"]
        if seconds is not None:
            ends = answered + timedelta(seconds=seconds) if seconds > 0 else datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc)
            pieces += [f"expires={cookie_date(ends)}", f"Max-Age={max(seconds, 0)}"]
        pieces.append("path=/")
        if domain:
            pieces.append(f"domain={domain}")
        return "; ".join(pieces + [rest])

    return line


HTML = "text/html; charset=utf-8"
JS = "application/x-javascript; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
STATIC = "https://static.xx.fbcdn.net/rsrc.php/v4"
SCONTENT = "https://scontent.xx.fbcdn.net/v/t39.30808-6"


class Page:
    """The scripts of the fictitious Page: what they send, with the common parameters (docs of other people's tools name these)."""

    def __init__(self, browser):
        self.browser = browser
        self.number = 0

    def common(self):
        self.number += 1
        return [
            ("av", "0"), ("__user", "0"), ("__a", "1"), ("__req", "0123456789abcdefghijklmnopqrstuvwxyz"[self.number % 36]),
            ("__hs", "SIMULATED.HYP:comet_plat_default_pkg"), ("dpr", "1"), ("__ccg", "EXCELLENT"), ("__rev", "1000000001"),
            ("__s", "SIMULATED:SIMULATED:SIMULATED"), ("__hsi", "SIMULATED-HSI-0001"), ("__comet_req", "15"),
            ("lsd", "SIMULATED-LSD"), ("jazoest", "20000"), ("__spin_r", "1000000001"), ("__spin_b", "trunk"),
        ]

    def graphql(self, name, document, variables, answer, **more):
        body = form(self.common() + [
            ("fb_api_caller_class", "RelayModern"), ("fb_api_req_friendly_name", name), ("server_timestamps", "true"),
            ("variables", compact(variables)), ("doc_id", document),
        ])
        self.browser.send(
            "xhr", "https://www.facebook.com/api/graphql/", method="POST", body=body, media=FORM,
            extra=[("x-fb-friendly-name", name), ("x-fb-lsd", "SIMULATED-LSD"), ("x-asbd-id", "000000")],
            answer=compact(answer), answer_media="text/html; charset=utf-8", **more)

    def telemetry(self, events, **more):
        batch = [{"app_id": "SIMULATED-APP", "posts": [[name, data, offset, 0] for name, data, offset in events], "user": "0",
                  "webSessionId": "SIMULATED:SIMULATED:SIMULATED", "send_method": "ajax"}]
        address = "https://www.facebook.com/ajax/bz?" + query([("__a", "1"), ("__ccg", "EXCELLENT"), ("__user", "0")])
        self.browser.send("xhr", address, method="POST", body=form(self.common() + [("q", compact(batch)), ("ts", "SIMULATED-TS")]), media=FORM,
                          answer="", answer_media="text/html; charset=utf-8", **more)


def background(browser, first):
    """What the browser asks for on its own account."""
    if first:
        browser.send("fetch", "https://update.googleapis.com/service/update2/json?cup2key=SIMULATED:0001", method="POST", own=True,
                     body=compact({"request": {"@os": "linux", "@updater": "chromium", "sessionid": "{SIMULATED-SESSION}", "app": [{"appid": "simulated"}]}}),
                     media="application/json", answer=")]}'\n" + compact({"response": {"server": "simulated", "app": []}}), answer_media="application/json", pause=0.1)
        browser.send("fetch", "https://accounts.google.com/ListAccounts?gpsia=1&source=ChromiumBrowser&json=standard", method="POST", own=True,
                     body=" ", media=FORM, answer='["gaia.l.a.r",[]]', answer_media="application/json", pause=0.3)
    else:
        browser.send("fetch", "https://clients2.google.com/time/1/current?cup2key=SIMULATED:0002", own=True,
                     answer=")]}'\n" + compact({"current_time_millis": 0, "server_nonce": "SIMULATED"}), answer_media="application/json", pause=0.2)


def static(browser, names, cached=()):
    for name in names:
        kind, media = ("stylesheet", "text/css; charset=utf-8") if name.endswith(".css") else ("script", JS)
        tag = name.split("/")[-1].split(".")[0]
        body = f"/* {tag} */\n.simulated{{color:#333}}\n" if kind == "stylesheet" else f"/* {tag} */\n__d(\"{tag}\",[],(function(){{\"use strict\";}}),null);\n"
        browser.send(kind, f"{STATIC}/{name}", answer=body, answer_media=media, cache="disk" if name in cached else None,
                     answer_extra=[("cache-control", "public,max-age=31536000,immutable"), ("etag", f'"{tag}"')])


def images(browser, numbers):
    for number in numbers:
        signed = query([("_nc_cat", "1"), ("ccb", "1-7"), ("_nc_sid", "000000"), ("_nc_ohc", f"SIMULATED-OHC-{number}"), ("_nc_ht", "scontent.xx"),
                        ("oh", f"SIMULATED-OH-{number}"), ("oe", "00000000")])
        browser.send("image", f"{SCONTENT}/SIMULATED_{number:04d}_n.gif?{signed}", answer=GIF, answer_media="image/gif",
                     answer_extra=[("cache-control", "max-age=1209600, no-transform")])


def first_visit(browser):
    """The Page, without an account; nothing has been chosen yet."""
    browser.open_page(PAGE)
    browser.send("document", PAGE.replace("https://www.", "http://"), status=301, answer_extra=[("location", PAGE)], answer_media=HTML,
                 comment="Typed without https and www.", pause=0.2)
    page = Page(browser)
    html = ("<!doctype html><html lang=\"nl\"><head><title>Ministerie van Voorbeelden (GESIMULEERD)</title></head>"
            "<body><h1>Ministerie van Voorbeelden</h1><p>Dit ministerie bestaat niet. This page is simulated.</p></body></html>")
    browser.send(
        "document", PAGE, answer=html, answer_media=HTML,
        answer_extra=[("accept-ch", "sec-ch-ua-full-version-list,sec-ch-ua-model,sec-ch-ua-platform-version"), ("content-security-policy", "default-src 'self' *.fbcdn.net")],
        set_cookies=[
            cookie("datr", "SIMULATEDdatr0000000001", 400 * DAY, ".facebook.com"),
            cookie("sb", "SIMULATEDsb00000000001", 730 * DAY, ".facebook.com"),
            cookie("simulated_probe", "1", 3600, None, "secure; SameSite=Lax"),
        ],
        comment="datr asks for 400 days and sb for two years, before anything was chosen.", pause=0.35)
    static(browser, ["yA/l/SIMULATED01.css", "yB/l/SIMULATED02.css", "yC/r/SIMULATED03.js", "yD/r/SIMULATED04.js"])
    browser.send("script", f"{STATIC}/yE/r/SIMULATED05.js", answer="/* SIMULATED05 */\n", answer_media=JS,
                 set_cookies=[cookie("simulated_other", "SIMULATED", 30 * DAY, ".facebook.com", "secure; SameSite=None")],
                 comment="A browser refuses this cookie: its Domain does not cover the host that sets it.")
    browser.data_url("image/svg+xml", SVG)
    images(browser, [1, 2, 3])
    browser.send("font", f"{STATIC}/yF/r/SIMULATED06.woff2", extra=[("origin", "https://www.facebook.com")], answer=b"wOF2SIMULATED\x00\x01\xff",
                 answer_media="font/woff2", pause=0.2)
    browser.script_cookie("wd", "1280x900", "facebook.com")
    browser.script_cookie("dpr", "1", "facebook.com")
    page.telemetry([("simulated:page_load", {"event": "load", "path": "/ministerievanvoorbeelden", "rtt": 50, "downlink": 10}, 412)],
                   comment="wd and dpr go along; no answer set them.", pause=0.1)
    page.graphql("SIMULATEDPageRootQuery", "SIMULATED-DOC-1", {"pageID": "SIMULATED-PAGE-1", "scale": 1},
                 {"data": {"page": {"id": "SIMULATED-PAGE-1", "name": "Ministerie van Voorbeelden", "simulated": True}}}, pause=0.15)
    page.graphql("SIMULATEDPageViewMutation", "SIMULATED-DOC-2", {"input": {"page_id": "SIMULATED-PAGE-1", "surface": "PAGE", "event": "view"}},
                 {"data": {"page_view": {"ok": True}}}, pause=0.2)
    browser.send(
        "websocket", "wss://edge-chat.facebook.com/chat?" + query([("sid", "SIMULATED-SID"), ("cid", "SIMULATED-CID")]), status=101,
        extra=[("connection", "Upgrade"), ("upgrade", "websocket"), ("sec-websocket-version", "13"), ("origin", "https://www.facebook.com")],
        answer_extra=[("connection", "Upgrade"), ("upgrade", "websocket")],
        messages=[
            ("send", 0.30, 2, base64.b64encode(b"\x10\x20\x00\x06MQIsdp\x03\x02SIMULATED-CONNECT").decode()),
            ("receive", 0.42, 2, base64.b64encode(b"\x20\x02\x00\x00").decode()),
            ("send", 0.60, 1, compact({"topic": "/simulated_presence", "state": "anonymous", "page": "SIMULATED-PAGE-1"})),
            ("receive", 5.75, 1, compact({"topic": "/simulated_presence", "ok": True})),
        ], pause=0.4)
    background(browser, first=False)
    page.graphql("SIMULATEDPageFeedQuery", "SIMULATED-DOC-3", {"pageID": "SIMULATED-PAGE-1", "count": 3, "cursor": None},
                 {"data": {"posts": [{"id": f"SIMULATED-POST-{number}"} for number in (1, 2, 3)]}}, pause=0.3)
    images(browser, [4, 5])
    browser.send("media", "https://scontent.xx.fbcdn.net/o1/v/t2/f2/m69/SIMULATED_0006.mp4?_nc_ohc=SIMULATED-OHC-6", error="net::ERR_CONNECTION_RESET",
                 comment="The connection broke; nothing was answered.", pause=6.5)
    page.telemetry([("simulated:scroll", {"y": 900, "post": "SIMULATED-POST-2"}, 9210), ("simulated:hover", {"target": "page_name", "ms": 640}, 9890)], pause=1.8)
    browser.send("xhr", "https://www.facebook.com/ajax/bulk-route-definitions/", method="POST", media=FORM,
                 body=form([("route_urls[0]", "/ministerievanvoorbeelden/about"), ("route_urls[1]", "/ministerievanvoorbeelden/photos")] + page.common()),
                 answer="for (;;);" + compact({"payload": {"payloads": {}}}), answer_media=JS, pause=7.0)
    page.graphql("SIMULATEDPageLikeMutation", "SIMULATED-DOC-4", {"input": {"page_id": "SIMULATED-PAGE-1", "action": "like", "source": "page_header"}},
                 {"data": None, "errors": [{"message": "SIMULATED: log in to like this Page"}]},
                 comment="A visitor without an account clicks on Like.", pause=4.2)
    browser.send("ping", "https://www.facebook.com/ajax/qm/?" + query([("__a", "1"), ("timing", "SIMULATED")]), method="POST", body="SIMULATED", media="text/plain;charset=UTF-8",
                 status=204, pause=11.0)
    return page


def consent(browser, page):
    """The visitor clicks on the button that allows all cookies."""
    choice = {"input": {"choice": "allow_all", "button": "Alle cookies toestaan", "layer": 1, "optional_cookies": True}}
    page.graphql("SIMULATEDCookieConsentMutation", "SIMULATED-DOC-5", choice, {"data": {"cookie_consent": {"recorded": True}}}, pause=0.3)
    browser.send(
        "xhr", "https://www.facebook.com/cookie/consent/", method="POST", media=FORM,
        body=form([("accept_only_essential", "false"), ("optional_cookies[0]", "ads"), ("optional_cookies[1]", "measurement")] + page.common()),
        answer="for (;;);" + compact({"payload": None}), answer_media=JS,
        set_cookies=[
            cookie("fr", "0SIMULATEDfr.AAAA.BBBB", 90 * DAY, ".facebook.com"),
            cookie("datr", "SIMULATEDdatr0000000001", 400 * DAY, ".facebook.com"),
            cookie("sb", "SIMULATEDsb00000000002", 730 * DAY, ".facebook.com"),
            cookie("simulated_probe", "deleted", 0, None, "secure; SameSite=Lax"),
        ],
        comment="The choice itself. fr appears; datr is renewed with its value; sb gets another value; simulated_probe is deleted.", pause=0.6)
    page.telemetry([("simulated:consent", {"choice": "allow_all"}, 32120)], pause=2.2)
    images(browser, [7])
    page.graphql("SIMULATEDPageFeedQuery", "SIMULATED-DOC-3", {"pageID": "SIMULATED-PAGE-1", "count": 3, "cursor": "SIMULATED-CURSOR"},
                 {"data": {"posts": [{"id": f"SIMULATED-POST-{number}"} for number in (4, 5, 6)]}}, pause=9.4)
    page.telemetry([("simulated:click", {"target": "external_link", "post": "SIMULATED-POST-4"}, 44400)], pause=0.3)


def pixel(event, at, extra=()):
    stamp = int(at.timestamp() * 1000)
    return [
        ("id", PIXEL), ("ev", event), ("dl", f"{TOWN}/paspoort?fbclid=SIMULATEDfbclid0001"), ("rl", "https://l.facebook.com/"), ("if", "false"), ("ts", str(stamp)),
        ("sw", "1280"), ("sh", "900"), ("v", "2.9.0"), ("r", "stable"), ("ec", "0"), ("o", "4126"), ("fbp", FBP),
        ("fbc", FBC), ("it", str(stamp - 210)), ("coo", "false"), *extra,
    ]


def town(browser):
    """A link on the Page leads to the site of a fictitious municipality, which has placed the pixel."""
    target = f"{TOWN}/paspoort?fbclid=SIMULATEDfbclid0001"
    browser.open_page(target)
    browser.send("document", "https://l.facebook.com/l.php?" + query([("u", target), ("h", "SIMULATED-HASH")]), referer="https://www.facebook.com/", status=302,
                 answer_extra=[("location", target), ("referrer-policy", "origin")], answer_media=HTML, pause=0.25)
    html = ("<!doctype html><html lang=\"nl\"><head><title>Paspoort aanvragen (GESIMULEERD)</title></head>"
            "<body><h1>Paspoort aanvragen</h1><p>Deze gemeente bestaat niet. This site is simulated.</p></body></html>")
    browser.send("document", target, referer="https://l.facebook.com/", answer=html, answer_media=HTML, set_cookies=[
        cookie("SIMSESSIE", "SIMULATEDsessie01", None, None, "Secure; HttpOnly; SameSite=Lax"),
        cookie("gemeente_taal", "nl", 365 * DAY, None, "Secure; SameSite=Lax"),
    ], pause=0.3)
    browser.send("stylesheet", f"{TOWN}/assets/SIMULATED.css", answer="body{font-family:sans-serif}\n", answer_media="text/css")
    browser.send("image", f"{TOWN}/assets/SIMULATED-wapen.svg", answer=SVG.decode(), answer_media="image/svg+xml")
    browser.send("script", "https://www.googletagmanager.com/gtag/js?id=G-SIMULATED0", answer="/* SIMULATED gtag */\n", answer_media="application/javascript; charset=UTF-8")
    browser.send("script", "https://connect.facebook.net/en_US/fbevents.js", answer="/* SIMULATED fbevents */\n", answer_media=JS)
    browser.send("script", f"{ANALYTICS}/meet.js", answer="/* SIMULATED meting */\n", answer_media="text/javascript", pause=0.2)
    browser.script_cookie("_ga", "GA1.1.SIMULATED.SIMULATED", "voorbeeldgemeente.example")
    browser.script_cookie("_fbp", FBP, "voorbeeldgemeente.example")
    browser.script_cookie("_fbc", FBC, "voorbeeldgemeente.example")
    browser.send("script", f"https://connect.facebook.net/signals/config/{PIXEL}?v=2.9.0&r=stable&domain=www.voorbeeldgemeente.example",
                 answer="/* SIMULATED config */\n", answer_media=JS, pause=0.1)
    browser.send("image", "https://www.facebook.com/tr/?" + query(pixel("PageView", browser.now, [("rqm", "GET")])), answer=GIF, answer_media="image/gif",
                 comment="datr, sb and fr of the visit to the Page go along, because SameSite=None allows it.", pause=0.05)
    browser.send("image", "https://www.facebook.com/privacy_sandbox/pixel/register/trigger/?" + query(pixel("PageView", browser.now, [("rqm", "FGET")])),
                 answer=GIF, answer_media="image/gif", pause=0.1)
    hit = [("v", "2"), ("tid", "G-SIMULATED0"), ("cid", "SIMULATED.SIMULATED"), ("dl", f"{TOWN}/paspoort"), ("dr", "https://l.facebook.com/"), ("en", "page_view")]
    browser.send("ping", "https://www.google-analytics.com/g/collect?" + query(hit), method="POST", body="", media="text/plain;charset=UTF-8", status=204)
    browser.send("ping", "https://stats.g.doubleclick.net/g/collect?" + query([("v", "2"), ("tid", "G-SIMULATED0"), ("cid", "SIMULATED.SIMULATED"), ("aip", "1")]),
                 method="POST", body="", media="text/plain;charset=UTF-8", status=204)
    browser.send("image", "https://googleads.g.doubleclick.net/pagead/viewthroughconversion/000000000/?" + query([("random", "SIMULATED"), ("url", f"{TOWN}/paspoort")]),
                 answer=GIF, answer_media="image/gif", set_cookies=[
                     cookie("IDE", "SIMULATEDide0000000001", 390 * DAY, ".doubleclick.net", "Secure; HttpOnly; SameSite=None"),
                     cookie("test_cookie", "CheckForPermission", 900, ".doubleclick.net", "Secure; SameSite=None"),
                 ], pause=0.2)
    browser.send("fetch", f"{ANALYTICS}/hit", method="POST", media="application/json",
                 body=compact({"visitor": "SIMULATEDbezoeker01", "page": "/paspoort", "referrer": "https://l.facebook.com/", "screen": [1280, 900]}),
                 extra=[("Dnt", "1")], answer=compact({"ok": True}), answer_media="application/json", set_cookies=[
                     cookie("vbm_id", "SIMULATEDbezoeker01", 1095 * DAY, ".voorbeeldmeting.example", "Secure; SameSite=None"),
                     cookie("vbm_check", "1", 30 * DAY, None, "SameSite=None"),
                 ], comment="No rule knows this host. vbm_id asks for three years; vbm_check is refused: SameSite=None without Secure.", pause=0.3)
    frame = "https://www.facebook.com/plugins/page.php?" + query([("href", PAGE), ("tabs", "timeline"), ("width", "340"), ("locale", "nl_NL")])
    browser.send("iframe", frame, answer="<!doctype html><title>SIMULATED plugin</title>", answer_media=HTML, pause=0.2)
    browser.send("script", f"{STATIC}/yG/r/SIMULATED07.js", answer="/* SIMULATED07 */\n", answer_media=JS, referer="https://www.facebook.com/", pause=14.0)
    appointment(browser)


def appointment(browser):
    """The visitor fills in a form; the pixel's script sends what it found there."""
    browser.send("fetch", f"{TOWN}/zoeken?q=paspoort+kwijt", answer=compact({"treffers": 0}), answer_media="application/json", pause=41.0)
    browser.send("fetch", f"{TOWN}/api/afspraak", method="POST", media="application/json", answer=compact({"afspraak": "SIMULATED-AFSPRAAK"}), answer_media="application/json",
                 body=compact({"naam": "SIMULATED Persoon", "e-mail": MAIL, "datum": "2026-12-01"}), pause=0.1)
    border = "----SIMULATEDboundary"
    hashed = hashlib.sha256(MAIL.encode()).hexdigest()
    pairs = pixel("SubscribedButtonClick", browser.now, [("cd[buttonText]", "Afspraak maken"), ("udff[em]", hashed), ("rqm", "SB")])
    body = "".join(f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs) + f"--{border}--\r\n"
    browser.send("fetch", "https://www.facebook.com/tr/", method="POST", body=body, media=f"multipart/form-data; boundary={border}", status=200,
                 answer="", answer_media="text/plain", comment="udff[em] is the SHA-256 of the invented e-mail address in the form.", pause=0.1)
    events = [("v", "2"), ("tid", "G-SIMULATED0"), ("cid", "SIMULATED.SIMULATED"), ("en", "form_submit"), ("ep.form_id", "afspraak")]
    browser.send("ping", "https://www.google-analytics.com/g/collect?" + query(events), method="POST", body="", media="text/plain;charset=UTF-8", status=204)
    browser.send("fetch", f"{ANALYTICS}/hit", method="POST", media="application/json", body=compact({"visitor": "SIMULATEDbezoeker01", "event": "afspraak"}),
                 answer=compact({"ok": True}), answer_media="application/json", set_cookies=[
                     cookie("vbm_id", "SIMULATEDbezoeker01", 1095 * DAY, ".voorbeeldmeting.example", "Secure; SameSite=None"),
                 ], pause=0.2)
    browser.send("script", "https://metingen.onbereikbaar.example/tag.js", error="net::ERR_NAME_NOT_RESOLVED", pause=18.0)


def second_visit(browser):
    """Back to the Page: much comes from the cache."""
    browser.open_page(PAGE)
    page = Page(browser)
    browser.send("document", PAGE, answer="<!doctype html><html lang=\"nl\"><head><title>Ministerie van Voorbeelden (GESIMULEERD)</title></head><body></body></html>",
                 answer_media=HTML, set_cookies=[
                     cookie("datr", "SIMULATEDdatr0000000001", 400 * DAY, ".facebook.com"),
                     cookie("fr", "0SIMULATEDfr.CCCC.DDDD", 90 * DAY, ".facebook.com"),
                 ], pause=0.3)
    static(browser, ["yA/l/SIMULATED01.css", "yC/r/SIMULATED03.js"], cached=["yA/l/SIMULATED01.css", "yC/r/SIMULATED03.js"])
    browser.send("script", f"{STATIC}/yD/r/SIMULATED04.js", status=304, extra=[("if-none-match", '"SIMULATED04"')], answer_extra=[("etag", '"SIMULATED04"')])
    images(browser, [8])
    page.telemetry([("simulated:page_load", {"event": "load", "path": "/ministerievanvoorbeelden", "rtt": 50}, 388)], pause=0.1)
    page.graphql("SIMULATEDPageViewMutation", "SIMULATED-DOC-2", {"input": {"page_id": "SIMULATED-PAGE-1", "surface": "PAGE", "event": "view"}},
                 {"data": {"page_view": {"ok": True}}}, pause=20.0)
    page.telemetry([("simulated:heartbeat", {"visible_ms": 20000}, 20400)], pause=3.0)
    browser.send("xhr", "https://www.facebook.com/ajax/bz?__a=1", method="POST", body="", media=FORM, error="net::ERR_ABORTED",
                 comment="The visitor closed the page.")


def recording():
    browser = Browser()
    background(browser, first=True)
    page = first_visit(browser)
    consent(browser, page)
    town(browser)
    second_visit(browser)
    head = {
        "version": "1.2",
        "creator": {"name": "make-simulated-capture.py", "version": "1"},
        "browser": {"name": "no browser (simulated Chromium)", "version": "156"},
        "comment": "SIMULATED. Fictitious platform, ministry and municipality; says nothing about what Meta or any other real party does. "
                   "Made by scripts/make-simulated-capture.py of the dataspoor project; nothing was recorded.",
        "_dataspoor": {
            "simulated": True,
            "scenario": "Bezoeker zonder account: eerst niets gekozen, dan “Alle cookies toestaan”, dan een link naar een gemeente en terug",
        },
    }
    lines = ["{\"log\":{"]
    lines += [f"{compact(name)}:{compact(value)}," for name, value in head.items()]
    lines.append("\"pages\":[\n" + ",\n".join(map(compact, browser.pages)) + "\n],")
    lines.append("\"entries\":[\n" + ",\n".join(map(compact, browser.entries)) + "\n]")
    lines.append("}}\n")
    return "\n".join(lines).encode()


def main():
    made = recording()
    if sys.argv[1:] == ["--check"]:
        kept = TARGET.read_bytes() if TARGET.exists() else b""
        if kept != made:
            sys.exit(f"{TARGET}: not what {Path(__file__).name} makes; run the script and commit the file, or undo the change in the script")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        TARGET.write_bytes(made)
        print(f"{TARGET}: {len(made)} bytes")


if __name__ == "__main__":
    main()
