"""At 200 % zoom a phone of 390 px shows 195 px of page: the resident pages fit, and the head keeps its words whole."""

import pytest

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(("width", "lines"), [(195, 2), (390, 1)])
def test_the_head_of_a_form_fits(new_visitor, width, lines):
    visitor = new_visitor("phone")
    visitor.page.set_viewport_size({"width": width, "height": 800})
    visitor.go("/f/dental-reception/")
    assert visitor.fits()
    height = visitor.page.evaluate(
        "(() => { const e = document.querySelector('.res-head__where');"
        " return e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight); })()"
    )
    assert round(height) <= lines
