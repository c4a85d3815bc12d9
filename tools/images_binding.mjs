// The `IMAGES` binding of the local stack, as a Worker sees Cloudflare's, towards a stand-in.
//
// It does what the Worker uses: one transform() and output(). What the stand-in cannot read it refuses, as
// Cloudflare does, with an error whose message ends in a code.
// https://developers.cloudflare.com/images/transform-images/bindings/

class Transformer {
  #base;
  #stream;
  #wanted = {};

  constructor(base, stream) {
    if (!(stream instanceof ReadableStream)) throw new TypeError("IMAGES.input() takes a ReadableStream");
    this.#base = base;
    this.#stream = stream;
  }

  transform(wanted) {
    this.#wanted = { ...this.#wanted, ...wanted };
    return this;
  }

  async output(options) {
    const query = new URLSearchParams({ ...this.#wanted, ...options });
    const response = await fetch(`${this.#base}/images?${query}`, {
      method: "POST",
      body: this.#stream,
      duplex: "half", // Node wants it for a body that is a stream
    });
    if (!response.ok) throw new Error(`IMAGES_TRANSFORM_ERROR ${await response.text()}`);
    return { response: () => response, image: () => response.body, contentType: () => options.format };
  }
}

/** Make the binding; `env.base` is the stand-in's address. */
export default function (env) {
  return { input: (stream) => new Transformer(env.base, stream) };
}
