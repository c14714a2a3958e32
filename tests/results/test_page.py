"""The HTML page: one file, no request, the same bytes twice, both languages complete."""

import base64
import io
import os
import re
import string
import subprocess
import sys

import numpy as np
import pytest

from results import KpiRow, compare
from results.catalogue import EN, WORDS, ZH
from results.figures import against_baseline, style, targets, waits
from results.kpi_response import CURVE
from results.numbers import number
from results.page import Context, render

CONTEXT = Context(
    facts=[("campus", "two_buildings")],
    inputs={"fast": [("rules.dispatch", "fixed_zone_batch", "nearest_idle")]},
    guard_hits={"fast": {"dispatch: no licence": 3}},
    assumptions=[("clerks.count", 4, "[A] assumed")],
    command="twin compare as_is fast -n 8 --seed 7",
    seed=7,
    versions={"campus-twin": "0.1.0"},
    digests={"as_is": "abc", "fast": "def"},
)


def study(replications=8, names=("as_is", "fast", "slow")):
    out = {}
    for shift, name in zip((0.0, -50.0, 15.0), names, strict=False):
        out[name] = {}
        for rep in range(replications):
            wobble = np.random.default_rng([rep, len(name)]).normal(0.0, 2.0) + 3.0 * rep
            rows = [
                KpiRow("K-R1", "min", 80.0 + shift + wobble, 100.0 * (80.0 + shift + wobble), 100.0),
                KpiRow("K-E1", "%", 90.0 - shift / 10.0, 90.0 - shift / 10.0, 100.0),
                KpiRow("K-E3", "%", 20.0 + shift / 3.0, 20.0 + shift / 3.0, 100.0),
                KpiRow("K-R6.open", "orders", 2.0, 2.0, 100.0),
                KpiRow("cost", "CNY", 1000.0 - shift, 1000.0 - shift, 9.0),
                KpiRow("cost.kind:parts", "CNY", 400.0, 400.0, 4.0),
            ]
            rows += [
                KpiRow(f"K-R1.within:{m:g}", "%", 100 * m / (m + 60 + shift), 100 * m / (m + 60 + shift), 100.0)
                for m in CURVE
            ]
            out[name][rep] = rows
    return out


@pytest.fixture(scope="module")
def found():
    return compare(study())


@pytest.fixture(scope="module")
def english(found):
    return render(found, CONTEXT)


@pytest.fixture(scope="module")
def chinese(found):
    return render(found, CONTEXT, lang="zh")


def test_both_languages_have_the_same_keys_and_blanks():
    def blanks(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert EN.keys() == ZH.keys() and set(WORDS) == {"en", "zh"}
    assert not [key for key in EN if blanks(EN[key]) != blanks(ZH[key])]
    assert not [key for key in ZH if not re.search(r"[\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]", ZH[key])]


def test_the_page_makes_no_request(english, chinese):
    for page in (english, chinese):
        assert "<script" not in page and "<link" not in page and "@import" not in page
        fetched = re.findall(r"(?:src|href)\s*=\s*[\"']([^\"']+)|url\(([^)]+)\)", page)
        assert all((a or b).startswith(("#", "data:")) for a, b in fetched)


def test_the_page_stays_under_its_size(english, chinese):
    assert len(english.encode()) < 1_500_000 and len(chinese.encode()) < 1_500_000


def test_the_verdict_comes_first(english):
    places = [
        english.index(f'id="{part}"')
        for part in (
            "verdict",
            "targets",
            "inputs",
            "differences",
            "figures",
            "costs",
            "side-effects",
            "counts",
            "reproduce",
        )
    ]
    assert places == sorted(places)


def test_targets_show_a_glyph_an_interval_and_the_share_that_met_it(english):
    row = re.search(r"T2 mean response.*?</tr>", english, re.DOTALL).group()
    assert "✗" in row and "✓" in row and "P(target met)" in row and "(8/8;" in row


def test_a_verdict_has_a_glyph_and_a_word_and_not_its_colour_alone(english):
    assert re.search(r'class="better">▲ -\d', english) and re.search(r'class="worse">▼ \+\d', english)
    assert "better, ×" in english and "worse, ×" in english


def test_what_was_worse_stands_among_the_side_effects(english):
    part = english[english.index('id="side-effects"') : english.index('id="counts"')]
    assert "slow: mean response" in part and "fast: mean response" not in part


def test_inputs_costs_guards_assumptions_and_the_command_are_told(english):
    for words in ("fixed_zone_batch", "no licence", "clerks.count", "twin compare as_is fast -n 8 --seed 7", "400"):
        assert words in english


def test_three_figures_are_drawn_with_units_n_and_level(found):
    for draw in (targets.attainment, against_baseline.differences, waits.response):
        drawing = draw(found, "en")
        assert all("[" in axis.get_xlabel() for axis in drawing.axes)
        title = drawing.get_suptitle() or drawing.axes[0].get_title(loc="left")
        assert "n = 8" in title
    assert "95%" in targets.attainment(found, "en").get_suptitle()


def test_the_baseline_is_grey_and_first(found):
    assert style.colour_of(found, "as_is") == style.BASELINE_GREY
    assert targets.attainment(found, "en").axes[0].get_yticklabels()[0].get_text() == "as_is"


def test_ids_of_different_drawings_never_meet(english):
    ids = re.findall(r'\bid="([^"]+)"', english)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', english)) <= {(i, "") for i in ids} | {
        ("", i) for i in ids
    }


def test_names_are_escaped(found):
    page = render(compare(study(names=("as_is", "<b>&fast", "slow"))), Context(command="<script>"))
    assert "<b>" not in page and "&lt;b&gt;&amp;fast" in page and "<script>" not in page


def test_a_page_is_the_same_bytes_in_another_process_with_another_hash_seed(chinese):
    program = (
        "import sys; from tests.results.test_page import *; "
        "sys.stdout.buffer.write(render(compare(study()), CONTEXT, lang='zh').encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": "42"}
    )
    assert done.stdout == chinese.encode()


def test_one_replication_of_the_baseline_alone_makes_a_page():
    page = render(compare(study(replications=1, names=("as_is",))))
    assert (
        "?" in page
        and 'id="differences"' not in page
        and "nan" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
    )


def test_a_page_without_targets_or_curves_leaves_their_figures_out():
    page = render(compare({"a": {0: [KpiRow("cost", "CNY", 1.0, 1.0, 1.0)]}}))
    assert "<svg" not in page


def test_every_chinese_character_of_the_page_has_a_glyph_in_the_embedded_font(chinese):
    pytest.importorskip(style.FONT_PACKAGE)
    from fontTools.ttLib import TTFont

    data = re.search(r"base64,([^)]+)\)", chinese).group(1)
    glyphs = TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()
    text = chinese.replace(data, "")
    missing = {c for c in text if "\u3400" <= c <= "\u9fff" and ord(c) not in glyphs}
    assert not missing and len(re.findall(r"[\u4e00-\u9fff]", text)) > 200


def test_chinese_figures_are_inked_where_their_labels_stand(found):
    """Pixels, not strings: an unknown glyph is an empty box and every box is the same picture."""
    pytest.importorskip(style.FONT_PACKAGE)
    import matplotlib as mpl
    from matplotlib.figure import Figure

    def picture(character):
        with mpl.rc_context({"font.family": [style.chinese_family()]}):
            canvas = Figure(figsize=(0.5, 0.5), dpi=80)
            canvas.text(0.2, 0.2, character, fontsize=20)
            file = io.BytesIO()
            canvas.savefig(file, format="raw")
        return file.getvalue()

    characters = sorted(set("".join(ZH.values())) & set(map(chr, range(0x4E00, 0x9FFF))))[::12]
    assert len({picture(c) for c in characters}) == len(characters) > 15


def test_without_the_font_the_page_says_so_and_labels_its_figures_in_english(found, monkeypatch):
    monkeypatch.setattr(style, "chinese_font", lambda: "")
    page = render(found, lang="zh")
    assert ZH["font_missing"] in page and "@font-face" not in page


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234.5, "1,234"), (12.34, "12.3"), (0.126, "0.13"), (float("nan"), "–"), (None, "–"), (-45.67, "-45.7")],
)
def test_numbers_are_short(value, text):
    assert number(value) == text
