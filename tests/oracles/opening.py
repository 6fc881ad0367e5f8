"""How long Chromium's main thread is busy at a time while it opens a page of ours: the longest tasks, and what they were spent on, from a trace.

opening.py FILE... [--width PIXELS] [--times N]

Prints a line for each opening: the longest task in milliseconds, how many are over 50 and over 200, the time to the load event and until the thread is idle.
Judges nothing: what else runs on the machine counts too.
"""

import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cdp import Browser, Page  # noqa: E402

CATEGORIES = ["toplevel", "devtools.timeline", "blink", "__metadata"]


def opened(browser, file, width):
    page = Page(browser, width)
    browser.events.clear()
    browser.call("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": CATEGORIES, "excludedCategories": ["*"]}})
    began = time.monotonic()
    page.open(file)
    loaded = time.monotonic() - began
    # Until nothing was waiting for the thread for a while.
    page.run("new Promise(done => requestIdleCallback(() => setTimeout(() => requestIdleCallback(done), 1000)))")
    idle = time.monotonic() - began - 1
    browser.call("Tracing.end")
    browser.wait("Tracing.tracingComplete", None)
    events = [event for one in browser.events if one.get("method") == "Tracing.dataCollected" for event in one["params"]["value"]]
    page.close()
    mains = {(event["pid"], event["tid"]) for event in events if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"}
    tasks = [event for event in events if event.get("ph") == "X" and event["name"] in ("RunTask", "ThreadControllerImpl::RunTask", "ThreadPool_RunTask")]
    # The process that has the page; others show what belongs to the browser.
    of_page = {event["pid"] for event in events if event["name"] == "ParseHTML" and str(event.get("args", {}).get("beginData", {}).get("url", "")).startswith("file:")}
    tasks = [event for event in tasks if (event["pid"], event["tid"]) in mains and event["pid"] in of_page]
    if not tasks:
        raise SystemExit(f"the trace has no tasks: {sorted({event['name'] for event in events})[:40]}")
    tasks.sort(key=lambda event: -event["dur"])
    return events, tasks, loaded, idle


def spent(events, task):
    """The longest parts of a task, by name; parts of parts count for both."""
    end, out = task["ts"] + task["dur"], Counter()
    for event in events:
        if event.get("ph") == "X" and event is not task and (event["pid"], event["tid"]) == (task["pid"], task["tid"]) and task["ts"] <= event["ts"] < end:
            out[event["name"]] += event.get("dur", 0)
    return [f"{name} {length / 1000:.0f}" for name, length in out.most_common(7) if length > 5_000 and "RunTask" not in name]


def main():
    arguments = sys.argv[1:]

    def option(name, otherwise):
        if name not in arguments:
            return otherwise
        at = arguments.index(name)
        value = int(arguments[at + 1])
        del arguments[at : at + 2]
        return value

    width, times = option("--width", 1440), option("--times", 3)
    for file in arguments:
        for nr in range(times):
            # A browser of its own each time, so that nothing is kept from the last.
            with Browser() as browser:
                events, tasks, loaded, idle = opened(browser, file, width)
            over = lambda bound: sum(task["dur"] > bound * 1000 for task in tasks)  # noqa: E731
            print(
                f"{Path(file).name} ({Path(file).stat().st_size / 1e6:.1f} MB), {width} px, opening {nr + 1}: longest task {tasks[0]['dur'] / 1000:.0f} ms "
                f"({tasks[0].get('tdur', 0) / 1000:.0f} ms of it on a processor); "
                f"{over(50)} over 50 ms, {over(200)} over 200 ms; loaded after {loaded:.1f} s, idle after {idle:.1f} s"
            )
            for task in tasks[:3]:
                print(f"    {task['dur'] / 1000:.0f} ms ({task.get('tdur', 0) / 1000:.0f} on a processor): {', '.join(spent(events, task)) or 'nothing that has a name'}")


main()
