"""Every table of a page says how it is read on a telephone."""

import re
from pathlib import Path

import hub.pages

TEMPLATES = sorted((Path(hub.pages.__file__).parent / "templates").glob("*.html"))
ON_A_TELEPHONE = {"stacks", "beside"}


def test_no_table_is_squeezed_or_off_the_edge_on_a_telephone() -> None:
    seen = 0
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        for table in re.findall(r"<table[^>]*>", text):
            seen += 1
            said = re.search(r'class="([^"]*)"', table)
            assert said and ON_A_TELEPHONE & set(said[1].split()), f"{template.name}: {table}"
        if 'class="stacks' in text:
            bare = re.findall(r"<td>", text)
            assert not bare, f"{template.name}: {len(bare)} cells without data-label"
    assert seen
