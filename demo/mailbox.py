"""Where the demo's messages arrive: an SMTP server, a Slack-shaped webhook, and a page that shows both.

- `GET /`: the messages, newest first
- `GET /messages`: the same as JSON
- `POST /slack`: what an incoming webhook of Slack accepts
- `POST /webhook`: any JSON
"""

import argparse
import html
import json
import re
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT: Final = 200
"""Messages; the oldest goes first."""
SIZE_LIMIT_BYTES: Final = 1_048_576
"""The largest mail or body that is taken."""
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Message:
    """One message as it arrived."""

    kind: str
    """mail, slack or webhook."""
    sender: str
    to: str
    subject: str
    text: str
    payload: Any = None
    """The JSON of a webhook; nothing for a mail."""
    html: str = ""
    """The page of a mail that has one."""
    received: float = field(default_factory=time.time)
    """Unix time in seconds."""

    def as_json(self) -> dict[str, Any]:
        """The message with the keys that /messages shows."""
        values = asdict(self)
        return {"from": values.pop("sender"), **values}


class Mailbox:
    """The newest messages."""

    def __init__(self) -> None:
        self._messages: deque[Message] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def add(self, message: Message) -> None:
        """Keep a message; the oldest makes room."""
        with self._lock:
            self._messages.append(message)

    def newest_first(self) -> list[Message]:
        """All that is kept."""
        with self._lock:
            return list(reversed(self._messages))


class _Words(HTMLParser):
    """The text of a page without its markup, styles and scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "script", "title")
        self.words += [value for name, value in attrs if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.words.append(data.strip())


def mail(content: bytes) -> Message:
    """A mail as a message: the plain text if there is some, else the words and links of the HTML."""
    parsed: EmailMessage = message_from_bytes(content, policy=modern)
    body = parsed.get_body(("plain", "html"))
    text = str(body.get_content()).replace("\r\n", "\n") if body else ""
    if body and body.get_content_subtype() == "html":
        page = _Words()
        page.feed(text)
        text = "\n".join(page.words)
    sender, to, subject = (str(parsed[name] or "") for name in ("from", "to", "subject"))
    return Message("mail", sender, to, subject, text, html=_page(parsed))


def _page(parsed: EmailMessage) -> str:
    body = parsed.get_body(("html",))
    return str(body.get_content()) if body else ""


def slack(payload: dict[str, Any]) -> Message:
    """A Slack post as a message: the first attachment's title is the subject."""
    parts = _attachments(payload)
    lines = [
        payload.get("text"),
        *(part.get(key) for part in parts for key in ("title", "title_link", "pretext", "text")),
    ]
    subject = next((str(part["title"]) for part in parts if part.get("title")), str(payload.get("text") or ""))
    text = "\n".join(str(line) for line in lines if line)
    return Message(
        "slack", str(payload.get("username") or ""), str(payload.get("channel") or ""), subject, text, payload
    )


def _attachments(payload: dict[str, Any]) -> list[dict[str, Any]]:
    found = payload.get("attachments")
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def webhook(payload: Any) -> Message:  # noqa: ANN401  # any JSON
    """A webhook's JSON as a message; Alertmanager's has a receiver and a status."""
    known = payload if isinstance(payload, dict) else {}
    text = json.dumps(payload, indent=2, ensure_ascii=False)
    return Message("webhook", "", str(known.get("receiver") or ""), str(known.get("status") or ""), text, payload)


class Postman:
    """What the SMTP server calls for each mail."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002, RUF100
        """Keep the mail."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content or "").encode()
        self._mailbox.add(mail(content))
        return "250 Kept"


class Window(ThreadingHTTPServer):
    """The web page's server."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        super().__init__(address, Visit)


class Visit(BaseHTTPRequestHandler):
    """One connection."""

    server: Window
    timeout = 30

    def do_GET(self) -> None:
        """Show the messages."""
        messages = self.server.mailbox.newest_first()
        if self.path == "/":
            self.reply(200, page(messages), "text/html; charset=utf-8")
        elif self.path == "/messages":
            self.reply(200, json.dumps([message.as_json() for message in messages]), "application/json")
        else:
            self.reply(404, "no such page\n", "text/plain")

    def do_POST(self) -> None:
        """Take a webhook."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > SIZE_LIMIT_BYTES:
            # Who is still sending would not see the answer.
            for read in range(0, length, SIZE_LIMIT_BYTES):
                self.rfile.read(min(length - read, SIZE_LIMIT_BYTES))
            self.reply(413, f"more than {SIZE_LIMIT_BYTES} bytes\n", "text/plain")
            return
        try:
            payload = json.loads(self.rfile.read(length))
        except ValueError:
            self.reply(400, "not JSON\n", "text/plain")
            return
        if self.path == "/slack" and isinstance(payload, dict):
            self.server.mailbox.add(slack(payload))
        elif self.path == "/webhook":
            self.server.mailbox.add(webhook(payload))
        else:
            self.reply(404, "post an object to /slack or JSON to /webhook\n", "text/plain")
            return
        self.reply(200, "ok", "text/plain")

    def reply(self, status: int, body: str, content_type: str) -> None:
        """Send a whole answer."""
        data = body.encode()
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": content_type, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing: the page asks every few seconds."""


_STYLE: Final = """
:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}
article{border:1px solid #8886;border-radius:8px;padding:.6rem 1rem;margin:1rem 0}
h2{font-size:1rem;margin:0}
small{opacity:.75}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0 0;font-size:.85rem;max-height:24rem;overflow:auto}
.slack{border-left:4px solid;padding-left:.8rem;margin:.6rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
iframe{width:100%;height:36rem;border:0;margin:.5rem 0 0}
"""


_LINK: Final = re.compile(r"<(https?://[^|>\s]+)\|([^>]*)>")
_COLORS: Final = {"danger": "#D00000", "warning": "#E8A317", "good": "#2EB67D", "#439FE0": "#439FE0"}
"""What receivers choose from; others are grey."""


def page(messages: Sequence[Message]) -> str:
    """The messages as a page that asks again every 5 seconds; all of their text is escaped."""
    items = "".join(_article(message) for message in messages) or "<p>No messages yet.</p>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">'
        '<meta name="viewport" content="width=device-width"><title>Mailbox</title>'
        f"<style>{_STYLE}</style></head><body><h1>Mailbox ({len(messages)})</h1>{items}</body></html>"
    )


def _article(message: Message) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(message.received))
    subject, whom = html.escape(message.subject), html.escape(message.to)
    if message.html:
        shown = _frame(message.html)
    elif message.kind == "slack":
        shown = "".join(map(_attachment, _attachments(message.payload))) or f"<pre>{html.escape(message.text)}</pre>"
    else:
        shown = f"<pre>{html.escape(message.text)}</pre>"
    return f"<article><h2>{subject}</h2><small>{message.kind} to {whom}, {when}</small>{shown}</article>"


def _frame(mail: str) -> str:
    """A mail's page in a frame of its own: it runs no script and loads nothing, and its links open beside it."""
    inside = html.escape(f'<base target="_blank">{mail}')
    return f'<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="{inside}" loading="lazy"></iframe>'


def _attachment(attachment: dict[str, Any]) -> str:
    color = _COLORS.get(str(attachment.get("color")), "#8888")
    return f'<div class="slack" style="border-color:{color}">{_marked(str(attachment.get("text") or ""))}</div>'


def _marked(text: str) -> str:
    """Slack's markup as HTML: links, bold beginnings of lines, code.

    https://docs.slack.dev/messaging/formatting-message-text
    """
    plain, *links = _LINK.split(text)
    linked = (
        f'<a href="{_safe(url)}" target="_blank" rel="noopener">{_safe(name)}</a>{_styled(rest)}'
        for url, name, rest in zip(links[::3], links[1::3], links[2::3], strict=True)
    )
    return _styled(plain) + "".join(linked)


def _styled(text: str) -> str:
    bold = re.sub(r"(?m)^\*([^*\n]+)\*", r"<b>\1</b>", _safe(text))
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", bold)


def _safe(text: str) -> str:
    """Slack escapes less than a page needs."""
    return html.escape(html.unescape(text))


def main(argv: Sequence[str] | None = None) -> None:
    """Take messages until the process ends; say "ready" on standard output once both ports accept connections."""
    parser = argparse.ArgumentParser(description="A mailbox for the demo's messages.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--smtp", type=int, default=1025, help="port for mail")
    parser.add_argument("--web", type=int, default=8025, help="port for the page and the webhooks")
    arguments = parser.parse_args(argv)
    mailbox = Mailbox()
    smtp = Controller(
        Postman(mailbox),
        hostname=arguments.host,
        port=arguments.smtp,
        data_size_limit=SIZE_LIMIT_BYTES,
        enable_SMTPUTF8=True,
    )
    with Window((arguments.host, arguments.web), mailbox) as window:
        smtp.start()
        print(f"ready: smtp {arguments.smtp}, http://{arguments.host}:{arguments.web}", flush=True)
        window.serve_forever()


if __name__ == "__main__":
    main()
