"""The settings: one row each, read once from the Worker's variables and secrets.

Every name of the services this one replaces keeps working as an alias. A value that cannot be used is
noted as a `Problem`; the service then answers 503 rather than guess. An empty value counts as unset.
"""

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from enum import Enum
from typing import Final, TypeVar

from flux import variables
from flux.catalog import CATALOG, KLEIN_4B, SCHNELL, ModelSpec
from flux.variables import ApiKey, Unusable

_T = TypeVar("_T")


class SizePolicy(Enum):
    """What to do when the chosen model cannot draw the asked size."""

    SUBSTITUTE = "substitute"
    NATIVE = "native"
    REJECT = "reject"


class InferenceMode(Enum):
    """How Workers AI is reached."""

    AUTO = "auto"
    BINDING = "binding"
    REST = "rest"


class SideCalls(Enum):
    """What to do when an app asks for a title, a summary and the like, not for a picture."""

    ANSWER = "answer"
    DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Problem:
    """A setting whose value cannot be used, and what it should be. The value itself is never kept."""

    setting: str
    message: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What the documentation and the reader of the environment know of one setting."""

    names: tuple[str, ...]
    parse: Callable[[str], object]
    meaning: str
    shown_default: str
    secret: bool = False


def _setting(
    *names: str, parse: Callable[[str], _T], default: _T, meaning: str, shown: str = "", secret: bool = False
) -> _T:
    row = Setting(names, parse, meaning, shown, secret)
    return field(default=default, metadata={"setting": row})


LANGUAGES: Final = ("en", "zh-cn", "zh-hant", "ja", "es", "fr", "ru", "de")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings in force. A field's first name is the one to use; the others are aliases."""

    api_key: str = _setting(
        "API_KEY",
        "API_MASTER_KEY",
        parse=variables.key,
        default="",
        secret=True,
        meaning="The key that clients send as `Authorization: Bearer …`. "
        "Without it, and without `API_KEYS`, the service is closed.",
    )
    api_keys: tuple[ApiKey, ...] = _setting(
        "API_KEYS",
        parse=variables.labelled_keys,
        default=(),
        secret=True,
        meaning='Several keys as a JSON object, `{"label": "key"}`; the label names the caller in logs.',
    )
    flux_model: ModelSpec = _setting(
        "FLUX_MODEL",
        parse=variables.model,
        default=SCHNELL,
        shown=SCHNELL.short_id,
        meaning="The model that draws when a request names none.",
    )
    edit_model: ModelSpec = _setting(
        "EDIT_MODEL",
        parse=variables.editing_model,
        default=KLEIN_4B,
        shown=KLEIN_4B.short_id,
        meaning="The model that draws when there are reference pictures and the chosen one takes none.",
    )
    enabled_models: tuple[ModelSpec, ...] = _setting(
        "ENABLED_MODELS",
        parse=variables.models,
        default=CATALOG,
        shown="all",
        meaning="The models to offer, separated by commas.",
    )
    flux_num_steps: int = _setting(
        "FLUX_NUM_STEPS",
        parse=variables.integer(SCHNELL.steps.low, SCHNELL.steps.high),
        default=4,
        shown="4",
        meaning="Steps for flux-1-schnell when a request gives none, 1 to 8.",
    )
    size_policy: SizePolicy = _setting(
        "SIZE_POLICY",
        parse=variables.one_of({policy.value: policy for policy in SizePolicy}),
        default=SizePolicy.SUBSTITUTE,
        shown="substitute",
        meaning="When the model cannot draw the asked size: `substitute` another model, draw its "
        "`native` size, or `reject`.",
    )
    image_expiration: int = _setting(
        "IMAGE_EXPIRATION",
        parse=variables.integer(60, 2**31 - 1),
        default=1800,
        shown="1800",
        meaning="Seconds that a picture is kept, at least 60.",
    )
    prompt_optimization: bool = _setting(
        "PROMPT_OPTIMIZATION",
        "CF_IS_TRANSLATE",
        parse=variables.boolean,
        default=False,
        shown="false",
        meaning="Whether a text model rewrites prompts; `---tl` and `---ntl` in a prompt override it.",
    )
    external_api_base: str = _setting(
        "EXTERNAL_API_BASE",
        parse=variables.address,
        default="",
        meaning="The OpenAI-compatible chat API that rewrites prompts, such as `https://…/v1`.",
    )
    external_model: str = _setting(
        "EXTERNAL_MODEL", parse=variables.text, default="", meaning="The model to ask there."
    )
    external_api_key: str = _setting(
        "EXTERNAL_API_KEY", parse=variables.text, default="", secret=True, meaning="The key to use there."
    )
    optimizer_model: str = _setting(
        "OPTIMIZER_MODEL",
        parse=variables.text,
        default="@cf/meta/llama-3.1-8b-instruct-fp8",
        shown="@cf/meta/llama-3.1-8b-instruct-fp8",
        meaning="The Workers AI text model that rewrites prompts when `EXTERNAL_API_BASE` is not set.",
    )
    safety_rewrite: bool = _setting(
        "SAFETY_REWRITE",
        parse=variables.boolean,
        default=False,
        shown="false",
        meaning="Whether the text model says a prompt that the safety filter refuses in other words, once.",
    )
    system_message: str = _setting(
        "SYSTEM_MESSAGE",
        parse=variables.text,
        default="",
        shown="built in",
        meaning="Replaces the instructions given to the text model.",
    )
    inference: InferenceMode = _setting(
        "INFERENCE",
        parse=variables.one_of({mode.value: mode for mode in InferenceMode}),
        default=InferenceMode.AUTO,
        shown="auto",
        meaning="How Workers AI is reached: by the `binding`, by `rest`, or `auto`: "
        "the binding where there is one.",
    )
    account_id: str = _setting(
        "CF_ACCOUNT_ID",
        "ACCOUNT",
        parse=variables.text,
        default="",
        meaning="Your Cloudflare account's id, for REST.",
    )
    api_token: str = _setting(
        "CF_API_TOKEN",
        parse=variables.text,
        default="",
        secret=True,
        meaning="A token with the permissions Workers AI Read and Edit, for REST.",
    )
    api_base: str = _setting(
        "CF_API_BASE",
        parse=variables.address,
        default="https://api.cloudflare.com/client/v4",
        shown="https://api.cloudflare.com/client/v4",
        meaning="Where Cloudflare's REST API is; for tests.",
    )
    draw_timeout: int = _setting(
        "DRAW_TIMEOUT",
        parse=variables.integer(1, 600),
        default=120,
        shown="120",
        meaning="Seconds that one picture may take, with all its tries.",
    )
    language: str = _setting(
        "LANGUAGE",
        parse=variables.one_of({name: name for name in ("auto", *LANGUAGES)}),
        default="auto",
        shown="auto",
        meaning=f"The language of chat answers: `{'`, `'.join(LANGUAGES)}`, "
        "or `auto`: the browser's, else the prompt's.",
    )
    side_calls: SideCalls = _setting(
        "SIDE_CALLS",
        parse=variables.one_of({choice.value: choice for choice in SideCalls}),
        default=SideCalls.ANSWER,
        shown="answer",
        meaning="When an app asks for a title, tags or a summary, or tests the connection: `answer` in text, "
        "or `draw` whatever it says.",
    )
    cors_origins: tuple[str, ...] = _setting(
        "CORS_ORIGINS",
        parse=variables.origins,
        default=("*",),
        shown="*",
        meaning="The web pages' origins that may call the service, separated by commas.",
    )
    problems: tuple[Problem, ...] = ()

    @property
    def keys(self) -> tuple[ApiKey, ...]:
        """Every key that opens the service."""
        single = (ApiKey("default", self.api_key),) if self.api_key else ()
        return single + self.api_keys

    @property
    def default_model(self) -> ModelSpec:
        """The model for requests that name none: ``FLUX_MODEL``, or the first enabled one without it."""
        return self.flux_model if self.flux_model in self.enabled_models else self.enabled_models[0]

    @property
    def default_editing_model(self) -> ModelSpec | None:
        """``EDIT_MODEL`` where it is enabled, else the first enabled model that takes references."""
        if self.edit_model in self.enabled_models:
            return self.edit_model
        return next((spec for spec in self.enabled_models if spec.references), None)

    def default_steps(self, spec: ModelSpec) -> int:
        """Answer the steps *spec* does when a request gives none."""
        return spec.steps.usual(self.flux_num_steps)


def _settable() -> tuple[tuple[Field[object], Setting], ...]:
    return tuple((item, item.metadata["setting"]) for item in fields(Settings) if item.metadata)


SETTINGS: Final = tuple(row for _, row in _settable())
"""Every setting, in the order the documentation shows them."""

NAMES: Final = tuple(name for row in SETTINGS for name in row.names)
"""Every variable that is read."""


def load(environment: Mapping[str, str]) -> Settings:
    """Read the settings from *environment*, a mapping of variable names to their texts."""
    values: dict[str, object] = {}
    problems = []
    for item, row in _settable():
        name = next((name for name in row.names if environment.get(name, "").strip()), None)
        if name is None:
            continue
        try:
            values[item.name] = row.parse(environment[name].strip())
        except Unusable as refusal:
            problems.append(Problem(name, f"{name} {refusal}."))
    loaded = Settings(**values)  # type: ignore[arg-type]  # the rows' parsers answer the fields' types
    problems += [
        Problem(name, f"{name} must be one of ENABLED_MODELS.")
        for name, attribute, spec in (
            ("FLUX_MODEL", "flux_model", loaded.flux_model),
            ("EDIT_MODEL", "edit_model", loaded.edit_model),
        )
        if attribute in values and spec not in loaded.enabled_models
    ]
    return replace(loaded, problems=tuple(problems))
