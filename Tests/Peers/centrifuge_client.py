"""Connects with the official client, prints what happens as JSON lines, and ends after the first publication."""

import asyncio
import json
import sys

from centrifuge import Client, ClientEventHandler


def tell(event: str, **fields) -> None:
    print(json.dumps({"event": event, **fields}), flush=True)


class Handler(ClientEventHandler):
    def __init__(self) -> None:
        self.received = asyncio.Event()

    async def on_connected(self, ctx) -> None:
        tell("connected")

    async def on_disconnected(self, ctx) -> None:
        tell("disconnected", code=ctx.code, reason=ctx.reason)

    async def on_error(self, ctx) -> None:
        tell("error", error=str(ctx.error))

    async def on_subscribed(self, ctx) -> None:
        tell("subscribed", channel=ctx.channel)

    async def on_publication(self, ctx) -> None:
        tell("publication", channel=ctx.channel, data=ctx.pub.data)
        self.received.set()


async def main(address: str, token: str) -> None:
    handler = Handler()
    client = Client(address, events=handler, token=token)
    await client.connect()
    await asyncio.wait_for(handler.received.wait(), timeout=60)
    await client.disconnect()


asyncio.run(main(sys.argv[1], sys.argv[2]))
