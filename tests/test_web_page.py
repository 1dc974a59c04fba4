"""What makes a page safe: its policy, and that foreign text stays text. Without a browser."""

import json
from collections import Counter
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from sweeps import axis, made_up_rows, small_plan

from mnist_cli.svg import element, words
from mnist_cli.sweep.chart import chart_svg
from mnist_cli.sweep.exports import markdown
from mnist_cli.sweep.page import sweep_page
from mnist_cli.sweep.summary import summary_of
from mnist_cli.web_page import content_security_policy, json_for_script

# FIPS 180-2, appendix B.1, and the well-known digest of nothing.
ABC = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
NOTHING = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
HOSTILE = "\"'><img src=x onerror=run()><svg onload=run()>&lt;|.json"


def test_the_policy_allows_what_is_in_the_page_and_nothing_else():
    assert content_security_policy(["abc"], [""]) == (
        f"default-src 'none'; script-src '{NOTHING}'; style-src '{ABC}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_json_in_a_script_cannot_end_it():
    told = json_for_script({"</script><!--": "\u2028\u2029"})
    assert told == '{"\\u003c/script>\\u003c!--":"\\u2028\\u2029"}'
    assert json.loads(told) == {"</script><!--": "\u2028\u2029"}


def test_texts_and_attributes_of_a_picture_are_escaped():
    assert words("<b>&", 1.0, 2.5) == (
        '<text x="1" y="2.5" text-anchor="start">&lt;b&gt;&amp;</text>'
    )
    assert element("g", class_="\"<'") == '<g class="&quot;&lt;&#x27;"/>'


class Elements(HTMLParser):
    """How many elements with which attributes a page has, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.count: Counter[tuple[str, ...]] = Counter()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.count[tag, *sorted(name for name, _ in attrs)] += 1

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def sweep_of(tmp_path, monkeypatch):
    """Make the results of a sweep over configurations in two files, the second diverges.

    The data set has the name of the first.
    """
    monkeypatch.chdir(tmp_path)

    def make(*names):
        for name, rate in zip(names, (1, 2), strict=True):
            (tmp_path / name).write_text(json.dumps({"learning_rate": rate}))
        plan = small_plan(axis("config", ",".join(names)))
        plan = plan._replace(dataset=f"own/{names[0]}-0123456789abcdef")
        return summary_of(plan, made_up_rows(plan, lambda point, _: None if point else 0.9))

    return make


NAMES = [("a.json", HOSTILE), (HOSTILE, "b.json")]


@pytest.mark.parametrize("names", NAMES)
def test_names_of_files_make_no_element_of_a_sweeps_page(sweep_of, names):
    harmless = Elements(sweep_page(sweep_of("a.json", "b.json")))
    hostile = Elements(sweep_page(sweep_of(*names)))
    assert hostile.count == harmless.count
    assert HOSTILE in hostile.text


@pytest.mark.parametrize("names", NAMES)
def test_names_of_files_make_no_element_of_a_sweeps_chart(sweep_of, names):
    charts = (chart_svg(sweep_of(*some)) for some in (("a.json", "b.json"), names))
    harmless, hostile = (Counter(e.tag for e in ElementTree.fromstring(c).iter()) for c in charts)
    assert hostile == harmless


def test_a_bar_in_a_name_is_no_new_column_of_a_sweeps_table(sweep_of):
    rows = [line for line in markdown(sweep_of("a.json", HOSTILE)).splitlines() if line[:1] == "|"]
    assert len({row.replace("\\|", "").count("|") for row in rows}) == 1
