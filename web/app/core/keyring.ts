/** A request as text and the key that it went under. */
export type KeptKey = readonly [request: string, key: string];

export interface Keyring {
  (request: unknown): string;
  /** The last request and its key, to be kept with what was typed; null before the first. */
  kept(): KeptKey | null;
  /** Goes on from a request that may have been carried out although its answer never came. */
  goOn(from: KeptKey): void;
}

/**
 * Idempotency keys: the same request sent again, after a timeout for example, carries the same key, so that it is done
 * once; as soon as anything in the request differs, a new one.
 */
export function keyring(make: () => string = () => crypto.randomUUID()): Keyring {
  let last = "";
  let key = "";
  const keyFor = (request: unknown): string => {
    const text = JSON.stringify(request);
    if (text !== last || key === "") {
      last = text;
      key = make();
    }
    return key;
  };
  return Object.assign(keyFor, {
    kept: (): KeptKey | null => (key === "" ? null : [last, key]),
    goOn: ([text, before]: KeptKey): void => {
      [last, key] = [text, before];
    },
  });
}
