"""The page of a comparison in a real browser: no request, every character drawn, usable by everybody."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from results import compare
from results.page import render
from results.shown import Shown
from tests.results.test_figures import kept_orders
from tests.results.test_page import CONTEXT, study
from tests.results.test_sensitivity import sensitivity

LARGEST_BYTES = 1_500_000
LANGUAGES = ("en", "zh")
MISSING = "\U000f1234"
"""A private character nobody draws: what stands in its place is the box of a missing glyph."""
DRAWN = """
async (characters) => {
    await document.fonts.ready;
    const pen = Object.assign(document.createElement('canvas'), {width: 48, height: 48}).getContext('2d', {willReadFrequently: true});
    const family = getComputedStyle(document.body).fontFamily;
    const pixels = (character) => {
        pen.clearRect(0, 0, 48, 48);
        pen.font = `32px ${family}`;
        pen.fillText(character, 4, 38);
        return pen.getImageData(0, 0, 48, 48).data.join();
    };
    await Promise.all(characters.map((character) => document.fonts.load(`32px ${family}`, character)));
    return characters.map(pixels);
}
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page in each language, on disk."""
    found, folder = Shown(compare(study()), sensitivity(), kept_orders()), tmp_path_factory.mktemp("pages")
    paths = {lang: folder / f"{lang}.html" for lang in LANGUAGES}
    for lang, path in paths.items():
        path.write_text(render(found, CONTEXT, lang=lang), encoding="utf-8")
    return paths


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_opens_from_the_file_system_and_asks_nobody(page: Page, files: dict[str, Path], lang: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(files[lang].as_uri())
    assert asked[0] == files[lang].as_uri()
    assert all(url.startswith("data:font/") for url in asked[1:])
    assert not complaints
    assert files[lang].stat().st_size < LARGEST_BYTES
    assert page.locator("main h1").count() == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chinese_character_of_the_page_is_drawn(page: Page, files: dict[str, Path], lang: str) -> None:
    page.goto(files[lang].as_uri())
    text = page.inner_text("body")
    characters = sorted({c for c in text if "\u3400" <= c <= "\u9fff"})
    assert len(characters) > (100 if lang == "zh" else 1)
    box, *drawn = page.evaluate(DRAWN, [MISSING, *characters])
    assert not [c for c, pixels in zip(characters, drawn, strict=True) if pixels == box]
    assert len(set(drawn)) > 0.95 * len(characters)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nobody_is_kept_out(page: Page, files: dict[str, Path], lang: str) -> None:
    page.goto(files[lang].as_uri())
    found = Axe().run(page)
    grave = [v for v in found.response["violations"] if v["impact"] in {"serious", "critical", "moderate"}]
    assert not [(v["id"], v["impact"], v["help"]) for v in grave]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_fits_a_narrow_screen(page: Page, files: dict[str, Path], lang: str) -> None:
    page.set_viewport_size({"width": 420, "height": 900})
    page.goto(files[lang].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nobody_is_kept_out_on_a_phone(page: Page, files: dict[str, Path], lang: str) -> None:
    """Tables and figures scroll sideways there, which a keyboard must be able to do too."""
    page.set_viewport_size({"width": 420, "height": 900})
    page.goto(files[lang].as_uri())
    found = Axe().run(page)
    grave = [v for v in found.response["violations"] if v["impact"] in {"serious", "critical", "moderate"}]
    assert not [(v["id"], v["impact"], v["help"]) for v in grave]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_is_seen_and_labels_are_not_tiny(page: Page, files: dict[str, Path], lang: str) -> None:
    page.goto(files[lang].as_uri())
    shown = page.locator("figure").evaluate_all(
        "all => all.map(one => [one.id, one.querySelector('svg').getBoundingClientRect().width, one.querySelector('svg').viewBox.baseVal.width])"
    )
    assert {name for name, _, _ in shown} >= {"figure-tornado", "figure-campus", "figure-timeline", "figure-heatmap"}
    assert not [(name, wide, drawn) for name, wide, drawn in shown if wide < 0.8 * drawn * 96 / 72]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_painted_first_is_what_stays(page: Page, files: dict[str, Path], lang: str) -> None:
    """A font that comes too late leaves boxes in the headings until something makes the browser lay out again."""
    page.goto(files[lang].as_uri())
    first = page.screenshot(full_page=True)
    page.evaluate(
        "async () => { await document.fonts.ready; document.body.style.display = 'none'; document.body.offsetHeight; document.body.style.display = ''; }"
    )
    assert page.screenshot(full_page=True) == first
