"""The door: who comes in."""

from __future__ import annotations

from .conftest import PORT, Browser


def test_a_person_with_the_token_comes_in(browser: Browser) -> None:
    browser.cookies.clear()
    assert browser.get("/").status_code == 401
    assert browser.get("/open?token=wrong").status_code == 401
    answer = browser.get(f"/open?token={browser.keys.token}")
    assert answer.status_code == 200
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
    assert browser.get("/").status_code == 200


def test_a_name_of_another_site_is_refused(browser: Browser) -> None:
    assert browser.get("/", headers={"host": f"evil.example:{PORT}"}).status_code == 421
