"""An SMTP server on 127.0.0.1 that keeps what it was given, and behaves as badly as it is told."""

from __future__ import annotations

import asyncio
import email
import email.policy
import random
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True)
class Mode:
    """How the relay behaves. Shares lie between 0 and 1 and are drawn by seed, recipient and try."""

    banner: int = 220  # 421: it takes nobody in
    rcpt_later: float = 0.0  # share of recipients answered 451
    rcpt_never: float = 0.0  # share of recipients answered 550; the same ones at every try
    data_answer: int = 250
    wait: float = 0.0  # seconds before it answers the message
    hang_up_after: bool = False  # accepts the message, and closes without saying so
    takes_eight: bool = True  # says that bytes beyond ASCII may come (RFC 6152)


@dataclass(frozen=True)
class Mail:
    """What was accepted, and when (seconds of the monotonic clock)."""

    at: float
    recipient: str
    data: bytes

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.data, policy=email.policy.default)  # type: ignore[return-value]

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"] or "").strip()


class Sink:
    """Runs in a thread of its own. `mails` is what was accepted; it may be asked while it goes on."""

    def __init__(self, port: int = 0, seed: int = 1332) -> None:
        self.port, self.seed, self.mode = port, seed, Mode()
        self.mails: list[Mail] = []
        self.connections = 0
        self.tries: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def start(self) -> None:
        """Listen; on the same port as before where it was stopped."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def stop(self) -> None:
        """Listen no more: connections are refused."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, lines: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._talk(lines, out)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever wrote was killed: that is what these rows are about
        finally:
            out.close()

    async def _talk(self, lines: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        async def say(code: int, words: str = "so be it") -> None:
            out.write(f"{code} {words}\r\n".encode())
            await out.drain()

        await say(self.mode.banner, "sink")
        if self.mode.banner != 220:
            return
        recipients: list[str] = []
        while line := await lines.readline():
            verb = line[:4].upper().strip()
            if verb == b"QUIT":
                await say(221)
                return
            if verb == b"EHLO" and self.mode.takes_eight:
                out.write(b"250-sink\r\n")
                await say(250, "8BITMIME")
            elif verb == b"RCPT":
                recipient = line.decode("ascii", "replace").partition("<")[2].partition(">")[0]
                code = self._answer_to(recipient)
                if code == 250:
                    recipients.append(recipient)
                await say(code)
            elif verb == b"DATA":
                if not recipients:
                    await say(503, "nobody to give it to")
                    continue
                await say(354)
                data = await self._data(lines)
                if not await self._take(recipients, data):
                    return
                await say(self.mode.data_answer)
                recipients = []
            else:
                if verb in {b"MAIL", b"RSET"}:
                    recipients = []
                await say(250)

    async def _data(self, lines: asyncio.StreamReader) -> bytes:
        got = []
        while (line := await lines.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise ConnectionError  # cut off in the middle: nothing was accepted
            got.append(line[1:] if line.startswith(b".") else line)
        return b"".join(got)

    async def _take(self, recipients: list[str], data: bytes) -> bool:
        """Whether the sender hears of it."""
        mode = self.mode
        if mode.wait:
            await asyncio.sleep(mode.wait)
        if mode.data_answer == 250:
            self.mails += [Mail(time.monotonic(), recipient, data) for recipient in recipients]
        return not mode.hang_up_after

    def _answer_to(self, recipient: str) -> int:
        number = self.tries[recipient] = self.tries.get(recipient, 0) + 1
        if random.Random(f"{self.seed} {recipient}").random() < self.mode.rcpt_never:
            return 550
        if random.Random(f"{self.seed} {recipient} {number}").random() < self.mode.rcpt_later:
            return 451
        return 250
