"""What new users stumbled over in people: slips of dates, stale forms, double taps, guessing, words."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tomoni.core import audit, clock
from tomoni.core.actor import system
from tomoni.core.errors import Conflict, Invalid
from tomoni.core.models import AuditEntry, Notice, ThrottleRow
from tomoni.people import sign_in
from tomoni.people.actions import departments as act
from tomoni.people.actions.roles import add_membership, grant_role
from tomoni.people.actions.tokens import create_token
from tomoni.people.actions.users import create_user, update_user
from tomoni.people.models import DepartmentVersion, User
from tomoni.people.queries import department_by_code

pytestmark = pytest.mark.django_db
SYS = system("test")
PASSWORD = "correct-horse-battery-7"
NUMBER = "123456789018"
NEW = {"login": "hanako", "display_name": "佐藤花子", "kind": "staff", "role": "clerk"}


def test_no_individual_number_in_any_text_of_people(client_as, person, section, actor):
    user = person("clerk")
    tries = [
        lambda: create_user(actor=SYS, login="a", display_name=f"山田 {NUMBER}"),
        lambda: create_user(actor=SYS, login=NUMBER, display_name="山田"),
        lambda: update_user(
            actor=SYS, user_id=user.pk, display_name="１２３４－５６７８－９０１８", email=""
        ),
        lambda: add_membership(actor=SYS, user_id=user.pk, department_code="kenko", position=NUMBER),
        lambda: act.create_department(actor=SYS, code="x", name=NUMBER, level="team"),
        lambda: act.change_department(actor=SYS, code="kenko", name=NUMBER, level="section"),
        lambda: create_token(actor=actor("dx"), label=f"連携 {NUMBER}"),
    ]
    for n, attempt in enumerate(tries):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert "個人番号" in str(refused.value), n
    page = client_as("dx").post(reverse("people:new_user"), NEW | {"display_name": NUMBER})
    assert page.status_code == 422
    assert "個人番号（マイナンバー）は入力できません" in page.text
    assert not User.objects.filter(display_name__contains=NUMBER).exists()


def test_a_slip_in_the_year_is_refused(person, section):
    user = person("clerk")
    far = date(9999, 4, 1)
    for attempt in (
        lambda: act.change_department(
            actor=SYS, code="kenko", name="健康課", level="section", valid_from=far
        ),
        lambda: act.create_department(actor=SYS, code="new", name="新", level="section", valid_from=far),
        lambda: act.close_department(actor=SYS, code="kenko", valid_to=far),
        lambda: grant_role(actor=SYS, user_id=user.pk, role="dx", valid_from=far),
        lambda: add_membership(actor=SYS, user_id=user.pk, department_code="kenko", valid_from=far),
    ):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert "10年より先" in str(refused.value)


def test_ten_years_ahead_on_a_leap_day(person):
    with clock.at(clock.now().replace(year=2028, month=2, day=29)):
        grant_role(actor=SYS, user_id=person("clerk").pk, role="dx", valid_from=date(2038, 2, 28))


def test_a_planned_change_is_taken_back(client_as, section):
    client, soon = client_as("dx"), clock.today() + timedelta(days=30)
    act.change_department(actor=SYS, code="kenko", name="未来課", level="section", valid_from=soon)
    page = reverse("people:department", args=["kenko"])
    assert "この予定を取り消す" in client.get(page).text
    plan = DepartmentVersion.objects.get(name="未来課")
    cancel = reverse("people:cancel_department_plan", args=["kenko", plan.pk])
    assert client_as("clerk").post(cancel).status_code == 403
    assert client.post(cancel).status_code == 302
    assert department_by_code("kenko", soon).name == "健康推進課"
    assert "この予定を取り消す" not in client.get(page).text
    client.post(cancel)
    assert "もう取り消せません" in client.get(page).text
    act.change_department(actor=SYS, code="kenko", name="健康課", level="section")


def test_a_planned_closing_is_taken_back(client_as, section):
    client, soon = client_as("dx"), clock.today() + timedelta(days=30)
    act.create_department(actor=SYS, code="team", name="予防係", level="team", parent="kenko")
    act.close_department(actor=SYS, code="team", valid_to=soon)
    assert department_by_code("team", soon) is None
    version = DepartmentVersion.objects.get(name="予防係")
    client.post(reverse("people:cancel_department_plan", args=["team", version.pk]))
    assert department_by_code("team", soon).name == "予防係"


def test_a_change_stays_planned_where_what_was_above_has_gone(section):
    soon = clock.today() + timedelta(days=30)
    act.create_department(actor=SYS, code="b-bu", name="福祉部", level="division")
    made = act.change_department(
        actor=SYS, code="kenko", name="健康課", level="section", parent="b-bu", valid_from=soon
    )
    act.close_department(actor=SYS, code="kenko-bu", valid_to=soon)
    with pytest.raises(Invalid):
        act.cancel_department_plan(actor=SYS, code="kenko", version_id=made.pk)
    assert department_by_code("kenko", soon).name == "健康課"


@pytest.mark.parametrize(
    ("name", "field"), [("people:department", "valid_from"), ("people:close_department", "valid_to")]
)
def test_a_mistyped_day_is_said_at_its_field(client_as, section, name, field):
    sent = {"name": "健康課", "level": "section", "order": "0", field: "きのう"}
    answer = client_as("dx").post(reverse(name, args=["kenko"]), sent)
    assert answer.status_code == 422
    assert "data-error-summary" in answer.text
    assert f'href="#id_{field}"' in answer.text
    assert "令和9年4月1日 の形で入力してください" in answer.text
    assert "健康推進課" in answer.text


def test_a_mistyped_day_of_the_tree_keeps_the_tree(client_as, section):
    answer = client_as("dx").get(reverse("people:departments"), {"as_of": "きのう"})
    assert answer.status_code == 422
    assert "健康推進課" in answer.text
    assert "令和9年4月1日" in answer.text


def hidden(page, name):
    return page.text.split(f'name="{name}" value="')[1].split('"')[0]


def test_a_stale_name_of_a_person_is_409_with_both_versions(client_as, person):
    client, user = client_as("dx"), person("clerk")
    page = reverse("people:user", args=[user.pk])
    opened = hidden(client.get(page), "opened_on")
    update_user(actor=SYS, user_id=user.pk, display_name="山田次郎", email=user.email)
    change = reverse("people:change_user", args=[user.pk, "person"])
    mine = {"display_name": "山田三郎", "email": user.email}
    answer = client.post(change, mine | {"opened_on": opened})
    assert answer.status_code == 409
    assert "山田次郎" in answer.text
    assert "山田三郎" in answer.text
    table = answer.text.split("ちがうところ")[1].split("</table>")[0]
    assert user.email not in table, "only what differs"
    user.refresh_from_db()
    assert user.display_name == "山田次郎"
    assert client.post(change, mine | {"opened_on": hidden(answer, "opened_on")}).status_code == 302
    user.refresh_from_db()
    assert user.display_name == "山田三郎"
    assert client.post(change, mine | {"opened_on": opened}).status_code == 302, "a double tap is no conflict"


def test_a_stale_department_is_409_with_both_versions(client_as, section):
    client, page = client_as("dx"), reverse("people:department", args=["kenko"])
    opened = hidden(client.get(page), "opened_on")
    act.change_department(actor=SYS, code="kenko", name="健康課", level="team", parent="kenko-bu")
    mine = {"name": "保健課", "level": "section", "parent": "kenko-bu", "order": "0"}
    answer = client.post(page, mine | {"opened_on": opened})
    assert answer.status_code == 409
    table = answer.text.split("ちがうところ")[1].split("</table>")[0]
    assert "健康課" in table
    assert "保健課" in table
    assert "係" in table, "the level in words"
    assert "健康福祉部" not in table, "only what differs"
    assert client.post(page, mine | {"opened_on": hidden(answer, "opened_on")}).status_code == 302
    assert department_by_code("kenko").name == "保健課"


def test_nobody_asked_about_staleness_nobody_is_refused(section):
    act.change_department(actor=SYS, code="kenko", name="健康課", level="section")
    with pytest.raises(Conflict):
        act.change_department(actor=SYS, code="kenko", name="保健課", level="section", opened_on="0" * 16)


def test_a_double_tap_registers_one_person(client_as, section):
    client, page = client_as("dx"), reverse("people:new_user")
    sent = NEW | {"department": "kenko", "position": "主事", "once": hidden(client.get(page), "once")}
    first, second = client.post(page, sent), client.post(page, sent)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert User.objects.get(username="hanako").memberships.count() == 1
    assert AuditEntry.objects.filter(verb="people.create").count() == 1
    other = client.post(page, sent | {"once": hidden(client.get(page), "once")})
    assert other.status_code == 422, "a second form with the same login is a mistake"


def test_a_refused_form_may_be_sent_again_with_its_key(client_as, section):
    client, page = client_as("dx"), reverse("people:new_user")
    sent = NEW | {"once": hidden(client.get(page), "once")}
    assert client.post(page, sent | {"login": "日本"}).status_code == 422
    assert client.post(page, sent).status_code == 302


def test_a_person_with_a_wrong_department_is_not_half_registered(db):
    with pytest.raises(Invalid):
        create_user(actor=SYS, login="hanako", display_name="佐藤", role="clerk", department="none")
    assert not User.objects.exists()


def try_password(login="clerk", password="wrong-wrong-wrong", address="192.0.2.1"):
    return Client(REMOTE_ADDR=address).post(reverse("account_login"), {"login": login, "password": password})


def test_a_throttled_sign_in_says_how_long_to_wait(person):
    person("clerk")
    for _ in range(sign_in.HERE):
        assert try_password().status_code == 200
    refused = try_password(password=PASSWORD)
    assert refused.status_code == 429
    assert "あと5分待って" in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= sign_in.HERE_SECONDS


def test_eight_wrong_passwords_lock_only_their_address(person):
    person("manager")
    for _ in range(8):
        try_password("manager", address="203.0.113.7")
    assert try_password("manager", PASSWORD, "203.0.113.7").status_code == 429
    assert try_password("manager", PASSWORD, "192.0.2.1").status_code == 302


def test_guessing_from_everywhere_is_stopped_and_the_dx_office_hears_of_it(person):
    dx, manager = person("dx"), person("manager")
    known = "198.51.100.4"
    client = Client(REMOTE_ADDR=known)
    client.post(reverse("account_login"), {"login": "manager", "password": PASSWORD})
    client.get("/me/")
    ThrottleRow.objects.all().delete()
    for n in range(sign_in.LOGIN):
        try_password("manager", address=f"203.0.113.{n // 4}")
    assert try_password("manager", PASSWORD, "192.0.2.1").status_code == 429
    assert try_password("manager", PASSWORD, known).status_code == 302, "where the person works already"
    told = Notice.objects.get(user_id=dx.pk)
    assert manager.display_name in told.text
    assert told.url == reverse("people:user", args=[manager.pk])
    assert AuditEntry.objects.filter(verb="session.guessing", target=f"user:{manager.pk}").count() == 1
    assert audit.words.label("session.guessing")


def test_an_unknown_login_is_throttled_like_a_known_one(person):
    person("dx")
    for n in range(sign_in.LOGIN):
        try_password("nobody", address=f"203.0.113.{n // 4}")
    assert try_password("nobody", address="192.0.2.1").status_code == 429
    assert not Notice.objects.exists()


def test_the_right_password_forgets_what_was_mistyped(person):
    person("clerk")
    for _ in range(3):
        for _ in range(sign_in.HERE - 1):
            try_password()
        assert try_password(password=PASSWORD).status_code == 302
    login = ThrottleRow.objects.filter(count=3 * (sign_in.HERE - 1))
    assert login.count() == 2, "the login's and the address's counters keep only the wrong ones"


def test_our_words_for_the_libraries_sentences(client_as, person, section):
    person("clerk")
    wrong = try_password().text
    assert "ログイン名かパスワードがちがいます" in wrong
    assert "ユーザー名" not in wrong
    client = client_as("dx")
    empty = client.post(reverse("people:new_user"), {}).text
    assert "ログイン名を入力してください。" in empty
    assert "役割を選んでください。" in empty
    unit = client.post(reverse("people:new_department"), {"name": "あ" * 101, "order": "-1"}).text
    assert "100文字までで入力してください（いまは101文字です）。" in unit
    assert "0以上の数で入力してください。" in unit
    for page in (empty, unit, Client().post(reverse("account_login"), {}).text):
        assert "このフィールド" not in page
        assert "でなければなりません" not in page
        assert "ログインし" not in page


def test_the_libraries_sentences_stay_english_on_an_english_page(person):
    person("clerk")
    client = Client(headers={"accept-language": "en"})
    page = client.post(reverse("account_login"), {"login": "clerk", "password": "x"}).text
    assert "password you specified are not correct" in page


@pytest.mark.parametrize("page", ["-1", "0", "xx", "１", "9" * 30])
def test_a_page_that_is_none(client_as, page):
    assert client_as("dx").get(reverse("people:users"), {"page": page}).status_code == 422


def test_a_page_beyond_the_end_is_the_last(client_as):
    assert client_as("dx").get(reverse("people:users"), {"page": "999"}).status_code == 200
