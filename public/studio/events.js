/** Reading server-sent events from a body (https://html.spec.whatwg.org/multipage/server-sent-events.html). */

/** Give the JSON of each event, until the stream ends or says `[DONE]`; comments and other lines are passed over. */
export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      // A picture is a line of a megabyte in many pieces: only the new piece is searched for the line's end.
      const lines = value.split("\n");
      lines[0] = pending + lines[0];
      pending = lines.pop();
      for (const line of lines) {
        if (!line.startsWith("data:")) continue;
        const data = line.slice(5).trim();
        if (data === "[DONE]") return;
        yield JSON.parse(data);
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
