"""Reads the reference in a real browser and uses it as a developer would.

Usage: browse_reference.py BASE_URL ACCESS_TOKEN CHROMIUM [SCREENSHOT]
Prints one JSON object of what was seen; every line of the browser's console that is an error is in it.
"""
import asyncio
import base64
import json
import os
import subprocess
import sys
import tempfile
import urllib.request

import websockets

base, token, browser = sys.argv[1:4]
screenshot = sys.argv[4] if len(sys.argv) > 4 else None


class Page:
    def __init__(self, socket):
        self.socket, self.count, self.errors, self.urls = socket, 0, [], set()

    async def send(self, method, **params):
        self.count += 1
        await self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            message = json.loads(await self.socket.recv())
            if message.get("id") == self.count:
                return message.get("result", message)
            kind, about = message.get("method"), message.get("params", {})
            if kind == "Runtime.exceptionThrown" or kind == "Log.entryAdded" and about["entry"]["level"] == "error":
                self.errors.append(json.dumps(about)[:500])
            if kind == "Network.requestWillBeSent":
                self.urls.add(about["request"]["url"])

    async def value(self, expression):
        reply = await self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return reply["result"].get("value")

    async def until(self, expression):
        for _ in range(300):
            value = await self.value(expression)
            if value:
                return value
            await asyncio.sleep(0.1)
        raise SystemExit(f"Never true: {expression}; errors: {self.errors}")


async def look(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as reply:
        target = next(one for one in json.load(reply) if one["type"] == "page")
    async with websockets.connect(target["webSocketDebuggerUrl"], max_size=None) as socket:
        page = Page(socket)
        for domain in ("Page", "Runtime", "Log", "Network"):
            await page.send(domain + ".enable")
        await page.send("Page.navigate", url=base + "/docs#getOwnUser")
        seen = {"operations": await page.until("document.querySelectorAll('details.operation').length")}
        await page.until("document.getElementById('getOwnUser').querySelector('form')")
        seen["curl"] = await page.value("document.querySelector('[id=\"getOwnUser\"] pre').textContent")
        await page.value(f"document.getElementById('token').value = {json.dumps(token)}")
        await page.value("document.getElementById('getOwnUser').querySelector('form button').click()")
        answer = "document.getElementById('getOwnUser').querySelector('form pre').textContent"
        seen["tried"] = await page.until(f"{answer}.length > 3 && {answer}")
        await page.value("""(() => { const search = document.getElementById('search');
            search.value = 'FORM_FULL'; search.dispatchEvent(new Event('input')); })()""")
        seen["found"] = await page.value("document.querySelectorAll('details.operation:not(.hidden)').length")
        await page.value("document.querySelectorAll('details.operation').forEach((card) => { card.open = true; })")
        seen["filled"] = await page.until(
            "[...document.querySelectorAll('details.operation')].every((card) => card.children.length === 2)"
            " && document.querySelectorAll('form.try').length"
        )
        if screenshot:
            await page.value("""(() => { document.querySelectorAll('details.operation').forEach((card) => { card.open = false; });
                const search = document.getElementById('search'); search.value = ''; search.dispatchEvent(new Event('input'));
                location.hash = '#submitResponse'; })()""")
            await asyncio.sleep(1)
            picture = await page.send("Page.captureScreenshot", format="png")
            with open(screenshot, "wb") as file:
                file.write(base64.b64decode(picture["data"]))
        seen["errors"] = page.errors
        seen["foreign"] = sorted(url for url in page.urls if not url.startswith(base + "/"))
        print(json.dumps(seen))


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    process = subprocess.Popen(
        [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--window-size=1300,1000", "--remote-debugging-port=0", "--user-data-dir=" + folder, "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        async def run():
            path = os.path.join(folder, "DevToolsActivePort")
            for _ in range(300):
                if os.path.exists(path) and os.path.getsize(path):
                    break
                await asyncio.sleep(0.1)
            with open(path) as file:
                port = file.readline().strip()
            await look(port)
        asyncio.run(asyncio.wait_for(run(), 90))
    finally:
        process.terminate()
        process.wait()
