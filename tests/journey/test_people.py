"""Five people go through the whole app on a phone, by what they see. What each ends with is what each came for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import Served
from .visitor import Visitor, tap

# Of pages to be answered or passed, from the start to what fits; the checks by hand aside.
FEW, MORE = 16, 24
SUPERIOR = "Superior cluneal nerve entrapment"
MIDDLE = "Middle cluneal nerve entrapment"
DISC = "Lumbar radiculopathy (disc)"

# Pain only: nothing in the leg, nothing that coughing or rolling over does.
ONLY_THE_BACK = dict.fromkeys(
    (
        "leg_pain",
        "radiates_thigh",
        "radiates_below_knee",
        "worse_cough_sneeze",
        "worse_rolling_in_bed",
        "bilateral_pain",
    ),
    False,
)
WITH_A_SUPERIOR_NERVE = ONLY_THE_BACK | {
    "side_one": True,
    "radiates_buttock_only": True,
    "shock_like_pain": True,
    "worse_extension": True,
    "worse_standing": True,
    "worse_driving": True,
    "worse_rising": True,
    "worse_belt_pressure": True,
    "worse_sitting": False,
    "lateral_hip_pain": False,
    "scn_point_reproduces": True,
    "scn_point_tender": True,
    "scn_tinel": True,
    "skin_pinch_roll_pain": True,
}
WITH_A_MIDDLE_NERVE = ONLY_THE_BACK | {
    "side_one": True,
    "leg_pain": True,
    "radiates_thigh": True,
    "leg_pain_worse_than_back": False,
    "si_injection_no_help": True,
    "pain_below_l5": True,
    "worse_sitting": True,
    "worse_rolling_in_bed": False,
    "worse_rising": False,
    "shock_like_pain": True,
    "mcn_point_reproduces": True,
    "mcn_tinel": True,
    "si_joint_tender": False,
}
WITH_A_DISC = {
    "side_one": True,
    "bilateral_pain": False,
    "leg_pain": True,
    "leg_pain_worse_than_back": True,
    "radiates_thigh": True,
    "radiates_below_knee": True,
    "radiates_buttock_only": False,
    "worse_cough_sneeze": True,
    "worse_flexion": True,
    "worse_sitting": True,
    "relief_lying": True,
    "leg_numbness_dermatomal": True,
    "onset_lifting": True,
    "slr_positive": True,
    "scn_point_reproduces": False,
    "scn_point_tender": False,
}


@pytest.fixture(autouse=True)
def _brisk(page: Page) -> None:
    page.set_default_timeout(10_000)


def pdf_of(context: BrowserContext, served: Served) -> bytes:
    """The page for the doctor, as the browser's own cookie gets it."""
    answer = context.request.get(f"{served.home}/doctor.pdf")
    assert answer.ok
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def test_a_superior_cluneal_nerve(page: Page, context: BrowserContext, served: Served) -> None:
    visitor = Visitor(page, WITH_A_SUPERIOR_NERVE)
    visitor.see("Pain above one buttock?")
    visitor.begin()
    visitor.alarms()
    visitor.see("None of your answers asks for help today.")
    visitor.about("52", "Female", "More than a year ago")

    visitor.see("No place is marked yet.")
    tap(page, right_cm=7, up_cm=4.5)
    visitor.see(re.compile("About 7 cm right of the spine and 4.5 cm above the dimples, on the rim of the pelvis"))
    visitor.next("Save this place")
    visitor.feel(8, "Sudden jolts, like a knife")
    visitor.see("8 out of 10")
    visitor.next("It does not spread")

    visitor.questions()
    visitor.see("That is enough to see what fits")
    assert visitor.screens < FEW
    assert "scn_point_reproduces" in visitor.examine()

    visitor.press("See what fits")
    visitor.see("No alarm in your answers")
    assert SUPERIOR in visitor.fits()[:3]
    visitor.see("Familiar pain on pressing the pelvic rim")

    visitor.press("Make a page for the doctor")
    visitor.see("A page for your doctor")
    made = pdf_of(context, served)
    assert made.startswith(b"%PDF-")
    assert made.rstrip().endswith(b"%%EOF")
    visitor.press("As a web page")
    visitor.see(SUPERIOR)
    visitor.see(re.compile("7 cm right of the (spine|midline)"))


def test_a_middle_cluneal_nerve_placed_from_the_list(page: Page, context: BrowserContext, served: Served) -> None:
    visitor = Visitor(page, WITH_A_MIDDLE_NERVE)
    visitor.begin()
    visitor.alarms()
    page.get_by_role("radio", name="A pain clinic or spine clinic").check()
    visitor.about("44", "Female", "Three months to a year ago")

    visitor.unfold("Choose from a list")
    listed = page.locator(".way-choose")
    visitor.choose("My left", listed)
    listed.get_by_role("radio", name="The joint between the spine and the pelvis").check()
    listed.get_by_role("button", name="Save this place").click()
    visitor.screens += 1
    visitor.feel(6)
    visitor.next("It does not spread")

    visitor.questions()
    assert visitor.screens < MORE
    assert "mcn_point_reproduces" in visitor.examine()
    visitor.press("See what fits")
    assert MIDDLE in visitor.fits()[:3]

    page.get_by_role("link", name=MIDDLE, exact=True).first.click()
    visitor.see("For and against, all of it")
    assert visitor.heading == MIDDLE
    assert pdf_of(context, served).startswith(b"%PDF-")


def test_a_disc_typed_in_centimetres(page: Page) -> None:
    visitor = Visitor(page, WITH_A_DISC)
    visitor.begin()
    visitor.alarms()
    visitor.about("39", "Male", "Less than six weeks ago")

    visitor.unfold("Type it in centimetres")
    form = page.locator(".way-type")
    visitor.choose("My right", form)
    form.get_by_label("How far out from the spine?").fill("4")
    form.get_by_label("How far above or below the two dimples?").fill("2,5")
    visitor.choose("Above", form)
    form.get_by_role("button", name="Save this place").click()
    visitor.screens += 1
    visitor.see(re.compile("About 4 cm right of the spine and 2.5 cm above the dimples"))
    visitor.feel(7, "Burning")

    visitor.unfold("Choose from a list")
    listed = page.locator(".way-choose")
    visitor.choose("My right", listed)
    listed.get_by_role("radio", name="The thigh").check()
    listed.get_by_role("button", name="Save where it spreads").click()
    visitor.see("Spreads here")
    visitor.screens += 1
    visitor.next("That is all, go on")

    visitor.questions()
    assert visitor.screens < MORE
    visitor.press("See what fits")
    assert visitor.fits()[0] == DISC
    why = page.locator("details", has_text="Why not a cluneal nerve?").first
    why.locator("summary").click()
    expect(why.get_by_text(re.compile("^(Against it|It is number|Nothing you said)")).first).to_be_visible()


def test_an_emergency_stops_everything_and_a_mistake_can_be_mended(page: Page, served: Served) -> None:
    visitor = Visitor(page, {"saddle_numbness": True})
    visitor.begin()
    visitor.alarms()
    assert visitor.screens == 1
    assert page.url == f"{served.home}/now"
    assert visitor.heading == "Please stop here and get help now"
    visitor.see("Call your emergency number, or have someone take you to an emergency department.")
    visitor.see("Show or read this to them")

    for path in ("/ask", "/alarms/2", "/about", "/fits"):
        page.goto(f"{served.home}{path}")
        expect(page.get_by_text(re.compile("help now")).first).to_be_visible()

    page.goto(f"{served.home}/learn")
    page.get_by_role("region", name="Important").get_by_role("link").click()
    assert page.url == f"{served.home}/now"
    page.get_by_role("link", name=re.compile("^Change: ")).first.click()
    visitor.choose("No", page.locator("fieldset.question").first)
    visitor.press("Save")
    page.goto(f"{served.home}/now")
    assert visitor.heading == "Nothing here asks for help now"
    expect(page.get_by_role("region", name="Important")).to_have_count(0)


def test_somebody_who_cannot_tell(page: Page, served: Served) -> None:
    visitor = Visitor(page, {})
    before = chances(visitor, served)
    page.goto(f"{served.home}/")
    visitor.see("Not sure is a fine answer")
    visitor.begin()
    while "/alarms/" in page.url:
        visitor.next("Save and go on")
        visitor.see("Not sure is a fine answer, and a doctor or nurse can go through it with you.")
        visitor.press("I am not sure about these")
    visitor.see("For 18 of them the answer is still not sure.")
    visitor.about()
    visitor.next("I cannot say where")
    visitor.next("It does not spread")
    visitor.questions()
    assert visitor.screens < FEW

    # Nothing was learnt, so nothing may have moved.
    assert chances(visitor, served) == before
    visitor.see("Too little is known yet to say what fits")
    visitor.see("None of these, or cannot tell")
    page.goto(f"{served.home}/doctor")
    visitor.see("It would say more with")


def chances(visitor: Visitor, served: Served) -> list[str]:
    """The list of what fits with its numbers, as it reads when it is opened all the same."""
    visitor.page.goto(f"{served.home}/fits")
    visitor.unfold("Show the list all the same")
    return [re.sub(r"\s+", " ", one) for one in visitor.page.locator("ol.causes > li .cause-top").all_inner_texts()]
