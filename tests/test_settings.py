from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.catalog import CATALOG, DEV, KLEIN_4B, KLEIN_9B, PHOENIX, SCHNELL
from flux.settings import NAMES, SETTINGS, InferenceMode, Problem, Settings, SizePolicy, load
from flux.variables import ApiKey


def test_an_empty_environment_gives_these_defaults() -> None:
    assert load({}) == Settings(
        api_key="",
        api_keys=(),
        flux_model=SCHNELL,
        edit_model=KLEIN_4B,
        enabled_models=CATALOG,
        flux_num_steps=4,
        size_policy=SizePolicy.SUBSTITUTE,
        image_expiration=1800,
        prompt_optimization=False,
        external_api_base="",
        external_model="",
        external_api_key="",
        optimizer_model="@cf/meta/llama-3.1-8b-instruct-fp8",
        system_message="",
        inference=InferenceMode.AUTO,
        account_id="",
        api_token="",
        api_base="https://api.cloudflare.com/client/v4",
        draw_timeout=120,
        language="auto",
        cors_origins=("*",),
        problems=(),
    )


def test_these_variables_are_read() -> None:
    assert set(NAMES) == {
        "API_KEY", "API_MASTER_KEY", "API_KEYS", "FLUX_MODEL", "EDIT_MODEL", "ENABLED_MODELS",
        "FLUX_NUM_STEPS", "SIZE_POLICY", "IMAGE_EXPIRATION", "PROMPT_OPTIMIZATION", "CF_IS_TRANSLATE",
        "SAFETY_REWRITE", "SIDE_CALLS", "EXTERNAL_API_BASE", "EXTERNAL_MODEL", "EXTERNAL_API_KEY",
        "OPTIMIZER_MODEL", "SYSTEM_MESSAGE",
        "INFERENCE", "CF_ACCOUNT_ID", "ACCOUNT", "CF_API_TOKEN", "CF_API_BASE", "DRAW_TIMEOUT", "LANGUAGE",
        "CORS_ORIGINS",
    }  # fmt: skip


def test_these_settings_are_secret() -> None:
    secret = {row.names[0] for row in SETTINGS if row.secret}
    assert secret == {"API_KEY", "API_KEYS", "EXTERNAL_API_KEY", "CF_API_TOKEN"}


@pytest.mark.parametrize(
    ("name", "written", "attribute", "value"),
    [
        ("API_KEY", "k", "api_key", "k"),
        ("API_MASTER_KEY", "k", "api_key", "k"),
        (
            "API_KEYS",
            '{"phone": "a", "laptop": "b"}',
            "api_keys",
            (ApiKey("phone", "a"), ApiKey("laptop", "b")),
        ),
        ("FLUX_MODEL", "flux-2-dev", "flux_model", DEV),
        ("FLUX_MODEL", "@cf/black-forest-labs/flux-2-dev", "flux_model", DEV),
        ("EDIT_MODEL", "flux-2-klein-9b", "edit_model", KLEIN_9B),
        ("FLUX_NUM_STEPS", "8", "flux_num_steps", 8),
        ("SIZE_POLICY", "native", "size_policy", SizePolicy.NATIVE),
        ("SIZE_POLICY", "REJECT", "size_policy", SizePolicy.REJECT),
        ("SIZE_POLICY", "substitute", "size_policy", SizePolicy.SUBSTITUTE),
        ("IMAGE_EXPIRATION", "60", "image_expiration", 60),
        ("PROMPT_OPTIMIZATION", "true", "prompt_optimization", True),
        ("PROMPT_OPTIMIZATION", "False", "prompt_optimization", False),
        ("CF_IS_TRANSLATE", "true", "prompt_optimization", True),
        ("CF_IS_TRANSLATE", "1", "prompt_optimization", True),
        ("EXTERNAL_API_BASE", "https://chat.example/v1/", "external_api_base", "https://chat.example/v1"),
        ("EXTERNAL_MODEL", "m", "external_model", "m"),
        ("EXTERNAL_API_KEY", "k", "external_api_key", "k"),
        ("OPTIMIZER_MODEL", "@cf/x/y", "optimizer_model", "@cf/x/y"),
        ("SYSTEM_MESSAGE", "Be brief.", "system_message", "Be brief."),
        ("INFERENCE", "rest", "inference", InferenceMode.REST),
        ("INFERENCE", "binding", "inference", InferenceMode.BINDING),
        ("CF_ACCOUNT_ID", "a", "account_id", "a"),
        ("ACCOUNT", "a", "account_id", "a"),
        ("CF_API_TOKEN", "t", "api_token", "t"),
        ("CF_API_BASE", "http://127.0.0.1:9000", "api_base", "http://127.0.0.1:9000"),
        ("DRAW_TIMEOUT", "30", "draw_timeout", 30),
        ("LANGUAGE", "ZH-CN", "language", "zh-cn"),
        ("LANGUAGE", "auto", "language", "auto"),
        ("CORS_ORIGINS", "https://a.example/, https://b.example", "cors_origins",
         ("https://a.example", "https://b.example")),
    ],
)  # fmt: skip
def test_a_variable_sets_its_setting(name: str, written: str, attribute: str, value: object) -> None:
    loaded = load({name: f" {written} "})
    assert (getattr(loaded, attribute), loaded.problems) == (value, ())


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize("blank", ["", "   ", "\n"])
def test_a_blank_variable_counts_as_unset(name: str, blank: str) -> None:
    assert load({name: blank}) == load({})


@pytest.mark.parametrize(
    ("environment", "attribute", "value"),
    [
        ({"API_KEY": "new", "API_MASTER_KEY": "old"}, "api_key", "new"),
        ({"API_KEY": " ", "API_MASTER_KEY": "old"}, "api_key", "old"),
        ({"CF_ACCOUNT_ID": "new", "ACCOUNT": "old"}, "account_id", "new"),
        ({"PROMPT_OPTIMIZATION": "false", "CF_IS_TRANSLATE": "true"}, "prompt_optimization", False),
    ],
)
def test_the_first_name_wins_over_its_alias(
    environment: Mapping[str, str], attribute: str, value: object
) -> None:
    assert getattr(load(environment), attribute) == value


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("API_KEYS", "s3cret-value"),
        ("API_KEYS", '["s3cret-value"]'),
        ("API_KEYS", '{"phone": ""}'),
        ("API_KEYS", '{"phone": 5}'),
        ("API_KEYS", '{"phone": {"key": "s3cret-value"}}'),
        ("FLUX_MODEL", "s3cret-value"),
        ("EDIT_MODEL", "s3cret-value"),
        ("EDIT_MODEL", "flux-1-schnell"),
        ("ENABLED_MODELS", "flux-2-dev, s3cret-value"),
        ("ENABLED_MODELS", ","),
        ("FLUX_NUM_STEPS", "9"),
        ("FLUX_NUM_STEPS", "0"),
        ("FLUX_NUM_STEPS", "4.5"),
        ("SIZE_POLICY", "s3cret-value"),
        ("IMAGE_EXPIRATION", "soon"),
        ("IMAGE_EXPIRATION", "59"),
        ("IMAGE_EXPIRATION", "-60"),
        ("IMAGE_EXPIRATION", "1e3"),
        ("IMAGE_EXPIRATION", "99999999999999999999"),
        ("PROMPT_OPTIMIZATION", "s3cret-value"),
        ("CF_IS_TRANSLATE", "s3cret-value"),
        ("EXTERNAL_API_BASE", "s3cret-value.example/v1"),
        ("EXTERNAL_API_BASE", "ftp://s3cret-value.example"),
        ("EXTERNAL_API_BASE", "https://"),
        ("EXTERNAL_API_BASE", "https://[s3cret-value"),
        ("CF_API_BASE", "s3cret-value"),
        ("INFERENCE", "s3cret-value"),
        ("DRAW_TIMEOUT", "0"),
        ("DRAW_TIMEOUT", "601"),
        ("LANGUAGE", "s3cret-value"),
    ],
)
def test_a_value_that_cannot_be_used_is_a_problem_that_names_the_variable_alone(
    name: str, written: str
) -> None:
    [problem] = load({name: written}).problems
    assert problem.setting == name
    assert problem.message.startswith(f"{name} must ")
    assert "s3cret-value" not in repr(problem)


def test_a_problem_leaves_the_default_in_force_and_the_others_set() -> None:
    loaded = load({"IMAGE_EXPIRATION": "soon", "DRAW_TIMEOUT": "30"})
    assert (loaded.image_expiration, loaded.draw_timeout) == (1800, 30)


def test_every_problem_is_told() -> None:
    problems = load({"IMAGE_EXPIRATION": "soon", "DRAW_TIMEOUT": "never"}).problems
    assert problems == (
        Problem("IMAGE_EXPIRATION", "IMAGE_EXPIRATION must be a whole number from 60 to 2147483647."),
        Problem("DRAW_TIMEOUT", "DRAW_TIMEOUT must be a whole number from 1 to 600."),
    )


def test_enabled_models_keep_the_catalogs_order() -> None:
    assert load({"ENABLED_MODELS": "phoenix-1.0, flux-1-schnell,"}).enabled_models == (SCHNELL, PHOENIX)


def test_without_the_usual_model_the_first_enabled_one_is_the_default() -> None:
    loaded = load({"ENABLED_MODELS": "flux-2-klein-9b,flux-2-dev"})
    assert (loaded.default_model, loaded.default_editing_model, loaded.problems) == (KLEIN_9B, KLEIN_9B, ())


def test_without_a_model_for_references_there_is_no_editing_model() -> None:
    loaded = load({"ENABLED_MODELS": "flux-1-schnell"})
    assert (loaded.default_model, loaded.default_editing_model, loaded.problems) == (SCHNELL, None, ())


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"FLUX_MODEL": "flux-2-dev", "ENABLED_MODELS": "flux-1-schnell"}, "FLUX_MODEL"),
        ({"EDIT_MODEL": "flux-2-dev", "ENABLED_MODELS": "flux-1-schnell"}, "EDIT_MODEL"),
    ],
)
def test_a_chosen_model_that_is_not_enabled_is_a_problem(
    environment: Mapping[str, str], problem: str
) -> None:
    assert load(environment).problems == (Problem(problem, f"{problem} must be one of ENABLED_MODELS."),)


def test_the_single_key_and_the_labelled_ones_all_open() -> None:
    loaded = load({"API_KEY": "a", "API_KEYS": '{"phone": "b"}'})
    assert loaded.keys == (ApiKey("default", "a"), ApiKey("phone", "b"))


def test_a_key_is_not_shown() -> None:
    assert "s3cret" not in repr(ApiKey("phone", "s3cret"))


def test_the_steps_of_a_request_that_gives_none() -> None:
    loaded = load({"FLUX_NUM_STEPS": "6"})
    assert [loaded.default_steps(spec) for spec in (SCHNELL, KLEIN_4B, DEV)] == [6, 4, 25]


@given(st.dictionaries(st.sampled_from(NAMES), st.text(min_size=1)))
def test_any_environment_can_be_loaded(environment: Mapping[str, str]) -> None:
    assert {problem.setting for problem in load(environment).problems} <= set(environment)
