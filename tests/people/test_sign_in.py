from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tomoni.core import clock
from tomoni.core.actor import system
from tomoni.core.models import Town
from tomoni.people.actions.users import create_user, issue_password_link

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery-7"


def sign_in(client, login, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": login, "password": password})


def test_sign_in_and_out(person):
    client = Client()
    person("clerk")
    assert sign_in(client, "clerk").status_code == 302
    assert client.get("/me/").status_code == 200
    client.post(reverse("account_logout"))
    assert client.get("/me/").status_code == 302


def test_wrong_password_says_the_same_for_known_and_unknown(person):
    person("clerk")
    known, unknown = (
        sign_in(Client(), "clerk", "wrong-wrong-wrong"),
        sign_in(Client(), "nobody", "wrong-wrong-wrong"),
    )
    strip = lambda r: r.content.decode().split("data-error-summary")[1].split("</div>")[0]  # noqa: E731
    assert strip(known) == strip(unknown)


def test_guessing_is_throttled(person):
    person("clerk")
    client = Client()
    for _ in range(6):
        sign_in(client, "clerk", "wrong-wrong-wrong")
    refused = sign_in(client, "clerk")
    assert refused.status_code != 302


def test_demo_account_works_only_with_the_demo_mark(person):
    user = person("clerk")
    user.demo = True
    user.save()
    town = Town.objects.create(name="本番市", demo=False)
    assert sign_in(Client(), "clerk").headers.get("Location", "") in ("", reverse("account_inactive"))
    town.demo = True
    town.save()
    client = Client()
    assert sign_in(client, "clerk").headers["Location"] == "/"
    assert client.get("/me/").status_code == 200
    town.demo = False
    town.save()
    assert client.get("/me/").status_code == 302


def test_session_ends_when_idle_and_at_the_latest_after_its_hours(person, settings):
    person("clerk")
    start = clock.now()
    client = Client()
    sign_in(client, "clerk")
    client.get("/me/")
    with clock.at(start + timedelta(minutes=settings.ENV.session_idle_minutes + 5)):
        assert client.get("/me/").status_code == 302
    client = Client()
    sign_in(client, "clerk")
    for minute in range(0, settings.ENV.session_hours * 60, 30):
        with clock.at(start + timedelta(minutes=minute)):
            assert client.get("/me/").status_code == 200
    with clock.at(start + timedelta(hours=settings.ENV.session_hours, minutes=2)):
        assert client.get("/me/").status_code == 302


def test_staff_must_set_up_a_second_factor(client_as, settings):
    settings.ENV = settings.ENV.model_copy(update={"staff_mfa": True})
    answer = client_as("clerk").get("/me/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("mfa_activate_totp")
    assert client_as("resident").get("/me/").status_code == 200


def test_second_factor_from_set_up_to_sign_in(person, settings):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    settings.ENV = settings.ENV.model_copy(update={"staff_mfa": True})
    person("clerk")
    client = Client()
    sign_in(client, "clerk")
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert client.get("/me/").status_code == 200

    fresh = Client()
    assert sign_in(fresh, "clerk").headers["Location"].startswith(reverse("mfa_authenticate"))
    assert fresh.get("/me/").status_code == 302
    assert fresh.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200


def test_password_link_works_once(person):
    user = create_user(actor=system("test"), login="new.person", display_name="新しい人", role="clerk")
    path = issue_password_link(actor=system("test"), user_id=user.pk)
    client = Client()
    assert client.get(path).status_code == 200
    weak = client.post(path, {"new_password1": "password12345", "new_password2": "password12345"})
    assert weak.status_code == 422
    assert client.post(path, {"new_password1": PASSWORD, "new_password2": PASSWORD}).status_code == 302
    assert client.get(path).status_code == 410
    assert sign_in(Client(), "new.person").status_code == 302
    assert client.get("/accounts/password/link/abc/def/").status_code == 410


def test_nobody_signs_up():
    assert Client().post(reverse("account_signup"), {"username": "x"}).status_code == 200
