"""The door: who comes in, and with what."""

from __future__ import annotations

import re

import pytest

from cluneal.web.guard import LARGEST_BODY, Keys

from .conftest import PORT, Browser, words_of

HOME = f"http://127.0.0.1:{PORT}"
COOKIE = f"cluneal_{PORT}"


def outsider(browser: Browser) -> Browser:
    """The same browser without its cookie."""
    browser.cookies.clear()
    return browser


def test_a_person_with_the_token_comes_in(browser: Browser) -> None:
    outsider(browser)
    assert browser.get("/").status_code == 401
    answer = browser.get(f"/open?token={browser.keys.token}")
    assert answer.status_code == 200
    assert browser.get("/").status_code == 200


def test_the_cookie_is_for_this_app_alone(browser: Browser) -> None:
    cookie = outsider(browser).get(f"/open?token={browser.keys.token}").headers["set-cookie"]
    name, _, flags = cookie.partition("=")
    assert name == COOKIE
    assert {flag.strip().lower() for flag in flags.split(";")[1:]} == {"httponly", "samesite=strict", "path=/"}
    assert browser.keys.token not in cookie


def test_the_token_leaves_the_address_at_once(browser: Browser) -> None:
    html = outsider(browser).get(f"/open?token={browser.keys.token}").text
    assert '<meta http-equiv="refresh" content="0; url=/">' in html
    assert browser.keys.token not in html
    assert browser.keys.session not in html


@pytest.mark.parametrize("token", ["", "wrong", "x" * 5000, "é", "%00", "%ff", "😀"])
def test_a_wrong_token_opens_nothing(token: str, browser: Browser) -> None:
    answer = outsider(browser).get("/open", params={"token": token})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert browser.get("/open").status_code == 401
    assert browser.get(f"/open?token={browser.keys.session}").status_code == 401


def test_what_others_can_see_of_a_starting_browser_opens_once(browser: Browser) -> None:
    address = f"/open?token={browser.keys.once}"
    assert outsider(browser).get(address).status_code == 200
    # The person's own browser may load it again; somebody else may not.
    assert browser.get(address).status_code == 200
    assert outsider(browser).get(address).status_code == 401
    assert browser.get(f"/open?token={browser.keys.token}").status_code == 200


def test_a_page_left_open_works_after_a_restart_and_an_old_address_does_not() -> None:
    before, after = Keys(b"kept"), Keys(b"kept")
    assert (before.session, before.form) == (after.session, after.form)
    assert len({before.token, before.once, after.token, after.once, before.session, before.form}) == 6
    assert not after.opens(before.token)
    assert Keys(b"another").session != before.session


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        f"{COOKIE}=",
        f"{COOKIE}=wrong",
        f"{COOKIE}",
        "cluneal_1={key}",
        '{name}="{key}"x',
        "=;=;;@,:=\x01",
        "{name}=é",
    ],
)
def test_a_wrong_cookie_is_no_key(cookie: str, browser: Browser) -> None:
    given = cookie.format(name=COOKIE, key=browser.keys.session) if "{" in cookie else cookie
    answer = outsider(browser).get("/", headers=[(b"cookie", given.encode("latin-1", "replace"))])
    assert answer.status_code == 401


def test_cookies_of_other_apps_on_this_machine_do_no_harm(browser: Browser) -> None:
    # Browsers send one set of cookies to every port, and another app can set one of our name.
    key = browser.keys.session
    given = f'other@app="x; {COOKIE}=stale; path=/; {COOKIE}={key}; b'
    assert outsider(browser).get("/", headers={"cookie": given}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", f"127.0.0.1:{PORT}.evil.example", "", "localhost",
     f"127.0.0.1:{PORT}@evil.example", f"2130706433:{PORT}", f"0.0.0.0:{PORT}", f"[::]:{PORT}"],
)  # fmt: skip
def test_a_name_of_another_site_is_refused(host: str, browser: Browser) -> None:
    for path in ("/", "/static/base.css", f"/open?token={browser.keys.token}"):
        answer = browser.get(path, headers={"host": host})
        assert answer.status_code == 421
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", [f"localhost:{PORT}", f"LOCALHOST:{PORT}", f"[::1]:{PORT}"])
def test_the_names_of_this_machine_are_ours(host: str, browser: Browser) -> None:
    assert browser.get("/", headers={"host": host, "cookie": f"{COOKIE}={browser.keys.session}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"https://127.0.0.1:{PORT}"},
        {"origin": f"http://127.0.0.1:{PORT + 1}"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": HOME, "sec-fetch-site": "cross-site"},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(headers: dict[str, str], browser: Browser) -> None:
    fields = {"form": browser.keys.form, "theme": "dark"}
    answer = browser.post("/display", data=fields, headers=headers, follow_redirects=False)
    assert answer.status_code == 403
    assert browser.desk.journal.latest() == 0


@pytest.mark.parametrize("headers", [{}, {"origin": HOME}, {"origin": HOME, "sec-fetch-site": "same-origin"}])
def test_our_own_form_is_taken(headers: dict[str, str], browser: Browser) -> None:
    fields = {"form": browser.keys.form, "theme": "dark"}
    assert browser.post("/display", data=fields, headers=headers, follow_redirects=False).status_code == 303
    assert browser.desk.person().choices == {"theme": "dark"}


@pytest.mark.parametrize("sign", ["", "wrong", "é", "\x00"])
def test_a_form_without_our_sign_changes_nothing(sign: str, browser: Browser) -> None:
    for fields in ({"form": sign, "theme": "dark"}, {"theme": "dark"}):
        answer = browser.post("/display", data=fields)
        assert answer.status_code == 403
        assert "This page was too old" in words_of(answer.text)
    for content_type in ("application/json", "text/plain", "multipart/form-data", ""):
        answer = browser.post("/display", content=f"form={browser.keys.form}", headers={"content-type": content_type})
        assert answer.status_code in (400, 403)
    assert browser.desk.journal.latest() == 0


def test_a_form_needs_the_cookie_too(browser: Browser) -> None:
    outsider(browser)
    assert browser.submit("/display", theme="dark").status_code == 401
    assert browser.desk.journal.latest() == 0


def test_too_much_is_refused_whatever_it_says_of_its_length(browser: Browser) -> None:
    def parts() -> list[bytes]:
        return [b"form=" + browser.keys.form.encode() + b"&theme=dark&x=", *[b"x" * 100_000] * 20]

    for content in (b"".join(parts()), iter(parts())):
        answer = browser.post(
            "/display", content=content, headers={"content-type": "application/x-www-form-urlencoded"}
        )
        assert answer.status_code == 413
        assert "That is too large" in words_of(answer.text)
    assert browser.desk.journal.latest() == 0
    assert sum(map(len, parts())) > LARGEST_BODY


def test_too_many_fields_are_refused(browser: Browser) -> None:
    fields = {f"field{i}": "x" for i in range(5000)}
    assert browser.submit("/display", theme="dark", **fields).status_code == 400
    files = [("file", ("a.json", b"{}")) for _ in range(5)]
    for path in ("/display", "/data/read"):
        assert browser.post(path, data={"form": browser.keys.form}, files=files).status_code == 400
    assert browser.desk.journal.latest() == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_do_nothing(method: str, browser: Browser) -> None:
    for path in ("/", "/display", "/data/erase", "/static/base.css", "/open"):
        answer = browser.request(method, path)
        assert answer.status_code == 405
        assert {"GET", "HEAD"} <= set(re.split(", *", answer.headers["allow"]))
    assert outsider(browser).request(method, "/static/base.css").status_code == 401


def test_head_is_get_without_a_body(browser: Browser) -> None:
    answer = browser.head("/display")
    assert (answer.status_code, answer.content) == (200, b"")
