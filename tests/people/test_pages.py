import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
PAGES = ["people:users", "people:new_user", "people:departments", "people:new_department"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("role", "status"), [("dx", 200), ("clerk", 403), ("resident", 403)])
def test_who_may_open_the_settings(client_as, name, role, status):
    assert client_as(role).get(reverse(name)).status_code == status


@pytest.mark.parametrize("name", PAGES)
def test_anonymous_is_sent_to_sign_in(client, name):
    assert client.get(reverse(name)).headers["Location"].startswith(reverse("account_login"))


def test_a_person_is_registered_moved_and_closed(client_as, section):
    client = client_as("dx")
    bad = client.post(
        reverse("people:new_user"), {"login": "日本", "display_name": "", "kind": "staff", "role": "clerk"}
    )
    assert bad.status_code == 422
    made = client.post(
        reverse("people:new_user"),
        {
            "login": "hanako",
            "display_name": "佐藤花子🌸",
            "kind": "staff",
            "role": "clerk",
            "department": "kenko",
            "position": "主事",
        },
    )
    page = client.get(made.headers["Location"])
    assert "佐藤花子🌸" in page.content.decode()
    assert "健康推進課" in page.content.decode()
    base = made.headers["Location"]
    link = client.post(base + "link/")
    assert "/accounts/password/link/" in link.content.decode()
    assert link.headers["Cache-Control"] == "no-store"
    assert client.post(base + "close/").status_code == 302
    assert client.post(base + "nonsense/").status_code == 404
    assert client.post(base + "end-role/", {"id": "abc"}).status_code == 404


def test_search_of_people_takes_hostile_words(client_as):
    client = client_as("dx")
    for word in ["%", "' OR 1=1 --", "<script>", "\x00", "あ" * 5000]:
        answer = client.get(reverse("people:users"), {"q": word})
        assert answer.status_code == (400 if "\x00" in word else 200)
        assert "<script>" not in answer.content.decode().replace("<script src", "")


def test_user_list_costs_the_same_for_many(client_as, person, django_assert_max_num_queries):
    client = client_as("dx")
    for n in range(60):
        person("clerk", f"c{n}")
    with django_assert_max_num_queries(20):
        client.get(reverse("people:users"))


def test_department_page_and_wrong_date(client_as, section):
    client = client_as("dx")
    assert client.get(reverse("people:department", args=["kenko"])).status_code == 200
    assert client.get(reverse("people:department", args=["none"])).status_code == 404
    assert client.get(reverse("people:departments"), {"as_of": "昨日"}).status_code == 422
    assert client.get(reverse("people:departments"), {"as_of": "令和8年4月1日"}).status_code == 200
