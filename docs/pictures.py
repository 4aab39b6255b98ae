"""Takes the pictures of the READMEs: a browser opens what `jiping triage examples` writes.

python docs/pictures.py        (needs chromium, chromedriver and selenium, as tests/test_browser.py)
"""

import shutil
import tempfile
from pathlib import Path

from click.testing import CliRunner
from selenium import webdriver

from jiping.cli import cli

HERE = Path(__file__).parent


def main() -> None:
    """Write docs/index.png and docs/page.png."""
    with tempfile.TemporaryDirectory() as out:
        CliRunner().invoke(cli, ["triage", str(HERE.parent / "examples"), "--out", out])
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ("--headless=new", "--no-sandbox", "--window-size=1360,860"):
            options.add_argument(argument)
        driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
        driver.get((Path(out) / "index.html").as_uri())
        driver.save_screenshot(str(HERE / "index.png"))
        driver.get((Path(out) / "pages" / "01-hunan-whole.html").as_uri())
        driver.find_element("tag name", "body").send_keys("2n")
        driver.save_screenshot(str(HERE / "page.png"))
        driver.quit()


if __name__ == "__main__":
    main()
