"""A Unix socket in front of PostgreSQL's that can hold requests to cancel a statement.

    hold_cancels.py SOCKET SERVER     forwards SOCKET to SERVER

While the file SOCKET.hold exists, requests to cancel wait. Each leaves a byte in SOCKET.held, and one of them goes on for each
file SOCKET.release that it finds and removes.
"""

import asyncio
import os
import sys

CANCEL = (80877102).to_bytes(4, "big")
SOCKET, SERVER = sys.argv[1:]


async def hold():
    with open(SOCKET + ".held", "ab") as file:
        file.write(b".")
    while os.path.exists(SOCKET + ".hold"):
        try:
            os.remove(SOCKET + ".release")
            return
        except FileNotFoundError:
            await asyncio.sleep(0.005)


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def serve(reader, writer):
    try:
        head = await reader.readexactly(8)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
        return
    if head[4:] == CANCEL and os.path.exists(SOCKET + ".hold"):
        await hold()
    theirs, ours = await asyncio.open_unix_connection(SERVER)
    ours.write(head)
    await asyncio.gather(copy(reader, ours), copy(theirs, writer))


async def main():
    async with await asyncio.start_unix_server(serve, SOCKET) as server:
        await server.serve_forever()


asyncio.run(main())
