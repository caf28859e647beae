"""The demo's mailbox: mails, Slack posts and webhooks arrive and are shown."""

import json
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any, NamedTuple

import pytest

Ask = Callable[..., tuple[int, Any]]


class Box(NamedTuple):
    """A running mailbox."""

    smtp: int
    web: str


@pytest.fixture
def box(start: Callable[..., None], free_port: Callable[[], int]) -> Box:
    """A mailbox on free ports."""
    smtp, web = free_port(), free_port()
    start("mailbox.py", "--smtp", smtp, "--web", web)
    return Box(smtp, f"http://127.0.0.1:{web}")


def letter(subject: str, text: str, html: str | None = None) -> EmailMessage:
    """A mail."""
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = "alerts@example.com", "ops@example.com", subject
    found.set_content(text)
    if html is not None:
        found.set_content(html, subtype="html")
    return found


def send(box: Box, *letters: EmailMessage) -> None:
    """Hand mails to the SMTP server."""
    with smtplib.SMTP("127.0.0.1", box.smtp, timeout=10) as server:
        for mail in letters:
            server.send_message(mail)


def test_a_mail_arrives_with_its_headers_and_text(box: Box, ask: Ask) -> None:
    """The JSON has what a test wants to know."""
    send(box, letter("Čuvar: [FIRING] RedisDown", "cache is down\n"))
    (message,) = ask(f"{box.web}/messages")[1]
    assert message.pop("received") > 1_600_000_000
    assert message == {
        "kind": "mail", "from": "alerts@example.com", "to": "ops@example.com", "subject": "Čuvar: [FIRING] RedisDown",
        "text": "cache is down\n", "payload": None, "html": "",
    }  # fmt: skip


def test_a_mail_of_html_keeps_words_and_links(box: Box, ask: Ask) -> None:
    """Alertmanager's own template is HTML alone."""
    page = '<html><style>p{color:red}</style><p>RedisDown <a href="http://runbook/x">Runbook</a></p></html>'
    send(box, letter("x", "", page))
    (message,) = ask(f"{box.web}/messages")[1]
    assert message["text"].split() == ["RedisDown", "http://runbook/x", "Runbook"]


def test_a_slack_post_is_answered_as_slack_does(box: Box, ask: Ask) -> None:
    """Alertmanager takes nothing but "ok" for success."""
    post = {"channel": "#alerts", "username": "Alertmanager", "attachments": [{"title": "RedisDown", "text": "cache"}]}
    assert ask(f"{box.web}/slack", json.dumps(post).encode()) == (200, "ok")
    (message,) = ask(f"{box.web}/messages")[1]
    assert (message["kind"], message["to"], message["subject"]) == ("slack", "#alerts", "RedisDown")
    assert message["text"] == "RedisDown\ncache"
    assert message["payload"] == post


def test_a_webhook_takes_any_json(box: Box, ask: Ask) -> None:
    """Alertmanager's webhook shows its receiver and status, another one at least its payload."""
    ask(f"{box.web}/webhook", b'{"receiver": "ops", "status": "firing"}')
    ask(f"{box.web}/webhook", b"[1, 2]")
    newest, oldest = ask(f"{box.web}/messages")[1]
    assert (oldest["to"], oldest["subject"]) == ("ops", "firing")
    assert newest["payload"] == [1, 2]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("/slack", b"no json", 400), ("/slack", b"[]", 404), ("/other", b"{}", 404), ("/webhook", b" " * 1_048_577, 413)],
)
def test_what_is_not_a_message_is_refused(box: Box, ask: Ask, path: str, body: bytes, status: int) -> None:
    """Nothing is kept of it."""
    assert ask(box.web + path, body)[0] == status
    assert ask(f"{box.web}/messages")[1] == []


def test_the_page_escapes_what_arrives(box: Box, ask: Ask) -> None:
    """A message cannot bring a script."""
    send(box, letter("<script>alert(1)</script>", "<b>&</b>\n"))
    page = ask(f"{box.web}/")[1]
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in page


def test_a_mail_is_shown_as_its_sender_laid_it_out(box: Box, ask: Ask) -> None:
    """In a frame that runs no script."""
    send(box, letter("x", "plain", '<p class="a">RedisDown</p><script>alert(1)</script>'))
    page = ask(f"{box.web}/")[1]
    assert "&lt;p class=&quot;a&quot;&gt;RedisDown&lt;/p&gt;" in page
    assert "<script>" not in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page


def test_a_slack_post_is_shown_with_its_links_and_without_its_markup(box: Box, ask: Ask) -> None:
    """As Slack would, and as safely."""
    text = "*Down*\n1. Run `ping <x>`\n<https://x/?a=1&amp;b=2|Runbook> <script>"
    ask(f"{box.web}/slack", json.dumps({"attachments": [{"color": "danger", "text": text}]}).encode())
    page = ask(f"{box.web}/")[1]
    assert "<b>Down</b>\n1. Run <code>ping &lt;x&gt;</code>" in page
    assert '<a href="https://x/?a=1&amp;b=2" target="_blank" rel="noopener">Runbook</a> &lt;script&gt;' in page
    assert 'style="border-color:#D00000"' in page


@pytest.mark.parametrize("attachments", [None, 1, "x", [1], []])
def test_a_slack_post_without_attachments_is_shown_by_its_text(box: Box, ask: Ask, attachments: object) -> None:
    """Whatever stands in their place."""
    ask(f"{box.web}/slack", json.dumps({"text": "<b>hello", "attachments": attachments}).encode())
    assert "<pre>&lt;b&gt;hello</pre>" in ask(f"{box.web}/")[1]


def test_the_newest_200_are_kept(box: Box, ask: Ask) -> None:
    """An alert storm does not fill the memory."""
    for number in range(205):
        ask(f"{box.web}/webhook", str(number).encode())
    payloads = [message["payload"] for message in ask(f"{box.web}/messages")[1]]
    assert payloads == list(range(204, 4, -1))
