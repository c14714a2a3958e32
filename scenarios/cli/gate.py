"""``twin policy gate``: may a rule take another's place? Limits stated beforehand, reasons written down."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli.alike import alike
from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import (
    OUT,
    STOPPED_RUNS,
    Request,
    conduct,
    guard_hits,
    options,
    partial,
    rows_of,
    study_of,
    wrong_usage,
)
from scenarios.cli.envelope import ANSWER_IS_NO, DONE, PARTIAL, WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import Looking
from scenarios.cli.parameters import made, parameters_of

if TYPE_CHECKING:
    from scenarios.gate.judging import Ruling
    from scenarios.schema.gate import GateFile
    from scenarios.study.arms import Arm
    from scenarios.study.experiment import Study

SCHEMA: Final = "twin/policy-gate@1"
DEFAULT: Final = "faster_without_harm"
NO_PARAMETERS: Final = "{}"


@click.command("gate", cls=Looking)
@click.argument("plugin")
@click.option(
    "--against", "incumbent", required=True, metavar="RULE", help="The rule at work now, of the same decision point."
)
@click.option("--scenario", default="as_is", show_default=True, help="The campus and everything else about it.")
@click.option("--rules", default=DEFAULT, show_default=True, help="Gate file: shipped by name, or a path.")
@click.option("--parameters", default=NO_PARAMETERS, metavar="TOML", help='Of PLUGIN, as in "{ soon_min = 30.0 }".')
@click.option("--incumbent-parameters", default=NO_PARAMETERS, metavar="TOML", help="Of the incumbent.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write ruling and reasons as JSON."
)
@options
def command(
    plugin: str, incumbent: str, scenario: str, rules: str, parameters: str, incumbent_parameters: str,
    output: Path | None, as_json: bool, **asked: Any,
) -> None:  # fmt: skip
    """Go or no-go for PLUGIN (DECISION.RULE or RULE) in the place of the incumbent.

    Both live through the same replications. Exit code 1 is no-go.
    """
    errors: list[str] = []
    go = False
    with ending(SCHEMA, as_json=as_json, wrong=_wrong(), stopped=STOPPED_RUNS):
        from results.comparison import compare
        from scenarios.gate.judging import figures_of, judge
        from scenarios.gate.kept import keep
        from scenarios.plugins.examining import examined

        gate, gate_digest, decision, candidate_rule = _question(
            plugin, incumbent, rules, (parameters, incumbent_parameters), (scenario, asked["sets"])
        )
        arms = [
            (f"incumbent_{_name(incumbent)}", _choice(decision, incumbent, incumbent_parameters)),
            (f"candidate_{_name(plugin)}", _choice(decision, plugin, parameters)),
        ]
        study = _study(Request((scenario,), **asked), scenario, arms)
        for line in _replaced(study):
            click.echo(f"warning: {line}", err=True)
        findings = conduct(study, resume=asked["resume"])
        found = compare(rows_of(findings), kpis=figures_of(gate))
        candidate = study.arms[1].name
        hits = guard_hits(findings, found.replications).get(candidate, {})
        ruling = judge(gate, found, candidate, examined(candidate_rule, decision)[0], hits)
        found.warnings += alike(rows_of(findings), found.replications, "en")
        errors, go = partial(findings), ruling.go
        data = _data(ruling, study, (gate.name, gate_digest), (decision, plugin, incumbent), found.replications)
        data["packed_by"] = _packed_by(study.arms[1], candidate_rule, asked)
        keep(study.folder, data)
        if output is not None:
            _write(output, data)
        if as_json:
            click.echo(envelope(SCHEMA, data, ok=go and not errors, warnings=found.warnings, errors=errors))
        else:
            _print(ruling, plugin, incumbent, gate.title, len(found.replications))
            if data["packed_by"]:
                click.echo(f"to pack what was measured: {data['packed_by']}")
            for warning in found.warnings:
                click.echo(f"warning: {warning}", err=True)
        for line in errors:
            click.echo(f"twin: {line}", err=True)
    sys.exit(PARTIAL if errors else DONE if go else ANSWER_IS_NO)


def _question(
    plugin: str, incumbent: str, rules: str, parameters: tuple[str, str], scenario: tuple[str, tuple[str, ...]]
) -> "tuple[GateFile, str, str, Any]":
    """The gate, its digest, the decision point and the candidate, made; the scenario is looked at beside them.

    Raises
    ------
    Finish
        With everything that is wrong, at once.
    """
    from scenarios.gate.reading import read_gate
    from scenarios.plugins.naming import resolve
    from scenarios.study.arms import arm_of

    (gate, digest), (rule, decision), (other, of_other), given, others, _, candidate, _ = at_once(
        _wrong(),
        lambda: read_gate(rules),
        lambda: resolve(plugin),
        lambda: resolve(incumbent),
        lambda: parameters_of(parameters[0], plugin),
        lambda: parameters_of(parameters[1], incumbent),
        lambda: arm_of(*scenario),
        lambda: made(resolve(plugin)[0], plugin, parameters_of(parameters[0], plugin)),
        lambda: made(resolve(incumbent)[0], incumbent, parameters_of(parameters[1], incumbent)),
    )
    if of_other != decision:
        raise Finish(
            WRONG_USAGE, f"--against {incumbent}: a rule of {of_other}; expected one of {decision}, as {plugin} is"
        )
    if rule is other and given == others:
        raise Finish(
            WRONG_USAGE, f"{plugin} and {incumbent} are the same rule with the same parameters: nothing to decide"
        )
    return gate, digest, decision, candidate


def _wrong() -> tuple[type[Exception], ...]:
    from scenarios.plugins.naming import NoSuchPlugin

    return (*wrong_usage(), NoSuchPlugin)


def _name(plugin: str) -> str:
    return plugin.rpartition(".")[2]


def _choice(decision: str, plugin: str, parameters: str) -> str:
    """The setting that chooses a rule with its parameters."""
    if ":" in plugin:
        raise Finish(
            WRONG_USAGE,
            f"{plugin}: only an installed rule runs in a scenario; register it by an entry point (twin policy new)",
        )
    given = "" if parameters == NO_PARAMETERS else f", parameters = {parameters}"
    return f'policies.{decision}={{ rule = "{_name(plugin)}"{given} }}'


def _packed_by(candidate: "Arm", rule: Any, asked: Mapping[str, Any]) -> str:
    """The command that packs the candidate; empty where a recorded log drove it, whose office is another."""
    from scenarios.gate.packed import packed_by

    if asked["trace"] is not None:
        return ""
    return packed_by(candidate, rule, asked["study"], asked["out"] if asked["out"] != OUT else None)


def _study(asked: Request, scenario: str, arms: Sequence[tuple[str, str]]) -> "Study":
    from scenarios.study.arms import arm_of

    study = study_of(asked)
    study.arms = [arm_of(scenario, asked.sets, changes=(choice,), name=name) for name, choice in arms]
    if asked.study is None:
        study.folder = asked.out / f"gate_{arms[1][0].removeprefix('candidate_')}"
    return study


def _replaced(study: "Study") -> list[str]:
    """What is said where a study of other scenarios lies in its folder, which packed bundles took for their evidence till now."""
    from scenarios.study.cells import NoSuchStudy
    from scenarios.study.studies import StudyFolder

    try:
        before = {one["digest"] for one in StudyFolder(study.folder).manifest["scenarios"]}
    except NoSuchStudy:
        return []
    if before == {arm.digest for arm in study.arms}:
        return []
    was = f"the study {study.folder.name} was about other settings or another incumbent"
    return [f"{was} and is evidence of them no more; --study NAME keeps both"]


def _data(
    ruling: "Ruling", study: "Study", gate: tuple[str, str], rules: tuple[str, str, str], replications: Sequence[int]
) -> dict[str, Any]:  # fmt: skip
    decision, plugin, incumbent = rules
    return {
        "go": ruling.go, "decision": decision, "candidate": plugin, "incumbent": incumbent, "gate": gate[0],
        "gate_sha256": gate[1], "conditions": ruling.conditions, "seed": study.seed, "replications": len(replications),
        "study": study.folder, "digests": {arm.name: arm.digest for arm in study.arms},
    }  # fmt: skip


def _write(output: Path, data: dict[str, Any]) -> None:
    """Whole or not at all."""
    from scenarios.cli.envelope import plain

    output.parent.mkdir(parents=True, exist_ok=True)
    begun = output.with_name(f".{output.name}.part")
    begun.write_text(json.dumps(plain(data), ensure_ascii=False, allow_nan=False, indent=1) + "\n", encoding="utf-8")
    begun.replace(output)


def _print(ruling: "Ruling", plugin: str, incumbent: str, title: str, replications: int) -> None:
    click.echo(
        f"{'GO' if ruling.go else 'NO-GO'}: {plugin} in the place of {incumbent} ({title}; {replications} replications)"
    )
    for one in ruling.conditions:
        named = f"{one.of} ({one.title})" if one.title else one.of
        click.echo(f"{'✓' if one.met else '✗'} {one.kind} {named}: {one.reason}")
