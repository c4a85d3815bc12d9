/** Drawing: the order goes out, its progress is shown, the pictures come in and are kept. */

import { note, say } from "./announce.js";
import { draw } from "./api.js";
import { keep } from "./archive.js";
import { byId, el, fill } from "./dom.js";
import { failureCard, titleOf } from "./failures.js";
import { number, t } from "./language.js";
import { effectiveSteps, optionFields } from "./options.js";
import { blobOf, thumbnail } from "./pictures.js";
import { focusPrompt, promptOf } from "./prompt.js";
import { preparedReferences } from "./references.js";
import { resultCard } from "./result_card.js";
import { effectiveSize } from "./size_part.js";
import { chosenModel, key, order, server, tell } from "./state.js";

let controller = null;

/** Let go of the drawing under way; say whether there was one. */
export function cancelDrawing() {
  controller?.abort();
  return controller !== null;
}

/** Draw what the form says. */
export async function startDrawing() {
  if (controller) return;
  if (!key.get() || server.keyState === "refused") return tell("focus-key");
  const prompt = promptOf();
  if (prompt.problem) return focusPrompt(t(`prompt.problem.${prompt.problem}`));
  if (!chosenModel()) return note(t("model.unknown"));
  controller = new AbortController();
  const run = new Run(prompt.value);
  busy(true);
  try {
    await run.go(controller.signal);
  } finally {
    controller = null;
    busy(false);
  }
}

/** Scroll to the stage where its top is not in sight. */
function bringIntoView(stage) {
  const { top } = stage.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) stage.scrollIntoView({ block: "start" });
}

function busy(isBusy) {
  const hadFocus = document.activeElement === byId(isBusy ? "draw" : "cancel");
  byId("draw").hidden = isBusy;
  byId("cancel").hidden = !isBusy;
  if (hadFocus) byId(isBusy ? "cancel" : "draw").focus({ preventScroll: true });
}

/** One press of the button, and the part of the stage where it is seen. */
class Run {
  constructor(prompt) {
    const model = chosenModel();
    const { width, height } = effectiveSize();
    this.prompt = prompt;
    this.model = model;
    this.options = optionFields();
    this.fields = { model: model.id, prompt, size: `${width}x${height}`, ...this.options };
    this.known = {
      steps: effectiveSteps(),
      guidance: order.guidance,
      negative: order.negative,
      asked: { width, height },
    };
    this.total = order.count;
    this.drawn = 0;
    this.started = performance.now();
    this.status = el("p", { class: "status" });
    this.slots = Array.from({ length: this.total }, () => this.slot(width, height));
    this.grid = el("div", { class: "results", data: { count: this.total } }, this.slots);
  }

  slot(width, height) {
    const slot = el("div", { class: "slot", "aria-hidden": "true" });
    slot.style.aspectRatio = `${width} / ${height}`;
    return slot;
  }

  async go(signal) {
    const stage = byId("stage");
    fill(stage, this.status, this.grid);
    stage.setAttribute("aria-busy", "true");
    bringIntoView(stage);
    this.tick();
    say(this.progress());
    const timer = setInterval(() => this.tick(), 100);
    try {
      const files = await preparedReferences(this.model);
      for await (const { picture, failure } of draw(this.fields, files, signal)) {
        if (failure) this.fail(failure);
        else await this.take(picture);
      }
      this.end(t("draw.done", { count: number(this.drawn), seconds: this.seconds() }));
    } catch (failure) {
      this.stop(failure, signal);
    } finally {
      clearInterval(timer);
      stage.removeAttribute("aria-busy");
      for (const slot of this.slots) slot.remove();
      tell("drawn");
    }
  }

  seconds() {
    return number((performance.now() - this.started) / 1000, {
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
  }

  progress() {
    const now = Math.min(this.drawn + 1, this.total);
    return this.total === 1
      ? t("draw.one")
      : t("draw.several", { now: number(now), total: number(this.total) });
  }

  tick() {
    fill(
      this.status,
      el("span", { class: "spinner", "aria-hidden": "true" }),
      el("span", {}, this.progress()),
      el("span", { class: "elapsed" }, t("result.seconds", { seconds: this.seconds() })),
    );
  }

  async take(picture) {
    const blob = blobOf(picture.b64_json);
    this.drawn += 1;
    const about = {
      id: picture.key ?? `${Date.now()}-${Math.random()}`,
      key: picture.key,
      created: Date.now(),
      prompt: this.prompt,
      model: picture.model ?? this.model.id,
      width: picture.width,
      height: picture.height,
      seed: picture.seed ?? null,
      neurons: picture.usage?.neurons ?? null,
      seconds: (performance.now() - this.started) / 1000,
      ...this.known,
    };
    this.slots.shift()?.replaceWith(resultCard(about, blob));
    if (this.drawn < this.total) say(this.progress());
    try {
      await keep({ ...about, thumb: await thumbnail(blob) }, blob);
    } catch {
      note(t("history.failed"));
    }
  }

  fail(failure) {
    this.slots.shift()?.replaceWith(failureCard(failure));
    say(titleOf(failure));
  }

  end(text) {
    fill(this.status, el("span", {}, text));
    say(text);
  }

  stop(failure, signal) {
    if (signal.aborted) {
      this.end(t("draw.cancelled"));
      this.grid.append(el("p", { class: "hint" }, t("draw.cancelledHint")));
      return;
    }
    if (failure.code === "invalid_api_key") {
      server.keyState = "refused";
      tell("key-state");
    }
    this.status.replaceChildren();
    this.grid.append(
      failureCard(failure.code ? failure : { code: "other", message: String(failure.message) }, startDrawing),
    );
    say(titleOf(failure));
  }
}
