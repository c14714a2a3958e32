"""The text of a new scenario or measure file: what may be written, with the present values as comments."""

from scenarios.resolution.build import rules_of
from scenarios.resolution.resolve import Resolved


def new_file(name: str, base: Resolved, *, measure: bool) -> str:
    """A file that is valid as it stands and changes nothing yet."""
    head = [f'name = "{name}"', 'title = ""', 'about = ""']
    head = ['kind = "measure"', *head] if measure else [*head, f'extends = "{base.name}"', "measures = []"]
    features = base.scenario.features
    lines = [
        *head,
        "",
        "# Only features, policies and days of activation may differ from the as-is; the world is the same.",
        "# Take the # away from what you change. Known rules: twin policy list",
        "",
        "# [features.app]",
        f"# live = {str(features.app.live).lower()}",
        f"# per_day_cny = {features.app.per_day_cny}",
        "",
        "# [features.centre]",
        f"# live = {str(features.centre.live).lower()}",
        f"# per_day_cny = {features.centre.per_day_cny}",
        "",
        "# [policies]",
        *(f'# {decision} = {{ rule = "{rule.name}" }}' for decision, rule in rules_of(base).items()),
        "",
        "# Days after the fork; missing: live at once and everywhere.",
        "# [activation]",
        "# app = [{ day = 0, zones = [0] }, { day = 60 }]",
        "# centre_day = 0",
        "",
        "# [activation.policies]",
        "# dispatch = 60",
    ]
    return "\n".join(lines) + "\n"
