"""Layout: whatever a template shows is text, unless it is markup of ours."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import TemplateAssertionError, UndefinedError, nodes
from markdown import markdown

from lab.site.layout import environment

HOSTILE = "</p>\n\n<script>alert(1)</script> [a](javascript:b) {#c} \"' {{ 7 }}"
EXTENSIONS = ["tables", "attr_list", "md_in_html"]


def rendered(source: str, **values: object) -> str:
    return environment().from_string(source).render(values)


@pytest.mark.parametrize(
    "source",
    [
        "{{ value }}",
        "# {{ value }}",
        "<p>{{ value }}</p>",
        '<p title="{{ value }}">a</p>',
        'a <b title="{{ value }}">{{ value }}</b> c',
        "- {{ value }}",
        '{{ "%s" % value }}',
        "{% set inside %}<p>{{ value }}</p>{% endset %}{{ inside }}",
        "{% macro shown(words) %}<p>{{ words }}</p>{% endmacro %}{{ shown(value) }}",
        "{% macro p() %}<p>{{ caller() }}</p>{% endmacro %}{% call p() %}{{ value }}{% endcall %}",
        "{{ people([value]) }}",
        "{{ value|words }}",
        "{{ none|default(value) }}{{ value or 'x' }}",
        "<pre><code>{{ verbatim(value) }}</code></pre>",
    ],
)
def test_a_value_is_text_wherever_it_is_shown(source: str):
    class Team:
        store = type("Store", (), {"handles": {}})

    made = rendered(source, value=HOSTILE, world=Team)
    assert "\n\n" not in made
    html = markdown(made, extensions=EXTENSIONS)
    assert not re.search(r"<script|<a |href| id=.?c|</p>.*</p>.*</p>", html)


@pytest.mark.parametrize("name", ["safe", "join", "replace", "format", "e"])
def test_filters_that_know_another_escape_are_not_there(name: str):
    with pytest.raises(TemplateAssertionError):
        rendered(f"{{{{ 'a'|{name} }}}}")


def test_a_value_that_is_not_given_is_an_error_and_none_is_nothing():
    with pytest.raises(UndefinedError):
        rendered("{{ value }}")
    assert rendered("a{{ value }}b", value=None) == "ab"


def test_each_block_of_a_template_is_one_line():
    source = """\
<ul>
{% for name in names %}
  <li>a {{ name }},
    {% if name == "x" %}
    first
    {% endif %}
    then <b>b</b></li>
{% endfor %}
</ul>

after
"""
    assert rendered(source, names=["x", "y"]) == (
        "<ul><li>a x, first then <b>b</b></li><li>a y, then <b>b</b></li></ul>\n\nafter"
    )


def tree(name: str) -> nodes.Template:
    loader = environment().loader
    assert loader
    return environment().parse(loader.get_source(environment(), name)[0])


@pytest.mark.parametrize("name", environment().list_templates())
def test_no_template_joins_texts_past_the_escape(name: str):
    """`~` joins markup and text with an escape that knows nothing of Markdown."""
    assert not list(tree(name).find_all((nodes.Concat, nodes.MarkSafe, nodes.EvalContextModifier)))


def constants(template: nodes.Template) -> Iterator[str]:
    for data in template.find_all(nodes.TemplateData):
        yield data.data


@pytest.mark.parametrize("name", environment().list_templates())
def test_no_template_asks_for_anything_from_elsewhere(name: str):
    shown = " ".join(constants(tree(name)))
    assert not re.search(r"<script|<link [^>]*stylesheet|<img|src=|style=|on\w+=", shown)
