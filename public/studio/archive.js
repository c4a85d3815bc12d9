/** What this browser drew, in IndexedDB: what is known of each picture and a small copy, and its bytes apart. */

const NAME = "flux-studio";
const ABOUT = "pictures";
const BYTES = "bytes";

let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ABOUT, { keyPath: "id" }).createIndex("created", "created");
      request.result.createObjectStore(BYTES);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function within(mode, work) {
  const transaction = (await database()).transaction([ABOUT, BYTES], mode);
  const answer = work(transaction.objectStore(ABOUT), transaction.objectStore(BYTES));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(answer?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/** Keep a picture: *about* is what is known of it, with `id`, `created` and `thumb`. */
export const keep = (about, blob) =>
  within("readwrite", (abouts, bytes) => {
    abouts.put(about);
    bytes.put(blob, about.id);
  });

/** Answer a picture's bytes. */
export const bytesOf = (id) => within("readonly", (_, bytes) => bytes.get(id));

/** Forget a picture. */
export const forget = (id) =>
  within("readwrite", (abouts, bytes) => {
    abouts.delete(id);
    bytes.delete(id);
  });

/** Forget every picture. */
export const forgetAll = () =>
  within("readwrite", (abouts, bytes) => {
    abouts.clear();
    bytes.clear();
  });

/** Count the pictures. */
export const count = () => within("readonly", (abouts) => abouts.count());

/** List *limit* pictures, the newest first. */
export async function newest(limit) {
  const found = [];
  await within("readonly", (abouts) => {
    const cursor = abouts.index("created").openCursor(null, "prev");
    cursor.onsuccess = () => {
      if (!cursor.result || found.length === limit) return;
      found.push(cursor.result.value);
      cursor.result.continue();
    };
  });
  return found;
}
