/** Pictures in the browser: decoding, shrinking, small copies. */

const MAX_BYTES = 8 * 1024 * 1024;
const TAKEN = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);
const EXTENSIONS = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif" };

/** Turn base64 into a Blob, its type told by its first bytes. */
export function blobOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return new Blob([bytes], { type: typeOf(bytes) });
}

function typeOf([first, second, third]) {
  if (first === 0x89 && second === 0x50) return "image/png";
  if (first === 0xff && second === 0xd8) return "image/jpeg";
  if (first === 0x47 && second === 0x49) return "image/gif";
  return first === 0x52 && second === 0x49 && third === 0x46 ? "image/webp" : "application/octet-stream";
}

/** Answer the file extension of a picture's type. */
export const extensionOf = (blob) => EXTENSIONS[blob.type] ?? "bin";

/** Answer a picture's size. Rejects where it is no picture that the browser reads. */
export async function sizeOf(blob) {
  const bitmap = await createImageBitmap(blob);
  const size = { width: bitmap.width, height: bitmap.height };
  bitmap.close();
  return size;
}

/** Answer the size that a picture is sent in, where both sides must be below *sideBelow*; null: any. */
export function sentSize({ width, height }, sideBelow) {
  const scale = sideBelow ? Math.min(1, (sideBelow - 1) / Math.max(width, height)) : 1;
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Answer the picture as it is sent: itself where the model takes it, else a copy that fits. */
export async function shrunk(blob, sideBelow) {
  const bitmap = await createImageBitmap(blob);
  const size = sentSize(bitmap, sideBelow);
  const fits = size.width === bitmap.width && size.height === bitmap.height;
  if (fits && blob.size <= MAX_BYTES && TAKEN.has(blob.type)) return blob;
  return drawn(bitmap, size, blob.type === "image/jpeg" ? "image/jpeg" : "image/png", 0.93);
}

/** Make a small copy for the gallery. */
export async function thumbnail(blob, side = 320) {
  const bitmap = await createImageBitmap(blob);
  return drawn(bitmap, sentSize(bitmap, side + 1), "image/jpeg", 0.8);
}

function drawn(bitmap, { width, height }, type, quality) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((copy) => (copy ? resolve(copy) : reject(new Error("no picture"))), type, quality);
  });
}
