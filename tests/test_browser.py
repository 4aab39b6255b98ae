"""A written page in a real browser: nothing runs that should not, everything can be reached."""

import json
import shutil
from pathlib import Path

import pytest

from jiping.judging.settings import load_settings
from jiping.output.handover import hand_over
from output_samples import hostile_labels, report

pytestmark = [
    pytest.mark.server,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")


@pytest.fixture(scope="module")
def browser():
    if not (CHROMIUM and DRIVER):
        pytest.skip("chromium and chromedriver are not installed")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--window-size=1400,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("一览 #1")  # names that need quoting in an address
    other = report(path="b.txt")
    hand_over([hostile_labels(report()), other], out, load_settings())
    return out


@pytest.fixture
def page(browser, folder):
    browser.get((folder / "pages" / "柳坪镇.html").as_uri())
    return browser


def press(browser, *keys):
    from selenium.webdriver.common.by import By

    browser.find_element(By.TAG_NAME, "body").send_keys("".join(keys))


def tags(browser, query):
    """Return the tags (问1) of the items that carry a class."""
    script = "return [...document.querySelectorAll(arguments[0])].map(n => n.textContent)"
    return browser.execute_script(script, query)


def test_no_script_of_the_report_runs_and_none_of_ours_fails(page):
    assert page.get_log("browser") == []
    assert not page.execute_script("return document.querySelector('main img, main script')")


def test_nothing_is_asked_of_a_network(page):
    events = [json.loads(e["message"])["message"] for e in page.get_log("performance")]
    asked = [e for e in events if e["method"] == "Network.requestWillBeSent"]
    assert {e["params"]["request"]["url"].partition(":")[0] for e in asked} <= {"file"}


def test_n_and_p_move_between_problems_and_l_to_the_measure(page):
    press(page, "n")
    assert tags(page, ".s.on .tag") == ["问1"]
    assert tags(page, ".s.pair .tag") == ["措1"]
    press(page, "n")
    assert tags(page, ".s.on .tag") == ["问2"]
    press(page, "p", "l")
    assert tags(page, ".s.on .tag") == ["措1"]


def test_j_and_k_go_through_all_and_obey_the_filter(page):
    press(page, "j")
    first = tags(page, ".s.on .tag")
    press(page, "j", "k")
    assert tags(page, ".s.on .tag") == first == ["目1"]
    page.find_element("css selector", "[data-filter=target]").click()
    press(page, "j")
    assert tags(page, ".s.on .tag") == ["问1"]


def test_the_card_says_what_a_sentence_lacks(page):
    from selenium.webdriver import ActionChains

    ActionChains(page).move_to_element(page.find_element("css selector", ".s.vague")).perform()
    card = page.find_element("id", "card")
    assert card.is_displayed()
    assert card.text.startswith("目标 · 空泛")
    assert "▸ 无指标值" in card.text
    assert "可写明" in card.text


def test_lists_open_by_number_and_jump_to_the_sentence(page):
    press(page, "2")
    entry = page.find_element("css selector", ".panel.open .entry")
    entry.click()
    assert tags(page, ".s.on .tag") == ["问1"]
    shown = page.execute_script(
        "const at = document.querySelector('.s.on').getBoundingClientRect();"
        "return at.top > 0 && at.bottom < innerHeight"
    )
    assert shown


def test_a_line_joins_the_problem_and_its_measure(page):
    lines = page.execute_script("return document.querySelectorAll('#arcs path').length")
    assert lines == 1


def test_filtering_by_area_dims_the_rest(page):
    option = page.find_element("css selector", "#area option[value=fund_use]")
    option.click()
    assert len(tags(page, ".s.problem:not(.dim)")) == len(tags(page, ".s.problem"))
    assert set(tags(page, ".s.target:not(.dim)")) == set()


def test_help_opens_and_closes(page):
    press(page, "?")
    assert page.find_element("id", "help").is_displayed()
    press(page, "?")
    assert not page.find_element("id", "help").is_displayed()


def test_the_index_filters_sorts_and_opens_pages(browser, folder):
    browser.get((folder / "index.html").as_uri())
    browser.find_element("id", "find").send_keys("没有这样的单位")
    assert browser.find_element("id", "shown").text == "0 / 2 份"
    browser.find_element("id", "find").clear()
    browser.find_element("css selector", "th[data-sort=number]").click()
    browser.refresh()
    browser.find_element("css selector", "tbody a").click()
    assert Path(browser.current_url).suffix == ".html"
    assert "柳坪镇人民政府" in browser.title
    assert browser.find_element("css selector", ".back").is_displayed()
