"""The cost that the studio shows before drawing is the service's own."""

import json
import subprocess
from collections.abc import Sequence
from typing import Final

import pytest

from flux.catalog import CATALOG, ModelSpec
from flux.sizes import Size
from flux.wire import model_object
from tools.children import ROOT
from tools.stack import NODE

_SCRIPT: Final = """
import { readFileSync } from "node:fs";
import { neuronsOf } from "%s";
const { model, cases } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(({ size, steps, inputs }) => neuronsOf(model, size, steps, inputs))));
"""
Case = tuple[Size, int, tuple[Size, ...]]

_SIZES: Final = (Size(1024, 1024), Size(512, 768), Size(1344, 576), Size(1920, 1920))


def shown(model: dict[str, object], cases: Sequence[Case]) -> list[float | None]:
    module = (ROOT / "public" / "studio" / "costs.js").as_uri()
    written = [
        {"size": size._asdict(), "steps": steps, "inputs": [given._asdict() for given in inputs]}
        for size, steps, inputs in cases
    ]
    run = subprocess.run(
        [NODE, "--input-type=module", "--eval", _SCRIPT % module],
        input=json.dumps({"model": model, "cases": written}),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    answers: list[float | None] = json.loads(run.stdout)
    return answers


@pytest.mark.parametrize("spec", CATALOG, ids=lambda spec: spec.short_id)
def test_the_cost_is_the_catalog_s_where_the_rates_are_told(spec: ModelSpec) -> None:
    inputs = (Size(511, 341), Size(511, 511)) if spec.references else ()
    sizes = [size for size in _SIZES if spec.sizes.allow(size)]
    cases: list[Case] = [
        (size, steps, inputs) for size in sizes for steps in {spec.steps.low, spec.steps.high}
    ]
    expected = [spec.neurons(size, steps, inputs) for size, steps, inputs in cases]
    assert shown(model_object(spec, spec.steps.default), cases) == pytest.approx(expected)


@pytest.mark.parametrize("spec", CATALOG, ids=lambda spec: spec.short_id)
def test_without_rates_the_usual_picture_costs_what_is_told(spec: ModelSpec) -> None:
    model = model_object(spec, spec.steps.default)
    pricing = model["pricing"]
    assert isinstance(pricing, dict)
    pricing.pop("rates", None)
    usual: list[Case] = [(spec.sizes.default, spec.steps.default, ())]
    assert shown(model, usual) == pytest.approx([pricing["neurons_per_image"]])
