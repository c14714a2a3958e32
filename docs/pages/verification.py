"""The page of models: what the twin can be made into, and what not yet."""

from collections.abc import Iterator

from docs.pages.markdown import line, table, title
from scenarios.verify.registry import NOT_YET, RECIPES
from scenarios.verify.truths import SHIPPED, read


def models_page() -> str:
    """Every recipe with the parameters it takes, and every reason."""
    return "\n".join(
        [
            title("Models whose true values are known", "scenarios.verify.registry"),
            (
                "What [`twin verify`](cli.md) plays: the model a case names, its parameters (with ? where it may be left out), how the twin is made "
                "into it, and the shipped cases. Why, and how a case is judged: [verification](../explanation/verification.md).\n"
            ),
            table(("model", "parameters", "the twin", "shipped cases"), _recipes()),
            "## Not expressed yet\n",
            table(("model", "why", "brought by"), ((f"`{name}`", no.why, no.chapter) for name, no in NOT_YET.items())),
        ]
    )


def _recipes() -> Iterator[tuple[str, ...]]:
    cases = read(SHIPPED).values()
    for name, recipe in RECIPES.items():
        fields = recipe.parameters.model_fields.items()
        keys = [f"`{field.alias or key}`{'' if field.is_required() else '?'}" for key, field in fields]
        played = [f"`{case.id}`" for case in cases if case.model == name]
        yield f"`{name}`", f"{', '.join(keys)}: {line(recipe.parameters)}", recipe.how, ", ".join(played)
