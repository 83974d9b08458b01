"""Mails against a real SMTP server: sent, refused for now, refused for good."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core import mail as django_mail
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from tomoni.config.mail import mail_settings
from tomoni.core import clock, mail, outbox
from tomoni.core.actions.resend_mail import resend_mail
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.core.models import Delivery, Mail
from tomoni.core.registry import rights_of


class Server:
    """Answers RCPT with the codes given, then accepts."""

    def __init__(self):
        self.answers: list[str] = []
        self.messages: list[email.message.EmailMessage] = []

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 accepted"


class AnyPort(Controller):
    """A controller on a port that the system chose."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def smtp(settings):
    server = Server()
    controller = AnyPort(server, hostname="127.0.0.1", port=0)
    controller.start()
    for name, value in mail_settings(f"smtp://127.0.0.1:{controller.port}").items():
        setattr(settings, name, value)
    yield server
    controller.stop()


def send(to="taro@example.jp", subject="お知らせ", body="新しいお知らせがあります。", **rest):
    with transaction.atomic():
        return mail.send_later(
            to=to, subject=subject, body=body, purpose="status", related="submission:1", **rest
        )


def test_sent(db, smtp):
    row = send(subject="受付のお知らせ 🦷")
    assert row.state == "queued"
    assert outbox.drain() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == ("sent", 1, "")
    assert row.sent_at is not None
    (message,) = smtp.messages
    assert message["Subject"] == "受付のお知らせ 🦷"
    assert message["To"] == "taro@example.jp"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == row.message_id
    assert message.get_content().strip() == "新しいお知らせがあります。"


def test_temporary_refusal_then_success(db, smtp):
    smtp.answers = ["451 taro@example.jp busy"]
    row = send()
    now = clock.now()
    with clock.at(now):
        outbox.drain()
        row.refresh_from_db()
        assert row.state == "failed"
        assert row.last_error.startswith("451")
        assert "taro" not in row.last_error
        outbox.drain()
    assert smtp.messages == []
    with clock.at(now + timedelta(seconds=10)):
        outbox.drain()
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 2)
    assert len(smtp.messages) == 1


def test_permanent_refusal_is_a_dead_letter(db, smtp, actor):
    smtp.answers = ["550 no such user"]
    row = send()
    outbox.drain()
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("dead", 1)
    assert "550" in row.last_error
    assert Delivery.objects.get(consumer="mail").state == "dead"

    resend_mail(actor=actor("clerk"), mail=row.pk)
    outbox.drain()
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 2)
    assert len(smtp.messages) == 1
    with pytest.raises(Conflict):
        resend_mail(actor=actor("clerk"), mail=row.pk)


def test_no_server_is_temporary_and_ends_dead(db, settings):
    for name, value in mail_settings("smtp://127.0.0.1:1").items():
        setattr(settings, name, value)
    row = send()
    now = clock.now()
    for hours in range(12):
        with clock.at(now + timedelta(hours=2 * hours)):
            outbox.drain()
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("dead", 10)


def test_resend_of_a_failed_mail_sends_once(db, smtp, actor):
    smtp.answers = ["451 later"]
    row = send()
    outbox.drain()
    resend_mail(actor=actor("dx"), mail=row.pk)
    outbox.drain()
    with clock.at(clock.now() + timedelta(days=1)):
        outbox.drain()
    assert len(smtp.messages) == 1


def test_resend_needs_the_right_and_a_mail(db, actor):
    with pytest.raises(Forbidden):
        resend_mail(actor=actor("resident"), mail=1)
    with pytest.raises(NotFound):
        resend_mail(actor=actor("dx"), mail=1)
    assert "mail.view" in rights_of(["manager"])


def test_a_mail_without_address_is_never_called_sent(db, smtp, actor):
    row = send()
    Mail.objects.update(to="")
    outbox.drain()
    row.refresh_from_db()
    assert (row.state, smtp.messages) == ("dead", [])
    with pytest.raises(Conflict):
        resend_mail(actor=actor("dx"), mail=row.pk)


def test_an_event_that_comes_twice_sends_once(db, smtp):
    send()
    outbox.drain()
    Delivery.objects.update(state="waiting", lease="")
    outbox.drain()
    assert len(smtp.messages) == 1


@pytest.mark.parametrize(
    "to",
    [
        "",
        "a@b\nBcc: x@example.jp",
        "a@example.jp, b@example.jp",
        "山田",
        "a@example.jp\r\n"[:-2] + "\r\nX: y",
    ],
)
def test_bad_addresses(db, to):
    with pytest.raises(Invalid):
        send(to=to)
    assert Mail.objects.count() == 0


@pytest.mark.parametrize("subject", ["a\nBcc: x@example.jp", "a\rb", "a\u2028b", "a\x00b"])
def test_header_injection(db, subject):
    with pytest.raises(Invalid):
        send(subject=subject)
    assert Mail.objects.count() == 0


def test_eml_files(db, settings, own_data):
    settings.EMAIL_BACKEND = mail_settings("file")["EMAIL_BACKEND"]
    send()
    outbox.drain()
    (path,) = (own_data / "mail").glob("*.eml")
    found = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert found["Subject"] == "お知らせ"
    assert not list((own_data / "mail").glob(".*"))


def test_locmem_in_tests(db):
    send()
    outbox.drain()
    assert len(django_mail.outbox) == 1


def test_settings():
    assert mail_settings("console")["EMAIL_BACKEND"].endswith("console.EmailBackend")
    found = mail_settings("smtps://us%40er:p%3Ass@mail.example.jp")
    assert (found["EMAIL_PORT"], found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (465, True, False)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("us@er", "p:ss")
    assert mail_settings("smtp+starttls://h:2525")["EMAIL_USE_TLS"]
    for bad in ("", "ftp://x", "smtp://", "smtp://user:geheim@h:99999", "smtp://u:geheim@h:x"):
        with pytest.raises(ImproperlyConfigured) as found_error:
            mail_settings(bad)
        assert "geheim" not in str(found_error.value)


def test_a_secret_is_forgotten_once_it_left(db, smtp):
    smtp.answers = ["450 later"]
    row = send(body="https://x.example/GEHEIM", secret=True)
    outbox.drain()
    row.refresh_from_db()
    assert "GEHEIM" in row.body  # it must still go out
    with clock.at(clock.now() + timedelta(hours=1)):
        outbox.drain()
    assert "GEHEIM" in smtp.messages[0].get_content()
    row.refresh_from_db()
    assert (row.state, row.body) == ("sent", "")
    plain = send()
    outbox.drain()
    plain.refresh_from_db()
    assert plain.body
