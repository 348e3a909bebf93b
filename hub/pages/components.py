"""GOV.UK's components as functions of our templates: the macros of govuk-frontend-jinja, which forgive what they are not told."""

from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader

from hub.pages.compiled import OPTIONS, KeptBeside

NAMES = (
    "back-link", "button", "checkboxes", "details", "error-summary", "generic-header", "input", "inset-text",
    "phase-banner", "select", "service-navigation", "skip-link", "textarea", "warning-text",
)  # fmt: skip


@cache
def components() -> dict[str, Callable[..., Any]]:
    """`govukButton` and the others, by name. They have an environment of their own: ours takes a forgotten name for an error."""
    env = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        undefined=ChainableUndefined,
        autoescape=True,
        bytecode_cache=KeptBeside(),
        **OPTIONS,
    )
    return {macro_of(name): function_of(env, name) for name in NAMES}


def macro_of(name: str) -> str:
    """`service-navigation` is `govukServiceNavigation`."""
    return "govuk" + "".join(word.capitalize() for word in name.split("-"))


def function_of(env: Environment, name: str) -> Callable[..., Any]:
    """One macro."""
    template = env.get_template(f"govuk_frontend_jinja/components/{name}/macro.html")
    found: Callable[..., Any] = getattr(template.module, macro_of(name))
    return found
